/* Streams as this process knows them. */
#include "streams.h"

#include "../../libcuda/thread.h"
#include "../wire/watch.h"
#include "drop.h"

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

CUresult bf_streams_create(struct bf_object *context, struct bf_object *green, unsigned flags, int priority,
                           CUstream *out)
{
    const struct bf_device_facts *facts = context->context.device->facts;
    priority = priority > facts->priority_least ? facts->priority_least : priority;
    priority = priority < facts->priority_greatest ? facts->priority_greatest : priority;
    struct bf_object *stream = bf_streams_new(context, flags, priority);
    if (!stream)
        return CUDA_ERROR_OUT_OF_MEMORY;
    stream->stream.green = green;
    struct bf_value number = bf_u(stream->number);
    const struct bf_target to = bf_in(context);
    CUresult result;
    if (!green)
        result = BF_TELL(to, cuStreamCreateWithPriority, number, bf_u(flags), bf_i(priority));
    else if (flags & CU_STREAM_NON_BLOCKING)
        result = BF_TELL(to, cuGreenCtxStreamCreate, number, bf_u(green->number), bf_u(flags), bf_i(priority));
    else
        result = BF_TELL(to, green_stream_create, number, bf_u(green->number), bf_u(flags), bf_i(priority));
    if (result)
        bf_objects_free(stream, bf_drop_object);
    else
        *out = (CUstream)stream;
    return result;
}

CUresult bf_streams_destroy(struct bf_object *stream)
{
    if (!bf_objects_claim(stream))
        return CUDA_ERROR_INVALID_HANDLE;
    struct bf_target to = bf_in(stream->owner);
    uint64_t number = stream->number;
    CUresult result = bf_contexts_check(stream->owner);
    if (!result)
        bf_watch_last(stream->stream.progress);
    bf_objects_free(stream, bf_drop_object);
    return result ? result : BF_TELL(to, cuStreamDestroy_v2, bf_u(number));
}

static bool lives(const struct lc_thread_stream *own)
{
    const struct bf_object *stream = own->stream;
    return stream->generation == own->generation && atomic_load(&stream->kind) == BF_STREAM;
}

/* A thread's default streams end with it. */
static void end_thread(struct lc_thread *thread)
{
    for (unsigned i = 0; i < thread->stream_count; i++)
        if (bf_client_ready() && lives(&thread->streams[i]))
            bf_streams_destroy(thread->streams[i].stream);
}

CUresult bf_streams_of_thread(struct bf_object *context, struct bf_object **out)
{
    struct lc_thread *thread = lc_thread_self();
    if (!thread)
        return CUDA_ERROR_OUT_OF_MEMORY;
    const struct lc_thread_stream *own = lc_thread_find_stream(thread, context, lives);
    if (own) {
        *out = own->stream;
        return CUDA_SUCCESS;
    }
    struct bf_object *made = bf_streams_new(context, CU_STREAM_DEFAULT, 0);
    if (!made)
        return CUDA_ERROR_OUT_OF_MEMORY;
    if (!lc_thread_add_stream(thread, &(struct lc_thread_stream){context, made, made->generation}, lives)) {
        bf_objects_free(made, bf_drop_object);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    thread->ends = end_thread;
    *out = made;
    return BF_TELL(bf_in(context), cuStreamCreateWithPriority, bf_u(made->number), bf_u(CU_STREAM_DEFAULT), bf_i(0));
}
