/* Adding and changing nodes: what becomes of the parameters of each type. */
#include "node.h"

#include <stdlib.h>

#include "allotment.h"
#include "condition.h"

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

/* ---- memory */

static bool frees(const struct sg_graph *graph, const struct sg_allotment *allotment)
{
    for (const struct sg_node *node = graph->first; node; node = node->next)
        if (node->action->params.type == CU_GRAPH_NODE_TYPE_MEM_FREE && node->action->is.allotment == allotment)
            return true;
    return false;
}

/* What a graph in a node has of memory, it has from before. */
static CUresult add_alloc(struct sg_graph *graph, const struct sg_dependencies *after, CUgraphNodeParams *params,
                          struct sg_node **out)
{
    REQUIRE(!graph->parent, CUDA_ERROR_NOT_SUPPORTED);
    TRY(add_plain(graph, after, params, out));
    sg_allotment_set_owner((*out)->action->is.allotment, graph->id);
    params->alloc.dptr = (*out)->action->params.alloc.dptr;
    return CUDA_SUCCESS;
}

static CUresult add_free(struct sg_graph *graph, const struct sg_dependencies *after, const CUgraphNodeParams *params,
                         struct sg_node **out)
{
    struct sg_allotment *allotment = sg_allotment_at(params->free.dptr);
    REQUIRE(!graph->parent, CUDA_ERROR_NOT_SUPPORTED);
    REQUIRE(allotment && !frees(graph, allotment), CUDA_ERROR_INVALID_VALUE);
    TRY(add_plain(graph, after, params, out));
    CUresult result = sg_allotment_add_free(allotment, graph->id);
    if (result)
        sg_graph_remove(*out);
    return result;
}

/* ---- conditionals */

static struct sg_condition *find_condition(const struct sg_graph *graph, uint64_t handle)
{
    for (; graph; graph = graph->parent ? graph->parent->graph : NULL)
        for (struct sg_condition *each = graph->conditions; each; each = each->next)
            if (each->handle == handle)
                return each;
    return NULL;
}

static void free_bodies(struct sg_graph **bodies, unsigned count)
{
    for (unsigned i = 0; i < count && bodies[i]; i++)
        sg_graph_free(bodies[i]);
    free(bodies);
}

static CUresult make_bodies(unsigned count, struct sg_graph ***out, CUgraph *handles)
{
    struct sg_graph **bodies = calloc(count, sizeof(struct sg_graph *));
    REQUIRE(bodies, CUDA_ERROR_OUT_OF_MEMORY);
    for (unsigned i = 0; i < count; i++) {
        CUresult result = sg_graph_new(&bodies[i]);
        if (result) {
            free_bodies(bodies, count);
            return result;
        }
        handles[i] = (CUgraph)bodies[i]->handle;
    }
    *out = bodies;
    return CUDA_SUCCESS;
}

static CUresult add_conditional(struct sg_graph *graph, const struct sg_dependencies *after, CUgraphNodeParams *params,
                                struct sg_node **out)
{
    struct sg_action *action;
    struct sg_graph **bodies = NULL;
    struct sg_condition *condition = find_condition(graph, params->conditional.handle);
    REQUIRE(condition && !condition->used, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_action_make(params, NULL, &action));
    action->is.condition = sg_condition_retain(condition);
    CUresult result = condition->context == action->context ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = make_bodies(action->graphs, &bodies, action->params.conditional.phGraph_out);
    if (!result)
        result = sg_graph_add(graph, after, action, bodies, out);
    if (result) {
        if (bodies)
            free_bodies(bodies, action->graphs);
        sg_action_release(action);
        return result;
    }
    condition->used = true;
    params->conditional.phGraph_out = action->params.conditional.phGraph_out;
    return CUDA_SUCCESS;
}

bool sg_node_is_in_body(const struct sg_graph *graph)
{
    while (graph->parent && graph->parent->action->params.type != CU_GRAPH_NODE_TYPE_CONDITIONAL)
        graph = graph->parent->graph;
    return graph->parent;
}

/* A body has what can be begun again and again without the host. A function of the host is in nobody's way before the
 * graph is made executable. */
static bool suits_body(CUgraphNodeType type)
{
    switch (type) {
    case CU_GRAPH_NODE_TYPE_HOST:
    case CU_GRAPH_NODE_TYPE_KERNEL:
    case CU_GRAPH_NODE_TYPE_EMPTY:
    case CU_GRAPH_NODE_TYPE_GRAPH:
    case CU_GRAPH_NODE_TYPE_MEMSET:
    case CU_GRAPH_NODE_TYPE_MEMCPY:
    case CU_GRAPH_NODE_TYPE_CONDITIONAL: return true;
    default: return false;
    }
}

CUresult sg_node_add(CUgraph handle, const struct sg_dependencies *after, CUgraphNodeParams *params,
                     struct sg_node **out)
{
    struct sg_graph *graph;
    TRY(sg_graph_find(handle, &graph));
    REQUIRE(!sg_node_is_in_body(graph) || suits_body(params->type), CUDA_ERROR_NOT_SUPPORTED);
    switch (params->type) {
    case CU_GRAPH_NODE_TYPE_GRAPH: return add_child(graph, after, params, out);
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC: return add_alloc(graph, after, params, out);
    case CU_GRAPH_NODE_TYPE_MEM_FREE: return add_free(graph, after, params, out);
    case CU_GRAPH_NODE_TYPE_CONDITIONAL: return add_conditional(graph, after, params, out);
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
