/* Reserved address space, its fine table, and the coarse one. Callers serialise reserve and set; get takes no lock. */
#include "shadow.h"

#include <stdatomic.h>
#include <sys/mman.h>

#include "../../libcuda/space.h"

/* Address space only; the tables are 1/64 of it, of which what is used gets committed. ThreadSanitizer leaves a program
 * 1.5 TiB. */
#ifdef __SANITIZE_THREAD__
#define REGION_BYTES ((uint64_t)512 << 30)
#else
#define REGION_BYTES ((uint64_t)4 << 40)
#endif
static _Atomic uint64_t region_begin;
static uint64_t region_used, region_bytes = REGION_BYTES;
/* coarse: of all addresses that a program may have; fine: of the region. */
static _Atomic uint32_t *coarse, *fine;

static bool reserve_region(void)
{
    uint8_t *region = lc_space_reserve(REGION_BYTES + SG_SHADOW_PAGE);
    if (!coarse)
        coarse = lc_space_memory(SG_SHADOW_ADDRESSES / SG_SHADOW_PAGE * sizeof *coarse);
    if (!fine)
        fine = lc_space_memory(REGION_BYTES / SG_MEMORY_GRANULE * sizeof *fine);
    if (!region || !coarse || !fine) {
        if (region)
            munmap(region, REGION_BYTES + SG_SHADOW_PAGE);
        return false;
    }
    region_begin = ((uint64_t)(uintptr_t)region + SG_SHADOW_PAGE - 1) & ~(SG_SHADOW_PAGE - 1);
    return true;
}

bool sg_shadow_reserve(uint64_t bytes, uint64_t *begin)
{
    if (!region_begin && !reserve_region())
        return false;
    if (bytes > region_bytes - region_used)
        return false;
    uint64_t rounded = (bytes + SG_SHADOW_PAGE - 1) & ~(SG_SHADOW_PAGE - 1);
    uint64_t at = region_begin + region_used;
    if (rounded > region_bytes - region_used || mprotect((void *)(uintptr_t)at, rounded, PROT_READ | PROT_WRITE))
        return false;
    region_used += rounded;
    *begin = at;
    return true;
}

/* The fine table counts from the beginning of the region, and nothing is in the coarse one yet. */
bool sg_shadow_move(uint64_t begin, uint64_t end, uint64_t *moved)
{
    uint64_t old = region_begin;
    if (begin % SG_SHADOW_PAGE || begin > end || region_used > end - begin || !lc_space_take(begin, region_used))
        return false;
    if (mprotect((void *)(uintptr_t)begin, region_used, PROT_READ | PROT_WRITE)) {
        munmap((void *)(uintptr_t)begin, region_used);
        return false;
    }
    munmap((void *)(uintptr_t)old, REGION_BYTES);
    region_bytes = region_used;
    region_begin = begin;
    *moved = begin - old;
    return true;
}

uint64_t sg_shadow_end(void)
{
    return region_begin + region_used;
}

static void set_fine(uint64_t at, uint64_t end, uint32_t number)
{
    for (; at < end; at += SG_MEMORY_GRANULE)
        atomic_store_explicit(&fine[(at - region_begin) / SG_MEMORY_GRANULE], number, memory_order_relaxed);
}

void sg_shadow_set(uint64_t begin, uint64_t bytes, uint32_t number)
{
    uint64_t end = begin + bytes;
    for (uint64_t at = begin, next; at < end; at = next) {
        next = (at / SG_SHADOW_PAGE + 1) * SG_SHADOW_PAGE;
        if (at % SG_SHADOW_PAGE == 0 && next <= end) {
            atomic_store_explicit(&coarse[at / SG_SHADOW_PAGE], number, memory_order_release);
        } else {
            next = next < end ? next : end;
            set_fine(at, next, number);
        }
    }
}

bool sg_shadow_inside(uint64_t address)
{
    return address - region_begin < region_used;
}

uint32_t sg_shadow_get(uint64_t address)
{
    if (address >= SG_SHADOW_ADDRESSES || !coarse)
        return 0;
    uint32_t number = atomic_load_explicit(&coarse[address / SG_SHADOW_PAGE], memory_order_acquire);
    uint64_t offset = address - region_begin;
    if (number || offset >= region_used)
        return number;
    return atomic_load_explicit(&fine[offset / SG_MEMORY_GRANULE], memory_order_acquire);
}
