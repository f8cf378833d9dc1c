/* Shared by the files of the scheduler. Everything here is called with its lock held, unless it says otherwise. */
#ifndef SG_SCHED_INTERNAL_H
#define SG_SCHED_INTERNAL_H

#include "sched.h"

/* An application thread that sleeps until its stream's `done` reaches the ticket. */
struct sg_sleeper {
    struct sg_sleeper *next;
    uint64_t ticket;
    _Atomic uint32_t awake;
};

/* Futex words to wake once the lock is released. */
enum { SG_WAKES_MAX = 16 };
struct sg_wakes {
    _Atomic uint32_t *words[SG_WAKES_MAX];
    unsigned count;
};

/* Give the work its ticket and put it at the end of the stream; it starts if it can. */
void sg_queue_append(struct sg_stream *stream, struct sg_work *work, struct sg_wakes *wakes);

/* The ticket of the work at that position of a stream that is not empty, or of its last. */
uint64_t sg_queue_ticket_at(const struct sg_stream *stream, uint32_t position);

/* The turn of a member of `whole`, which both have been set, has come. True: it has ended on the spot, and is gone. */
bool sg_queue_start(struct sg_work *member, struct sg_wakes *wakes);

/* The next work that is open: the first of the highest priority, then by open_next. NULL if none. */
struct sg_work *sg_queue_first_open(void);

/* Open work whose end `stream` waits for. NULL if it is in others' hands. */
struct sg_work *sg_queue_helpable(const struct sg_stream *stream);

/* Take part in open work; leave it when nothing is left to claim. True: the caller was the last, and must finish it:
 * then what waited for it starts. */
void sg_queue_hold(struct sg_work *work);
bool sg_queue_leave(struct sg_work *work);
void sg_queue_finish(struct sg_work *work, struct sg_wakes *wakes);

/* The number of open works, readable without the lock. */
extern _Atomic uint32_t sg_queue_open_count;

/* Go on with work that waits for memory which has become what it waits for. True if there was one. */
bool sg_queue_poll(struct sg_wakes *wakes);

/* The number of works that wait for memory: a futex word that is woken when it is 0 no more. */
extern _Atomic uint32_t sg_queue_polled_count;

/* A stream of the context with work up to `cutoff`, only a blocking one if asked; NULL if none. */
struct sg_stream *sg_queue_find_busy(const struct sg_context *context, uint64_t cutoff, bool blocking_only);
uint64_t sg_queue_last_ticket(void);

/* A destroyed stream without work leaves its context. */
void sg_stream_retire(struct sg_stream *stream);

/* wake.c: to be woken once the lock is released. */
void sg_wake_later(struct sg_wakes *wakes, _Atomic uint32_t *word);
/* Without the lock. sg_wake_wait may return for no reason. */
void sg_wake_wait(_Atomic uint32_t *word, uint32_t while_equal);
void sg_wake_word(_Atomic uint32_t *word);
void sg_wake_all(const struct sg_wakes *wakes);

/* workers.c, without the lock: a thread that takes no signals, detached, false if there can be none; sg_queue_poll, and
 * workers for what it opened. */
bool sg_workers_start(void *(*run)(void *), void *argument);
bool sg_workers_poll(void);

#endif
