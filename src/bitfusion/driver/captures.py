"""What only the driver can make of a call that a program's capture has taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..session import Handle
from .binding import SUCCESS, check, cuda
from .graphs import edges_of
from .launches import configure
from .ports import Answer
from .session import DriverSession
from .structures import Memory

_RELAXED = cuda.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED
_NON_BLOCKING = int(cuda.CUstream_flags.CU_STREAM_NON_BLOCKING)


def graph_add_launch(
    session: DriverSession, number: int, graph: Handle, before: list[Handle], edges: bytes, executable: Handle
) -> Answer:
    """Captured in a stream that is there for nothing else."""
    result, stream = cuda.cuStreamCreate(_NON_BLOCKING)
    check(result)
    try:
        node = _capture(stream, graph, before, edges, lambda: cuda.cuGraphLaunch(executable, stream)[0])
    finally:
        cuda.cuStreamDestroy(stream)
    return _keep(session, number, graph, node)


def graph_add_kernel(
    session: DriverSession,
    number: int,
    graph: Handle,
    before: list[Handle],
    edges: bytes,
    params: Memory,
    stream: Handle,
    attributes: Memory,
) -> Answer:
    """Captured in the program's stream, whose attributes the node gets."""
    kernel = params.made(cuda.CUgraphNodeParams).kernel
    shape = (kernel.gridDimX, kernel.gridDimY, kernel.gridDimZ, kernel.blockDimX, kernel.blockDimY, kernel.blockDimZ)
    config = configure((*shape, kernel.sharedMemBytes), int(stream), attributes)
    function = int(kernel.func) or int(kernel.kern)
    given = (function, kernel.kernelParams, kernel.extra)
    node = _capture(stream, graph, before, edges, lambda: cuda.cuLaunchKernelEx(config, *given)[0])
    return _keep(session, number, graph, node)


def _capture(stream: Handle, graph: Handle, before: list[Handle], edges: bytes, work: Callable[[], Any]) -> Handle:
    """The node that the driver makes of `work` in a capture of the stream."""
    data = edges_of(edges, len(before))
    check(cuda.cuStreamBeginCaptureToGraph(stream, graph, before, data, len(before), _RELAXED)[0])
    result = work()
    node = _newest(stream) if result is SUCCESS else None
    ended = cuda.cuStreamEndCapture(stream)[0]
    check(result)
    check(ended)
    assert node is not None
    return node


def _keep(session: DriverSession, number: int, graph: Handle, node: Handle) -> Answer:
    session.add(session.nodes, number, node, session.graphs.numbers[int(graph)])
    return (SUCCESS,)


def _newest(stream: Handle) -> Handle:
    """The node that the next work in the stream would come behind."""
    info = getattr(cuda, "cuStreamGetCaptureInfo_v3", cuda.cuStreamGetCaptureInfo)(stream)
    return info[4][0]
