/* Work as nodes: what a call asks for, as the parameters of cuGraphAddNode. */
#include "issue.h"
#include "graph_nodes.h"

#include <stdlib.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../state/callbacks.h"
#include "../state/events.h"
#include "../state/graphs.h"
#include "../state/memory.h"
#include "../state/waits.h"

struct lc_capture_stream bf_issue_stream(const struct bf_order *order)
{
    const struct bf_object *stream = order->object;
    bool blocking = !stream || !(stream->stream.flags & CU_STREAM_NON_BLOCKING);
    return (struct lc_capture_stream){stream ? stream : order->context, order->context, !stream, blocking};
}

/* ---- nodes */

static CUresult add(struct lc_capture_place *place, CUgraphNodeParams *params)
{
    const struct lc_frontier *before = &place->before;
    const CUgraphEdgeData *edges = lc_frontier_has_data(before) ? before->edges : NULL;
    CUgraphNode node = NULL;
    CUresult result = cuGraphAddNode_v2(&node, place->graph, before->nodes, edges, before->count, params);
    lc_capture_work_leave(place, result ? NULL : node);
    return result;
}

/* True if *result is the answer already: refused, or nothing is to be done. */
static bool enter(const struct bf_order *order, struct lc_capture_place *place, CUresult *result)
{
    const struct lc_capture_stream stream = bf_issue_stream(order);
    *result = lc_capture_work_enter(&stream, place);
    return *result;
}

static bool take(const struct bf_order *order, CUgraphNodeParams *params, CUresult *result)
{
    struct lc_capture_place place;
    if (enter(order, &place, result))
        return true;
    if (!place.graph)
        return false;
    *result = add(&place, params);
    return true;
}

bool bf_issue_copy(const struct bf_order *order, const CUDA_MEMCPY3D *copy, CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMCPY};
    struct lc_capture_place place;
    params.memcpy.copyCtx = (CUcontext)order->context;
    params.memcpy.copyParams = *copy;
    if (copy->WidthInBytes && copy->Height && copy->Depth)
        return take(order, &params, result);
    if (enter(order, &place, result))
        return true;
    lc_capture_work_leave(&place, NULL);
    return place.graph;
}

bool bf_issue_linear(const struct bf_order *order, struct bf_issue_side to, struct bf_issue_side from, size_t bytes,
                     CUresult *result)
{
    CUDA_MEMCPY3D copy = {
        .srcMemoryType = from.type, .dstMemoryType = to.type, .WidthInBytes = bytes, .Height = 1, .Depth = 1};
    copy.srcHost = from.type == CU_MEMORYTYPE_HOST ? (const void *)(uintptr_t)from.address : NULL;
    copy.dstHost = to.type == CU_MEMORYTYPE_HOST ? (void *)(uintptr_t)to.address : NULL;
    copy.srcDevice = from.type == CU_MEMORYTYPE_HOST ? 0 : from.address;
    copy.dstDevice = to.type == CU_MEMORYTYPE_HOST ? 0 : to.address;
    return bf_issue_copy(order, &copy, result);
}

void bf_issue_box_of(const CUDA_MEMCPY2D *rows, CUDA_MEMCPY3D *out)
{
    *out = (CUDA_MEMCPY3D){.srcMemoryType = rows->srcMemoryType,
                           .dstMemoryType = rows->dstMemoryType,
                           .WidthInBytes = rows->WidthInBytes,
                           .Height = rows->Height,
                           .Depth = 1};
    out->srcXInBytes = rows->srcXInBytes;
    out->srcY = rows->srcY;
    out->srcHost = rows->srcHost;
    out->srcDevice = rows->srcDevice;
    out->srcArray = rows->srcArray;
    out->srcPitch = rows->srcPitch;
    out->dstXInBytes = rows->dstXInBytes;
    out->dstY = rows->dstY;
    out->dstHost = rows->dstHost;
    out->dstDevice = rows->dstDevice;
    out->dstArray = rows->dstArray;
    out->dstPitch = rows->dstPitch;
}

bool bf_issue_rows(const struct bf_order *order, const CUDA_MEMCPY2D *rows, CUresult *result)
{
    CUDA_MEMCPY3D copy;
    bf_issue_box_of(rows, &copy);
    return bf_issue_copy(order, &copy, result);
}

bool bf_issue_fill(const struct bf_order *order, const CUDA_MEMSET_NODE_PARAMS_v2 *fill, CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMSET, .memset = *fill};
    params.memset.ctx = (CUcontext)order->context;
    return take(order, &params, result);
}

bool bf_issue_memops(const struct bf_order *order, const CUstreamBatchMemOpParams *ops, unsigned count,
                     CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_BATCH_MEM_OP};
    params.memOp = (CUDA_BATCH_MEM_OP_NODE_PARAMS_v2){(CUcontext)order->context, count,
                                                      (CUstreamBatchMemOpParams *)(uintptr_t)ops, 0};
    return take(order, &params, result);
}

/* Nodes allocate memory of a device. */
static bool refuse_alloc(const struct bf_order *order, CUresult *result)
{
    struct lc_capture_place place;
    if (enter(order, &place, result))
        return true;
    if (!place.graph)
        return false;
    lc_capture_work_leave(&place, NULL);
    *result = CUDA_ERROR_INVALID_VALUE;
    return true;
}

static bool take_alloc(const struct bf_order *order, const struct bf_object *pool, size_t bytes, CUdeviceptr *out,
                       CUresult *result)
{
    if (pool && pool->pool.kept)
        return refuse_alloc(order, result);
    const struct bf_device *device = pool ? pool->pool.device : order->context->context.device;
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEM_ALLOC};
    params.alloc.bytesize = bytes ? bytes : 1;   /* nothing has an address, too, as without a capture */
    params.alloc.poolProps = (CUmemPoolProps){.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                                              .location = {CU_MEM_LOCATION_TYPE_DEVICE, (int)device->ordinal}};
    bool taken = take(order, &params, result);
    if (taken && !*result)
        *out = params.alloc.dptr;
    return taken;
}

CUresult bf_issue_allocate(const struct bf_order *order, struct bf_object *pool, size_t bytes, CUdeviceptr *out)
{
    CUresult result;
    if (lc_capture_any() && take_alloc(order, pool, bytes, out, &result))
        return result;
    return bf_memory_allocate_ordered(order, pool, bytes, out);
}

bool bf_issue_free(const struct bf_order *order, CUdeviceptr address, CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEM_FREE, .free = {address}};
    return take(order, &params, result);
}

CUresult bf_issue_function(const struct bf_order *order, CUhostFn function, void *data)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_HOST, .host = {function, data}};
    CUresult result;
    if (lc_capture_any() && take(order, &params, &result))
        return result;
    return bf_callbacks_launch(order, function, data);
}

/* ---- kernels */

/* Without the events, which this process records itself. */
static unsigned without_events(const struct bf_issue_kernel *kernel, CUlaunchAttribute *out)
{
    unsigned count = 0;
    for (unsigned i = 0; i < kernel->attribute_count; i++) {
        CUlaunchAttributeID id = kernel->attributes[i].id;
        if (id != CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT && id != CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT)
            out[count++] = kernel->attributes[i];
    }
    return count;
}

/* Of a launch without attributes in such a stream the node has none: the driver makes it in a third of the time. */
static bool is_plain(const struct bf_object *stream)
{
    return !stream->stream.priority && !atomic_load(&stream->stream.attributed);
}

static CUresult add_kernel(const struct bf_order *order, struct lc_capture_place *place,
                           const struct bf_issue_kernel *kernel)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_KERNEL};
    const struct lc_launch *shape = kernel->shape;
    bool of_library = bf_objects_find(kernel->function, BF_KERNEL) != NULL;
    CUlaunchAttribute attributes[BF_LAUNCH_ATTRIBUTES_MAX];
    CUgraphNode node = NULL;
    params.kernel = (CUDA_KERNEL_NODE_PARAMS_v3){.func = of_library ? NULL : kernel->function,
                                                 .kern = of_library ? (CUkernel)kernel->function : NULL,
                                                 .gridDimX = shape->grid[0],
                                                 .gridDimY = shape->grid[1],
                                                 .gridDimZ = shape->grid[2],
                                                 .blockDimX = shape->block[0],
                                                 .blockDimY = shape->block[1],
                                                 .blockDimZ = shape->block[2],
                                                 .sharedMemBytes = shape->shared_bytes,
                                                 .kernelParams = kernel->params,
                                                 .extra = kernel->extra,
                                                 .ctx = (CUcontext)order->context};
    const struct bf_launch_attributes sent = {attributes, without_events(kernel, attributes)};
    if (!sent.count && is_plain(order->object))
        return add(place, &params);
    CUresult result = bf_graph_nodes_launch(&node, place, &params, order, &sent);
    lc_capture_work_leave(place, result ? NULL : node);
    return result;
}

bool bf_issue_launch(const struct bf_order *order, const struct bf_issue_kernel *kernel, CUresult *result)
{
    struct lc_capture_place place;
    if (enter(order, &place, result))
        return true;
    if (!place.graph)
        return false;
    *result = add_kernel(order, &place, kernel);
    return true;
}

/* ---- graphs */

/* What an executable graph does now only the server knows. */
static CUresult add_graph(struct lc_capture_place *place, const struct bf_object *exec, const struct bf_order *order)
{
    struct bf_object *graph = bf_objects_find(place->graph, BF_GRAPH), *node = NULL;
    const struct lc_frontier *before = &place->before;
    size_t with_data = lc_frontier_has_data(before) ? before->count : 0;
    uint64_t *numbers = NULL;
    CUresult result = graph ? bf_graphs_pack(graph, before->nodes, before->count, &numbers) : CUDA_ERROR_INVALID_VALUE;
    if (!result && !(node = bf_graphs_new(graph->server, BF_NODE, graph)))
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (!result) {
        atomic_store(&node->node.type, CU_GRAPH_NODE_TYPE_GRAPH);
        result = BF_ASK(bf_in(order->context), NULL, graph_add_launch, bf_u(node->number), bf_u(graph->number),
                        bf_bytes(numbers, before->count * sizeof *numbers),
                        bf_bytes(before->edges, with_data * sizeof *before->edges), bf_u(exec->number));
        if (result)
            bf_graphs_free(node);
    }
    free(numbers);
    lc_capture_work_leave(place, result ? NULL : (CUgraphNode)node);
    return result;
}

bool bf_issue_graph(const struct bf_order *order, const struct bf_object *exec, CUresult *result)
{
    struct lc_capture_place place;
    if (enter(order, &place, result))
        return true;
    if (!place.graph)
        return false;
    *result = add_graph(&place, exec, order);
    return true;
}

/* ---- events */

static bool take_event(const struct bf_order *order, struct bf_object *event, bool records, CUresult *result)
{
    CUgraphNodeParams params = {.type = records ? CU_GRAPH_NODE_TYPE_EVENT_RECORD : CU_GRAPH_NODE_TYPE_WAIT_EVENT};
    if (records)
        params.eventRecord.event = (CUevent)event;
    else
        params.eventWait.event = (CUevent)event;
    return take(order, &params, result);
}

static bool take_record(struct bf_object *event, const struct bf_order *order, unsigned flags, CUresult *result)
{
    const struct lc_capture_stream stream = bf_issue_stream(order);
    return lc_capture_any() && (flags ? take_event(order, event, true, result)
                                      : lc_capture_work_record(&stream, &event->event.captured, result));
}

CUresult bf_issue_record(struct bf_object *event, const struct bf_order *order)
{
    CUresult result;
    return take_record(event, order, CU_EVENT_RECORD_DEFAULT, &result) ? result : bf_events_record(event, order);
}

CUresult bf_issue_record_flagged(struct bf_object *event, const struct bf_order *order, unsigned flags)
{
    CUresult result;
    if (take_record(event, order, flags, &result))
        return result;
    return flags ? CUDA_ERROR_INVALID_VALUE : bf_events_record_flagged(event, order, flags);
}

CUresult bf_issue_wait(struct bf_object *event, const struct bf_order *order, unsigned flags)
{
    const struct lc_capture_stream stream = bf_issue_stream(order);
    CUresult result;
    if (flags ? lc_capture_any() && take_event(order, event, false, &result)
              : lc_capture_work_wait(&stream, &event->event.captured, &result))
        return result;
    if (flags)
        return CUDA_ERROR_INVALID_VALUE;
    /* Between servers there is no waiting on the device: the client waits before the stream goes on. */
    if (event->server != order->to.server)
        return bf_waits_here(event);
    return bf_events_told(event, order->to,
                          BF_TELL(order->to, cuStreamWaitEvent, bf_u(order->stream), bf_u(event->number), bf_u(0)));
}

/* ---- rules */

CUresult bf_issue_check_wait(const struct bf_order *order)
{
    if (!lc_capture_any())
        return CUDA_SUCCESS;
    const struct lc_capture_stream stream = bf_issue_stream(order);
    return lc_capture_rules_wait(&stream);
}

CUresult bf_issue_judge_event(const struct bf_object *event)
{
    CUresult result = lc_capture_rules_event(&event->event.captured, CUDA_ERROR_CAPTURED_EVENT);
    return result ? result : lc_capture_rules_unsafe();
}

CUresult bf_issue_check(const struct bf_order *order)
{
    struct lc_capture_place place;
    CUresult result = CUDA_SUCCESS;
    if (lc_capture_any() && !enter(order, &place, &result))
        lc_capture_work_leave(&place, NULL);
    return result;
}

CUresult bf_issue_refuse(const struct bf_order *order)
{
    const struct lc_capture_stream stream = bf_issue_stream(order);
    return lc_capture_any() ? lc_capture_work_refuse(&stream) : CUDA_SUCCESS;
}
