"""What only the driver can make of a call that a program's capture has taken."""

from __future__ import annotations

from ..session import Handle
from .binding import SUCCESS, check, cuda
from .graphs import edges_of
from .ports import Answer
from .session import DriverSession

_RELAXED = cuda.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED
_NON_BLOCKING = int(cuda.CUstream_flags.CU_STREAM_NON_BLOCKING)


def graph_add_launch(
    session: DriverSession, number: int, graph: Handle, before: list[Handle], edges: bytes, executable: Handle
) -> Answer:
    """The driver makes the node in a capture of a stream that is there for nothing else."""
    data = edges_of(edges, len(before))
    result, stream = cuda.cuStreamCreate(_NON_BLOCKING)
    check(result)
    try:
        check(cuda.cuStreamBeginCaptureToGraph(stream, graph, before, data, len(before), _RELAXED)[0])
        result = cuda.cuGraphLaunch(executable, stream)[0]
        node = _newest(stream) if result is SUCCESS else None
        ended = cuda.cuStreamEndCapture(stream)[0]
        check(result)
        check(ended)
    finally:
        cuda.cuStreamDestroy(stream)
    assert node is not None
    session.add(session.nodes, number, node, session.graphs.numbers[int(graph)])
    return (SUCCESS,)


def _newest(stream: Handle) -> Handle:
    """The node that the next work in the stream would come behind."""
    info = getattr(cuda, "cuStreamGetCaptureInfo_v3", cuda.cuStreamGetCaptureInfo)(stream)
    return info[4][0]
