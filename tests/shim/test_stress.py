"""Threads that share one client, end to end on a software GPU: every byte is checked by the program itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import running
import toolkit

PROGRAM = Path(__file__).resolve().parent / "programs" / "stress.c"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running.dispatcher(tmp_path_factory.mktemp("server"), "--softgpu", "1") as started:
        yield started


@pytest.mark.parametrize("seed", range(1, 4))
def test_threads_that_share_a_client_do_not_disturb_each_other(seed, server, tmp_path):
    program = toolkit.build_driver_program(PROGRAM, tmp_path)
    outcome = running.run([program, str(seed)], running.remote(server.port))
    assert (outcome.code, outcome.output, outcome.errors) == (0, "ok\n", "")
