/* Allocations: blocks of whole granules, in address order, the free ones in bins by size. Each is a
 * row of block.h. */
#include <string.h>
#include <sys/mman.h>

#include "block.h"
#include "exported.h"
#include "place.h"
#include "registered.h"
#include "shadow.h"

enum { INVALID = 1, NO_MEMORY = 2 };
/* Freed memory of at least this size goes back to the system. */
#define GIVE_BACK_MIN (1u << 20)

static sg_memory_guard *guard;        /* NULL: everything is allowed */
static uint64_t bounds_mask;          /* ends of what kernels may access are multiples of one more */

/* ---- blocks */

/* Split block `row` after `granules`; the rest becomes a block that is in no bin. False if there is no row for it. */
static bool split(uint32_t row, uint64_t granules)
{
    uint32_t rest = sg_block_take();
    if (!rest)
        return false;
    struct sg_block_row *a = &sg_block_rows[row], *b = &sg_block_rows[rest];
    b->memory = a->memory;
    b->at = a->at + granules * SG_MEMORY_GRANULE;
    b->granules = a->granules - granules;
    b->below = row;
    b->above = a->above;
    atomic_store(&b->end, 0);
    atomic_store(&b->begin, UINT64_MAX);
    if (a->above)
        sg_block_rows[a->above].below = rest;
    a->above = rest;
    a->granules = granules;
    return true;
}

static bool is_free(uint32_t row)
{
    return row && atomic_load_explicit(&sg_block_rows[row].end, memory_order_relaxed) == 0;
}

/* Join block `row` with the one above it; neither is in a bin. */
static void join_above(uint32_t row)
{
    uint32_t gone = sg_block_rows[row].above;
    sg_block_rows[row].granules += sg_block_rows[gone].granules;
    sg_block_rows[row].above = sg_block_rows[gone].above;
    if (sg_block_rows[row].above)
        sg_block_rows[sg_block_rows[row].above].below = row;
    sg_block_give(gone);
}

/* Put a block that is not in use into its bin, joined with its free neighbours. */
static void release(struct sg_memory *memory, uint32_t row)
{
    if (is_free(sg_block_rows[row].above)) {
        sg_block_remove(memory, sg_block_rows[row].above);
        join_above(row);
    }
    uint32_t below = sg_block_rows[row].below;
    if (is_free(below)) {
        sg_block_remove(memory, below);
        join_above(below);
        row = below;
    }
    sg_block_insert(memory, row);
}

/* Take `granules` at a multiple of `align` out of the free blocks. 0 if there are none. */
static uint32_t carve(struct sg_memory *memory, uint64_t granules, uint64_t align)
{
    uint32_t row = sg_block_find(memory, granules + align / SG_MEMORY_GRANULE - 1);
    if (!row)
        return 0;
    sg_block_remove(memory, row);
    uint64_t skip = (-sg_block_rows[row].at & (align - 1)) / SG_MEMORY_GRANULE;
    if (skip && split(row, skip)) {
        sg_block_insert(memory, row);
        row = sg_block_rows[row].above;
    } else if (skip) {
        sg_block_insert(memory, row);
        return 0;
    }
    /* Without a row for the rest, the allocation keeps it. */
    if (sg_block_rows[row].granules > granules && split(row, granules))
        sg_block_insert(memory, sg_block_rows[row].above);
    return row;
}

static uint64_t accessible(uint64_t bytes)
{
    return (bytes + bounds_mask) & ~bounds_mask;
}

static void fill_pattern(uint64_t address, uint64_t bytes)
{
    uint8_t *at = (uint8_t *)(uintptr_t)address;
    if (bytes <= SG_MEMORY_PATTERN_MAX) {
        memset(at, SG_MEMORY_PATTERN, bytes);
    } else {
        memset(at, SG_MEMORY_PATTERN, SG_MEMORY_PATTERN_MAX / 2);
        memset(at + bytes - SG_MEMORY_PATTERN_MAX / 2, SG_MEMORY_PATTERN, SG_MEMORY_PATTERN_MAX / 2);
    }
}

static int create(uint32_t device, uint32_t kind, uint64_t bytes_total, struct sg_memory **out)
{
    /* Twice the space, so that what is free can be found in one piece more often. */
    uint64_t begin, span = (2 * bytes_total + SG_SHADOW_PAGE - 1) & ~(SG_SHADOW_PAGE - 1);
    uint32_t row, index;
    if (bytes_total > UINT64_MAX / 4 || !(row = sg_block_take()))
        return NO_MEMORY;
    const struct sg_memory made = {.device = device, .kind = kind, .total = bytes_total, .first_block = row};
    if (!sg_shadow_reserve(span, &begin) || !sg_block_add_memory(&made, &index)) {
        sg_block_give(row);
        return NO_MEMORY;
    }
    sg_block_rows[row] =
        (struct sg_block_row){.begin = UINT64_MAX, .at = begin, .granules = span / SG_MEMORY_GRANULE, .memory = index};
    *out = &sg_block_memories[index];
    sg_block_insert(*out, row);
    return 0;
}

/* Whole pages only: madvise rounds the length up, and the rest of the last page is another allocation's. */
static void give_back(uint64_t at, uint64_t bytes)
{
    uint64_t page = 4096, begin = (at + page - 1) & ~(page - 1), end = (at + bytes) & ~(page - 1);
    if (bytes >= GIVE_BACK_MIN && end > begin)
        madvise((void *)(uintptr_t)begin, end - begin, MADV_DONTNEED);
}

/* With the lock held. */
static void change_used(struct sg_memory *memory, uint64_t change)
{
    uint64_t used = atomic_fetch_add_explicit(&memory->used, change, memory_order_relaxed) + change;
    if (memory->published)
        atomic_store_explicit(memory->published, used, memory_order_relaxed);
}

/* With the lock held. */
static void free_row(uint32_t row)
{
    struct sg_block_row *block = &sg_block_rows[row];
    struct sg_memory *memory = &sg_block_memories[block->memory];
    uint64_t bytes = block->granules * SG_MEMORY_GRANULE;
    sg_shadow_set(block->at, bytes, 0);
    atomic_store(&block->end, 0);
    atomic_store(&block->begin, UINT64_MAX);
    if (!block->uncounted)
        change_used(memory, -bytes);
    sg_exported_end(block->at, bytes);
    give_back(block->at, bytes);
    release(memory, row);
}

/* ---- what others call */

void sg_memory_set_guard(sg_memory_guard *wanted)
{
    guard = wanted;
}

void sg_memory_set_bounds(uint64_t bytes)
{
    bounds_mask = bytes - 1;
}

void sg_memory_set_place(sg_memory_place *wanted)
{
    sg_place_ask(wanted);
}

int sg_memory_create(uint32_t ordinal, uint64_t bytes_total, struct sg_memory **out)
{
    sg_block_lock();
    int result = create(ordinal, SG_MEMORY_DEVICE, bytes_total, out);
    sg_block_unlock();
    return result;
}

int sg_memory_create_host(uint64_t bytes_total, struct sg_memory **out)
{
    sg_block_lock();
    int result = create(UINT32_MAX, SG_MEMORY_PINNED, bytes_total, out);
    sg_block_unlock();
    return result;
}

static uint32_t take(struct sg_memory *memory, uint64_t bytes, uint64_t align, const void *owner, bool counted)
{
    uint64_t granules = (accessible(bytes) + SG_MEMORY_GRANULE - 1) / SG_MEMORY_GRANULE;
    if (counted && granules * SG_MEMORY_GRANULE > memory->total - memory->used)
        return 0;
    uint32_t row = carve(memory, granules, align);
    if (!row)
        return 0;
    struct sg_block_row *block = &sg_block_rows[row];
    block->id = sg_block_new_id();
    block->owner = owner;
    block->tag = 0;
    block->kind = memory->kind;
    block->uncounted = !counted;
    if (counted)
        change_used(memory, block->granules * SG_MEMORY_GRANULE);
    atomic_store(&block->begin, block->at);
    atomic_store(&block->end, block->at + bytes);
    sg_shadow_set(block->at, block->granules * SG_MEMORY_GRANULE, row);
    return row;
}

static bool is_allowed(const struct sg_memory *memory, uint64_t bytes)
{
    return !guard || guard(memory->device, bytes);
}

static int allocate(struct sg_memory *memory, uint64_t bytes, uint64_t align, const void *owner, bool counted,
                    uint64_t *address)
{
    if (!bytes || bytes > memory->total)
        return NO_MEMORY;
    if (align < SG_MEMORY_GRANULE)
        align = SG_MEMORY_GRANULE;
    if (align <= bounds_mask)
        align = bounds_mask + 1;
    /* Large ones begin at a page, so that the coarse table and the system's large pages serve them. */
    if (bytes >= SG_SHADOW_PAGE && align < SG_SHADOW_PAGE)
        align = SG_SHADOW_PAGE;
    sg_place_settle();
    sg_block_lock();
    uint32_t row = take(memory, bytes, align, owner, counted);
    uint64_t at = row ? sg_block_rows[row].at : 0, granules_bytes = sg_block_rows[row].granules * SG_MEMORY_GRANULE;
    sg_block_unlock();
    if (!row)
        return NO_MEMORY;
    if (counted && !is_allowed(memory, granules_bytes)) {
        sg_block_lock();
        free_row(row);
        sg_block_unlock();
        return NO_MEMORY;
    }
    if (bytes >= SG_SHADOW_PAGE)
        madvise((void *)(uintptr_t)at, bytes, MADV_HUGEPAGE);
    if (memory->kind == SG_MEMORY_DEVICE)
        fill_pattern(at, accessible(bytes));
    *address = at;
    return 0;
}

int sg_memory_alloc(struct sg_memory *memory, uint64_t bytes, uint64_t align, const void *owner, uint64_t *address)
{
    return allocate(memory, bytes, align, owner, true, address);
}

int sg_memory_alloc_uncounted(struct sg_memory *memory, uint64_t bytes, uint64_t align, const void *owner,
                              uint64_t *address)
{
    return allocate(memory, bytes, align, owner, false, address);
}

int sg_memory_charge(struct sg_memory *memory, uint64_t bytes)
{
    sg_block_lock();
    bool fits = bytes <= memory->total - memory->used;
    if (fits)
        change_used(memory, bytes);
    sg_block_unlock();
    if (!fits)
        return NO_MEMORY;
    if (is_allowed(memory, bytes))
        return 0;
    sg_memory_discharge(memory, bytes);
    return NO_MEMORY;
}

void sg_memory_discharge(struct sg_memory *memory, uint64_t bytes)
{
    sg_block_lock();
    change_used(memory, -bytes);
    sg_block_unlock();
}

int sg_memory_free(uint64_t address)
{
    sg_block_lock();
    uint32_t row = sg_shadow_get(address);
    bool found = row && sg_block_rows[row].at == address && sg_block_rows[row].granules;
    if (found)
        free_row(row);
    sg_block_unlock();
    return found ? 0 : INVALID;
}

/* What is said of registering one byte: page-locked memory and a device's is in the region. */
static int refusal(uint64_t address)
{
    enum { INVALID_VALUE = 1, ALREADY_REGISTERED = 712 };
    struct sg_extent known;
    if (sg_memory_find(address, &known))
        return known.kind == SG_MEMORY_PINNED || known.kind == SG_MEMORY_REGISTERED ? ALREADY_REGISTERED
                                                                                    : INVALID_VALUE;
    return sg_shadow_inside(address) ? INVALID_VALUE : 0;
}

void sg_memory_set_tag(uint64_t address, uint32_t tag)
{
    sg_block_lock();
    uint32_t row = sg_shadow_get(address);
    if (row && sg_block_rows[row].at == address)
        sg_block_rows[row].tag = tag;
    sg_block_unlock();
}

int sg_memory_register(uint64_t begin, uint64_t bytes, const void *owner, uint32_t tag)
{
    int first = refusal(begin), last = refusal(begin + bytes - 1);
    if (first || last)
        return first ? first : last;
    sg_block_lock();
    struct sg_extent extent = {
        .begin = begin, .end = begin + bytes, .id = sg_block_new_id(), .owner = owner, .tag = tag};
    int result = sg_registered_add(&extent);
    sg_block_unlock();
    return result;
}

int sg_memory_unregister(uint64_t begin)
{
    sg_block_lock();
    int result = sg_registered_remove(begin);
    sg_block_unlock();
    return result;
}

/* Free what `owner` has of one memory. A freed block may join the one below it, so the walk goes on from there. */
static void free_owned_of(struct sg_memory *memory, const void *owner)
{
    for (uint32_t row = (uint32_t)memory->first_block; row;) {
        uint32_t below = sg_block_rows[row].below;
        bool mine = !is_free(row) && sg_block_rows[row].owner == owner;
        uint32_t resume = mine && is_free(below) ? below : row;
        if (mine)
            free_row(row);
        row = sg_block_rows[resume].above;
    }
}

void sg_memory_free_owned(const void *owner)
{
    sg_block_lock();
    sg_registered_remove_owned(owner);
    for (uint32_t i = 0; i < sg_block_memory_count; i++)
        free_owned_of(&sg_block_memories[i], owner);
    sg_block_unlock();
}

/* A row begins at a multiple of bounds_mask + 1, and ends at `end` rounded up by `mask`. A free block's `end` is 0
 * all the same. */
static inline bool find(uint64_t address, uint64_t mask, struct sg_extent *out)
{
    uint32_t row = sg_shadow_get(address);
    if (!row)
        return !sg_shadow_inside(address) && sg_registered_find(address, out);
    const struct sg_block_row *block = &sg_block_rows[row];
    uint64_t begin = atomic_load_explicit(&block->begin, memory_order_acquire);
    uint64_t end = (atomic_load_explicit(&block->end, memory_order_acquire) + mask) & ~mask;
    if (address < begin || address >= end)
        return false;
    *out = (struct sg_extent){
        .begin = begin,
        .end = end,
        .device = sg_block_memories[block->memory].device,
        .kind = block->kind,
        .id = block->id,
        .owner = block->owner,
        .tag = block->tag,
        .readers = atomic_load_explicit(&block->readers, memory_order_relaxed),
        .writers = atomic_load_explicit(&block->writers, memory_order_relaxed),
    };
    return true;
}

bool sg_memory_find(uint64_t address, struct sg_extent *out)
{
    return find(address, 0, out);
}

bool sg_memory_find_accessible(uint64_t address, struct sg_extent *out)
{
    return find(address, bounds_mask, out);
}

void sg_memory_publish(struct sg_memory *memory, _Atomic uint64_t *bytes)
{
    sg_block_lock();
    memory->published = bytes;
    change_used(memory, 0);
    sg_block_unlock();
}

uint64_t sg_memory_total(const struct sg_memory *memory)
{
    return memory->total;
}

uint64_t sg_memory_used(const struct sg_memory *memory)
{
    return memory->used;
}
