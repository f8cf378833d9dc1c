/* Asynchronous copies to pinned memory. */
#include "outstanding.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "asks.h"
#include "lost.h"
#include "mend.h"
#include "send.h"
#include "wait.h"
#include "watch.h"

enum { LOOK_MS = 500 };

/* Its ask stands among the stream's until the reply comes. */
struct copy {
    struct bf_ask ask;   /* first: the two are the same address */
    struct bf_stream *stream;
    struct bf_progress *progress;
    uint64_t number, put;
};

/* `waiting` is held. What its stream waited for may have been another copy, whose bytes are still to come: then the
 * server tells how far the stream is. */
static void arrived(struct bf_ask *ask)
{
    struct copy *copy = (struct copy *)ask;
    unsigned outstanding = atomic_fetch_sub(&copy->stream->outstanding, 1);
    bool alone = outstanding == 1;
    assert(outstanding > 0);
    if (!ask->result)
        bf_progress_reach(copy->progress, alone ? copy->number : 0, copy->put);
    pthread_cond_broadcast(&copy->stream->filled);
    free(copy);
}

static bool is_copy(const struct bf_ask *ask)
{
    return ask->arrived == arrived;
}

/* Read while nobody else does. `waiting` is held; a thread that waits for a reply leads rather than this one. */
static void read_one(struct bf_stream *stream, unsigned *silent_ms)
{
    bool ahead = stream->received_at != stream->received_end;
    pthread_mutex_unlock(&stream->waiting);
    unsigned mends = bf_line_mends(&stream->line);
    bool there = ahead || bf_line_is_readable(&stream->line, LOOK_MS);
    /* A function may have its turn in an hour. */
    *silent_ms = there || !bf_outstanding_any(stream) ? 0 : *silent_ms + LOOK_MS;
    if (*silent_ms > stream->silence_ms && bf_mend(stream, mends, "it is silent"))
        *silent_ms = 0;
    pthread_mutex_lock(&stream->waiting);
    if (there && !stream->led && !atomic_load(&stream->lost))
        bf_wait_lead_one(stream);
}

static void *run_reader(void *argument)
{
    struct bf_stream *stream = argument;
    unsigned silent_ms = 0;
    prctl(PR_SET_NAME, "bf-reader", 0, 0, 0);
    pthread_mutex_lock(&stream->waiting);
    while (!atomic_load(&stream->lost)) {
        if (stream->led || !(bf_outstanding_any(stream) || atomic_load(&stream->expected)))
            pthread_cond_wait(&stream->unled, &stream->waiting);
        else
            read_one(stream, &silent_ms);
    }
    pthread_mutex_unlock(&stream->waiting);
    bf_stream_end *end = atomic_load(&stream->on_end);
    if (end)
        end(stream);
    return NULL;
}

/* The application's signals are its own threads' business. */
static bool has_reader(struct bf_stream *stream)
{
    sigset_t all, before;
    pthread_mutex_lock(&stream->waiting);
    if (!stream->has_reader) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        stream->has_reader = pthread_create(&stream->reader, NULL, run_reader, stream) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    bool has = stream->has_reader;
    pthread_mutex_unlock(&stream->waiting);
    return has;
}

bool bf_outstanding_expect(struct bf_stream *stream)
{
    if (!has_reader(stream))
        return false;
    pthread_mutex_lock(&stream->waiting);
    atomic_fetch_add(&stream->expected, 1);
    pthread_cond_signal(&stream->unled);
    pthread_mutex_unlock(&stream->waiting);
    return true;
}

void bf_outstanding_heard(struct bf_stream *stream)
{
    unsigned expected = atomic_fetch_sub(&stream->expected, 1);
    assert(expected > 0);
    (void)expected;
}

static void announce(struct bf_stream *stream, struct copy *copy)
{
    pthread_mutex_lock(&stream->waiting);
    bf_asks_add(stream, &copy->ask);
    atomic_fetch_add(&stream->outstanding, 1);
    pthread_cond_signal(&stream->unled);
    pthread_mutex_unlock(&stream->waiting);
}

int bf_outstanding_start(struct bf_stream *stream, uint64_t context, const struct bf_call *call,
                         const struct bf_value *args, const struct bf_rows *into, struct bf_put *put)
{
    struct copy *copy = has_reader(stream) ? malloc(sizeof *copy) : NULL;
    if (!copy)
        return BF_STREAM_NO_MEMORY;
    *copy = (struct copy){.ask = {.call = call, .into = *into, .changed = PTHREAD_COND_INITIALIZER, .arrived = arrived},
                          .stream = stream,
                          .progress = put->progress};
    if (bf_watch_is_full(put->progress))
        bf_watch_make_room(put->progress);
    pthread_mutex_lock(&stream->appending);
    while (!bf_send_append(stream, context, call, args, NULL)) {
        pthread_mutex_unlock(&stream->appending);
        bf_send_flush(stream);
        pthread_mutex_lock(&stream->appending);
    }
    /* It cannot leave before the buffer is let go, so nothing of it can arrive before it is known. */
    bf_watch_note(stream, put, into);
    copy->ask.number = copy->number = put->number;
    copy->put = put->put;
    announce(stream, copy);
    bool wake = stream->drowsy;
    stream->drowsy = false;
    pthread_mutex_unlock(&stream->appending);
    if (wake)
        pthread_cond_signal(&stream->wake);
    return atomic_load(&stream->lost);
}

static bool overlaps(const struct bf_ask *ask, uintptr_t base, size_t bytes)
{
    uintptr_t begin = (uintptr_t)ask->into.base;
    uintptr_t end = begin + bf_rows_span(&ask->into);
    return is_copy(ask) && begin < base + bytes && base < end;
}

/* `waiting` is held. */
static bool touches(const struct bf_stream *stream, uintptr_t base, size_t bytes, const struct bf_progress *except)
{
    const struct bf_ask *ask = stream->asks;
    while (ask && !(overlaps(ask, base, bytes) && ((const struct copy *)ask)->progress != except))
        ask = ask->next;
    return ask;
}

/* The server is lost: what is outstanding never comes. `waiting` is held. */
static void abandon(struct bf_stream *stream)
{
    while (stream->filling && is_copy(stream->filling))
        pthread_cond_wait(&stream->filled, &stream->waiting);
    for (struct bf_ask **link = &stream->asks; *link;) {
        struct bf_ask *ask = *link;
        if (is_copy(ask)) {
            *link = ask->next;
            atomic_fetch_sub(&stream->outstanding, 1);
            free(ask);
        } else {
            link = &ask->next;
        }
    }
}

void bf_outstanding_wait(struct bf_stream *stream, const void *base, size_t bytes, const struct bf_progress *except)
{
    int cancel;
    if (!bf_outstanding_any(stream))
        return;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    bf_send_flush(stream);
    pthread_mutex_lock(&stream->waiting);
    while (touches(stream, (uintptr_t)base, bytes, except) && !atomic_load(&stream->lost))
        pthread_cond_wait(&stream->filled, &stream->waiting);
    if (atomic_load(&stream->lost))
        abandon(stream);
    pthread_mutex_unlock(&stream->waiting);
    pthread_setcancelstate(cancel, NULL);
}

void bf_outstanding_end(struct bf_stream *stream)
{
    pthread_mutex_lock(&stream->waiting);
    pthread_cond_broadcast(&stream->unled);
    pthread_mutex_unlock(&stream->waiting);
    if (stream->has_reader)
        pthread_join(stream->reader, NULL);
    while (stream->asks) {
        struct bf_ask *ask = stream->asks;
        stream->asks = ask->next;
        if (is_copy(ask))
            free(ask);
    }
}
