"""The table, one module a family. SYMBOLS: what libcuda.so.1 exports. WIRES: the calls of the protocol. NVML: what
libnvidia-ml.so.1 exports.
"""

from ..model import Symbol, Wire
from ..nvml import Function
from . import (
    absent,
    attributes,
    callback,
    context,
    copy,
    coredump,
    device,
    launch,
    memop,
    memory,
    module,
    notices,
    nvml,
    old_launch,
    profiler,
    stream,
    wire,
)

_FAMILIES = (
    device,
    context,
    module,
    memory,
    copy,
    stream,
    callback,
    memop,
    attributes,
    launch,
    old_launch,
    profiler,
    coredump,
    notices,
    absent,
)

SYMBOLS: tuple[Symbol, ...] = tuple(symbol for family in _FAMILIES for symbol in family.SYMBOLS)
WIRES: tuple[Wire, ...] = wire.WIRES
NVML: tuple[Function, ...] = nvml.FUNCTIONS
