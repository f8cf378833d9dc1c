"""Our declarations of the driver API against NVIDIA's cuda.h, where one is installed.

A C file that includes NVIDIA's header and asserts each of our prototypes, enumerators, sizes and offsets must compile.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import cffi
import pytest
import toolkit
from checkout import ROOT

from bitfusion import native
from bitfusion.api.model import ABSENT
from bitfusion.api.table import SYMBOLS

# The header declares every version of a function under its exported name with the first of these, the removed ones with
# the second.
DEFINES = ("__CUDA_API_VERSION_INTERNAL", "CUDA_ENABLE_DEPRECATED")


@pytest.fixture(scope="module")
def headers() -> Path:
    found = toolkit.cuda_headers()
    if found is None:
        toolkit.missing("cuda.h", "pip install 'nvidia-cuda-runtime==13.0.*'")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def declared(headers: Path) -> dict[str, str]:
    """Name -> parameter list, of each function of NVIDIA's header."""
    flags = [flag for define in DEFINES for flag in ("-D", define)]
    command = ["gcc", "-E", "-P", *flags, "-I", str(headers), str(headers / "cuda.h")]
    text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    found = re.findall(
        r"\bCUresult\s+(?:__attribute__\(\(.*?\)\)\s*)*(cu\w+)\s*\(([^;]*)\)\s*;", " ".join(text.split())
    )
    return dict(found)


@pytest.fixture(scope="module")
def header_version(headers: Path) -> int:
    match = re.search(r"#define\s+CUDA_VERSION\s+(\d+)", (headers / "cuda.h").read_text())
    assert match, "cuda.h names its version"
    return int(match[1])


def compile_assertions(headers: Path, assertions: list[str], tmp_path: Path) -> list[str]:
    """The compiler's complaints about a file that includes cuda.h and holds the assertions."""
    source = tmp_path / "assertions.c"
    defines = "".join(f"#define {define} 1\n" for define in DEFINES)
    lines = [
        f"_Static_assert({condition}, {message});" for condition, _, message in (a.partition(" # ") for a in assertions)
    ]
    source.write_text(
        f"#include <stddef.h>\n#include <stdint.h>\n{defines}#include <cuda.h>\n" + "\n".join(lines) + "\n"
    )
    command = ["gcc", "-std=gnu11", "-w", "-fsyntax-only", "-fmax-errors=0", "-I", str(headers), str(source)]
    outcome = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return [line for line in outcome.stderr.splitlines() if "error:" in line]


def counts(enumerator: str) -> bool:
    """Not those of cudaProfiler.h, another header, and no sentinels, which grow with each release."""
    return not enumerator.startswith("CU_OUT_") and not enumerator.endswith("_MAX")


def test_every_prototype_is_that_of_cuda_h(headers, declared, header_version, tmp_path):
    described = [
        symbol
        for symbol in SYMBOLS
        if symbol.how != ABSENT and symbol.name in declared and symbol.since <= header_version
    ]
    assert len(described) > 100
    assertions = [
        f'__builtin_types_compatible_p(__typeof__(&{symbol.name}), CUresult (*)({symbol.proto})) # "{symbol.name}"'
        for symbol in described
    ]
    wrong = compile_assertions(headers, assertions, tmp_path)
    assert not wrong, "\n".join(wrong)


def test_every_enumerator_size_and_offset_is_that_of_cuda_h(headers, tmp_path):
    ffi = cffi.FFI()
    ffi.cdef((ROOT / "src" / "bitfusion" / "api" / "types.cdef").read_text())
    assertions = []
    for name in ffi.list_types()[0]:
        kind = ffi.typeof(name)
        if kind.kind == "enum":
            assertions += [f'{item} == {value} # "{item}"' for item, value in kind.relements.items() if counts(item)]
        elif kind.kind in ("struct", "union") and kind.fields:
            assertions.append(f'sizeof({name}) == {ffi.sizeof(name)} # "sizeof {name}"')
            assertions += [
                f'offsetof({name}, {field}) == {at.offset} # "{name}.{field}"' for field, at in kind.fields if field
            ]
        elif kind.kind == "primitive":
            assertions.append(f'sizeof({name}) == {ffi.sizeof(name)} # "sizeof {name}"')
    assert len(assertions) > 300
    wrong = compile_assertions(headers, assertions, tmp_path)
    assert not wrong, "\n".join(wrong)


def test_the_comparison_notices_a_difference(headers, tmp_path):
    wrong = compile_assertions(
        headers, ['CUDA_ERROR_NOT_FOUND == 501 # "number"', 'sizeof(CUuuid) == 16 # "size"'], tmp_path
    )
    assert len(wrong) == 1 and "number" in wrong[0]


def test_the_table_has_every_function_of_cuda_h(declared, header_version):
    ours = {symbol.name for symbol in SYMBOLS}
    ours |= {f"{symbol.name}_{suffix}" for symbol in SYMBOLS for suffix, _ in symbol.twins}
    if header_version <= 13000:
        assert set(declared) - ours == set()
    assert len(set(declared) & ours) > 500


def test_the_shim_exports_every_function_of_the_table_and_nothing_else_of_its_own():
    library = native.file_of(native.SHIM)
    listing = subprocess.run(
        ["nm", "-D", "--defined-only", str(library)], check=True, capture_output=True, text=True, timeout=60
    )
    exported = {line.split()[-1].split("@")[0] for line in listing.stdout.splitlines()}
    ours = {symbol.name for symbol in SYMBOLS} | {f"{s.name}_{suffix}" for s in SYMBOLS for suffix, _ in s.twins}
    assert ours - exported == set()
    assert {name for name in exported if not name.startswith(("cu", "nvml"))} == set()
