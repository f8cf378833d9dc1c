/* What belongs to one application thread. */
#include "thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

/* So little fits into the static TLS that the loader keeps for libraries that come late, and saves a call a look-up. */
static _Thread_local struct lc_thread *self __attribute__((tls_model("initial-exec")));

static _Thread_local bool calls_back __attribute__((tls_model("initial-exec")));

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};

/* A call from a later destructor of the same thread finds no state and makes a new one, which is freed in the next
 * round. */
static void end_thread(void *state)
{
    struct lc_thread *thread = state;
    if (thread->ends)
        thread->ends(thread);
    self = NULL;
    free(thread->scratch);
    free(thread);
}

static void make_key(void)
{
    pthread_key_create(&key, end_thread);
}

static struct lc_thread *make(void)
{
    pthread_once(&once, make_key);
    self = calloc(1, sizeof *self);
    if (self)
        pthread_setspecific(key, self);
    return self;
}

struct lc_thread *lc_thread_self(void)
{
    return self ? self : make();
}

/* A driver's threads take no signals, which are the application's; but what its own function does wrong, or lets a
 * handler mend, is the function's. */
void lc_thread_begin_callbacks(void)
{
    sigset_t own;
    sigemptyset(&own);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigaddset(&own, faults[i]);
    pthread_sigmask(SIG_UNBLOCK, &own, NULL);
    calls_back = true;
}

bool lc_thread_calls_back(void)
{
    return calls_back;
}

uint8_t *lc_thread_scratch(void)
{
    struct lc_thread *thread = lc_thread_self();
    if (thread && !thread->scratch)
        thread->scratch = malloc(LC_THREAD_SCRATCH_BYTES);
    return thread ? thread->scratch : NULL;
}

bool lc_thread_push(struct lc_thread *thread, void *context, uint64_t generation)
{
    if (thread->depth == LC_THREAD_DEPTH_MAX)
        return false;
    thread->stack[thread->depth++] = (struct lc_thread_context){context, generation};
    return true;
}

const struct lc_thread_stream *lc_thread_find_stream(struct lc_thread *thread, const void *context,
                                                     lc_thread_lives *lives)
{
    for (unsigned i = 0; i < thread->stream_count; i++)
        if (thread->streams[i].context == context && lives(&thread->streams[i]))
            return &thread->streams[i];
    return NULL;
}

bool lc_thread_add_stream(struct lc_thread *thread, const struct lc_thread_stream *stream, lc_thread_lives *lives)
{
    unsigned at = 0;
    while (at < thread->stream_count && lives(&thread->streams[at]))
        at++;
    if (at == LC_THREAD_STREAMS_MAX)
        return false;
    thread->streams[at] = *stream;
    thread->stream_count += at == thread->stream_count;
    return true;
}
