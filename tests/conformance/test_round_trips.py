"""How many round trips a program of the runtime waits for until it has its first result, each way through a relay that
counts them.
"""

from __future__ import annotations

import contextlib

import pytest
import running
import trips
from places import PROGRAMS

pytestmark = pytest.mark.plain("counts the frames between client and server")
MOST = 6
# Over a long line each is felt: to the Dispatcher and back, to the CUDA Server and back, memory, code, the result.
EXPECTED = ["connect", "HELLO", "connect", "cuMemAlloc_v2", "library_load", "copy_dtoh"]


@contextlib.contextmanager
def relayed(scratch, devices: int):
    """A server behind a relay; both."""
    first = running.free_port()
    ports = {"BF_SERVER_PORT_MIN": str(first), "BF_SERVER_PORT_MAX": str(first + 5)}
    with running.dispatcher(
        scratch, "--host", "127.0.0.1", "--softgpu", str(devices), SOFTGPU_MEMORY=str(1 << 28), **ports
    ) as server:
        relay = trips.Relay(server.port, *range(first, first + 6))
        try:
            yield server, relay
        finally:
            relay.close()


def through(*servers: running.Dispatcher) -> dict[str, str]:
    return {**running.remote(1), "BF_SERVERS": ";".join(f"127.0.0.2:{server.port}" for server in servers)}


def until_the_result(relay: trips.Relay) -> list[str]:
    """What was waited for, up to the copy that brings the result."""
    assert not relay.late, relay.waited
    return relay.waited[: relay.waited.index("copy_dtoh") + 1]


@pytest.mark.parametrize("devices", [1, 8])
def test_first_result_of_a_program_takes_few_round_trips_however_many_devices_there_are(
    devices, compile_cuda, tmp_path
):
    program = compile_cuda(PROGRAMS / "first_result.cu")
    with relayed(tmp_path, devices) as (server, relay):
        outcome = running.run([program], through(server))
        assert (outcome.code, outcome.output) == (0, "cudaSuccess 0.5 63.5\n"), outcome.errors
        assert until_the_result(relay) == EXPECTED and len(EXPECTED) == MOST


def test_second_server_costs_the_first_one_nothing(compile_cuda, tmp_path):
    program = compile_cuda(PROGRAMS / "first_result.cu")
    with relayed(tmp_path, 1) as (one, used), relayed(tmp_path, 1) as (two, unused):
        outcome = running.run([program], through(one, two))
        assert (outcome.code, outcome.output) == (0, "cudaSuccess 0.5 63.5\n"), outcome.errors
        assert until_the_result(used) == EXPECTED and unused.waited == ["connect", "HELLO", "connect"]


def test_replay_of_a_graph_is_one_message_with_the_wait_for_it_however_many_nodes_there_are(compile_c, tmp_path):
    """But for the first launch, which the driver may refuse."""
    program = compile_c(PROGRAMS / "graph_replays.c")
    with relayed(tmp_path, 1) as (server, relay):
        outcome = running.run([program], through(server))
        assert (outcome.code, outcome.output) == (0, "10000\n"), outcome.errors
        launched = relay.waited.index("graph_launch_first")
        *waits, copy = relay.waited[launched + 1 :]
        # Of a launch that is known to be over before the program waits for it there is nothing to ask.
        assert set(waits) <= {"stream_wait"} and len(waits) <= 5 and copy == "copy_dtoh"
