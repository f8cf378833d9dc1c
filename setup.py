"""Packaging: what pyproject.toml cannot say. The native libraries and the commit go into the package, documents and
operators' files beside it, and the wheel is named after the systems on which it starts.

python setup.py build_ext --inplace      no packaging: the libraries and the tests' module, for work on this checkout
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import native_build

ROOT = native_build.ROOT
COMMIT_FILE = Path("src", "bitfusion", "_commit.txt")
# What was tried with the wheel, and no system has an older one that has a Python that is new enough.
GLIBC_MIN = (2, 28)
# Folder of the checkout, and where the files below it are installed. Beside the documents they lie as in a checkout, so
# that links lead somewhere; operators' scripts name theirs without looking into documents.
SHARED = (
    ("docs", "share/doc/bitfusion/docs"),
    ("examples", "share/doc/bitfusion/examples"),
    ("deploy", "share/doc/bitfusion/deploy"),
    ("deploy", "share/bitfusion/deploy"),
    ("share", "share"),
)
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE")
_BUILT = re.compile(r"__pycache__|\..*|.*\.(pyc|o|so)")


def build_in_place() -> None:
    """What a checkout needs. Asks nothing of setuptools, which may be older here than a package needs."""
    native_build.main()
    sys.path.insert(0, str(ROOT / "tests" / "shim"))
    import shim_module

    try:
        print(shim_module.make())
    except (ImportError, shim_module.NoHeaders) as error:
        print(f"without the tests' module: {error}", file=sys.stderr)


if "build_ext" in sys.argv and "--inplace" in sys.argv:
    build_in_place()
    sys.exit()

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist


class NativeDistribution(Distribution):
    """One with libraries for this processor, although no extension module is among them."""

    def has_ext_modules(self) -> bool:
        return True


class BuildPy(build_py):
    """The modules and nothing that an earlier build left there, and the commit that they are of, for `version`."""

    def run(self) -> None:
        if not self.editable_mode and Path(self.build_lib).resolve().is_relative_to(ROOT / "build"):
            shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
        if not self.editable_mode and (commit := git_commit()):
            Path(self.build_lib, *COMMIT_FILE.parts[1:]).write_text(commit + "\n")


class BuildExt(build_ext):
    """The native libraries, without their symbols, in bitfusion/_native. A checkout keeps its own in build/native."""

    def run(self) -> None:
        built = native_build.build_all()
        if self.inplace:
            return
        for library, path in zip(native_build.LIBRARIES, built, strict=True):
            target = Path(self.build_lib, "bitfusion", "_native", library.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["strip", "--strip-unneeded", "-o", target, path], check=True)


class Sdist(sdist):
    """Sources that know their commit without git."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        if commit := git_commit():
            Path(base_dir, COMMIT_FILE).write_text(commit + "\n")


class Wheel(bdist_wheel):
    """One wheel for every Python: what it has of machine code is no extension module."""

    def get_tag(self) -> tuple[str, str, str]:
        built = [native_build.directory() / library.name for library in native_build.LIBRARIES]
        needed = max([GLIBC_MIN, *(glibc_needed(path) for path in built if path.is_file())])
        return "py3", "none", "manylinux_{}_{}_x86_64".format(*needed)


def glibc_needed(library: Path) -> tuple[int, int]:
    """The newest version of glibc that `library` asks for."""
    shown = subprocess.run(["objdump", "-p", library], capture_output=True, text=True, check=True).stdout
    return max((int(major), int(minor)) for major, minor in re.findall(r" GLIBC_(\d+)\.(\d+)", shown))


def git_commit() -> str | None:
    """The commit of this checkout, None without git or if this directory is not the top of a repository."""
    if not (ROOT / ".git").exists():
        return None
    command = ["git", "-C", str(ROOT), "rev-parse", "--short=8", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def data_files() -> list[tuple[str, list[str]]]:
    """(folder below the prefix, files): whatever is below the folders of SHARED."""
    found: dict[str, list[str]] = {"share/doc/bitfusion": list(PAGES)}
    for folder, place in SHARED:
        for path in _files(ROOT / folder):
            inside = path.parent.relative_to(ROOT / folder)
            found.setdefault(Path(place, inside).as_posix(), []).append(path.relative_to(ROOT).as_posix())
    return list(found.items())


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if _BUILT.fullmatch(path.name):
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.suffix or path.name == "Makefile" or path.parent.is_relative_to(ROOT / "deploy"):
            # Programs that were built from the examples have no suffix.
            yield path


setup(
    distclass=NativeDistribution,
    cmdclass={"bdist_wheel": Wheel, "build_ext": BuildExt, "build_py": BuildPy, "sdist": Sdist},
    data_files=data_files(),
)
