/* Entry points of edges, of the first interface and of the second (_v2), whose edges have data. */
#include "../graph/edge.h"

/* ---- queries */

/* Where the edges of a list go: `from` or `to` may be NULL if only the other end is asked for. */
struct listing {
    CUgraphNode *from, *to;
    CUgraphEdgeData *data;
    size_t room, found;
    bool counts;                /* nothing but their number */
};

static CUresult give(struct listing *listing, const struct sg_node *from, const struct sg_node *to,
                     const CUgraphEdgeData *data)
{
    if (!listing->counts && listing->found == listing->room)
        return CUDA_SUCCESS;
    REQUIRE(listing->counts || listing->data || sg_edge_is_default(data), CUDA_ERROR_LOSSY_QUERY);
    if (listing->from)
        listing->from[listing->found] = (CUgraphNode)from->handle;
    if (listing->to)
        listing->to[listing->found] = (CUgraphNode)to->handle;
    if (listing->data)
        listing->data[listing->found] = *data;
    listing->found++;
    return CUDA_SUCCESS;
}

/* More room than needed is cleared. */
static void finish(const struct listing *listing, size_t *count)
{
    for (size_t i = listing->found; !listing->counts && i < listing->room; i++) {
        if (listing->from)
            listing->from[i] = NULL;
        if (listing->to)
            listing->to[i] = NULL;
    }
    *count = listing->found;
}

/* Nothing is written if it fails: so whether something would be lost is looked at first. */
static CUresult check_lossy(const struct sg_edges *edges, const struct listing *listing)
{
    bool loses = !listing->data && !listing->counts;
    for (size_t i = 0; loses && i < edges->count; i++)
        REQUIRE(sg_edge_is_default(&edges->at[i].data), CUDA_ERROR_LOSSY_QUERY);
    return CUDA_SUCCESS;
}

static CUresult list_graph(CUgraph handle, struct listing *listing, size_t *count)
{
    struct sg_graph *graph;
    TRY(sg_graph_find(handle, &graph));
    for (const struct sg_node *node = graph->first; node; node = node->next)
        TRY(check_lossy(&node->after, listing));
    for (const struct sg_node *node = graph->first; node; node = node->next)
        for (size_t i = 0; i < node->after.count; i++)
            TRY(give(listing, node, node->after.at[i].other, &node->after.at[i].data));
    finish(listing, count);
    return CUDA_SUCCESS;
}

static CUresult list_node(CUgraphNode handle, struct listing *listing, size_t *count, bool before)
{
    struct sg_node *node;
    TRY(sg_graph_find_node(handle, &node));
    const struct sg_edges *edges = before ? &node->before : &node->after;
    TRY(check_lossy(edges, listing));
    for (size_t i = 0; i < edges->count; i++)
        TRY(give(listing, edges->at[i].other, edges->at[i].other, &edges->at[i].data));
    finish(listing, count);
    return CUDA_SUCCESS;
}

static CUresult edges(CUgraph graph, CUgraphNode *from, CUgraphNode *to, CUgraphEdgeData *data, size_t *count)
{
    REQUIRE(count && !from == !to && (from || !data), CUDA_ERROR_INVALID_VALUE);
    struct listing listing = {.from = from, .to = to, .data = data, .room = *count, .counts = !from};
    sg_graph_lock();
    return sg_graph_unlock(list_graph(graph, &listing, count));
}

static CUresult neighbours(CUgraphNode node, CUgraphNode *nodes, CUgraphEdgeData *data, size_t *count, bool before)
{
    REQUIRE(count && (nodes || !data), CUDA_ERROR_INVALID_VALUE);
    struct listing listing = {.to = nodes, .data = data, .room = *count, .counts = !nodes};
    sg_graph_lock();
    return sg_graph_unlock(list_node(node, &listing, count, before));
}

CUresult cuGraphGetEdges(CUgraph hGraph, CUgraphNode *from, CUgraphNode *to, size_t *numEdges)
{
    ENTER(cuGraphGetEdges);
    return edges(hGraph, from, to, NULL, numEdges);
}

CUresult cuGraphGetEdges_v2(CUgraph hGraph, CUgraphNode *from, CUgraphNode *to, CUgraphEdgeData *edgeData,
                            size_t *numEdges)
{
    ENTER(cuGraphGetEdges_v2);
    return edges(hGraph, from, to, edgeData, numEdges);
}

CUresult cuGraphNodeGetDependencies(CUgraphNode hNode, CUgraphNode *dependencies, size_t *numDependencies)
{
    ENTER(cuGraphNodeGetDependencies);
    return neighbours(hNode, dependencies, NULL, numDependencies, true);
}

CUresult cuGraphNodeGetDependencies_v2(CUgraphNode hNode, CUgraphNode *dependencies, CUgraphEdgeData *edgeData,
                                       size_t *numDependencies)
{
    ENTER(cuGraphNodeGetDependencies_v2);
    return neighbours(hNode, dependencies, edgeData, numDependencies, true);
}

CUresult cuGraphNodeGetDependentNodes(CUgraphNode hNode, CUgraphNode *dependentNodes, size_t *numDependentNodes)
{
    ENTER(cuGraphNodeGetDependentNodes);
    return neighbours(hNode, dependentNodes, NULL, numDependentNodes, false);
}

CUresult cuGraphNodeGetDependentNodes_v2(CUgraphNode hNode, CUgraphNode *dependentNodes, CUgraphEdgeData *edgeData,
                                         size_t *numDependentNodes)
{
    ENTER(cuGraphNodeGetDependentNodes_v2);
    return neighbours(hNode, dependentNodes, edgeData, numDependentNodes, false);
}

/* ---- changes: all of a call's, or none */

struct change {
    CUgraph graph;
    const CUgraphNode *from, *to;
    const CUgraphEdgeData *data;
    size_t count;
};

static CUresult change_one(const struct sg_graph *graph, const struct change *change, size_t place, bool add)
{
    struct sg_node *from, *to;
    const CUgraphEdgeData *data = change->data ? &change->data[place] : NULL;
    TRY(sg_graph_find_node(change->from[place], &from));
    TRY(sg_graph_find_node(change->to[place], &to));
    REQUIRE(from->graph == graph && to->graph == graph, CUDA_ERROR_INVALID_VALUE);
    return add ? sg_edge_add(from, to, data) : sg_edge_remove(from, to, data);
}

static CUresult change_all(const struct change *change, bool add)
{
    struct sg_graph *graph;
    TRY(sg_graph_find(change->graph, &graph));
    REQUIRE(add || !graph->memory_nodes, CUDA_ERROR_NOT_SUPPORTED);
    for (size_t i = 0; i < change->count; i++) {
        CUresult result = change_one(graph, change, i, add);
        if (!result)
            continue;
        while (i)
            (void)change_one(graph, change, --i, !add);
        return result;
    }
    return CUDA_SUCCESS;
}

static CUresult apply(const struct change *change, bool add)
{
    REQUIRE(!change->count || (change->from && change->to), CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(change_all(change, add));
}

CUresult cuGraphAddDependencies(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, size_t numDependencies)
{
    ENTER(cuGraphAddDependencies);
    return apply(&(struct change){hGraph, from, to, NULL, numDependencies}, true);
}

CUresult cuGraphAddDependencies_v2(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to,
                                   const CUgraphEdgeData *edgeData, size_t numDependencies)
{
    ENTER(cuGraphAddDependencies_v2);
    return apply(&(struct change){hGraph, from, to, edgeData, numDependencies}, true);
}

CUresult cuGraphRemoveDependencies(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to,
                                   size_t numDependencies)
{
    ENTER(cuGraphRemoveDependencies);
    return apply(&(struct change){hGraph, from, to, NULL, numDependencies}, false);
}

CUresult cuGraphRemoveDependencies_v2(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to,
                                      const CUgraphEdgeData *edgeData, size_t numDependencies)
{
    ENTER(cuGraphRemoveDependencies_v2);
    return apply(&(struct change){hGraph, from, to, edgeData, numDependencies}, false);
}
