"""BF_GPU_DEVICE_MEMORY_LIMIT at the level of the protocol: every way to allocate, all sessions of a Dispatcher
together.
"""

from __future__ import annotations

import struct
import time

from kernels import Busy, count_up
from patience import PATIENCE_S, until
from sessions import MEMORY, Session


def test_limit_holds_for_all_sessions_together(server):
    with Session(server) as one, Session(server) as two:
        assert one.snapshot["devices"][0]["total_memory"] == MEMORY
        for session in (one, two):
            session.use_device()
        half = MEMORY // 2
        pointer = one.ask("cuMemAlloc_v2", half).values[0]
        assert two.ask("cuMemAlloc_v2", half).result == 0
        for name, args in (("cuMemAlloc_v2", (1,)), ("cuMemAllocPitch_v2", (512, 1, 4)), ("cuMemAllocAsync", (1, 0))):
            assert [session.ask(name, *args).result for session in (one, two)] == [2, 2], name
        assert two.ask("cuMemGetInfo_v2").values == (0, MEMORY)
        one.tell("cuMemFree_v2", pointer)
        assert one.ask("cuMemGetInfo_v2").values == (half, MEMORY)
        assert two.ask("cuMemAlloc_v2", half).result == 0


def test_arrays_count_until_they_or_their_context_or_their_session_end(server):
    # Floats, one channel.
    half = struct.pack("<3Q3I4x", 1024, MEMORY // 2 // 1024 // 4, 0, 0x20, 1, 0)
    with Session(server) as other:
        other.use_device()
        with Session(server) as one:
            one.use_device()
            first, second = one.new(), one.new()
            assert [one.ask("cuArray3DCreate_v2", each, half).result for each in (first, second)] == [0, 0]
            assert one.ask("cuArray3DCreate_v2", one.new(), half).result == 2
            assert other.ask("cuMemAlloc_v2", 512).result == 2
            one.tell("cuArrayDestroy", first)
            assert one.ask("cuMemGetInfo_v2").values == (MEMORY // 2, MEMORY)
            assert one.ask("cuArray3DCreate_v2", one.new(), half).result == 0
            one.tell("cuArrayDestroy", second)
            assert one.ask("cuMipmappedArrayCreate", one.new(), half, 2).result == 2
            assert one.ask("cuMipmappedArrayCreate", one.new(), half, 1).result == 0
            assert one.ask("cuMemGetInfo_v2").values == (0, MEMORY)
        deadline = time.monotonic() + PATIENCE_S
        while other.ask("cuMemGetInfo_v2").values != (MEMORY, MEMORY):
            assert time.monotonic() < deadline


def test_physical_memory_counts_until_it_is_neither_held_nor_mapped_or_its_session_ends(server):
    granule = 2 << 20
    properties = struct.pack("<4i16x", 1, 0, 1, 0)
    most = MEMORY // granule * granule
    with Session(server) as other:
        other.use_device()
        with Session(server) as one:
            one.use_device()
            handle, address = one.new(), one.ask("cuMemAddressReserve", most, 0, 0).values[0]
            assert one.ask("cuMemCreate", handle, most, properties).result == 0
            assert one.ask("cuMemCreate", one.new(), granule, properties).result == 2
            assert other.ask("cuMemCreate", other.new(), granule, properties).result == 2
            assert one.ask("cuMemMap", address, most, 0, handle).result == 0
            one.tell("cuMemRelease", handle)
            assert one.ask("cuMemGetInfo_v2").values == (MEMORY - most, MEMORY)
            assert one.ask("cuMemUnmap", address, most).result == 0
            assert one.ask("cuMemGetInfo_v2").values == (MEMORY, MEMORY)
            assert one.ask("cuMemCreate", one.new(), most, properties).result == 0
        deadline = time.monotonic() + PATIENCE_S
        while other.ask("cuMemGetInfo_v2").values != (MEMORY, MEMORY):
            assert time.monotonic() < deadline


GRANULE, SHARED = 2 << 20, struct.pack("<4i16x", 1, 1, 1, 0)


def test_shared_physical_memory_counts_once_until_nobody_has_it(server):
    most = MEMORY // GRANULE * GRANULE
    with Session(server) as one, Session(server) as two:
        one.use_device()
        two.use_device()
        handle, imported = one.new(), two.new()
        assert one.ask("cuMemCreate", handle, most, SHARED).result == 0
        ticket = one.ask("cuMemExportToShareableHandle", handle).values[0]
        reply = two.ask("cuMemImportFromShareableHandle", imported, ticket)
        assert (reply.result, reply.values) == (0, (0, most))
        one.tell("cuMemRelease", handle)
        for session in (one, two):
            assert session.ask("cuMemGetInfo_v2").values == (MEMORY - most, MEMORY)
            assert session.ask("cuMemCreate", session.new(), GRANULE, SHARED).result == 2
        assert two.ask("cuMemImportFromShareableHandle", two.new(), ticket).result == 1
        two.tell("cuMemRelease", imported)
        assert two.ask("cuMemGetInfo_v2").values == (MEMORY, MEMORY)


def free(session: Session) -> int:
    return session.ask("cuMemGetInfo_v2").values[0]


def test_memory_of_a_session_that_ended_counts_for_each_that_still_has_it(server):
    size = MEMORY // 4
    with Session(server) as two, Session(server) as three:
        numbers = {two: two.new(), three: three.new()}
        with Session(server) as one:
            for session in (one, two, three):
                session.use_device()
            handle = one.new()
            assert one.ask("cuMemCreate", handle, size, SHARED).result == 0
            ticket = one.ask("cuMemExportToShareableHandle", handle).values[0]
            for session, number in numbers.items():
                assert session.ask("cuMemImportFromShareableHandle", number, ticket).result == 0
        until(lambda: free(two) == MEMORY - 2 * size, "each of the two is charged")
        for session, number in numbers.items():
            session.tell("cuMemRelease", number)
            assert session.ask("ping").result == 0
        # The session that ended may still have been charged in the place of one of them.
        until(lambda: free(two) == MEMORY, "all is given back")


def test_what_is_freed_in_a_stream_counts_until_the_stream_got_there_and_somebody_waited(server):
    size = MEMORY // 4 * 3
    with Session(server) as one, Session(server) as other:
        one.use_device()
        other.use_device()
        busy = Busy(one)
        pointer = one.ask("cuMemAllocAsync", size, busy.stream).values[0]
        one.tell("cuMemFreeAsync", pointer, busy.stream)
        assert one.ask("ping").result == 0
        assert other.ask("cuMemAlloc_v2", size).result == 2
        busy.release()
        assert one.ask("cuStreamSynchronize", busy.stream).result == 0
        assert other.ask("cuMemAlloc_v2", size).result == 0


def test_other_memory_that_is_freed_in_a_stream_counts_until_the_stream_gets_there(server):
    size = MEMORY // 4 * 3
    with Session(server) as one, Session(server) as other:
        one.use_device()
        other.use_device()
        busy = Busy(one)
        pointer = one.ask("cuMemAlloc_v2", size).values[0]
        one.tell("cuMemFreeAsync", pointer, busy.stream)
        assert one.ask("ping").result == 0
        assert other.ask("cuMemAlloc_v2", size).result == 2
        busy.release()
        deadline = time.monotonic() + PATIENCE_S
        while other.ask("cuMemAlloc_v2", size).result:
            assert time.monotonic() < deadline


def test_allocation_over_the_limit_never_waits_for_a_stream(server):
    size = MEMORY // 4 * 3
    with Session(server) as one:
        one.use_device()
        busy, other = Busy(one), one.new()
        one.tell("cuStreamCreateWithPriority", other, 1, 0)
        pointer = one.ask("cuMemAllocAsync", size, busy.stream).values[0]
        one.tell("cuMemFreeAsync", pointer, busy.stream)
        # The stream waits for what the program does after these.
        assert one.ask("cuMemAlloc_v2", size).result == 2
        assert one.ask("cuMemAllocAsync", size, other).result == 2
        assert one.ask("cuMemAllocAsync", size, busy.stream).values[0] == pointer
        busy.release()


def test_what_a_stream_frees_is_used_again_by_what_comes_later_there(server):
    size = MEMORY // 4 * 3
    with Session(server) as one:
        one.use_device()
        busy = Busy(one)
        used = [one.ask("cuMemAllocAsync", size, busy.stream).values[0]]
        for smaller in range(4):
            one.tell("cuMemFreeAsync", used[-1], busy.stream)
            allocated = one.ask("cuMemAllocAsync", size - smaller * 512, busy.stream)
            assert allocated.result == 0
            used.append(allocated.values[0])
        assert used[0] == used[1]
        busy.release()


def pool_of(session: Session) -> int:
    """A pool of the first device."""
    pool, properties = session.new(), struct.pack("<4i8xQH54x", 1, 0, 1, 0, 0, 0)
    assert session.ask("pool_create", pool, 0, properties).result == 0
    return pool


def test_pools_count_by_what_they_have_reserved(server):
    block = 32 << 20
    with Session(server) as one:
        one.use_device()
        pool = pool_of(one)
        first = one.ask("cuMemAllocFromPoolAsync", 1, pool, 0).values[0]
        assert one.ask("cuMemGetInfo_v2").values == (MEMORY - block, MEMORY)
        second = one.ask("cuMemAllocFromPoolAsync", block, pool, 0).values[0]
        assert one.ask("cuMemGetInfo_v2").values == (MEMORY - 2 * block, MEMORY)
        one.tell("cuMemFreeAsync", second, 0)
        one.tell("cuMemFreeAsync", first, 0)
        assert one.ask("cuMemGetInfo_v2").values == (MEMORY - 2 * block, MEMORY)
        # What it does not use makes room.
        assert one.ask("cuMemAlloc_v2", MEMORY).result == 0
        assert one.ask("cuMemAllocFromPoolAsync", 1, pool, 0).result == 2


def test_a_pool_that_is_gone_counts_until_the_last_of_it_is_freed(server):
    block = 32 << 20
    with Session(server) as one:
        one.use_device()
        pool = pool_of(one)
        first = one.ask("cuMemAllocFromPoolAsync", 1, pool, 0).values[0]
        assert one.ask("cuMemPoolDestroy", pool).result == 0
        assert one.ask("cuMemGetInfo_v2").values == (MEMORY - block, MEMORY)
        one.tell("cuMemFree_v2", first)
        assert one.ask("cuMemGetInfo_v2").values == (MEMORY, MEMORY)


VARIABLES = b"""
.version 6.4
.target sm_50
.address_size 64
.extern .func (.param .b64 r) malloc (.param .b64 n);
.visible .global .align 4 .b8 large[%d];
.visible .entry nothing() { ret; }
"""


def test_variables_and_the_heap_of_code_count_until_it_or_its_context_is_gone(server):
    half, heap = MEMORY // 2, 8 << 20
    with Session(server) as one:
        one.use_device()
        module = one.new()
        assert one.ask("module_load", module, b"", 0, bulk=VARIABLES % half).result == 0
        assert one.ask("cuMemGetInfo_v2").values == (half - heap, MEMORY)
        assert one.ask("module_load", one.new(), b"", 0, bulk=VARIABLES % half).result == 2
        assert one.ask("cuCtxSetLimit", 2, half + 1).result == 2
        assert one.ask("cuCtxSetLimit", 2, half).result == 0
        assert one.ask("cuMemGetInfo_v2").values == (0, MEMORY)
        one.tell("cuModuleUnload", module)
        assert one.ask("cuMemGetInfo_v2").values == (half, MEMORY)
        assert one.ask("ctx_reset_primary", 0).result == 0
        one.use_device()
        assert one.ask("cuMemGetInfo_v2").values == (MEMORY, MEMORY)


def test_rows_count_with_their_pitch(server):
    rows = MEMORY // 512
    with Session(server) as one:
        one.use_device()
        assert one.ask("cuMemAllocPitch_v2", 1, rows + 1, 4).result == 2
        assert one.ask("cuMemAllocPitch_v2", 1, rows, 4).result == 0
        assert one.ask("cuMemGetInfo_v2").values == (0, MEMORY)


def test_allocation_gets_what_is_being_freed_before_it_is_refused(server):
    size = MEMORY // 4 * 3
    with Session(server) as one, Session(server) as other:
        one.use_device()
        other.use_device()
        stream = one.new()
        one.tell("cuStreamCreateWithPriority", stream, 1, 0)
        for _ in range(4):
            count_up(one, stream)
            allocated = one.ask("cuMemAllocAsync", size, stream)
            assert allocated.result == 0
            assert other.ask("cuMemAlloc_v2", size).result == 2
            one.tell("cuMemFreeAsync", allocated.values[0], stream)
