/* Address space that costs nothing until it is used. */
#include "space.h"

#include <sys/mman.h>
#include <sys/resource.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

enum { PAGE = 4096 };

/* Of the sanitizer's runtime, if there is one. NOLINTNEXTLINE */
extern void __lsan_register_root_region(const void *at, size_t bytes) __attribute__((weak));

void *lc_space_reserve(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        return NULL;
    /* Nothing is in memory yet, so this only takes the mark off; where there is none it does nothing. */
    (void)munlock(at, bytes);
    return at;
}

bool lc_space_take(uint64_t at, size_t bytes)
{
    void *wanted = (void *)(uintptr_t)at;
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *made = mmap(wanted, bytes, PROT_NONE, flags, -1, 0);
    if (made == MAP_FAILED)
        return false;
    (void)munlock(made, bytes);
    if (made == wanted)
        return true;
    munmap(made, bytes); /* A kernel that does not know MAP_FIXED_NOREPLACE takes the address as a hint. */
    return false;
}

void *lc_space_memory(size_t bytes)
{
    void *at = lc_space_reserve(bytes);
    if (at && mprotect(at, bytes, PROT_READ | PROT_WRITE)) {
        munmap(at, bytes);
        return NULL;
    }
    return at;
}

bool lc_space_is_limited(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_AS, &limit) || limit.rlim_cur != RLIM_INFINITY;
}

/* msync writes nothing back of memory that is in no file, and says which pages there are not. */
bool lc_space_is_mapped(const void *at, size_t bytes)
{
    uintptr_t first = (uintptr_t)at / PAGE * PAGE;
    return !msync((void *)first, (uintptr_t)at + bytes - first, MS_ASYNC);
}

void lc_space_show_pointers(const void *at, size_t bytes)
{
    if (__lsan_register_root_region)
        __lsan_register_root_region(at, bytes);
}
