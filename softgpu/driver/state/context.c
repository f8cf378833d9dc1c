/* Life of contexts, and which one a call is made in. */
#include "context.h"

#include <stdlib.h>

#include "../../../libcuda/generated/sticky.h"
#include "../../run/output.h"
#include "../../host/use.h"
#include "context_life.h"
#include "thread.h"
#include "handles.h"

static _Atomic uint64_t last_incarnation, last_id;
static struct sg_context *unused, *known;    /* known: all that there have ever been */

/* ---- life */

static struct sg_context *take_context(void)
{
    sg_objects_lock();
    struct sg_context *context = unused;
    if (context)
        unused = context->next_free;
    sg_objects_unlock();
    if (context || !(context = calloc(1, sizeof *context)))
        return context;
    sg_objects_lock();
    context->next_known = known;
    known = context;
    sg_objects_unlock();
    return context;
}

static CUresult make(struct sg_device *device, bool primary, struct sg_context **out)
{
    struct sg_context *context = take_context();
    REQUIRE(context, CUDA_ERROR_OUT_OF_MEMORY);
    *context = (struct sg_context){
        .device = device, .primary = primary, .api_version = 3020, .next_known = context->next_known};
    context->id = atomic_fetch_add(&last_id, 1) + 1;
    context->handle = sg_handles_new(SG_CONTEXT, context);
    if (!context->handle) {
        sg_context_retire(context);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = context;
    return CUDA_SUCCESS;
}

void sg_context_wait_all(void)
{
    sg_objects_lock();
    struct sg_context *context = known;
    sg_objects_unlock();
    for (; context; context = context->next_known)
        if (atomic_load(&context->active))
            sg_wait_context(context, false);
}

void sg_context_retire(struct sg_context *context)
{
    sg_objects_lock();
    context->next_free = unused;
    unused = context;
    sg_objects_unlock();
}

/* Those without a handle. */
static CUresult make_streams(struct sg_context *context)
{
    context->held = sg_stream_new(context, CU_STREAM_NON_BLOCKING, 0);
    context->gathered = sg_stream_new(context, CU_STREAM_NON_BLOCKING, 0);
    context->legacy = sg_stream_new(context, CU_STREAM_DEFAULT, 0);
    if (!context->held || !context->gathered || !context->legacy) {
        while (context->streams)
            sg_stream_destroy(context->streams);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    context->gathered->gathers = true;
    context->legacy->legacy = true;
    return CUDA_SUCCESS;
}

CUresult sg_context_activate(struct sg_context *context, unsigned flags)
{
    static const size_t limits[SG_LIMITS] = {1024, 1 << 20, 8 << 20, 2, 2048, 64, 0};
    TRY(make_streams(context));
    context->flags = flags;
    context->cache = CU_FUNC_CACHE_PREFER_NONE;
    context->bank = CU_SHARED_MEM_CONFIG_DEFAULT_BANK_SIZE;
    context->peers = 0;
    for (int i = 0; i < SG_LIMITS; i++)
        context->limits[i] = limits[i];
    atomic_store(&context->error, 0);
    atomic_store(&context->said, false);
    atomic_store(&context->incarnation, atomic_fetch_add(&last_incarnation, 1) + 1);
    atomic_store(&context->active, true);
    sg_use_context(context->device->use, 1);
    return CUDA_SUCCESS;
}

CUresult sg_context_create_primary(struct sg_device *device, struct sg_context **out)
{
    return make(device, true, out);
}

CUresult sg_context_create(struct sg_device *device, unsigned flags, struct sg_context **out)
{
    struct sg_context *context;
    TRY(make(device, false, &context));
    CUresult result = sg_context_activate(context, flags);
    if (result) {
        sg_handles_drop(context->handle);
        sg_context_retire(context);
        return result;
    }
    *out = context;
    return CUDA_SUCCESS;
}

CUresult sg_context_stream(struct sg_context *context, CUstream handle, struct sg_stream **out)
{
    if (handle == NULL || handle == CU_STREAM_LEGACY) {
        *out = context->legacy;
        return CUDA_SUCCESS;
    }
    if (handle == CU_STREAM_PER_THREAD)
        return sg_thread_stream(context, out);
    struct sg_stream *stream = sg_handles_get(handle, SG_STREAM);
    REQUIRE(stream, CUDA_ERROR_INVALID_HANDLE);
    REQUIRE(!stream->orphaned, CUDA_ERROR_CONTEXT_IS_DESTROYED);
    *out = stream;
    return CUDA_SUCCESS;
}

CUresult sg_context_order(CUstream handle, struct sg_stream **out)
{
    struct sg_context *context;
    struct sg_stream *stream = sg_handles_get(handle, SG_STREAM);
    if (!stream) {
        TRY(sg_context_current(&context));
        return sg_context_stream(context, handle, out);
    }
    TRY(sg_context_error(stream->context));
    REQUIRE(!stream->orphaned, CUDA_ERROR_CONTEXT_IS_DESTROYED);
    *out = stream;
    return CUDA_SUCCESS;
}

CUresult sg_context_missing(void)
{
    struct sg_context *context;
    TRY(sg_context_current(&context));
    return CUDA_ERROR_INVALID_HANDLE;
}

/* ---- look-up */

/* A destroyed context that is passed is no context; one that is current is destroyed: so cuda.h tells the two errors
 * apart. */
CUresult sg_context_of(CUcontext handle, struct sg_context **out)
{
    void *wanted = handle ? (void *)handle : sg_thread_top();
    REQUIRE(wanted, CUDA_ERROR_INVALID_CONTEXT);
    struct sg_context *context = sg_handles_get(wanted, SG_CONTEXT);
    REQUIRE(context || handle || !sg_handles_was(wanted, SG_CONTEXT), CUDA_ERROR_CONTEXT_IS_DESTROYED);
    REQUIRE(context, CUDA_ERROR_INVALID_CONTEXT);
    *out = context;
    return CUDA_SUCCESS;
}

CUresult sg_context_current_any(struct sg_context **out)
{
    struct sg_context *context;
    TRY(sg_context_of(NULL, &context));
    REQUIRE(atomic_load_explicit(&context->active, memory_order_relaxed), CUDA_ERROR_CONTEXT_IS_DESTROYED);
    *out = context;
    return CUDA_SUCCESS;
}

CUresult sg_context_current(struct sg_context **out)
{
    TRY(sg_context_current_any(out));
    return sg_context_error(*out);
}

CUresult sg_context_error(struct sg_context *context)
{
    int error = atomic_load(&context->error);
    if (__builtin_expect(error != 0, 0))
        sg_output_flush();
    return (CUresult)error;
}

void sg_context_poison_current(int code)
{
    struct sg_context *context;
    if (lc_is_sticky((CUresult)code) && sg_context_current_any(&context) == CUDA_SUCCESS)
        sg_queue_fail(context, code);
}
