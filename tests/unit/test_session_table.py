"""The shared session table: what a CUDA Server writes, everybody reads, and nobody sees half a session."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitfusion.observe.tally import OTHER, Histogram, Slots
from bitfusion.server.totals import Counts, Shared, Totals, counts_of
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
    own.count(*counts, {700: 2})
    SharedLedger(shared, 1).reserve(1, 512, None)
    (row,) = SessionTable(shared.fd).sessions()
    assert (row.row, row.session, row.pid, row.server_pid, row.cuda) == (1, "00c0ffee", pid, os.getpid(), cuda)
    shown = (row.calls, row.asks, row.bytes_in, row.bytes_out, row.pages_in, row.pages_out)
    assert shown == counts and row.memory == (0, 512) and row.errors == {700: 2}
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
    OwnRow(shared, 1).count(10, 3, 400, 50, 6, 7, {2: 1, 400: 5})
    SharedLedger(shared, 1).reserve(0, 1024, None)
    running = counts_of(shared)
    assert running == Counts(1, 0, 0, 0, 10, 3, 400, 50, 6, 7, errors=Counter({2: 1, 400: 5}))
    cleared = table()
    totals = Totals(cleared.tally)
    totals.add(shared.clear(1))
    totals.add(shared.clear(1))
    assert counts_of(cleared) == replace(running, running=0, ended=1)
    assert shared.sessions() == [] and not any(shared.words[4:])


def test_counts_of_a_table_are_seen_by_whoever_has_it_open_and_stay_when_its_writer_is_gone():
    own = table()
    totals = Totals(own.tally)
    OwnRow(own, 0).begin("s", 7, "h", "p")
    OwnRow(own, 0).count(1, 1, 2, 3, 0, 0, {})
    SharedLedger(own, 0).reserve(1, 4096, None)
    totals.refused.add(808)
    totals.show_waiting(3)
    totals.died()
    totals.starts.observe(0.2)
    seen, before = Shared(own.fd), counts_of(own)
    os.close(own.fd)
    del own, totals
    assert seen.counts() == before and before.refused == {808: 1} and (before.waiting, before.died) == (3, 1)
    assert before.starts.counts[5] == 1 and before.starts.sum_s == 0.2 and seen.allocated() == [0, 4096]


def test_who_looks_while_a_session_ends_never_sees_less_than_before():
    own = table()
    totals, seen = Totals(own.tally), Shared(own.fd)
    OwnRow(own, 0).begin("s", 7, "h", "p")
    OwnRow(own, 0).count(5, 1, 2, 3, 0, 0, {})
    assert (seen.counts().running, seen.counts().calls) == (1, 5)
    with totals.moving():
        ended = own.clear(0)
        assert seen.counts().calls == 5
        totals.add(ended)
    assert (seen.counts().running, seen.counts().ended, seen.counts().calls) == (0, 1, 5)


def test_session_that_nobody_cleared_has_died_in_the_end():
    own = table()
    OwnRow(own, 0).begin("s", 7, "h", "p")
    OwnRow(own, 0).count(5, 1, 2, 3, 0, 0, {})
    last = Shared(own.fd).final()
    assert (last.running, last.ended, last.died, last.calls) == (0, 1, 1, 5)


def test_table_of_another_layout_is_refused():
    fd = os.memfd_create("other")
    for content in (b"", b"\1" * 4096):
        os.pwrite(fd, content, 0)
        with pytest.raises(ValueError, match="another release"):
            Shared(fd)


@given(st.lists(st.integers(1, 999), max_size=100))
def test_codes_beyond_the_places_are_counted_together(codes):
    added, shown = (Slots(memoryview(bytearray(8 * 32)).cast("Q")) for _ in range(2))
    for code in codes:
        added.add(code)
    shown.show(Counter(codes))
    first = list(dict.fromkeys(codes))[:15]
    expected = Counter(code if code in first else OTHER for code in codes)
    assert added.counts() == shown.counts() == expected


@given(st.lists(st.floats(0, 100), max_size=20))
def test_each_duration_is_in_one_bucket(durations):
    histogram = Histogram()
    for seconds in durations:
        histogram.observe(seconds)
    seen = histogram.seen()
    assert sum(seen.counts) == len(durations) and abs(seen.sum_s - sum(durations)) < 1e-4
    assert sum(seen.counts[:6]) == sum(seconds <= 0.25 for seconds in durations)


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
