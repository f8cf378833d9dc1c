"""Stream capture: work that is put into a stream becomes a graph of the server's. The client has the rest of it."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuStreamBeginCapture@10000 +ptsz@10000 (CUstream hStream):
    is cuStreamBeginCapture_v2(hStream, CU_STREAM_CAPTURE_MODE_GLOBAL)
cuStreamBeginCapture_v2@10010 +ptsz@10010 (CUstream hStream, CUstreamCaptureMode mode):
    stream hStream; by bf_capture_begin(&order, mode)
cuStreamBeginCaptureToGraph@12030 +ptsz@12030 (CUstream hStream, CUgraph hGraph, const CUgraphNode *dependencies, const
        CUgraphEdgeData *dependencyData, size_t numDependencies, CUstreamCaptureMode mode):
    hand
cuStreamEndCapture@10000 +ptsz@10000 (CUstream hStream, CUgraph *phGraph):
    stream hStream; by bf_capture_end(&order, phGraph)
cuStreamUpdateCaptureDependencies@11030 +ptsz@11030 (CUstream hStream, CUgraphNode *dependencies, size_t
        numDependencies, unsigned int flags):
    is cuStreamUpdateCaptureDependencies_v2(hStream, dependencies, NULL, numDependencies, flags)
cuStreamUpdateCaptureDependencies_v2@12030 +ptsz@12030 (CUstream hStream, CUgraphNode *dependencies, const
        CUgraphEdgeData *dependencyData, size_t numDependencies, unsigned int flags):
    stream hStream; by bf_capture_update(&order, dependencies, dependencyData, numDependencies, flags)
cuStreamIsCapturing@10000 +ptsz@10000 (CUstream hStream, CUstreamCaptureStatus *captureStatus):
    is cuStreamGetCaptureInfo(hStream, captureStatus, NULL)
cuStreamGetCaptureInfo@10010 +ptsz@10010 (CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t
        *id_out):
    is cuStreamGetCaptureInfo_v2(hStream, captureStatus_out, id_out, NULL, NULL, NULL)
cuStreamGetCaptureInfo_v2@11030 +ptsz@11030 (CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t
        *id_out, CUgraph *graph_out, const CUgraphNode **dependencies_out, size_t *numDependencies_out):
    is cuStreamGetCaptureInfo_v3(hStream, captureStatus_out, id_out, graph_out, dependencies_out, NULL,
        numDependencies_out)
cuStreamGetCaptureInfo_v3@12030 +ptsz@12030 (CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t
        *id_out, CUgraph *graph_out, const CUgraphNode **dependencies_out, const CUgraphEdgeData **edgeData_out,
        size_t *numDependencies_out):
    hand local
graph_add_launch #430 ask (CUgraphNode *node, CUgraph graph, CUgraphNode[] dependencies, bytes edges, CUgraphExec exec):
    server: captures.graph_add_launch
    "The child graph that a launch of exec is in a capture. dependencies, edges: as of graph_add_node."
graph_add_kernel #500 ask (CUgraphNode *node, CUgraph graph, CUgraphNode[] dependencies, bytes edges, CUgraphNodeParams
        params, CUstream stream, CUlaunchAttribute[] attributes):
    server: captures.graph_add_kernel
    "The node that a launch with these parameters and attributes in the stream is in a capture. attributes: without
    events. dependencies, edges: as of graph_add_node."
"""
)
