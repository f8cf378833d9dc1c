"""Contexts: the primary one's life, the stack of current ones, what destruction takes with it."""

from __future__ import annotations

import ctypes
import threading
from ctypes import byref, c_int, c_uint, c_uint64, c_void_p

import softcuda as cuda
from patience import PATIENCE_S


def state() -> tuple[int, int]:
    flags, active = c_uint(), c_int()
    cuda.must("cuDevicePrimaryCtxGetState", 0, byref(flags), byref(active))
    return flags.value, active.value


def current() -> int:
    return cuda.handle("cuCtxGetCurrent")


def test_primary_context_is_active_while_retained():
    assert state()[1] == 0
    first = cuda.handle("cuDevicePrimaryCtxRetain", 0)
    assert cuda.handle("cuDevicePrimaryCtxRetain", 0) == first
    assert state()[1] == 1
    cuda.must("cuDevicePrimaryCtxRelease_v2", 0)
    assert state()[1] == 1
    cuda.must("cuDevicePrimaryCtxRelease_v2", 0)
    assert state()[1] == 0
    assert cuda.call("cuDevicePrimaryCtxRelease_v2", 0) == cuda.INVALID_CONTEXT


def test_primary_context_that_nobody_retains_is_destroyed_for_calls_but_has_its_handle():
    handle = cuda.handle("cuDevicePrimaryCtxRetain", 0)
    cuda.must("cuDevicePrimaryCtxRelease_v2", 0)
    cuda.must("cuCtxSetCurrent", handle)
    assert current() == handle
    assert cuda.call("cuMemAlloc_v2", byref(c_uint64()), 16) == cuda.CONTEXT_IS_DESTROYED
    cuda.must("cuCtxSetCurrent", None)


def test_reset_frees_what_the_primary_context_had_and_keeps_the_handle():
    handle = cuda.handle("cuDevicePrimaryCtxRetain", 0)
    cuda.must("cuCtxSetCurrent", handle)
    address = cuda.allocate(1 << 20)
    stream = cuda.handle("cuStreamCreate", 0)
    cuda.must("cuDevicePrimaryCtxReset_v2", 0)
    assert cuda.handle("cuDevicePrimaryCtxRetain", 0) == handle
    assert cuda.call("cuMemFree_v2", address) == cuda.INVALID_VALUE
    assert cuda.call("cuStreamQuery", stream) == cuda.INVALID_HANDLE
    cuda.must("cuDevicePrimaryCtxRelease_v2", 0)
    cuda.must("cuDevicePrimaryCtxRelease_v2", 0)
    cuda.must("cuCtxSetCurrent", None)


def test_flags_of_the_primary_context():
    cuda.must("cuDevicePrimaryCtxSetFlags_v2", 0, 4)
    assert state()[0] == 4
    assert cuda.call("cuDevicePrimaryCtxSetFlags_v2", 0, 3) == cuda.INVALID_VALUE
    cuda.must("cuDevicePrimaryCtxSetFlags_v2", 0, 0)


def test_stack_of_current_contexts(context):
    second = cuda.handle("cuCtxCreate_v2", 0, 0)
    assert current() == second
    assert cuda.handle("cuCtxPopCurrent_v2") == second
    assert current() == context
    cuda.must("cuCtxPushCurrent_v2", second)
    cuda.must("cuCtxDestroy_v2", second)
    assert current() == context
    cuda.must("cuCtxPopCurrent_v2", None)
    assert current() == 0
    assert cuda.call("cuCtxPopCurrent_v2", None) == cuda.INVALID_CONTEXT
    cuda.must("cuCtxSetCurrent", context)


def test_other_thread_is_told_that_its_context_is_destroyed(context):
    second = cuda.handle("cuCtxCreate_v2", 0, 0)
    ready, destroyed, codes = threading.Event(), threading.Event(), []

    def other() -> None:
        cuda.must("cuCtxSetCurrent", second)
        ready.set()
        destroyed.wait(PATIENCE_S)
        codes.append(cuda.call("cuCtxSynchronize"))

    thread = threading.Thread(target=other)
    thread.start()
    ready.wait(PATIENCE_S)
    cuda.must("cuCtxDestroy_v2", second)
    destroyed.set()
    thread.join(PATIENCE_S)
    assert codes == [cuda.CONTEXT_IS_DESTROYED]


def test_a_context_takes_its_memory_modules_and_events_with_it(context):
    free = c_uint64(), c_uint64()
    cuda.must("cuMemGetInfo_v2", byref(free[0]), byref(free[1]))
    second = cuda.handle("cuCtxCreate_v2", 0, 0)
    cuda.allocate(1 << 20)
    loaded, event = cuda.module(), cuda.handle("cuEventCreate", 0)
    cuda.must("cuCtxDestroy_v2", second)
    after = c_uint64(), c_uint64()
    cuda.must("cuMemGetInfo_v2", byref(after[0]), byref(after[1]))
    assert [x.value for x in after] == [x.value for x in free]
    assert cuda.call("cuModuleUnload", loaded) == cuda.INVALID_HANDLE
    assert cuda.call("cuEventQuery", event) == cuda.INVALID_HANDLE


def test_ids_of_contexts_differ_and_null_means_the_current_one(context):
    second = cuda.handle("cuCtxCreate_v2", 0, 0)
    ids = [c_uint64() for _ in range(3)]
    for handle, out in zip((context, second, None), ids, strict=True):
        cuda.must("cuCtxGetId", handle, byref(out))
    assert ids[0].value != ids[1].value == ids[2].value
    cuda.must("cuCtxDestroy_v2", second)


STORAGE = bytes.fromhex("c693336e1121df11a8c368f355d89593")


def test_context_local_storage_calls_destructors_when_the_context_goes(context):
    table = c_void_p()
    cuda.must("cuGetExportTable", byref(table), STORAGE)
    slots = (c_void_p * 4).from_address(table.value or 0)
    destructor_type = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)
    put = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, destructor_type)(slots[0])
    delete = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)(slots[1])
    get = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p)(slots[2])
    assert slots[3] is None
    seen: list[tuple[int, int, int]] = []
    destructor = destructor_type(lambda *given: seen.append(given))
    second = cuda.handle("cuCtxCreate_v2", 0, 0)
    value = c_void_p()
    assert get(byref(value), None, 0x10) != 0
    assert put(None, 0x10, 0x20, destructor) == 0
    assert put(second, 0x11, 0x21, destructor) == 0
    assert get(byref(value), second, 0x10) == 0 and value.value == 0x20
    assert delete(None, 0x11) == 0
    cuda.must("cuCtxDestroy_v2", second)
    assert seen == [(second, 0x10, 0x20)]
    cuda.must("cuCtxSetCurrent", None)
    assert get(byref(value), None, 0x10) == cuda.INVALID_CONTEXT
    cuda.must("cuCtxSetCurrent", context)


def test_limits(context):
    value = c_uint64()
    cuda.must("cuCtxSetLimit", 0, 4096)
    cuda.must("cuCtxGetLimit", byref(value), 0)
    assert value.value == 4096
    for of_graphics in (7, 8, 9):
        cuda.must("cuCtxGetLimit", byref(value), of_graphics)
        assert value.value == 0
        assert cuda.call("cuCtxSetLimit", of_graphics, 1) == cuda.UNSUPPORTED_LIMIT
    assert cuda.call("cuCtxGetLimit", byref(value), 99) == cuda.INVALID_VALUE
