"""Builds the programs once and starts one Dispatcher on two software GPUs for all of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import driver
import pytest
import running
import toolkit
from patience import BUILD_S
from places import GPUS


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    return driver.BUILT or tmp_path_factory.mktemp("built")


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[running.Dispatcher]:
    scratch = tmp_path_factory.mktemp("server")
    with running.dispatcher(scratch, "--softgpu", "2", SOFTGPU_MEMORY=GPUS["SOFTGPU_MEMORY"]) as started:
        yield started


@pytest.fixture(scope="module")
def single_servers(tmp_path_factory) -> Iterator[tuple[running.Dispatcher, ...]]:
    """Two Dispatchers with a GPU each: for a client the same two devices."""
    scratch = tmp_path_factory.mktemp("servers")
    memory = GPUS["SOFTGPU_MEMORY"]
    with (
        running.dispatcher(scratch, "--softgpu", "1", SOFTGPU_MEMORY=memory) as one,
        running.dispatcher(scratch, "--softgpu", "1", SOFTGPU_MEMORY=memory) as two,
    ):
        yield one, two


@pytest.fixture(scope="session")
def nvcc(built) -> toolkit.Nvcc:
    found = toolkit.nvcc(built) or (toolkit.Nvcc(Path("nvcc")) if driver.BUILT else None)
    if found is None:
        toolkit.missing("nvcc", f"put it on PATH or pip install {toolkit.PACKAGES}")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def compile_c(built):
    """A function: C source -> program on the driver API."""
    return lambda source: toolkit.build_driver_program(source, built)


@pytest.fixture(scope="session")
def compile_cuda(built, nvcc):
    """A function: CUDA C++ source, nvcc options, and the stems of sources beside it -> program."""

    def compile_(source: Path, *options: str, with_: Iterable[str] = ()) -> Path:
        program = built / "-".join([source.stem, *with_, *(option.strip("-") for option in options), "cu"])
        if (before := toolkit.elsewhere(program.name)) is not None:
            return before
        sources = [source, *(source.with_name(f"{stem}.cu") for stem in with_)]
        subprocess.run(
            [nvcc.command, "-O2", *options, *nvcc.flags, "-o", program, *sources], check=True, timeout=BUILD_S
        )
        return program

    return compile_
