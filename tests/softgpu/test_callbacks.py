"""Functions of the program as work of a stream: when they are called, on which thread, and what they hold up."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator

import pytest
import softcuda as cuda
from patience import PATIENCE_S

EQ = 1
AT_ONCE = 64  # functions that run beside each other
FUNCTION = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class Program:
    """The functions of a test: C pointers to them must live as long as they may be called."""

    def __init__(self) -> None:
        self._alive: list[object] = []
        self._held: list[threading.Event] = []

    def launch(self, stream: int, function: Callable[[], object], data: int = 0) -> int:
        made = FUNCTION(lambda _: function() and None)
        self._alive.append(made)
        return cuda.call("cuLaunchHostFunc", stream, made, data)

    def add(self, stream: int, callback: Callable[[int, int, int], object], data: int = 0) -> int:
        made = CALLBACK(lambda *given: callback(*given) and None)
        self._alive.append(made)
        return cuda.call("cuStreamAddCallback", stream, made, data, 0)

    def hold(self, stream: int) -> Held:
        """A function that runs until it is let go."""
        held = Held()
        self._held.append(held.leaves)
        assert self.launch(stream, held) == 0
        return held

    def end(self) -> None:
        for event in self._held:
            event.set()
        cuda.call("cuCtxSynchronize")


class Held:
    def __init__(self) -> None:
        self.entered, self.leaves = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.entered.set()
        assert self.leaves.wait(PATIENCE_S)

    def wait_until_it_runs(self) -> None:
        assert self.entered.wait(PATIENCE_S)


@pytest.fixture
def program(context) -> Iterator[Program]:
    made = Program()
    yield made
    made.end()


def stream(flags: int = 0) -> int:
    return cuda.handle("cuStreamCreate", flags)


def test_functions_run_in_the_order_of_their_stream_on_no_thread_of_the_program(program, kernels):
    mine, seen = stream(), []
    add, flag = cuda.function(kernels, "add"), cuda.pinned(4)
    ctypes.memset(flag, 0, 4)
    for _ in range(50):
        assert cuda.launch(add, flag, 1, stream=mine) == 0
        assert (
            program.launch(mine, lambda: seen.append((ctypes.c_uint.from_address(flag).value, threading.get_ident())))
            == 0
        )
    cuda.must("cuStreamSynchronize", mine)
    assert [count for count, _ in seen] == list(range(1, 51))
    assert threading.get_ident() not in {thread for _, thread in seen}


def test_what_is_behind_a_function_waits_until_it_has_returned(program):
    mine, other, address = stream(), stream(cuda.NON_BLOCKING), cuda.allocate(4)
    event = cuda.handle("cuEventCreate", 0)
    held = program.hold(mine)
    cuda.must("cuEventRecord", event, mine)
    cuda.must("cuStreamWaitEvent", other, event, 0)
    cuda.must("cuMemsetD32Async", address, 7, 1, other)
    held.wait_until_it_runs()
    assert [cuda.call("cuStreamQuery", which) for which in (mine, other)] == [cuda.NOT_READY] * 2
    assert cuda.call("cuEventQuery", event) == cuda.NOT_READY
    held.leaves.set()
    cuda.must("cuStreamSynchronize", other)
    assert cuda.words(address, 1) == [7]


def test_a_copy_to_the_host_is_there_when_the_function_behind_it_begins(program):
    mine, size, seen = stream(), 4 << 20, []
    address, into = cuda.allocate(size), ctypes.create_string_buffer(size)
    for value in (1, 2, 3):
        cuda.must("cuMemsetD8Async", address, value, size, mine)
        cuda.must("cuMemcpyDtoHAsync_v2", into, address, size, mine)
        assert program.launch(mine, lambda: seen.append(set(into.raw))) == 0
    cuda.must("cuStreamSynchronize", mine)
    assert seen == [{1}, {2}, {3}]


def test_functions_that_do_not_return_hold_up_their_own_streams_only(program, kernels):
    held = [program.hold(stream(cuda.NON_BLOCKING)) for _ in range(20)]
    for each in held:
        each.wait_until_it_runs()
    other, seen, address = stream(cuda.NON_BLOCKING), [], cuda.allocate(4096)
    cuda.must("cuMemsetD32Async", address, 0, 1024, other)
    assert cuda.launch(cuda.function(kernels, "add"), address, 5, grid=32, block=32, stream=other) == 0
    assert program.launch(other, lambda: seen.append("called")) == 0
    cuda.must("cuStreamSynchronize", other)
    assert seen == ["called"]


def test_more_functions_than_there_are_threads_run_when_others_have_returned(program):
    held = [program.hold(stream(cuda.NON_BLOCKING)) for _ in range(AT_ONCE)]
    for each in held:
        each.wait_until_it_runs()
    late, seen = stream(cuda.NON_BLOCKING), []
    assert program.launch(late, lambda: seen.append("called")) == 0
    assert cuda.call("cuStreamQuery", late) == cuda.NOT_READY
    held[0].leaves.set()
    cuda.must("cuStreamSynchronize", late)
    assert seen == ["called"]


def test_a_function_in_the_legacy_stream_holds_up_blocking_streams_only(program):
    blocking, free, address = stream(), stream(cuda.NON_BLOCKING), cuda.allocate(8)
    held = program.hold(0)
    cuda.must("cuMemsetD32Async", address, 7, 1, blocking)
    cuda.must("cuMemsetD32Async", address + 4, 7, 1, free)
    cuda.must("cuStreamSynchronize", free)
    assert cuda.call("cuStreamQuery", blocking) == cuda.NOT_READY
    held.leaves.set()
    cuda.must("cuStreamSynchronize", blocking)


def test_the_legacy_stream_waits_for_a_function_in_a_blocking_stream(program):
    blocking, seen = stream(), []
    held = program.hold(blocking)
    assert program.launch(0, lambda: seen.append(held.leaves.is_set())) == 0
    held.wait_until_it_runs()
    assert cuda.call("cuStreamQuery", 0) == cuda.NOT_READY
    held.leaves.set()
    cuda.must("cuStreamSynchronize", 0)
    assert seen == [True]


def test_calls_inside_a_function_are_refused_and_do_nothing(program):
    mine, codes = stream(), []
    address, out = cuda.allocate(4), ctypes.c_uint64(7)
    calls = [
        ("cuMemAlloc_v2", ctypes.byref(out), 16),
        ("cuMemFree_v2", address),
        ("cuStreamSynchronize", mine),
        ("cuStreamQuery", mine),
        ("cuCtxSynchronize",),
        ("cuCtxGetCurrent", ctypes.byref(out)),
        ("cuDeviceGetCount", ctypes.byref(out)),
        ("cuLaunchHostFunc", mine, 0, 0),
    ]
    assert program.launch(mine, lambda: codes.extend(cuda.call(*each) for each in calls)) == 0
    assert program.add(mine, lambda *_: codes.extend(cuda.call(*each) for each in calls)) == 0
    cuda.must("cuStreamSynchronize", mine)
    assert (codes, out.value) == ([cuda.NOT_PERMITTED] * 2 * len(calls), 7)
    assert cuda.words(address, 1)


def test_a_callback_is_told_its_stream_and_its_data(program):
    mine, seen = stream(), []
    assert program.add(mine, lambda *given: seen.append(given), data=77) == 0
    assert program.add(0, lambda *given: seen.append(given), data=0) == 0
    cuda.must("cuCtxSynchronize")
    assert sorted(seen, key=str) == sorted([(mine, 0, 77), (None, 0, None)], key=str)


def test_after_a_device_error_callbacks_are_told_it_and_functions_are_not_called(program, kernels):
    mine, seen = stream(), []
    gate = cuda.Gate(kernels, mine)
    assert cuda.launch(cuda.function(kernels, "poke"), 0, stream=mine) == 0
    assert program.launch(mine, lambda: seen.append("function")) == 0
    assert program.add(mine, lambda _stream, status, _data: seen.append(status)) == 0
    gate.open()
    assert cuda.call("cuStreamSynchronize", mine) == cuda.ILLEGAL_ADDRESS
    assert seen == [cuda.ILLEGAL_ADDRESS]


def test_the_end_of_a_context_waits_for_its_functions_and_calls_every_callback(program):
    mine, seen, flag = stream(), [], cuda.pinned(4)
    ctypes.memset(flag, 0, 4)
    ending = cuda.handle("cuCtxCreate_v2", 0, 0)
    held = program.hold(stream())
    assert program.add(mine, lambda *_: seen.append("elsewhere")) == 0
    stuck = stream()
    cuda.must("cuStreamWaitValue32_v2", stuck, flag, 1, EQ)
    assert program.launch(stuck, lambda: seen.append("function")) == 0
    assert program.add(stuck, lambda _stream, status, _data: seen.append(status)) == 0
    cuda.must("cuStreamSynchronize", mine)
    held.wait_until_it_runs()
    ends = threading.Thread(target=lambda: seen.append(("ended", cuda.call("cuCtxDestroy_v2", ending))))
    ends.start()
    assert seen == ["elsewhere"]
    held.leaves.set()
    ends.join(PATIENCE_S)
    assert seen == ["elsewhere", cuda.CONTEXT_IS_DESTROYED, ("ended", 0)]
    cuda.must("cuCtxPopCurrent_v2", ctypes.byref(ctypes.c_void_p()))


@pytest.mark.parametrize("handle", [0, 1, 2], ids=["NULL", "legacy", "per-thread"])
def test_wrong_calls_are_refused(program, handle):
    assert cuda.call("cuLaunchHostFunc", handle, 0, 0) == cuda.INVALID_VALUE
    assert cuda.call("cuStreamAddCallback", handle, 0, 0, 0) == cuda.INVALID_VALUE
    assert cuda.call("cuStreamAddCallback", handle, CALLBACK(lambda *_: None), 0, 1) == cuda.INVALID_VALUE
    assert cuda.call("cuLaunchHostFunc", 0x1234560, 0, 0) == cuda.INVALID_HANDLE
    cuda.must("cuCtxSynchronize")
