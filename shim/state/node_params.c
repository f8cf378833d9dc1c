/* The parameters of nodes: from the program to the wire, and back. */
#include "node_params.h"

#include <stdlib.h>

#include "blocks.h"
#include "callbacks.h"
#include "kernels.h"
#include "memory.h"
#include "pinned.h"

enum { BY_EXTRA = 1 }; /* in reserved0[0]: a kernel's parameters came in one block */

_Static_assert(sizeof(CUgraphNodeParams) == 256, "the protocol carries 256 bytes");
_Static_assert(sizeof(CUmemAccessDesc) == 12, "the protocol carries 12 bytes");
_Static_assert(sizeof(CUstreamBatchMemOpParams) == 48, "the protocol carries 48 bytes");

/* A handle by its number; NULL stays NULL. */
static void *as_number(uint64_t number)
{
    return (void *)(uintptr_t)number;
}

static CUresult pack_context(const struct bf_object *graph, CUcontext *context)
{
    struct bf_object *object;
    if (!*context)
        return CUDA_SUCCESS;
    CUresult result = bf_contexts_find(*context, &object);
    if (!result && object->server != graph->server)
        result = CUDA_ERROR_INVALID_CONTEXT;
    if (!result)
        *context = as_number(object->number);
    return result;
}

static CUresult room_for(struct bf_node_packed *out, size_t bytes, uint8_t **block)
{
    *block = out->small;
    if (bytes > sizeof out->small)
        *block = out->large = malloc(bytes);
    return *block ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult pack_copy(struct bf_node_packed *out, const void *data, size_t bytes)
{
    uint8_t *block;
    CUresult result = room_for(out, bytes, &block);
    if (result)
        return result;
    if (bytes)
        memcpy(block, data, bytes);
    out->extra = bf_bytes(block, bytes);
    return CUDA_SUCCESS;
}

static CUresult pack_kernel(const struct bf_object *graph, struct bf_node_packed *out)
{
    CUDA_KERNEL_NODE_PARAMS_v3 *kernel = &out->params.kernel;
    struct bf_object *object;
    uint64_t number;
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    if (kernel->func || kernel->kern)
        result = bf_kernels_find(kernel->func ? kernel->func : (CUfunction)kernel->kern, graph, &object, &number);
    if (!result)
        result = pack_context(graph, &kernel->ctx);
    if (!result)
        result = bf_blocks_gather(object->function.code, kernel->kernelParams, kernel->extra, out->small, &out->extra);
    if (result)
        return result;
    out->params.reserved0[0] = kernel->extra ? BY_EXTRA : 0;
    bool by_function = kernel->func != NULL;
    kernel->func = by_function ? as_number(number) : NULL;
    kernel->kern = by_function ? NULL : as_number(number);
    kernel->kernelParams = kernel->extra = NULL;
    return result;
}

/* One side of a copy: *hosted if it is memory of this process, which the server fetches and delivers. */
static CUresult look_at_side(const struct bf_object *graph, CUmemorytype type, const void *host, CUdeviceptr device,
                             bool *hosted)
{
    struct bf_place place;
    bool pinned = bf_pinned_covers((const void *)(uintptr_t)device, 1);
    *hosted = type == CU_MEMORYTYPE_HOST;
    if (type == CU_MEMORYTYPE_ARRAY)
        return CUDA_ERROR_NOT_SUPPORTED;
    if (type == CU_MEMORYTYPE_HOST)
        return host ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    if (bf_memory_find(graph->server, device, &place))
        return place.server == graph->server ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    *hosted = pinned || (type == CU_MEMORYTYPE_UNIFIED && device);
    return CUDA_SUCCESS;
}

static CUresult pack_memcpy(const struct bf_object *graph, struct bf_node_packed *out)
{
    const CUDA_MEMCPY3D *copy = &out->params.memcpy.copyParams;
    bool from, to;
    CUresult result = look_at_side(graph, copy->srcMemoryType, copy->srcHost, copy->srcDevice, &from);
    if (!result)
        result = look_at_side(graph, copy->dstMemoryType, copy->dstHost, copy->dstDevice, &to);
    if (!result)
        result = pack_context(graph, &out->params.memcpy.copyCtx);
    /* Memory of this process is not read and written at every launch yet. */
    return result || !(from || to) ? result : CUDA_ERROR_NOT_SUPPORTED;
}

static CUresult pack_event(const struct bf_object *graph, CUevent *event)
{
    struct bf_object *object = bf_objects_find(*event, BF_EVENT);
    if (!object || object->server != graph->server)
        return CUDA_ERROR_INVALID_VALUE;
    *event = as_number(object->number);
    return CUDA_SUCCESS;
}

/* The function may be called for as long as something is made of the graph, so its number stays. */
static CUresult pack_host(const struct bf_object *graph, CUDA_HOST_NODE_PARAMS_v2 *host)
{
    const struct bf_callback callback = {.function = host->fn, .data = host->userData, .lasts = true};
    if (!host->fn)
        return CUDA_ERROR_INVALID_VALUE;
    uint64_t number = bf_callbacks_enter(graph->server, &callback);
    *host = (CUDA_HOST_NODE_PARAMS_v2){.fn = NULL, .userData = as_number(number)};
    return number ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult pack_child(const struct bf_object *graph, CUDA_CHILD_GRAPH_NODE_PARAMS *child)
{
    struct bf_object *object = bf_objects_find(child->graph, BF_GRAPH);
    if (!object || object->server != graph->server)
        return CUDA_ERROR_INVALID_VALUE;
    child->graph = as_number(object->number);
    return CUDA_SUCCESS;
}

static CUresult pack_place(const struct bf_object *graph, CUmemLocation *place)
{
    if (place->type != CU_MEM_LOCATION_TYPE_DEVICE)
        return CUDA_SUCCESS;
    const struct bf_device *device = bf_client_device(place->id);
    if (!device || device->server != graph->server)
        return CUDA_ERROR_INVALID_VALUE;
    place->id = device->local;
    return CUDA_SUCCESS;
}

static CUresult pack_alloc(const struct bf_object *graph, struct bf_node_packed *out)
{
    CUDA_MEM_ALLOC_NODE_PARAMS_v2 *alloc = &out->params.alloc;
    CUresult result = pack_place(graph, &alloc->poolProps.location);
    if (!result && alloc->accessDescCount && !alloc->accessDescs)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && alloc->accessDescCount > BF_PACKED_ROWS_MAX)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = pack_copy(out, alloc->accessDescs, alloc->accessDescCount * sizeof *alloc->accessDescs);
    CUmemAccessDesc *accesses = (CUmemAccessDesc *)(uintptr_t)out->extra.p;
    for (size_t i = 0; i < alloc->accessDescCount && !result; i++)
        result = pack_place(graph, &accesses[i].location);
    alloc->accessDescs = NULL;
    alloc->poolProps.win32SecurityAttributes = NULL;
    return result;
}

static CUresult pack_batch(const struct bf_object *graph, struct bf_node_packed *out)
{
    CUDA_BATCH_MEM_OP_NODE_PARAMS_v2 *batch = &out->params.memOp;
    if (!batch->paramArray || !batch->count || batch->count > BF_STREAM_BATCH_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = pack_context(graph, &batch->ctx);
    if (!result)
        result = pack_copy(out, batch->paramArray, batch->count * sizeof *batch->paramArray);
    batch->paramArray = NULL;
    return result;
}

CUresult bf_node_params_pack(const struct bf_object *graph, const CUgraphNodeParams *params, struct bf_node_packed *out)
{
    out->params = *params;
    out->extra = bf_bytes(out->small, 0);
    out->large = NULL;
    memset(out->params.reserved0, 0, sizeof out->params.reserved0);
    switch (params->type) {
    case CU_GRAPH_NODE_TYPE_KERNEL: return pack_kernel(graph, out);
    case CU_GRAPH_NODE_TYPE_MEMCPY: return pack_memcpy(graph, out);
    case CU_GRAPH_NODE_TYPE_MEMSET: return pack_context(graph, &out->params.memset.ctx);
    case CU_GRAPH_NODE_TYPE_HOST: return pack_host(graph, &out->params.host);
    case CU_GRAPH_NODE_TYPE_GRAPH: return pack_child(graph, &out->params.graph);
    case CU_GRAPH_NODE_TYPE_WAIT_EVENT: return pack_event(graph, &out->params.eventWait.event);
    case CU_GRAPH_NODE_TYPE_EVENT_RECORD: return pack_event(graph, &out->params.eventRecord.event);
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC: return pack_alloc(graph, out);
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP: return pack_batch(graph, out);
    case CU_GRAPH_NODE_TYPE_CONDITIONAL: return pack_context(graph, &out->params.conditional.ctx);
    case CU_GRAPH_NODE_TYPE_EMPTY:
    case CU_GRAPH_NODE_TYPE_MEM_FREE: return CUDA_SUCCESS;
    /* There is no way to get a semaphore of somebody else's. */
    case CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL:
    case CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT: return CUDA_ERROR_NOT_SUPPORTED;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}

void bf_node_params_end(struct bf_node_packed *packed)
{
    free(packed->large);
}

/* Back. */

static uint64_t number_in(const void *handle)
{
    return (uint64_t)(uintptr_t)handle;
}

/* Memory of the node with these bytes, behind `room` others: the memory that it has, if they have not changed. */
static uint8_t *keep(struct bf_object *node, size_t room, const struct bf_value *bytes)
{
    struct bf_node_storage *before = atomic_load(&node->node.storage);
    size_t total = room + bytes->bytes;
    if (before && before->bytes == total && !memcmp(before->data + room, bytes->p, bytes->bytes))
        return before->data;
    struct bf_node_storage *storage = malloc(sizeof *storage + total);
    if (!storage)
        return NULL;
    storage->bytes = total;
    memset(storage->data, 0, room);
    memcpy(storage->data + room, bytes->p, bytes->bytes);
    free(atomic_exchange(&node->node.storage, storage));
    return storage->data;
}

static void *context_of(struct bf_server *server, const void *number)
{
    return bf_graphs_named(server, BF_CONTEXT, number_in(number));
}

static CUresult unpack_kernel(struct bf_object *node, const struct bf_value *block, CUgraphNodeParams *out)
{
    CUDA_KERNEL_NODE_PARAMS_v3 *kernel = &out->kernel;
    uint64_t number = number_in(kernel->func ? (void *)kernel->func : (void *)kernel->kern);
    struct bf_object *object = bf_graphs_named(node->server, BF_FUNCTION, number);
    if (!object)
        object = bf_graphs_named(node->server, BF_KERNEL, number);
    if (!object)
        return CUDA_ERROR_INVALID_HANDLE;
    if (kernel->func)
        kernel->func = (CUfunction)object;
    else
        kernel->kern = (CUkernel)object;
    kernel->ctx = context_of(node->server, kernel->ctx);
    const struct bf_code *code = object->function.code;
    bool by_extra = out->reserved0[0] == BY_EXTRA;
    size_t words = by_extra ? 6 : code->param_count;
    size_t room = (words * sizeof(void *) + 15) / 16 * 16;
    uint8_t *data = keep(node, room, block);
    if (!data)
        return CUDA_ERROR_OUT_OF_MEMORY;
    void **pointers = (void **)data;
    if (by_extra) {
        void *filled[] = {
            CU_LAUNCH_PARAM_BUFFER_POINTER, data + room, CU_LAUNCH_PARAM_BUFFER_SIZE, &pointers[5], CU_LAUNCH_PARAM_END,
            as_number(block->bytes)};
        memcpy(pointers, filled, sizeof filled);
        kernel->extra = pointers;
        return CUDA_SUCCESS;
    }
    for (uint32_t i = 0; i < code->param_count; i++)
        pointers[i] = data + room + code->params[i].offset;
    kernel->kernelParams = code->param_count ? pointers : NULL;
    return CUDA_SUCCESS;
}

static void unpack_place(const struct bf_server *server, CUmemLocation *place)
{
    unsigned i = 0;
    if (place->type != CU_MEM_LOCATION_TYPE_DEVICE)
        return;
    while (i < bf_client.device_count &&
           (bf_client.devices[i].server != server || bf_client.devices[i].local != place->id))
        i++;
    if (i < bf_client.device_count)
        place->id = bf_client.devices[i].ordinal;
}

static CUresult unpack_alloc(struct bf_object *node, const struct bf_value *extra, CUgraphNodeParams *out)
{
    unpack_place(node->server, &out->alloc.poolProps.location);
    if (!extra->bytes)
        return CUDA_SUCCESS;
    CUmemAccessDesc accesses[BF_PACKED_ROWS_MAX];
    size_t count = extra->bytes / sizeof *accesses;
    if (count > BF_PACKED_ROWS_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    memcpy(accesses, extra->p, count * sizeof *accesses);
    for (size_t i = 0; i < count; i++)
        unpack_place(node->server, &accesses[i].location);
    struct bf_value kept = bf_bytes(accesses, count * sizeof *accesses);
    out->alloc.accessDescs = (const CUmemAccessDesc *)keep(node, 0, &kept);
    return out->alloc.accessDescs ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult unpack_host(const struct bf_server *server, CUDA_HOST_NODE_PARAMS_v2 *host)
{
    struct bf_callback callback;
    if (!bf_callbacks_find(server, number_in(host->userData), &callback))
        return CUDA_ERROR_INVALID_VALUE;
    *host = (CUDA_HOST_NODE_PARAMS_v2){.fn = callback.function, .userData = callback.data};
    return CUDA_SUCCESS;
}

static CUresult unpack(struct bf_object *node, const struct bf_value *extra, CUgraphNodeParams *out)
{
    struct bf_server *server = node->server;
    switch (out->type) {
    case CU_GRAPH_NODE_TYPE_KERNEL: return unpack_kernel(node, extra, out);
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC: return unpack_alloc(node, extra, out);
    case CU_GRAPH_NODE_TYPE_HOST: return unpack_host(server, &out->host);
    case CU_GRAPH_NODE_TYPE_WAIT_EVENT:
    case CU_GRAPH_NODE_TYPE_EVENT_RECORD:
        out->eventWait.event = (CUevent)bf_graphs_named(server, BF_EVENT, number_in(out->eventWait.event));
        return CUDA_SUCCESS;
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP:
        out->memOp.ctx = context_of(server, out->memOp.ctx);
        out->memOp.paramArray = (CUstreamBatchMemOpParams *)keep(node, 0, extra);
        return out->memOp.paramArray ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
    default: return CUDA_SUCCESS;
    }
}

CUresult bf_node_params_get(struct bf_object *node, CUgraphNodeType type, CUgraphNodeParams *out)
{
    struct bf_ask ask;
    CUgraphNodeParams params;
    CUgraphNodeType own;
    CUresult result = bf_graphs_type(node, &own);
    if (!result && own != type)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    result = BF_ASK_HELD(bf_on(node->server), NULL, &ask, node_get_params, bf_u(node->number), bf_u(type));
    if (!result && ask.values[0].bytes != sizeof params)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result) {
        memcpy(&params, ask.values[0].p, sizeof params);
        result = unpack(node, &ask.values[1], &params);
    }
    bf_stream_ask_end(&ask);
    if (!result)
        *out = params;
    return result;
}
