"""Programs with libraries that use CUDA give NumPy's values, directly on softgpu and through the network."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
import running
import toolkit

from bitfusion.cli import ptx_tools

PROGRAMS = Path(__file__).parent / "programs"
LIBRARIES = {"numba_work": "numba_cuda", "cupy_work": "cupy"}


@pytest.mark.parametrize("name", LIBRARIES)
def test_library_computes_what_numpy_does_both_ways(name, tmp_path):
    if importlib.util.find_spec(LIBRARIES[name]) is None:
        toolkit.missing(LIBRARIES[name], "make cuda-packages")
    command = [sys.executable, PROGRAMS / f"{name}.py"]
    own = {"CUPY_CACHE_DIR": str(tmp_path / "kernels")}
    direct = running.run(command, ptx_tools.asking(running.direct(**own)))
    with running.dispatcher(tmp_path, "--softgpu", "1") as server:
        remote = running.run(command, ptx_tools.asking(running.remote(server.port, **own)))
    for outcome in (direct, remote):
        assert (outcome.code, outcome.output) == (0, "all values are those of NumPy\n"), outcome.errors
