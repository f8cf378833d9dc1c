"""libnvml/generated/: types, prototypes, and a stub for every function, in whose place a library puts its own;
docs/developer/nvml-coverage.md.
"""

from __future__ import annotations

from importlib.resources import files

from .emit_libcuda import BANNER
from .markdown import page, paragraph, table
from .nvml import ABSENT, CHANGE, HAND, LOCAL, REMOTE, SERVER, Function

_MEANING = {
    LOCAL: "answered in the client from what it knows of its servers, no round trip",
    HAND: "answered in the client, which asks a server for a part of it",
    REMOTE: "one request; the server calls the function of the same name",
    SERVER: "one request; the server answers with what is true for its clients",
    CHANGE: "would change the server's GPU or host: NVML_ERROR_NO_PERMISSION (4)",
    ABSENT: "exported, returns NVML_ERROR_NOT_SUPPORTED (3)",
}


def types_header() -> str:
    body = files(__package__).joinpath("nvml_types.cdef").read_text()
    return f"{BANNER}#ifndef LN_NVML_TYPES_H\n#define LN_NVML_TYPES_H\n\n{body}\n#endif\n"


def api_header(functions: tuple[Function, ...]) -> str:
    lines = [
        f'{BANNER}#ifndef LN_NVML_API_H\n#define LN_NVML_API_H\n\n#include "nvml_types.h"\n',
        '#define LN_API __attribute__((visibility("default")))\n',
        *(f"LN_API {function.returns}{function.name}({function.proto});" for function in functions if function.proto),
    ]
    return "\n".join(lines) + "\n\n#endif\n"


def absent_source(functions: tuple[Function, ...]) -> str:
    """Stubs of all functions but those that libnvml/ itself has."""
    own = ("nvmlErrorString", "nvmlInternalGetExportTable")
    rows = (
        f"LN_ABSENT({f.name}, {'NVML_ERROR_NO_PERMISSION' if f.how == CHANGE else 'NVML_ERROR_NOT_SUPPORTED'})"
        for f in functions
        if f.name not in own
    )
    return f'{BANNER}#include "../absent.h"\n\n' + "\n".join(rows) + "\n"


def coverage(functions: tuple[Function, ...]) -> str:
    counts = {how: sum(f.how == how for f in functions) for how in _MEANING}
    answered = (f for f in sorted(functions, key=lambda f: f.name) if f.how not in (CHANGE, ABSENT))
    return page(
        "# How each function of NVML is answered",
        "Written by `src/bitfusion/api/generate.py` from the table of NVML. Do not edit.",
        paragraph(
            f"The client's `libnvidia-ml.so.1` exports {len(functions)} functions: those of NVML 13, what nvidia-ml-py"
            " asks for by name and what driver 535 exports."
        ),
        table(("how", "functions", "meaning"), ((how, str(counts[how]), text) for how, text in _MEANING.items())),
        "## Answered",
        table(("function", "how"), ((f"`{f.name}`", f.how) for f in answered)),
        "## Refused",
        paragraph(", ".join(f"`{f.name}`" for f in functions if f.how == CHANGE)),
        "## Absent",
        *(_absent(reason, functions) for reason in dict.fromkeys(f.reason for f in functions if f.how == ABSENT)),
    )


def _absent(reason: str, functions: tuple[Function, ...]) -> str:
    names = [f.name for f in functions if f.how == ABSENT and f.reason == reason]
    return paragraph(f"**{reason}** ({len(names)}): {', '.join(f'`{name}`' for name in names)}")
