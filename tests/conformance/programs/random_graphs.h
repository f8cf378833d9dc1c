/* What programs/random_work.c does with graphs: nodes by hand, user objects, executable graphs, changes of both. */
#ifndef RANDOM_GRAPHS_H
#define RANDOM_GRAPHS_H

#include "random_world.h"

/* ---- graphs by hand */

static CUresult new_graph(const struct line *l)
{
    drop_graph(l->a % GRAPHS);
    return cuGraphCreate(&graphs[l->a % GRAPHS], 0);
}

/* The place of the next node of a graph, and the node before it: NULL is none. */
static CUgraphNode *next_node(unsigned slot, const CUgraphNode **before)
{
    unsigned place = 0;
    while (place < NODES - 1 && nodes[slot][place])
        place++;
    *before = place && place % 3 ? &nodes[slot][place - 1] : NULL;
    return &nodes[slot][place];
}

/* Parameters of nodes, with what their pointers point to. */
struct kernel_node {
    CUdeviceptr at;
    unsigned value;
    void *params[2];
    CUDA_KERNEL_NODE_PARAMS_v2 is;
};

static CUDA_KERNEL_NODE_PARAMS_v2 *kernel_of(struct kernel_node *node, unsigned counter, unsigned value)
{
    *node = (struct kernel_node){.at = counters + counter % COUNTERS * 4, .value = value};
    node->params[0] = &node->at;
    node->params[1] = &node->value;
    node->is = (CUDA_KERNEL_NODE_PARAMS_v2){.func = add,
                                            .gridDimX = 1,
                                            .gridDimY = 1,
                                            .gridDimZ = 1,
                                            .blockDimX = 1,
                                            .blockDimY = 1,
                                            .blockDimZ = 1,
                                            .kernelParams = node->params};
    return &node->is;
}

static CUDA_MEMSET_NODE_PARAMS fill_of(const struct line *l, unsigned value)
{
    return (CUDA_MEMSET_NODE_PARAMS){
        .dst = places + l->number * 4, .value = value, .elementSize = 4, .width = 1, .height = 1};
}

static CUDA_HOST_NODE_PARAMS host_of(const struct line *l)
{
    return (CUDA_HOST_NODE_PARAMS){note, (void *)(uintptr_t)l->number};
}

static CUDA_MEMCPY3D copy_of(const struct line *l, bool to_device)
{
    CUDA_MEMCPY3D copy = {.WidthInBytes = 4, .Height = 1, .Depth = 1};
    copy.srcMemoryType = to_device ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE;
    copy.dstMemoryType = to_device ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
    copy.srcHost = &source[l->b % LINES];
    copy.srcDevice = places + LINES * 4 + l->b % LINES * 4;
    copy.dstDevice = places + l->number * 4;
    copy.dstHost = &pinned[l->number];
    return copy;
}

static CUresult add_kernel(const struct line *l)
{
    const CUgraphNode *after;
    CUgraphNode *node = next_node(l->a % GRAPHS, &after);
    struct kernel_node kernel;
    return cuGraphAddKernelNode_v2(node, graphs[l->a % GRAPHS], after, after != NULL, kernel_of(&kernel, l->b, l->c));
}

static CUresult add_fill(const struct line *l)
{
    const CUgraphNode *after;
    CUgraphNode *node = next_node(l->a % GRAPHS, &after);
    CUDA_MEMSET_NODE_PARAMS fill_params = fill_of(l, l->b);
    return cuGraphAddMemsetNode(node, graphs[l->a % GRAPHS], after, after != NULL, &fill_params, context);
}

/* A function or a copy to the host: behind the node of the last line, if that is the one that it depends on. */
static CUresult added(const struct line *l, const CUgraphNode *after, CUgraphNode node, CUresult result, bool copies)
{
    static CUgraphNode added_last;
    if (!after || *after != added_last)
        last.place = NO_PLACE;
    if (!result)
        put_behind(IN_GRAPH, l->a % GRAPHS, l->number, copies);
    added_last = node;
    return result;
}

static CUresult add_call(const struct line *l)
{
    const CUgraphNode *after;
    CUgraphNode *node = next_node(l->a % GRAPHS, &after);
    CUDA_HOST_NODE_PARAMS host = host_of(l);
    CUresult result = cuGraphAddHostNode(node, graphs[l->a % GRAPHS], after, after != NULL, &host);
    return added(l, after, *node, result, false);
}

static CUresult add_put(const struct line *l)
{
    const CUgraphNode *after;
    CUgraphNode *node = next_node(l->a % GRAPHS, &after);
    CUDA_MEMCPY3D copy = copy_of(l, true);
    return cuGraphAddMemcpyNode(node, graphs[l->a % GRAPHS], after, after != NULL, &copy, context);
}

static CUresult add_get(const struct line *l)
{
    const CUgraphNode *after;
    CUgraphNode *node = next_node(l->a % GRAPHS, &after);
    CUDA_MEMCPY3D copy = copy_of(l, false);
    CUresult result = cuGraphAddMemcpyNode(node, graphs[l->a % GRAPHS], after, after != NULL, &copy, context);
    return added(l, after, *node, result, true);
}

static CUresult add_child(const struct line *l)
{
    const CUgraphNode *after;
    CUgraphNode *node = next_node(l->a % GRAPHS, &after);
    return cuGraphAddChildGraphNode(node, graphs[l->a % GRAPHS], after, after != NULL, graphs[l->b % GRAPHS]);
}

/* ---- user objects: their functions run when nobody owns them any more */

static CUresult own(const struct line *l)
{
    CUuserObject object;
    unsigned owners = 1 + l->c % 2;
    CUresult result =
        cuUserObjectCreate(&object, (void *)(uintptr_t)l->number, note, owners, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC);
    if (result)
        return result;
    owned++;
    is_owned[l->number] = true;
    result = cuGraphRetainUserObject(graphs[l->a % GRAPHS], object, 1, l->b % 2 ? CU_GRAPH_USER_OBJECT_MOVE : 0);
    unsigned moved = !result && l->b % 2;
    if (owners > moved)
        show("  cuUserObjectRelease", cuUserObjectRelease(object, owners - moved));
    return result;
}

static CUresult copy_graph(const struct line *l)
{
    CUgraph copy = NULL;
    unsigned slot = l->b % GRAPHS;
    size_t count = NODES;
    CUresult result = cuGraphClone(&copy, graphs[l->a % GRAPHS]);
    if (result)
        return result;
    drop_graph(slot);
    graphs[slot] = copy;
    MUST(cuGraphGetNodes(copy, nodes[slot], &count));
    return result;
}

static CUresult instantiate(const struct line *l)
{
    CUgraphExec exec = NULL;
    CUresult result = cuGraphInstantiateWithFlags(&exec, graphs[l->a % GRAPHS], 0);
    if (result)
        return result;
    if (execs[l->b % EXECS])
        show("  cuGraphExecDestroy", cuGraphExecDestroy(execs[l->b % EXECS]));
    execs[l->b % EXECS] = exec;
    return result;
}

static CUresult update(const struct line *l)
{
    CUgraphExecUpdateResultInfo info = {0};
    CUresult result = cuGraphExecUpdate_v2(execs[l->b % EXECS], graphs[l->a % GRAPHS], &info);
    if (!result || result == CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE)
        printf("  result %d\n", (int)info.result);
    return result;
}

/* ---- changes of nodes (of graph A, node C) and of what is executable (of A, node C of graph B) */

static CUgraphNode node_of(unsigned graph, const struct line *l)
{
    return nodes[graph % GRAPHS][l->c % NODES];
}

static CUgraphNodeType type_of(CUgraphNode node)
{
    CUgraphNodeType type = CU_GRAPH_NODE_TYPE_EMPTY;
    return node && !cuGraphNodeGetType(node, &type) ? type : CU_GRAPH_NODE_TYPE_EMPTY;
}

/* From now on one function of a graph may run without the one that it was put behind. */
static CUresult replaced(CUresult result)
{
    functions_replaced |= !result;
    return result;
}

static CUresult change_kernel(const struct line *l)
{
    struct kernel_node kernel;
    return cuGraphKernelNodeSetParams_v2(node_of(l->a, l), kernel_of(&kernel, l->b, l->c));
}

static CUresult change_fill(const struct line *l)
{
    CUDA_MEMSET_NODE_PARAMS fill_params = fill_of(l, l->b);
    return cuGraphMemsetNodeSetParams(node_of(l->a, l), &fill_params);
}

static CUresult change_call(const struct line *l)
{
    CUDA_HOST_NODE_PARAMS host = host_of(l);
    return replaced(cuGraphHostNodeSetParams(node_of(l->a, l), &host));
}

static CUresult change_any(const struct line *l)
{
    struct kernel_node kernel;
    CUgraphNodeParams params = {.type = type_of(node_of(l->a, l))};
    if (params.type == CU_GRAPH_NODE_TYPE_HOST)
        params.host = (CUDA_HOST_NODE_PARAMS_v2){note, (void *)(uintptr_t)l->number};
    else if (params.type == CU_GRAPH_NODE_TYPE_KERNEL)
        memcpy(&params.kernel, kernel_of(&kernel, l->b, l->c), sizeof kernel.is);
    else
        return CUDA_ERROR_NOT_SUPPORTED;
    CUresult result = cuGraphNodeSetParams(node_of(l->a, l), &params);
    return params.type == CU_GRAPH_NODE_TYPE_HOST ? replaced(result) : result;
}

static CUresult set_kernel(const struct line *l)
{
    struct kernel_node kernel;
    return cuGraphExecKernelNodeSetParams_v2(execs[l->a % EXECS], node_of(l->b, l), kernel_of(&kernel, l->b, l->c));
}

static CUresult set_fill(const struct line *l)
{
    CUDA_MEMSET_NODE_PARAMS fill_params = fill_of(l, l->number);
    return cuGraphExecMemsetNodeSetParams(execs[l->a % EXECS], node_of(l->b, l), &fill_params, context);
}

static CUresult set_call(const struct line *l)
{
    CUDA_HOST_NODE_PARAMS host = host_of(l);
    return replaced(cuGraphExecHostNodeSetParams(execs[l->a % EXECS], node_of(l->b, l), &host));
}

static CUresult set_put(const struct line *l)
{
    CUDA_MEMCPY3D copy;
    if (type_of(node_of(l->b, l)) != CU_GRAPH_NODE_TYPE_MEMCPY)
        return CUDA_ERROR_NOT_SUPPORTED;
    CUresult result = cuGraphMemcpyNodeGetParams(node_of(l->b, l), &copy);
    if (result || copy.srcMemoryType != CU_MEMORYTYPE_HOST)
        return result;
    copy = copy_of(l, true);
    return cuGraphExecMemcpyNodeSetParams(execs[l->a % EXECS], node_of(l->b, l), &copy, context);
}

static CUresult set_child(const struct line *l)
{
    return cuGraphExecChildGraphNodeSetParams(execs[l->a % EXECS], node_of(l->b, l), graphs[(l->b + 1) % GRAPHS]);
}

/* Of a copy from or to the program's memory the wire cannot tell. */
static bool can_be_enabled(CUgraphNode node)
{
    return type_of(node) != CU_GRAPH_NODE_TYPE_MEMCPY;
}

static CUresult enable(const struct line *l)
{
    CUgraphNode node = node_of(l->b, l);
    return can_be_enabled(node) ? cuGraphNodeSetEnabled(execs[l->a % EXECS], node, l->c / NODES % 2)
                                : CUDA_ERROR_NOT_SUPPORTED;
}

static CUresult is_enabled(const struct line *l)
{
    CUgraphNode node = node_of(l->b, l);
    unsigned enabled = 2;
    CUresult result = can_be_enabled(node) ? cuGraphNodeGetEnabled(execs[l->a % EXECS], node, &enabled)
                                           : CUDA_ERROR_NOT_SUPPORTED;
    printf("  %u\n", enabled);
    return result;
}

static CUresult launch_graph(const struct line *l)
{
    return cuGraphLaunch(execs[l->b % EXECS], streams[l->a % STREAMS]);
}

static CUresult end_graph(const struct line *l)
{
    drop_graph(l->a % GRAPHS);
    return CUDA_SUCCESS;
}

#endif
