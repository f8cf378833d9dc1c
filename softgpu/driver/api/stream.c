/* Entry points of streams. */
#include "../capture/capture_rules.h"
#include "../state/green.h"
#include "../state/handles.h"
#include "../state/pool.h"

static CUresult create(CUstream *phStream, unsigned flags, int priority)
{
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(phStream && !(flags & ~(unsigned)CU_STREAM_NON_BLOCKING), CUDA_ERROR_INVALID_VALUE);
    struct sg_green *green = sg_green_current();
    if (green)
        return sg_green_stream(green, flags, priority, phStream);
    struct sg_stream *stream = sg_stream_new(context, flags, sg_stream_priority(priority));
    REQUIRE(stream, CUDA_ERROR_OUT_OF_MEMORY);
    stream->handle = sg_handles_new(SG_STREAM, stream);
    if (!stream->handle) {
        sg_stream_destroy(stream);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *phStream = (CUstream)stream->handle;
    return CUDA_SUCCESS;
}

CUresult cuStreamCreate(CUstream *phStream, unsigned int Flags)
{
    ENTER(cuStreamCreate);
    return create(phStream, Flags, 0);
}

CUresult cuStreamCreateWithPriority(CUstream *phStream, unsigned int flags, int priority)
{
    ENTER(cuStreamCreateWithPriority);
    return create(phStream, flags, priority);
}

static CUresult destroy(CUstream handle)
{
    struct sg_stream *stream = sg_handles_get(handle, SG_STREAM);
    REQUIRE(stream, sg_context_missing());
    REQUIRE(!stream->orphaned, CUDA_ERROR_CONTEXT_IS_DESTROYED);
    CUresult result = sg_context_error(stream->context);
    REQUIRE(sg_handles_drop(handle), sg_context_missing());
    sg_stream_destroy(stream);
    sg_capture_drop_forsaken();
    return result;
}

CUresult cuStreamDestroy_v2(CUstream hStream)
{
    ENTER(cuStreamDestroy_v2);
    return destroy(hStream);
}

CUresult cuStreamDestroy(CUstream hStream)
{
    ENTER(cuStreamDestroy);
    return destroy(hStream);
}

CUresult cuStreamSynchronize(CUstream hStream)
{
    ENTER(cuStreamSynchronize);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order_wait(hStream, &stream));
    struct sg_context *context = stream->context;
    sg_wait_stream(stream);
    sg_pool_synchronised();
    return sg_context_error(context);
}

CUresult cuStreamQuery(CUstream hStream)
{
    ENTER(cuStreamQuery);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order_wait(hStream, &stream));
    struct sg_context *context = stream->context;
    bool busy = sg_queue_busy(stream);
    TRY(sg_context_error(context));
    return busy ? CUDA_ERROR_NOT_READY : CUDA_SUCCESS;
}

CUresult cuStreamGetPriority(CUstream hStream, int *priority)
{
    ENTER(cuStreamGetPriority);
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    REQUIRE(priority, CUDA_ERROR_INVALID_VALUE);
    *priority = stream->priority;
    return CUDA_SUCCESS;
}

CUresult cuStreamGetFlags(CUstream hStream, unsigned int *flags)
{
    ENTER(cuStreamGetFlags);
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    REQUIRE(flags, CUDA_ERROR_INVALID_VALUE);
    *flags = stream->flags;
    return CUDA_SUCCESS;
}

CUresult cuStreamGetId(CUstream hStream, unsigned long long *streamId)
{
    ENTER(cuStreamGetId);
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    REQUIRE(streamId, CUDA_ERROR_INVALID_VALUE);
    *streamId = stream->id;
    return CUDA_SUCCESS;
}

CUresult cuStreamGetDevice(CUstream hStream, CUdevice *device)
{
    ENTER(cuStreamGetDevice);
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    REQUIRE(device, CUDA_ERROR_INVALID_VALUE);
    *device = stream->context->device->ordinal;
    return CUDA_SUCCESS;
}

/* Of a stream, the green context that it is of; of default streams, that which is current. */
static CUresult find_green(CUstream handle, struct sg_stream **stream, struct sg_green **green)
{
    TRY(sg_context_order(handle, stream));
    *green = sg_handles_get(handle, SG_STREAM) ? (*stream)->green : sg_green_current();
    return CUDA_SUCCESS;
}

CUresult cuStreamGetCtx(CUstream hStream, CUcontext *pctx)
{
    ENTER(cuStreamGetCtx);
    struct sg_stream *stream;
    struct sg_green *green;
    TRY(find_green(hStream, &stream, &green));
    REQUIRE(pctx, CUDA_ERROR_INVALID_VALUE);
    *pctx = (CUcontext)(green ? green->as_context : stream->context->handle);
    return CUDA_SUCCESS;
}

CUresult cuStreamGetCtx_v2(CUstream hStream, CUcontext *pCtx, CUgreenCtx *pGreenCtx)
{
    ENTER(cuStreamGetCtx_v2);
    struct sg_stream *stream;
    struct sg_green *green;
    TRY(find_green(hStream, &stream, &green));
    REQUIRE(pCtx, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!green || hStream != CU_STREAM_PER_THREAD, CUDA_ERROR_INVALID_HANDLE);
    *pCtx = (CUcontext)stream->context->handle;
    if (pGreenCtx)
        *pGreenCtx = green ? (CUgreenCtx)green->handle : NULL;
    return CUDA_SUCCESS;
}

CUresult cuStreamGetGreenCtx(CUstream hStream, CUgreenCtx *phCtx)
{
    ENTER(cuStreamGetGreenCtx);
    struct sg_stream *stream;
    struct sg_green *green;
    TRY(find_green(hStream, &stream, &green));
    REQUIRE(phCtx, CUDA_ERROR_INVALID_VALUE);
    *phCtx = green ? (CUgreenCtx)green->handle : NULL;
    return CUDA_SUCCESS;
}

CUresult cuStreamGetDevResource(CUstream hStream, CUdevResource *resource, CUdevResourceType type)
{
    ENTER(cuStreamGetDevResource);
    struct sg_stream *stream;
    struct sg_green *green;
    TRY(find_green(hStream, &stream, &green));
    REQUIRE(resource, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(type == CU_DEV_RESOURCE_TYPE_SM, CUDA_ERROR_INVALID_RESOURCE_TYPE);
    *resource = green ? sg_resource_make(stream->context->device, green->first, green->count, 0)
                      : sg_resource_all(stream->context->device);
    return CUDA_SUCCESS;
}
