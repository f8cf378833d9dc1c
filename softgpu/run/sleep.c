/* nanosleep (PTX ISA 9.7.13.10): the thread pauses for about as long as it says, never for more than a millisecond.
 * * The threads of a worker take turns, but on a GPU they sleep at the same time. So what the worker has slept for
 * others of the grid since a thread's last sleep counts as that thread's own sleep: a grid in which all threads
 * sleep for a while lasts about that while, however many they are. A fragment that has slept yields: it mostly waits
 * for another one. */
#include <string.h>
#include <time.h>

#include "team.h"

#define LONGEST_NS 1000000u
/* Below this, going to sleep and waking up would take longer than the sleep. */
#define SPIN_NS 50000u

/* How long this worker has slept in the grid that it runs. */
static _Thread_local struct {
    uint64_t grid, ns;
} slept;

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void let_pass(uint64_t ns)
{
    uint64_t due = now_ns() + ns;
    struct timespec until = {.tv_sec = (time_t)(due / 1000000000u), .tv_nsec = (long)(due % 1000000000u)};
    while (ns >= SPIN_NS && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL)) {
    }
    while (now_ns() < due) {
    }
    slept.ns += ns;
}

bool sg_sleep_run(struct sg_team *team, struct sg_fragment *fragment, const struct sg_op *op, struct sg_lanes lanes)
{
    const uint32_t *asked = SG_COL(uint32_t, &team->group, op, 0);
    const struct sg_grid *grid = team->group.block->grid;
    uint64_t longest = 0;
    if (slept.grid != grid->serial) {
        slept.grid = grid->serial;
        slept.ns = 0;
    }
    if (!team->sleeps)
        memset(team->slept, 0, sizeof team->slept);
    team->sleeps = true;
    for (unsigned lane = 0; lane < SG_LANES; lane++) {
        if (!sg_lanes_has(&lanes, lane))
            continue;
        uint64_t ns = asked[lane] < LONGEST_NS ? asked[lane] : LONGEST_NS, others = slept.ns - team->slept[lane];
        if (ns > others && ns - others > longest)
            longest = ns - others;
        team->slept[lane] += ns;
    }
    if (longest)
        let_pass(longest);
    fragment->pc++;
    fragment->yielded = true;
    return false;
}
