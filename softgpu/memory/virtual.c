/* Reserved ranges in a list, and mappings as rows that the shadow table names. */
#include "virtual.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "../../libcuda/space.h"
#include "block.h"
#include "place.h"
#include "shadow.h"

enum { INVALID = 1, NO_MEMORY = 2 };

struct range {
    struct range *next;
    uint64_t begin, bytes, mapped;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;    /* of the list, for who looks addresses up */
static struct range *ranges;
static _Atomic uint32_t range_count;

/* Anything may be mapped with that access later, and nothing is in memory. */
static uint64_t place(uint64_t at, uint64_t bytes, int flags)
{
    void *made =
        mmap((void *)(uintptr_t)at, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
    if (made == MAP_FAILED)
        return 0;
    (void)munlock(made, bytes);
    return (uint64_t)(uintptr_t)made;
}

static uint64_t place_aligned(uint64_t bytes, uint64_t align)
{
    if (bytes > UINT64_MAX - align)
        return 0;
    uint64_t made = sg_place_take(bytes + align);
    if (!made)
        made = place(0, bytes + align, 0);
    if (!made)
        return 0;
    uint64_t begin = (made + align - 1) & ~(align - 1);
    if (begin > made)
        munmap((void *)(uintptr_t)made, begin - made);
    munmap((void *)(uintptr_t)(begin + bytes), made + align - begin);
    return begin;
}

static struct range *find(uint64_t address)
{
    struct range *range = ranges;
    while (range && address - range->begin >= range->bytes)
        range = range->next;
    return range;
}

int sg_virtual_reserve(uint64_t bytes, uint64_t align, uint64_t wish, uint64_t *address)
{
    uint64_t step = align > SG_SHADOW_PAGE ? align : SG_SHADOW_PAGE, at;
    struct range *range = bytes < SG_SHADOW_ADDRESSES ? malloc(sizeof *range) : NULL;
    if (!range)
        return NO_MEMORY;
    sg_place_settle();
    bool wished = wish && wish % step == 0 && wish < SG_SHADOW_ADDRESSES - bytes;
    at = wished && lc_space_take(wish, bytes) ? wish : place_aligned(bytes, step);
    if (!at) {
        free(range);
        return NO_MEMORY;
    }
    *range = (struct range){.next = ranges, .begin = at, .bytes = bytes};
    pthread_mutex_lock(&lock);
    ranges = range;
    pthread_mutex_unlock(&lock);
    atomic_fetch_add(&range_count, 1);
    *address = at;
    return 0;
}

int sg_virtual_free(uint64_t address, uint64_t bytes)
{
    struct range **at = &ranges, *range;
    while (*at && (*at)->begin != address)
        at = &(*at)->next;
    range = *at;
    if (!range || range->bytes != bytes || range->mapped)
        return INVALID;
    pthread_mutex_lock(&lock);
    *at = range->next;
    pthread_mutex_unlock(&lock);
    atomic_fetch_sub(&range_count, 1);
    munmap((void *)(uintptr_t)address, bytes);
    free(range);
    return 0;
}

static bool is_empty(uint64_t begin, uint64_t end)
{
    for (uint64_t at = begin; at < end; at += SG_SHADOW_PAGE)
        if (sg_shadow_get(at))
            return false;
    return true;
}

/* The row of the mapping that begins at `address`, 0 if none does. */
static uint32_t row_of(uint64_t address)
{
    uint32_t row = sg_shadow_get(address);
    return row && sg_block_rows[row].kind == SG_MEMORY_VIRTUAL && sg_block_rows[row].at == address ? row : 0;
}

static void fill(struct sg_block_row *row, uint64_t address, uint64_t bytes, const struct sg_backing *backing)
{
    row->id = sg_block_new_id();
    row->owner = backing->owner;
    row->tag = 0;
    row->at = address;
    row->granules = 0;
    row->kind = SG_MEMORY_VIRTUAL;
    row->memory = (uint32_t)(backing->memory - sg_block_memories);
    atomic_store(&row->readers, 0);
    atomic_store(&row->writers, 0);
    atomic_store(&row->begin, address);
    atomic_store(&row->end, address + bytes);
}

int sg_virtual_map(uint64_t address, uint64_t bytes, const struct sg_backing *backing)
{
    struct range *range = find(address);
    if (!range || bytes > range->bytes - (address - range->begin) || !is_empty(address, address + bytes))
        return INVALID;
    sg_block_lock();
    uint32_t row = sg_block_take();
    sg_block_unlock();
    if (!row)
        return NO_MEMORY;
    if (mmap((void *)(uintptr_t)address, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, backing->file,
             (off_t)backing->offset) == MAP_FAILED) {
        sg_block_lock();
        sg_block_give(row);
        sg_block_unlock();
        return NO_MEMORY;
    }
    sg_block_lock();
    fill(&sg_block_rows[row], address, bytes, backing);
    sg_shadow_set(address, bytes, row);
    sg_block_unlock();
    range->mapped += bytes;
    return 0;
}

bool sg_virtual_is_whole(uint64_t address, uint64_t bytes)
{
    uint64_t end = address + bytes;
    while (address < end) {
        uint32_t row = row_of(address);
        if (!row)
            return false;
        address = sg_block_rows[row].end;
    }
    return address == end;
}

const void *sg_virtual_unmap(uint64_t address, uint64_t *bytes)
{
    uint32_t row = row_of(address);
    struct sg_block_row *mapping = &sg_block_rows[row];
    *bytes = mapping->end - address;
    sg_block_lock();
    sg_shadow_set(address, *bytes, 0);
    atomic_store(&mapping->end, 0);
    atomic_store(&mapping->begin, UINT64_MAX);
    const void *owner = mapping->owner;
    sg_block_give(row);
    sg_block_unlock();
    (void)place(address, *bytes, MAP_FIXED);
    find(address)->mapped -= *bytes;
    return owner;
}

static void set_bit(_Atomic uint64_t *bits, uint32_t bit, bool on)
{
    if (on)
        atomic_fetch_or(bits, (uint64_t)1 << bit);
    else
        atomic_fetch_and(bits, ~((uint64_t)1 << bit));
}

void sg_virtual_set_access(uint64_t address, uint64_t bytes, uint32_t device, bool reads, bool writes)
{
    for (uint64_t end = address + bytes; address < end;) {
        struct sg_block_row *mapping = &sg_block_rows[row_of(address)];
        set_bit(&mapping->readers, device, reads);
        set_bit(&mapping->writers, device, writes);
        address = mapping->end;
    }
}

bool sg_virtual_find(uint64_t address, uint64_t *begin, uint64_t *bytes)
{
    if (!atomic_load_explicit(&range_count, memory_order_acquire))
        return false;
    pthread_mutex_lock(&lock);
    const struct range *range = find(address);
    if (range) {
        *begin = range->begin;
        *bytes = range->bytes;
    }
    pthread_mutex_unlock(&lock);
    return range != NULL;
}
