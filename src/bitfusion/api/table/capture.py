"""Stream capture: work that is put into a stream becomes a graph. What a stream's capture is, is in stream.py."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuStreamBeginCapture@10000 +ptsz@10000 (CUstream hStream):
    direct
cuStreamBeginCapture_v2@10010 +ptsz@10010 (CUstream hStream, CUstreamCaptureMode mode):
    direct
cuStreamBeginCaptureToGraph@12030 +ptsz@12030 (CUstream hStream, CUgraph hGraph, const CUgraphNode *dependencies, const
        CUgraphEdgeData *dependencyData, size_t numDependencies, CUstreamCaptureMode mode):
    direct
cuStreamEndCapture@10000 +ptsz@10000 (CUstream hStream, CUgraph *phGraph):
    direct
cuStreamUpdateCaptureDependencies@11030 +ptsz@11030 (CUstream hStream, CUgraphNode *dependencies, size_t
        numDependencies, unsigned int flags):
    direct
cuStreamUpdateCaptureDependencies_v2@12030 +ptsz@12030 (CUstream hStream, CUgraphNode *dependencies, const
        CUgraphEdgeData *dependencyData, size_t numDependencies, unsigned int flags):
    direct
"""
)
