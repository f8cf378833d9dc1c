/* Stream handles as the application writes them. */
#include "order.h"

CUresult bf_order_find(CUstream stream, struct bf_order *out)
{
    struct bf_object *context, *object = NULL;
    CUresult result = bf_contexts_current(&context);
    if (stream == CU_STREAM_PER_THREAD && !result) {
        result = bf_contexts_thread_stream(context, &object);
    } else if (stream && stream != CU_STREAM_LEGACY && result != CUDA_ERROR_NOT_INITIALIZED) {
        object = bf_objects_find(stream, BF_STREAM);
        if (!object)
            return result ? result : CUDA_ERROR_INVALID_HANDLE;
        context = object->owner;
        result = bf_contexts_check(context);
    }
    if (result)
        return result;
    *out = (struct bf_order){bf_in(context), context, object ? object->number : 0, object};
    return CUDA_SUCCESS;
}
