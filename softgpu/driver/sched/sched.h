/* Streams, the work in them, and who does it.
 *
 * Theory of operation. Every piece of work gets a ticket, a number that only grows, when it enters its stream. A
 * stream is a queue; its head may start when nothing blocks it:
 *   - work of a blocking stream: while the head of the context's legacy stream has a smaller ticket, it waits for
 *     that;
 *   - work of the legacy stream: it waits for every blocking stream whose head has a smaller ticket;
 *   - a wait for an event: it waits until the stream that recorded the event has passed the record's ticket.
 * Two streams of each context are nobody's handle. What is in `gathered` (records of all that a context does) waits
 * for every stream of the context whose head has a smaller ticket, and nobody for it; what is in `held` (waits of a
 * whole context) keeps back all work of the context that has a greater ticket.
 * So each stream waits for at most one other at a time and hangs on that one's list of waiters; tickets order all
 * waits, so they cannot form a circle. What takes no time (event records, waits) is done on the spot when its turn
 * comes; the rest is opened: put in the list from which workers, and application threads that wait anyway, take it.
 * Work of several parts (blocks of a grid, pieces of a large copy) stays open until its last part is claimed.
 *
 * The program's own functions (callback.c) are run by threads for them (libcuda/callers.c), for as long as they like: a worker,
 * or a thread of the program that waits, never does.
 *
 * Work may also wait for what somebody writes to memory: then it is polled, by whoever finishes other work and by a
 * thread for it (poll.c), which may go on for ever and holds up nobody else.
 *
 * Work may be made of other works, its members (the nodes of a graph). These are in no queue and have no ticket: when
 * its turn has come the whole starts those that wait for nothing, and as each ends those that waited for it.
 *
 * One lock guards all of this. It is held for tens of nanoseconds: nothing runs, blocks or wakes a thread under it.
 * Workers are started one by one when there is work and nobody free. At most one idle worker spins, briefly; the
 * others sleep. Whoever opens work wakes one sleeper unless somebody is spinning, and who takes work wakes the next
 * if more is open. */
#ifndef SG_SCHED_H
#define SG_SCHED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../../libcuda/generated/cuda_types.h"
#include "../../run/grid.h"

struct sg_context;
struct sg_green;
struct sg_work;
struct sg_sleeper;
struct sg_wakes;

struct sg_stream_attributes {
    CUaccessPolicyWindow window;
    CUsynchronizationPolicy policy;
    CUlaunchMemSyncDomainMap map;
    CUlaunchMemSyncDomain domain;
};

/* What is tied to a stream: the end of the stream makes both forget each other, under the scheduler's lock. */
struct sg_tie {
    _Atomic(struct sg_stream *) stream;  /* NULL once it has ended */
};

struct sg_stream {
    struct sg_context *context;
    void *handle;
    uint64_t id;
    unsigned flags;
    int priority;
    bool legacy, blocking, gathers, destroyed;
    bool orphaned;                   /* its green context is gone: no call may use it */
    struct sg_stream_attributes attributes;
    _Atomic(struct sg_tie *) tie;    /* its part in a capture, or NULL */
    struct sg_green *green;          /* the green context that it is of, or NULL */
    uint32_t width_max;              /* how many multiprocessors its kernels may use; 0: all */

    struct sg_work *head, *tail;
    uint32_t length;
    uint64_t enqueued;               /* ticket of the newest work */
    _Atomic uint64_t done;           /* ticket of the newest finished work */

    struct sg_stream *waits_for;     /* whose list of waiters this is on, until it has passed `need` */
    uint64_t need;
    struct sg_stream *waiters, *next_waiter;
    struct sg_sleeper *sleepers;     /* application threads */
    struct sg_stream *next_advance;
    bool advancing;
    struct sg_stream *busy_next, *busy_previous;   /* the context's streams that have work */
    struct sg_stream *all_next, *all_previous;     /* all of the context's */
};

/* What a kind of work does. */
struct sg_work_kind {
    const char *name;
    /* Told under the lock when it has got its ticket. May be NULL. */
    void (*enter)(struct sg_work *work);
    /* Under the lock, when its turn has come, and if it was false again and again, unless its context fails: whether it
     * may be done now. NULL: always. */
    bool (*ready)(struct sg_work *work);
    /* Done under the lock when its turn comes. NULL if it has steps. */
    void (*instant)(struct sg_work *work);
    /* Under the lock, when its turn has come: given to somebody who calls sg_workers_done when it is done. NULL: it has
     * steps, or is done on the spot. */
    void (*hand_over)(struct sg_work *work, struct sg_wakes *wakes);
    /* Under the lock, when its turn has come, of work that has members: start the first of them with sg_queue_start.
     * True if all have ended already. NULL if it has none. */
    bool (*unfold)(struct sg_work *work, struct sg_wakes *wakes);
    /* Under the lock: that member has ended, now start what waited for it. True if that was the last. */
    bool (*member_ended)(struct sg_work *work, struct sg_work *member, struct sg_wakes *wakes);
    /* Under the lock: whether all that goes on in it is waiting for memory. */
    bool (*stuck)(const struct sg_work *work);
    /* Under the lock, before the first step. May be NULL. */
    void (*begin)(struct sg_work *work);
    /* Claim one part and do it; false if none was left. */
    bool (*step)(struct sg_work *work, struct sg_worker *worker);
    /* Under the lock, after the last step: whether it failed. If so, `report` follows, without the lock, before anybody
     * learns that the work is done. May be NULL. */
    bool (*failed)(const struct sg_work *work);
    void (*report)(struct sg_work *work);
    /* Under the lock, last of all, also if no step ran because the context has failed: release what the work holds.
     * May be NULL. */
    void (*end)(struct sg_work *work);
    /* Under the lock, while it runs: make it end soon, since its context has failed. May be NULL. */
    void (*cancel)(struct sg_work *work);
    /* Its steps need a worker's scratch memory, of which there is as much as the device has multiprocessors. */
    bool needs_slot;
    /* Done also if its context has failed. */
    bool always;
};

struct sg_work {
    struct sg_work *next;
    struct sg_stream *stream;
    const struct sg_work_kind *kind;
    uint64_t ticket;
    struct sg_stream *wait_stream;   /* of a wait for an event */
    uint64_t wait_ticket;
    uint32_t width;                  /* number of parts */
    uint32_t holders;                /* threads that are at it */
    bool open, started;
    bool polled;                     /* waits for memory */
    int8_t priority;                 /* that of its stream, unless it is a member, or has one of its own */
    bool prior;                      /* it has */
    uint8_t size_class;
    struct sg_work *open_next, *open_previous;
    struct sg_work *next_polled;
    struct sg_work *whole; /* whose member this is; its stream says in which context it is done. NULL: none */
    uint32_t member; /* which one, to the whole */
    _Alignas(64) unsigned char payload[];
};

/* New work with room for `bytes` of payload, one part wide. NULL if out of memory. */
struct sg_work *sg_sched_new(const struct sg_work_kind *kind, size_t bytes);
void sg_sched_discard(struct sg_work *work); /* one that was never enqueued */

/* Append it to the stream; returns its ticket. `waits`: the caller will call sg_workers_wait at once, so nobody need be
 * woken. */
uint64_t sg_workers_enqueue(struct sg_stream *stream, struct sg_work *work, bool waits);

/* Work that was handed over is done. */
void sg_workers_done(struct sg_work *work);

/* Between the two nobody does any work: once what runs now has come to the end of a step, the caller has the scheduler's
 * lock. For what moves memory that kernels may write. */
void sg_workers_hold(void);
void sg_workers_release(void);

/* Return when the stream has finished the work of that ticket. The caller helps. */
void sg_workers_wait(struct sg_stream *stream, uint64_t ticket);

/* Wait for all work that the context has now: of every stream, or only of the legacy and the blocking ones. */
void sg_wait_context(struct sg_context *context, bool blocking_only);
void sg_wait_stream(struct sg_stream *stream);

/* Whether there is unfinished work (of the legacy stream: its own or a blocking stream's). */
bool sg_queue_busy(struct sg_stream *stream);
/* Whether work that is put into it now would begin at once. */
bool sg_queue_idle(struct sg_stream *stream);
bool sg_queue_passed(struct sg_stream *stream, uint64_t ticket);

/* What is still to come in a stream waits for these: other streams, up to a ticket. Returns how many, the newest ones. */
enum { SG_WAITS_MAX = 16 };
struct sg_wait {
    struct sg_stream *stream;
    uint64_t ticket;
};
unsigned sg_wait_list(const struct sg_stream *stream, struct sg_wait out[SG_WAITS_MAX]);

/* Make a stream part of its context's; take it out and free it once its work is done. */
struct sg_stream *sg_stream_new(struct sg_context *context, unsigned flags, int priority);
/* The priority that a stream gets which is asked to have this one. */
int sg_stream_priority(int wanted);
void sg_stream_destroy(struct sg_stream *stream);

/* The context has failed: what is queued in it will not run, and its running grids are stopped. True for the first
 * failure. */
bool sg_queue_fail(struct sg_context *context, int error);

/* Until nothing is left in the context, for its end: what waits for memory, and what comes after that, is given up. */
void sg_settle_context(struct sg_context *context);

/* The scheduler's lock, for what the instants of other files touch. */
void sg_sched_lock(void);
void sg_sched_unlock(void);

#endif
