/* The current context of a thread, and what every call asks of it first. */
#include "contexts.h"

#include "../../libcuda/generated/cuda_api.h"
#include "thread.h"

static bool is_same(const struct bf_context_ref *ref)
{
    return ref->context->generation == ref->generation && atomic_load(&ref->context->kind) == BF_CONTEXT;
}

CUresult bf_contexts_check(const struct bf_object *context)
{
    if (context->context.primary && !context->context.active)
        return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    int lost = atomic_load(&context->server->stream.lost);
    unsigned refused = atomic_load(&context->context.refused);
    if (refused && !lost)
        return (CUresult)refused;
    return lost ? (CUresult)lost : (CUresult)atomic_load(&context->context.lost);
}

CUresult bf_contexts_current(struct bf_object **out)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    const struct bf_thread *thread = bf_thread_self();
    if (!thread)
        return CUDA_ERROR_OUT_OF_MEMORY;
    if (!thread->depth)
        return CUDA_ERROR_INVALID_CONTEXT;
    const struct bf_context_ref *top = &thread->stack[thread->depth - 1];
    if (!is_same(top))
        return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    *out = top->context;
    return bf_contexts_check(top->context);
}

CUresult bf_contexts_peek(struct bf_object **out)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    const struct bf_thread *thread = bf_thread_self();
    if (!thread)
        return CUDA_ERROR_OUT_OF_MEMORY;
    const struct bf_context_ref *top = thread->depth ? &thread->stack[thread->depth - 1] : NULL;
    *out = top && is_same(top) ? top->context : NULL;
    return CUDA_SUCCESS;
}

struct bf_device *bf_contexts_usual_device(void)
{
    struct bf_object *context = NULL;
    bf_contexts_peek(&context);
    return context ? context->context.device : &bf_client.devices[0];
}

uint64_t bf_contexts_number(const struct bf_server *server)
{
    struct bf_object *context = NULL;
    bool none = bf_contexts_peek(&context) || !context || context->server != server;
    return none || (context->context.primary && !context->context.active) ? BF_STREAM_NO_CONTEXT : context->number;
}

CUresult bf_contexts_no_handle(void)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    return result ? result : CUDA_ERROR_INVALID_HANDLE;
}

CUresult bf_contexts_check_in(const struct bf_object *context, uint64_t number)
{
    bool gone = atomic_load(&context->kind) != BF_CONTEXT || context->number != number;
    return gone ? bf_contexts_no_handle() : bf_contexts_check(context);
}

CUresult bf_contexts_find(CUcontext handle, struct bf_object **out)
{
    if (!handle)
        return bf_contexts_current(out);
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    struct bf_object *context = bf_objects_find(handle, BF_CONTEXT);
    if (!context)
        return CUDA_ERROR_INVALID_CONTEXT;
    *out = context;
    return bf_contexts_check(context);
}

struct bf_progress *bf_contexts_progress(struct bf_object *context)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct bf_progress *legacy = atomic_load(&context->context.legacy);
    if (legacy)
        return legacy;
    pthread_mutex_lock(&lock);
    legacy = atomic_load(&context->context.legacy);
    struct bf_stream *connection = &context->server->stream;
    struct bf_progress *all = legacy ? NULL : bf_progress_new(connection, context->number, 0, NULL, false);
    if (all)
        legacy = bf_progress_new(connection, context->number, 0, all, false);
    if (all && legacy) {
        atomic_store(&context->context.all, all);
        atomic_store(&context->context.legacy, legacy);
        if (atomic_fetch_add(&context->server->contexts_used, 1))
            atomic_store(&context->server->is_divided, true);
    } else {
        bf_progress_retire(all);
    }
    pthread_mutex_unlock(&lock);
    return legacy;
}

void bf_contexts_renumber(struct bf_object *context, uint64_t number)
{
    struct bf_progress *legacy = atomic_load(&context->context.legacy);
    context->number = number ? number : context->number;
    if (!legacy)
        return;
    atomic_store(&legacy->context, number);
    bf_progress_reach(atomic_load(&context->context.all), bf_stream_numbered(&context->server->stream), 0);
}

struct bf_object *bf_contexts_new_stream(struct bf_object *context, unsigned flags, int priority)
{
    struct bf_progress *legacy = bf_contexts_progress(context);
    bool blocking = !(flags & CU_STREAM_NON_BLOCKING);
    if (!blocking)
        atomic_store(&context->server->is_divided, true);
    uint64_t number = bf_server_number(context->server);
    struct bf_progress *progress = legacy ? bf_progress_new(&context->server->stream, context->number, number,
                                                            blocking ? legacy : atomic_load(&context->context.all),
                                                            blocking)
                                          : NULL;
    struct bf_object *stream = progress ? bf_objects_new(&(struct bf_object){
                                              .kind = BF_STREAM,
                                              .server = context->server,
                                              .number = number,
                                              .owner = context,
                                              .stream = {.flags = flags, .priority = priority, .progress = progress}})
                                        : NULL;
    if (!stream)
        bf_progress_retire(progress);
    return stream;
}

CUresult bf_contexts_thread_stream(struct bf_object *context, struct bf_object **out)
{
    struct bf_thread *thread = bf_thread_self();
    if (!thread)
        return CUDA_ERROR_OUT_OF_MEMORY;
    unsigned slot = thread->stream_count;
    for (unsigned i = 0; i < thread->stream_count; i++) {
        struct bf_object *stream = thread->streams[i].context;
        bool lives = stream->generation == thread->streams[i].generation && atomic_load(&stream->kind) == BF_STREAM;
        if (lives && stream->owner == context) {
            *out = stream;
            return CUDA_SUCCESS;
        }
        slot = lives ? slot : i;
    }
    if (slot == BF_THREAD_STREAMS_MAX)
        return CUDA_ERROR_OUT_OF_MEMORY;
    struct bf_object *made = bf_contexts_new_stream(context, CU_STREAM_DEFAULT, 0);
    if (!made)
        return CUDA_ERROR_OUT_OF_MEMORY;
    thread->streams[slot] = (struct bf_context_ref){made, made->generation};
    thread->stream_count += slot == thread->stream_count;
    *out = made;
    return BF_TELL(bf_in(context), cuStreamCreateWithPriority, bf_u(made->number), bf_u(CU_STREAM_DEFAULT), bf_i(0));
}

void bf_thread_ends(const struct bf_thread *thread)
{
    for (unsigned i = 0; i < thread->stream_count; i++) {
        struct bf_object *stream = thread->streams[i].context;
        if (bf_client_ready() && stream->generation == thread->streams[i].generation)
            cuStreamDestroy_v2((CUstream)stream);
    }
}

/* What push and set have in common: a handle that may become current, used or not (cudart sets a primary context
 * current before it retains it). */
static CUresult to_ref(CUcontext handle, struct bf_context_ref *out)
{
    struct bf_object *context = bf_objects_find(handle, BF_CONTEXT);
    if (!context)
        return CUDA_ERROR_INVALID_CONTEXT;
    *out = (struct bf_context_ref){context, context->generation};
    return CUDA_SUCCESS;
}

static CUresult enter(struct bf_thread **thread)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    *thread = bf_thread_self();
    return *thread ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

/* A context that was destroyed elsewhere stays current to a thread. */
CUresult cuCtxGetCurrent(CUcontext *pctx)
{
    struct bf_thread *thread;
    CUresult result = enter(&thread);
    if (!result && !pctx)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        *pctx = thread->depth ? (CUcontext)thread->stack[thread->depth - 1].context : NULL;
    return result;
}

CUresult cuCtxSetCurrent(CUcontext ctx)
{
    struct bf_thread *thread;
    struct bf_context_ref ref;
    CUresult result = enter(&thread);
    if (!result && ctx)
        result = to_ref(ctx, &ref);
    if (result)
        return result;
    thread->depth -= thread->depth ? 1 : 0;
    if (ctx)
        thread->stack[thread->depth++] = ref;
    return CUDA_SUCCESS;
}

CUresult cuCtxPushCurrent_v2(CUcontext ctx)
{
    struct bf_thread *thread;
    struct bf_context_ref ref;
    CUresult result = enter(&thread);
    if (!result)
        result = to_ref(ctx, &ref);
    if (!result && thread->depth == BF_CONTEXT_DEPTH_MAX)
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (!result)
        thread->stack[thread->depth++] = ref;
    return result;
}

CUresult cuCtxPopCurrent_v2(CUcontext *pctx)
{
    struct bf_thread *thread;
    CUresult result = enter(&thread);
    if (!result && !thread->depth)
        result = CUDA_ERROR_INVALID_CONTEXT;
    if (result)
        return result;
    const struct bf_context_ref *top = &thread->stack[--thread->depth];
    if (pctx)
        *pctx = (CUcontext)top->context;
    return CUDA_SUCCESS;
}

CUresult cuCtxPushCurrent(CUcontext ctx)
{
    return cuCtxPushCurrent_v2(ctx);
}

CUresult cuCtxPopCurrent(CUcontext *pctx)
{
    return cuCtxPopCurrent_v2(pctx);
}
