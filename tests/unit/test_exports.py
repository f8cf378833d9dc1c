"""What sessions export to each other: who finds it, and for how long."""

from __future__ import annotations

from collections.abc import Hashable

import pytest

from bitfusion.errors import CallFailed
from bitfusion.limits import EXPORTS_MAX
from bitfusion.worker.exports import SharedExports
from bitfusion.worker.session_table import SessionTable, create

HANDLE = bytes(range(64))


def open_table() -> SessionTable:
    table = SessionTable(create(3, 2))
    for row in range(3):
        table.open(row)
    return table


def is_there(subject: Hashable) -> bool:
    return True


@pytest.fixture
def table() -> SessionTable:
    return open_table()


@pytest.fixture
def owner(table) -> SharedExports:
    return SharedExports(table, 0, "1000@node")


def test_another_session_of_the_user_finds_the_handle(table, owner):
    ticket = owner.give("a", HANDLE, is_there)
    other = SharedExports(SessionTable(table.fd), 1, "1000@node")
    assert len(ticket) == 64 and HANDLE[:16] not in ticket
    assert other.find(ticket) == HANDLE
    assert owner.find(ticket) == HANDLE


def test_the_same_handle_has_the_same_ticket_and_a_new_one_another(owner):
    first = owner.give("a", HANDLE, is_there)
    assert owner.give("a", HANDLE, is_there) == first
    second = owner.give("a", HANDLE[::-1], is_there)
    assert second != first
    assert owner.find(first) is None
    assert owner.find(second) == HANDLE[::-1]


@pytest.mark.parametrize("user", ["1001@node", "1000@other", "-1@"])
def test_another_user_finds_nothing(table, owner, user):
    assert SharedExports(table, 1, user).find(owner.give("a", HANDLE, is_there)) is None


def test_another_dispatcher_finds_nothing(owner):
    ticket = owner.give("a", HANDLE, is_there)
    other = SharedExports(open_table(), 0, "1000@node")
    assert other.find(ticket) is None
    other.give("b", HANDLE, is_there)
    assert other.find(ticket) is None


def test_a_changed_ticket_finds_nothing(owner):
    ticket = owner.give("a", HANDLE, is_there)
    for place in range(48):
        for bit in range(8):
            changed = bytearray(ticket)
            changed[place] ^= 1 << bit
            assert owner.find(bytes(changed)) is None
    assert owner.find(bytes(64)) is None
    assert owner.find(ticket[:63]) is None


def test_entries_without_a_secret_are_found_by_nobody(owner):
    ticket = owner.give("a", HANDLE, is_there)
    nothing = ticket[:16] + bytes(32) + ticket[48:]
    owner.drop("a")
    assert owner.find(ticket) is None
    assert owner.find(nothing) is None


def test_nothing_is_left_of_a_session_that_has_ended(table, owner):
    tickets = [owner.give(number, HANDLE, is_there) for number in range(5)]
    other = SharedExports(table, 1, "1000@node")
    kept = other.give("kept", HANDLE, is_there)
    table.clear(0)
    assert [other.find(ticket) for ticket in tickets] == [None] * 5
    assert other.find(kept) == HANDLE
    assert not any(table.bytes[table.export(0, -1) : table.export(0, 5)])


def test_when_there_are_too_many_what_is_gone_makes_room(owner):
    for number in range(EXPORTS_MAX):
        owner.give(number, HANDLE, is_there)
    with pytest.raises(CallFailed):
        owner.give("more", HANDLE, is_there)
    ticket = owner.give("more", HANDLE, lambda subject: subject != 7)
    assert owner.find(ticket) == HANDLE
    with pytest.raises(CallFailed):
        owner.give("another", HANDLE, is_there)
