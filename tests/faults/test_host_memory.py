"""A client that makes its CUDA Server take the host's memory ends alone."""

from __future__ import annotations

import pytest
import running
from patience import until
from sessions import Session, logged

from bitfusion.errors import ConnectionLost
from bitfusion.limits import HOST_MEMORY_MIN
from bitfusion.wire.notices import Topic
from bitfusion.worker.host_memory import HostMemory

KERNEL = """
.visible .entry kernel{number}(.param .u64 at)
{{
  .reg .u64 %a;
  .reg .u32 %v;
  ld.param.u64 %a, [at];
  ld.global.u32 %v, [%a];
  add.u32 %v, %v, {number};
  st.global.u32 [%a], %v;
  ret;
}}
"""
LARGE = "".join(
    (".version 6.4\n.target sm_50\n.address_size 64\n", *(KERNEL.format(number=number) for number in range(3000)))
).encode()


def test_client_that_fills_the_hosts_memory_with_code_ends_alone_and_is_told_why(tmp_path):
    limited = running.dispatcher(tmp_path, "--softgpu", "1", BF_HOST_MEMORY_LIMIT=str(HOST_MEMORY_MIN))
    with limited as server, Session(server) as other, Session(server) as greedy:
        greedy.use_device()
        # Device memory is no memory of the host, also where the device is made of it.
        other.use_device()
        at = other.ask("cuMemAlloc_v2", 2 * HOST_MEMORY_MIN).values[0]
        other.tell("memset", at, 0, 1, 1, 2 * HOST_MEMORY_MIN, 1, 1)
        assert other.ask("cuCtxSynchronize").result == 0
        with pytest.raises(ConnectionLost):
            while True:
                assert greedy.ask("module_load", greedy.new(), b"", 0, bulk=LARGE).result == 0
        # It may have been in the middle of its code: what the server has said before it closed is still to be read.
        with pytest.raises(ConnectionLost):
            greedy.finish(0)
        assert greedy.notices[-1][:2] == (Topic.ENDED, 806) and "of host memory" in str(greedy.notices[-1])
        until(lambda: logged(server, "session.ended"), "the session has ended")
        assert [line["result"] for line in logged(server, "session.ended")] == ["host memory"]
        assert other.ask("ping").result == 0


def test_memory_of_a_software_gpu_is_not_counted_and_all_else_is():
    own = 0
    assert HostMemory(1, lambda: own).look().result == "host memory"
    own = 1 << 40
    assert HostMemory(1, lambda: own).look() is None
    assert HostMemory(None, lambda: 0).look() is None
