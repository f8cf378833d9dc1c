/* Adding and changing nodes: what becomes of the parameters of each type. */
#include "node.h"

#include <stdlib.h>

#include "edge.h"

CUresult sg_node_find(CUgraphNode handle, CUgraphNodeType type, struct sg_node **out)
{
    TRY(sg_graph_find_node(handle, out));
    return (*out)->action->params.type == type ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* ---- child graphs */

static bool is_within(const struct sg_graph *graph, const struct sg_graph *outer)
{
    while (graph && graph != outer)
        graph = graph->parent ? graph->parent->graph : NULL;
    return graph;
}

/* The graph that the node is to own: a copy, or the program's own, which is then no more a graph by itself. */
static CUresult take_child(const struct sg_graph *graph, const CUDA_CHILD_GRAPH_NODE_PARAMS *params,
                           struct sg_graph **out)
{
    struct sg_graph *child;
    TRY(sg_graph_find(params->graph, &child));
    if (params->ownership == CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE) {
        REQUIRE(!child->parent && !child->execs && !child->captures && !is_within(graph, child),
                CUDA_ERROR_INVALID_VALUE);
        *out = child;
        return CUDA_SUCCESS;
    }
    REQUIRE(params->ownership == CU_GRAPH_CHILD_GRAPH_OWNERSHIP_CLONE, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(sg_walk_is_copyable(child), CUDA_ERROR_NOT_SUPPORTED);
    return sg_graph_copy(child, out);
}

static CUresult add_child(struct sg_graph *graph, const struct sg_dependencies *after, CUgraphNodeParams *params,
                          struct sg_node **out)
{
    struct sg_action *action;
    struct sg_graph *child;
    bool moved = params->graph.ownership == CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE;
    TRY(take_child(graph, &params->graph, &child));
    struct sg_graph **graphs = malloc(sizeof *graphs);
    CUresult result = graphs ? sg_action_make(params, NULL, &action) : CUDA_ERROR_OUT_OF_MEMORY;
    if (!result) {
        graphs[0] = child;
        result = sg_graph_add(graph, after, action, graphs, out);
        if (result)
            sg_action_release(action);
    }
    if (result) {
        free(graphs);
        if (!moved)
            sg_graph_free(child);
        return result;
    }
    params->graph.graph = (CUgraph)child->handle;
    return CUDA_SUCCESS;
}

/* ---- all others */

static CUresult add_plain(struct sg_graph *graph, const struct sg_dependencies *after, const CUgraphNodeParams *params,
                          struct sg_node **out)
{
    struct sg_action *action;
    TRY(sg_action_make(params, NULL, &action));
    CUresult result = sg_graph_add(graph, after, action, NULL, out);
    if (result)
        sg_action_release(action);
    return result;
}

CUresult sg_node_add(CUgraph handle, const struct sg_dependencies *after, CUgraphNodeParams *params,
                     struct sg_node **out)
{
    struct sg_graph *graph;
    TRY(sg_graph_find(handle, &graph));
    switch (params->type) {
    case CU_GRAPH_NODE_TYPE_GRAPH: return add_child(graph, after, params, out);
    default: return add_plain(graph, after, params, out);
    }
}

/* ---- changes */

/* Whether a node of that type has parameters that can be set. */
static bool can_change(CUgraphNodeType type)
{
    switch (type) {
    case CU_GRAPH_NODE_TYPE_KERNEL:
    case CU_GRAPH_NODE_TYPE_MEMCPY:
    case CU_GRAPH_NODE_TYPE_MEMSET:
    case CU_GRAPH_NODE_TYPE_HOST:
    case CU_GRAPH_NODE_TYPE_WAIT_EVENT:
    case CU_GRAPH_NODE_TYPE_EVENT_RECORD:
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP: return true;
    default: return false;
    }
}

CUresult sg_node_remake(const struct sg_node *node, const CUgraphNodeParams *params, struct sg_action **out)
{
    const struct sg_action *action = node->action;
    bool kernel = params->type == CU_GRAPH_NODE_TYPE_KERNEL;
    REQUIRE(params->type == action->params.type, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(can_change(params->type), CUDA_ERROR_NOT_SUPPORTED);
    return sg_action_make(params, kernel ? &action->is.kernel.attributes : NULL, out);
}

CUresult sg_node_set(struct sg_node *node, const CUgraphNodeParams *params)
{
    struct sg_action *action;
    TRY(sg_node_remake(node, params, &action));
    sg_graph_set_action(node, action);
    return CUDA_SUCCESS;
}

CUresult sg_node_set_attributes(struct sg_node *node, const struct sg_kernel_attributes *attributes)
{
    struct sg_action *action;
    TRY(sg_action_make(&node->action->params, attributes, &action));
    action->former = sg_action_retain(node->action);
    sg_graph_set_action(node, action);
    return CUDA_SUCCESS;
}
