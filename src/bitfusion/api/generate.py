"""Write every generated file from the API table, or with --check say which ones are stale.

    python -m bitfusion.api.generate [--check | --report]      (from a source checkout)

Standard library only. Exit code 1 if --check finds a difference. --report says how much needs no code by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from .. import __version__, limits
from ..errors import STICKY
from . import (
    emit_digest,
    emit_docs,
    emit_entries,
    emit_libcuda,
    emit_nvml,
    emit_nvml_calls,
    emit_python,
    emit_shim,
    emit_structures,
    emit_wire_docs,
)
from .model import DIRECT
from .report import shares
from .structures import described
from .table import NVML, SYMBOLS, WIRES

ROOT = Path(__file__).resolve().parents[3]


def outputs() -> dict[str, str]:
    """Path below the checkout -> content."""
    return {
        "libcuda/generated/cuda_types.h": emit_libcuda.types_header(),
        "libcuda/generated/array_formats.h": emit_libcuda.array_formats_header(),
        "libcuda/generated/cuda_api.h": emit_libcuda.api_header(SYMBOLS),
        "libcuda/generated/sticky.h": emit_libcuda.sticky_header(STICKY),
        "libcuda/generated/names.c": emit_libcuda.names_source(SYMBOLS),
        "libcuda/generated/twins.c": emit_libcuda.twins_source(SYMBOLS),
        "libcuda/generated/absent.c": emit_libcuda.absent_source(SYMBOLS, "../absent.h"),
        "src/bitfusion/generated/calls.py": emit_python.calls_module(WIRES),
        "src/bitfusion/session/tables.py": emit_python.tables_module(),
        "src/bitfusion/wire/digest.py": emit_digest.module(WIRES, NVML),
        "shim/generated/digest.h": emit_digest.header(WIRES, NVML),
        "shim/generated/calls.h": emit_shim.calls_header(WIRES),
        "shim/generated/calls.c": emit_shim.calls_source(WIRES),
        "shim/generated/entries.c": emit_entries.entries_source(SYMBOLS, WIRES),
        "shim/generated/absent.c": emit_libcuda.absent_source(SYMBOLS, "../../libcuda/absent.h", DIRECT),
        "shim/generated/structures.h": emit_structures.header(described()),
        "shim/generated/structures.c": emit_structures.source(described()),
        "src/bitfusion/generated/structures.py": emit_structures.module(described()),
        "shim/generated/kinds.h": emit_shim.kinds_header(),
        "shim/generated/limits.h": emit_shim.limits_header(limits, __version__, _names_in_shim()),
        "libnvml/generated/nvml_types.h": emit_nvml.types_header(),
        "libnvml/generated/nvml_api.h": emit_nvml.api_header(NVML),
        "libnvml/generated/absent.c": emit_nvml.absent_source(NVML),
        "src/bitfusion/generated/nvml.py": emit_nvml_calls.description_module(NVML),
        "shim/nvml/generated/functions.h": emit_nvml_calls.functions_header(NVML),
        "shim/nvml/generated/functions.c": emit_nvml_calls.functions_source(NVML),
        "shim/nvml/generated/stubs.c": emit_nvml_calls.stubs_source(NVML),
        "docs/developer/calls.md": emit_wire_docs.calls(WIRES),
        "docs/developer/nvml-coverage.md": emit_nvml.coverage(NVML),
        "docs/developer/api-coverage.md": emit_docs.coverage(SYMBOLS, WIRES),
    }


def main(arguments: list[str]) -> int:
    if "--report" in arguments:
        print("\n".join(map(str, shares(SYMBOLS, WIRES))))
        return 0
    if not (ROOT / "pyproject.toml").exists():
        print(f"{ROOT} is not a checkout: set PYTHONPATH=src, this package is an installed one", file=sys.stderr)
        return 2
    stale = [path for path, text in outputs().items() if _read(ROOT / path) != text]
    if "--check" in arguments:
        for path in stale:
            print(f"stale: {path}; run python -m bitfusion.api.generate", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(outputs()[path])
        print(f"wrote {path}")
    return 0


def _names_in_shim() -> set[str]:
    """What the shim's hand-written C calls BF_something."""
    paths = (path for path in (ROOT / "shim").rglob("*.[ch]") if "generated" not in path.parts)
    return {name for path in paths for name in re.findall(r"\bBF_\w+", path.read_text())}


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
