"""The kinds of driver objects, one row each: everything that lists kinds is made from here.

On the wire an object is the client's own number for it (0 is NULL).
"""

from __future__ import annotations

from dataclasses import dataclass

INVALID_VALUE = "CUDA_ERROR_INVALID_VALUE"
INVALID_CONTEXT = "CUDA_ERROR_INVALID_CONTEXT"
INVALID_HANDLE = "CUDA_ERROR_INVALID_HANDLE"


@dataclass(frozen=True)
class Kind:
    """A kind of objects.

    `letter` stands for its number in the descriptors of the shim, `type` is its C type, `table` where a session keeps
    it. `record`: the table's value is a record with the driver's handle inside, because calls need to know more.
    `parents`: kinds of what it is made in and goes with; none: it goes with the session. `bad` is what a call answers
    that gets a handle of nothing, `destroyer` the symbol that ends one; none: it ends with its parent alone.
    """

    name: str
    letter: str
    type: str
    table: str
    record: bool
    parents: tuple[str, ...]
    bad: str
    destroyer: str


KINDS: tuple[Kind, ...] = (
    Kind("context", "C", "CUcontext", "contexts", True, (), INVALID_CONTEXT, "cuCtxDestroy_v2"),
    Kind("module", "M", "CUmodule", "modules", False, ("context", "library"), INVALID_HANDLE, "cuModuleUnload"),
    Kind("function", "F", "CUfunction", "functions", True, ("module", "kernel"), INVALID_HANDLE, ""),
    Kind("library", "L", "CUlibrary", "libraries", False, (), INVALID_HANDLE, "cuLibraryUnload"),
    Kind("kernel", "K", "CUkernel", "kernels", False, ("library",), INVALID_HANDLE, ""),
    Kind("stream", "S", "CUstream", "streams", False, ("context",), INVALID_HANDLE, "cuStreamDestroy_v2"),
    Kind("event", "E", "CUevent", "events", False, ("context",), INVALID_HANDLE, "cuEventDestroy_v2"),
    Kind("pool", "P", "CUmemoryPool", "pools", True, (), INVALID_VALUE, "cuMemPoolDestroy"),
)

# By C type.
HANDLES: dict[str, Kind] = {kind.type: kind for kind in KINDS}


def check_kinds(kinds: tuple[Kind, ...]) -> None:
    """Raises ValueError for rows that cannot be told apart, or a parent that is no kind."""
    for field in ("name", "letter", "type", "table"):
        values = [getattr(kind, field) for kind in kinds]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise ValueError(f"kinds have the same {field}: {', '.join(twice)}")
    unknown = {parent for kind in kinds for parent in kind.parents} - {kind.name for kind in kinds}
    if unknown:
        raise ValueError(f"parents that are no kinds: {', '.join(sorted(unknown))}")


check_kinds(KINDS)
