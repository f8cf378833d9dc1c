/* Parameters of nodes that there are, in graphs and in executable ones: set and told. libcuda/graph_nodes.c sets those
 * of one kind. */
#include <string.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../state/hosted.h"
#include "../state/node_params.h"
#include "../state/node_waits.h"

static CUresult check_type(struct bf_object *node, CUgraphNodeType type)
{
    CUgraphNodeType own;
    CUresult result = bf_graphs_type(node, &own);
    return result || own == type ? result : CUDA_ERROR_INVALID_VALUE;
}

static CUresult set(CUgraphNode hNode, const CUgraphNodeParams *params)
{
    struct bf_object *node;
    struct bf_packed packed;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (!result && !params)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = check_type(node, params->type);
    if (result || bf_hosted_set(node, params, &result))
        return result;
    result = bf_node_params_pack(node->owner, params, &packed);
    if (!result)
        result = BF_ASK(bf_on(node->server), NULL, node_set_params, bf_u(node->number), bf_structures_value(&packed));
    bf_structures_end(&packed);
    if (!result)
        bf_node_waits_note(params);
    return result;
}

static CUresult set_in_exec(CUgraphExec hGraphExec, CUgraphNode hNode, const CUgraphNodeParams *params)
{
    struct bf_object *exec, *node;
    struct bf_packed packed;
    CUresult result = bf_lookup_find(BF_EXEC, hGraphExec, &exec);
    if (!result)
        result = bf_lookup_find(BF_NODE, hNode, &node);
    if (!result && (!params || exec->server != node->server))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = check_type(node, params->type);
    if (result)
        return result;
    if (bf_hosted_set_in_exec(exec, node, params, &result)) {
        atomic_store(&exec->exec.accepted, 0);
        return result;
    }
    result = bf_node_params_pack(node->owner, params, &packed);
    if (!result)
        result = BF_ASK(bf_on(node->server), NULL, exec_set_params, bf_u(exec->number), bf_u(node->number),
                        bf_structures_value(&packed));
    bf_structures_end(&packed);
    if (result)
        return result;
    bf_node_waits_note(params);
    atomic_store(&exec->exec.accepted, 0);
    return CUDA_SUCCESS;
}

static CUresult get(CUgraphNode hNode, CUgraphNodeType type, const void *out, CUgraphNodeParams *params)
{
    struct bf_object *node;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (!result && !out)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    return bf_node_params_get(node, type, params);
}

/* Those of any kind. */

CUresult cuGraphNodeSetParams(CUgraphNode hNode, CUgraphNodeParams *nodeParams)
{
    return set(hNode, nodeParams);
}

CUresult cuGraphExecNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUgraphNodeParams *nodeParams)
{
    return set_in_exec(hGraphExec, hNode, nodeParams);
}

/* Kernels. */

CUresult cuGraphKernelNodeGetParams_v2(CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    CUresult result = get(hNode, CU_GRAPH_NODE_TYPE_KERNEL, nodeParams, &params);
    if (!result)
        memcpy(nodeParams, &params.kernel, sizeof *nodeParams);
    return result;
}

CUresult cuGraphKernelNodeGetParams(CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams)
{
    CUgraphNodeParams params;
    CUresult result = get(hNode, CU_GRAPH_NODE_TYPE_KERNEL, nodeParams, &params);
    if (!result)
        memcpy(nodeParams, &params.kernel, sizeof *nodeParams);
    return result;
}

/* Copies and fills. */

CUresult cuGraphMemcpyNodeGetParams(CUgraphNode hNode, CUDA_MEMCPY3D *nodeParams)
{
    CUgraphNodeParams params;
    CUresult result = get(hNode, CU_GRAPH_NODE_TYPE_MEMCPY, nodeParams, &params);
    if (!result)
        *nodeParams = params.memcpy.copyParams;
    return result;
}

/* The context stays. */
CUresult cuGraphMemcpyNodeSetParams(CUgraphNode hNode, const CUDA_MEMCPY3D *nodeParams)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMCPY};
    if (nodeParams)
        params.memcpy.copyParams = *nodeParams;
    return set(hNode, nodeParams ? &params : NULL);
}

CUresult cuGraphMemsetNodeGetParams(CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    CUresult result = get(hNode, CU_GRAPH_NODE_TYPE_MEMSET, nodeParams, &params);
    if (!result)
        memcpy(nodeParams, &params.memset, sizeof *nodeParams);
    return result;
}

CUresult cuGraphMemsetNodeSetParams(CUgraphNode hNode, const CUDA_MEMSET_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMSET};
    if (nodeParams)
        memcpy(&params.memset, nodeParams, sizeof *nodeParams);
    return set(hNode, nodeParams ? &params : NULL);
}

/* Functions of the program. */

CUresult cuGraphHostNodeGetParams(CUgraphNode hNode, CUDA_HOST_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    CUresult result = get(hNode, CU_GRAPH_NODE_TYPE_HOST, nodeParams, &params);
    if (!result)
        memcpy(nodeParams, &params.host, sizeof *nodeParams);
    return result;
}

/* Events. */

static CUresult get_event(CUgraphNode hNode, CUgraphNodeType type, CUevent *out)
{
    CUgraphNodeParams params;
    CUresult result = get(hNode, type, out, &params);
    if (!result)
        *out = params.eventWait.event;
    return result;
}

CUresult cuGraphEventRecordNodeGetEvent(CUgraphNode hNode, CUevent *event_out)
{
    return get_event(hNode, CU_GRAPH_NODE_TYPE_EVENT_RECORD, event_out);
}

CUresult cuGraphEventWaitNodeGetEvent(CUgraphNode hNode, CUevent *event_out)
{
    return get_event(hNode, CU_GRAPH_NODE_TYPE_WAIT_EVENT, event_out);
}

/* Operations on memory. */

CUresult cuGraphBatchMemOpNodeGetParams(CUgraphNode hNode, CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams_out)
{
    CUgraphNodeParams params;
    CUresult result = get(hNode, CU_GRAPH_NODE_TYPE_BATCH_MEM_OP, nodeParams_out, &params);
    if (!result)
        memcpy(nodeParams_out, &params.memOp, sizeof *nodeParams_out);
    return result;
}

CUresult cuGraphMemAllocNodeGetParams(CUgraphNode hNode, CUDA_MEM_ALLOC_NODE_PARAMS *params_out)
{
    CUgraphNodeParams params;
    CUresult result = get(hNode, CU_GRAPH_NODE_TYPE_MEM_ALLOC, params_out, &params);
    if (!result)
        memcpy(params_out, &params.alloc, sizeof *params_out);
    return result;
}

CUresult cuGraphMemFreeNodeGetParams(CUgraphNode hNode, CUdeviceptr *dptr_out)
{
    CUgraphNodeParams params;
    CUresult result = get(hNode, CU_GRAPH_NODE_TYPE_MEM_FREE, dptr_out, &params);
    if (!result)
        *dptr_out = params.free.dptr;
    return result;
}
