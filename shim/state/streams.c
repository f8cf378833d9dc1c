/* Streams as this process knows them. */
#include "streams.h"

#include "../wire/watch.h"
#include "drop.h"
#include "thread.h"

struct bf_object *bf_streams_new(struct bf_object *context, unsigned flags, int priority)
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

CUresult bf_streams_destroy(struct bf_object *stream)
{
    struct bf_target to = bf_in(stream->owner);
    uint64_t number = stream->number;
    CUresult result = bf_contexts_check(stream->owner);
    if (!result)
        bf_watch_last(stream->stream.progress);
    bf_objects_free(stream, bf_drop_object);
    return result ? result : BF_TELL(to, cuStreamDestroy_v2, bf_u(number));
}

/* Its default streams end with it. */
static void end_thread(const struct bf_thread *thread)
{
    for (unsigned i = 0; i < thread->stream_count; i++) {
        struct bf_object *stream = thread->streams[i].context;
        if (bf_client_ready() && stream->generation == thread->streams[i].generation)
            bf_streams_destroy(stream);
    }
}

CUresult bf_streams_of_thread(struct bf_object *context, struct bf_object **out)
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
    struct bf_object *made = bf_streams_new(context, CU_STREAM_DEFAULT, 0);
    if (!made)
        return CUDA_ERROR_OUT_OF_MEMORY;
    thread->streams[slot] = (struct bf_context_ref){made, made->generation};
    thread->stream_count += slot == thread->stream_count;
    thread->ends = end_thread;
    *out = made;
    return BF_TELL(bf_in(context), cuStreamCreateWithPriority, bf_u(made->number), bf_u(CU_STREAM_DEFAULT), bf_i(0));
}
