/* Parameters of nodes that there are, in graphs and in executable ones: set and told. */
#include <string.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../state/hosted.h"
#include "../state/node_params.h"
#include "../state/node_waits.h"
#include "graph_params.h"

/* The older forms of a kind's parameters are the beginning of the newer ones. */
_Static_assert(sizeof(CUDA_KERNEL_NODE_PARAMS) == sizeof(CUDA_KERNEL_NODE_PARAMS_v3), "the same");
_Static_assert(sizeof(CUDA_BATCH_MEM_OP_NODE_PARAMS) == sizeof(CUDA_BATCH_MEM_OP_NODE_PARAMS_v2), "the same");
_Static_assert(sizeof(CUDA_MEM_ALLOC_NODE_PARAMS) == sizeof(CUDA_MEM_ALLOC_NODE_PARAMS_v2), "the same");

static CUgraphNodeParams *begin(CUgraphNodeParams *out, CUgraphNodeType type, void *part, const void *from,
                                size_t bytes)
{
    memset(out, 0, sizeof *out);
    out->type = type;
    if (from)
        memcpy(part, from, bytes);
    return from ? out : NULL;
}

CUgraphNodeParams *bf_graph_params_kernel(CUgraphNodeParams *out, const CUDA_KERNEL_NODE_PARAMS *kernel)
{
    return begin(out, CU_GRAPH_NODE_TYPE_KERNEL, &out->kernel, kernel, sizeof *kernel);
}

CUgraphNodeParams *bf_graph_params_kernel_v1(CUgraphNodeParams *out, const CUDA_KERNEL_NODE_PARAMS_v1 *kernel)
{
    return begin(out, CU_GRAPH_NODE_TYPE_KERNEL, &out->kernel, kernel, sizeof *kernel);
}

CUgraphNodeParams *bf_graph_params_memcpy(CUgraphNodeParams *out, const CUDA_MEMCPY3D *copy, CUcontext context)
{
    CUgraphNodeParams *made = begin(out, CU_GRAPH_NODE_TYPE_MEMCPY, &out->memcpy.copyParams, copy, sizeof *copy);
    out->memcpy.copyCtx = context;
    return made;
}

CUgraphNodeParams *bf_graph_params_memset(CUgraphNodeParams *out, const CUDA_MEMSET_NODE_PARAMS *fill,
                                          CUcontext context)
{
    CUgraphNodeParams *made = begin(out, CU_GRAPH_NODE_TYPE_MEMSET, &out->memset, fill, sizeof *fill);
    out->memset.ctx = context;
    return made;
}

CUgraphNodeParams *bf_graph_params_host(CUgraphNodeParams *out, const CUDA_HOST_NODE_PARAMS *host)
{
    return begin(out, CU_GRAPH_NODE_TYPE_HOST, &out->host, host, sizeof *host);
}

CUgraphNodeParams *bf_graph_params_batch(CUgraphNodeParams *out, const CUDA_BATCH_MEM_OP_NODE_PARAMS *batch)
{
    return begin(out, CU_GRAPH_NODE_TYPE_BATCH_MEM_OP, &out->memOp, batch, sizeof *batch);
}

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

CUresult cuGraphKernelNodeSetParams_v2(CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return set(hNode, bf_graph_params_kernel(&params, nodeParams));
}

CUresult cuGraphKernelNodeSetParams(CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams)
{
    CUgraphNodeParams params;
    return set(hNode, bf_graph_params_kernel_v1(&params, nodeParams));
}

CUresult cuGraphExecKernelNodeSetParams_v2(CUgraphExec hGraphExec, CUgraphNode hNode,
                                           const CUDA_KERNEL_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return set_in_exec(hGraphExec, hNode, bf_graph_params_kernel(&params, nodeParams));
}

CUresult cuGraphExecKernelNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                        const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams)
{
    CUgraphNodeParams params;
    return set_in_exec(hGraphExec, hNode, bf_graph_params_kernel_v1(&params, nodeParams));
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
    CUgraphNodeParams params;
    return set(hNode, bf_graph_params_memcpy(&params, nodeParams, NULL));
}

CUresult cuGraphExecMemcpyNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_MEMCPY3D *copyParams,
                                        CUcontext ctx)
{
    CUgraphNodeParams params;
    return set_in_exec(hGraphExec, hNode, bf_graph_params_memcpy(&params, copyParams, ctx));
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
    CUgraphNodeParams params;
    return set(hNode, bf_graph_params_memset(&params, nodeParams, NULL));
}

CUresult cuGraphExecMemsetNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                        const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx)
{
    CUgraphNodeParams params;
    return set_in_exec(hGraphExec, hNode, bf_graph_params_memset(&params, memsetParams, ctx));
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

CUresult cuGraphHostNodeSetParams(CUgraphNode hNode, const CUDA_HOST_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return set(hNode, bf_graph_params_host(&params, nodeParams));
}

CUresult cuGraphExecHostNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                      const CUDA_HOST_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return set_in_exec(hGraphExec, hNode, bf_graph_params_host(&params, nodeParams));
}

/* Children. */

CUresult cuGraphExecChildGraphNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUgraph childGraph)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_GRAPH, .graph = {.graph = childGraph}};
    return set_in_exec(hGraphExec, hNode, &params);
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

CUresult cuGraphEventRecordNodeSetEvent(CUgraphNode hNode, CUevent event)
{
    return set(hNode, &(CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_EVENT_RECORD, .eventRecord = {event}});
}

CUresult cuGraphEventWaitNodeSetEvent(CUgraphNode hNode, CUevent event)
{
    return set(hNode, &(CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_WAIT_EVENT, .eventWait = {event}});
}

CUresult cuGraphExecEventRecordNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode, CUevent event)
{
    return set_in_exec(hGraphExec, hNode,
                       &(CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_EVENT_RECORD, .eventRecord = {event}});
}

CUresult cuGraphExecEventWaitNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode, CUevent event)
{
    return set_in_exec(hGraphExec, hNode,
                       &(CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_WAIT_EVENT, .eventWait = {event}});
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

CUresult cuGraphBatchMemOpNodeSetParams(CUgraphNode hNode, const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return set(hNode, bf_graph_params_batch(&params, nodeParams));
}

CUresult cuGraphExecBatchMemOpNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                            const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return set_in_exec(hGraphExec, hNode, bf_graph_params_batch(&params, nodeParams));
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
