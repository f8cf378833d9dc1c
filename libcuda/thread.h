/* What belongs to one application thread: its stack of current contexts, its default streams, scratch memory.
 *
 * What contexts and streams are is their library's affair. */
#ifndef LC_THREAD_H
#define LC_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LC_THREAD_DEPTH_MAX = 128, LC_THREAD_STREAMS_MAX = 64, LC_THREAD_SCRATCH_BYTES = 64 << 10 };

/* What is current. The place of an object may be used again: the generation tells whether it is still the one that was
 * meant. */
struct lc_thread_context {
    void *context;
    uint64_t generation;
};

/* A default stream of the thread. `generation` is of whatever ends it. */
struct lc_thread_stream {
    void *context, *stream;
    uint64_t generation;
};

struct lc_thread {
    struct lc_thread_context stack[LC_THREAD_DEPTH_MAX];
    unsigned depth, stream_count;
    struct lc_thread_stream streams[LC_THREAD_STREAMS_MAX];
    void (*ends)(struct lc_thread *thread);   /* called when the thread ends, unless NULL */
    uint8_t *scratch;                         /* NULL before the first use */
};

/* The calling thread is the driver's and runs functions of the program: these must not call CUDA. */
void lc_thread_begin_callbacks(void);
bool lc_thread_calls_back(void);

/* NULL only if memory ran out. */
struct lc_thread *lc_thread_self(void);

/* LC_THREAD_SCRATCH_BYTES of memory; NULL if memory ran out. */
uint8_t *lc_thread_scratch(void);

/* NULL: no context is current. */
static inline const struct lc_thread_context *lc_thread_current(const struct lc_thread *thread)
{
    return thread->depth ? &thread->stack[thread->depth - 1] : NULL;
}

/* False: too many are. */
bool lc_thread_push(struct lc_thread *thread, void *context, uint64_t generation);

/* True if the stream that a slot names is still the one that was meant. */
typedef bool lc_thread_lives(const struct lc_thread_stream *stream);

/* The thread's stream in a context, or NULL. */
const struct lc_thread_stream *lc_thread_find_stream(struct lc_thread *thread, const void *context,
                                                     lc_thread_lives *lives);

/* One more, in the place of one that is gone if there is such. False: the thread has too many. */
bool lc_thread_add_stream(struct lc_thread *thread, const struct lc_thread_stream *stream, lc_thread_lives *lives);

#endif
