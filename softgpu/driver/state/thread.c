/* What a thread of the application has of its own: the stack of current contexts, and a default stream in each. */
#include "thread.h"

#include <pthread.h>

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
            sg_stream_destroy(own->stream);
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

CUresult sg_thread_stream(struct sg_context *context, struct sg_stream **out)
{
    struct own_stream *own = find_own(context);
    if (!own) {
        struct sg_stream *stream = sg_stream_new(context, CU_STREAM_DEFAULT, 0);
        REQUIRE(stream, CUDA_ERROR_OUT_OF_MEMORY);
        own = place_own();
        if (!own) {
            sg_stream_destroy(stream);
            return CUDA_ERROR_OUT_OF_MEMORY;
        }
        *own = (struct own_stream){context, context->incarnation, stream};
        pthread_once(&thread_once, make_thread_key);
        pthread_setspecific(thread_key, &thread);
    }
    *out = own->stream;
    return CUDA_SUCCESS;
}

void *sg_thread_top(void)
{
    return thread.depth ? thread.stack[thread.depth - 1] : NULL;
}

bool sg_thread_push(void *handle)
{
    if (thread.depth == DEPTH_MAX)
        return false;
    thread.stack[thread.depth++] = handle;
    return true;
}

void *sg_thread_pop(void)
{
    return thread.depth ? thread.stack[--thread.depth] : NULL;
}
