"""What `make dist` has made: the sdist has all that is needed, the wheel no more, and its name tells the truth."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

import pytest
from checkout import ROOT
from patience import PATIENCE_S

from bitfusion import __version__
from bitfusion.extras import MODULES

DIST = ROOT / "dist"
# What git has and no sdist needs.
_OF_GIT = re.compile(r"\.github/|\.ci/|\.gitignore$")


@pytest.fixture(scope="module")
def wheel() -> Iterator[zipfile.ZipFile]:
    found = list(DIST.glob("*.whl"))
    if not found:
        pytest.skip("no wheel in dist; run make dist")
    with zipfile.ZipFile(found[0]) as archive:
        for path in (ROOT / "src").rglob("*.py"):
            inside = path.relative_to(ROOT / "src").as_posix()
            if inside not in archive.namelist() or archive.read(inside) != path.read_bytes():
                pytest.skip(f"the wheel in dist has another {inside}; run make dist")
        yield archive


@pytest.fixture(scope="module")
def metadata(wheel):
    name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return HeaderParser().parsestr(wheel.read(name).decode())


@pytest.fixture(scope="module")
def libraries(wheel, tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("wheel")
    names = [name for name in wheel.namelist() if ".so" in name]
    return [Path(wheel.extract(name, folder)) for name in names]


def shown(*words: str | Path) -> str:
    return subprocess.run(
        list(map(str, words)), capture_output=True, text=True, check=True, timeout=PATIENCE_S, cwd=ROOT
    ).stdout


def test_one_wheel_is_for_every_python(wheel):
    assert len(list(DIST.glob("*.whl"))) == 1
    assert re.fullmatch(
        rf"open_flexdirect-{re.escape(__version__)}-py3-none-manylinux_2_28_x86_64\.whl", Path(wheel.filename).name
    )


def test_auditwheel_finds_the_systems_that_the_name_says(wheel):
    pytest.importorskip("auditwheel", reason="make dist installs it")
    told = shown(sys.executable, "-m", "auditwheel", "show", wheel.filename)
    minor = re.search(r'tag:\s+"manylinux_2_(\d+)_x86_64"', told)
    assert minor and int(minor[1]) <= 28, told


def test_the_libraries_are_whole_and_stripped(libraries):
    assert sorted(f"{path.parent.name}/{path.name}" for path in libraries) == [
        "nvrtc/libbfnvrtc.so",
        "shim/libbfshim.so",
        "shim/libbftls.so",
        "shim/libnvidia-ml.so.1",
        "softgpu/libcuda.so.1",
        "softgpu/libnvidia-ml.so.1",
    ]
    for path in libraries:
        assert ".symtab" not in shown("readelf", "-SW", path) and "dlsym" in shown("nm", "-D", path)


def test_a_client_needs_no_package_of_a_server(metadata):
    needed: dict[str, set[str]] = {}
    for line in metadata.get_all("Requires-Dist"):
        extra = re.search(r"extra == ['\"](\w+)", line)
        needed.setdefault(extra[1] if extra else "", set()).add(re.match(r"[\w.-]+", line)[0])
    assert needed[""] == {"click", "msgpack", "PyYAML", "rich"}
    assert set(MODULES) <= set(needed) and not any("cffi" in needed[extra] for extra in ("", *MODULES))


def test_metadata_says_what_it_is(metadata):
    assert (metadata["Name"], metadata["License-Expression"]) == ("open-flexdirect", "Apache-2.0")
    assert not [line for line in metadata.get_all("Classifier") if line.startswith("License")]


def test_the_wheel_has_the_whole_package_and_the_files_of_operators(wheel):
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout of git")
    held = {re.sub(r"^[^/]+\.data/data/", "", name) for name in wheel.namelist()}
    places = {"src/": "", "deploy/": "share/bitfusion/deploy/", "share/": "share/"}
    tracked = shown("git", "ls-files", *places).splitlines()
    wanted = {places[top] + name.removeprefix(top) for name in tracked for top in places if name.startswith(top)}
    assert len(wanted) > 300 and wanted - held == set()


def test_links_between_installed_documents_lead_somewhere(wheel):
    places = {name.partition(".data/data/")[2] for name in wheel.namelist() if ".data/data/" in name}
    folders = {str(parent) for place in places for parent in PurePosixPath(place).parents}
    broken = []
    pages = [name for name in wheel.namelist() if "/share/doc/" in name and name.endswith(".md")]
    assert len(pages) > 20
    for page in pages:
        base = PurePosixPath(page.partition(".data/data/")[2]).parent
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]+)?\)", wheel.read(page).decode()):
            path = Path("/", base, target).resolve().as_posix().lstrip("/")
            if "://" not in target and path not in places and path not in folders:
                broken.append(f"{base}: {target}")
    assert not broken, "\n".join(broken)


def test_the_sdist_has_what_git_has(wheel):
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout of git")
    tracked = {name for name in shown("git", "ls-files").splitlines() if not _OF_GIT.match(name)}
    with tarfile.open(next(DIST.glob("*.tar.gz"))) as archive:
        held = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    assert tracked - held == set()
    made = {"PKG-INFO", "setup.cfg", "src/bitfusion/_commit.txt"}
    assert {name for name in held - tracked - made if ".egg-info/" not in name} == set()
