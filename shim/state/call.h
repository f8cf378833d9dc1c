/* Making a call of the wire table, in a line:
 *
 *     return BF_TELL(bf_in(context), cuMemFree_v2, bf_u(address));
 *
 * The number of arguments is checked by the compiler; their meaning is the wire table's. */
#ifndef BF_CALL_H
#define BF_CALL_H

#include <string.h>

#include "../managed/managed.h"
#include "faults.h"

/* Where a call goes, and the context it is made in (object NULL: it is no matter of that context). */
struct bf_target {
    struct bf_server *server;
    uint64_t context;
    struct bf_object *object;
    struct bf_progress *progress;   /* of the stream that it puts work into, or NULL */
    struct bf_put *put;             /* where to say which call it became, or NULL */
};

static inline struct bf_target bf_in(struct bf_object *context)
{
    return (struct bf_target){context->server, context->number, context, NULL, NULL};
}

/* contexts.c: the number of the context that is current on this thread, or BF_STREAM_NO_CONTEXT if the server has it
 * not. */
uint64_t bf_contexts_number(const struct bf_server *server);

/* For calls that need no context: they are made, as natively, in the one that happens to be current. */
static inline struct bf_target bf_on(struct bf_server *server)
{
    return (struct bf_target){server, bf_contexts_number(server), NULL, NULL, NULL};
}

static inline struct bf_value bf_u(uint64_t value)
{
    return (struct bf_value){.u = value};
}

static inline struct bf_value bf_i(int64_t value)
{
    return (struct bf_value){.s = value};
}

static inline struct bf_value bf_f(float value)
{
    return (struct bf_value){.f = value};
}

static inline struct bf_value bf_bytes(const void *data, size_t bytes)
{
    return (struct bf_value){.p = data, .bytes = bytes};
}

static inline struct bf_value bf_text(const char *text)
{
    return (struct bf_value){.p = text, .bytes = strlen(text)};
}

/* Not to tell an earlier error: a step of a call that has others to make. */
static inline struct bf_target bf_quietly(struct bf_target to)
{
    to.object = NULL;
    return to;
}

/* The same, and say which call it became. */
static inline struct bf_target bf_noted(struct bf_target to, struct bf_put *put)
{
    to.put = put;
    return to;
}

/* The error that has lost the call's context, or 0. */
static inline unsigned bf_call_lost(struct bf_target to)
{
    return to.object ? atomic_load(&to.object->context.lost) : 0;
}

/* The error of an earlier call without a reply, if this one may carry it. */
static inline CUresult bf_call_carried(struct bf_target to, bool carries)
{
    bool waits = carries && to.object && (atomic_load(&to.object->context.fault) || atomic_load(&to.server->fault));
    return waits ? bf_faults_tell(to.object) : CUDA_SUCCESS;
}

/* What a call that succeeded returns: the error that lost its context, if that came meanwhile, or one of an earlier
 * call. */
static inline CUresult bf_call_told(struct bf_target to, bool carries)
{
    unsigned lost = bf_call_lost(to);
    return lost ? (CUresult)lost : bf_call_carried(to, carries);
}

/* A call that nothing waits for. Work that loses its context may have done so before this returns: that is told to
 * later calls, as natively. So it counts how the context was before. */
static inline CUresult bf_call_tell(struct bf_target to, const struct bf_call *call, const struct bf_value *args,
                                    const struct bf_rows *bulk)
{
    struct bf_put own, *put = to.put ? to.put : &own;
    *put = (struct bf_put){.progress = to.progress};
    bool reaches = to.progress && bf_managed_any();
    if (reaches)
        bf_managed_enter(&to.server->stream, to.progress, call, args);
    bf_stream_listen(&to.server->stream);
    unsigned lost = bf_call_lost(to);
    CUresult result = (CUresult)bf_stream_put(&to.server->stream, to.context, call, args, bulk, put);
    if (reaches)
        bf_managed_leave(&to.server->stream, to.progress, put->number);
    return result ? result : lost ? (CUresult)lost : bf_call_carried(to, call->carries);
}

/* What a call returns that the server refused: why, if the context knows better. */
static inline CUresult bf_call_refused(struct bf_target to, CUresult result)
{
    return result && to.object ? bf_faults_explain(to.object, result) : result;
}

/* For calls whose reply holds no strings: the values go to `out`, if the result is 0. */
static inline CUresult bf_call_ask(struct bf_target to, const struct bf_call *call, const struct bf_value *args,
                                   const struct bf_rows *into, struct bf_value *out)
{
    struct bf_ask ask;
    struct bf_put put = {.progress = to.progress};
    bool reaches = to.progress && bf_managed_any();
    if (reaches)
        bf_managed_enter(&to.server->stream, to.progress, call, args);
    CUresult result = (CUresult)bf_stream_ask_in(&to.server->stream, to.context, call, args, NULL, into, &ask, &put);
    if (reaches)
        bf_managed_leave(&to.server->stream, to.progress, put.number);
    /* A copy to the host that is there is behind all that was in its stream before. */
    if (!result && to.progress && call->bulk == BF_BULK_OUT)
        bf_progress_reach(to.progress, put.number, put.put);
    bf_stream_ask_end(&ask);
    result = bf_call_refused(to, result);
    for (unsigned i = 0; i < call->reply_count && !result; i++)
        out[i] = ask.values[i];
    return !result && call->carries ? bf_call_told(to, true) : result;
}

/* For the others: the values are in `ask` until bf_stream_ask_end(ask), which must follow. */
static inline CUresult bf_call_ask_held(struct bf_target to, const struct bf_call *call, const struct bf_value *args,
                                        const struct bf_rows *bulk, const struct bf_rows *into, struct bf_ask *ask)
{
    return bf_call_refused(to, (CUresult)bf_stream_ask(&to.server->stream, to.context, call, args, bulk, into, ask));
}

#define BF_COUNT(...) (sizeof((struct bf_value[]){__VA_ARGS__}) / sizeof(struct bf_value))
#define BF_CHECKED(name, ...)                                                                                          \
    ((const struct bf_value *)(const struct bf_value[]){__VA_ARGS__} +                                                 \
     (sizeof(char[BF_COUNT(__VA_ARGS__) == (size_t)BF_ARGS_##name ? 1 : -1]) - 1))

#define BF_TELL(to, name, ...) bf_call_tell((to), &bf_calls[BF_CALL_##name], BF_CHECKED(name, __VA_ARGS__), NULL)
#define BF_TELL_BULK(to, bulk, name, ...)                                                                              \
    bf_call_tell((to), &bf_calls[BF_CALL_##name], BF_CHECKED(name, __VA_ARGS__), (bulk))
#define BF_ASK(to, out, name, ...)                                                                                     \
    bf_call_ask((to), &bf_calls[BF_CALL_##name], BF_CHECKED(name, __VA_ARGS__), NULL, (out))
#define BF_ASK_INTO(to, into, name, ...)                                                                               \
    bf_call_ask((to), &bf_calls[BF_CALL_##name], BF_CHECKED(name, __VA_ARGS__), (into), NULL)
#define BF_ASK_HELD(to, bulk, ask, name, ...)                                                                          \
    bf_call_ask_held((to), &bf_calls[BF_CALL_##name], BF_CHECKED(name, __VA_ARGS__), (bulk), NULL, (ask))
#define BF_ASK_HELD_INTO(to, into, ask, name, ...)                                                                     \
    bf_call_ask_held((to), &bf_calls[BF_CALL_##name], BF_CHECKED(name, __VA_ARGS__), NULL, (into), (ask))

#endif
