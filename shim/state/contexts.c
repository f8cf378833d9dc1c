/* The current context of a thread, and what every call asks of it first. */
#include "contexts.h"

#include "../../libcuda/thread.h"

/* The object that was made current, if it still is that. */
static struct bf_object *still(const struct lc_thread_context *current)
{
    struct bf_object *context = current->context;
    bool lives = context->generation == current->generation && atomic_load(&context->kind) == BF_CONTEXT;
    return lives ? bf_contexts_home(context) : NULL;
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
        return bf_client_refusal();
    const struct lc_thread *thread = lc_thread_self();
    if (!thread)
        return CUDA_ERROR_OUT_OF_MEMORY;
    const struct lc_thread_context *current = lc_thread_current(thread);
    if (!current)
        return CUDA_ERROR_INVALID_CONTEXT;
    struct bf_object *context = still(current);
    if (!context)
        return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    *out = context;
    return bf_contexts_check(context);
}

CUresult bf_contexts_peek(struct bf_object **out)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    const struct lc_thread *thread = lc_thread_self();
    if (!thread)
        return CUDA_ERROR_OUT_OF_MEMORY;
    const struct lc_thread_context *current = lc_thread_current(thread);
    *out = current ? still(current) : NULL;
    return CUDA_SUCCESS;
}

CUresult bf_contexts_known(struct bf_object **out)
{
    CUresult result = bf_contexts_peek(out);
    /* None, or one that has been destroyed. */
    return !result && !*out ? bf_contexts_current(out) : result;
}

bool bf_contexts_can_be_peers(const struct bf_object *context, const struct bf_object *peer)
{
    return peer != context && !(peer->context.primary && !peer->context.active);
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

CUresult bf_contexts_push(struct bf_object *context)
{
    struct lc_thread *thread = lc_thread_self();
    bool pushed = thread && lc_thread_push(thread, context, context->generation);
    return pushed ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult bf_contexts_find(CUcontext handle, struct bf_object **out)
{
    if (!handle)
        return bf_contexts_current(out);
    if (!bf_client_ready())
        return bf_client_refusal();
    struct bf_object *context = bf_objects_find(handle, BF_CONTEXT);
    if (!context)
        return CUDA_ERROR_INVALID_CONTEXT;
    *out = bf_contexts_home(context);
    return bf_contexts_check(*out);
}

struct bf_object *bf_contexts_green(void)
{
    const struct lc_thread *thread = bf_client_ready() ? lc_thread_self() : NULL;
    const struct lc_thread_context *current = thread ? lc_thread_current(thread) : NULL;
    return current && still(current) ? ((struct bf_object *)current->context)->context.green : NULL;
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
    if (!legacy)
        return;
    atomic_store(&legacy->context, number);
    bf_progress_reach(atomic_load(&context->context.all), bf_stream_numbered(&context->server->stream), 0);
}

void bf_contexts_leave(void)
{
    struct lc_thread *thread = lc_thread_self();
    if (thread && thread->depth)
        thread->depth--;
}
