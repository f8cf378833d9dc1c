/* Which threads are in a call of the driver: the end of a context waits until none can still be using it.
 *
 * Theory of operation. A thread marks itself when it enters and when it leaves: two plain stores. What is to end is
 * first made impossible to find, and then whoever was inside by then has to leave; who enters later finds nothing. The
 * one that waits pays for both: it makes all threads of the process order their memory accesses. A thread that sleeps
 * until work of a context is done counts only for that context, as it may sleep for ever. */
#ifndef SG_INSIDE_H
#define SG_INSIDE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sg_context;

enum sg_inside_state { SG_OUTSIDE, SG_INSIDE, SG_PARKED };

struct sg_inside {
    _Atomic int state;
    _Atomic(const struct sg_context *) parked; /* whose work it waits for */
    uintptr_t outermost;                       /* where in its stack the call lies that it is in; 0: in none */
    bool listed;
    struct sg_inside *next, *previous;
};

/* Of one call. */
struct sg_inside_place {
    struct sg_inside *self;                    /* NULL: it is inside another one */
};

extern _Thread_local struct sg_inside sg_inside_self __attribute__((tls_model("initial-exec")));
/* The kernel cannot order the accesses of other threads, so that each does it itself. */
extern atomic_bool sg_inside_fences;

void sg_inside_list(struct sg_inside *self);

/* In between the thread waits for work of a context, or for a lock that the end of one is held under (NULL). */
void sg_inside_park(const struct sg_context *context);
void sg_inside_unpark(void);

/* Make what was stored before this visible to whoever enters from now on. */
void sg_inside_order(void);

/* Whether another thread may be using what belongs to the context. */
bool sg_inside_any(const struct sg_context *context);

/* `place` is in the frame of the call. A call inside another one lies deeper in the stack. One that does not comes after
 * a call that was left by siglongjmp, and is the outermost again. */
static inline void sg_inside_enter(struct sg_inside_place *place)
{
    struct sg_inside *self = &sg_inside_self;
    place->self = NULL;
    if (self->outermost && (uintptr_t)place < self->outermost)
        return;
    if (__builtin_expect(!self->listed, 0))
        sg_inside_list(self);
    place->self = self;
    self->outermost = (uintptr_t)place;
    atomic_store_explicit(&self->state, SG_INSIDE, memory_order_relaxed);
    if (__builtin_expect(atomic_load_explicit(&sg_inside_fences, memory_order_relaxed), 0))
        atomic_thread_fence(memory_order_seq_cst);
    atomic_signal_fence(memory_order_seq_cst);
}

static inline void sg_inside_leave(const struct sg_inside_place *place)
{
    struct sg_inside *self = place->self;
    if (!self)
        return;
    self->outermost = 0;
    atomic_store_explicit(&self->state, SG_OUTSIDE, memory_order_release);
}

#endif
