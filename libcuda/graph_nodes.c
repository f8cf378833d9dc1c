/* The functions for nodes of one kind, as those for nodes of any kind: cuGraphAddNode, cuGraphNodeSetParams and
 * cuGraphExecNodeSetParams, which each libcuda has. What a kind needs more of is written there. */
#include <string.h>

#include "generated/cuda_api.h"

/* The older forms of a kind's parameters are the beginning of the newer ones. */
_Static_assert(sizeof(CUDA_KERNEL_NODE_PARAMS) == sizeof(CUDA_KERNEL_NODE_PARAMS_v3), "the same");
_Static_assert(sizeof(CUDA_BATCH_MEM_OP_NODE_PARAMS) == sizeof(CUDA_BATCH_MEM_OP_NODE_PARAMS_v2), "the same");
_Static_assert(sizeof(CUDA_MEM_ALLOC_NODE_PARAMS) == sizeof(CUDA_MEM_ALLOC_NODE_PARAMS_v2), "the same");

/* NULL if the program has given nothing. */
static CUgraphNodeParams *begin(CUgraphNodeParams *out, CUgraphNodeType type, void *part, const void *given,
                                size_t bytes)
{
    memset(out, 0, sizeof *out);
    out->type = type;
    if (given)
        memcpy(part, given, bytes);
    return given ? out : NULL;
}

#define WITH(type_, part) begin(&params, CU_GRAPH_NODE_TYPE_##type_, &params.part, nodeParams, sizeof *nodeParams)
#define OF(type_, ...) (&(CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_##type_, __VA_ARGS__})
#define ADD(params) cuGraphAddNode(phGraphNode, hGraph, dependencies, numDependencies, (params))

static CUgraphNodeParams *copy_in(CUgraphNodeParams *out, const CUDA_MEMCPY3D *copy, CUcontext context)
{
    CUgraphNodeParams *made = begin(out, CU_GRAPH_NODE_TYPE_MEMCPY, &out->memcpy.copyParams, copy, sizeof *copy);
    out->memcpy.copyCtx = context;
    return made;
}

static CUgraphNodeParams *fill_in(CUgraphNodeParams *out, const CUDA_MEMSET_NODE_PARAMS *fill, CUcontext context)
{
    CUgraphNodeParams *made = begin(out, CU_GRAPH_NODE_TYPE_MEMSET, &out->memset, fill, sizeof *fill);
    out->memset.ctx = context;
    return made;
}

/* ---- added */

CUresult cuGraphAddKernelNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                              size_t numDependencies, const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams)
{
    CUgraphNodeParams params;
    return ADD(WITH(KERNEL, kernel));
}

CUresult cuGraphAddKernelNode_v2(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                 size_t numDependencies, const CUDA_KERNEL_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return ADD(WITH(KERNEL, kernel));
}

CUresult cuGraphAddMemcpyNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                              size_t numDependencies, const CUDA_MEMCPY3D *copyParams, CUcontext ctx)
{
    CUgraphNodeParams params;
    return ADD(copy_in(&params, copyParams, ctx));
}

CUresult cuGraphAddMemsetNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                              size_t numDependencies, const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx)
{
    CUgraphNodeParams params;
    return ADD(fill_in(&params, memsetParams, ctx));
}

CUresult cuGraphAddHostNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                            size_t numDependencies, const CUDA_HOST_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return ADD(WITH(HOST, host));
}

CUresult cuGraphAddChildGraphNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                  size_t numDependencies, CUgraph childGraph)
{
    return ADD(OF(GRAPH, .graph = {.graph = childGraph}));
}

CUresult cuGraphAddEmptyNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                             size_t numDependencies)
{
    return ADD(OF(EMPTY, .reserved2 = 0));
}

CUresult cuGraphAddEventRecordNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                   size_t numDependencies, CUevent event)
{
    return ADD(OF(EVENT_RECORD, .eventRecord = {event}));
}

CUresult cuGraphAddEventWaitNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                 size_t numDependencies, CUevent event)
{
    return ADD(OF(WAIT_EVENT, .eventWait = {event}));
}

CUresult cuGraphAddBatchMemOpNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                  size_t numDependencies, const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return ADD(WITH(BATCH_MEM_OP, memOp));
}

CUresult cuGraphAddMemAllocNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                size_t numDependencies, CUDA_MEM_ALLOC_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    CUresult result = ADD(WITH(MEM_ALLOC, alloc));
    if (!result)
        nodeParams->dptr = params.alloc.dptr;
    return result;
}

CUresult cuGraphAddMemFreeNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                               size_t numDependencies, CUdeviceptr dptr)
{
    return ADD(OF(MEM_FREE, .free = {dptr}));
}

/* No device has external semaphores, so a program can have none that it could name. */
CUresult cuGraphAddExternalSemaphoresSignalNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                                const CUgraphNode *dependencies, size_t numDependencies,
                                                const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams)
{
    return ADD(nodeParams ? OF(EXT_SEMAS_SIGNAL, .reserved2 = 0) : NULL);
}

CUresult cuGraphAddExternalSemaphoresWaitNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                              size_t numDependencies, const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams)
{
    return ADD(nodeParams ? OF(EXT_SEMAS_WAIT, .reserved2 = 0) : NULL);
}

/* ---- changed. Copies and fills stay in their context, which only who has the node knows. */

CUresult cuGraphKernelNodeSetParams(CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams)
{
    CUgraphNodeParams params;
    return cuGraphNodeSetParams(hNode, WITH(KERNEL, kernel));
}

CUresult cuGraphKernelNodeSetParams_v2(CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return cuGraphNodeSetParams(hNode, WITH(KERNEL, kernel));
}

CUresult cuGraphHostNodeSetParams(CUgraphNode hNode, const CUDA_HOST_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return cuGraphNodeSetParams(hNode, WITH(HOST, host));
}

CUresult cuGraphEventRecordNodeSetEvent(CUgraphNode hNode, CUevent event)
{
    return cuGraphNodeSetParams(hNode, OF(EVENT_RECORD, .eventRecord = {event}));
}

CUresult cuGraphEventWaitNodeSetEvent(CUgraphNode hNode, CUevent event)
{
    return cuGraphNodeSetParams(hNode, OF(WAIT_EVENT, .eventWait = {event}));
}

CUresult cuGraphBatchMemOpNodeSetParams(CUgraphNode hNode, const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return cuGraphNodeSetParams(hNode, WITH(BATCH_MEM_OP, memOp));
}

/* ---- changed in what is executable */

CUresult cuGraphExecKernelNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                        const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams)
{
    CUgraphNodeParams params;
    return cuGraphExecNodeSetParams(hGraphExec, hNode, WITH(KERNEL, kernel));
}

CUresult cuGraphExecKernelNodeSetParams_v2(CUgraphExec hGraphExec, CUgraphNode hNode,
                                           const CUDA_KERNEL_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return cuGraphExecNodeSetParams(hGraphExec, hNode, WITH(KERNEL, kernel));
}

CUresult cuGraphExecMemcpyNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_MEMCPY3D *copyParams,
                                        CUcontext ctx)
{
    CUgraphNodeParams params;
    return cuGraphExecNodeSetParams(hGraphExec, hNode, copy_in(&params, copyParams, ctx));
}

CUresult cuGraphExecMemsetNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                        const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx)
{
    CUgraphNodeParams params;
    return cuGraphExecNodeSetParams(hGraphExec, hNode, fill_in(&params, memsetParams, ctx));
}

CUresult cuGraphExecHostNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                      const CUDA_HOST_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return cuGraphExecNodeSetParams(hGraphExec, hNode, WITH(HOST, host));
}

CUresult cuGraphExecChildGraphNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUgraph childGraph)
{
    return cuGraphExecNodeSetParams(hGraphExec, hNode, OF(GRAPH, .graph = {.graph = childGraph}));
}

CUresult cuGraphExecEventRecordNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode, CUevent event)
{
    return cuGraphExecNodeSetParams(hGraphExec, hNode, OF(EVENT_RECORD, .eventRecord = {event}));
}

CUresult cuGraphExecEventWaitNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode, CUevent event)
{
    return cuGraphExecNodeSetParams(hGraphExec, hNode, OF(WAIT_EVENT, .eventWait = {event}));
}

CUresult cuGraphExecBatchMemOpNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode,
                                            const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams)
{
    CUgraphNodeParams params;
    return cuGraphExecNodeSetParams(hGraphExec, hNode, WITH(BATCH_MEM_OP, memOp));
}
