/* There is always a thread to spare, up to a bound: who takes a call looks whether another is left to take the next,
 * because nobody may be there to start one when that comes. */
#include "callers.h"

#include <assert.h>
#include <pthread.h>

#include "../../../libcuda/leaving.h"
#include "../../../libcuda/thread.h"
#include "../../host/log.h"

/* So many functions run at a time, each of another stream. More wait for one of them to return, which a program must
 * not build on: functions without an order may be run one after another. */
enum { CALLERS_MAX = 64 };

/* Under the scheduler's lock. */
static struct sg_call *first, **end = &first;
static unsigned started, spare;

/* The number of calls that nobody has taken: a futex word. */
static _Atomic uint32_t given;

static void *serve(void *unused);

/* Without the lock; `started` and `spare` count it already. */
static bool start_one(void)
{
    bool begun = sg_workers_start(serve, NULL);
    if (!begun) {
        sg_sched_lock();
        started--;
        spare--;
        sg_sched_unlock();
    }
    return begun;
}

/* With the lock held, and again on return. */
static struct sg_call *take(void)
{
    while (!first) {
        sg_sched_unlock();
        sg_wake_wait(&given, 0);
        sg_sched_lock();
    }
    struct sg_call *call = first;
    first = call->next;
    if (!first)
        end = &first;
    atomic_fetch_sub(&given, 1);
    return call;
}

static void *serve(void *unused)
{
    pthread_setname_np(pthread_self(), "softgpu-call");
    lc_leaving_count(1);
    lc_thread_begin_callbacks();
    sg_sched_lock();
    for (;;) {
        struct sg_call *call = take();
        bool another = !--spare && started < CALLERS_MAX;
        started += another;
        spare += another;
        sg_sched_unlock();
        if (another && !start_one())
            sg_log_line("cannot start a thread for host functions: they may have to wait for each other");
        call->run(call);
        sg_sched_lock();
        spare++;
    }
    return unused;
}

bool sg_callers_start(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool runs;
    pthread_mutex_lock(&lock);
    if (!runs) {
        sg_sched_lock();
        started++;
        spare++;
        sg_sched_unlock();
        runs = start_one();
    }
    bool result = runs;
    pthread_mutex_unlock(&lock);
    return result;
}

void sg_callers_give(struct sg_call *call, struct sg_wakes *wakes)
{
    assert(started);
    call->next = NULL;
    *end = call;
    end = &call->next;
    atomic_fetch_add(&given, 1);
    sg_wake_later(wakes, &given);
}
