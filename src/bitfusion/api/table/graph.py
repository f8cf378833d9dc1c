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
cuGraphChildGraphNodeGetGraph@10000 (CUgraphNode hNode, CUgraph *phGraph):
    direct
cuGraphClone@10000 (CUgraph *phGraphClone, CUgraph originalGraph):
    direct
cuGraphCreate@10000 (CUgraph *phGraph, unsigned int flags):
    direct
cuGraphDestroy@10000 (CUgraph hGraph):
    direct
cuGraphDestroyNode@10000 (CUgraphNode hNode):
    direct
cuGraphExecDestroy@10000 (CUgraphExec hGraphExec):
    direct
cuGraphExecGetFlags@12000 (CUgraphExec hGraphExec, cuuint64_t *flags):
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
cuGraphLaunch@10000 +ptsz@10000 (CUgraphExec hGraph, CUstream hStream):
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
cuGraphNodeGetType@10000 (CUgraphNode hNode, CUgraphNodeType *type):
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
"""
)
