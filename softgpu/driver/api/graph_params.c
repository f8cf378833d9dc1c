/* Entry points that read and change what a node does. */
#include <string.h>

#include "../graph/node.h"

/* ---- reading: arrays that come with it are the node's */

static CUresult get(CUgraphNode handle, CUgraphNodeType type, CUgraphNodeParams *out)
{
    struct sg_node *node;
    TRY(sg_node_find(handle, type, &node));
    *out = node->action->params;
    return CUDA_SUCCESS;
}

static CUresult read(CUgraphNode handle, CUgraphNodeType type, CUgraphNodeParams *out)
{
    sg_graph_lock();
    return sg_graph_unlock(get(handle, type, out));
}

/* Whoever knows functions only gets that of the kernel. */
static CUresult get_function(CUgraphNode handle, CUDA_KERNEL_NODE_PARAMS_v1 *out)
{
    struct sg_node *node;
    TRY(sg_node_find(handle, CU_GRAPH_NODE_TYPE_KERNEL, &node));
    memcpy(out, &node->action->params.kernel, sizeof *out);
    if (!out->func)
        out->func = (CUfunction)node->action->is.kernel.function->handle;
    return CUDA_SUCCESS;
}

CUresult cuGraphKernelNodeGetParams(CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams)
{
    ENTER(cuGraphKernelNodeGetParams);
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(get_function(hNode, nodeParams));
}

CUresult cuGraphKernelNodeGetParams_v2(CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphKernelNodeGetParams_v2);
    CUgraphNodeParams params;
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    TRY(read(hNode, CU_GRAPH_NODE_TYPE_KERNEL, &params));
    memcpy(nodeParams, &params.kernel, sizeof *nodeParams);
    return CUDA_SUCCESS;
}

CUresult cuGraphMemcpyNodeGetParams(CUgraphNode hNode, CUDA_MEMCPY3D *nodeParams)
{
    ENTER(cuGraphMemcpyNodeGetParams);
    CUgraphNodeParams params;
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    TRY(read(hNode, CU_GRAPH_NODE_TYPE_MEMCPY, &params));
    *nodeParams = params.memcpy.copyParams;
    return CUDA_SUCCESS;
}

CUresult cuGraphMemsetNodeGetParams(CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphMemsetNodeGetParams);
    CUgraphNodeParams params;
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    TRY(read(hNode, CU_GRAPH_NODE_TYPE_MEMSET, &params));
    memcpy(nodeParams, &params.memset, sizeof *nodeParams);
    return CUDA_SUCCESS;
}

CUresult cuGraphHostNodeGetParams(CUgraphNode hNode, CUDA_HOST_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphHostNodeGetParams);
    CUgraphNodeParams params;
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    TRY(read(hNode, CU_GRAPH_NODE_TYPE_HOST, &params));
    *nodeParams = (CUDA_HOST_NODE_PARAMS){params.host.fn, params.host.userData};
    return CUDA_SUCCESS;
}

CUresult cuGraphEventRecordNodeGetEvent(CUgraphNode hNode, CUevent *event_out)
{
    ENTER(cuGraphEventRecordNodeGetEvent);
    CUgraphNodeParams params;
    REQUIRE(event_out, CUDA_ERROR_INVALID_VALUE);
    TRY(read(hNode, CU_GRAPH_NODE_TYPE_EVENT_RECORD, &params));
    *event_out = params.eventRecord.event;
    return CUDA_SUCCESS;
}

CUresult cuGraphEventWaitNodeGetEvent(CUgraphNode hNode, CUevent *event_out)
{
    ENTER(cuGraphEventWaitNodeGetEvent);
    CUgraphNodeParams params;
    REQUIRE(event_out, CUDA_ERROR_INVALID_VALUE);
    TRY(read(hNode, CU_GRAPH_NODE_TYPE_WAIT_EVENT, &params));
    *event_out = params.eventWait.event;
    return CUDA_SUCCESS;
}

CUresult cuGraphBatchMemOpNodeGetParams(CUgraphNode hNode, CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams_out)
{
    ENTER(cuGraphBatchMemOpNodeGetParams);
    CUgraphNodeParams params;
    REQUIRE(nodeParams_out, CUDA_ERROR_INVALID_VALUE);
    TRY(read(hNode, CU_GRAPH_NODE_TYPE_BATCH_MEM_OP, &params));
    memcpy(nodeParams_out, &params.memOp, sizeof *nodeParams_out);
    return CUDA_SUCCESS;
}

/* There can be no such node. */
CUresult cuGraphExternalSemaphoresSignalNodeGetParams(CUgraphNode hNode, CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *params_out)
{
    ENTER(cuGraphExternalSemaphoresSignalNodeGetParams);
    (void)hNode, (void)params_out;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphExternalSemaphoresWaitNodeGetParams(CUgraphNode hNode, CUDA_EXT_SEM_WAIT_NODE_PARAMS *params_out)
{
    ENTER(cuGraphExternalSemaphoresWaitNodeGetParams);
    (void)hNode, (void)params_out;
    return CUDA_ERROR_INVALID_VALUE;
}

/* ---- changing */

static CUresult set(CUgraphNode handle, const CUgraphNodeParams *params)
{
    struct sg_node *node;
    TRY(sg_node_find(handle, params->type, &node));
    return sg_node_set(node, params);
}

static CUresult change(CUgraphNode handle, const CUgraphNodeParams *params)
{
    sg_graph_lock();
    return sg_graph_unlock(set(handle, params));
}

/* These stay in the context that they are in. */
static CUresult set_in_context(CUgraphNode handle, CUgraphNodeParams *params)
{
    struct sg_node *node;
    TRY(sg_node_find(handle, params->type, &node));
    CUcontext context = (CUcontext)node->action->context->handle;
    if (params->type == CU_GRAPH_NODE_TYPE_MEMCPY)
        params->memcpy.copyCtx = context;
    else
        params->memset.ctx = context;
    return sg_node_set(node, params);
}

CUresult cuGraphMemcpyNodeSetParams(CUgraphNode hNode, const CUDA_MEMCPY3D *nodeParams)
{
    ENTER(cuGraphMemcpyNodeSetParams);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMCPY};
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    params.memcpy.copyParams = *nodeParams;
    sg_graph_lock();
    return sg_graph_unlock(set_in_context(hNode, &params));
}

CUresult cuGraphMemsetNodeSetParams(CUgraphNode hNode, const CUDA_MEMSET_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphMemsetNodeSetParams);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMSET};
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    memcpy(&params.memset, nodeParams, sizeof *nodeParams);
    sg_graph_lock();
    return sg_graph_unlock(set_in_context(hNode, &params));
}

CUresult cuGraphExternalSemaphoresSignalNodeSetParams(CUgraphNode hNode,
                                                      const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphExternalSemaphoresSignalNodeSetParams);
    (void)hNode, (void)nodeParams;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphExternalSemaphoresWaitNodeSetParams(CUgraphNode hNode, const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphExternalSemaphoresWaitNodeSetParams);
    (void)hNode, (void)nodeParams;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphNodeSetParams(CUgraphNode hNode, CUgraphNodeParams *nodeParams)
{
    ENTER(cuGraphNodeSetParams);
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    return change(hNode, nodeParams);
}
