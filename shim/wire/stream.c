/* The command stream: tells and asks, and its life. stream.h has the theory. */
#include "stream.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "ack.h"
#include "asks.h"
#include "flusher.h"
#include "habit.h"
#include "lost.h"
#include "outstanding.h"
#include "pages.h"
#include "send.h"
#include "transport.h"
#include "wait.h"
#include "watch.h"

enum {
    LOOK_MS_MAX = 1000, /* how often a blocked thread looks whether the server is still there */
    GOODBYE_TRIES = 50  /* at the end of the program, a millisecond apart */
};

/* Append at any cost, sending what is in the way. `sending` and, on return, `appending` are held. */
static int append_held(struct bf_stream *stream, uint64_t context, const struct bf_call *call,
                       const struct bf_value *args, const struct bf_rows *bulk, struct bf_put *put)
{
    pthread_mutex_lock(&stream->appending);
    while (!bf_send_append(stream, context, call, args, NULL)) {
        if (!stream->used)
            return BF_STREAM_TOO_LARGE;
        pthread_mutex_unlock(&stream->appending);
        bf_send_flush_held(stream);
        pthread_mutex_lock(&stream->appending);
    }
    if (put)
        bf_watch_note(stream, put, bulk);
    return 0;
}

bool bf_stream_has_unsent(struct bf_stream *stream)
{
    pthread_mutex_lock(&stream->appending);
    bool unsent = stream->used != 0;
    pthread_mutex_unlock(&stream->appending);
    return unsent;
}

uint64_t bf_stream_numbered(struct bf_stream *stream)
{
    pthread_mutex_lock(&stream->appending);
    uint64_t numbered = stream->numbered;
    pthread_mutex_unlock(&stream->appending);
    return numbered;
}

/* A tell whose bulk data is large goes out at once, from where the data is. */
static int tell_large(struct bf_stream *stream, uint64_t context, const struct bf_call *call,
                      const struct bf_value *args, const struct bf_rows *bulk, struct bf_put *put)
{
    size_t bytes = 0;
    uint8_t *taken = NULL;
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_mutex_lock(&stream->sending);
    int result = append_held(stream, context, call, args, bulk, put);
    if (!result)
        taken = bf_send_take(stream, bf_rows_bytes(bulk), &bytes);
    pthread_mutex_unlock(&stream->appending);
    if (!result)
        bf_send_taken(stream, taken, bytes, bulk);
    pthread_mutex_unlock(&stream->sending);
    pthread_setcancelstate(cancel, NULL);
    return result ? result : atomic_load(&stream->lost);
}

void bf_stream_listen(struct bf_stream *stream)
{
    if (bf_habit_rests(stream))
        bf_wait_drain(stream);
}

int bf_stream_tell(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                   const struct bf_rows *bulk)
{
    return bf_stream_put(stream, context, call, args, bulk, NULL);
}

int bf_stream_put(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                  const struct bf_rows *bulk, struct bf_put *put)
{
    if (put && bf_watch_is_full(put->progress))
        bf_watch_make_room(put->progress);
    int lost = atomic_load(&stream->lost);
    if (lost)
        return lost;
    if (bulk)
        bf_pages_read(bulk);
    if (bulk && bf_rows_bytes(bulk) > BF_BULK_INLINE_BYTES)
        return tell_large(stream, context, call, args, bulk, put);
    pthread_mutex_lock(&stream->appending);
    bool first = !stream->used;
    while (!bf_send_append(stream, context, call, args, bulk)) {
        pthread_mutex_unlock(&stream->appending);
        if (first)
            return BF_STREAM_TOO_LARGE;
        bf_send_flush(stream);
        pthread_mutex_lock(&stream->appending);
        first = !stream->used;
    }
    if (put)
        bf_watch_noted(stream, put, bulk);
    bool wake = bf_habit_told(stream, first), full = stream->used >= BF_CALLS_FLUSH_BYTES;
    pthread_mutex_unlock(&stream->appending);
    if (wake)
        pthread_cond_signal(&stream->wake);
    if (full)
        bf_send_flush_if_free(stream);
    return atomic_load(&stream->lost);
}

int bf_stream_ask(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                  const struct bf_rows *bulk, const struct bf_rows *into, struct bf_ask *ask)
{
    return bf_stream_ask_in(stream, context, call, args, bulk, into, ask, NULL);
}

int bf_stream_ask_in(struct bf_stream *stream, uint64_t context, const struct bf_call *call,
                     const struct bf_value *args, const struct bf_rows *bulk, const struct bf_rows *into,
                     struct bf_ask *ask, struct bf_put *put)
{
    *ask = (struct bf_ask){
        .call = call, .changed = PTHREAD_COND_INITIALIZER, .into = into ? *into : bf_rows_plain(NULL, 0)};
    int result = atomic_load(&stream->lost);
    if (result)
        return result;
    if (bulk)
        bf_pages_read(bulk);
    if (into)
        bf_pages_write(into);
    size_t bytes = 0;
    uint8_t *taken = NULL;
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_mutex_lock(&stream->sending);
    result = append_held(stream, context, call, args, bulk, put);
    if (!result) {
        ask->number = stream->numbered;
        bf_habit_asked(stream);
        taken = bf_send_take(stream, bulk ? bf_rows_bytes(bulk) : 0, &bytes);
    }
    pthread_mutex_unlock(&stream->appending);
    if (!result) {
        bf_asks_expect(stream, ask);
        bf_send_taken(stream, taken, bytes, bulk);
    }
    pthread_mutex_unlock(&stream->sending);
    result = result ? result : bf_wait_for(stream, ask);
    pthread_setcancelstate(cancel, NULL);
    return result;
}

bool bf_stream_post(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                    struct bf_ask *ask, bf_ask_arrived *arrived)
{
    *ask = (struct bf_ask){
        .call = call, .changed = PTHREAD_COND_INITIALIZER, .into = bf_rows_plain(NULL, 0), .arrived = arrived};
    if (atomic_load(&stream->lost))
        return false;
    pthread_mutex_lock(&stream->appending);
    bool fits = bf_send_append(stream, context, call, args, NULL), wake = fits && stream->drowsy;
    if (fits) {
        ask->number = stream->numbered;
        bf_asks_expect(stream, ask);
        stream->drowsy = false;
    }
    pthread_mutex_unlock(&stream->appending);
    if (wake)
        pthread_cond_signal(&stream->wake);
    return fits;
}

void bf_stream_ask_end(struct bf_ask *ask)
{
    free(ask->held);
    ask->held = NULL;
}

static bool has_several_cpus(void)
{
    cpu_set_t cpus;
    return sched_getaffinity(0, sizeof cpus, &cpus) == 0 && CPU_COUNT(&cpus) > 1;
}

static void free_buffers(struct bf_stream *stream)
{
    free(stream->fill);
    free(stream->spare);
    free(stream->staging);
    free(stream->received);
    bf_line_close(&stream->line);
    bf_answers_close(&stream->answers);
}

int bf_stream_open(struct bf_stream *stream, struct bf_link link, const struct bf_way *way, const char *name,
                   unsigned silence_ms)
{
    int wait_ms = silence_ms / 4 < LOOK_MS_MAX ? (int)silence_ms / 4 + 1 : LOOK_MS_MAX;
    *stream = (struct bf_stream){
        .silence_ms = silence_ms, .open = BF_SEND_NO_FRAME, .greeting = true, .may_spin = has_several_cpus()};
    snprintf(stream->name, sizeof stream->name, "%s", name);
    bf_answers_open(&stream->answers, way);
    stream->fill = malloc(BF_CALLS_BUFFER_BYTES);
    stream->spare = malloc(BF_CALLS_BUFFER_BYTES);
    stream->staging = malloc(BF_BULK_STAGING_BYTES);
    stream->received = malloc(BF_REPLY_AHEAD_BYTES);
    pthread_mutex_init(&stream->sending, NULL);
    pthread_mutex_init(&stream->appending, NULL);
    pthread_mutex_init(&stream->waiting, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&stream->wake, &monotonic);
    pthread_cond_init(&stream->filled, NULL);
    pthread_cond_init(&stream->unled, NULL);
    bool opened = bf_line_open(&stream->line, link, way ? way->resume_s : 0, wait_ms);
    if (!opened || !stream->fill || !stream->spare || !stream->staging || !stream->received ||
        !bf_flusher_start(stream)) {
        free_buffers(stream);
        return BF_STREAM_NO_MEMORY;
    }
    return 0;
}

void bf_stream_say_goodbye(struct bf_stream *stream)
{
    if (!stream->line.resume_s || stream->line.process != getpid() || bf_lost_is(stream))
        return;
    /* The flusher may be sending just now. Who is in the middle of a long frame will not come to its end: the server
     * then waits a moment for this client. */
    for (unsigned tries = 0; pthread_mutex_trylock(&stream->sending); tries++) {
        if (tries == GOODBYE_TRIES)
            return;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    bf_ack_goodbye(stream);
    pthread_mutex_unlock(&stream->sending);
}

void bf_stream_close(struct bf_stream *stream)
{
    bf_stream_say_goodbye(stream);
    bf_flusher_end(stream);
    bf_outstanding_end(stream);
    free_buffers(stream);
}
