"""Device memory of several servers: whatever they give, no address is given twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import running
from places import GPUS, PROGRAMS
from test_programs import compare

RIGHT = "0 addresses given twice, 0 pointers of strangers, 0 wrong bytes, 0 failures\n"


@pytest.fixture(scope="module")
def alike(tmp_path_factory) -> Iterator[tuple[running.Dispatcher, ...]]:
    """Two Dispatchers whose GPUs both give the same addresses, whatever their client would like."""
    scratch = tmp_path_factory.mktemp("alike")
    same = {"SOFTGPU_MEMORY": GPUS["SOFTGPU_MEMORY"], "SOFTGPU_ADDRESSES": "0x210000000000-0x220000000000"}
    with (
        running.dispatcher(scratch, "--softgpu", "1", **same) as one,
        running.dispatcher(scratch, "--softgpu", "1", **same) as two,
    ):
        yield one, two


@pytest.mark.parametrize("seed", ["1", "2"])
def test_two_devices_never_give_the_same_address(seed, compile_c, single_servers):
    assert compare([compile_c(PROGRAMS / "apart.c"), seed], *single_servers).output == RIGHT


@pytest.mark.parametrize("seed", ["1", "2"])
def test_addresses_that_another_server_has_given_are_asked_for_again(seed, compile_c, alike):
    assert compare([compile_c(PROGRAMS / "apart.c"), seed], *alike).output == RIGHT


@pytest.mark.parametrize("servers", ["single_servers", "alike"])
def test_boxes_go_both_ways_between_devices_at_once(servers, compile_c, request):
    outcome = compare([compile_c(PROGRAMS / "peer_boxes.c")], *request.getfixturevalue(servers))
    assert outcome.output.count(": 0 wrong, 0 failures\n") == 2
