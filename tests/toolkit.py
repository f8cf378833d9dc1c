"""Compilers and NVIDIA's tools for tests: gcc for driver API programs, NVIDIA's nvcc, headers and runtimes of the
machine or of PyPI packages.

A user without them has those tests skipped, with the reason; where CI=true they fail instead, so that nothing is
left out unseen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import driver
import pytest
from checkout import ROOT
from patience import PATIENCE_S

from bitfusion import native

# Programs on the driver API, for tests of every kind.
PROGRAMS = ROOT / "tests" / "e2e" / "programs"
PACKAGES = "nvidia-cuda-nvcc nvidia-cuda-runtime nvidia-cuda-crt nvidia-cuda-cccl nvidia-nvvm (13.0)"


@dataclass(frozen=True)
class Nvcc:
    """A compiler, and the flags without which it does not find its own libraries."""

    command: Path
    flags: tuple[str, ...] = ()
    library_path: tuple[Path, ...] = ()  # where libcudart.so.13 is, for LD_LIBRARY_PATH


def missing(what: str, remedy: str) -> NoReturn:
    """Skip the running test, or fail it where CI=true."""
    reason = f"no {what}; {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def build_driver_program(source: Path, directory: Path) -> Path:
    """Compile a C program that is linked with libcuda.so.1 as driver programs usually are; returns the program."""
    program = directory / source.stem
    if (built := elsewhere(program.name)) is not None:
        return built
    flags = "-std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -pthread".split()
    headers = ROOT / "libcuda" / "generated"
    library = native.link_directory(native.SOFTGPU)
    command = ["gcc", *flags, "-I", str(headers), "-o", str(program), str(source), "-L", str(library), "-lcuda", "-ldl"]
    subprocess.run(command, check=True, timeout=PATIENCE_S)
    return program


def elsewhere(name: str) -> Path | None:
    """The program if it was built before, likely on another machine."""
    if driver.BUILT and (driver.BUILT / name).is_file():
        return driver.BUILT / name
    return None


def site_packages() -> Path:
    return Path(sysconfig.get_paths()["platlib"]) / "nvidia"


def cuda_headers() -> Path | None:
    """A directory with cuda.h: of the PyPI package, of CUDA_HOME, or beside nvcc."""
    places = [site_packages() / "cu13" / "include"]
    if os.environ.get("CUDA_HOME"):
        places.append(Path(os.environ["CUDA_HOME"]) / "include")
    if found := shutil.which("nvcc"):
        places.append(Path(found).resolve().parents[1] / "include")
    return next((place for place in places if (place / "cuda.h").is_file()), None)


def nvml_header() -> Path | None:
    """nvml.h: of the PyPI package, or beside cuda.h."""
    places = [site_packages() / "cu13" / "include", site_packages() / "nvml_dev" / "include"]
    headers = cuda_headers()
    found = [place / "nvml.h" for place in (*places, *([headers] if headers else [])) if (place / "nvml.h").is_file()]
    return found[0] if found else None


def nvcc(scratch: Path) -> Nvcc | None:
    """The PyPI packages' compiler, else the one on PATH. `scratch` is a directory for links that the packages lack."""
    root = site_packages() / "cu13"
    command = root / "bin" / "nvcc"
    if command.is_file():
        links = scratch / "lib"
        links.mkdir(exist_ok=True)
        link = links / "libcudart.so"
        if not link.is_symlink():
            link.symlink_to(root / "lib" / "libcudart.so.13")
        return Nvcc(command, ("-L", str(root / "lib"), "-L", str(links)), (root / "lib",))
    found = shutil.which("nvcc")
    return Nvcc(Path(found)) if found else None


def nvidia_smi() -> Path:
    """NVIDIA's own nvidia-smi: $BF_NVIDIA_SMI, what `make nvidia-smi` fetched, or that of PATH. Skips the test if there
    is none.
    """
    named = os.environ.get("BF_NVIDIA_SMI") or ROOT / "build" / "nvidia-smi" / "nvidia-smi"
    if Path(named).is_file():
        return Path(named)
    found = shutil.which("nvidia-smi")
    return Path(found) if found else missing("nvidia-smi", "run make nvidia-smi, or name one in BF_NVIDIA_SMI")


def cublas() -> Path | None:
    """NVIDIA's cuBLAS of the PyPI package, if it is installed."""
    library = site_packages() / "cu13" / "lib" / "libcublas.so.13"
    return library if library.is_file() else None


# NVIDIA's runtimes that must initialise above our driver; `make cuda-packages` puts each into a directory of its own.
RUNTIMES = ("11.8.89", "12.1.105", "12.4.127", "12.9.79", "13.0.96", "13.5.37")
RUNTIME_DIRECTORY = ROOT / "build" / "cudart"


def runtime(version: str) -> Path | None:
    """The libcudart.so.* file of a release, if it is installed."""
    found = sorted((RUNTIME_DIRECTORY / version).glob("nvidia/*/lib/libcudart.so.*"))
    return found[0] if found else None
