/* Entry points that add nodes of any kind; libcuda/graph_nodes.c has those of one. */
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
