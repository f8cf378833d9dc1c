"""Our native libraries under the compiler's sanitizers, and programs that are linked with them.

ThreadSanitizer leaves a program little address space: a softgpu that is built for it takes less.
"""

from __future__ import annotations

import functools
import os
import subprocess
from pathlib import Path

from checkout import ROOT
from patience import BUILD_S

import native_build

SANITIZERS = tuple(filter(None, native_build.SANITIZERS))
# Linked into each program of that sanitizer.
WITH = {"thread": [ROOT / "tests" / "thread_sanitizer.c"]}


@functools.cache
def build_library(library: native_build.Library, sanitizer: str) -> Path:
    """As BF_SANITIZE does it: compile what has changed, once; returns the file."""
    if library.beside:
        beside = Path(library.name).with_name(library.beside).as_posix()
        native_build.build(next(each for each in native_build.LIBRARIES if each.name == beside), sanitizer)
    if native_build.SHIM_TLS in native_build.LIBRARIES:
        native_build.build(native_build.SHIM_TLS, sanitizer)
    return native_build.build(library, sanitizer)


def build_program(source: Path, library: native_build.Library, sanitizer: str, scratch: Path) -> Path:
    """Compile a C program and link it with a library of ours, both under a sanitizer; returns the program, which
    finds the library by itself.
    """
    built = build_library(library, sanitizer)
    links = scratch / f"lib-{sanitizer}"
    links.mkdir()
    for file in {built, *([built.with_name(library.beside)] if library.beside else [])}:
        (links / file.name).symlink_to(file)
    if built.name != library.soname:
        (links / library.soname).symlink_to(built)
    program = scratch / f"{source.stem}-{sanitizer}"
    flags = ["-std=c11", "-D_GNU_SOURCE", "-pthread", *native_build.SANITIZERS[sanitizer]]
    include = [f"-I{ROOT / headers / 'generated'}" for headers in ("libcuda", "libnvml")]
    link = [f"-L{links}", f"-l:{library.soname}", f"-Wl,--disable-new-dtags,-rpath,{links}"]
    sources = [source, *WITH.get(sanitizer, ())]
    subprocess.run(["gcc", *flags, *include, "-o", program, *sources, *link], check=True, timeout=BUILD_S)
    return program


def start(program: Path, *arguments: str) -> list[str | Path]:
    """The words that start such a program. Without address randomisation, where a sanitizer may find what it needs
    taken; and without root's right to map the address 0: instead of an address that ThreadSanitizer wants for itself it
    asks for that one, which anybody else is refused, and dies if it gets it.
    """
    as_others = ["setpriv", "--bounding-set=-sys_rawio"] if os.geteuid() == 0 else []
    return ["setarch", "-R", *as_others, program, *arguments]
