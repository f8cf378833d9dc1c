/* The sending half of the command stream: buffer, order, flusher. stream.h has the theory. */
#include "stream.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "../../libcuda/leaving.h"
#include "pages.h"
#include "outstanding.h"
#include "report.h"
#include "transport.h"
#include "watch.h"

#define NO_FRAME SIZE_MAX

enum { LOOK_MS_MAX = 1000 };   /* how often a blocked thread looks whether the server is still there */

void bf_stream_end(struct bf_stream *stream, int code, const char *line)
{
    int nothing = 0;
    if (atomic_compare_exchange_strong(&stream->lost, &nothing, code)) {
        bf_report("%s", line);
        bf_transport_shutdown(stream->fd);
    }
    pthread_mutex_lock(&stream->waiting);
    for (struct bf_ask *ask = stream->asks; ask; ask = ask->next)
        pthread_cond_signal(&ask->changed);
    pthread_cond_broadcast(&stream->filled);
    pthread_cond_broadcast(&stream->unled);
    pthread_mutex_unlock(&stream->waiting);
}

void bf_stream_lose(struct bf_stream *stream, const char *reason)
{
    char line[512];
    bool begun = !atomic_load(&stream->greeting);
    if (begun)
        snprintf(line, sizeof line,
                 "lost the server %s: %s. Every CUDA call now returns CUDA_ERROR_MPS_RPC_FAILURE (806); "
                 "restart the program when the server is back.",
                 stream->name, reason);
    else
        snprintf(line, sizeof line,
                 "the server %s accepts the client and then does not begin its session: %s. Every CUDA call "
                 "now returns CUDA_ERROR_MPS_CONNECTION_FAILED (805); see the server's log.",
                 stream->name, reason);
    bf_stream_end(stream, begun ? BF_STREAM_LOST : BF_STREAM_NOT_BEGUN, line);
}

/* The server takes no bytes since `since`: look whether it is there at all. A busy one says so with heartbeats. */
static void check_stalled(struct bf_stream *stream, uint64_t since)
{
    bf_stream_drain(stream);
    uint64_t heard = atomic_load(&stream->heard_ns), quiet_since = heard > since ? heard : since;
    if (bf_transport_is_gone(stream->fd, BF_UNACKNOWLEDGED_MAX_MS))
        bf_stream_lose(stream, "its host does not answer");
    else if (bf_transport_now_ns() - quiet_since > (uint64_t)stream->silence_ms * 1000000u)
        bf_stream_lose(stream, "it takes no data and is silent");
}

/* Both parts completely, or the server is lost. `sending` is held. */
static void send_parts(struct bf_stream *stream, struct iovec parts[2])
{
    uint64_t stalled_since = 0;
    while (parts[0].iov_len + parts[1].iov_len && !atomic_load(&stream->lost)) {
        int first = parts[0].iov_len ? 0 : 1;
        ptrdiff_t sent = bf_transport_send(stream->fd, parts + first, 2 - first);
        if (sent < 0) {
            int cause = errno;
            bf_stream_drain(stream);   /* what it said last may tell why */
            bf_stream_lose(stream, strerror(cause));
        } else if (sent == 0) {
            stalled_since = stalled_since ? stalled_since : bf_transport_now_ns();
            check_stalled(stream, stalled_since);
        } else {
            stalled_since = 0;
            for (int i = first; i < 2; i++) {
                size_t part = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;
                parts[i].iov_base = (uint8_t *)parts[i].iov_base + part;
                parts[i].iov_len -= part;
                sent -= (ptrdiff_t)part;
            }
        }
    }
}

/* A plain buffer leaves from where it is; rows with gaps are packed piece by piece. */
static void send_with_bulk(struct bf_stream *stream, uint8_t *calls, size_t bytes, const struct bf_rows *bulk)
{
    size_t total = bulk ? bf_rows_bytes(bulk) : 0, piece = 0;
    struct iovec parts[2] = {{calls, bytes}, {NULL, 0}};
    if (!total) {
        send_parts(stream, parts);
        return;
    }
    for (size_t done = 0; done < total && !atomic_load(&stream->lost); done += piece) {
        parts[1].iov_base = bf_rows_piece(bulk, done, total - done, &piece);
        if (piece < total - done && piece < BF_BULK_STAGING_BYTES) {
            piece = total - done < BF_BULK_STAGING_BYTES ? total - done : BF_BULK_STAGING_BYTES;
            bf_rows_pack(bulk, done, stream->staging, piece);
            parts[1].iov_base = stream->staging;
        }
        parts[1].iov_len = piece;
        send_parts(stream, parts);
    }
}

/* The unfinished frame gets its header. `appending` is held. */
static void close_frame(struct bf_stream *stream, uint64_t bulk_bytes)
{
    if (stream->open == NO_FRAME)
        return;
    struct bf_frame frame = {(uint32_t)(stream->used - stream->open - BF_FRAME_HEADER_BYTES), BF_CALLS, bulk_bytes};
    bf_encode_frame(stream->fill + stream->open, &frame);
    stream->open = NO_FRAME;
}

/* Take what was appended, leave the empty buffer in its place. `sending` and `appending` are held. */
static uint8_t *take_filled(struct bf_stream *stream, uint64_t bulk_bytes, size_t *bytes)
{
    close_frame(stream, bulk_bytes);
    uint8_t *taken = stream->fill;
    *bytes = stream->used;
    stream->fill = stream->spare;
    stream->spare = taken;
    stream->used = 0;
    return taken;
}

/* `sending` is held. */
static void flush_held(struct bf_stream *stream)
{
    size_t bytes;
    pthread_mutex_lock(&stream->appending);
    uint8_t *taken = take_filled(stream, 0, &bytes);
    pthread_mutex_unlock(&stream->appending);
    send_with_bulk(stream, taken, bytes, NULL);
}

bool bf_stream_append(struct bf_stream *stream, uint64_t context, const struct bf_call *call,
                      const struct bf_value *args, const struct bf_rows *copied)
{
    size_t open = stream->open == NO_FRAME ? stream->used : stream->open;
    size_t start = stream->used + (stream->open == NO_FRAME ? BF_FRAME_HEADER_BYTES : 0);
    size_t bulk_bytes = copied ? bf_rows_bytes(copied) : 0;
    if (start > BF_CALLS_BUFFER_BYTES)
        return false;
    struct bf_writer writer = {stream->fill + start, stream->fill + BF_CALLS_BUFFER_BYTES, false};
    uint64_t current = context == BF_STREAM_NO_CONTEXT ? 0 : context ? context : stream->context;
    bool switches = current != stream->context;
    if (switches)
        bf_encode_call(&writer, &bf_calls[BF_CALL_ctx_use], &(struct bf_value){.u = current});
    bf_encode_call(&writer, call, args);
    if (writer.full || (size_t)(writer.end - writer.at) < bulk_bytes)
        return false;
    stream->open = open;
    stream->used = (size_t)(writer.at - stream->fill);
    stream->context = current;
    stream->numbered += switches ? 2 : 1;
    if (copied) {
        close_frame(stream, bulk_bytes);
        bf_rows_pack(copied, 0, stream->fill + stream->used, bulk_bytes);
        stream->used += bulk_bytes;
    }
    return true;
}

/* Append at any cost, sending what is in the way. `sending` and, on return, `appending` are held. */
static int append_held(struct bf_stream *stream, uint64_t context, const struct bf_call *call,
                       const struct bf_value *args, const struct bf_rows *bulk, struct bf_put *put)
{
    pthread_mutex_lock(&stream->appending);
    while (!bf_stream_append(stream, context, call, args, NULL)) {
        if (!stream->used)
            return BF_STREAM_TOO_LARGE;
        pthread_mutex_unlock(&stream->appending);
        flush_held(stream);
        pthread_mutex_lock(&stream->appending);
    }
    if (put)
        bf_watch_note(stream, put, bulk);
    return 0;
}

/* A thread that is cancelled inside a system call of ours would leave a lock held for ever. */
static int hold_cancel(void)
{
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    return before;
}

static void allow_cancel(int before)
{
    pthread_setcancelstate(before, NULL);
}

void bf_stream_flush(struct bf_stream *stream)
{
    int cancel = hold_cancel();
    pthread_mutex_lock(&stream->sending);
    flush_held(stream);
    pthread_mutex_unlock(&stream->sending);
    allow_cancel(cancel);
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

/* The same, unless another thread is sending: then the bytes go out soon anyway. */
static void flush_if_free(struct bf_stream *stream)
{
    int cancel = hold_cancel();
    if (pthread_mutex_trylock(&stream->sending) == 0) {
        flush_held(stream);
        pthread_mutex_unlock(&stream->sending);
    }
    allow_cancel(cancel);
}

/* A tell whose bulk data is large goes out at once, from where the data is. */
static int tell_large(struct bf_stream *stream, uint64_t context, const struct bf_call *call,
                      const struct bf_value *args, const struct bf_rows *bulk, struct bf_put *put)
{
    size_t bytes = 0;
    uint8_t *taken = NULL;
    int cancel = hold_cancel();
    pthread_mutex_lock(&stream->sending);
    int result = append_held(stream, context, call, args, bulk, put);
    if (!result)
        taken = take_filled(stream, bf_rows_bytes(bulk), &bytes);
    pthread_mutex_unlock(&stream->appending);
    if (!result)
        send_with_bulk(stream, taken, bytes, bulk);
    pthread_mutex_unlock(&stream->sending);
    allow_cancel(cancel);
    return result ? result : atomic_load(&stream->lost);
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
    while (!bf_stream_append(stream, context, call, args, bulk)) {
        bool impossible = !stream->used;
        pthread_mutex_unlock(&stream->appending);
        if (impossible)
            return BF_STREAM_TOO_LARGE;
        bf_stream_flush(stream);
        pthread_mutex_lock(&stream->appending);
    }
    if (put)
        bf_watch_noted(stream, put, bulk);
    bool wake = stream->drowsy, full = stream->used >= BF_CALLS_FLUSH_BYTES;
    stream->drowsy = false;
    pthread_mutex_unlock(&stream->appending);
    if (wake) {
        pthread_cond_signal(&stream->wake);
        /* What the server told while nothing was called. */
        bf_stream_drain(stream);
    }
    if (full)
        flush_if_free(stream);
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
    int cancel = hold_cancel();
    pthread_mutex_lock(&stream->sending);
    result = append_held(stream, context, call, args, bulk, put);
    if (!result) {
        ask->number = stream->numbered;
        taken = take_filled(stream, bulk ? bf_rows_bytes(bulk) : 0, &bytes);
    }
    pthread_mutex_unlock(&stream->appending);
    if (!result) {
        bf_stream_expect(stream, ask);
        send_with_bulk(stream, taken, bytes, bulk);
    }
    pthread_mutex_unlock(&stream->sending);
    result = result ? result : bf_stream_wait(stream, ask);
    allow_cancel(cancel);
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
    bool fits = bf_stream_append(stream, context, call, args, NULL), wake = fits && stream->drowsy;
    if (fits) {
        ask->number = stream->numbered;
        bf_stream_expect(stream, ask);
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

/* One look of the flusher; returns the number of the last call when something is left for the next look. */
static bool is_due(struct bf_stream *stream, uint64_t *seen, unsigned *age, unsigned *idle)
{
    pthread_mutex_lock(&stream->appending);
    bool empty = !stream->used;
    *idle = empty ? *idle + 1 : 0;
    if (*idle > BF_FLUSH_LOOKS_IDLE || (empty && stream->held_up)) {
        *idle = 0;
        stream->drowsy = true;
        /* Now and then it looks what the server has told: nobody else may be reading. */
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += BF_DROWSY_MS / 1000;
        while (stream->drowsy && !stream->closing &&
               pthread_cond_timedwait(&stream->wake, &stream->appending, &until) != ETIMEDOUT) {
        }
        stream->drowsy = false;
    }
    uint64_t numbered = stream->numbered;
    pthread_mutex_unlock(&stream->appending);
    bool due = !empty && (numbered == *seen || *age + 1 >= BF_FLUSH_LOOKS_MAX);
    *age = empty || due ? 0 : *age + 1;
    *seen = numbered;
    return due;
}

/* What nobody waits for: the server is asked to tell when it is complete, because somebody will want to know. */
static void flush_watched(struct bf_stream *stream)
{
    size_t bytes;
    pthread_mutex_lock(&stream->sending);
    pthread_mutex_lock(&stream->appending);
    bf_watch_append_all(stream);
    uint8_t *taken = take_filled(stream, 0, &bytes);
    pthread_mutex_unlock(&stream->appending);
    send_with_bulk(stream, taken, bytes, NULL);
    pthread_mutex_unlock(&stream->sending);
}

/* Sends calls that nothing follows: the first look sees them, the second that nothing came since. In continuous
 * traffic it lets more gather, because the server spends less on one large frame than on many small ones. */
static void *run_flusher(void *argument)
{
    struct bf_stream *stream = argument;
    const struct timespec tick = {.tv_nsec = BF_FLUSH_LOOK_US * 1000};
    uint64_t seen = 0;
    unsigned age = 0, idle = 0;
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    prctl(PR_SET_NAME, "bf-flusher", 0, 0, 0);
    lc_leaving_count(1);
    while (!atomic_load(&stream->lost)) {
        bool due = is_due(stream, &seen, &age, &idle);
        if (due)
            flush_watched(stream);
        /* What the server told, when nobody else may be reading: seldom, because a thread that waits for a reply
         * must wait for this one meanwhile. */
        if (due || idle == BF_FLUSH_LOOKS_IDLE)
            bf_stream_drain(stream);
        nanosleep(&tick, NULL);
    }
    lc_leaving_count(-1);
    return NULL;
}

/* The application's signals are its own threads' business. */
static int start_flusher(struct bf_stream *stream)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&stream->flusher, NULL, run_flusher, stream);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
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
    bf_transport_close(stream->fd);
}

int bf_stream_open(struct bf_stream *stream, int fd, const char *name, unsigned silence_ms)
{
    *stream = (struct bf_stream){
        .fd = fd, .silence_ms = silence_ms, .open = NO_FRAME, .greeting = true, .may_spin = has_several_cpus()};
    snprintf(stream->name, sizeof stream->name, "%s", name);
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
    bf_transport_set_wait(fd, silence_ms / 4 < LOOK_MS_MAX ? (int)silence_ms / 4 + 1 : LOOK_MS_MAX);
    if (!stream->fill || !stream->spare || !stream->staging || !stream->received || start_flusher(stream)) {
        free_buffers(stream);
        return BF_STREAM_NO_MEMORY;
    }
    return 0;
}

void bf_stream_close(struct bf_stream *stream)
{
    pthread_mutex_lock(&stream->appending);
    stream->closing = true;
    atomic_store(&stream->lost, BF_STREAM_LOST);
    pthread_cond_signal(&stream->wake);
    pthread_mutex_unlock(&stream->appending);
    pthread_join(stream->flusher, NULL);
    bf_outstanding_end(stream);
    free_buffers(stream);
}
