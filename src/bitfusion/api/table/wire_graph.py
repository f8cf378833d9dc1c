"""Calls on the wire of graphs (ids 320-429).

A node is added, set and read in one form: `params` is a CUgraphNodeParams (256 bytes) in which objects stand as their
numbers and pointers are 0, `extra` is what it would point to: the parameter block of a kernel, the accesses of an
allocation (12 bytes each, devices as on this server), the operations of a batch (48 bytes each). Lists of nodes are
packed u64 numbers, edges CUgraphEdgeData (8 bytes each); without a wish for these (with_edges 0), edges that have data
are CUDA_ERROR_LOSSY_QUERY. A list in a reply has at most `room` elements; `count` says
how many there are. A node or graph that the driver has made gets a number from the server, 2^48 or above.
"""

from ..model import ASK, TELL, Wire

_LISTED = "size_t count, bytes nodes"

WIRES: tuple[Wire, ...] = (
    Wire(320, "graph_create", ASK, "CUgraph *graph, unsigned int flags", server="cuGraphCreate(flags)"),
    Wire(321, "cuGraphDestroy", ASK, "CUgraph hGraph", does="destroys(hGraph)"),
    Wire(322, "graph_clone", ASK, "CUgraph *clone, CUgraph graph", server="cuGraphClone(graph)"),
    Wire(
        323,
        "graph_add_node",
        ASK,
        "CUgraphNode *node, CUgraph graph, bytes dependencies, bytes edges, bytes params, bytes extra",
        "bytes made",
        server="nodes.graph_add_node",
        doc=(
            "edges: of each dependency, or nothing. made: u64 address of an allocation; u64 numbers of the bodies of a"
            " conditional."
        ),
    ),
    Wire(324, "cuGraphDestroyNode", ASK, "CUgraphNode hNode", does="destroys(hNode)"),
    Wire(325, "node_get_type", ASK, "CUgraphNode node", "unsigned int type", server="nodes.node_get_type"),
    Wire(
        326,
        "graph_get_nodes",
        ASK,
        "CUgraph graph, int roots, size_t room",
        _LISTED,
        server="graphs.graph_get_nodes",
        doc="roots: only those without dependencies.",
    ),
    Wire(
        327,
        "graph_get_edges",
        ASK,
        "CUgraph graph, size_t room, int with_edges",
        "size_t count, bytes from_nodes, bytes to_nodes, bytes edges",
        server="graphs.graph_get_edges",
    ),
    Wire(
        328,
        "node_get_dependencies",
        ASK,
        "CUgraphNode node, int dependents, size_t room, int with_edges",
        f"{_LISTED}, bytes edges",
        server="graphs.node_get_dependencies",
        doc="dependents: the nodes that depend on it, and not those that it depends on.",
    ),
    Wire(
        329,
        "graph_change_edges",
        ASK,
        "CUgraph graph, bytes from_nodes, bytes to_nodes, bytes edges, int remove",
        server="graphs.graph_change_edges",
        doc="cuGraphAddDependencies or cuGraphRemoveDependencies. edges: of each, or nothing.",
    ),
    Wire(
        330,
        "node_find_in_clone",
        ASK,
        "CUgraphNode node, CUgraph clone",
        "cuuint64_t number",
        server="graphs.node_find_in_clone",
    ),
    Wire(
        331,
        "node_get_graph",
        ASK,
        "CUgraphNode node",
        "cuuint64_t number",
        server="graphs.node_get_graph",
        doc="The graph of a child graph node.",
    ),
    Wire(
        332,
        "node_get_params",
        ASK,
        "CUgraphNode node, unsigned int type",
        "bytes params, bytes extra",
        server="nodes.node_get_params",
        doc="Of a node of that type.",
    ),
    Wire(333, "node_set_params", ASK, "CUgraphNode node, bytes params, bytes extra", server="nodes.node_set_params"),
    Wire(
        334,
        "exec_set_params",
        ASK,
        "CUgraphExec exec, CUgraphNode node, bytes params, bytes extra",
        server="nodes.exec_set_params",
    ),
    Wire(
        335,
        "graph_instantiate",
        ASK,
        "CUgraphExec *exec, CUgraph graph, cuuint64_t flags, CUstream upload",
        "bytes outcome_log, bytes events_log",
        server="graphs.graph_instantiate",
        doc=(
            "outcome: u32 CUgraphInstantiateResult, u32 1 if it allocates or frees memory, u64 number of the node that"
            " is wrong (0: none). events: u64 numbers of those that it records. Both come with every result."
        ),
    ),
    Wire(336, "cuGraphExecDestroy", TELL, "CUgraphExec hGraphExec", does="destroys(hGraphExec)"),
    Wire(337, "cuGraphLaunch", TELL, "CUgraphExec hGraph, CUstream hStream"),
    Wire(
        338,
        "graph_launch_first",
        ASK,
        "CUgraphExec hGraph, CUstream hStream",
        does="asks(cuGraphLaunch)",
        doc="cuGraphLaunch with the driver's answer: for one that it has not accepted before, or that allocates memory.",
    ),
    Wire(339, "cuGraphUpload", ASK, "CUgraphExec hGraph, CUstream hStream"),
    Wire(
        340,
        "exec_update",
        ASK,
        "CUgraphExec exec, CUgraph graph",
        "bytes outcome_log, bytes events_log",
        server="graphs.exec_update",
        doc=(
            "outcome: u32 CUgraphExecUpdateResult, u32 0, u64 numbers of the node that is wrong and of the one that it"
            " depends on (0: none). events: as of graph_instantiate."
        ),
    ),
    Wire(341, "cuGraphExecGetFlags", ASK, "CUgraphExec hGraphExec", "cuuint64_t flags"),
    Wire(342, "cuGraphNodeGetEnabled", ASK, "CUgraphExec hGraphExec, CUgraphNode hNode", "unsigned int isEnabled"),
    Wire(343, "cuGraphNodeSetEnabled", ASK, "CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int isEnabled"),
    Wire(
        344,
        "kernel_node_get_attribute",
        ASK,
        "CUgraphNode node, CUlaunchAttributeID attr",
        "bytes value",
        server="nodes.kernel_node_get_attribute",
        doc="value: a CUlaunchAttributeValue (64 bytes), an event as its number.",
    ),
    Wire(
        345,
        "kernel_node_set_attribute",
        ASK,
        "CUgraphNode node, CUlaunchAttributeID attr, bytes value",
        server="nodes.kernel_node_set_attribute",
    ),
    Wire(346, "cuGraphKernelNodeCopyAttributes", ASK, "CUgraphNode dst, CUgraphNode src"),
    Wire(
        347,
        "conditional_create",
        ASK,
        "CUgraph graph, CUcontext ctx, unsigned int value, unsigned int flags",
        "cuuint64_t pHandle_out",
        server="cuGraphConditionalHandleCreate(graph, ctx, value, flags)",
        doc="cuGraphConditionalHandleCreate. Kernels are given the handle, so it is the server's own.",
    ),
    Wire(
        348,
        "graph_mem_get",
        ASK,
        "CUdevice dev, CUgraphMem_attribute attr",
        "cuuint64_t value",
        server="cuDeviceGetGraphMemAttribute(dev, attr)",
    ),
    Wire(
        349,
        "graph_mem_set",
        ASK,
        "CUdevice dev, CUgraphMem_attribute attr, cuuint64_t value",
        server="cuDeviceSetGraphMemAttribute(dev, attr, cuuint64_t(value))",
    ),
    Wire(350, "graph_mem_trim", ASK, "CUdevice dev", server="cuDeviceGraphMemTrim(dev)"),
    Wire(
        351,
        "graph_print",
        ASK,
        "CUgraph graph, unsigned int flags",
        "bytes text",
        server="graphs.graph_print",
        doc="What cuGraphDebugDotPrint writes.",
    ),
)
