/* Life of contexts, the per-thread stack, per-thread default streams. */
#include "context.h"

#include <pthread.h>
#include <stdlib.h>

#include "../../../libcuda/driver.h"
#include "../../../libcuda/generated/sticky.h"
#include "../../../libcuda/storage.h"
#include "../../run/output.h"
#include "../../host/use.h"
#include "context_stack.h"
#include "event.h"
#include "handles.h"
#include "module.h"

static pthread_mutex_t objects = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint64_t last_incarnation, last_id;
static struct sg_context *unused;

void sg_objects_lock(void)
{
    pthread_mutex_lock(&objects);
}

void sg_objects_unlock(void)
{
    pthread_mutex_unlock(&objects);
}

/* ---- life */

static struct sg_context *take_context(void)
{
    sg_objects_lock();
    struct sg_context *context = unused;
    if (context)
        unused = context->next_free;
    sg_objects_unlock();
    return context ? context : calloc(1, sizeof *context);
}

static CUresult make(struct sg_device *device, bool primary, struct sg_context **out)
{
    struct sg_context *context = take_context();
    REQUIRE(context, CUDA_ERROR_OUT_OF_MEMORY);
    *context = (struct sg_context){.device = device, .primary = primary, .api_version = 3020};
    context->id = atomic_fetch_add(&last_id, 1) + 1;
    context->handle = sg_handle_new(SG_CONTEXT, context);
    if (!context->handle) {
        sg_context_retire(context);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = context;
    return CUDA_SUCCESS;
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
    context->held = sg_sched_stream_new(context, CU_STREAM_NON_BLOCKING, 0);
    context->gathered = sg_sched_stream_new(context, CU_STREAM_NON_BLOCKING, 0);
    context->legacy = sg_sched_stream_new(context, CU_STREAM_DEFAULT, 0);
    if (!context->held || !context->gathered || !context->legacy) {
        while (context->streams)
            sg_sched_stream_destroy(context->streams);
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

void sg_context_teardown(struct sg_context *context)
{
    sg_sched_wait_context(context, false);
    /* Destructors may still call the driver with this context. */
    lc_storage_destroy((CUcontext)context->handle);
    sg_sched_wait_context(context, false);
    atomic_store(&context->active, false);
    atomic_store(&context->incarnation, 0);
    sg_module_destroy_all(context);
    sg_event_destroy_all(context);
    while (context->streams) {
        struct sg_stream *stream = context->streams;
        if (stream->handle)
            sg_handle_drop(stream->handle);
        sg_sched_stream_destroy(stream);
    }
    context->legacy = context->gathered = context->held = NULL;
    sg_context_drop_heap(context);
    sg_memory_free_owned(context);
    sg_use_context(context->device->use, -1);
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
        sg_handle_drop(context->handle);
        sg_context_retire(context);
        return result;
    }
    *out = context;
    return CUDA_SUCCESS;
}

/* ---- the thread's own */

enum { DEPTH_MAX = 64, OWN_STREAMS_MAX = 8 };

struct own_stream {
    struct sg_context *context;
    uint64_t incarnation;
    struct sg_stream *stream;
};

struct thread {
    void *stack[DEPTH_MAX];         /* handles, the current one last */
    unsigned depth;
    struct own_stream own[OWN_STREAMS_MAX];
    unsigned own_count;
};

static _Thread_local struct thread thread;
static pthread_key_t thread_key;
static pthread_once_t thread_once = PTHREAD_ONCE_INIT;

/* A thread's default streams end with it. */
static void end_thread(void *argument)
{
    struct thread *ending = argument;
    sg_objects_lock();
    for (unsigned i = 0; i < ending->own_count; i++) {
        struct own_stream *own = &ending->own[i];
        if (atomic_load(&own->context->incarnation) == own->incarnation)
            sg_sched_stream_destroy(own->stream);
    }
    ending->own_count = 0;
    sg_objects_unlock();
}

static void make_thread_key(void)
{
    pthread_key_create(&thread_key, end_thread);
}

static struct own_stream *find_own(const struct sg_context *context)
{
    for (unsigned i = 0; i < thread.own_count; i++)
        if (thread.own[i].context == context && thread.own[i].incarnation == context->incarnation)
            return &thread.own[i];
    return NULL;
}

/* A place for one more: the first of a context that is gone, or a new one. */
static struct own_stream *place_own(void)
{
    for (unsigned i = 0; i < thread.own_count; i++)
        if (thread.own[i].context->incarnation != thread.own[i].incarnation)
            return &thread.own[i];
    return thread.own_count < OWN_STREAMS_MAX ? &thread.own[thread.own_count++] : NULL;
}

static CUresult per_thread_stream(struct sg_context *context, struct sg_stream **out)
{
    struct own_stream *own = find_own(context);
    if (!own) {
        struct sg_stream *stream = sg_sched_stream_new(context, CU_STREAM_DEFAULT, 0);
        REQUIRE(stream, CUDA_ERROR_OUT_OF_MEMORY);
        own = place_own();
        if (!own) {
            sg_sched_stream_destroy(stream);
            return CUDA_ERROR_OUT_OF_MEMORY;
        }
        *own = (struct own_stream){context, context->incarnation, stream};
        pthread_once(&thread_once, make_thread_key);
        pthread_setspecific(thread_key, &thread);
    }
    *out = own->stream;
    return CUDA_SUCCESS;
}

CUresult sg_context_stream(struct sg_context *context, CUstream handle, struct sg_stream **out)
{
    if (handle == NULL || handle == CU_STREAM_LEGACY) {
        *out = context->legacy;
        return CUDA_SUCCESS;
    }
    if (handle == CU_STREAM_PER_THREAD)
        return per_thread_stream(context, out);
    struct sg_stream *stream = sg_handle_get(handle, SG_STREAM);
    REQUIRE(stream, CUDA_ERROR_INVALID_HANDLE);
    *out = stream;
    return CUDA_SUCCESS;
}

CUresult sg_context_order(CUstream handle, struct sg_stream **out)
{
    struct sg_context *context;
    struct sg_stream *stream = sg_handle_get(handle, SG_STREAM);
    if (!stream) {
        TRY(sg_context_current(&context));
        return sg_context_stream(context, handle, out);
    }
    TRY(sg_context_error(stream->context));
    *out = stream;
    return CUDA_SUCCESS;
}

CUresult sg_context_missing(void)
{
    struct sg_context *context;
    TRY(sg_context_current(&context));
    return CUDA_ERROR_INVALID_HANDLE;
}

void *sg_context_top(void)
{
    return thread.depth ? thread.stack[thread.depth - 1] : NULL;
}

bool sg_context_push(void *handle)
{
    if (thread.depth == DEPTH_MAX)
        return false;
    thread.stack[thread.depth++] = handle;
    return true;
}

void *sg_context_pop(void)
{
    return thread.depth ? thread.stack[--thread.depth] : NULL;
}

/* ---- look-up */

/* A destroyed context that is passed is no context; one that is current is destroyed: so cuda.h tells the two errors
 * apart. */
CUresult sg_context_of(CUcontext handle, struct sg_context **out)
{
    void *wanted = handle ? (void *)handle : sg_context_top();
    REQUIRE(wanted, CUDA_ERROR_INVALID_CONTEXT);
    struct sg_context *context = sg_handle_get(wanted, SG_CONTEXT);
    REQUIRE(context || handle || !sg_handle_was(wanted, SG_CONTEXT), CUDA_ERROR_CONTEXT_IS_DESTROYED);
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
        sg_sched_fail(context, code);
}

/* ---- what libcuda/ asks */

static CUresult give_primary(CUcontext *out, CUdevice ordinal)
{
    const struct sg_device *device = sg_device_at(ordinal);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    *out = (CUcontext)device->primary->handle;
    return CUDA_SUCCESS;
}

static CUresult give_current(CUcontext *out)
{
    REQUIRE(!sg_entry_forked(), CUDA_ERROR_NOT_INITIALIZED);
    *out = (CUcontext)sg_context_top();
    return CUDA_SUCCESS;
}

const struct lc_driver lc_driver = {
    .primary_context = give_primary,
    .current_context = give_current,
    .context_id = cuCtxGetId,
    .stream_id = cuStreamGetId,
    .module_load = cuModuleLoadData,
    .module_unload = cuModuleUnload,
    .module_function_count = cuModuleGetFunctionCount,
    .module_functions = cuModuleEnumerateFunctions,
    .driver_version = cuDriverGetVersion,
    .device_count = cuDeviceGetCount,
    .device_uuid = cuDeviceGetUuid,
    .device_attribute = cuDeviceGetAttribute,
};
