/* The threads that answer touches.
 *
 * What one of them waits for may have to touch managed memory itself before it ends: a function of the program in a
 * stream, or another thread. So one more is there than wait. */
#include "keeper.h"

#include <signal.h>

#include "../../libcuda/leaving.h"
#include "../wire/lost.h"
#include "../wire/report.h"
#include "move.h"
#include "own_pages.h"
#include "trap.h"
#include "work.h"

static unsigned keepers, waiting; /* with the lock held */

static bool start_thread(void);

/* With the lock held. */
static struct bf_area *settled(uint64_t address)
{
    struct bf_area *area = bf_areas_at(address);
    waiting++;
    while (area && !bf_work_is_over(area)) {
        if (waiting == keepers)
            (void)start_thread();
        bf_work_wait(area);
        area = bf_areas_at(address);
    }
    waiting--;
    return area;
}

/* The newest bytes are not to be had: the program goes on with what is here, if its next call says why. */
static bool give_up(struct bf_area *area, int result)
{
    if (!bf_lost_is(area->connection))
        return bf_move_surrender(area);
    bf_report("managed memory at %#llx has its newest bytes on a server that is lost (%d)",
              (unsigned long long)area->base, result);
    return false;
}

static int open_from(struct bf_area *area, uint64_t address, bool writes)
{
    size_t first = (address - area->base) / area->block_bytes;
    int result = bf_move_here(area, first, bf_move_ahead(area, first, writes), writes);
    /* Fewer borders between pages need less of the system: all of the area is alike. */
    return result == BF_MOVE_NO_ROOM ? bf_move_here(area, 0, area->count, true) : result;
}

/* Whether the program may try again. */
static bool serve(const struct bf_touch *touch)
{
    pthread_mutex_lock(&bf_areas_lock);
    struct bf_area *area = bf_areas_at(touch->address);
    bool waits = area && !touch->calls_back && !bf_move_is_open(area, touch->address, touch->writes);
    if (waits)
        area = settled(touch->address);
    int result = area ? open_from(area, touch->address, touch->writes) : 0;
    /* What is no area any more may have become the program's own while its touch was on its way. */
    bool again = area ? !result || give_up(area, result) : bf_own_pages_allow(touch->address, touch->writes);
    atomic_fetch_add_explicit(&bf_move_counts.faults, 1, memory_order_relaxed);
    pthread_mutex_unlock(&bf_areas_lock);
    return again;
}

static void *run(void *unused)
{
    lc_leaving_count(1);
    for (;;) {
        struct bf_touch touch;
        unsigned slot;
        bf_trap_take(&touch, &slot);
        bf_trap_answer(slot, serve(&touch));
    }
    return unused;
}

/* With the lock held. */
static bool start_thread(void)
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&thread, NULL, run, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started) {
        pthread_detach(thread);
        keepers++;
    }
    return started;
}

bool bf_keeper_start(void)
{
    pthread_mutex_lock(&bf_areas_lock);
    bool started = keepers || start_thread();
    pthread_mutex_unlock(&bf_areas_lock);
    if (started)
        bf_trap_set();
    return started;
}
