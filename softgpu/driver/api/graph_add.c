/* Entry points that add nodes: each is cuGraphAddNode of parameters of its type. */
#include <string.h>

#include "../graph/node.h"

static CUresult add(CUgraphNode *out, CUgraph graph, const struct sg_dependencies *after, CUgraphNodeParams *params)
{
    struct sg_node *node;
    TRY(sg_node_add(graph, after, params, &node));
    *out = (CUgraphNode)node->handle;
    return CUDA_SUCCESS;
}

static CUresult enter(CUgraphNode *out, CUgraph graph, const struct sg_dependencies *after, CUgraphNodeParams *params)
{
    REQUIRE(out, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(add(out, graph, after, params));
}

#define AFTER(data) (&(const struct sg_dependencies){dependencies, (data), numDependencies})

/* Fields of the first and the second of these are those of the third. */
static CUresult add_kernel(CUgraphNode *out, CUgraph graph, const struct sg_dependencies *after, const void *given,
                           size_t bytes)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_KERNEL};
    REQUIRE(given, CUDA_ERROR_INVALID_VALUE);
    memcpy(&params.kernel, given, bytes);
    return enter(out, graph, after, &params);
}

CUresult cuGraphAddKernelNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                              size_t numDependencies, const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams)
{
    ENTER(cuGraphAddKernelNode);
    return add_kernel(phGraphNode, hGraph, AFTER(NULL), nodeParams, sizeof *nodeParams);
}

CUresult cuGraphAddKernelNode_v2(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                 size_t numDependencies, const CUDA_KERNEL_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphAddKernelNode_v2);
    return add_kernel(phGraphNode, hGraph, AFTER(NULL), nodeParams, sizeof *nodeParams);
}

CUresult cuGraphAddMemcpyNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                              size_t numDependencies, const CUDA_MEMCPY3D *copyParams, CUcontext ctx)
{
    ENTER(cuGraphAddMemcpyNode);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMCPY};
    REQUIRE(copyParams, CUDA_ERROR_INVALID_VALUE);
    params.memcpy.copyCtx = ctx;
    params.memcpy.copyParams = *copyParams;
    return enter(phGraphNode, hGraph, AFTER(NULL), &params);
}

CUresult cuGraphAddMemsetNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                              size_t numDependencies, const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx)
{
    ENTER(cuGraphAddMemsetNode);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMSET};
    REQUIRE(memsetParams, CUDA_ERROR_INVALID_VALUE);
    memcpy(&params.memset, memsetParams, sizeof *memsetParams);
    params.memset.ctx = ctx;
    return enter(phGraphNode, hGraph, AFTER(NULL), &params);
}

CUresult cuGraphAddHostNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                            size_t numDependencies, const CUDA_HOST_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphAddHostNode);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_HOST};
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    params.host.fn = nodeParams->fn;
    params.host.userData = nodeParams->userData;
    return enter(phGraphNode, hGraph, AFTER(NULL), &params);
}

CUresult cuGraphAddChildGraphNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                  size_t numDependencies, CUgraph childGraph)
{
    ENTER(cuGraphAddChildGraphNode);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_GRAPH};
    params.graph.graph = childGraph;
    return enter(phGraphNode, hGraph, AFTER(NULL), &params);
}

CUresult cuGraphAddEmptyNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                             size_t numDependencies)
{
    ENTER(cuGraphAddEmptyNode);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_EMPTY};
    return enter(phGraphNode, hGraph, AFTER(NULL), &params);
}

CUresult cuGraphAddEventRecordNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                   size_t numDependencies, CUevent event)
{
    ENTER(cuGraphAddEventRecordNode);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_EVENT_RECORD};
    params.eventRecord.event = event;
    return enter(phGraphNode, hGraph, AFTER(NULL), &params);
}

CUresult cuGraphAddEventWaitNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                 size_t numDependencies, CUevent event)
{
    ENTER(cuGraphAddEventWaitNode);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_WAIT_EVENT};
    params.eventWait.event = event;
    return enter(phGraphNode, hGraph, AFTER(NULL), &params);
}

CUresult cuGraphAddExternalSemaphoresSignalNode(CUgraphNode *phGraphNode, CUgraph hGraph,
                                                const CUgraphNode *dependencies, size_t numDependencies,
                                                const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphAddExternalSemaphoresSignalNode);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL};
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    return enter(phGraphNode, hGraph, AFTER(NULL), &params);
}

CUresult cuGraphAddExternalSemaphoresWaitNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                              size_t numDependencies, const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphAddExternalSemaphoresWaitNode);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT};
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    return enter(phGraphNode, hGraph, AFTER(NULL), &params);
}

CUresult cuGraphAddBatchMemOpNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                                  size_t numDependencies, const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams)
{
    ENTER(cuGraphAddBatchMemOpNode);
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_BATCH_MEM_OP};
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    memcpy(&params.memOp, nodeParams, sizeof *nodeParams);
    return enter(phGraphNode, hGraph, AFTER(NULL), &params);
}

CUresult cuGraphAddNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                        size_t numDependencies, CUgraphNodeParams *nodeParams)
{
    ENTER(cuGraphAddNode);
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    return enter(phGraphNode, hGraph, AFTER(NULL), nodeParams);
}

CUresult cuGraphAddNode_v2(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
                           const CUgraphEdgeData *dependencyData, size_t numDependencies, CUgraphNodeParams *nodeParams)
{
    ENTER(cuGraphAddNode_v2);
    REQUIRE(nodeParams, CUDA_ERROR_INVALID_VALUE);
    return enter(phGraphNode, hGraph, AFTER(dependencyData), nodeParams);
}
