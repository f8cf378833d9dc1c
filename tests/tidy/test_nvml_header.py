"""Our declarations of NVML against NVIDIA's nvml.h, where one is installed, and our names against those of
nvidia-ml-py.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import cffi
import pynvml
import pytest
import toolkit
from checkout import ROOT

from bitfusion.api.nvml import ABSENT, CHANGE, HAND, LOCAL, REMOTE, SERVER
from bitfusion.api.table import NVML

# The header declares the older versions of a function under their own names with this one.
DEFINE = "NVML_NO_UNVERSIONED_FUNC_DEFS"
# Exported by driver 535, in no header.
PRIVATE = {"nvmlInternalGetExportTable", "nvmlGetBlacklistDeviceCount", "nvmlGetBlacklistDeviceInfoByIndex"}


@pytest.fixture(scope="module")
def header() -> Path:
    found = toolkit.nvml_header()
    if found is None:
        toolkit.missing("nvml.h", "pip install 'nvidia-nvml-dev==13.*'")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def declared(header: Path) -> set[str]:
    command = ["gcc", "-E", "-P", "-D", DEFINE, str(header)]
    text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    return set(re.findall(r"\bnvmlReturn_t\s+(nvml\w+)\s*\(", text)) | {"nvmlErrorString"}


def complaints(header: Path, assertions: list[tuple[str, str]], scratch: Path) -> list[str]:
    """The compiler's about a file that includes nvml.h and asserts each (condition, subject)."""
    source = scratch / "assertions.c"
    lines = [f'_Static_assert({condition}, "{subject}");' for condition, subject in assertions]
    source.write_text(f'#include <stddef.h>\n#define {DEFINE} 1\n#include "{header}"\n' + "\n".join(lines) + "\n")
    command = ["gcc", "-std=gnu11", "-w", "-fsyntax-only", "-fmax-errors=0", str(source)]
    outcome = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return [line for line in outcome.stderr.splitlines() if "error:" in line]


def test_every_prototype_is_that_of_nvml_h(header, tmp_path):
    described = [function for function in NVML if function.proto and function.name not in PRIVATE]
    assert len(described) > 150
    wrong = complaints(
        header,
        [
            (f"__builtin_types_compatible_p(__typeof__(&{f.name}), {f.returns}(*)({f.proto}))", f.name)
            for f in described
        ],
        tmp_path,
    )
    assert not wrong, "\n".join(wrong)


def test_every_enumerator_size_and_offset_is_that_of_nvml_h(header, tmp_path):
    ffi = cffi.FFI()
    ffi.cdef((ROOT / "src" / "bitfusion" / "api" / "nvml_types.cdef").read_text())
    assertions = []
    for name in ffi.list_types()[0]:
        kind = ffi.typeof(name)
        if kind.kind == "enum":
            # Sentinels grow with each release.
            assertions += [
                (f"{item} == {value}", item) for item, value in kind.relements.items() if not item.endswith("_COUNT")
            ]
        elif kind.kind in ("struct", "union") and kind.fields:
            assertions.append((f"sizeof({name}) == {ffi.sizeof(name)}", f"sizeof {name}"))
            assertions += [
                (f"offsetof({name}, {field}) == {at.offset}", f"{name}.{field}") for field, at in kind.fields if field
            ]
        elif kind.kind == "primitive":
            assertions.append((f"sizeof({name}) == {ffi.sizeof(name)}", f"sizeof {name}"))
    assert len(assertions) > 500
    wrong = complaints(header, assertions, tmp_path)
    assert not wrong, "\n".join(wrong)


def test_the_comparison_with_nvml_h_notices_a_difference(header, tmp_path):
    wrong = complaints(
        header, [("NVML_ERROR_TIMEOUT == 11", "number"), ("sizeof(nvmlMemory_t) == 24", "size")], tmp_path
    )
    assert len(wrong) == 1 and "number" in wrong[0]


def test_the_table_of_nvml_has_every_function_of_nvml_h(declared):
    assert len(declared) > 300
    assert declared - {function.name for function in NVML} == set()


def test_the_table_of_nvml_has_every_function_that_nvidia_ml_py_knows():
    asked = set(re.findall(r'_nvmlGetFunctionPointer\("(\w+)"\)', Path(pynvml.__file__).read_text()))
    assert len(asked) > 300
    assert asked - {function.name for function in NVML} == set()


def test_no_function_of_nvml_stands_in_the_table_twice_and_each_says_how_it_is_answered():
    names = [function.name for function in NVML]
    assert sorted(names) == sorted(set(names))
    for function in NVML:
        assert bool(function.proto) == (function.how in (LOCAL, HAND, REMOTE, SERVER)), function.name
        assert bool(function.reason) == (function.how == ABSENT), function.name
        assert function.how in (LOCAL, HAND, REMOTE, SERVER, CHANGE, ABSENT)
        parameters = {param.name for param in function.params}
        for array in function.arrays:
            assert array.name in parameters and (array.count in parameters or array.count.isdigit()), function.name
