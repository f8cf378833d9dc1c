"""Every call without a reply that fails is told: once, to its own context, before the reply of the next call, which is
executed.
"""

from __future__ import annotations

import struct
from typing import Any

import pytest
from sessions import Session

from bitfusion.api.model import TELL
from bitfusion.api.table import WIRES
from bitfusion.wire.notices import Topic

NOBODY = 999_999  # the number of no object
FUNCTION = (1, 1, 1, 1, 1, 1, 0, 0)
DEVICE = 2  # CU_MEMORYTYPE_DEVICE


def box(source: int, target: int) -> bytes:
    """CUDA_MEMCPY3D of 16 bytes at a device address to another, also as CUDA_MEMCPY3D_PEER with no contexts."""
    source_side = (0, 0, 0, 0, DEVICE, 0, source, 0, 0, 16, 1)
    target_side = (0, 0, 0, 0, DEVICE, 0, target, 0, 0, 16, 1)
    return struct.pack("<4QI4x6Q4QI4x6Q3Q", *source_side, *target_side, 16, 1, 1)


# Call -> arguments with which it fails, and how. `new` is a number that is free.
FAILING: dict[str, tuple[tuple[Any, ...], int]] = {
    "ctx_use": ((NOBODY,), 400),
    "cuCtxSetCacheConfig": ((99,), 1),
    "cuCtxSetSharedMemConfig": ((99,), 1),
    "cuMemFree_v2": ((64,), 1),
    "cuMemFreeAsync": ((64, 0), 1),
    "copy_htod": ((64, 16, 0), 1),
    "copy_dtod": ((64, 128, 16, 0), 1),
    "copy_peer": ((64, NOBODY, 64, NOBODY, 16, 0), 400),
    "copy2d_htod": ((64, 16, 4, 4, 0), 1),
    "copy2d_dtod": ((64, 16, 128, 16, 4, 4, 0), 1),
    "copy_small": ((64, bytes(16), 0), 1),
    "copy_small_legacy": ((64, bytes(16)), 1),
    "memset": ((64, 0, 1, 1, 16, 1, 0), 1),
    "box_in": ((box(0, 64), 0), 1),
    "box_on_device": ((box(64, 64), 0), 1),
    "box_peer": ((box(64, 64), 0), 201),
    "box_later": ((box(0, 64), NOBODY, 1), 400),
    "stream_settle": ((NOBODY,), 400),
    "cuArrayDestroy": ((NOBODY,), 400),
    "cuMipmappedArrayDestroy": ((NOBODY,), 400),
    "cuTexRefDestroy": ((NOBODY,), 400),
    "cuTexObjectDestroy": ((NOBODY,), 400),
    "cuSurfObjectDestroy": ((NOBODY,), 400),
    "cuMemRelease": ((NOBODY,), 400),
    "cuStreamCreateWithPriority": (("new", 0x10, 0), 1),
    "cuStreamDestroy_v2": ((NOBODY,), 400),
    "cuStreamWaitEvent": ((0, NOBODY, 0), 400),
    "cuEventCreate": (("new", 0x100), 1),
    "cuEventDestroy_v2": ((NOBODY,), 400),
    "cuEventRecord": ((NOBODY, 0), 400),
    "cuEventRecordWithFlags": ((NOBODY, 0, 0), 400),
    "cuCtxRecordEvent": ((0, NOBODY), 400),
    "cuCtxWaitEvent": ((0, NOBODY), 400),
    "cuStreamWaitValue32_v2": ((NOBODY, 4096, 0, 0), 400),
    "cuStreamWaitValue64_v2": ((NOBODY, 4096, 0, 0), 400),
    "cuStreamWriteValue32_v2": ((NOBODY, 4096, 0, 0), 400),
    "cuStreamWriteValue64_v2": ((NOBODY, 4096, 0, 0), 400),
    "stream_batch": ((NOBODY, b""), 400),
    "cuModuleUnload": ((NOBODY,), 400),
    "cuLibraryUnload": ((NOBODY,), 400),
    "cuKernelSetCacheConfig": ((NOBODY, 0, 0), 400),
    "cuFuncSetCacheConfig": ((NOBODY, 0), 400),
    "cuFuncSetSharedMemConfig": ((NOBODY, 0), 400),
    "launch": ((NOBODY, *FUNCTION, b""), 400),
    "launch_ex": ((NOBODY, *FUNCTION, b"", b""), 400),
    "host_function": ((NOBODY, 1), 400),
    "copy_later": ((64, 16, 4, 4, NOBODY, 1), 400),
    "cuGraphExecDestroy": ((NOBODY,), 400),
    "cuGraphLaunch": ((NOBODY, 0), 400),
    "cuLinkDestroy": ((NOBODY,), 400),
    "cuGreenCtxRecordEvent": ((NOBODY, NOBODY), 400),
    "cuGreenCtxWaitEvent": ((NOBODY, NOBODY), 400),
    "cuGreenCtxStreamCreate": (("new", NOBODY, 0, 0), 400),
    "green_stream_create": (("new", NOBODY, 0, 0), 400),
}
CANNOT_FAIL = {"cuCtxResetPersistingL2Cache", "arrive", "pages_moved"}
BULK = {wire.name for wire in WIRES if wire.bulk == "in"}


@pytest.fixture
def session(steady):
    with Session(steady) as opened:
        yield opened


def test_no_call_is_missing():
    # Calls that are part of the wire's own work and not of a program's have tests of their own, and so has one whose
    # function runs also if it fails.
    own = {"watch_stream", "watch_event", "stream_callback", "user_object_end"}
    assert set(FAILING) | CANNOT_FAIL == {wire.name for wire in WIRES if wire.how == TELL} - own


@pytest.mark.parametrize("call", list(FAILING))
def test_error_of_a_tell_is_told_once_to_its_own_context_and_nothing_is_swallowed(session, call):
    arguments, code = FAILING[call]
    first, second = session.use_device(), session.new()
    assert session.ask("ctx_create", second, 0, 0).result == 0
    for context in (first, second):
        session.notices.clear()
        session.tell("ctx_use", context)
        made = tuple(session.new() if each == "new" else each for each in arguments)
        session.tell(call, *made, bulk=bytes(16) if call in BULK else None)
        belongs = NOBODY if call == "ctx_use" else context
        allocated = session.ask("cuMemAlloc_v2", 64)
        assert session.notices[0] == (Topic.FAULT, belongs, code)
        # After ctx_use of nothing there is no context to allocate in.
        assert (allocated.result, len(allocated.values)) == ((201, 0) if call == "ctx_use" else (0, 1))
        told = len(session.notices)
        session.tell("ctx_use", context)
        assert [session.ask("cuMemAlloc_v2", 64).result for _ in range(3)] == [0] * 3
        assert len(session.notices) == told == 1


def test_after_the_end_of_a_context_nothing_is_done_in_another_one(session):
    first, second = session.use_device(), session.new()
    assert session.ask("ctx_create", second, 0, 0).result == 0
    memory = session.ask("cuMemAlloc_v2", 16).values[0]
    session.tell("memset", memory, 0, 7, 1, 16, 1, 0)
    assert session.ask("ctx_destroy", second).result == 0
    # Another thread's call was on its way: it is not made in the context that happened to be current.
    session.tell("ctx_use", second)
    session.tell("memset", memory, 0, 9, 1, 16, 1, 0)
    session.tell("ctx_use", first)
    assert session.ask("copy_dtoh", memory, 16, 0).data == bytes([7] * 16)
    assert {context for _, context, _ in session.notices} == {second}
