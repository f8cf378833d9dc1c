"""Graphs: nodes, edges, executable graphs, user objects."""

from ..notation import read_chapter

CHAPTER = read_chapter(
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
    hand
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
cuGraphDestroy@10000 #321 ask (CUgraph hGraph):
    find graph hGraph; refuse lc_capture_fills(hGraph); by bf_graphs_end(graph)
    server: destroys(hGraph)
cuGraphDestroyNode@10000 #324 ask (CUgraphNode hNode):
    find node hNode; refuse lc_capture_fills((CUgraph)node->owner); by bf_graphs_end_node(node)
    server: destroys(hNode)
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
cuGraphExecDestroy@10000 #336 tell (CUgraphExec hGraphExec):
    find exec hGraphExec; by bf_graphs_end_exec(exec)
    server: destroys(hGraphExec)
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
cuGraphExecGetFlags@12000 #341 (CUgraphExec hGraphExec, cuuint64_t *flags):
    find exec hGraphExec; need flags; ask
cuGraphExecHostNodeSetParams@10020
    (CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_HOST_NODE_PARAMS *nodeParams):
    hand
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
    hand
cuGraphHostNodeSetParams@10000 (CUgraphNode hNode, const CUDA_HOST_NODE_PARAMS *nodeParams):
    hand
cuGraphInstantiate@10000
    (CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize):
    is cuGraphInstantiate_v2(phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize)
cuGraphInstantiate_v2@11000
    (CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize):
    hand
cuGraphInstantiateWithFlags@11040 (CUgraphExec *phGraphExec, CUgraph hGraph, unsigned long long flags):
    ready; refuse flags & CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD; by bf_graph_execs_make(phGraphExec, hGraph, flags)
cuGraphInstantiateWithParams@12000 +ptsz@12000
    (CUgraphExec *phGraphExec, CUgraph hGraph, CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams):
    hand
cuGraphKernelNodeCopyAttributes@11000 #346 (CUgraphNode dst, CUgraphNode src):
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
cuGraphLaunch@10000 #337 tell +ptsz@10000 (CUgraphExec hGraph, CUstream hStream):
    hand
    server: launches(hGraph)
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
cuGraphNodeGetEnabled@11060 #342 (CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int *isEnabled):
    find exec hGraphExec; find node hNode; need isEnabled; refuse exec->server != node->server; ask
    server: inside(hNode)
cuGraphNodeGetType@10000 (CUgraphNode hNode, CUgraphNodeType *type):
    find node hNode; need type; by bf_graphs_type(node, type)
cuGraphNodeSetEnabled@11060 #343 (CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int isEnabled):
    find exec hGraphExec; find node hNode; refuse exec->server != node->server; ask
    server: hosted_nodes.cuGraphNodeSetEnabled
cuGraphNodeSetParams@12020 (CUgraphNode hNode, CUgraphNodeParams *nodeParams):
    hand
cuGraphReleaseUserObject@11030 #364 (CUgraph graph, CUuserObject object, unsigned int count):
    find graph graph as from; find userobject object as found; refuse !bf_user_objects_is_count(count);
    refuse from->server != found->server; ask
cuGraphRemoveDependencies@10000
    (CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, size_t numDependencies):
    is cuGraphRemoveDependencies_v2(hGraph, from, to, NULL, numDependencies)
cuGraphRemoveDependencies_v2@12030
    (CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, const CUgraphEdgeData *edgeData,
     size_t numDependencies):
    hand
cuGraphRetainUserObject@11030 #363 (CUgraph graph, CUuserObject object, unsigned int count, unsigned int flags):
    find graph graph as to; find userobject object as found; refuse !bf_user_objects_is_count(count);
    refuse flags & ~(unsigned)CU_GRAPH_USER_OBJECT_MOVE; refuse to->server != found->server; ask
cuGraphUpload@11010 #339 +ptsz@11010 (CUgraphExec hGraph, CUstream hStream):
    stream hStream; find exec hGraph; refuse exec->server != order.to.server; try bf_issue_refuse(&order); ask
    server: launches(hGraph)
cuUserObjectCreate@11030
    (CUuserObject *object_out, void *ptr, CUhostFn destroy, unsigned int initialRefcount, unsigned int flags):
    ready; need object_out; refuse !destroy || !bf_user_objects_is_count(initialRefcount);
    refuse flags != CU_USER_OBJECT_NO_DESTRUCTOR_SYNC;
    by bf_user_objects_create(object_out, ptr, destroy, initialRefcount)
cuUserObjectRelease@11030 #362 (CUuserObject object, unsigned int count):
    find userobject object as found; refuse !bf_user_objects_is_count(count); ask
cuUserObjectRetain@11030 #361 (CUuserObject object, unsigned int count):
    find userobject object as found; refuse !bf_user_objects_is_count(count); ask
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
# Calls of the wire alone. Lists of nodes are packed u64 numbers, edges CUgraphEdgeData (8 bytes each); without a wish
# for these (with_edges 0), edges that have data are CUDA_ERROR_LOSSY_QUERY. A list in a reply has at most `room`
# elements; `count` says how many there are. A node or graph that the driver has made gets a number from the server, 2^48
# or above.
graph_create #320 ask (CUgraph *graph, unsigned int flags):
    server: cuGraphCreate(flags)
graph_clone #322 ask (CUgraph *clone, CUgraph graph):
    server: cuGraphClone(graph)
graph_add_node #323 ask (CUgraphNode *node, CUgraph graph, CUgraphNode[] dependencies, bytes edges, CUgraphNodeParams params,
        bytes *made):
    server: nodes.graph_add_node
    "edges: of each dependency, or nothing. made: u64 address of an allocation; u64 numbers of the bodies of a
    conditional."
node_get_type #325 ask (CUgraphNode node, CUgraphNodeType *type):
    server: cuGraphNodeGetType(node); hosted(node, CUgraphNodeType.CU_GRAPH_NODE_TYPE_MEMCPY)
graph_get_nodes #326 ask (CUgraph graph, int roots, size_t room, size_t *count, bytes *nodes):
    server: graphs.graph_get_nodes
    "roots: only those without dependencies."
graph_get_edges #327 ask (CUgraph graph, size_t room, int with_edges, size_t *count, bytes *from_nodes, bytes
        *to_nodes, bytes *edges):
    server: graphs.graph_get_edges
node_get_dependencies #328 ask (CUgraphNode node, int dependents, size_t room, int with_edges, size_t *count, bytes
        *nodes, bytes *edges):
    server: graphs.node_get_dependencies
    "dependents: the nodes that depend on it, and not those that it depends on."
graph_change_edges #329 ask (CUgraph graph, CUgraphNode[] from_nodes, CUgraphNode[] to_nodes, CUgraphEdgeData[] edges,
        int remove):
    server: cuGraphRemoveDependencies(graph, from_nodes, to_nodes, edges, len(from_nodes)) if remove
            else cuGraphAddDependencies(graph, from_nodes, to_nodes, edges, len(from_nodes));
            alike(from_nodes, to_nodes, edges)
    "cuGraphAddDependencies or cuGraphRemoveDependencies. edges: of each, or nothing."
node_find_in_clone #330 ask (CUgraphNode node, CUgraph clone, cuuint64_t *number):
    server: graphs.node_find_in_clone
node_get_graph #331 ask (CUgraphNode node, cuuint64_t *number):
    server: cuGraphChildGraphNodeGetGraph(node); numbers(CUgraph, node); hosted(node, CUDA_ERROR_INVALID_VALUE)
    "The graph of a child graph node."
node_get_params #332 ask (CUgraphNode node, unsigned int type, CUgraphNodeParams *params):
    server: nodes.node_get_params
    "Of a node of that type."
node_set_params #333 ask (CUgraphNode node, CUgraphNodeParams params):
    server: cuGraphNodeSetParams(node, params)
exec_set_params #334 ask (CUgraphExec exec, CUgraphNode node, CUgraphNodeParams params):
    server: cuGraphExecNodeSetParams(exec, node, params)
graph_instantiate #335 ask (CUgraphExec *exec, CUgraph graph, cuuint64_t flags, CUstream upload, bytes *outcome_log,
        bytes *events_log):
    server: graphs.graph_instantiate
    "outcome: u32 CUgraphInstantiateResult, u32 1 if it allocates or frees memory, u64 number of the node that is
    wrong (0: none). events: u64 numbers of those that it records. Both come with every result."
graph_add_copy #352 ask (CUgraphNode *node, CUgraph graph, CUgraphNode[] dependencies, bytes edges, bytes copy,
        cuuint64_t context, cuuint64_t source, cuuint64_t target):
    server: hosted_nodes.graph_add_copy
    "A copy that names memory of the client. copy: its CUDA_MEMCPY3D (200 bytes); source, target: the client's number of
    the memory on that side, 0 for what the server has. FETCH asks for the bytes at every launch, DATA delivers them."
copy_set_params #353 ask (CUgraphNode node, bytes copy, cuuint64_t source, cuuint64_t target, unsigned int *done):
    server: hosted_nodes.copy_set_params
    "done: 0 if the node was not made by graph_add_copy; then nothing was done."
exec_copy_set_params #354 ask (CUgraphExec exec, CUgraphNode node, bytes copy, cuuint64_t context, cuuint64_t source,
        cuuint64_t target, unsigned int *done):
    server: hosted_nodes.exec_copy_set_params
graph_launch_first #338 ask (CUgraphExec hGraph, CUstream hStream):
    server: asks(cuGraphLaunch)
    "cuGraphLaunch with the driver's answer: for one that it has not accepted before, or that allocates memory."
exec_update #340 ask (CUgraphExec exec, CUgraph graph, bytes *outcome_log, bytes *events_log):
    server: graphs.exec_update
    "outcome: u32 CUgraphExecUpdateResult, u32 0, u64 numbers of the node that is wrong and of the one that it depends
    on (0: none). events: as of graph_instantiate."
kernel_node_get_attribute #344 ask (CUgraphNode node, CUlaunchAttributeID attr, bytes *value):
    server: nodes.kernel_node_get_attribute
    "value: a CUlaunchAttributeValue (64 bytes), an event as its number."
kernel_node_set_attribute #345 ask (CUgraphNode node, CUlaunchAttributeID attr, bytes value):
    server: nodes.kernel_node_set_attribute
conditional_create #347 ask (CUgraph graph, CUcontext ctx, unsigned int value, unsigned int flags, cuuint64_t
        *pHandle_out):
    server: cuGraphConditionalHandleCreate(graph, ctx, value, flags)
    "cuGraphConditionalHandleCreate. Kernels are given the handle, so it is the server's own."
graph_mem_get #348 ask (CUdevice dev, CUgraphMem_attribute attr, cuuint64_t *value):
    server: cuDeviceGetGraphMemAttribute(dev, attr)
graph_mem_set #349 ask (CUdevice dev, CUgraphMem_attribute attr, cuuint64_t value):
    server: cuDeviceSetGraphMemAttribute(dev, attr, cuuint64_t(value))
graph_mem_trim #350 ask (CUdevice dev):
    server: cuDeviceGraphMemTrim(dev)
graph_print #351 ask (CUgraph graph, unsigned int flags, bytes *text):
    server: graphs.graph_print
    "What cuGraphDebugDotPrint writes."
user_object_create #360 ask (CUuserObject *object, cuuint64_t number, unsigned int count):
    server: cuUserObjectCreate(number, destructor(number), count, CUuserObject_flags.CU_USER_OBJECT_NO_DESTRUCTOR_SYNC);
            forgets(number)
    "cuUserObjectCreate with the client's function `number`: RUN follows when nobody owns the object, and is not
    answered."
user_object_end #365 tell (CUuserObject object):
    server: CUDA_SUCCESS; destroys(object)
    "RUN has come: the number is free."
"""
)
