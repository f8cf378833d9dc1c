"""The libraries can be built wherever the checkout is, or it is said that they cannot."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT
from patience import PATIENCE_S

BUILD = "import native_build; print(native_build.build(native_build.NVRTC))"


@pytest.fixture(params=["white space, # it's $HOME$$ \u00e4", "co:lon"])
def checkout(request, tmp_path) -> Path:
    """As much of a checkout as one library needs, below a path that programs may take amiss."""
    place = tmp_path / request.param
    (place / "libcuda").mkdir(parents=True)
    shutil.copy2(ROOT / "native_build.py", place)
    for header in (ROOT / "libcuda").glob("*.h"):
        shutil.copy2(header, place / "libcuda")
    for part in ("nvrtc", "tls"):  # of the second native_build reads a list
        shutil.copytree(ROOT / "shim" / part, place / "shim" / part)
    return place


def build(checkout: Path) -> Path:
    command = [sys.executable, "-c", BUILD]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.removesuffix("\n"))


def test_a_library_is_built_once_and_again_when_its_source_changes(checkout):
    library = build(checkout)
    assert library.is_file() and library.is_relative_to(checkout)
    (compiled,) = (checkout / "build" / "native" / "objects").rglob("*.o")
    first = compiled.stat().st_mtime_ns
    build(checkout)
    assert compiled.stat().st_mtime_ns == first
    (source,) = (checkout / "shim" / "nvrtc").glob("*.c")
    source.touch()
    build(checkout)
    assert compiled.stat().st_mtime_ns > first


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_refuses_a_path_with_a_colon_before_anything_is_built(tmp_path):
    place = tmp_path / "co:lon"
    place.mkdir()
    shutil.copy2(ROOT / "Makefile", place)
    done = subprocess.run(["make", "demo"], cwd=place, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 2 and "has a colon" in done.stderr and "move it" in done.stderr
    assert [path.name for path in place.iterdir()] == ["Makefile"]
