/* How far the streams have got, as far as it is known here.
 *
 * Calls are numbered (stream.h), and what is put into a stream of the device is done in order: so one number says what
 * of it is complete. It comes from the server, in notices that were asked for (a watch), and from replies of calls
 * that wait. An event is complete when its stream has got to the number of its record. None of this needs a system
 * call to look at.
 *
 * A record outlives its stream, because events may name it: it is used again only when all that was in it is complete,
 * and numbers grow, so that what names it reads the truth.
 *
 * Knows calls as numbers and streams as what the server calls them. */
#ifndef BF_PROGRESS_H
#define BF_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bf_stream;

/* What was asked about something: which place, and how much news the connection had heard by then. */
struct bf_look {
    _Atomic uint64_t place, news;
};

struct bf_progress {
    struct bf_stream *connection;
    struct bf_progress *_Atomic above;   /* what it has passed, this one has passed as well; NULL at the end */
    _Atomic uint64_t context;      /* on the server: the context, and the stream in it (0: the legacy one) */
    uint64_t stream;
    _Atomic bool retired;          /* the server knows the stream no more */
    bool blocking;                 /* the legacy stream, `above`, waits for what is put here */
    uint32_t token;                /* what the server calls it in notices */
    _Atomic uint64_t last, done;   /* the newest call in it; all up to this one is complete */
    _Atomic uint64_t put, passed; /* work put into it and known to be complete: calls, large copies count as several */
    _Atomic uint64_t watched; /* the server was asked to tell when this call is complete */
    struct bf_look looked; /* and also how it is now */
    _Atomic uint64_t awaited; /* a thread waits for this call, or has */
    _Atomic uint64_t still; /* the last call of which the server told that it is not complete */
    /* Guarded by the connection's `appending`. */
    uint64_t watched_put;
    _Atomic bool listed;
    bool running;
    struct bf_progress *next_listed, *next_running;
    struct bf_progress *next_free; /* guarded by progress.c */
};

/* NULL if memory ran out. */
struct bf_progress *bf_progress_new(struct bf_stream *connection, uint64_t context, uint64_t stream,
                                    struct bf_progress *above, bool blocking);
/* The stream is gone. What is still in it will be told. May be NULL. */
void bf_progress_retire(struct bf_progress *progress);

/* All up to `number` is complete, and `put` of the work. */
void bf_progress_reach(struct bf_progress *progress, uint64_t number, uint64_t put);
/* The same from a notice; a token that is not of this connection is left alone. */
void bf_progress_told(struct bf_stream *connection, uint64_t token, uint64_t number, uint64_t put);
/* A call is over, and whatever it waited for. */
void bf_progress_heard(struct bf_stream *connection, uint64_t number);
/* What was looked at is not complete. */
void bf_progress_told_running(struct bf_stream *connection, uint64_t token, uint64_t number);

static inline bool bf_progress_is_done(const struct bf_progress *progress, uint64_t number)
{
    for (; progress; progress = atomic_load_explicit(&progress->above, memory_order_acquire))
        if (atomic_load_explicit(&progress->done, memory_order_acquire) >= number)
            return true;
    return false;
}

/* A place in a stream, in one word, so that a thread that reads it while another writes never sees half of each. 0:
 * none. */
enum { BF_MARK_TOKEN_BITS = 20 };
static inline uint64_t bf_progress_mark(const struct bf_progress *progress, uint64_t number)
{
    return (number << BF_MARK_TOKEN_BITS) | progress->token;
}

/* The record and, in *number, the call of a mark that is not 0. */
struct bf_progress *bf_progress_of(uint64_t mark, uint64_t *number);

#endif
