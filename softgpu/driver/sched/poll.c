/* What the driver itself writes is seen when it has written it (queue.c). What kernels write that still run, and the
 * program's own threads, nobody tells of: so this thread looks, again and again while a stream waits, and sleeps
 * meanwhile. No worker is kept from its work by a wait, however long it is. */
#include "poll.h"

#include <pthread.h>
#include <time.h>

#include "../../../libcuda/leaving.h"
#include "sched_internal.h"

/* The first: what a wait costs that ends soon. The last: what it may be late that took long. */
enum { NAP_MIN_NS = 10 * 1000, NAP_MAX_NS = 1000 * 1000 };

static void *look(void *argument)
{
    (void)argument;
    pthread_setname_np(pthread_self(), "softgpu-poll");
    lc_leaving_count(1);
    for (long nap = NAP_MIN_NS;;) {
        while (!atomic_load_explicit(&sg_queue_polled_count, memory_order_acquire)) {
            sg_wake_wait(&sg_queue_polled_count, 0);
            nap = NAP_MIN_NS;
        }
        nap = sg_workers_poll() ? NAP_MIN_NS : nap;
        nanosleep(&(struct timespec){.tv_nsec = nap}, NULL);
        nap = nap < NAP_MAX_NS / 2 ? nap * 2 : NAP_MAX_NS;
    }
    return NULL;
}

bool sg_poll_start(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool runs;
    pthread_mutex_lock(&lock);
    runs = runs || sg_workers_start(look, NULL);
    bool result = runs;
    pthread_mutex_unlock(&lock);
    return result;
}
