/* Page-locked memory, one allocation behind the other: what was given back is met again after a round. */
#include "host_space.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../generated/limits.h"
#include "../../libcuda/space.h"

enum { PAGE = 4096, TRIES = 64 };

/* Of the sanitizer's runtime, if there is one. NOLINTNEXTLINE */
extern void __tsan_init(void) __attribute__((weak));

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t next = BF_PINNED_BEGIN;

bool bf_host_space_is_apart(const void *at)
{
    return (uintptr_t)at >= BF_PINNED_BEGIN && (uintptr_t)at < BF_PINNED_END;
}

/* Addresses that nothing is at, or 0. */
static uint64_t find(size_t bytes)
{
    uint64_t found = 0;
    for (unsigned i = 0; i < TRIES && !found; i++) {
        if (bytes > BF_PINNED_END - next)
            next = BF_PINNED_BEGIN;
        if (lc_space_take(next, bytes))
            found = next;
        next += bytes;
    }
    return found;
}

/* A huge page would be in memory whole for a few bytes. */
static bool open_all(void *at, size_t bytes)
{
    if (bytes == BF_HOST_SPACE_PAGE)
        (void)madvise(at, bytes, MADV_NOHUGEPAGE);
    return !mprotect(at, bytes, PROT_READ | PROT_WRITE);
}

static void *take_apart(size_t bytes)
{
    size_t whole = bf_host_space_whole(bytes);
    if (__tsan_init || lc_space_is_limited() || whole > BF_PINNED_END - BF_PINNED_BEGIN)
        return NULL;
    pthread_mutex_lock(&lock);
    void *at = (void *)(uintptr_t)find(whole);
    pthread_mutex_unlock(&lock);
    if (at && !open_all(at, whole)) {
        munmap(at, whole);
        at = NULL;
    }
    return at;
}

/* The system might promise it all the same. */
static bool is_more_than_there_is(size_t bytes)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    return pages > 0 && bytes / (size_t)sysconf(_SC_PAGESIZE) > (size_t)pages;
}

void *bf_host_space_take(size_t bytes)
{
    if (is_more_than_there_is(bytes))
        return NULL;
    void *at = take_apart(bytes);
    return at ? at : aligned_alloc(PAGE, (bytes + PAGE - 1) / PAGE * PAGE);
}

void bf_host_space_give(void *at, size_t bytes)
{
    if (bf_host_space_is_apart(at))
        munmap(at, bf_host_space_whole(bytes));
    else
        free(at);
}
