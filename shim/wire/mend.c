/* A session whose connection is broken goes on over another one. */
#include "mend.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "connect.h"
#include "lost.h"
#include "report.h"

enum { TEXT = 256 };
#define MS 1000000ull

/* What is tried, since when, and why it has not succeeded. */
struct trial {
    struct bf_stream *stream;
    struct bf_line *line;
    const char *use, *reason;
    uint64_t since_ns, refused_ns;   /* refused_ns: since when nobody listens there; 0: somebody does */
    bool told;
    char problem[TEXT];
};

static uint64_t until_ns(const struct trial *trial)
{
    return trial->since_ns + trial->line->resume_s * 1000 * MS;
}

static void tell(struct trial *trial, uint64_t now)
{
    if (trial->told || now - trial->since_ns < BF_RESUME_TELL_MS * MS)
        return;
    trial->told = true;
    bf_report("the connection to the server %s is broken: %s. Its session is tried to be resumed for up to %u s.",
              trial->stream->name, trial->reason, trial->line->resume_s);
}

static int limit_ms(const struct trial *trial, uint64_t now)
{
    uint64_t left = (until_ns(trial) - now) / MS + 1;
    return left < BF_CONNECT_TIMEOUT_MS ? (int)left : BF_CONNECT_TIMEOUT_MS;
}

/* `giving`, `taking` and `looking` are held. */
static void replace(struct bf_line *line, const struct bf_link *link, uint64_t theirs)
{
    pthread_mutex_lock(&line->replacing);
    bf_transport_close(&line->link);
    line->link = *link;
    pthread_mutex_unlock(&line->replacing);
    bf_transport_set_wait(&line->link, line->wait_ms);
    line->pushed = theirs;
    atomic_store(&line->behind, theirs != line->kept.end);
    atomic_store(&line->broken, false);
    atomic_fetch_add(&line->mends, 1);
}

/* One attempt, with what tells of both ends held still. */
static enum bf_again attempt(struct trial *trial, uint64_t now)
{
    struct bf_line *line = trial->line;
    struct bf_link link;
    uint64_t theirs, taken = atomic_load(&line->taken);
    enum bf_again again = bf_connect_again(line, &trial->stream->answers.way, trial->use, taken, limit_ms(trial, now),
                                           &link, &theirs, trial->problem, TEXT);
    if (again != BF_AGAIN_DONE)
        return again;
    if (!bf_sent_reaches(&line->kept, theirs)) {
        bf_transport_close(&link);
        snprintf(trial->problem, TEXT, "more was on its way than is kept");
        return BF_AGAIN_NEVER;
    }
    pthread_rwlock_wrlock(&line->looking);
    replace(line, &link, theirs);
    pthread_rwlock_unlock(&line->looking);
    return BF_AGAIN_DONE;
}

/* False: it is not worth another attempt. */
static bool may_go_on(struct trial *trial, enum bf_again again, uint64_t now)
{
    if (again == BF_AGAIN_NEVER || now >= until_ns(trial))
        return false;
    if (again != BF_AGAIN_NOBODY)
        trial->refused_ns = 0;
    else if (!trial->refused_ns)
        trial->refused_ns = now;
    return !trial->refused_ns || now - trial->refused_ns < BF_RESUME_REFUSED_MS * MS;
}

/* `giving` and `taking` are held. */
static bool try(struct trial *trial)
{
    for (;;) {
        if (bf_lost_is(trial->stream))
            return false;
        enum bf_again again = attempt(trial, bf_transport_now_ns());
        if (again == BF_AGAIN_DONE)
            return true;
        uint64_t now = bf_transport_now_ns();
        tell(trial, now);
        if (!may_go_on(trial, again, now))
            return false;
        bool early = now - trial->since_ns < BF_RESUME_CLOSED_MS * MS;
        long pause_ms = early ? BF_RESUME_AGAIN_MS : BF_RESUME_AGAIN_LATE_MS;
        nanosleep(&(struct timespec){.tv_nsec = pause_ms * (long)MS}, NULL);
    }
}

static bool can_be_tried(struct bf_stream *stream, const struct bf_line *line)
{
    return line->resume_s && line->process == getpid() && !atomic_load(&stream->line.over) && !bf_lost_is(stream);
}

static void give_up(const struct trial *trial)
{
    char reason[2 * TEXT + 100];
    double seconds = (double)(bf_transport_now_ns() - trial->since_ns) / 1e9;
    snprintf(reason, sizeof reason, "%s, and its session could not be resumed in %.1f s (%s)", trial->reason, seconds,
             trial->problem);
    bf_lost_because(trial->stream, reason);
}

static void succeed(const struct trial *trial)
{
    uint64_t ms = (bf_transport_now_ns() - trial->since_ns) / MS;
    if (trial->told)
        bf_report("the session on the server %s goes on, %.1f s after its connection broke.", trial->stream->name,
                  (double)ms / 1e3);
    else
        bf_report_debug("%s: %s; resumed after %llu ms", trial->stream->name, trial->reason, (unsigned long long)ms);
}

static bool mend(struct bf_stream *stream, struct bf_line *line, const char *use, const char *reason)
{
    struct trial trial = {.stream = stream, .line = line, .use = use, .reason = reason};
    pthread_mutex_lock(&line->giving);
    pthread_mutex_lock(&line->taking);
    if (!line->since_ns)
        line->since_ns = bf_transport_now_ns();
    trial.since_ns = line->since_ns;
    bool mended = try(&trial);
    pthread_mutex_unlock(&line->taking);
    pthread_mutex_unlock(&line->giving);
    if (mended)
        succeed(&trial);
    else if (!bf_lost_is(stream))
        give_up(&trial);
    return mended;
}

static void wake_flusher(struct bf_stream *stream)
{
    pthread_mutex_lock(&stream->appending);
    stream->drowsy = false;
    pthread_cond_signal(&stream->wake);
    pthread_mutex_unlock(&stream->appending);
}

bool bf_mend(struct bf_stream *stream, unsigned mends, const char *reason)
{
    struct bf_line *line = &stream->line;
    if (!can_be_tried(stream, line)) {
        bf_lost_because(stream, reason);
        return false;
    }
    pthread_mutex_lock(&line->mending);
    bool mended = bf_line_mends(line) != mends || (!bf_lost_is(stream) && mend(stream, line, NULL, reason));
    pthread_mutex_unlock(&line->mending);
    if (mended)
        wake_flusher(stream);   /* What is to be sent again goes out also if nobody sends. */
    if (bf_lost_is(stream))
        bf_line_shutdown(line);   /* whoever lost it may have shut the link before */
    return mended && !bf_lost_is(stream);
}

bool bf_mend_answers(struct bf_stream *stream, const char *reason)
{
    struct bf_line *line = &stream->answers.line;
    if (can_be_tried(stream, line))
        return mend(stream, line, BF_USE_ANSWERS, reason);
    bf_lost_because(stream, reason);
    return false;
}
