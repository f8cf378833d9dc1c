/* There is always a thread to spare, up to a bound: who takes a call looks whether another is left to take the next,
 * because whoever puts that may not start one. */
#include "callers.h"

#include <assert.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "leaving.h"
#include "thread.h"

/* So many functions run at a time, each of another stream. More wait for one of them to return, which a program must
 * not build on: functions without an order may be run one after another. */
enum { CALLERS_MAX = 64 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct lc_call *first, **end = &first;
static unsigned started, spare;

/* The number of calls that nobody has taken. */
static _Atomic uint32_t untaken;

/* With the lock held, and again on return. */
static struct lc_call *take(void)
{
    while (!first) {
        pthread_mutex_unlock(&lock);
        syscall(SYS_futex, &untaken, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
        pthread_mutex_lock(&lock);
    }
    struct lc_call *call = first;
    first = call->next;
    if (!first)
        end = &first;
    atomic_fetch_sub(&untaken, 1);
    return call;
}

static void start_spare(void);

static void *serve(void *unused)
{
    pthread_setname_np(pthread_self(), "cuda-callback");
    lc_leaving_count(1);
    lc_thread_begin_callbacks();
    pthread_mutex_lock(&lock);
    for (;;) {
        struct lc_call *call = take();
        spare--;
        start_spare();
        pthread_mutex_unlock(&lock);
        call->run(call);
        pthread_mutex_lock(&lock);
        spare++;
    }
    return unused;
}

/* With the lock held. Where no thread can be started, calls wait for the others. */
static void start_spare(void)
{
    sigset_t all, before;
    pthread_t thread;
    if (spare || started == CALLERS_MAX)
        return;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool begun = pthread_create(&thread, NULL, serve, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (begun)
        pthread_detach(thread);
    started += begun;
    spare += begun;
}

bool lc_callers_start(void)
{
    pthread_mutex_lock(&lock);
    start_spare();
    bool there = started;
    pthread_mutex_unlock(&lock);
    return there;
}

_Atomic uint32_t *lc_callers_put(struct lc_call *call)
{
    pthread_mutex_lock(&lock);
    assert(started);
    call->next = NULL;
    *end = call;
    end = &call->next;
    atomic_fetch_add(&untaken, 1);
    pthread_mutex_unlock(&lock);
    return &untaken;
}

void lc_callers_wake(void)
{
    syscall(SYS_futex, &untaken, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void lc_callers_wake_all(void)
{
    syscall(SYS_futex, &untaken, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}
