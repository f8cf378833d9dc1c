"""The table of kinds refuses rows that cannot be told apart; what both halves use of it fits the other tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bitfusion.api.kinds import KINDS, check_kinds
from bitfusion.api.table import SYMBOLS
from bitfusion.session import Context, Handles, Quota, Session


@pytest.mark.parametrize("field", ["name", "letter", "type", "table"])
def test_two_kinds_that_cannot_be_told_apart_are_refused(field):
    own = {"name": "x", "letter": "x", "type": "CUx", "table": "xs"}
    twin = replace(KINDS[0], **own | {field: getattr(KINDS[0], field)})
    with pytest.raises(ValueError, match=field):
        check_kinds((*KINDS, twin))


def test_parent_that_is_no_kind_is_refused():
    with pytest.raises(ValueError, match="soup"):
        check_kinds((*KINDS[:-1], replace(KINDS[-1], parents=("soup",))))


def test_destroyers_are_symbols_that_take_the_handle():
    takes = {symbol.name: symbol.params[0].type for symbol in SYMBOLS if symbol.params}
    destroyed = {kind.destroyer: kind.type for kind in KINDS if kind.destroyer}
    assert {name: takes.get(name) for name in destroyed} == destroyed


class Thing(Context):
    """What any table takes: a record, and a handle with its number at the driver."""

    def __init__(self):
        super().__init__(16, None, 0)

    def __int__(self):
        return 4096


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_session_has_a_table_for_each_kind_and_forgets_what_is_in_it(kind):
    session = Session([], Quota([]), Context(0, None, None), {})
    table = getattr(session, kind.table)
    assert isinstance(table, Handles)
    session.add(table, 16, Thing())
    session.drop(16)
    assert 16 not in table
