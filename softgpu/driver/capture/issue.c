/* What calls ask for, into a stream or as the parameters of a node. */
#include "issue.h"

#include "../sched/callback.h"
#include "../sched/memop.h"
#include "../state/handles.h"
#include "capture_event.h"
#include "capture_node.h"
#include "capture_rules.h"

static CUcontext context_of(const struct sg_stream *stream)
{
    return (CUcontext)stream->context->handle;
}

/* ---- copies and fills */

static void *at(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

static void describe_source(const struct sg_rectangle *side, CUDA_MEMCPY3D *out)
{
    out->srcMemoryType = side->place == SG_PLACE_DEVICE ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
    if (side->place == SG_PLACE_DEVICE)
        out->srcDevice = side->address;
    else
        out->srcHost = at(side->address);
    out->srcPitch = side->pitch;
    out->srcHeight = side->slice ? side->slice / side->pitch : 0;
}

static void describe_target(const struct sg_rectangle *side, CUDA_MEMCPY3D *out)
{
    out->dstMemoryType = side->place == SG_PLACE_DEVICE ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
    if (side->place == SG_PLACE_DEVICE)
        out->dstDevice = side->address;
    else
        out->dstHost = at(side->address);
    out->dstPitch = side->pitch;
    out->dstHeight = side->slice ? side->slice / side->pitch : 0;
}

static bool capture_copy(const struct sg_stream *stream, const struct sg_copy *copy, CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMCPY};
    CUDA_MEMCPY3D *out = &params.memcpy.copyParams;
    params.memcpy.copyCtx = context_of(stream);
    uint64_t rows = copy->slice_rows ? copy->slice_rows : copy->height;
    *out = (CUDA_MEMCPY3D){.srcMemoryType = CU_MEMORYTYPE_DEVICE,
                           .dstMemoryType = CU_MEMORYTYPE_DEVICE,
                           .WidthInBytes = copy->width,
                           .Height = rows,
                           .Depth = copy->height / rows};
    describe_source(&copy->from, out);
    describe_target(&copy->to, out);
    return sg_capture_node_take(stream, &params, NULL, result);
}

CUresult sg_issue_copy(struct sg_stream *stream, const struct sg_copy *copy, bool synchronous)
{
    CUresult result;
    if (sg_capture_any() && copy->width && copy->height && capture_copy(stream, copy, &result))
        return result;
    return sg_copy_submit(stream, copy, synchronous);
}

CUresult sg_issue_box(struct sg_stream *stream, const CUDA_MEMCPY3D *box, const struct sg_copy *copy, bool synchronous)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMCPY};
    CUresult result;
    params.memcpy.copyCtx = context_of(stream);
    params.memcpy.copyParams = *box;
    if (sg_capture_any() && copy->width && copy->height && sg_capture_node_take(stream, &params, NULL, &result))
        return result;
    return sg_copy_submit(stream, copy, synchronous);
}

static bool capture_fill(const struct sg_stream *stream, const struct sg_fill *fill, CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEMSET};
    params.memset = (CUDA_MEMSET_NODE_PARAMS_v2){.dst = fill->address,
                                                 .pitch = fill->pitch,
                                                 .value = fill->value,
                                                 .elementSize = fill->element,
                                                 .width = fill->width,
                                                 .height = fill->height,
                                                 .ctx = context_of(stream)};
    return sg_capture_node_take(stream, &params, NULL, result);
}

CUresult sg_issue_fill(struct sg_stream *stream, const struct sg_fill *fill)
{
    CUresult result;
    if (sg_capture_any() && fill->width && fill->height && capture_fill(stream, fill, &result))
        return result;
    return sg_copy_fill(stream, fill);
}

/* ---- memory operations, host functions */

static bool capture_memops(const struct sg_stream *stream, const CUstreamBatchMemOpParams *ops, unsigned count,
                           CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_BATCH_MEM_OP};
    params.memOp = (CUDA_BATCH_MEM_OP_NODE_PARAMS_v2){
        .ctx = context_of(stream), .count = count, .paramArray = (CUstreamBatchMemOpParams *)ops};
    return sg_capture_node_take(stream, &params, NULL, result);
}

CUresult sg_issue_memops(struct sg_stream *stream, const CUstreamBatchMemOpParams *ops, unsigned count)
{
    CUresult result;
    if (sg_capture_any() && capture_memops(stream, ops, count, &result))
        return result;
    return sg_memop_submit(stream, ops, count);
}

static bool capture_function(const struct sg_stream *stream, CUhostFn function, void *data, CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_HOST};
    params.host = (CUDA_HOST_NODE_PARAMS_v2){function, data};
    return sg_capture_node_take(stream, &params, NULL, result);
}

CUresult sg_issue_function(struct sg_stream *stream, CUhostFn function, void *data)
{
    CUresult result;
    if (sg_capture_any() && capture_function(stream, function, data, &result))
        return result;
    return sg_callback_submit_function(stream, function, data);
}

/* ---- memory in stream order */

bool sg_issue_alloc(struct sg_stream *stream, const struct sg_pool *pool, size_t bytes, CUdeviceptr *address,
                    CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEM_ALLOC};
    params.alloc.bytesize = bytes ? bytes : 1;   /* nothing has an address, too, as without a capture */
    params.alloc.poolProps = (CUmemPoolProps){
        .allocType = pool->made.allocType, .handleTypes = CU_MEM_HANDLE_TYPE_NONE, .location = pool->made.location};
    bool taken = sg_capture_node_take(stream, &params, NULL, result);
    if (taken && !*result)
        *address = params.alloc.dptr;
    return taken;
}

bool sg_issue_free(struct sg_stream *stream, CUdeviceptr address, CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_MEM_FREE};
    params.free.dptr = address;
    return sg_capture_node_take(stream, &params, NULL, result);
}

/* ---- launches */

/* What the launch does not say, its stream does. Of the launch's attributes a node has not all. */
static void describe_kernel(const struct sg_stream *stream, const struct sg_launch_request *request,
                            struct sg_capture_kernel *out)
{
    *out = (struct sg_capture_kernel){.attributes = {.window = stream->attributes.window,
                                                     .cooperative = request->cooperative,
                                                     .priority = stream->priority,
                                                     .map = stream->attributes.map,
                                                     .domain = stream->attributes.domain}};
    for (unsigned i = 0; i < request->attribute_count; i++) {
        const CUlaunchAttribute *attribute = &request->attributes[i];
        if (attribute->id == CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION)
            out->programmatic = attribute->value.programmaticStreamSerializationAllowed;
        else
            (void)sg_kernel_attributes_set(stream->context->device, &out->attributes, attribute->id, &attribute->value);
    }
}

static bool capture_launch(const struct sg_stream *stream, const struct sg_launch_request *request, CUresult *result)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_KERNEL};
    bool of_library = sg_handles_kind(request->function) == SG_KERNEL;
    params.kernel = (CUDA_KERNEL_NODE_PARAMS_v3){.func = of_library ? NULL : (CUfunction)(uintptr_t)request->function,
                                                 .kern = of_library ? (CUkernel)(uintptr_t)request->function : NULL,
                                                 .gridDimX = request->grid.x,
                                                 .gridDimY = request->grid.y,
                                                 .gridDimZ = request->grid.z,
                                                 .blockDimX = request->block.x,
                                                 .blockDimY = request->block.y,
                                                 .blockDimZ = request->block.z,
                                                 .sharedMemBytes = request->shared,
                                                 .kernelParams = request->params,
                                                 .extra = request->extra,
                                                 .ctx = context_of(stream)};
    struct sg_capture_kernel kernel;
    describe_kernel(stream, request, &kernel);
    return sg_capture_node_take(stream, &params, &kernel, result);
}

CUresult sg_issue_launch(const struct sg_launch_request *request, struct sg_stream **stream)
{
    CUresult result;
    if (!sg_capture_any())
        return sg_launch_submit(request, stream);
    TRY(sg_capture_rules_order(request->stream, stream));
    return capture_launch(*stream, request, &result) ? result : sg_launch_submit(request, stream);
}

/* ---- events */

CUresult sg_issue_record(struct sg_stream *stream, struct sg_event *event, unsigned flags)
{
    CUresult result;
    if (sg_capture_any() && sg_capture_event_record(event, stream, flags, &result))
        return result;
    REQUIRE(!flags, CUDA_ERROR_INVALID_VALUE);
    return sg_event_record(event, stream);
}

CUresult sg_issue_wait(struct sg_stream *stream, struct sg_event *event, unsigned flags)
{
    CUresult result;
    if (sg_capture_event_wait(event, stream, flags, &result))
        return result;
    REQUIRE(!flags, CUDA_ERROR_INVALID_VALUE);
    return sg_event_wait(stream, event);
}

/* ---- what cannot be */

CUresult sg_issue_refuse(struct sg_stream *stream)
{
    if (!sg_capture_any())
        return CUDA_SUCCESS;
    sg_capture_lock();
    struct sg_member *member = sg_capture_member(stream);
    CUresult result = member ? sg_capture_rules_broken(member->capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED)
                             : CUDA_SUCCESS;
    sg_capture_unlock();
    return result;
}
