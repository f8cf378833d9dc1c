"""The memory limit: never exceeded by any order of allocations and ends, whoever makes them."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bitfusion.errors import CallFailed, Code
from bitfusion.session import Quota
from bitfusion.worker.ledger import SharedLedger
from bitfusion.worker.session_table import MEMORY, SessionTable, create

LIMIT = 10 * 512
ROWS = 3


def open_table(devices: int = 1) -> SessionTable:
    """A table all of whose rows are used."""
    table = SessionTable(create(ROWS, devices))
    for row in range(ROWS):
        table.open(row)
    return table


def ledgers(table: SessionTable) -> list[SharedLedger]:
    """The same ledger as each of its owners sees it."""
    return [SharedLedger(SessionTable(table.fd), row) for row in range(ROWS)]


class Sharing(RuleBasedStateMachine):
    """Three sessions on one device with a limit; a model holds what each has."""

    def __init__(self):
        super().__init__()
        self.table = open_table()
        self.ledgers = ledgers(self.table)
        self.quotas = [Quota([LIMIT], owner) for owner in self.ledgers]
        self.model: list[dict[int, tuple[int, int]]] = [{} for _ in range(ROWS)]
        self.pointer = 0

    def total(self) -> int:
        return sum(size for row in self.model for size, _ in row.values())

    @rule(
        row=st.integers(0, ROWS - 1), count=st.integers(1, LIMIT + 600), context=st.integers(1, 2), works=st.booleans()
    )
    def allocate(self, row, count, context, works):
        rounded = -(-count // 512) * 512
        if self.total() + rounded > LIMIT:
            with pytest.raises(CallFailed) as caught:
                self.quotas[row].reserve(0, count)
            assert caught.value.code == Code.OUT_OF_MEMORY
            return
        charge = self.quotas[row].reserve(0, count)
        if not works:
            self.quotas[row].cancel(0, charge)
            return
        self.pointer += 1
        self.quotas[row].settle(self.pointer, 0, charge, context)
        self.model[row][self.pointer] = (rounded, context)

    @rule(row=st.integers(0, ROWS - 1), pointer=st.integers(1, 20))
    def free(self, row, pointer):
        self.quotas[row].freed(pointer)
        self.model[row].pop(pointer, None)

    @rule(row=st.integers(0, ROWS - 1), context=st.integers(1, 2))
    def end_context(self, row, context):
        self.quotas[row].context_gone(context)
        self.model[row] = {pointer: entry for pointer, entry in self.model[row].items() if entry[1] != context}

    @rule(row=st.integers(0, ROWS - 1))
    def die(self, row):
        """The process is gone; the Dispatcher clears its row and gives it to another."""
        self.table.clear(row)
        self.quotas[row] = Quota([LIMIT], self.ledgers[row])
        self.model[row] = {}

    @invariant()
    def shown_is_the_truth(self):
        free, total = self.quotas[0].shown(0, 1 << 40, 1 << 40)
        assert (free, total) == (LIMIT - self.total(), LIMIT)


TestSharing = Sharing.TestCase


def test_session_without_ledger_is_neither_charged_nor_changed():
    quota = Quota([None])
    assert quota.reserve(0, 1 << 50) == 0
    quota.settle(1, 0, 0, 1)
    quota.freed(1)
    assert quota.shown(0, 5, 9) == (5, 9)


def test_device_without_limit_is_counted_for_the_record_and_never_refused():
    table = open_table()
    quota = Quota([None], ledgers(table)[1])
    quota.settle(1, 0, quota.reserve(0, 1 << 50), 1)
    assert table.words[MEMORY : MEMORY + 3].tolist() == [0, 1 << 50, 0] and quota.shown(0, 5, 9) == (5, 9)
    quota.freed(1)
    assert table.words[MEMORY : MEMORY + 3].tolist() == [0, 0, 0]


def test_devices_are_counted_apart():
    quota = Quota([LIMIT, LIMIT], ledgers(open_table(devices=2))[0])
    quota.settle(1, 0, quota.reserve(0, LIMIT), 1)
    assert quota.shown(0, LIMIT, LIMIT)[0] == 0 and quota.shown(1, LIMIT, LIMIT)[0] == LIMIT


@given(st.integers(0, LIMIT))
def test_free_is_never_more_than_the_driver_has(free):
    assert Quota([LIMIT], ledgers(open_table())[0]).shown(0, free, LIMIT)[0] == free


def test_processes_that_race_for_the_last_bytes_never_exceed_the_limit():
    table = open_table()
    tries, limit = 2000, 3000
    children = []
    for row in range(ROWS):
        pid = os.fork()
        if pid == 0:
            own = ledgers(table)[row]
            got = sum(own.reserve(0, 1, limit) for _ in range(tries))
            os._exit(0 if got <= limit else 1)
        children.append(pid)
    assert all(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0 for pid in children)
    # More was asked for than there is, so exactly the limit was given.
    assert ledgers(table)[0].used(0) == limit
