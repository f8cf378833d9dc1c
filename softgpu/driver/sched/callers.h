/* Threads that call functions of the program: it may do there what it likes, for as long as it likes. */
#ifndef SG_CALLERS_H
#define SG_CALLERS_H

#include "sched_internal.h"

/* A call to be made; stays where it is until `run` is called, on a thread that holds no lock. */
struct sg_call {
    struct sg_call *next;
    void (*run)(struct sg_call *call);
};

/* Before the first call is given: without the lock. False if there can be no thread. */
bool sg_callers_start(void);

/* Under the lock. Calls that were given are made beside each other, as far as there are threads. */
void sg_callers_give(struct sg_call *call, struct sg_wakes *wakes);

#endif
