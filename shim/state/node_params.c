/* The parameters of nodes: from the program to the wire, and back. */
#include "node_params.h"

#include <stdlib.h>

#include "hosted.h"
#include "memory.h"
#include "reach.h"
#include "unpacked.h"

/* One side of a copy that names no memory of this process (hosted.h). */
static CUresult check_side(const struct bf_object *graph, CUmemorytype type, CUdeviceptr device)
{
    struct bf_place place;
    if (type == CU_MEMORYTYPE_ARRAY)
        return CUDA_SUCCESS;
    bool of_another = type != CU_MEMORYTYPE_HOST && bf_memory_find(graph->server, device, &place) &&
                      place.server != graph->server;
    return type == CU_MEMORYTYPE_HOST || of_another ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

static CUresult check_memcpy(const struct bf_object *graph, const CUDA_MEMCPY3D *copy)
{
    CUresult result = check_side(graph, copy->srcMemoryType, copy->srcDevice);
    return result ? result : check_side(graph, copy->dstMemoryType, copy->dstDevice);
}

static CUresult check(const struct bf_object *graph, const CUgraphNodeParams *params)
{
    switch (params->type) {
    case CU_GRAPH_NODE_TYPE_MEMCPY: return check_memcpy(graph, &params->memcpy.copyParams);
    case CU_GRAPH_NODE_TYPE_KERNEL:
    case CU_GRAPH_NODE_TYPE_MEMSET:
    case CU_GRAPH_NODE_TYPE_HOST:
    case CU_GRAPH_NODE_TYPE_GRAPH:
    case CU_GRAPH_NODE_TYPE_EMPTY:
    case CU_GRAPH_NODE_TYPE_WAIT_EVENT:
    case CU_GRAPH_NODE_TYPE_EVENT_RECORD:
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
    case CU_GRAPH_NODE_TYPE_MEM_FREE:
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP:
    case CU_GRAPH_NODE_TYPE_CONDITIONAL: return CUDA_SUCCESS;
    /* There is no way to get a semaphore of somebody else's. */
    case CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL:
    case CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT: return CUDA_ERROR_NOT_SUPPORTED;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}

/* Of a function, and not of a kernel, the driver does not look at the context. */
static bool has_idle_context(const CUgraphNodeParams *params)
{
    return params->type == CU_GRAPH_NODE_TYPE_KERNEL && bf_objects_find(params->kernel.func, BF_FUNCTION) &&
           !bf_objects_find(params->kernel.ctx, BF_CONTEXT);
}

/* What it is to use by an address. A kernel's parameters come last, at a multiple of 8. */
static void reach(const struct bf_server *server, const CUgraphNodeParams *params, const struct bf_packed *packed)
{
    if (params->type == CU_GRAPH_NODE_TYPE_KERNEL)
        bf_reach_launch(server, "of a graph", packed->data, packed->bytes);
    if (params->type == CU_GRAPH_NODE_TYPE_MEMSET)
        (void)bf_reach_address(server, params->memset.dst);
}

CUresult bf_node_params_pack(const struct bf_object *graph, const CUgraphNodeParams *params, struct bf_packed *out)
{
    out->data = NULL;
    CUgraphNodeParams sent = *params;
    if (params->type == CU_GRAPH_NODE_TYPE_MEMCPY)
        sent.memcpy.copyParams = bf_hosted_resolve(graph, &params->memcpy.copyParams);
    CUresult result = check(graph, &sent);
    if (has_idle_context(params))
        sent.kernel.ctx = NULL;
    if (!result)
        result = bf_structures_pack(out, BF_STRUCTURE_CUgraphNodeParams, &sent, 1, graph);
    if (!result)
        reach(graph->server, params, out);
    return result;
}

CUresult bf_node_params_get(struct bf_object *node, CUgraphNodeType type, CUgraphNodeParams *out)
{
    struct bf_ask ask;
    CUgraphNodeType own;
    CUresult result = bf_graphs_type(node, &own);
    if (!result && own != type)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    result = BF_ASK_HELD(bf_on(node->server), NULL, &ask, node_get_params, bf_u(node->number), bf_u(type));
    struct bf_unpacked *kept = atomic_exchange(&node->node.storage, NULL);
    if (!result)
        result = bf_unpacked_read(&kept, BF_STRUCTURE_CUgraphNodeParams, &ask.values[0], node->server, out);
    free(atomic_exchange(&node->node.storage, kept));
    bf_stream_ask_end(&ask);
    return result;
}
