"""Stream memory operations: what ends a wait, and what a wait does not hold up. Conditions, batches and wrong calls are
in tests/conformance/programs/memops.c.
"""

from __future__ import annotations

import ctypes
from ctypes import c_uint

import softcuda as cuda

EQ = 1


def stream(flags: int = cuda.NON_BLOCKING) -> int:
    return cuda.handle("cuStreamCreate", flags)


def word(address: int) -> c_uint:
    return c_uint.from_address(address)


def pinned_word() -> int:
    address = cuda.pinned(16)
    ctypes.memset(address, 0, 16)
    return address


def test_wait_ends_when_the_program_itself_writes(context):
    flag, mine = pinned_word(), stream()
    cuda.must("cuStreamWaitValue32_v2", mine, flag, 3, EQ)
    cuda.must("cuStreamWriteValue32_v2", mine, flag + 4, 1, 0)
    assert cuda.call("cuStreamQuery", mine) == cuda.NOT_READY
    assert word(flag + 4).value == 0
    word(flag).value = 3
    cuda.must("cuStreamSynchronize", mine)
    assert word(flag + 4).value == 1


def test_wait_ends_when_a_kernel_writes_that_still_runs(kernels):
    flag, runs, waits = pinned_word(), stream(), stream()
    cuda.must("cuStreamWaitValue32_v2", waits, flag + 4, 1, EQ)
    assert cuda.call("cuStreamQuery", waits) == cuda.NOT_READY
    assert cuda.launch(cuda.function(kernels, "gate"), flag, stream=runs) == 0
    cuda.must("cuStreamSynchronize", waits)
    assert cuda.call("cuStreamQuery", runs) == cuda.NOT_READY
    word(flag).value = 1
    cuda.must("cuStreamSynchronize", runs)


def test_streams_that_wait_keep_no_worker_from_its_work(kernels):
    flag, waits = pinned_word(), [stream() for _ in range(300)]
    for each in waits:
        cuda.must("cuStreamWaitValue32_v2", each, flag, 1, EQ)
    address, other, add = cuda.allocate(4096), stream(), cuda.function(kernels, "add")
    cuda.must("cuMemsetD32Async", address, 0, 1024, other)
    for _ in range(20):
        assert cuda.launch(add, address, 1, grid=32, block=32, stream=other) == 0
    cuda.must("cuStreamSynchronize", other)
    assert all(cuda.call("cuStreamQuery", each) == cuda.NOT_READY for each in waits)
    cuda.must("cuStreamWriteValue32_v2", other, flag, 1, 0)
    cuda.must("cuCtxSynchronize")
    assert all(cuda.call("cuStreamQuery", each) == 0 for each in waits)


def test_wait_for_memory_that_was_freed_is_an_illegal_address(context):
    mine, other = stream(), stream()
    memory = cuda.number("cuMemAllocAsync", 64, other)
    cuda.must("cuMemsetD32Async", memory, 0, 4, other)
    cuda.must("cuStreamSynchronize", other)
    cuda.must("cuStreamWaitValue32_v2", mine, memory, 1, EQ)
    cuda.must("cuMemFreeAsync", memory, other)
    assert cuda.call("cuStreamSynchronize", mine) == cuda.ILLEGAL_ADDRESS


def test_blocking_stream_that_waits_holds_up_the_legacy_stream_and_no_other(context):
    flag, mine, free = pinned_word(), stream(0), stream()
    address = cuda.allocate(16)
    cuda.must("cuStreamWaitValue64_v2", mine, flag, 1, 0)
    cuda.must("cuMemsetD32Async", address, 2, 1, 0)
    cuda.must("cuMemsetD32Async", address + 4, 3, 1, free)
    cuda.must("cuStreamSynchronize", free)
    assert cuda.call("cuStreamQuery", 0) == cuda.NOT_READY
    word(flag).value = 1
    assert cuda.words(address, 2) == [2, 3]


def test_end_of_a_context_gives_up_its_waits_and_does_the_rest(context, kernels):
    flag, mine, other = pinned_word(), stream(), stream()
    gate = cuda.Gate(kernels, other)
    cuda.must("cuStreamWriteValue32_v2", other, flag + 4, 1, 0)
    second = cuda.handle("cuCtxCreate_v2", 0, 0)
    own, moves = stream(), stream()
    cuda.must("cuStreamWaitValue32_v2", own, flag, 1, EQ)
    cuda.must("cuStreamWriteValue32_v2", own, flag + 8, 1, 0)
    cuda.must("cuStreamWaitValue32_v2", moves, flag + 4, 1, EQ)
    cuda.must("cuStreamWriteValue32_v2", moves, flag + 12, 1, 0)
    gate.open()
    cuda.must("cuCtxSetCurrent", context)
    cuda.must("cuStreamSynchronize", other)
    cuda.must("cuCtxDestroy_v2", second)
    assert [word(flag + at).value for at in (4, 8, 12)] == [1, 0, 1]
    assert cuda.call("cuStreamQuery", mine) == 0
