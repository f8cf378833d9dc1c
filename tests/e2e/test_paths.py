"""`path`: a directory with the libraries and links to their inodes, wherever it can be made and whoever makes it at
once.
"""

from __future__ import annotations

import json
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
    check_inodes(directory, native.file_of(which).parent, which)
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
            shutil.copy2(native.file_of(which).parent / file, target / file)
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


def call(package: Path, *words: str | Path, **variables: str | Path) -> subprocess.CompletedProcess:
    """What a command of the package in this directory does. Not by PYTHONPATH, which takes no colon."""
    start = "import sys; sys.path.insert(0, sys.argv.pop(1)); from bitfusion.cli import main; sys.exit(main.main())"
    command = [sys.executable, "-c", start, str(package), *map(str, words)]
    environment = running.clean_environment(**{name: str(value) for name, value in variables.items()})
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, cwd=package.parent, timeout=PATIENCE_S
    )


def test_cache_that_others_can_write_is_not_used(frozen_package, tmp_path):
    places = {name: tmp_path / name for name in ("XDG_CACHE_HOME", "HOME", "TMPDIR")}
    for directory in places.values():
        directory.mkdir()
    for name, directory in places.items():
        done = call(frozen_package, "path", "shim", **places)
        found = Path(done.stdout.removesuffix("\n"))
        assert found.is_relative_to(directory), (name, done.stderr)
        found.chmod(0o777)
    done = call(frozen_package, "path", "shim", **places)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count("others can write it") == len(places)


@pytest.mark.parametrize("name", ["white space", "co:lon;semi", "a$ORIGIN", "line\nbreak"])
def test_package_whose_path_the_loader_splits_is_preloaded_through_another(tmp_path, frozen_package, name):
    (tmp_path / "cache").mkdir()
    package = frozen_package.rename(tmp_path / name)
    cache = {"XDG_CACHE_HOME": tmp_path / "cache", "HOME": tmp_path}
    path = call(package, "path", "shim", **cache).stdout.removesuffix("\n")
    assert path.startswith(f"{tmp_path}/cache/") and native.not_preloadable(Path(path)) == ""
    check_inodes(Path(path), package / "bitfusion" / "_native" / "shim", "shim")
    script = 'echo "$LD_PRELOAD"; grep -c libbfshim /proc/self/maps'
    done = call(package, "client", "-l", "127.0.0.1:1", "--", "sh", "-c", script, **cache)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr, lines[0]) == (0, "", f"{path}/libbfshim.so") and int(lines[1]) > 0


def test_where_nothing_can_be_preloaded_from_launcher_path_and_localhealth_say_the_same(frozen_package, tmp_path):
    spaced = tmp_path / "white space"
    spaced.mkdir()
    package = frozen_package.rename(spaced / "site")
    places = {"XDG_CACHE_HOME": spaced, "HOME": spaced, "TMPDIR": spaced}
    path = call(package, "path", "shim", **places)
    problem = path.stderr.removeprefix("Error: ").strip()
    assert path.returncode == 1 and "the loader takes no white space in" in problem and "XDG_CACHE_HOME" in problem
    launched = call(package, "client", "-l", "127.0.0.1:1", "true", **places)
    assert (launched.returncode, launched.stderr) == (1, path.stderr)
    checks = json.loads(call(package, "localhealth", "--json", **places).stdout)["nodes"][0]["checks"]
    (found,) = [check for check in checks if check["name"] == "client library"]
    assert found["status"] == "FAIL" and f"{found['detail']}; {found['remedy']}" == problem
