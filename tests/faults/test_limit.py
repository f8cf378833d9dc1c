"""BF_GPU_DEVICE_MEMORY_LIMIT at the level of the protocol: every way to allocate, all sessions of a Dispatcher
together.
"""

from __future__ import annotations

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
