/* Keeps host memory of this process away from addresses that are device memory. */
#include "reserve.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include "map.h"
#include "../wire/report.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

enum { PAGE = 4096 };
#define STEP_BYTES ((uint64_t)64 << 20)   /* allocations come close together: few steps hold many */
#define LARGE_BYTES ((uint64_t)1 << 30)

/* What was taken (its flags say so) or could not be. Never given back: the server will use the addresses again. */
static struct bf_map known = {.lock = PTHREAD_RWLOCK_INITIALIZER};

static bool take(uint64_t base, uint64_t bytes)
{
    void *wanted = (void *)(uintptr_t)base;
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *at = mmap(wanted, bytes, PROT_NONE, flags, -1, 0);
    if (at == MAP_FAILED)
        return false;
    /* After mlockall(MCL_FUTURE) it would count as locked memory, of which the program may have little. */
    (void)munlock(at, bytes);
    if (at == wanted)
        return true;
    munmap(at, bytes);   /* A kernel that does not know MAP_FIXED_NOREPLACE takes the address as a hint. */
    return false;
}

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
    if (bytes >= LARGE_BYTES && take(base / PAGE * PAGE, end - base / PAGE * PAGE)) {
        remember(base / PAGE * PAGE, end - base / PAGE * PAGE, true);
        return;
    }
    for (uint64_t step = base / STEP_BYTES * STEP_BYTES; step < end; step += STEP_BYTES) {
        uint64_t from = base / PAGE * PAGE > step ? base / PAGE * PAGE : step;
        uint64_t to = end < step + STEP_BYTES ? end : step + STEP_BYTES;
        if (bf_map_covers(&known, from, to - from))
            continue;
        if (take(step, STEP_BYTES)) {
            remember(step, STEP_BYTES, true);
            continue;
        }
        /* Something is near: the pages of the allocation alone, or none. */
        bool taken = take(from, to - from);
        if (!taken)
            bf_report_debug("device memory at %#llx has the address of host memory", (unsigned long long)from);
        remember(from, to - from, taken);
    }
}

bool bf_reserve_own(uint64_t base, uint64_t bytes)
{
    struct bf_range range = {.base = base, .bytes = 0};
    bf_reserve(base, bytes);
    if (!bf_map_touches(&known, base, bytes) && take(base, bytes))
        remember(base, bytes, true);
    for (uint64_t at = base; at < base + bytes; at = range.base + range.bytes)
        if (!bf_map_find(&known, at, &range) || !range.flags)
            return false;
    return true;
}
