/* Entry points of conditions. */
#include "../graph/condition.h"

#include "../graph/graph.h"

/* For a node of this graph, or of one in it. */
static CUresult make(CUgraph handle, struct sg_context *context, unsigned initial, bool assigns,
                     CUgraphConditionalHandle *out)
{
    struct sg_graph *graph;
    struct sg_condition *condition;
    TRY(sg_graph_find(handle, &graph));
    TRY(sg_condition_make(graph->id, context, initial, assigns, &condition));
    condition->next = graph->conditions;
    graph->conditions = condition;
    *out = condition->handle;
    return CUDA_SUCCESS;
}

CUresult cuGraphConditionalHandleCreate(CUgraphConditionalHandle *pHandle_out, CUgraph hGraph, CUcontext ctx,
                                        unsigned int defaultLaunchValue, unsigned int flags)
{
    ENTER(cuGraphConditionalHandleCreate);
    struct sg_context *context;
    REQUIRE(pHandle_out && !(flags & ~(unsigned)CU_GRAPH_COND_ASSIGN_DEFAULT), CUDA_ERROR_INVALID_VALUE);
    TRY(sg_context_of(ctx, &context));
    sg_graph_lock();
    return sg_graph_unlock(make(hGraph, context, defaultLaunchValue, flags, pHandle_out));
}
