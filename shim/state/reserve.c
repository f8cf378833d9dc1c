/* Keeps host memory of this process away from addresses that are device memory. */
#include "reserve.h"

#include <sys/resource.h>

#include "../../libcuda/space.h"
#include "map.h"
#include "../wire/report.h"

enum { PAGE = 4096 };
#define STEP_BYTES ((uint64_t)64 << 20)   /* allocations come close together: few steps hold many */
#define LARGE_BYTES ((uint64_t)1 << 30)

/* What was taken (its flags say so) or could not be. Never given back: the server will use the addresses again. */
static struct bf_map known = {.lock = PTHREAD_RWLOCK_INITIALIZER};

/* A program that limits its address space needs it for itself. */
static bool is_limited(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_AS, &limit) || limit.rlim_cur != RLIM_INFINITY;
}

static void remember(uint64_t base, uint64_t bytes, bool taken)
{
    bf_map_add(&known, &(struct bf_range){.base = base, .bytes = bytes, .flags = taken});
}

void bf_reserve(uint64_t base, uint64_t bytes)
{
    uint64_t end = (base + bytes + PAGE - 1) / PAGE * PAGE;
    if (bf_map_covers(&known, base, bytes) || is_limited())
        return;
    if (bytes >= LARGE_BYTES && lc_space_take(base / PAGE * PAGE, end - base / PAGE * PAGE)) {
        remember(base / PAGE * PAGE, end - base / PAGE * PAGE, true);
        return;
    }
    for (uint64_t step = base / STEP_BYTES * STEP_BYTES; step < end; step += STEP_BYTES) {
        uint64_t from = base / PAGE * PAGE > step ? base / PAGE * PAGE : step;
        uint64_t to = end < step + STEP_BYTES ? end : step + STEP_BYTES;
        if (bf_map_covers(&known, from, to - from))
            continue;
        if (lc_space_take(step, STEP_BYTES)) {
            remember(step, STEP_BYTES, true);
            continue;
        }
        /* Something is near: the pages of the allocation alone, or none. */
        bool taken = lc_space_take(from, to - from);
        if (!taken)
            bf_report_debug("device memory at %#llx has the address of host memory", (unsigned long long)from);
        remember(from, to - from, taken);
    }
}

bool bf_reserve_own(uint64_t base, uint64_t bytes)
{
    struct bf_range range = {.base = base, .bytes = 0};
    bf_reserve(base, bytes);
    if (!bf_map_touches(&known, base, bytes) && lc_space_take(base, bytes))
        remember(base, bytes, true);
    for (uint64_t at = base; at < base + bytes; at = range.base + range.bytes)
        if (!bf_map_find(&known, at, &range) || !range.flags)
            return false;
    return true;
}
