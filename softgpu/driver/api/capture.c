/* Entry points of stream capture. */
#include "../capture/capture.h"

#include "../capture/capture_node.h"
#include "../capture/capture_rules.h"

/* ---- begin and end */

/* The stream is known; dependencies are of the graph. */
static CUresult begin_in(struct sg_stream *stream, CUstreamCaptureMode mode, CUgraph graph,
                         const struct lc_frontier *dependencies)
{
    REQUIRE(!sg_capture_member(stream), CUDA_ERROR_ILLEGAL_STATE);
    return sg_capture_begin(stream, mode, sg_capture_rules_thread(), graph, dependencies);
}

static CUresult begin(CUstream handle, CUstreamCaptureMode mode, CUgraph graph, const struct lc_frontier *dependencies)
{
    struct sg_stream *stream;
    TRY(sg_context_order(handle, &stream));
    REQUIRE((unsigned)mode <= CU_STREAM_CAPTURE_MODE_RELAXED, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!stream->legacy, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    sg_capture_lock();
    CUresult result = begin_in(stream, mode, graph, dependencies);
    sg_capture_unlock();
    return result;
}

CUresult cuStreamBeginCapture(CUstream hStream)
{
    ENTER(cuStreamBeginCapture);
    return begin(hStream, CU_STREAM_CAPTURE_MODE_GLOBAL, NULL, NULL);
}

CUresult cuStreamBeginCapture_v2(CUstream hStream, CUstreamCaptureMode mode)
{
    ENTER(cuStreamBeginCapture_v2);
    return begin(hStream, mode, NULL, NULL);
}

CUresult cuStreamBeginCaptureToGraph(CUstream hStream, CUgraph hGraph, const CUgraphNode *dependencies,
                                     const CUgraphEdgeData *dependencyData, size_t numDependencies,
                                     CUstreamCaptureMode mode)
{
    ENTER(cuStreamBeginCaptureToGraph);
    struct lc_frontier first = {0};
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    REQUIRE(hGraph, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_capture_node_check(hGraph, dependencies, dependencyData, numDependencies));
    if (!lc_frontier_add(&first, dependencies, dependencyData, numDependencies))
        return CUDA_ERROR_OUT_OF_MEMORY;
    CUresult result = begin(hStream, mode, hGraph, &first);
    lc_frontier_free(&first);
    return result;
}

static CUresult end_of(struct sg_member *member, CUgraph *graph)
{
    /* A graph that the program had before it need not be told. */
    REQUIRE(graph || (member && !member->capture->owns_graph), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(member, CUDA_ERROR_ILLEGAL_STATE);
    struct sg_capture *capture = member->capture;
    if (capture->origin != member)
        return sg_capture_rules_broken(capture, CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
    if (capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED && capture->thread != sg_capture_rules_thread())
        return sg_capture_rules_broken(capture, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
    CUresult result = capture->invalidated ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED : sg_capture_node_joined(capture);
    CUgraph captured = sg_capture_end(capture, !result);
    if (graph)
        *graph = captured;
    return result;
}

CUresult cuStreamEndCapture(CUstream hStream, CUgraph *phGraph)
{
    ENTER(cuStreamEndCapture);
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    sg_capture_lock();
    CUresult result = end_of(sg_capture_member(stream), phGraph);
    sg_capture_unlock();
    return result;
}

/* ---- state */

/* What cuStreamGetCaptureInfo may write; any but the first may be NULL. */
struct wanted {
    CUstreamCaptureStatus *status;
    cuuint64_t *id;
    CUgraph *graph;
    const CUgraphNode **nodes;
    const CUgraphEdgeData **edges;
    size_t *count;
};

static CUresult describe(const struct sg_member *member, const struct wanted *out)
{
    const struct lc_frontier *frontier = &member->frontier;
    bool active = !member->capture->invalidated;
    REQUIRE(!active || !out->nodes || out->edges || !lc_frontier_has_data(frontier), CUDA_ERROR_LOSSY_QUERY);
    *out->status = active ? CU_STREAM_CAPTURE_STATUS_ACTIVE : CU_STREAM_CAPTURE_STATUS_INVALIDATED;
    if (active && out->id)
        *out->id = member->capture->id;
    if (active && out->graph)
        *out->graph = member->capture->graph;
    if (active && out->nodes)
        *out->nodes = frontier->nodes;
    if (active && out->edges)
        *out->edges = frontier->edges;
    if (active && out->count)
        *out->count = frontier->count;
    return CUDA_SUCCESS;
}

/* What else is asked for is written only while capturing. */
static CUresult tell(CUstream handle, const struct wanted *out)
{
    struct sg_stream *stream;
    TRY(sg_capture_rules_order_ask(handle, &stream));
    REQUIRE(out->status && (out->nodes || !out->edges), CUDA_ERROR_INVALID_VALUE);
    CUresult result = CUDA_SUCCESS;
    sg_capture_lock();
    const struct sg_member *member = sg_capture_member(stream);
    if (member)
        result = describe(member, out);
    else
        *out->status = CU_STREAM_CAPTURE_STATUS_NONE;
    sg_capture_unlock();
    return result;
}

CUresult cuStreamIsCapturing(CUstream hStream, CUstreamCaptureStatus *captureStatus)
{
    ENTER(cuStreamIsCapturing);
    return tell(hStream, &(struct wanted){.status = captureStatus});
}

CUresult cuStreamGetCaptureInfo(CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out)
{
    ENTER(cuStreamGetCaptureInfo);
    return tell(hStream, &(struct wanted){.status = captureStatus_out, .id = id_out});
}

CUresult cuStreamGetCaptureInfo_v2(CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out,
                                   CUgraph *graph_out, const CUgraphNode **dependencies_out,
                                   size_t *numDependencies_out)
{
    ENTER(cuStreamGetCaptureInfo_v2);
    return tell(hStream, &(struct wanted){.status = captureStatus_out,
                                          .id = id_out,
                                          .graph = graph_out,
                                          .nodes = dependencies_out,
                                          .count = numDependencies_out});
}

CUresult cuStreamGetCaptureInfo_v3(CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out,
                                   CUgraph *graph_out, const CUgraphNode **dependencies_out,
                                   const CUgraphEdgeData **edgeData_out, size_t *numDependencies_out)
{
    ENTER(cuStreamGetCaptureInfo_v3);
    return tell(hStream, &(struct wanted){.status = captureStatus_out,
                                          .id = id_out,
                                          .graph = graph_out,
                                          .nodes = dependencies_out,
                                          .edges = edgeData_out,
                                          .count = numDependencies_out});
}

/* ---- dependencies */

static CUresult update_of(struct sg_member *member, CUgraphNode *nodes, const CUgraphEdgeData *edges, size_t count,
                          bool replace)
{
    REQUIRE(member, CUDA_ERROR_ILLEGAL_STATE);
    REQUIRE(!member->capture->invalidated, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    TRY(sg_capture_node_check(member->capture->graph, nodes, edges, count));
    return sg_capture_node_update(member, nodes, edges, count, replace);
}

static CUresult update(CUstream handle, CUgraphNode *nodes, const CUgraphEdgeData *edges, size_t count, unsigned flags)
{
    struct sg_stream *stream;
    TRY(sg_capture_rules_order_ask(handle, &stream));
    REQUIRE(flags <= CU_STREAM_SET_CAPTURE_DEPENDENCIES && (nodes || !count), CUDA_ERROR_INVALID_VALUE);
    sg_capture_lock();
    CUresult result =
        update_of(sg_capture_member(stream), nodes, edges, count, flags == CU_STREAM_SET_CAPTURE_DEPENDENCIES);
    sg_capture_unlock();
    return result;
}

CUresult cuStreamUpdateCaptureDependencies(CUstream hStream, CUgraphNode *dependencies, size_t numDependencies,
                                           unsigned int flags)
{
    ENTER(cuStreamUpdateCaptureDependencies);
    return update(hStream, dependencies, NULL, numDependencies, flags);
}

CUresult cuStreamUpdateCaptureDependencies_v2(CUstream hStream, CUgraphNode *dependencies,
                                              const CUgraphEdgeData *dependencyData, size_t numDependencies,
                                              unsigned int flags)
{
    ENTER(cuStreamUpdateCaptureDependencies_v2);
    return update(hStream, dependencies, dependencyData, numDependencies, flags);
}

/* ---- modes */

CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode *mode)
{
    ENTER(cuThreadExchangeStreamCaptureMode);
    REQUIRE(mode && (unsigned)*mode <= CU_STREAM_CAPTURE_MODE_RELAXED, CUDA_ERROR_INVALID_VALUE);
    *mode = sg_capture_rules_exchange(*mode);
    return CUDA_SUCCESS;
}
