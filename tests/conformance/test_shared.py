"""What processes share stays on one server, and so under one lease."""

from __future__ import annotations

import pytest
import running
from places import GPUS, PROGRAMS


def test_what_is_exported_on_one_server_is_not_opened_on_another(compile_c, single_servers):
    one, two = single_servers
    environment = running.remote(one.port, OTHER_SERVERS=f"{running.HERE}:{two.port}")
    outcome = running.run([compile_c(PROGRAMS / "shared_elsewhere.c")], environment)
    assert "WRONG" not in outcome.output
    assert outcome.output.count("CUDA_ERROR_INVALID_VALUE") == 4, outcome.output
    assert outcome.code == 0, outcome.errors


@pytest.mark.parametrize("name", ["shared_physical", "shared_pools"])
def test_a_descriptor_is_imported_from_the_server_that_it_is_of(name, compile_c, single_servers):
    ports = [server.port for server in single_servers]
    program = compile_c(PROGRAMS / f"{name}.c")
    expected = running.run([program], running.direct(**GPUS, SHARED_DEVICE="1"))
    outcome = running.run([program], running.remote(*ports, SHARED_DEVICE="1"))
    assert expected.code == 0, expected.output
    assert outcome.output == expected.output, outcome.errors
    assert outcome.code == 0, outcome.errors
    assert "WRONG" not in outcome.output
