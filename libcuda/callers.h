/* Threads that call functions of the program: it may do there what it likes, for as long as it likes. */
#ifndef LC_CALLERS_H
#define LC_CALLERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A call to be made; stays where it is until `run` is called, on a thread that holds no lock. */
struct lc_call {
    struct lc_call *next;
    void (*run)(struct lc_call *call);
};

/* Before the first call is put. False if there can be no thread. */
bool lc_callers_start(void);

/* Calls are made beside each other, as far as there are threads. Takes no time: lc_callers_wake must follow, or
 * somebody who wakes one waiter of the futex word that is returned. */
_Atomic uint32_t *lc_callers_put(struct lc_call *call);
void lc_callers_wake(void);
void lc_callers_wake_all(void);

#endif
