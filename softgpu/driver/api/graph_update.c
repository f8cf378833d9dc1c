/* Entry points that change executable graphs. */
#include <string.h>

#include "../graph/update.h"

static CUresult set(CUgraphExec exec, CUgraphNode node, const CUgraphNodeParams *params)
{
    struct sg_exec *found;
    struct sg_node *of;
    TRY(sg_exec_find(exec, &found));
    TRY(sg_graph_find_node(node, &of));
    return sg_update_node(found, of, params);
}

static CUresult change(CUgraphExec exec, CUgraphNode node, const CUgraphNodeParams *params)
{
    sg_graph_lock();
    return sg_graph_unlock(set(exec, node, params));
}

/* There can be no such node. */
CUresult cuGraphExecExternalSemaphoresSignalNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                                          const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphExecExternalSemaphoresSignalNodeSetParams);
    (void)hGraphExec, (void)hNode, (void)nodeParams;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphExecExternalSemaphoresWaitNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                                        const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphExecExternalSemaphoresWaitNodeSetParams);
    (void)hGraphExec, (void)hNode, (void)nodeParams;
    return CUDA_ERROR_INVALID_VALUE;
}

static CUresult set_child(CUgraphExec exec, CUgraphNode node, CUgraph child)
{
    struct sg_exec *found;
    struct sg_node *of;
    struct sg_graph *graph;
    TRY(sg_exec_find(exec, &found));
    TRY(sg_graph_find_node(node, &of));
    TRY(sg_graph_find(child, &graph));
    REQUIRE(of->action->params.type == CU_GRAPH_NODE_TYPE_GRAPH, CUDA_ERROR_INVALID_VALUE);
    return sg_update_child(found, of, graph);
}

CUresult cuGraphExecNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUgraphNodeParams *nodeParams)
{
    ENTER(cuGraphExecNodeSetParams);
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    if (nodeParams->type == CU_GRAPH_NODE_TYPE_GRAPH) {
        sg_graph_lock();
        return sg_graph_unlock(set_child(hGraphExec, hNode, nodeParams->graph.graph));
    }
    return change(hGraphExec, hNode, nodeParams);
}

/* ---- all of it */

static CUresult update(CUgraphExec exec, CUgraph graph, CUgraphExecUpdateResultInfo *info)
{
    struct sg_exec *found;
    struct sg_graph *from;
    TRY(sg_exec_find(exec, &found));
    TRY(sg_graph_find(graph, &from));
    return sg_update_all(found, from, info);
}

static CUresult update_all(CUgraphExec exec, CUgraph graph, CUgraphExecUpdateResultInfo *info)
{
    *info = (CUgraphExecUpdateResultInfo){CU_GRAPH_EXEC_UPDATE_ERROR, NULL, NULL};
    sg_graph_lock();
    return sg_graph_unlock(update(exec, graph, info));
}

/* What went wrong is written also if the call fails: that is what it is for. */
CUresult cuGraphExecUpdate_v2(CUgraphExec hGraphExec, CUgraph hGraph, CUgraphExecUpdateResultInfo *resultInfo)
{
    ENTER(cuGraphExecUpdate_v2);
    REQUIRE(resultInfo, CUDA_ERROR_INVALID_VALUE);
    return update_all(hGraphExec, hGraph, resultInfo);
}

CUresult cuGraphExecUpdate(CUgraphExec hGraphExec, CUgraph hGraph, CUgraphNode *hErrorNode_out,
                           CUgraphExecUpdateResult *updateResult_out)
{
    ENTER(cuGraphExecUpdate);
    CUgraphExecUpdateResultInfo info;
    REQUIRE(updateResult_out, CUDA_ERROR_INVALID_VALUE);
    CUresult result = update_all(hGraphExec, hGraph, &info);
    *updateResult_out = info.result;
    if (hErrorNode_out)
        *hErrorNode_out = info.errorNode;
    return result;
}

/* ---- nodes that are left out */

static CUresult find_step(CUgraphExec exec, CUgraphNode node, struct sg_exec **found, uint32_t *step)
{
    struct sg_node *of;
    TRY(sg_exec_find(exec, found));
    TRY(sg_graph_find_node(node, &of));
    CUgraphNodeType type = of->action->params.type;
    REQUIRE(type == CU_GRAPH_NODE_TYPE_KERNEL || type == CU_GRAPH_NODE_TYPE_MEMCPY || type == CU_GRAPH_NODE_TYPE_MEMSET,
            CUDA_ERROR_INVALID_VALUE);
    return sg_exec_step(*found, of, step);
}

static CUresult set_enabled(CUgraphExec exec, CUgraphNode node, bool enabled)
{
    struct sg_exec *found;
    struct sg_deeds *deeds;
    uint32_t step;
    TRY(find_step(exec, node, &found, &step));
    TRY(sg_exec_own(found, &deeds));
    deeds->at[step].enabled = enabled;
    return CUDA_SUCCESS;
}

CUresult cuGraphNodeSetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int isEnabled)
{
    ENTER(cuGraphNodeSetEnabled);
    sg_graph_lock();
    return sg_graph_unlock(set_enabled(hGraphExec, hNode, isEnabled));
}

static CUresult get_enabled(CUgraphExec exec, CUgraphNode node, unsigned *enabled)
{
    struct sg_exec *found;
    uint32_t step;
    TRY(find_step(exec, node, &found, &step));
    *enabled = found->deeds->at[step].enabled;
    return CUDA_SUCCESS;
}

CUresult cuGraphNodeGetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int *isEnabled)
{
    ENTER(cuGraphNodeGetEnabled);
    REQUIRE(isEnabled, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(get_enabled(hGraphExec, hNode, isEnabled));
}
