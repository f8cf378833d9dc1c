/* Reserved address space, its coarse and its fine table. Callers serialise reserve and set; get takes no lock. */
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
#define GRANULES_A_PAGE (SG_SHADOW_PAGE / SG_MEMORY_GRANULE)

static uint64_t region_begin, region_used;
static _Atomic uint32_t *coarse, *fine;

static bool reserve_region(void)
{
    uint8_t *region = lc_space_reserve(REGION_BYTES + SG_SHADOW_PAGE);
    if (!coarse)
        coarse = lc_space_memory(REGION_BYTES / SG_SHADOW_PAGE * sizeof *coarse);
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
    if (bytes > REGION_BYTES - region_used)
        return false;
    uint64_t rounded = (bytes + SG_SHADOW_PAGE - 1) & ~(SG_SHADOW_PAGE - 1);
    uint64_t at = region_begin + region_used;
    if (rounded > REGION_BYTES - region_used || mprotect((void *)(uintptr_t)at, rounded, PROT_READ | PROT_WRITE))
        return false;
    region_used += rounded;
    *begin = at;
    return true;
}

static void set_fine(uint64_t granule, uint64_t end, uint32_t number)
{
    for (; granule < end; granule++)
        atomic_store_explicit(&fine[granule], number, memory_order_relaxed);
}

void sg_shadow_set(uint64_t begin, uint64_t bytes, uint32_t number)
{
    uint64_t granule = (begin - region_begin) / SG_MEMORY_GRANULE, end = granule + bytes / SG_MEMORY_GRANULE;
    while (granule < end) {
        uint64_t page_end = (granule / GRANULES_A_PAGE + 1) * GRANULES_A_PAGE;
        if (granule % GRANULES_A_PAGE == 0 && page_end <= end) {
            atomic_store_explicit(&coarse[granule / GRANULES_A_PAGE], number, memory_order_release);
        } else {
            if (page_end > end)
                page_end = end;
            set_fine(granule, page_end, number);
        }
        granule = page_end;
    }
}

bool sg_shadow_inside(uint64_t address)
{
    return address - region_begin < region_used;
}

uint32_t sg_shadow_get(uint64_t address)
{
    uint64_t offset = address - region_begin;
    if (offset >= region_used)
        return 0;
    uint32_t number = atomic_load_explicit(&coarse[offset / SG_SHADOW_PAGE], memory_order_acquire);
    return number ? number : atomic_load_explicit(&fine[offset / SG_MEMORY_GRANULE], memory_order_acquire);
}
