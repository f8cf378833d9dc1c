/* Watches. A stream is watched every so many calls, when the flusher sends what nobody waits for, and when somebody
 * looks. */
#include "watch.h"

#include <assert.h>
#include <sched.h>

#include "send.h"
#include "transport.h"
#include "wait.h"

/* What the work of a call counts: the server cuts large copies into pieces, and records an event behind each. */
static uint64_t weight(const struct bf_rows *bulk)
{
    uint64_t bytes = bulk ? bf_rows_bytes(bulk) : 0;
    uint64_t small = bytes < BF_STAGING_BYTES_MAX ? bytes : BF_STAGING_BYTES_MAX;
    return bytes <= BF_BULK_INLINE_BYTES ? 1 : 2 * (1 + small / BF_COPY_CHUNK_BYTES + bytes / BF_STAGING_CHUNK_BYTES);
}

void bf_watch_note(struct bf_stream *stream, struct bf_put *put, const struct bf_rows *bulk)
{
    struct bf_progress *progress = put->progress;
    put->number = stream->numbered;
    if (!progress)
        return;
    assert(progress->connection == stream && atomic_load_explicit(&progress->last, memory_order_relaxed) < put->number);
    atomic_store_explicit(&progress->last, put->number, memory_order_release);
    if (progress->blocking)
        atomic_store_explicit(&atomic_load(&progress->above)->last, put->number, memory_order_release);
    uint64_t more = weight(bulk);
    put->put = atomic_fetch_add_explicit(&progress->put, more, memory_order_relaxed) + more;
    if (!atomic_load_explicit(&progress->listed, memory_order_relaxed)) {
        atomic_store_explicit(&progress->listed, true, memory_order_relaxed);
        progress->next_listed = stream->unwatched;
        stream->unwatched = progress;
    }
    if (!progress->running) {
        progress->running = true;
        progress->next_running = stream->running;
        stream->running = progress;
    }
}

bool bf_watch_is_running(struct bf_stream *stream, uint64_t context)
{
    bool found = false;
    pthread_mutex_lock(&stream->appending);
    for (struct bf_progress **link = &stream->running; *link && !found;) {
        struct bf_progress *progress = *link;
        if (bf_progress_is_done(progress, atomic_load(&progress->last))) {
            *link = progress->next_running;
            progress->running = false;
        } else {
            found = atomic_load(&progress->context) == context;
            link = &progress->next_running;
        }
    }
    pthread_mutex_unlock(&stream->appending);
    return found;
}

/* False if it does not fit. `appending` is held. */
static bool append_watch(struct bf_stream *stream, struct bf_progress *progress, bool look)
{
    uint64_t last = atomic_load(&progress->last), put = atomic_load(&progress->put),
             context = atomic_load(&progress->context);
    struct bf_value args[] = {{.u = progress->stream}, {.u = progress->token}, {.u = last}, {.u = put}, {.u = look}};
    bool lives = context && !atomic_load(&progress->retired);
    if (lives && !bf_send_append(stream, context, &bf_calls[BF_CALL_watch_stream], args, NULL))
        return false;
    progress->watched_put = put;
    atomic_store(&progress->watched, last);
    return true;
}

void bf_watch_noted(struct bf_stream *stream, struct bf_put *put, const struct bf_rows *bulk)
{
    bf_watch_note(stream, put, bulk);
    if (put->progress && atomic_load(&put->progress->put) - put->progress->watched_put >= BF_STREAM_WATCH_CALLS)
        append_watch(stream, put->progress, false);
}

static bool is_known(struct bf_progress *progress)
{
    uint64_t last = atomic_load(&progress->last);
    return bf_progress_is_done(progress, last) || atomic_load(&progress->watched) >= last;
}

void bf_watch_append_all(struct bf_stream *stream)
{
    while (stream->unwatched) {
        struct bf_progress *progress = stream->unwatched;
        if (!is_known(progress) && !append_watch(stream, progress, false))
            return;
        stream->unwatched = progress->next_listed;
        atomic_store(&progress->listed, false);
    }
}

/* A program that does nothing but look gives the processor away now and then, to who may make what it looks for come
 * true. On a busy machine that costs a turn of everybody else each time: so one that works between its looks keeps
 * its processor, as it would with the device in its own machine. */
static void give_way(void)
{
    static _Thread_local struct {
        uint64_t since_ns, last_ns;
    } looking __attribute__((tls_model("initial-exec")));
    uint64_t now = bf_transport_now_ns();
    if (now - looking.last_ns > BF_LOOK_GAP_US * 1000) {
        looking.since_ns = now;
    } else if (now - looking.since_ns > BF_LOOK_SPIN_US * 1000) {
        sched_yield();
        looking.since_ns = now = bf_transport_now_ns();
    }
    looking.last_ns = now;
}

static bool look_again(struct bf_progress *progress, uint64_t number)
{
    bf_wait_drain(progress->connection);
    bool done = bf_progress_is_done(progress, number);
    if (!done)
        give_way();
    return done;
}

/* True if the server was asked about this place and nothing was heard since. Otherwise it is to be asked now. */
static bool was_asked(struct bf_look *look, struct bf_progress *progress, uint64_t place)
{
    uint64_t news = atomic_load(&progress->connection->news);
    bool same = atomic_exchange(&look->news, news) == news;
    if (atomic_exchange(&look->place, place) == place && same)
        return true;
    atomic_store(&progress->still, 0);
    return false;
}

/* What was asked goes out, and the server says at once how it is. So a program that looks for the first time sees
 * what it would see with the device in its own machine; a server that is far away or busy is not waited for longer
 * than a program may notice. But what came after this work may have waited for it: if that is over, the program may
 * know that this is complete. */
static bool look_first(struct bf_progress *progress, uint64_t number)
{
    struct bf_stream *stream = progress->connection;
    bool sure = atomic_load(&stream->heard) > number;
    bf_send_flush(stream);
    uint64_t now = bf_transport_now_ns(), spin_until = now + BF_REPLY_SPIN_US * 1000,
             until = now + (uint64_t)(sure ? BF_LOOK_SURE_MS : BF_LOOK_MS) * 1000000;
    do {
        if (now > spin_until)
            bf_line_is_readable(&stream->line, 1);
        bf_wait_drain(stream);
        now = bf_transport_now_ns();
    } while (!bf_progress_is_done(progress, number) && atomic_load(&progress->still) != number &&
             !atomic_load(&stream->lost) && now < until);
    return bf_progress_is_done(progress, number);
}

bool bf_watch_look(struct bf_progress *progress, uint64_t number)
{
    struct bf_stream *stream = progress->connection;
    if (bf_progress_is_done(progress, number))
        return true;
    if (look_again(progress, number))
        return true;
    if (was_asked(&progress->looked, progress, number))
        return false;
    pthread_mutex_lock(&stream->appending);
    while (!append_watch(stream, progress, true)) {
        pthread_mutex_unlock(&stream->appending);
        bf_send_flush(stream);
        pthread_mutex_lock(&stream->appending);
    }
    number = atomic_load(&progress->watched);
    pthread_mutex_unlock(&stream->appending);
    return look_first(progress, number);
}

bool bf_watch_look_event(uint64_t mark, uint64_t context, uint64_t event, struct bf_look *seen)
{
    uint64_t number;
    struct bf_progress *progress = bf_progress_of(mark, &number);
    if (bf_progress_is_done(progress, number))
        return true;
    if (look_again(progress, number))
        return true;
    if (was_asked(seen, progress, mark))
        return false;
    struct bf_value args[] = {{.u = event}, {.u = progress->token}, {.u = number}};
    struct bf_stream *stream = progress->connection;
    pthread_mutex_lock(&stream->appending);
    while (!bf_send_append(stream, context, &bf_calls[BF_CALL_watch_event], args, NULL)) {
        pthread_mutex_unlock(&stream->appending);
        bf_send_flush(stream);
        pthread_mutex_lock(&stream->appending);
    }
    pthread_mutex_unlock(&stream->appending);
    return look_first(progress, number);
}

void bf_watch_last(struct bf_progress *progress)
{
    struct bf_stream *stream = progress->connection;
    pthread_mutex_lock(&stream->appending);
    while (!is_known(progress) && !append_watch(stream, progress, false)) {
        pthread_mutex_unlock(&stream->appending);
        bf_send_flush(stream);
        pthread_mutex_lock(&stream->appending);
    }
    pthread_mutex_unlock(&stream->appending);
}

void bf_watch_make_room(struct bf_progress *progress)
{
    struct bf_stream *stream = progress->connection;
    bf_wait_drain(stream);
    if (!bf_watch_is_full(progress))
        return;
    uint64_t put = atomic_load(&progress->put);
    pthread_mutex_lock(&stream->appending);
    /* Without the watch nobody would tell that there is room. */
    while (progress->watched_put + BF_STREAM_CALLS_MAX / 2 < put && !append_watch(stream, progress, false)) {
        pthread_mutex_unlock(&stream->appending);
        bf_send_flush(stream);
        pthread_mutex_lock(&stream->appending);
    }
    stream->held_up++;
    pthread_mutex_unlock(&stream->appending);
    bf_send_flush(stream);
    bf_wait_passed(stream, progress, put - BF_STREAM_CALLS_MAX / 2);
    pthread_mutex_lock(&stream->appending);
    stream->held_up--;
    pthread_mutex_unlock(&stream->appending);
}
