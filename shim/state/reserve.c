/* Keeps host memory of this process away from addresses that are device memory. */
#include "reserve.h"

#include <pthread.h>

#include "../../libcuda/space.h"
#include "map.h"
#include "../wire/report.h"

enum { PAGE = 4096 };
#define STEP_BYTES ((uint64_t)64 << 20)   /* allocations come close together: few steps hold many */
#define LARGE_BYTES ((uint64_t)1 << 30)

/* What was taken (its flags say so) or could not be. Never given back: the server will use the addresses again. */
static struct bf_map known = {.lock = PTHREAD_RWLOCK_INITIALIZER};
/* What another thread has just taken must not look like host memory. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void remember(uint64_t base, uint64_t bytes, bool taken)
{
    bf_map_add(&known, &(struct bf_range){.base = base, .bytes = bytes, .flags = taken});
}

/* Of these pages those of which nothing is known yet. */
static void take_pages(uint64_t from, uint64_t to)
{
    struct bf_range range;
    for (uint64_t at = from, end; at < to; at = end) {
        end = at + PAGE;
        if (bf_map_find(&known, at, &range)) {
            end = range.base + range.bytes;
            continue;
        }
        while (end < to && !bf_map_find(&known, end, &range))
            end += PAGE;
        bool taken = lc_space_take(at, end - at);
        if (!taken)
            bf_report_debug("device memory at %#llx has the address of host memory", (unsigned long long)at);
        remember(at, end - at, taken);
    }
}

/* With the lock held. */
static void reserve(uint64_t base, uint64_t bytes)
{
    uint64_t begin = base / PAGE * PAGE, end = (base + bytes + PAGE - 1) / PAGE * PAGE;
    if (bf_map_covers(&known, base, bytes) || lc_space_is_limited())
        return;
    if (bytes >= LARGE_BYTES && lc_space_take(begin, end - begin)) {
        remember(begin, end - begin, true);
        return;
    }
    for (uint64_t step = base / STEP_BYTES * STEP_BYTES; step < end; step += STEP_BYTES) {
        uint64_t from = begin > step ? begin : step;
        uint64_t to = end < step + STEP_BYTES ? end : step + STEP_BYTES;
        if (bf_map_covers(&known, from, to - from))
            continue;
        if (lc_space_take(step, STEP_BYTES))
            remember(step, STEP_BYTES, true);
        else /* something is near */
            take_pages(from, to);
    }
}

void bf_reserve(uint64_t base, uint64_t bytes)
{
    pthread_mutex_lock(&lock);
    reserve(base, bytes);
    pthread_mutex_unlock(&lock);
}

/* With the lock held. */
static bool is_own(uint64_t base, uint64_t bytes)
{
    struct bf_range range = {.base = base, .bytes = 0};
    if (!bf_map_touches(&known, base, bytes) && lc_space_take(base, bytes))
        remember(base, bytes, true);
    for (uint64_t at = base; at < base + bytes; at = range.base + range.bytes)
        if (!bf_map_find(&known, at, &range) || !range.flags)
            return false;
    return true;
}

bool bf_reserve_own(uint64_t base, uint64_t bytes)
{
    pthread_mutex_lock(&lock);
    reserve(base, bytes);
    bool own = is_own(base, bytes);
    pthread_mutex_unlock(&lock);
    return own;
}
