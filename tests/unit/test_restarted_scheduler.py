"""What a client has of a scheduler that is started again: its nonces are worth nothing, its seals what they were."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace

import pytest

from bitfusion.access import proof, token, tokens_file
from bitfusion.access.tokens_file import Entry
from bitfusion.errors import Forbidden
from bitfusion.limits import HTTP_NONCE_S, HTTP_NONCES_USED_MAX, SEAL_S
from bitfusion.scheduler.model import Order
from bitfusion.scheduler.state import State
from bitfusion.srs import nonces, rights
from bitfusion.srs.nonces import Nonces
from bitfusion.srs.rights import Caller

OWN, ORDER = bytes(32), Order(1_000_000, str(uuid.UUID(int=7)))


@pytest.fixture
def path(tmp_path):
    """A file of tokens, with one of alice's and one of bob's."""
    for user in ("alice", "bob"):
        made = token.make()
        entry = Entry(made.id, user, ("use", "request"), proof.keys_of(made.secret), 1)
        tokens_file.change(tmp_path / "tokens", lambda before, entry=entry: tokens_file.with_entry(before, entry))
    return tmp_path / "tokens"


def caller(path, user: str) -> Caller:
    """As a scheduler that has just read the file sees a user."""
    tokens, _ = tokens_file.load(path)
    return Caller(next(entry for entry in tokens.entries.values() if entry.user == user), tokens.line_key)


def is_believed(who: Caller, seal: str, order: Order = ORDER) -> bool:
    try:
        who.check_order(State(()), order, "", seal)
    except Forbidden:
        return False
    return True


def test_nonce_of_before_is_not_good_and_one_of_now_is():
    before, now = Nonces(), Nonces()
    assert before.is_good(nonce := before.new()) and not now.is_good(nonce)
    assert now.is_good(now.new())


@pytest.mark.parametrize("place", range(0, 32, 5))
def test_nonce_that_was_changed_is_not_good(place):
    server = Nonces()
    nonce = bytearray(server.new())
    nonce[place] ^= 1
    assert not server.is_good(bytes(nonce)) and not server.is_good(bytes(nonce[:-1]))


def test_nonce_ends_with_its_time_and_a_request_counts_once():
    now_s = 1000.0
    server = Nonces(lambda: now_s)
    nonce = server.new()
    assert server.use(nonce, OWN) and not server.use(nonce, OWN) and server.use(nonce, bytes(31) + b"x")
    now_s += HTTP_NONCE_S - 1
    assert server.is_good(nonce) and not server.use(nonce, OWN)
    now_s += 2
    assert not server.is_good(nonce)


def test_too_many_requests_end_all_nonces_and_never_let_one_count_twice(monkeypatch):
    monkeypatch.setattr(nonces, "HTTP_NONCES_USED_MAX", 3)
    assert HTTP_NONCES_USED_MAX > 3
    server = Nonces()
    nonce = server.new()
    assert all(server.use(nonce, bytes([number])) for number in range(4))
    assert not server.is_good(nonce) and server.is_good(server.new())


def test_seal_of_before_is_believed_of_its_user_alone(path):
    seal = caller(path, "alice").seal(ORDER)
    again = caller(path, "alice")
    assert is_believed(again, seal)
    assert not is_believed(caller(path, "bob"), seal)
    assert not is_believed(again, seal, replace(ORDER, time_us=ORDER.time_us - 1))
    assert not is_believed(again, seal, replace(ORDER, uuid=str(uuid.UUID(int=8))))
    assert not is_believed(again, seal[:-1] + ("0" if seal[-1] != "0" else "1"))


def test_seal_of_a_server_with_another_file_is_not_believed(path, tmp_path):
    seal = caller(path, "alice").seal(ORDER)
    assert is_believed(caller(path, "alice"), seal)
    entry = caller(path, "alice").entry
    tokens_file.change(tmp_path / "other", lambda before: tokens_file.with_entry(before, entry))
    assert not is_believed(caller(tmp_path / "other", "alice"), seal)


@pytest.mark.parametrize("passed_s", [SEAL_S + 2, -SEAL_S - 2])
def test_seal_ends_with_its_time_whatever_clocks_do(path, monkeypatch, passed_s):
    alice, now_s = caller(path, "alice"), time.time()
    seal = alice.seal(ORDER)
    monkeypatch.setattr(rights.time, "time", lambda: now_s + passed_s)
    assert not is_believed(caller(path, "alice"), seal)
