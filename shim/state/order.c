/* Stream handles as the application writes them. */
#include "order.h"

#include "streams.h"

CUresult bf_order_find(CUstream stream, struct bf_order *out)
{
    struct bf_object *context, *object = NULL;
    CUresult result = bf_contexts_current(&context);
    if (stream == CU_STREAM_PER_THREAD && !result) {
        result = bf_streams_of_thread(context, &object);
    } else if (stream && stream != CU_STREAM_LEGACY && bf_client_ready()) {
        object = bf_objects_find(stream, BF_STREAM);
        if (!object)
            return result ? result : CUDA_ERROR_INVALID_HANDLE;
        context = object->owner;
        result = bf_contexts_check(context);
    }
    if (result)
        return result;
    if (!object)
        return bf_order_legacy(context, out);
    if (object->stream.orphaned)
        return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    *out = (struct bf_order){bf_in(context), context, object->number, object, false};
    out->to.progress = object->stream.progress;
    return CUDA_SUCCESS;
}

CUresult bf_order_waiting(struct bf_order *out)
{
    CUresult result = bf_order_find(CU_STREAM_LEGACY, out);
    if (!result)
        out->waits = true;
    return result;
}

CUresult bf_order_legacy(struct bf_object *context, struct bf_order *out)
{
    struct bf_progress *progress = bf_contexts_progress(context);
    if (!progress)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *out = (struct bf_order){bf_in(context), context, 0, NULL, false};
    out->to.progress = progress;
    return CUDA_SUCCESS;
}

struct bf_object *bf_order_green(CUstream stream, const struct bf_order *order)
{
    bool is_own = bf_objects_find(stream, BF_STREAM) != NULL;
    return is_own ? order->object->stream.green : bf_contexts_green();
}

struct bf_object *bf_order_context(CUstream stream, const struct bf_order *order)
{
    const struct bf_object *green = bf_order_green(stream, order);
    return green ? green->green.as_context : order->context;
}
