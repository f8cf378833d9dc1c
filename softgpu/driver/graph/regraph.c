/* From a plan and its deeds to nodes and edges. */
#include "regraph.h"

#include <stdlib.h>

#include "edge.h"
#include "user_object.h"

/* What a step does that has nothing to do: it still orders others. */
static CUresult action_of(const struct sg_deed *deed, struct sg_action **out)
{
    const CUgraphNodeParams nothing = {.type = CU_GRAPH_NODE_TYPE_EMPTY};
    if (!deed->action || !deed->enabled || deed->action->params.type == CU_GRAPH_NODE_TYPE_GRAPH)
        return sg_action_make(&nothing, NULL, out);
    REQUIRE(!deed->action->graphs && deed->action->params.type != CU_GRAPH_NODE_TYPE_MEM_ALLOC &&
                deed->action->params.type != CU_GRAPH_NODE_TYPE_MEM_FREE,
            CUDA_ERROR_NOT_SUPPORTED);
    *out = sg_action_retain(deed->action);
    return CUDA_SUCCESS;
}

static CUresult add_nodes(const struct sg_exec *exec, struct sg_graph *graph, struct sg_node **nodes)
{
    static const struct sg_dependencies none;
    for (uint32_t i = 0; i < exec->plan->count; i++) {
        struct sg_action *action;
        TRY(action_of(&exec->deeds->at[i], &action));
        CUresult result = sg_graph_add(graph, &none, action, NULL, &nodes[i]);
        if (result) {
            sg_action_release(action);
            return result;
        }
    }
    return CUDA_SUCCESS;
}

static CUresult add_edges(const struct sg_plan *plan, struct sg_node **nodes)
{
    for (uint32_t i = 0; i < plan->count; i++)
        for (uint32_t k = 0; k < plan->steps[i].next_count; k++)
            TRY(sg_edge_add(nodes[i], nodes[plan->nexts[plan->steps[i].next + k]], NULL));
    return CUDA_SUCCESS;
}

static CUresult fill(const struct sg_exec *exec, struct sg_graph *graph)
{
    struct sg_node **nodes = calloc(exec->plan->count + 1, sizeof *nodes);
    REQUIRE(nodes, CUDA_ERROR_OUT_OF_MEMORY);
    CUresult result = add_nodes(exec, graph, nodes);
    if (!result)
        result = add_edges(exec->plan, nodes);
    if (!result)
        result = sg_user_object_own(exec->plan->shares, graph);
    free(nodes);
    return result;
}

CUresult sg_regraph_make(const struct sg_exec *exec, struct sg_graph **out)
{
    struct sg_graph *graph;
    REQUIRE(exec->plan->segment_count == 1, CUDA_ERROR_NOT_SUPPORTED);
    TRY(sg_graph_new(&graph));
    CUresult result = fill(exec, graph);
    if (result)
        sg_graph_free(graph);
    else
        *out = graph;
    return result;
}
