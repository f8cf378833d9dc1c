"""What our libraries take from the system. A program may export functions of its own under any name that C does not
reserve; and the system may be older than the one on which they were built.
"""

from __future__ import annotations

import re
import subprocess

import pytest

import native_build
from bitfusion import native

# Reserved by the C standard, or for the implementation, or taken over by sanitizers, allocators and profilers, which
# must see ours.
LEFT = re.compile(
    r"_.*|(mem|str|is|to)[a-z]+|pthread_\w+|dl(open|sym|close|addr|error)|(m|c|re|aligned_)alloc|free|abort|qsort|time|perror|f(open|close|read|write|error|seek|tell|eof|flush|gets|put[cs])"
    r"|v?s?n?printf|std(in|out|err)|fmaf?|fmod|log2|pow|cos|sin|exp2f|tanhf|program_invocation_short_name|environ|exit"
)


@pytest.mark.parametrize("library", [pytest.param(library, id=library.name) for library in native_build.LIBRARIES])
def test_functions_that_a_program_may_define_are_found_in_libc_itself(library):
    folder, _, file = library.name.partition("/")
    built = native.file_of(folder).parent / file
    listed = subprocess.run(
        ["nm", "-D", "--undefined-only", built], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    taken = {line.split()[1].partition("@")[0] for line in listed.splitlines()}
    assert "dlsym" in taken
    foreign = {name for name in taken if not LEFT.fullmatch(name) or name in native_build.BOUND}
    assert foreign == set(), "add them to LC_LIBC_FUNCTIONS in libcuda/libc.h"


@pytest.mark.parametrize("library", [pytest.param(library, id=library.name) for library in native_build.LIBRARIES])
def test_a_library_starts_with_the_glibc_of_the_oldest_system(library):
    folder, _, file = library.name.partition("/")
    built = native.file_of(folder).parent / file
    listed = subprocess.run(["objdump", "-T", built], capture_output=True, text=True, check=True, timeout=60).stdout
    asked = re.findall(r"\(GLIBC_(\d+)\.(\d+)[.\d]*\)\s+(\w+)", listed)
    assert "dlsym" in {name for _, _, name in asked}
    newer = {name: f"{major}.{minor}" for major, minor, name in asked if (int(major), int(minor)) > (2, 28)}
    assert newer == {}, "add them to libcuda/glibc.h"
