"""Streams and events: order, what runs beside what, what waits for what. Gates, not sleeps, decide what is still
running.
"""

from __future__ import annotations

import ctypes
import threading
import time
from ctypes import byref, c_int, c_uint

import pytest
import softcuda as cuda
from patience import PATIENCE_S


@pytest.fixture
def add(kernels):
    return cuda.function(kernels, "add")


def stream(flags: int = 0) -> int:
    return cuda.handle("cuStreamCreate", flags)


def event(flags: int = 0) -> int:
    return cuda.handle("cuEventCreate", flags)


def query(which: int) -> int:
    return cuda.call("cuStreamQuery", which)


def zeroed(count: int = 1) -> int:
    address = cuda.allocate(4 * count)
    cuda.must("cuMemsetD32_v2", address, 0, count)
    cuda.must("cuCtxSynchronize")
    return address


def test_a_launch_returns_before_the_kernel_ends(kernels):
    mine = stream()
    gate = cuda.Gate(kernels, mine)
    assert query(mine) == cuda.NOT_READY
    gate.open()
    cuda.must("cuStreamSynchronize", mine)
    assert query(mine) == 0


def test_work_of_one_stream_runs_in_order(add, kernels):
    mine, address = stream(), zeroed()
    gate = cuda.Gate(kernels, mine)
    for _ in range(300):
        assert cuda.launch(add, address, 1, stream=mine) == 0
        cuda.must("cuMemsetD32Async", address, 5, 1, mine)
        assert cuda.launch(add, address, 2, stream=mine) == 0
    gate.open()
    cuda.must("cuStreamSynchronize", mine)
    assert cuda.words(address, 1) == [7]


def test_a_non_blocking_stream_runs_beside_the_legacy_stream(add, kernels):
    free, address = stream(cuda.NON_BLOCKING), zeroed()
    gate = cuda.Gate(kernels)
    assert cuda.launch(add, address, 1, stream=free) == 0
    cuda.must("cuStreamSynchronize", free)
    assert query(0) == cuda.NOT_READY
    gate.open()
    assert cuda.words(address, 1) == [1]


def test_a_blocking_stream_waits_for_the_legacy_stream(add, kernels):
    mine, address = stream(), zeroed()
    gate = cuda.Gate(kernels)
    assert cuda.launch(add, address, 1, stream=mine) == 0
    assert query(mine) == cuda.NOT_READY
    gate.open()
    cuda.must("cuStreamSynchronize", mine)
    assert query(0) == 0


def test_the_legacy_stream_waits_for_blocking_streams_only(add, kernels):
    blocking, free, address = stream(), stream(cuda.NON_BLOCKING), zeroed()
    gates = cuda.Gate(kernels, blocking), cuda.Gate(kernels, free)
    assert cuda.launch(add, address, 1) == 0
    assert query(cuda.LEGACY) == cuda.NOT_READY
    gates[0].open()
    cuda.must("cuStreamSynchronize", cuda.LEGACY)
    assert query(free) == cuda.NOT_READY
    gates[1].open()
    cuda.must("cuCtxSynchronize")


def test_two_blocking_streams_run_side_by_side(add, kernels):
    first, second, address = stream(), stream(), zeroed()
    gate = cuda.Gate(kernels, first)
    assert cuda.launch(add, address, 1, stream=second) == 0
    cuda.must("cuStreamSynchronize", second)
    assert query(first) == cuda.NOT_READY
    gate.open()


def test_short_work_behind_another_stream_does_not_hold_up_the_caller(kernels):
    mine, address = stream(), zeroed()
    spare = cuda.number("cuMemAllocAsync", 4096, mine)
    cuda.must("cuCtxSynchronize")
    gate = cuda.Gate(kernels)
    cuda.must("cuMemsetD32Async", address, 5, 1, mine)
    gate.open()
    cuda.must("cuCtxSynchronize")
    gate = cuda.Gate(kernels)
    cuda.must("cuMemcpyDtoDAsync_v2", address, address, 4, mine)
    gate.open()
    cuda.must("cuCtxSynchronize")
    gate = cuda.Gate(kernels)
    cuda.must("cuMemFreeAsync", spare, mine)
    assert query(mine) == cuda.NOT_READY
    gate.open()
    assert cuda.words(address, 1) == [5]


def test_an_event_of_a_whole_context_is_reached_when_all_its_streams_are(kernels):
    context, both, done = cuda.handle("cuCtxGetCurrent"), (stream(), stream(cuda.NON_BLOCKING)), event()
    gates = [cuda.Gate(kernels, which) for which in both]
    cuda.must("cuCtxRecordEvent", context, done)
    free = stream(cuda.NON_BLOCKING)
    cuda.must("cuMemsetD32Async", cuda.allocate(4), 1, 1, free)
    cuda.must("cuStreamSynchronize", free)
    gates[0].open()
    cuda.must("cuStreamSynchronize", both[0])
    assert cuda.call("cuEventQuery", done) == cuda.NOT_READY
    gates[1].open()
    cuda.must("cuEventSynchronize", done)


def test_a_context_that_waits_begins_nothing_in_any_stream_before_the_event(kernels):
    context, done = cuda.handle("cuCtxGetCurrent"), event()
    other = cuda.handle("cuCtxCreate_v2", 0, 0)
    cuda.must("cuCtxPopCurrent_v2", None)
    before, work, address = stream(cuda.NON_BLOCKING), stream(cuda.NON_BLOCKING), zeroed()
    gate = cuda.Gate(kernels, work)
    cuda.must("cuEventRecord", done, work)
    cuda.must("cuCtxWaitEvent", context, done)
    after = stream(cuda.NON_BLOCKING)
    for which in (before, after, 0):
        cuda.must("cuMemsetD32Async", address, 1, 1, which)
        assert query(which) == cuda.NOT_READY
    cuda.must("cuCtxSetCurrent", other)
    cuda.must("cuMemsetD32Async", cuda.allocate(4), 1, 1, 0)
    cuda.must("cuStreamSynchronize", 0)
    cuda.must("cuCtxDestroy_v2", other)
    cuda.must("cuCtxSetCurrent", context)
    gate.open()
    cuda.must("cuCtxSynchronize")
    assert query(after) == 0


def test_a_threads_own_default_stream_is_a_blocking_one(add, kernels):
    address = zeroed()
    gate = cuda.Gate(kernels, cuda.PER_THREAD)
    assert query(cuda.PER_THREAD) == cuda.NOT_READY
    context, others = cuda.handle("cuCtxGetCurrent"), []

    def other() -> None:
        cuda.must("cuCtxSetCurrent", context)
        others.append(query(cuda.PER_THREAD))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(PATIENCE_S)
    assert others == [0]
    assert cuda.launch(add, address, 1) == 0
    assert query(cuda.LEGACY) == cuda.NOT_READY
    gate.open()
    assert cuda.words(address, 1) == [1]


def test_a_stream_waits_for_an_event_of_another(add, kernels):
    first, second, done, address = stream(cuda.NON_BLOCKING), stream(cuda.NON_BLOCKING), event(), zeroed()
    gate = cuda.Gate(kernels, first)
    cuda.must("cuEventRecord", done, first)
    cuda.must("cuStreamWaitEvent", second, done, 0)
    assert cuda.launch(add, address, 1, stream=second) == 0
    assert (query(second), cuda.call("cuEventQuery", done)) == (cuda.NOT_READY, cuda.NOT_READY)
    gate.open()
    cuda.must("cuStreamSynchronize", second)
    assert cuda.call("cuEventQuery", done) == 0
    assert query(first) == 0


def test_a_wait_is_for_the_record_that_came_before_it(add, kernels):
    first, second, third, done, address = stream(1), stream(1), stream(1), event(), zeroed()
    gate = cuda.Gate(kernels, first)
    cuda.must("cuEventRecord", done, second)
    cuda.must("cuStreamWaitEvent", third, done, 0)
    cuda.must("cuEventRecord", done, first)
    assert cuda.launch(add, address, 1, stream=third) == 0
    cuda.must("cuStreamSynchronize", third)
    assert cuda.call("cuEventQuery", done) == cuda.NOT_READY
    gate.open()
    cuda.must("cuEventSynchronize", done)


def test_a_wait_outlives_its_event(add, kernels):
    first, second, done, address = stream(1), stream(1), event(), zeroed()
    gate = cuda.Gate(kernels, first)
    cuda.must("cuEventRecord", done, first)
    cuda.must("cuStreamWaitEvent", second, done, 0)
    cuda.must("cuEventDestroy_v2", done)
    assert cuda.launch(add, address, 1, stream=second) == 0
    assert query(second) == cuda.NOT_READY
    gate.open()
    cuda.must("cuStreamSynchronize", second)
    assert cuda.call("cuEventQuery", done) == cuda.INVALID_HANDLE


def test_a_destroyed_stream_finishes_its_work(add, kernels):
    mine, address = stream(1), zeroed()
    gate = cuda.Gate(kernels, mine)
    assert cuda.launch(add, address, 1, stream=mine) == 0
    cuda.must("cuStreamDestroy_v2", mine)
    assert query(mine) == cuda.INVALID_HANDLE
    gate.open()
    cuda.must("cuCtxSynchronize")
    assert cuda.words(address, 1) == [1]


def test_pageable_memory_may_be_changed_after_an_asynchronous_copy(kernels):
    mine, address = stream(1), zeroed(4)
    gate = cuda.Gate(kernels, mine)
    source = (c_uint * 4)(1, 2, 3, 4)
    cuda.must("cuMemcpyHtoDAsync_v2", address, source, 16, mine)
    source[0] = 9
    gate.open()
    cuda.must("cuStreamSynchronize", mine)
    assert cuda.words(address, 4) == [1, 2, 3, 4]


def test_copies_of_pinned_memory_do_not_wait(kernels):
    mine, address, host = stream(1), zeroed(), cuda.pinned(8)
    gate = cuda.Gate(kernels, mine)
    there, back = c_uint.from_address(host), c_uint.from_address(host + 4)
    there.value, back.value = 1, 0
    cuda.must("cuMemcpyHtoDAsync_v2", address, host, 4, mine)
    cuda.must("cuMemcpyDtoHAsync_v2", host + 4, address, 4, mine)
    assert (query(mine), back.value) == (cuda.NOT_READY, 0)
    there.value = 2
    gate.open()
    cuda.must("cuStreamSynchronize", mine)
    assert back.value == 2


def test_copies_go_on_while_kernels_keep_every_multiprocessor_busy(kernels):
    gates = [cuda.Gate(kernels, stream(1)) for _ in range(cuda.attribute(16) + 1)]
    mine, address, host = stream(1), cuda.allocate(4), cuda.pinned(4)
    c_uint.from_address(host).value = 5
    cuda.must("cuMemcpyHtoDAsync_v2", address, host, 4, mine)
    cuda.must("cuMemcpyDtoHAsync_v2", host, address, 4, mine)
    end = time.monotonic() + PATIENCE_S
    while query(mine) == cuda.NOT_READY and time.monotonic() < end:
        pass
    assert query(mine) == 0
    for gate in gates:
        gate.open()


def test_no_more_kernels_run_at_a_time_than_there_are_multiprocessors(add, kernels):
    mine, address = stream(1), zeroed()
    gates = [cuda.Gate(kernels, stream(1)) for _ in range(cuda.attribute(16))]
    for gate in gates:
        gate.wait_until_it_runs()
    assert cuda.launch(add, address, 1, stream=mine) == 0
    timer = threading.Timer(0.05, gates[0].open)
    timer.start()
    cuda.must("cuStreamSynchronize", mine)
    assert gates[0] not in cuda.Gate.closed
    for gate in gates[1:]:
        gate.open()
    assert cuda.words(address, 1) == [1]


def test_elapsed_time_is_that_of_execution(kernels):
    mine, start, end = stream(1), event(), event()
    cuda.must("cuEventRecord", start, mine)
    gate = cuda.Gate(kernels, mine)
    cuda.must("cuEventRecord", end, mine)
    assert cuda.elapsed_ms(start, end)[0] == cuda.NOT_READY
    gate.wait_until_it_runs()
    timer = threading.Timer(0.05, gate.open)
    timer.start()
    cuda.must("cuEventSynchronize", end)
    code, milliseconds = cuda.elapsed_ms(start, end)
    assert code == 0
    assert 49 < milliseconds < 1000 * PATIENCE_S
    assert cuda.elapsed_ms(end, start)[1] == -milliseconds


def test_events_that_have_no_time(context):
    recorded, never, untimed = event(), event(), event(2)
    for each in recorded, untimed:
        cuda.must("cuEventRecord", each, 0)
    assert cuda.elapsed_ms(recorded, untimed)[0] == cuda.INVALID_HANDLE
    assert cuda.elapsed_ms(recorded, never)[0] == cuda.INVALID_HANDLE
    assert cuda.call("cuEventQuery", never) == 0
    assert cuda.call("cuEventSynchronize", never) == 0


def test_properties_of_streams(context):
    least, greatest = c_int(), c_int()
    cuda.must("cuCtxGetStreamPriorityRange", byref(least), byref(greatest))
    assert (least.value, greatest.value) == (0, -5)
    urgent = cuda.handle("cuStreamCreateWithPriority", 1, ctypes.c_int(-99))
    value = c_int()
    cuda.must("cuStreamGetPriority", urgent, byref(value))
    assert value.value == -5
    ids = set()
    for each in (urgent, stream(), cuda.LEGACY, cuda.PER_THREAD):
        out = ctypes.c_uint64()
        cuda.must("cuStreamGetId", each, byref(out))
        ids.add(out.value)
    assert len(ids) == 4


def test_a_program_that_enqueues_faster_than_work_is_done_gets_through(add):
    mine, address = stream(1), zeroed(64)
    for _ in range(20_000):
        cuda.launch(add, address, 1, block=64, stream=mine)
    cuda.must("cuStreamSynchronize", mine)
    assert cuda.words(address, 64) == [20_000] * 64
