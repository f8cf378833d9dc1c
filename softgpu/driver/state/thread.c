/* What a thread of the application has of its own: the stack of current contexts, and a default stream in each. */
#include "thread.h"

#include "../../../libcuda/thread.h"

static bool lives(const struct lc_thread_stream *own)
{
    const struct sg_context *context = own->context;
    return atomic_load(&context->incarnation) == own->generation;
}

/* A thread's default streams end with it. */
static void end_thread(struct lc_thread *thread)
{
    sg_objects_lock();
    for (unsigned i = 0; i < thread->stream_count; i++)
        if (lives(&thread->streams[i]))
            sg_stream_destroy(thread->streams[i].stream);
    thread->stream_count = 0;
    sg_objects_unlock();
}

CUresult sg_thread_stream(struct sg_context *context, struct sg_stream **out)
{
    struct lc_thread *thread = lc_thread_self();
    REQUIRE(thread, CUDA_ERROR_OUT_OF_MEMORY);
    const struct lc_thread_stream *own = lc_thread_find_stream(thread, context, lives);
    if (own) {
        *out = own->stream;
        return CUDA_SUCCESS;
    }
    struct sg_stream *stream = sg_stream_new(context, CU_STREAM_DEFAULT, 0);
    REQUIRE(stream, CUDA_ERROR_OUT_OF_MEMORY);
    if (!lc_thread_add_stream(thread, &(struct lc_thread_stream){context, stream, context->incarnation}, lives)) {
        sg_stream_destroy(stream);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    thread->ends = end_thread;
    *out = stream;
    return CUDA_SUCCESS;
}

/* A handle says itself which use of its place it is, so it needs no generation beside it. */
void *sg_thread_top(void)
{
    const struct lc_thread *thread = lc_thread_self();
    const struct lc_thread_context *current = thread ? lc_thread_current(thread) : NULL;
    return current ? current->context : NULL;
}

bool sg_thread_push(void *handle)
{
    struct lc_thread *thread = lc_thread_self();
    return thread && lc_thread_push(thread, handle, 0);
}

void *sg_thread_pop(void)
{
    void *top = sg_thread_top();
    if (top)
        lc_thread_self()->depth--;
    return top;
}
