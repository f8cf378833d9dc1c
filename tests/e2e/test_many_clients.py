"""As many clients as anybody starts at the same moment: all are served, and nothing is left of them."""

from __future__ import annotations

import subprocess

import running
from patience import PATIENCE_S

CLIENTS = 128


def test_128_programs_that_start_at_the_same_moment_are_all_served(tmp_path, gpus):
    with running.dispatcher(tmp_path, "--softgpu", "1") as server:
        count = str(CLIENTS)
        done = subprocess.run(
            ["xargs", "-P", count, "-n", "1", gpus],
            input="many\n" * CLIENTS,
            env=running.remote(server.port),
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE_S,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("MiB seen") == CLIENTS and done.stderr == ""
        assert server.stop() == 0
        log = server.log()
    assert log.count('"client.admitted"') == CLIENTS == log.count('"session.ended"')
    assert not any(event in log for event in ("client.refused", "cuda_server.died", "cuda_server.failed", "Traceback"))
