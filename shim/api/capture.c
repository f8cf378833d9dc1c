/* Stream capture: begun and ended here, where the threads are whose modes it goes by. Its graph is the server's. */
#include "capture.h"

#include <stdlib.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../state/graphs.h"

static void destroy(CUgraph graph)
{
    struct bf_object *object = bf_objects_find(graph, BF_GRAPH);
    if (object)
        (void)bf_graphs_end(object);
}

void bf_capture_end_left(void)
{
    for (CUgraph graph = lc_capture_left(); graph; graph = lc_capture_left())
        destroy(graph);
}

static CUresult open_stream(const struct bf_order *order, CUstreamCaptureMode mode, struct lc_capture_stream *out)
{
    struct lc_capture_info info;
    if ((unsigned)mode > CU_STREAM_CAPTURE_MODE_RELAXED)
        return CUDA_ERROR_INVALID_VALUE;
    *out = bf_issue_stream(order);
    if (out->legacy)
        return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    CUresult result = lc_capture_work_ask(out, &info);
    return result || info.status == CU_STREAM_CAPTURE_STATUS_NONE ? result : CUDA_ERROR_ILLEGAL_STATE;
}

CUresult bf_capture_begin(const struct bf_order *order, CUstreamCaptureMode mode)
{
    struct lc_capture_stream stream;
    CUgraph graph;
    CUresult result = open_stream(order, mode, &stream);
    if (result)
        return result;
    bf_capture_end_left();
    result = bf_graphs_create(&graph);
    if (result)
        return result;
    result = lc_capture_begin(&stream, mode, graph, true, NULL);
    if (result)
        destroy(graph);
    return result;
}

/* Nodes of the graph, with edges that there can be. */
static CUresult read_nodes(CUgraph graph, const CUgraphNode *nodes, const CUgraphEdgeData *edges, size_t count,
                           struct lc_frontier *out)
{
    static const unsigned char none[sizeof edges->reserved];
    if (!bf_objects_find(graph, BF_GRAPH) || (count && !nodes))
        return CUDA_ERROR_INVALID_VALUE;
    for (size_t i = 0; i < count; i++) {
        const struct bf_object *node = bf_objects_find(nodes[i], BF_NODE);
        bool wrong = edges && (edges[i].to_port || edges[i].from_port > CU_GRAPH_KERNEL_NODE_PORT_LAUNCH_ORDER ||
                               edges[i].type > CU_GRAPH_DEPENDENCY_TYPE_PROGRAMMATIC ||
                               memcmp(edges[i].reserved, none, sizeof none) != 0);
        if (!node || (CUgraph)node->owner != graph || wrong)
            return CUDA_ERROR_INVALID_VALUE;
    }
    return lc_frontier_add(out, nodes, edges, count) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult cuStreamBeginCaptureToGraph(CUstream hStream, CUgraph hGraph, const CUgraphNode *dependencies,
                                     const CUgraphEdgeData *dependencyData, size_t numDependencies,
                                     CUstreamCaptureMode mode)
{
    struct lc_capture_stream stream;
    struct lc_frontier first = {0};
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (!result)
        result = read_nodes(hGraph, dependencies, dependencyData, numDependencies, &first);
    if (!result)
        result = open_stream(&order, mode, &stream);
    if (!result)
        result = lc_capture_begin(&stream, mode, hGraph, false, &first);
    lc_frontier_free(&first);
    return result;
}

/* ---- end */

/* All edges of the graph, which nobody may change while it is ended. */
static CUresult read_edges(CUgraph graph, CUgraphNode **nodes, struct lc_capture_edges *out)
{
    size_t count = 0;
    CUresult result = cuGraphGetEdges_v2(graph, NULL, NULL, NULL, &count);
    *nodes = NULL;
    if (result || !count)
        return result;
    CUgraphEdgeData *data = malloc(count * sizeof *data);
    *nodes = malloc(2 * count * sizeof(CUgraphNode));
    result = data && *nodes ? cuGraphGetEdges_v2(graph, *nodes, *nodes + count, data, &count)
                            : CUDA_ERROR_OUT_OF_MEMORY;
    free(data);
    *out = (struct lc_capture_edges){*nodes, *nodes + count, result ? 0 : count};
    return result;
}

CUresult bf_capture_end(const struct bf_order *order, CUgraph *out)
{
    const struct lc_capture_stream stream = bf_issue_stream(order);
    struct lc_capture_edges edges = {0};
    CUgraphNode *nodes = NULL;
    CUgraph forsaken = NULL, joins = lc_capture_joins(&stream);
    CUresult result = joins ? read_edges(joins, &nodes, &edges) : CUDA_SUCCESS;
    if (!result)
        result = lc_capture_end(&stream, &edges, out, &forsaken);
    free(nodes);
    if (forsaken)
        destroy(forsaken);
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

static void write_active(const struct lc_capture_info *info, const struct wanted *out)
{
    if (out->id)
        *out->id = info->id;
    if (out->graph)
        *out->graph = info->graph;
    if (out->nodes)
        *out->nodes = info->frontier->nodes;
    if (out->edges)
        *out->edges = info->frontier->edges;
    if (out->count)
        *out->count = info->frontier->count;
}

/* What else is asked for is written only while capturing. */
static CUresult tell(const struct bf_order *order, const struct wanted *out)
{
    struct lc_capture_info info;
    const struct lc_capture_stream stream = bf_issue_stream(order);
    CUresult result = lc_capture_work_ask(&stream, &info);
    if (!result && (!out->status || (out->edges && !out->nodes)))
        result = CUDA_ERROR_INVALID_VALUE;
    bool active = !result && info.status == CU_STREAM_CAPTURE_STATUS_ACTIVE;
    if (active && out->nodes && !out->edges && lc_frontier_has_data(info.frontier))
        result = CUDA_ERROR_LOSSY_QUERY;
    if (result)
        return result;
    *out->status = info.status;
    if (active)
        write_active(&info, out);
    return CUDA_SUCCESS;
}

CUresult cuStreamGetCaptureInfo_v3(CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out,
                                   CUgraph *graph_out, const CUgraphNode **dependencies_out,
                                   const CUgraphEdgeData **edgeData_out, size_t *numDependencies_out)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    return result ? result
                  : tell(&order, &(struct wanted){captureStatus_out, id_out, graph_out, dependencies_out, edgeData_out,
                                                  numDependencies_out});
}

/* ---- dependencies */

CUresult bf_capture_update(const struct bf_order *order, const CUgraphNode *nodes, const CUgraphEdgeData *edges,
                           size_t count, unsigned flags)
{
    const struct lc_capture_stream stream = bf_issue_stream(order);
    struct lc_frontier read = {0};
    struct lc_capture_info info;
    CUresult result = lc_capture_work_ask(&stream, &info);
    if (!result && (flags > CU_STREAM_SET_CAPTURE_DEPENDENCIES || (count && !nodes)))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && info.status == CU_STREAM_CAPTURE_STATUS_ACTIVE)
        result = read_nodes(info.graph, nodes, edges, count, &read);
    if (!result)
        result = lc_capture_work_update(&stream, &read, flags == CU_STREAM_SET_CAPTURE_DEPENDENCIES);
    lc_frontier_free(&read);
    return result;
}
