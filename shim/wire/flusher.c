/* The thread that sends what nothing follows. */
#include "flusher.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

#include "../../libcuda/leaving.h"
#include "habit.h"
#include "mend.h"
#include "send.h"
#include "transport.h"
#include "wait.h"
#include "watch.h"

/* `appending` is held. Until somebody wakes the flusher, or the time is over. */
static void sleep_for(struct bf_stream *stream, unsigned ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (stream->drowsy && !stream->closing &&
           pthread_cond_timedwait(&stream->wake, &stream->appending, &until) != ETIMEDOUT) {
    }
}

/* `appending` is held. */
static bool may_rest(const struct bf_stream *stream)
{
    return stream->drowsy && !stream->used && !stream->closing;
}

/* A server does not wait for long for a client whose connection was closed. */
static unsigned drowsy_ms(const struct bf_stream *stream)
{
    return stream->line.resume_s ? BF_RESUME_LOOK_MS : BF_DROWSY_MS;
}

/* `appending` is held. Now and then it looks what the server has told: nobody else may be reading. While it is spared,
 * it looks earlier whether something was left lying. */
static void rest(struct bf_stream *stream)
{
    uint64_t numbered;
    stream->drowsy = true;
    do {
        numbered = stream->numbered;
        stream->spared = bf_habit_is_prompt(stream);
        sleep_for(stream, stream->spared ? BF_FLUSH_SPARED_MS : drowsy_ms(stream));
    } while (may_rest(stream) && stream->spared && numbered != stream->numbered);
    if (may_rest(stream) && stream->spared) {
        /* Nothing was called meanwhile: to look again would be for nothing. */
        stream->spared = false;
        sleep_for(stream, drowsy_ms(stream));
    }
    stream->drowsy = stream->spared = false;
}

/* One look of the flusher: true if what is in the buffer is to be sent. */
static bool is_due(struct bf_stream *stream, uint64_t *seen, unsigned *age, unsigned *idle)
{
    pthread_mutex_lock(&stream->appending);
    bool empty = !stream->used;
    /* Who waits has said what it had to say. Each look would take the processor from whom it waits for, if that is
     * the same one, and leave it with cold caches. A request may be answered soon, and then more is said: one look more
     * shows whether it is. */
    bool waits = atomic_load(&stream->awaited) && (stream->numbered == *seen || bf_habit_is_prompt(stream));
    bool rests = empty && (stream->held_up || waits);
    *idle = empty ? *idle + 1 : 0;
    if (*idle > BF_FLUSH_LOOKS_IDLE || rests) {
        *idle = 0;
        rest(stream);
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
    bf_habit_left(stream);
    bf_watch_append_all(stream);
    uint8_t *taken = bf_send_take(stream, 0, &bytes);
    pthread_mutex_unlock(&stream->appending);
    bf_send_taken(stream, taken, bytes, NULL);
    pthread_mutex_unlock(&stream->sending);
}

/* A connection that somebody has found broken, when nobody may be there who needs it; what is to be sent again. */
static void look_after_lines(struct bf_stream *stream, uint64_t *looked_ns)
{
    struct bf_line *line = &stream->line;
    unsigned mends = bf_line_mends(line);
    if (!line->resume_s)
        return;
    uint64_t now = bf_transport_now_ns();
    if (now - *looked_ns > BF_RESUME_LOOK_MS * 1000000ull) {
        *looked_ns = now;
        bf_answers_look(stream);
    }
    if (atomic_load_explicit(&line->broken, memory_order_relaxed))
        bf_mend(stream, mends, "it closed the connection");
    if (bf_line_is_behind(line))
        bf_send_flush(stream);
}

/* Sends calls that nothing follows: the first look sees them, the second that nothing came since. In continuous
 * traffic it lets more gather, because the server spends less on one large frame than on many small ones. */
static void *run_flusher(void *argument)
{
    struct bf_stream *stream = argument;
    const struct timespec tick = {.tv_nsec = BF_FLUSH_LOOK_US * 1000};
    uint64_t seen = 0;
    unsigned age = 0, idle = 0;
    uint64_t looked_ns = 0;
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
            bf_wait_drain(stream);
        look_after_lines(stream, &looked_ns);
        nanosleep(&tick, NULL);
    }
    lc_leaving_count(-1);
    return NULL;
}

/* The application's signals are its own threads' business. */
bool bf_flusher_start(struct bf_stream *stream)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&stream->flusher, NULL, run_flusher, stream);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !failure;
}

void bf_flusher_end(struct bf_stream *stream)
{
    pthread_mutex_lock(&stream->appending);
    stream->closing = true;
    atomic_store(&stream->lost, BF_STREAM_LOST);
    pthread_cond_signal(&stream->wake);
    pthread_mutex_unlock(&stream->appending);
    pthread_join(stream->flusher, NULL);
}
