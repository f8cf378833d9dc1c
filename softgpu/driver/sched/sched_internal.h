/* Shared by queue.c (order) and workers.c (threads). Everything here is called with the scheduler's lock held. */
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

void sg_workers_wake_word(_Atomic uint32_t *word);

#endif
