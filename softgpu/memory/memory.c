/* Allocations: blocks of whole granules, in address order, the free ones in bins by size.
 *
 * A block is a row of a table that never moves, so that a look-up may read it without the lock. Rows of freed blocks
 * are used again as late as possible (first in, first out): a look-up that read a row's number just before the row
 * was freed still finds it empty. */
#include "memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "../../libcuda/space.h"
#include "registered.h"
#include "shadow.h"

enum { BLOCKS_MAX = 1 << 22, ROWS_WAITING_MIN = 4096, STEPS = 8, BINS = 40 * STEPS, MEMORIES_MAX = 65 };
enum { INVALID = 1, NO_MEMORY = 2 };
/* Freed memory of at least this size goes back to the system. */
#define GIVE_BACK_MIN (1u << 20)

struct block {
    _Atomic uint64_t begin, end;      /* exact bounds; begin > end while the block is free */
    uint64_t id;
    const void *owner;
    _Atomic uint32_t tag;
    uint64_t at, granules;
    uint32_t memory;                  /* index into memories */
    uint32_t below, above;            /* neighbours by address */
    uint32_t previous, next;          /* others of its bin, or of the rows not in use */
};

struct sg_memory {
    uint32_t device, kind;
    uint64_t total, first_block;
    _Atomic uint64_t used;
    _Atomic uint64_t *published;      /* NULL: nobody wants to know */
    uint32_t bins[BINS];
    uint64_t filled[BINS / 64];       /* a bit for each bin that is not empty */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sg_memory memories[MEMORIES_MAX];
static uint32_t memory_count;
static struct block *blocks;          /* row 0 means none */
static uint32_t rows_used, rows_waiting, rows_head, rows_tail;
static uint64_t last_id;
static sg_memory_guard *guard;        /* NULL: everything is allowed */
static uint64_t bounds_mask;          /* ends of what kernels may access are multiples of one more */

/* ---- rows */

static bool make_rows(void)
{
    if (blocks)
        return true;
    blocks = lc_space_memory(sizeof *blocks * BLOCKS_MAX);
    rows_used = 1;
    return blocks != NULL;
}

static uint32_t take_row(void)
{
    if (rows_waiting < ROWS_WAITING_MIN && rows_used < BLOCKS_MAX)
        return rows_used++;
    uint32_t row = rows_head;
    if (row) {
        rows_head = blocks[row].next;
        rows_waiting--;
    }
    return row;
}

static void give_row(uint32_t row)
{
    blocks[row].next = 0;
    if (rows_head)
        blocks[rows_tail].next = row;
    else
        rows_head = row;
    rows_tail = row;
    rows_waiting++;
}

/* ---- bins: a power of two of granules is divided into STEPS */

static unsigned log2_of(uint64_t value)
{
    return 63u - (unsigned)__builtin_clzll(value);
}

static unsigned bin_of(uint64_t granules)
{
    if (granules < STEPS)
        return (unsigned)granules;
    unsigned log2 = log2_of(granules), shift = log2 - 3;
    return (shift + 1) * STEPS + (unsigned)((granules >> shift) - STEPS);
}

static void bin_insert(struct sg_memory *memory, uint32_t row)
{
    unsigned bin = bin_of(blocks[row].granules);
    blocks[row].previous = 0;
    blocks[row].next = memory->bins[bin];
    if (memory->bins[bin])
        blocks[memory->bins[bin]].previous = row;
    memory->bins[bin] = row;
    memory->filled[bin / 64] |= (uint64_t)1 << bin % 64;
}

static void bin_remove(struct sg_memory *memory, uint32_t row)
{
    unsigned bin = bin_of(blocks[row].granules);
    uint32_t previous = blocks[row].previous, next = blocks[row].next;
    if (next)
        blocks[next].previous = previous;
    if (previous)
        blocks[previous].next = next;
    else
        memory->bins[bin] = next;
    if (!memory->bins[bin])
        memory->filled[bin / 64] &= ~((uint64_t)1 << bin % 64);
}

/* A free block of at least `granules`, 0 if none: the first of the first bin whose every block is large enough. */
static uint32_t bin_find(const struct sg_memory *memory, uint64_t granules)
{
    if (granules >= STEPS)
        granules += ((uint64_t)1 << (log2_of(granules) - 3)) - 1;
    unsigned bin = bin_of(granules);
    uint64_t bits = memory->filled[bin / 64] & (~(uint64_t)0 << bin % 64);
    for (unsigned word = bin / 64;;) {
        if (bits)
            return memory->bins[word * 64 + (unsigned)__builtin_ctzll(bits)];
        if (++word == BINS / 64)
            return 0;
        bits = memory->filled[word];
    }
}

/* ---- blocks */

/* Split block `row` after `granules`; the rest becomes a block that is in no bin. False if there is no row for it. */
static bool split(uint32_t row, uint64_t granules)
{
    uint32_t rest = take_row();
    if (!rest)
        return false;
    struct block *a = &blocks[row], *b = &blocks[rest];
    b->memory = a->memory;
    b->at = a->at + granules * SG_MEMORY_GRANULE;
    b->granules = a->granules - granules;
    b->below = row;
    b->above = a->above;
    atomic_store(&b->end, 0);
    atomic_store(&b->begin, UINT64_MAX);
    if (a->above)
        blocks[a->above].below = rest;
    a->above = rest;
    a->granules = granules;
    return true;
}

static bool is_free(uint32_t row)
{
    return row && atomic_load_explicit(&blocks[row].end, memory_order_relaxed) == 0;
}

/* Join block `row` with the one above it; neither is in a bin. */
static void join_above(uint32_t row)
{
    uint32_t gone = blocks[row].above;
    blocks[row].granules += blocks[gone].granules;
    blocks[row].above = blocks[gone].above;
    if (blocks[row].above)
        blocks[blocks[row].above].below = row;
    give_row(gone);
}

/* Put a block that is not in use into its bin, joined with its free neighbours. */
static void release(struct sg_memory *memory, uint32_t row)
{
    if (is_free(blocks[row].above)) {
        bin_remove(memory, blocks[row].above);
        join_above(row);
    }
    uint32_t below = blocks[row].below;
    if (is_free(below)) {
        bin_remove(memory, below);
        join_above(below);
        row = below;
    }
    bin_insert(memory, row);
}

/* Take `granules` at a multiple of `align` out of the free blocks. 0 if there are none. */
static uint32_t carve(struct sg_memory *memory, uint64_t granules, uint64_t align)
{
    uint32_t row = bin_find(memory, granules + align / SG_MEMORY_GRANULE - 1);
    if (!row)
        return 0;
    bin_remove(memory, row);
    uint64_t skip = (-blocks[row].at & (align - 1)) / SG_MEMORY_GRANULE;
    if (skip && split(row, skip)) {
        bin_insert(memory, row);
        row = blocks[row].above;
    } else if (skip) {
        bin_insert(memory, row);
        return 0;
    }
    /* Without a row for the rest, the allocation keeps it. */
    if (blocks[row].granules > granules && split(row, granules))
        bin_insert(memory, blocks[row].above);
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
    if (memory_count == MEMORIES_MAX || bytes_total > UINT64_MAX / 4 || !make_rows())
        return NO_MEMORY;
    /* Twice the space, so that what is free can be found in one piece more often. */
    uint64_t begin, span = (2 * bytes_total + SG_SHADOW_PAGE - 1) & ~(SG_SHADOW_PAGE - 1);
    if (!sg_shadow_reserve(span, &begin))
        return NO_MEMORY;
    uint32_t row = take_row();
    if (!row)
        return NO_MEMORY;
    struct sg_memory *memory = &memories[memory_count];
    *memory = (struct sg_memory){.device = device, .kind = kind, .total = bytes_total, .first_block = row};
    blocks[row] =
        (struct block){.begin = UINT64_MAX, .at = begin, .granules = span / SG_MEMORY_GRANULE, .memory = memory_count};
    memory_count++;
    bin_insert(memory, row);
    *out = memory;
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
    struct block *block = &blocks[row];
    struct sg_memory *memory = &memories[block->memory];
    uint64_t bytes = block->granules * SG_MEMORY_GRANULE;
    sg_shadow_set(block->at, bytes, 0);
    atomic_store(&block->end, 0);
    atomic_store(&block->begin, UINT64_MAX);
    change_used(memory, -bytes);
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

int sg_memory_create(uint32_t ordinal, uint64_t bytes_total, struct sg_memory **out)
{
    pthread_mutex_lock(&lock);
    int result = create(ordinal, SG_MEMORY_DEVICE, bytes_total, out);
    pthread_mutex_unlock(&lock);
    return result;
}

int sg_memory_create_host(uint64_t bytes_total, struct sg_memory **out)
{
    pthread_mutex_lock(&lock);
    int result = create(UINT32_MAX, SG_MEMORY_PINNED, bytes_total, out);
    pthread_mutex_unlock(&lock);
    return result;
}

static uint32_t take(struct sg_memory *memory, uint64_t bytes, uint64_t align, const void *owner)
{
    uint64_t granules = (accessible(bytes) + SG_MEMORY_GRANULE - 1) / SG_MEMORY_GRANULE;
    if (granules * SG_MEMORY_GRANULE > memory->total - memory->used)
        return 0;
    uint32_t row = carve(memory, granules, align);
    if (!row)
        return 0;
    struct block *block = &blocks[row];
    block->id = ++last_id;
    block->owner = owner;
    block->tag = 0;
    change_used(memory, block->granules * SG_MEMORY_GRANULE);
    atomic_store(&block->begin, block->at);
    atomic_store(&block->end, block->at + bytes);
    sg_shadow_set(block->at, block->granules * SG_MEMORY_GRANULE, row);
    return row;
}

/* Take back what the guard does not allow. */
static bool is_allowed(const struct sg_memory *memory, uint32_t row)
{
    if (!guard || guard(memory->device, blocks[row].granules * SG_MEMORY_GRANULE))
        return true;
    pthread_mutex_lock(&lock);
    free_row(row);
    pthread_mutex_unlock(&lock);
    return false;
}

int sg_memory_alloc(struct sg_memory *memory, uint64_t bytes, uint64_t align, const void *owner, uint64_t *address)
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
    pthread_mutex_lock(&lock);
    uint32_t row = take(memory, bytes, align, owner);
    uint64_t at = row ? blocks[row].at : 0;
    pthread_mutex_unlock(&lock);
    if (!row || !is_allowed(memory, row))
        return NO_MEMORY;
    if (bytes >= SG_SHADOW_PAGE)
        madvise((void *)(uintptr_t)at, bytes, MADV_HUGEPAGE);
    if (memory->kind == SG_MEMORY_DEVICE)
        fill_pattern(at, accessible(bytes));
    *address = at;
    return 0;
}

int sg_memory_free(uint64_t address)
{
    pthread_mutex_lock(&lock);
    uint32_t row = sg_shadow_get(address);
    bool found = row && blocks[row].at == address;
    if (found)
        free_row(row);
    pthread_mutex_unlock(&lock);
    return found ? 0 : INVALID;
}

/* What is said of registering one byte: page-locked memory and a device's is in the region. */
static int refusal(uint64_t address)
{
    enum { INVALID_VALUE = 1, ALREADY_REGISTERED = 712 };
    struct sg_extent known;
    if (!sg_shadow_inside(address))
        return 0;
    return sg_memory_find(address, &known) && known.kind != SG_MEMORY_DEVICE ? ALREADY_REGISTERED : INVALID_VALUE;
}

void sg_memory_set_tag(uint64_t address, uint32_t tag)
{
    pthread_mutex_lock(&lock);
    uint32_t row = sg_shadow_get(address);
    if (row && blocks[row].at == address)
        blocks[row].tag = tag;
    pthread_mutex_unlock(&lock);
}

int sg_memory_register(uint64_t begin, uint64_t bytes, const void *owner, uint32_t tag)
{
    int first = refusal(begin), last = refusal(begin + bytes - 1);
    if (first || last)
        return first ? first : last;
    pthread_mutex_lock(&lock);
    struct sg_extent extent = {.begin = begin, .end = begin + bytes, .id = ++last_id, .owner = owner, .tag = tag};
    int result = sg_registered_add(&extent);
    pthread_mutex_unlock(&lock);
    return result;
}

int sg_memory_unregister(uint64_t begin)
{
    pthread_mutex_lock(&lock);
    int result = sg_registered_remove(begin);
    pthread_mutex_unlock(&lock);
    return result;
}

/* Free what `owner` has of one memory. A freed block may join the one below it, so the walk goes on from there. */
static void free_owned_of(struct sg_memory *memory, const void *owner)
{
    for (uint32_t row = (uint32_t)memory->first_block; row;) {
        uint32_t below = blocks[row].below;
        bool mine = !is_free(row) && blocks[row].owner == owner;
        uint32_t resume = mine && is_free(below) ? below : row;
        if (mine)
            free_row(row);
        row = blocks[resume].above;
    }
}

void sg_memory_free_owned(const void *owner)
{
    pthread_mutex_lock(&lock);
    sg_registered_remove_owned(owner);
    for (uint32_t i = 0; i < memory_count; i++)
        free_owned_of(&memories[i], owner);
    pthread_mutex_unlock(&lock);
}

/* A block begins at a multiple of bounds_mask + 1, and ends at `end` rounded up by `mask`. A free block's `end` is 0
 * all the same. */
static inline bool find(uint64_t address, uint64_t mask, struct sg_extent *out)
{
    uint32_t row = sg_shadow_get(address);
    if (!row)
        return !sg_shadow_inside(address) && sg_registered_find(address, out);
    const struct block *block = &blocks[row];
    uint64_t begin = atomic_load_explicit(&block->begin, memory_order_acquire);
    uint64_t end = (atomic_load_explicit(&block->end, memory_order_acquire) + mask) & ~mask;
    if (address < begin || address >= end)
        return false;
    const struct sg_memory *memory = &memories[block->memory];
    *out = (struct sg_extent){begin, end, memory->device, memory->kind, block->id, block->owner, block->tag};
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
    pthread_mutex_lock(&lock);
    memory->published = bytes;
    change_used(memory, 0);
    pthread_mutex_unlock(&lock);
}

uint64_t sg_memory_total(const struct sg_memory *memory)
{
    return memory->total;
}

uint64_t sg_memory_used(const struct sg_memory *memory)
{
    return memory->used;
}
