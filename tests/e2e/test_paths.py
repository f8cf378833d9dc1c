"""`path`: a directory with the library and links to the same inode, wherever it can be made and whoever makes it at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import running

from bitfusion import native

NAMES = {
    native.SHIM: ("libbfshim.so", "libcuda.so.1", "libcuda.so", "libnvidia-ml.so.1", "libnvidia-ml.so"),
    native.SOFTGPU: ("libcuda.so.1", "libcuda.so"),
}


@pytest.mark.parametrize("which", sorted(NAMES))
def test_every_name_leads_to_one_inode(cli, which):
    done = cli("path", which)
    assert done.code == 0, done.errors
    directory = Path(done.output.removesuffix("\n"))
    assert directory.is_absolute()
    inodes = {(directory / name).stat().st_ino for name in NAMES[which]}
    assert inodes == {native.library(which).stat().st_ino}
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
        shutil.copy2(native.library(which), target / native.library(which).name)
        # A link does not replace a directory.
        for name in NAMES[which][1:]:
            (target / name).mkdir()
    return package.parent


@pytest.mark.parametrize("which", sorted(NAMES))
def test_links_are_in_the_cache_if_the_package_cannot_hold_them(frozen_package, tmp_path, which):
    cache = tmp_path / "cache"
    environment = running.clean_environment(PYTHONPATH=str(frozen_package), XDG_CACHE_HOME=str(cache))
    command = [sys.executable, "-m", "bitfusion.cli.main", "path", which]
    started = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=tmp_path) for _ in range(6)]
    answers = {process.communicate(timeout=60)[0] for process in started}
    assert {process.returncode for process in started} == {0} and len(answers) == 1
    directory = Path(answers.pop().strip())
    assert directory.is_relative_to(cache)
    library = frozen_package / "bitfusion" / "_native" / which / NAMES[which][0]
    assert {os.stat(directory / name).st_ino for name in NAMES[which]} == {library.stat().st_ino}
    assert {path.name for path in directory.iterdir()} == set(NAMES[which])
    assert {path.name for path in library.parent.iterdir()} == set(NAMES[which])


def test_cache_that_others_can_write_is_refused(frozen_package, tmp_path):
    cache = tmp_path / "cache"
    environment = running.clean_environment(PYTHONPATH=str(frozen_package), XDG_CACHE_HOME=str(cache))
    command = [sys.executable, "-m", "bitfusion.cli.main", "path", "shim"]
    first = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    Path(first.stdout.strip()).chmod(0o777)
    second = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert second.returncode == 1 and second.stdout == "" and "others can write it" in second.stderr.splitlines()[-1]
