/* Entry points of graphs: life, copies, what is in them. */
#include "../graph/graph.h"

#include "../graph/dot.h"
#include "../graph/node.h"

static CUresult create(CUgraph *out)
{
    struct sg_graph *graph;
    TRY(sg_graph_new(&graph));
    *out = (CUgraph)graph->handle;
    return CUDA_SUCCESS;
}

CUresult cuGraphCreate(CUgraph *phGraph, unsigned int flags)
{
    ENTER(cuGraphCreate);
    REQUIRE(phGraph && !flags, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(create(phGraph));
}

/* A graph in a node ends with the node. */
static CUresult destroy(CUgraph handle)
{
    struct sg_graph *graph;
    TRY(sg_graph_find(handle, &graph));
    REQUIRE(!graph->parent && !graph->captures, CUDA_ERROR_INVALID_VALUE);
    sg_graph_free(graph);
    return CUDA_SUCCESS;
}

CUresult cuGraphDestroy(CUgraph hGraph)
{
    ENTER(cuGraphDestroy);
    sg_graph_lock();
    return sg_graph_unlock(destroy(hGraph));
}

static CUresult destroy_node(CUgraphNode handle)
{
    struct sg_node *node;
    TRY(sg_graph_find_node(handle, &node));
    REQUIRE(!node->graph->captures, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!node->graph->memory_nodes, CUDA_ERROR_NOT_SUPPORTED);
    sg_graph_remove(node);
    return CUDA_SUCCESS;
}

CUresult cuGraphDestroyNode(CUgraphNode hNode)
{
    ENTER(cuGraphDestroyNode);
    sg_graph_lock();
    return sg_graph_unlock(destroy_node(hNode));
}

/* ---- copies */

static CUresult make_clone(CUgraph *out, CUgraph original)
{
    struct sg_graph *graph, *copy;
    TRY(sg_graph_find(original, &graph));
    REQUIRE(sg_walk_is_copyable(graph), CUDA_ERROR_NOT_SUPPORTED);
    TRY(sg_graph_copy(graph, &copy));
    *out = (CUgraph)copy->handle;
    return CUDA_SUCCESS;
}

CUresult cuGraphClone(CUgraph *phGraphClone, CUgraph originalGraph)
{
    ENTER(cuGraphClone);
    REQUIRE(phGraphClone, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(make_clone(phGraphClone, originalGraph));
}

/* Nodes of child graphs, too, were copied with it. */
static CUresult find_in_clone(CUgraphNode *out, CUgraphNode original, CUgraph cloned)
{
    struct sg_node *wanted;
    struct sg_graph *graph;
    TRY(sg_graph_find_node(original, &wanted));
    TRY(sg_graph_find(cloned, &graph));
    for (const struct sg_graph *each = graph; each; each = sg_walk_next(each, graph))
        for (const struct sg_node *node = each->first; node; node = node->next)
            if (node->origin == wanted->id) {
                *out = (CUgraphNode)node->handle;
                return CUDA_SUCCESS;
            }
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphNodeFindInClone(CUgraphNode *phNode, CUgraphNode hOriginalNode, CUgraph hClonedGraph)
{
    ENTER(cuGraphNodeFindInClone);
    REQUIRE(phNode, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(find_in_clone(phNode, hOriginalNode, hClonedGraph));
}

/* ---- what is in a graph */

/* All nodes, or those that wait for none. More room than needed is cleared. */
static CUresult list(CUgraph handle, CUgraphNode *nodes, size_t *count, bool roots)
{
    struct sg_graph *graph;
    size_t found = 0;
    TRY(sg_graph_find(handle, &graph));
    for (const struct sg_node *node = graph->first; node; node = node->next) {
        if (roots && node->before.count)
            continue;
        if (nodes && found == *count)
            break;
        if (nodes)
            nodes[found] = (CUgraphNode)node->handle;
        found++;
    }
    for (size_t i = found; nodes && i < *count; i++)
        nodes[i] = NULL;
    *count = found;
    return CUDA_SUCCESS;
}

CUresult cuGraphGetNodes(CUgraph hGraph, CUgraphNode *nodes, size_t *numNodes)
{
    ENTER(cuGraphGetNodes);
    REQUIRE(numNodes, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(list(hGraph, nodes, numNodes, false));
}

CUresult cuGraphGetRootNodes(CUgraph hGraph, CUgraphNode *rootNodes, size_t *numRootNodes)
{
    ENTER(cuGraphGetRootNodes);
    REQUIRE(numRootNodes, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(list(hGraph, rootNodes, numRootNodes, true));
}

static CUresult get_type(CUgraphNode handle, CUgraphNodeType *type)
{
    struct sg_node *node;
    TRY(sg_graph_find_node(handle, &node));
    *type = node->action->params.type;
    return CUDA_SUCCESS;
}

CUresult cuGraphNodeGetType(CUgraphNode hNode, CUgraphNodeType *type)
{
    ENTER(cuGraphNodeGetType);
    REQUIRE(type, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(get_type(hNode, type));
}

static CUresult get_child(CUgraphNode handle, CUgraph *out)
{
    struct sg_node *node;
    TRY(sg_node_find(handle, CU_GRAPH_NODE_TYPE_GRAPH, &node));
    *out = (CUgraph)node->graphs[0]->handle;
    return CUDA_SUCCESS;
}

CUresult cuGraphChildGraphNodeGetGraph(CUgraphNode hNode, CUgraph *phGraph)
{
    ENTER(cuGraphChildGraphNodeGetGraph);
    REQUIRE(phGraph, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(get_child(hNode, phGraph));
}

/* ---- as text */

static CUresult print(CUgraph handle, const char *path, unsigned flags)
{
    struct sg_graph *graph;
    TRY(sg_graph_find(handle, &graph));
    return sg_dot_write(graph, path, flags);
}

CUresult cuGraphDebugDotPrint(CUgraph hGraph, const char *path, unsigned int flags)
{
    ENTER(cuGraphDebugDotPrint);
    REQUIRE(path && flags < 2 * CU_GRAPH_DEBUG_DOT_FLAGS_CONDITIONAL_NODE_PARAMS, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(print(hGraph, path, flags));
}
