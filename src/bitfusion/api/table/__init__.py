"""The table, one module a chapter. SYMBOLS: what libcuda.so.1 exports. WIRES: the calls of the protocol, in the order
of their ids. NVML: what libnvidia-ml.so.1 exports.
"""

from types import ModuleType

from ..model import Symbol, Wire, in_order
from ..notation import Chapter
from ..nvml import Function
from . import (
    absent,
    attributes,
    callback,
    capture,
    context,
    copy,
    coredump,
    device,
    graph,
    green,
    launch,
    link,
    memop,
    memory,
    module,
    notices,
    nvml,
    old_launch,
    profiler,
    session,
    stream,
    wire,
    wire_graph,
)

_CHAPTERS = (
    session,
    device,
    context,
    green,
    module,
    link,
    memory,
    copy,
    stream,
    capture,
    callback,
    memop,
    attributes,
    launch,
    old_launch,
    graph,
    profiler,
    coredump,
    notices,
    absent,
)


def _read(module: ModuleType) -> Chapter:
    """What a module has, also in the form that the table had before."""
    chapter: Chapter = getattr(module, "CHAPTER", Chapter((), ()))
    return Chapter((*chapter.symbols, *getattr(module, "SYMBOLS", ())), (*chapter.calls, *getattr(module, "WIRES", ())))


_TABLE = tuple(_read(module) for module in (*_CHAPTERS, wire, wire_graph))
SYMBOLS: tuple[Symbol, ...] = tuple(symbol for chapter in _TABLE for symbol in chapter.symbols)
WIRES: tuple[Wire, ...] = in_order(call for chapter in _TABLE for call in chapter.calls)
NVML: tuple[Function, ...] = nvml.FUNCTIONS
