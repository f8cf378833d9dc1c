/* Edges: a list at each end of what is at the other, in the order in which they were made. */
#include "edge.h"

#include <stdlib.h>
#include <string.h>

static const CUgraphEdgeData DEFAULT;

bool sg_edge_is_default(const CUgraphEdgeData *data)
{
    return !memcmp(data, &DEFAULT, sizeof DEFAULT);
}

bool sg_edge_is_valid(const CUgraphEdgeData *data, CUgraphNodeType from, CUgraphNodeType to)
{
    static const unsigned char none[sizeof data->reserved];
    if (data->to_port || memcmp(data->reserved, none, sizeof none) != 0)
        return false;
    if (data->type == CU_GRAPH_DEPENDENCY_TYPE_DEFAULT)
        return !data->from_port ||
               (from == CU_GRAPH_NODE_TYPE_KERNEL && data->from_port <= CU_GRAPH_KERNEL_NODE_PORT_LAUNCH_ORDER);
    return data->type == CU_GRAPH_DEPENDENCY_TYPE_PROGRAMMATIC && from == CU_GRAPH_NODE_TYPE_KERNEL &&
           to == CU_GRAPH_NODE_TYPE_KERNEL &&
           (data->from_port == CU_GRAPH_KERNEL_NODE_PORT_PROGRAMMATIC ||
            data->from_port == CU_GRAPH_KERNEL_NODE_PORT_LAUNCH_ORDER);
}

/* ---- the lists */

static struct sg_edge *find(const struct sg_edges *edges, const struct sg_node *other)
{
    for (size_t i = 0; i < edges->count; i++)
        if (edges->at[i].other == other)
            return &edges->at[i];
    return NULL;
}

static bool reserve(struct sg_edges *edges)
{
    if (edges->count < edges->room)
        return true;
    size_t room = edges->room ? 2 * edges->room : 4;
    struct sg_edge *grown = realloc(edges->at, room * sizeof *grown);
    if (!grown)
        return false;
    edges->at = grown;
    edges->room = room;
    return true;
}

static void drop(struct sg_edges *edges, const struct sg_node *other)
{
    struct sg_edge *edge = find(edges, other);
    size_t behind = (size_t)(edges->at + edges->count - edge) - 1;
    memmove(edge, edge + 1, behind * sizeof *edge);
    edges->count--;
}

CUresult sg_edge_add(struct sg_node *from, struct sg_node *to, const CUgraphEdgeData *data)
{
    const CUgraphEdgeData given = data ? *data : DEFAULT;
    REQUIRE(from->graph == to->graph && from != to, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(sg_edge_is_valid(&given, from->action->params.type, to->action->params.type), CUDA_ERROR_INVALID_VALUE);
    /* The shorter list: a node that all wait for has a long one. */
    bool there = from->after.count < to->before.count ? find(&from->after, to) : find(&to->before, from);
    REQUIRE(!there, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(reserve(&from->after) && reserve(&to->before), CUDA_ERROR_OUT_OF_MEMORY);
    from->after.at[from->after.count++] = (struct sg_edge){to, given};
    to->before.at[to->before.count++] = (struct sg_edge){from, given};
    return CUDA_SUCCESS;
}

CUresult sg_edge_remove(struct sg_node *from, struct sg_node *to, const CUgraphEdgeData *data)
{
    const CUgraphEdgeData given = data ? *data : DEFAULT;
    const struct sg_edge *edge = from->graph == to->graph ? find(&from->after, to) : NULL;
    REQUIRE(edge && !memcmp(&edge->data, &given, sizeof given), CUDA_ERROR_INVALID_VALUE);
    drop(&from->after, to);
    drop(&to->before, from);
    return CUDA_SUCCESS;
}

void sg_edge_sever(struct sg_node *node)
{
    for (size_t i = 0; i < node->before.count; i++)
        drop(&node->before.at[i].other->after, node);
    for (size_t i = 0; i < node->after.count; i++)
        drop(&node->after.at[i].other->before, node);
    node->before.count = node->after.count = 0;
}

/* ---- order */

/* `out` is the queue of what waits for nothing any more. */
static size_t count_in_order(const struct sg_graph *graph, struct sg_node **out)
{
    size_t ready = 0;
    for (struct sg_node *node = graph->first; node; node = node->next) {
        node->mark = node->before.count;
        if (!node->mark)
            out[ready++] = node;
    }
    for (size_t done = 0; done < ready; done++)
        for (size_t i = 0; i < out[done]->after.count; i++)
            if (!--out[done]->after.at[i].other->mark)
                out[ready++] = out[done]->after.at[i].other;
    return ready;
}

bool sg_edge_number(const struct sg_graph *graph, struct sg_node **out, struct sg_node **bad)
{
    size_t place = 0;
    bool ordered = count_in_order(graph, out) == graph->count;
    for (struct sg_node *node = graph->first; node; node = node->next) {
        if (!ordered && node->mark)
            *bad = node;
        node->mark = place;
        out[place++] = node;
    }
    return ordered;
}
