"""`path`: a directory with the libraries and links to their inodes, wherever it can be made and whoever makes it at
once.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import running
from patience import PATIENCE_S

from bitfusion import native

# The files of each, and the links to them.
FILES = {
    native.SHIM: {"libbfshim.so": ("libcuda.so.1", "libcuda.so"), "libnvidia-ml.so.1": ("libnvidia-ml.so",)},
    native.SOFTGPU: {"libcuda.so.1": ("libcuda.so",), "libnvidia-ml.so.1": ("libnvidia-ml.so",)},
}
NAMES = {which: {*files, *(link for links in files.values() for link in links)} for which, files in FILES.items()}


def check_inodes(directory: Path, originals: Path, which: str) -> None:
    for file, links in FILES[which].items():
        assert {(directory / name).stat().st_ino for name in (file, *links)} == {(originals / file).stat().st_ino}


@pytest.mark.parametrize("which", sorted(NAMES))
def test_every_name_leads_to_the_inode_of_its_library(cli, which):
    done = cli("path", which)
    assert done.code == 0, done.errors
    directory = Path(done.output.removesuffix("\n"))
    assert directory.is_absolute()
    check_inodes(directory, native.library(which).parent, which)
    assert cli("path", which).output == done.output


@pytest.fixture
def frozen_package(tmp_path) -> Path:
    """A copy of the installed package in whose native directories no link can be made, not even by root."""
    package = tmp_path / "site" / "bitfusion"
    source = Path(native.__file__).parent
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__", "_native"))
    for which in NAMES:
        target = package / "_native" / which
        target.mkdir(parents=True)
        for file, links in FILES[which].items():
            shutil.copy2(native.library(which).parent / file, target / file)
            # A link does not replace a directory.
            for link in links:
                (target / link).mkdir()
    return package.parent


@pytest.mark.parametrize("which", sorted(NAMES))
def test_links_are_in_the_cache_if_the_package_cannot_hold_them(frozen_package, tmp_path, which):
    cache = tmp_path / "cache"
    environment = running.clean_environment(PYTHONPATH=str(frozen_package), XDG_CACHE_HOME=str(cache))
    command = [sys.executable, "-m", "bitfusion.cli.main", "path", which]
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=tmp_path) for _ in range(6)
    ]
    answers = {process.communicate(timeout=PATIENCE_S)[0] for process in started}
    assert {process.returncode for process in started} == {0} and len(answers) == 1
    directory = Path(answers.pop().strip())
    assert directory.is_relative_to(cache)
    originals = frozen_package / "bitfusion" / "_native" / which
    check_inodes(directory, originals, which)
    assert {path.name for path in directory.iterdir()} == NAMES[which]
    assert {path.name for path in originals.iterdir()} == NAMES[which]


def test_cache_that_others_can_write_is_refused(frozen_package, tmp_path):
    cache = tmp_path / "cache"
    environment = running.clean_environment(PYTHONPATH=str(frozen_package), XDG_CACHE_HOME=str(cache))
    command = [sys.executable, "-m", "bitfusion.cli.main", "path", "shim"]
    first = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, timeout=PATIENCE_S)
    Path(first.stdout.strip()).chmod(0o777)
    second = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, timeout=PATIENCE_S)
    assert second.returncode == 1 and second.stdout == "" and "others can write it" in second.stderr.splitlines()[-1]
