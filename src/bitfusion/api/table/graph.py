"""Graphs: nodes, edges, executable graphs, user objects."""

from ..notation import read_symbols

SYMBOLS = read_symbols(
    """
cuGraphAddBatchMemOpNode@11070
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams):
    hand
cuGraphAddChildGraphNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUgraph childGraph):
    hand
cuGraphAddDependencies@10000 (CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, size_t numDependencies):
    is cuGraphAddDependencies_v2(hGraph, from, to, NULL, numDependencies)
cuGraphAddDependencies_v2@12030
    (CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, const CUgraphEdgeData *edgeData,
     size_t numDependencies):
    hand
cuGraphAddEmptyNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies):
    hand
cuGraphAddEventRecordNode@11010
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUevent event):
    hand
cuGraphAddEventWaitNode@11010
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUevent event):
    hand
cuGraphAddExternalSemaphoresSignalNode@11020
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams):
    hand
cuGraphAddExternalSemaphoresWaitNode@11020
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams):
    hand
cuGraphAddHostNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_HOST_NODE_PARAMS *nodeParams):
    direct
cuGraphAddKernelNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams):
    hand
cuGraphAddKernelNode_v2@12000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_KERNEL_NODE_PARAMS *nodeParams):
    hand
cuGraphAddMemcpyNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_MEMCPY3D *copyParams, CUcontext ctx):
    hand
cuGraphAddMemsetNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx):
    hand
cuGraphAddNode@12020
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUgraphNodeParams *nodeParams):
    is cuGraphAddNode_v2(phGraphNode, hGraph, dependencies, NULL, numDependencies, nodeParams)
cuGraphAddNode_v2@12030
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
     const CUgraphEdgeData *dependencyData, size_t numDependencies, CUgraphNodeParams *nodeParams):
    hand
cuGraphBatchMemOpNodeGetParams@11070 (CUgraphNode hNode, CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams_out):
    hand
cuGraphBatchMemOpNodeSetParams@11070 (CUgraphNode hNode, const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams):
    hand
cuGraphChildGraphNodeGetGraph@10000 (CUgraphNode hNode, CUgraph *phGraph):
    find node hNode; need phGraph; by bf_graphs_child(node, phGraph)
cuGraphClone@10000 (CUgraph *phGraphClone, CUgraph originalGraph):
    find graph originalGraph as graph; need phGraphClone; by bf_graphs_clone(graph, phGraphClone)
cuGraphCreate@10000 (CUgraph *phGraph, unsigned int flags):
    ready; need phGraph; refuse flags; by bf_graphs_create(phGraph)
cuGraphDebugDotPrint@11030 (CUgraph hGraph, const char *path, unsigned int flags):
    find graph hGraph; need path; by bf_graph_settings_print(graph, path, flags)
cuGraphDestroy@10000 (CUgraph hGraph):
    find graph hGraph; by bf_graphs_end(graph)
cuGraphDestroyNode@10000 (CUgraphNode hNode):
    find node hNode; by bf_graphs_end_node(node)
cuGraphEventRecordNodeGetEvent@11010 (CUgraphNode hNode, CUevent *event_out):
    hand
cuGraphEventRecordNodeSetEvent@11010 (CUgraphNode hNode, CUevent event):
    hand
cuGraphEventWaitNodeGetEvent@11010 (CUgraphNode hNode, CUevent *event_out):
    hand
cuGraphEventWaitNodeSetEvent@11010 (CUgraphNode hNode, CUevent event):
    hand
cuGraphExecBatchMemOpNodeSetParams@11070
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams):
    hand
cuGraphExecChildGraphNodeSetParams@11010 (CUgraphExec hGraphExec, CUgraphNode hNode, CUgraph childGraph):
    hand
cuGraphExecDestroy@10000 (CUgraphExec hGraphExec):
    find exec hGraphExec; by bf_graphs_end_exec(exec)
cuGraphExecEventRecordNodeSetEvent@11010 (CUgraphExec hGraphExec, CUgraphNode hNode, CUevent event):
    hand
cuGraphExecEventWaitNodeSetEvent@11010 (CUgraphExec hGraphExec, CUgraphNode hNode, CUevent event):
    hand
cuGraphExecExternalSemaphoresSignalNodeSetParams@11020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams):
    find exec hGraphExec; find node hNode; need nodeParams; is CUDA_ERROR_INVALID_VALUE
cuGraphExecExternalSemaphoresWaitNodeSetParams@11020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams):
    find exec hGraphExec; find node hNode; need nodeParams; is CUDA_ERROR_INVALID_VALUE
cuGraphExecGetFlags@12000 (CUgraphExec hGraphExec, cuuint64_t *flags):
    find exec hGraphExec; need flags; ask
cuGraphExecHostNodeSetParams@10020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_HOST_NODE_PARAMS *nodeParams):
    direct
cuGraphExecKernelNodeSetParams@10010
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams):
    hand
cuGraphExecKernelNodeSetParams_v2@12000
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS *nodeParams):
    hand
cuGraphExecMemcpyNodeSetParams@10020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_MEMCPY3D *copyParams, CUcontext ctx):
    hand
cuGraphExecMemsetNodeSetParams@10020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx):
    hand
cuGraphExecNodeSetParams@12020 (CUgraphExec hGraphExec, CUgraphNode hNode, CUgraphNodeParams *nodeParams):
    hand
cuGraphExecUpdate@10020
    (CUgraphExec hGraphExec, CUgraph hGraph, CUgraphNode *hErrorNode_out, CUgraphExecUpdateResult *updateResult_out):
    hand
cuGraphExecUpdate_v2@12000 (CUgraphExec hGraphExec, CUgraph hGraph, CUgraphExecUpdateResultInfo *resultInfo):
    hand
cuGraphExternalSemaphoresSignalNodeGetParams@11020 (CUgraphNode hNode, CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *params_out):
    find node hNode; need params_out; is CUDA_ERROR_INVALID_VALUE
cuGraphExternalSemaphoresSignalNodeSetParams@11020
    (CUgraphNode hNode, const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams):
    find node hNode; need nodeParams; is CUDA_ERROR_INVALID_VALUE
cuGraphExternalSemaphoresWaitNodeGetParams@11020 (CUgraphNode hNode, CUDA_EXT_SEM_WAIT_NODE_PARAMS *params_out):
    find node hNode; need params_out; is CUDA_ERROR_INVALID_VALUE
cuGraphExternalSemaphoresWaitNodeSetParams@11020 (CUgraphNode hNode, const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams):
    find node hNode; need nodeParams; is CUDA_ERROR_INVALID_VALUE
cuGraphGetEdges@10000 (CUgraph hGraph, CUgraphNode *from, CUgraphNode *to, size_t *numEdges):
    is cuGraphGetEdges_v2(hGraph, from, to, NULL, numEdges)
cuGraphGetEdges_v2@12030
    (CUgraph hGraph, CUgraphNode *from, CUgraphNode *to, CUgraphEdgeData *edgeData, size_t *numEdges):
    hand
cuGraphGetNodes@10000 (CUgraph hGraph, CUgraphNode *nodes, size_t *numNodes):
    find graph hGraph; need numNodes; by bf_graphs_list(graph, 0, nodes, numNodes)
cuGraphGetRootNodes@10000 (CUgraph hGraph, CUgraphNode *rootNodes, size_t *numRootNodes):
    find graph hGraph; need numRootNodes; by bf_graphs_list(graph, 1, rootNodes, numRootNodes)
cuGraphHostNodeGetParams@10000 (CUgraphNode hNode, CUDA_HOST_NODE_PARAMS *nodeParams):
    direct
cuGraphHostNodeSetParams@10000 (CUgraphNode hNode, const CUDA_HOST_NODE_PARAMS *nodeParams):
    direct
cuGraphInstantiate@10000
    (CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize):
    is cuGraphInstantiate_v2(phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize)
cuGraphInstantiate_v2@11000
    (CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize):
    hand
cuGraphInstantiateWithFlags@11040 (CUgraphExec *phGraphExec, CUgraph hGraph, unsigned long long flags):
    hand
cuGraphInstantiateWithParams@12000 +ptsz@12000
    (CUgraphExec *phGraphExec, CUgraph hGraph, CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams):
    hand
cuGraphKernelNodeCopyAttributes@11000 (CUgraphNode dst, CUgraphNode src):
    find node dst as to; find node src as from; refuse to->server != from->server; ask
cuGraphKernelNodeGetAttribute@11000 (CUgraphNode hNode, CUkernelNodeAttrID attr, CUkernelNodeAttrValue *value_out):
    hand
cuGraphKernelNodeGetParams@10000 (CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams):
    hand
cuGraphKernelNodeGetParams_v2@12000 (CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS *nodeParams):
    hand
cuGraphKernelNodeSetAttribute@11000 (CUgraphNode hNode, CUkernelNodeAttrID attr, const CUkernelNodeAttrValue *value):
    hand
cuGraphKernelNodeSetParams@10000 (CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams):
    hand
cuGraphKernelNodeSetParams_v2@12000 (CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS *nodeParams):
    hand
cuGraphLaunch@10000 +ptsz@10000 (CUgraphExec hGraph, CUstream hStream):
    hand
cuGraphMemcpyNodeGetParams@10000 (CUgraphNode hNode, CUDA_MEMCPY3D *nodeParams):
    hand
cuGraphMemcpyNodeSetParams@10000 (CUgraphNode hNode, const CUDA_MEMCPY3D *nodeParams):
    hand
cuGraphMemsetNodeGetParams@10000 (CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS *nodeParams):
    hand
cuGraphMemsetNodeSetParams@10000 (CUgraphNode hNode, const CUDA_MEMSET_NODE_PARAMS *nodeParams):
    hand
cuGraphNodeFindInClone@10000 (CUgraphNode *phNode, CUgraphNode hOriginalNode, CUgraph hClonedGraph):
    find node hOriginalNode as node; find graph hClonedGraph as clone; need phNode;
    refuse node->server != clone->server; by bf_graphs_find_in_clone(node, clone, phNode)
cuGraphNodeGetDependencies@10000 (CUgraphNode hNode, CUgraphNode *dependencies, size_t *numDependencies):
    is cuGraphNodeGetDependencies_v2(hNode, dependencies, NULL, numDependencies)
cuGraphNodeGetDependencies_v2@12030
    (CUgraphNode hNode, CUgraphNode *dependencies, CUgraphEdgeData *edgeData, size_t *numDependencies):
    hand
cuGraphNodeGetDependentNodes@10000 (CUgraphNode hNode, CUgraphNode *dependentNodes, size_t *numDependentNodes):
    is cuGraphNodeGetDependentNodes_v2(hNode, dependentNodes, NULL, numDependentNodes)
cuGraphNodeGetDependentNodes_v2@12030
    (CUgraphNode hNode, CUgraphNode *dependentNodes, CUgraphEdgeData *edgeData, size_t *numDependentNodes):
    hand
cuGraphNodeGetEnabled@11060 (CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int *isEnabled):
    find exec hGraphExec; find node hNode; need isEnabled; refuse exec->server != node->server; ask
cuGraphNodeGetType@10000 (CUgraphNode hNode, CUgraphNodeType *type):
    find node hNode; need type; by bf_graphs_type(node, type)
cuGraphNodeSetEnabled@11060 (CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int isEnabled):
    find exec hGraphExec; find node hNode; refuse exec->server != node->server; ask
cuGraphNodeSetParams@12020 (CUgraphNode hNode, CUgraphNodeParams *nodeParams):
    hand
cuGraphReleaseUserObject@11030 (CUgraph graph, CUuserObject object, unsigned int count):
    direct
cuGraphRemoveDependencies@10000
    (CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, size_t numDependencies):
    is cuGraphRemoveDependencies_v2(hGraph, from, to, NULL, numDependencies)
cuGraphRemoveDependencies_v2@12030
    (CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, const CUgraphEdgeData *edgeData,
     size_t numDependencies):
    hand
cuGraphRetainUserObject@11030 (CUgraph graph, CUuserObject object, unsigned int count, unsigned int flags):
    direct
cuGraphUpload@11010 +ptsz@11010 (CUgraphExec hGraph, CUstream hStream):
    stream hStream; find exec hGraph; refuse exec->server != order.to.server; ask
cuUserObjectCreate@11030
    (CUuserObject *object_out, void *ptr, CUhostFn destroy, unsigned int initialRefcount, unsigned int flags):
    direct
cuUserObjectRelease@11030 (CUuserObject object, unsigned int count):
    direct
cuUserObjectRetain@11030 (CUuserObject object, unsigned int count):
    direct
cuDeviceGetGraphMemAttribute@11040 (CUdevice device, CUgraphMem_attribute attr, void *value):
    device device as found; need value; by bf_graph_settings_get(found, attr, value)
cuDeviceGraphMemTrim@11040 (CUdevice device):
    device device as found; ask graph_mem_trim (device)
cuDeviceSetGraphMemAttribute@11040 (CUdevice device, CUgraphMem_attribute attr, void *value):
    device device as found; need value; by bf_graph_settings_set(found, attr, value)
cuGraphAddMemAllocNode@11040
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUDA_MEM_ALLOC_NODE_PARAMS *nodeParams):
    hand
cuGraphAddMemFreeNode@11040
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUdeviceptr dptr):
    hand
cuGraphConditionalHandleCreate@12030
    (CUgraphConditionalHandle *pHandle_out, CUgraph hGraph, CUcontext ctx, unsigned int defaultLaunchValue,
     unsigned int flags):
    ready; need pHandle_out; refuse flags & ~(unsigned)CU_GRAPH_COND_ASSIGN_DEFAULT; context ctx as context;
    find graph hGraph; refuse graph->server != context->server;
    ask conditional_create (hGraph, ctx, defaultLaunchValue, flags)
cuGraphMemAllocNodeGetParams@11040 (CUgraphNode hNode, CUDA_MEM_ALLOC_NODE_PARAMS *params_out):
    hand
cuGraphMemFreeNodeGetParams@11040 (CUgraphNode hNode, CUdeviceptr *dptr_out):
    hand
"""
)
