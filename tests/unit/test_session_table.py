"""The shared session table: what a CUDA Server writes, everybody reads, and nobody sees half a session."""

from __future__ import annotations

import os
import time

from hypothesis import given
from hypothesis import strategies as st

from bitfusion.server.totals import Totals
from bitfusion.worker.ledger import SharedLedger
from bitfusion.worker.session_table import OwnRow, SessionTable, create

count = st.integers(0, 2**63)


def table(rows: int = 3, devices: int = 2) -> SessionTable:
    made = SessionTable(create(rows, devices))
    for row in range(rows):
        made.open(row)
    return made


@given(
    st.text(max_size=40),
    st.text(max_size=200),
    st.integers(0, 2**31),
    st.tuples(*[count] * 6),
    st.booleans(),
    st.text(max_size=80),
    st.sampled_from(["", "10.0.0.7", "2001:db8:1234:5678:9abc:def0:1234:5678"]),
)
def test_what_is_written_is_what_others_read(host, program, pid, counts, cuda, user, address):
    shared = table()
    own = OwnRow(shared, 1)
    own.begin("00c0ffee", pid, host, program, cuda, user, address)
    own.count(*counts)
    SharedLedger(shared, 1).reserve(1, 512, None)
    (row,) = SessionTable(shared.fd).sessions()
    assert (row.row, row.session, row.pid, row.server_pid, row.cuda) == (1, "00c0ffee", pid, os.getpid(), cuda)
    shown = (row.calls, row.asks, row.bytes_in, row.bytes_out, row.pages_in, row.pages_out)
    assert shown == counts and row.memory == (0, 512)
    assert abs(row.started - time.time()) < 60
    assert row.address == address
    for shown, given_text in ((row.host, host), (row.program, program), (row.user, user)):
        assert given_text.encode("utf-8", "replace").decode().startswith(shown) and len(shown.encode()) <= 128


def test_without_a_limit_what_no_device_has_is_refused_and_not_recorded():
    shared = SharedLedger(table(), 1)
    assert shared.reserve(1, 512, None)
    assert not shared.reserve(1, 1 << 64, None)
    assert shared.used(1) == 512 and shared.reserve(1, 512, None)


def test_row_without_a_client_is_no_session_though_it_is_open():
    assert table().sessions() == []


def test_long_text_is_cut_between_characters():
    shared = table()
    OwnRow(shared, 0).begin("s", 1, "é" * 100, "x" + "é" * 100)
    (row,) = shared.sessions()
    assert row.host == "é" * 32 and row.program == "x" + "é" * 63


def test_cleared_row_gives_its_counts_once_and_is_all_zero():
    shared = table()
    OwnRow(shared, 1).begin("s", 7, "h", "p")
    OwnRow(shared, 1).count(10, 3, 400, 50, 6, 7)
    SharedLedger(shared, 1).reserve(0, 1024, None)
    totals = Totals()
    totals.add(shared.clear(1))
    totals.add(shared.clear(1))
    assert totals == Totals(sessions=1, calls=10, asks=3, bytes_in=400, bytes_out=50, pages_in=6, pages_out=7)
    assert shared.sessions() == [] and not any(shared.words[3:])


def test_session_of_another_process_outlives_its_death_until_it_is_cleared():
    shared = table()
    pid = os.fork()
    if pid == 0:
        OwnRow(SessionTable(shared.fd), 0).begin("s", 1, "h", "p")
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert [row.server_pid for row in shared.sessions()] == [pid]
    ended = shared.clear(0)
    assert ended is not None and ended.program == "p" and shared.sessions() == []
