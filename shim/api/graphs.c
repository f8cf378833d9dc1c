/* Graphs are looked through and changed. The server's driver has the graph; its nodes and edges are asked for. */
#include "../../libcuda/generated/cuda_api.h"

#include <stdlib.h>

#include "../state/graphs.h"

/* Lists: as bf_graphs_list. */

/* The data of edges to `out`; a caller that has no place for it may not miss any. */
static CUresult give_edges(const struct bf_value *edges, CUgraphEdgeData *out, size_t room)
{
    const uint8_t *data = edges->p;
    size_t bytes = edges->bytes < room * sizeof *out ? edges->bytes : room * sizeof *out;
    if (out) {
        memset(out, 0, room * sizeof *out);
        memcpy(out, data, bytes);
        return CUDA_SUCCESS;
    }
    for (size_t i = 0; i < bytes; i++)
        if (data[i])
            return CUDA_ERROR_LOSSY_QUERY;
    return CUDA_SUCCESS;
}

CUresult cuGraphGetEdges_v2(CUgraph hGraph, CUgraphNode *from, CUgraphNode *to, CUgraphEdgeData *edgeData,
                            size_t *numEdges)
{
    struct bf_object *graph;
    struct bf_ask ask;
    CUresult result = bf_lookup_find(BF_GRAPH, hGraph, &graph);
    if (!result && (!numEdges || !from != !to || (edgeData && !from)))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    size_t room = from ? *numEdges : 0;
    result = BF_ASK_HELD(bf_on(graph->server), NULL, &ask, graph_get_edges, bf_u(graph->number), bf_u(room),
                         bf_i(edgeData != NULL));
    if (!result)
        result = give_edges(&ask.values[3], edgeData, room);
    if (!result)
        result = bf_graphs_unpack(graph, &ask.values[1], from, room);
    if (!result)
        result = bf_graphs_unpack(graph, &ask.values[2], to, room);
    if (!result)
        *numEdges = from ? ask.values[1].bytes / sizeof(uint64_t) : ask.values[0].u;
    bf_stream_ask_end(&ask);
    return result;
}

static CUresult list_neighbours(CUgraphNode hNode, int dependents, CUgraphNode *nodes, CUgraphEdgeData *edges,
                                size_t *count)
{
    struct bf_object *node;
    struct bf_ask ask;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (!result && (!count || (edges && !nodes)))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    size_t room = nodes ? *count : 0;
    result = BF_ASK_HELD(bf_on(node->server), NULL, &ask, node_get_dependencies, bf_u(node->number), bf_i(dependents),
                         bf_u(room), bf_i(edges != NULL));
    if (!result)
        result = give_edges(&ask.values[2], edges, room);
    if (!result)
        result = bf_graphs_unpack(node->owner, &ask.values[1], nodes, room);
    if (!result)
        *count = nodes ? ask.values[1].bytes / sizeof(uint64_t) : ask.values[0].u;
    bf_stream_ask_end(&ask);
    return result;
}

CUresult cuGraphNodeGetDependencies_v2(CUgraphNode hNode, CUgraphNode *dependencies, CUgraphEdgeData *edgeData,
                                       size_t *numDependencies)
{
    return list_neighbours(hNode, 0, dependencies, edgeData, numDependencies);
}

CUresult cuGraphNodeGetDependentNodes_v2(CUgraphNode hNode, CUgraphNode *dependentNodes, CUgraphEdgeData *edgeData,
                                         size_t *numDependentNodes)
{
    return list_neighbours(hNode, 1, dependentNodes, edgeData, numDependentNodes);
}

static CUresult change_edges(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to,
                             const CUgraphEdgeData *edges, size_t count, int remove)
{
    struct bf_object *graph;
    uint64_t *sources = NULL, *targets = NULL;
    CUresult result = bf_lookup_find(BF_GRAPH, hGraph, &graph);
    if (!result)
        result = bf_graphs_pack(graph, from, count, &sources);
    if (!result)
        result = bf_graphs_pack(graph, to, count, &targets);
    if (!result)
        result = bf_graphs_change(graph, &(struct bf_edges){sources, targets, edges, count}, remove);
    free(sources);
    free(targets);
    return result;
}

CUresult cuGraphAddDependencies_v2(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to,
                                   const CUgraphEdgeData *edgeData, size_t numDependencies)
{
    return change_edges(hGraph, from, to, edgeData, numDependencies, 0);
}

CUresult cuGraphRemoveDependencies_v2(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to,
                                      const CUgraphEdgeData *edgeData, size_t numDependencies)
{
    return change_edges(hGraph, from, to, edgeData, numDependencies, 1);
}
