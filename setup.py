"""Packaging: builds the native libraries and the test module of the shim, and puts them and the commit into the
package.

python setup.py build_native      as python native_build.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

from setuptools import Command, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).resolve().parent))

import native_build


class BuildNative(Command):
    """Compile the native libraries, and write how."""

    user_options: ClassVar[list[tuple[str, str, str]]] = []

    def initialize_options(self) -> None:
        pass

    def finalize_options(self) -> None:
        pass

    def run(self) -> None:
        native_build.main()


class BuildExt(build_ext):
    """Extension modules as usual, then the plain libraries into bitfusion/_native."""

    def run(self) -> None:
        built = native_build.build_all()
        self._link_shim()
        super().run()
        package = Path(self.get_finalized_command("build_py").build_lib)
        base = native_build.ROOT / "src" if self.inplace else package
        for library, path in zip(native_build.LIBRARIES, built, strict=True):
            target = base / "bitfusion" / "_native" / library.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)

    def _link_shim(self) -> None:
        """The test module of the shim is made of libbfshim.so's objects: what is tested is what is shipped."""
        (module,) = self.extensions
        module.extra_objects = [str(path) for path in native_build.objects_of(native_build.SHIM)]
        module.depends = module.extra_objects
        module.extra_link_args += native_build.WRAPS


class BuildPy(build_py):
    """The modules as usual, then the commit that they are of, for `version`."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode and (commit := git_commit()):
            Path(self.build_lib, "bitfusion", "_commit.txt").write_text(commit + "\n")


def git_commit() -> str | None:
    """The commit of this checkout, None without git or if this directory is not the top of a repository."""
    if not (native_build.ROOT / ".git").exists():
        return None
    command = ["git", "-C", str(native_build.ROOT), "rev-parse", "--short=8", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


setup(
    cmdclass={"build_ext": BuildExt, "build_native": BuildNative, "build_py": BuildPy},
    # A build_ext run needs at least one extension; the shim's C encoder as a Python module is also what tests call.
    cffi_modules=["src/bitfusion/api/build_cffi.py:ffibuilder"],
)
