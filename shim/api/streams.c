/* Streams: made by a tell, so a new one costs no round trip; what is known about one is answered here. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/drop.h"
#include "../state/order.h"
#include "../state/streams.h"

CUresult cuStreamCreateWithPriority(CUstream *phStream, unsigned int flags, int priority)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result && (!phStream || flags & ~(unsigned)CU_STREAM_NON_BLOCKING))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    const struct bf_device_facts *facts = context->context.device->facts;
    priority = priority > facts->priority_least ? facts->priority_least : priority;
    priority = priority < facts->priority_greatest ? facts->priority_greatest : priority;
    struct bf_object *stream = bf_streams_new(context, flags, priority);
    if (!stream)
        return CUDA_ERROR_OUT_OF_MEMORY;
    result = BF_TELL(bf_in(context), cuStreamCreateWithPriority, bf_u(stream->number), bf_u(flags), bf_i(priority));
    if (result)
        bf_objects_free(stream, bf_drop_object);
    else
        *phStream = (CUstream)stream;
    return result;
}

CUresult cuStreamCreate(CUstream *phStream, unsigned int Flags)
{
    return cuStreamCreateWithPriority(phStream, Flags, 0);
}

CUresult cuStreamDestroy_v2(CUstream hStream)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    struct bf_object *stream = bf_objects_find(hStream, BF_STREAM);
    return stream ? bf_streams_destroy(stream) : bf_contexts_no_handle();
}

CUresult cuStreamDestroy(CUstream hStream)
{
    return cuStreamDestroy_v2(hStream);
}

/* The stream and, for results that are known here, whether there is somewhere to put them. */
static CUresult find(CUstream handle, const void *out, struct bf_order *order)
{
    CUresult result = bf_order_find(handle, order);
    return !result && !out ? CUDA_ERROR_INVALID_VALUE : result;
}

CUresult cuStreamGetPriority(CUstream hStream, int *priority)
{
    struct bf_order order;
    CUresult result = find(hStream, priority, &order);
    if (!result)
        *priority = order.object ? order.object->stream.priority : 0;
    return result;
}

/* Unique in the process: the place of the object, or that of the context for its default stream. */
CUresult cuStreamGetId(CUstream hStream, unsigned long long *streamId)
{
    struct bf_order order;
    CUresult result = find(hStream, streamId, &order);
    const struct bf_object *object = result || order.object ? order.object : order.context;
    if (!result)
        *streamId = ((uint64_t)object->generation << 32) +
                    (uint64_t)((const uint8_t *)object - bf_objects_table) / sizeof *object + 1;
    return result;
}

CUresult cuStreamGetFlags(CUstream hStream, unsigned int *flags)
{
    struct bf_order order;
    CUresult result = find(hStream, flags, &order);
    if (!result)
        *flags = order.object ? order.object->stream.flags : CU_STREAM_DEFAULT;
    return result;
}

CUresult cuStreamGetDevice(CUstream hStream, CUdevice *device)
{
    struct bf_order order;
    CUresult result = find(hStream, device, &order);
    if (!result)
        *device = order.context->context.device->ordinal;
    return result;
}

CUresult cuStreamGetCtx(CUstream hStream, CUcontext *pctx)
{
    struct bf_order order;
    CUresult result = find(hStream, pctx, &order);
    if (!result)
        *pctx = (CUcontext)order.context;
    return result;
}

/* No stream is of a green context: those are not remoted. */
CUresult cuStreamGetCtx_v2(CUstream hStream, CUcontext *pCtx, CUgreenCtx *pGreenCtx)
{
    CUresult result = cuStreamGetCtx(hStream, pCtx);
    if (!result && pGreenCtx)
        *pGreenCtx = NULL;
    return result;
}

CUresult cuStreamGetGreenCtx(CUstream hStream, CUgreenCtx *phCtx)
{
    struct bf_order order;
    CUresult result = find(hStream, phCtx, &order);
    if (!result)
        *phCtx = NULL;
    return result;
}

/* Capture cannot begin (cuStreamBeginCapture is absent), so no stream is capturing. */
CUresult cuStreamIsCapturing(CUstream hStream, CUstreamCaptureStatus *captureStatus)
{
    struct bf_order order;
    CUresult result = find(hStream, captureStatus, &order);
    if (!result)
        *captureStatus = CU_STREAM_CAPTURE_STATUS_NONE;
    return result;
}

CUresult cuStreamGetCaptureInfo(CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out)
{
    (void)id_out;   /* Written only while capturing. */
    return cuStreamIsCapturing(hStream, captureStatus_out);
}

CUresult cuStreamGetCaptureInfo_v2(CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out,
                                   CUgraph *graph_out, const CUgraphNode **dependencies_out,
                                   size_t *numDependencies_out)
{
    (void)graph_out;
    (void)dependencies_out;
    (void)numDependencies_out;
    return cuStreamGetCaptureInfo(hStream, captureStatus_out, id_out);
}

CUresult cuStreamGetCaptureInfo_v3(CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out,
                                   CUgraph *graph_out, const CUgraphNode **dependencies_out,
                                   const CUgraphEdgeData **edgeData_out, size_t *numDependencies_out)
{
    (void)edgeData_out;
    return cuStreamGetCaptureInfo_v2(hStream, captureStatus_out, id_out, graph_out, dependencies_out,
                                     numDependencies_out);
}

/* A setting of the thread that matters to capture alone: remembered, so that exchanging it twice restores it. */
CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode *mode)
{
    static _Thread_local CUstreamCaptureMode current __attribute__((tls_model("initial-exec")));
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    if (!mode || (unsigned)*mode > CU_STREAM_CAPTURE_MODE_RELAXED)
        return CUDA_ERROR_INVALID_VALUE;
    CUstreamCaptureMode before = current;
    current = *mode;
    *mode = before;
    return CUDA_SUCCESS;
}
