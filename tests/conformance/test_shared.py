"""What processes share stays on one server, and so under one lease."""

from __future__ import annotations

import running
from places import PROGRAMS


def test_what_is_exported_on_one_server_is_not_opened_on_another(compile_c, single_servers):
    one, two = single_servers
    environment = running.remote(one.port, OTHER_SERVERS=f"127.0.0.1:{two.port}")
    outcome = running.run([compile_c(PROGRAMS / "shared_elsewhere.c")], environment)
    assert "WRONG" not in outcome.output
    assert outcome.output.count("CUDA_ERROR_INVALID_VALUE") == 2, outcome.output
    assert outcome.code == 0, outcome.errors
