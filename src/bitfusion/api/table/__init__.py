"""The table, one module a chapter. SYMBOLS: what libcuda.so.1 exports. WIRES: the calls of the protocol, in the order
of their ids. NVML: what libnvidia-ml.so.1 exports.
"""

from ..model import Symbol, Wire, in_order
from ..nvml import Function
from . import (
    absent,
    array,
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
    managed,
    memop,
    memory,
    module,
    notices,
    nvml,
    old_launch,
    profiler,
    reference,
    session,
    sharing,
    stream,
    texture,
    virtual,
)

_CHAPTERS = (
    session,
    device,
    context,
    green,
    module,
    link,
    memory,
    array,
    virtual,
    managed,
    sharing,
    texture,
    reference,
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

SYMBOLS: tuple[Symbol, ...] = tuple(symbol for chapter in _CHAPTERS for symbol in chapter.CHAPTER.symbols)
WIRES: tuple[Wire, ...] = in_order(call for chapter in _CHAPTERS for call in chapter.CHAPTER.calls)
NVML: tuple[Function, ...] = nvml.FUNCTIONS
