"""Graphs: nodes, edges, executable graphs, user objects."""

from ..notation import read_symbols

SYMBOLS = read_symbols(
    """
cuGraphAddBatchMemOpNode@11070
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams):
    direct
cuGraphAddChildGraphNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUgraph childGraph):
    direct
cuGraphAddDependencies@10000 (CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, size_t numDependencies):
    direct
cuGraphAddDependencies_v2@12030
    (CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, const CUgraphEdgeData *edgeData,
     size_t numDependencies):
    direct
cuGraphAddEmptyNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies):
    direct
cuGraphAddEventRecordNode@11010
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUevent event):
    direct
cuGraphAddEventWaitNode@11010
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUevent event):
    direct
cuGraphAddExternalSemaphoresSignalNode@11020
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams):
    direct
cuGraphAddExternalSemaphoresWaitNode@11020
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams):
    direct
cuGraphAddHostNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_HOST_NODE_PARAMS *nodeParams):
    direct
cuGraphAddKernelNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams):
    direct
cuGraphAddKernelNode_v2@12000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_KERNEL_NODE_PARAMS *nodeParams):
    direct
cuGraphAddMemcpyNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_MEMCPY3D *copyParams, CUcontext ctx):
    direct
cuGraphAddMemsetNode@10000
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx):
    direct
cuGraphAddNode@12020
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUgraphNodeParams *nodeParams):
    direct
cuGraphAddNode_v2@12030
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies,
     const CUgraphEdgeData *dependencyData, size_t numDependencies, CUgraphNodeParams *nodeParams):
    direct
cuGraphBatchMemOpNodeGetParams@11070 (CUgraphNode hNode, CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams_out):
    direct
cuGraphBatchMemOpNodeSetParams@11070 (CUgraphNode hNode, const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams):
    direct
cuGraphChildGraphNodeGetGraph@10000 (CUgraphNode hNode, CUgraph *phGraph):
    direct
cuGraphClone@10000 (CUgraph *phGraphClone, CUgraph originalGraph):
    direct
cuGraphCreate@10000 (CUgraph *phGraph, unsigned int flags):
    direct
cuGraphDebugDotPrint@11030 (CUgraph hGraph, const char *path, unsigned int flags):
    direct
cuGraphDestroy@10000 (CUgraph hGraph):
    direct
cuGraphDestroyNode@10000 (CUgraphNode hNode):
    direct
cuGraphEventRecordNodeGetEvent@11010 (CUgraphNode hNode, CUevent *event_out):
    direct
cuGraphEventRecordNodeSetEvent@11010 (CUgraphNode hNode, CUevent event):
    direct
cuGraphEventWaitNodeGetEvent@11010 (CUgraphNode hNode, CUevent *event_out):
    direct
cuGraphEventWaitNodeSetEvent@11010 (CUgraphNode hNode, CUevent event):
    direct
cuGraphExecBatchMemOpNodeSetParams@11070
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_BATCH_MEM_OP_NODE_PARAMS *nodeParams):
    direct
cuGraphExecChildGraphNodeSetParams@11010 (CUgraphExec hGraphExec, CUgraphNode hNode, CUgraph childGraph):
    direct
cuGraphExecDestroy@10000 (CUgraphExec hGraphExec):
    direct
cuGraphExecEventRecordNodeSetEvent@11010 (CUgraphExec hGraphExec, CUgraphNode hNode, CUevent event):
    direct
cuGraphExecEventWaitNodeSetEvent@11010 (CUgraphExec hGraphExec, CUgraphNode hNode, CUevent event):
    direct
cuGraphExecExternalSemaphoresSignalNodeSetParams@11020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams):
    direct
cuGraphExecExternalSemaphoresWaitNodeSetParams@11020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams):
    direct
cuGraphExecGetFlags@12000 (CUgraphExec hGraphExec, cuuint64_t *flags):
    direct
cuGraphExecHostNodeSetParams@10020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_HOST_NODE_PARAMS *nodeParams):
    direct
cuGraphExecKernelNodeSetParams@10010
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams):
    direct
cuGraphExecKernelNodeSetParams_v2@12000
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS *nodeParams):
    direct
cuGraphExecMemcpyNodeSetParams@10020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_MEMCPY3D *copyParams, CUcontext ctx):
    direct
cuGraphExecMemsetNodeSetParams@10020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_MEMSET_NODE_PARAMS *memsetParams, CUcontext ctx):
    direct
cuGraphExecNodeSetParams@12020 (CUgraphExec hGraphExec, CUgraphNode hNode, CUgraphNodeParams *nodeParams):
    direct
cuGraphExecUpdate@10020
    (CUgraphExec hGraphExec, CUgraph hGraph, CUgraphNode *hErrorNode_out, CUgraphExecUpdateResult *updateResult_out):
    direct
cuGraphExecUpdate_v2@12000 (CUgraphExec hGraphExec, CUgraph hGraph, CUgraphExecUpdateResultInfo *resultInfo):
    direct
cuGraphExternalSemaphoresSignalNodeGetParams@11020 (CUgraphNode hNode, CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *params_out):
    direct
cuGraphExternalSemaphoresSignalNodeSetParams@11020
    (CUgraphNode hNode, const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams):
    direct
cuGraphExternalSemaphoresWaitNodeGetParams@11020 (CUgraphNode hNode, CUDA_EXT_SEM_WAIT_NODE_PARAMS *params_out):
    direct
cuGraphExternalSemaphoresWaitNodeSetParams@11020 (CUgraphNode hNode, const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams):
    direct
cuGraphGetEdges@10000 (CUgraph hGraph, CUgraphNode *from, CUgraphNode *to, size_t *numEdges):
    direct
cuGraphGetEdges_v2@12030
    (CUgraph hGraph, CUgraphNode *from, CUgraphNode *to, CUgraphEdgeData *edgeData, size_t *numEdges):
    direct
cuGraphGetNodes@10000 (CUgraph hGraph, CUgraphNode *nodes, size_t *numNodes):
    direct
cuGraphGetRootNodes@10000 (CUgraph hGraph, CUgraphNode *rootNodes, size_t *numRootNodes):
    direct
cuGraphHostNodeGetParams@10000 (CUgraphNode hNode, CUDA_HOST_NODE_PARAMS *nodeParams):
    direct
cuGraphHostNodeSetParams@10000 (CUgraphNode hNode, const CUDA_HOST_NODE_PARAMS *nodeParams):
    direct
cuGraphInstantiate@10000
    (CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize):
    direct
cuGraphInstantiate_v2@11000
    (CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize):
    direct
cuGraphInstantiateWithFlags@11040 (CUgraphExec *phGraphExec, CUgraph hGraph, unsigned long long flags):
    direct
cuGraphInstantiateWithParams@12000 +ptsz@12000
    (CUgraphExec *phGraphExec, CUgraph hGraph, CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams):
    direct
cuGraphKernelNodeCopyAttributes@11000 (CUgraphNode dst, CUgraphNode src):
    direct
cuGraphKernelNodeGetAttribute@11000 (CUgraphNode hNode, CUkernelNodeAttrID attr, CUkernelNodeAttrValue *value_out):
    direct
cuGraphKernelNodeGetParams@10000 (CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams):
    direct
cuGraphKernelNodeGetParams_v2@12000 (CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS *nodeParams):
    direct
cuGraphKernelNodeSetAttribute@11000 (CUgraphNode hNode, CUkernelNodeAttrID attr, const CUkernelNodeAttrValue *value):
    direct
cuGraphKernelNodeSetParams@10000 (CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS_v1 *nodeParams):
    direct
cuGraphKernelNodeSetParams_v2@12000 (CUgraphNode hNode, const CUDA_KERNEL_NODE_PARAMS *nodeParams):
    direct
cuGraphLaunch@10000 +ptsz@10000 (CUgraphExec hGraph, CUstream hStream):
    direct
cuGraphMemcpyNodeGetParams@10000 (CUgraphNode hNode, CUDA_MEMCPY3D *nodeParams):
    direct
cuGraphMemcpyNodeSetParams@10000 (CUgraphNode hNode, const CUDA_MEMCPY3D *nodeParams):
    direct
cuGraphMemsetNodeGetParams@10000 (CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS *nodeParams):
    direct
cuGraphMemsetNodeSetParams@10000 (CUgraphNode hNode, const CUDA_MEMSET_NODE_PARAMS *nodeParams):
    direct
cuGraphNodeFindInClone@10000 (CUgraphNode *phNode, CUgraphNode hOriginalNode, CUgraph hClonedGraph):
    direct
cuGraphNodeGetDependencies@10000 (CUgraphNode hNode, CUgraphNode *dependencies, size_t *numDependencies):
    direct
cuGraphNodeGetDependencies_v2@12030
    (CUgraphNode hNode, CUgraphNode *dependencies, CUgraphEdgeData *edgeData, size_t *numDependencies):
    direct
cuGraphNodeGetDependentNodes@10000 (CUgraphNode hNode, CUgraphNode *dependentNodes, size_t *numDependentNodes):
    direct
cuGraphNodeGetDependentNodes_v2@12030
    (CUgraphNode hNode, CUgraphNode *dependentNodes, CUgraphEdgeData *edgeData, size_t *numDependentNodes):
    direct
cuGraphNodeGetEnabled@11060 (CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int *isEnabled):
    direct
cuGraphNodeGetType@10000 (CUgraphNode hNode, CUgraphNodeType *type):
    direct
cuGraphNodeSetEnabled@11060 (CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int isEnabled):
    direct
cuGraphNodeSetParams@12020 (CUgraphNode hNode, CUgraphNodeParams *nodeParams):
    direct
cuGraphReleaseUserObject@11030 (CUgraph graph, CUuserObject object, unsigned int count):
    direct
cuGraphRemoveDependencies@10000
    (CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, size_t numDependencies):
    direct
cuGraphRemoveDependencies_v2@12030
    (CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, const CUgraphEdgeData *edgeData,
     size_t numDependencies):
    direct
cuGraphRetainUserObject@11030 (CUgraph graph, CUuserObject object, unsigned int count, unsigned int flags):
    direct
cuGraphUpload@11010 +ptsz@11010 (CUgraphExec hGraph, CUstream hStream):
    direct
cuUserObjectCreate@11030
    (CUuserObject *object_out, void *ptr, CUhostFn destroy, unsigned int initialRefcount, unsigned int flags):
    direct
cuUserObjectRelease@11030 (CUuserObject object, unsigned int count):
    direct
cuUserObjectRetain@11030 (CUuserObject object, unsigned int count):
    direct
cuDeviceGetGraphMemAttribute@11040 (CUdevice device, CUgraphMem_attribute attr, void *value):
    direct
cuDeviceGraphMemTrim@11040 (CUdevice device):
    direct
cuDeviceSetGraphMemAttribute@11040 (CUdevice device, CUgraphMem_attribute attr, void *value):
    direct
cuGraphAddMemAllocNode@11040
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUDA_MEM_ALLOC_NODE_PARAMS *nodeParams):
    direct
cuGraphAddMemFreeNode@11040
    (CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies,
     CUdeviceptr dptr):
    direct
cuGraphConditionalHandleCreate@12030
    (CUgraphConditionalHandle *pHandle_out, CUgraph hGraph, CUcontext ctx, unsigned int defaultLaunchValue,
     unsigned int flags):
    direct
cuGraphMemAllocNodeGetParams@11040 (CUgraphNode hNode, CUDA_MEM_ALLOC_NODE_PARAMS *params_out):
    direct
cuGraphMemFreeNodeGetParams@11040 (CUgraphNode hNode, CUdeviceptr *dptr_out):
    direct
"""
)
