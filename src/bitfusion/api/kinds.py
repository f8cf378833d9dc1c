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

    Both halves: `letter` stands for its number in the descriptors of the shim, `type` is its C type, `table` where a session keeps
    it. `record`: the table's value is a record with the driver's handle inside, because calls need to know more; `holds`
    is its class (session/objects.py). `named`: the driver answers with such handles, and their numbers are looked up.
    `parents`: kinds of what it is made in and goes with; none: it goes with the session. `bad` is what a call answers
    that gets a handle of nothing, `destroyer` the symbol that ends one; none: it ends with its parent alone.

    The server's half, as Python in which {number}, {value}, {parent}, {table} and arguments of the call are filled in:
    how a new `handle` becomes an object, how one is ended if not by the driver's function alone, what is checked
    before and done after.
    """

    name: str
    letter: str
    type: str
    table: str
    record: bool
    parents: tuple[str, ...]
    bad: str
    destroyer: str
    enter: str = "session.add(session.{table}, {number}, handle, {parent})"
    enter_primary: str = ""
    may_end: str = ""
    end: str = ""
    leave: str = "session.drop({number})"
    holds: str = "Handle"
    named: bool = False


KINDS: tuple[Kind, ...] = (
    Kind(
        "context",
        "C",
        "CUcontext",
        "contexts",
        record=True,
        parents=(),
        bad=INVALID_CONTEXT,
        destroyer="cuCtxDestroy_v2",
        enter="session.add_context({number}, handle, {dev})",
        enter_primary="session.add_context({number}, handle, {dev}, primary=True)",
        may_end="session.check_made({value})",
        leave="contexts.leave(session, {value})",
        holds="Context",
    ),
    Kind("module", "M", "CUmodule", "modules", False, ("context", "library"), INVALID_HANDLE, "cuModuleUnload"),
    Kind(
        "function",
        "F",
        "CUfunction",
        "functions",
        record=True,
        parents=("module", "kernel"),
        bad=INVALID_HANDLE,
        destroyer="",
        enter="session.add_function({number}, handle, {parent})",
        holds="Launchable",
    ),
    Kind("library", "L", "CUlibrary", "libraries", False, (), INVALID_HANDLE, "cuLibraryUnload"),
    Kind(
        "kernel",
        "K",
        "CUkernel",
        "kernels",
        record=False,
        parents=("library",),
        bad=INVALID_HANDLE,
        destroyer="",
        enter="descriptions.enter_kernel(session, {number}, handle, {parent})",
    ),
    Kind(
        "stream",
        "S",
        "CUstream",
        "streams",
        record=False,
        parents=("context",),
        bad=INVALID_HANDLE,
        destroyer="cuStreamDestroy_v2",
        enter="streams.enter(session, {number}, handle, {flags})",
        end="streams.end(session, {value})",
    ),
    Kind(
        "event",
        "E",
        "CUevent",
        "events",
        record=False,
        parents=("context",),
        bad=INVALID_HANDLE,
        destroyer="cuEventDestroy_v2",
        end="session.records.destroy({value})",
    ),
    Kind(
        "pool",
        "P",
        "CUmemoryPool",
        "pools",
        record=True,
        parents=(),
        bad=INVALID_VALUE,
        destroyer="cuMemPoolDestroy",
        enter="session.add_pool({number}, handle, {dev})",
        leave="pools.retired(session, {value}); session.drop({number})",
        holds="Pool",
    ),
    Kind(
        "link",
        "J",
        "CUlinkState",
        "links",
        record=True,
        parents=(),
        bad=INVALID_HANDLE,
        destroyer="cuLinkDestroy",
        enter="links.enter(session, {number}, handle, {options})",
        holds="Link",
    ),
    # Physical memory. The client counts who holds it; to the server it ends once, mapped or not.
    Kind(
        "memhandle",
        "H",
        "CUmemGenericAllocationHandle",
        "memhandles",
        record=True,
        parents=(),
        bad=INVALID_VALUE,
        destroyer="cuMemRelease",
        enter="virtual.enter(session, {number}, handle)",
        leave="virtual.leave(session, {number})",
        holds="Physical",
    ),
    Kind("green", "V", "CUgreenCtx", "greens", False, (), INVALID_CONTEXT, "cuGreenCtxDestroy"),
    Kind("resources", "R", "CUdevResourceDesc", "resources", False, (), INVALID_VALUE, ""),
    Kind(
        "array",
        "A",
        "CUarray",
        "arrays",
        record=False,
        parents=("context", "mipmap"),
        bad=INVALID_HANDLE,
        destroyer="cuArrayDestroy",
        leave="session.drop({number})",
        named=True,
    ),
    Kind(
        "mipmap",
        "I",
        "CUmipmappedArray",
        "mipmaps",
        record=False,
        parents=("context",),
        bad=INVALID_HANDLE,
        destroyer="cuMipmappedArrayDestroy",
        leave="session.drop({number})",
        named=True,
    ),
    # The program has the driver's own numbers, which lie in parameters of kernels.
    Kind("texture", "T", "CUtexObject", "textures", False, ("context",), INVALID_VALUE, "cuTexObjectDestroy"),
    Kind("surface", "U", "CUsurfObject", "surfaces", False, ("context",), INVALID_VALUE, "cuSurfObjectDestroy"),
    Kind("texref", "Q", "CUtexref", "texrefs", False, ("module", "context"), INVALID_HANDLE, "cuTexRefDestroy"),
    Kind("surfref", "W", "CUsurfref", "surfrefs", False, ("module",), INVALID_HANDLE, ""),
    # A graph is made in none; one in a node (a child, the body of a conditional) goes with that node.
    Kind("graph", "G", "CUgraph", "graphs", False, (), INVALID_VALUE, "cuGraphDestroy", named=True),
    Kind("node", "N", "CUgraphNode", "nodes", False, ("graph",), INVALID_VALUE, "cuGraphDestroyNode", named=True),
    Kind("exec", "X", "CUgraphExec", "execs", False, (), INVALID_VALUE, "cuGraphExecDestroy"),
    # It ends when nobody owns it, which the server tells.
    Kind("userobject", "O", "CUuserObject", "user_objects", False, (), INVALID_VALUE, "cuUserObjectRelease"),
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
