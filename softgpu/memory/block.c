/* Rows and bins. */
#include "block.h"

#include <pthread.h>

#include "../../libcuda/space.h"

enum { BLOCKS_MAX = 1 << 22, ROWS_WAITING_MIN = 4096, MEMORIES_MAX = 65 };

struct sg_block_row *sg_block_rows;
struct sg_memory sg_block_memories[MEMORIES_MAX];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
uint32_t sg_block_memory_count;
static uint32_t rows_used, rows_waiting, rows_head, rows_tail;
static uint64_t last_id;

void sg_block_lock(void)
{
    pthread_mutex_lock(&lock);
}

void sg_block_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

uint64_t sg_block_new_id(void)
{
    return ++last_id;
}

bool sg_block_add_memory(const struct sg_memory *made, uint32_t *index)
{
    if (sg_block_memory_count == MEMORIES_MAX)
        return false;
    sg_block_memories[sg_block_memory_count] = *made;
    *index = sg_block_memory_count++;
    return true;
}

/* ---- rows */

static bool make_rows(void)
{
    if (sg_block_rows)
        return true;
    sg_block_rows = lc_space_memory(sizeof *sg_block_rows * BLOCKS_MAX);
    rows_used = 1;
    return sg_block_rows != NULL;
}

uint32_t sg_block_take(void)
{
    if (!make_rows())
        return 0;
    if (rows_waiting < ROWS_WAITING_MIN && rows_used < BLOCKS_MAX)
        return rows_used++;
    uint32_t row = rows_head;
    if (row) {
        rows_head = sg_block_rows[row].next;
        rows_waiting--;
    }
    return row;
}

void sg_block_shift(uint64_t by)
{
    for (uint32_t row = 1; row < rows_used; row++)
        sg_block_rows[row].at += by;
}

void sg_block_give(uint32_t row)
{
    sg_block_rows[row].next = 0;
    if (rows_head)
        sg_block_rows[rows_tail].next = row;
    else
        rows_head = row;
    rows_tail = row;
    rows_waiting++;
}

/* ---- bins: a power of two of granules is divided into SG_BLOCK_STEPS */

static unsigned log2_of(uint64_t value)
{
    return 63u - (unsigned)__builtin_clzll(value);
}

static unsigned bin_of(uint64_t granules)
{
    if (granules < SG_BLOCK_STEPS)
        return (unsigned)granules;
    unsigned log2 = log2_of(granules), shift = log2 - 3;
    return (shift + 1) * SG_BLOCK_STEPS + (unsigned)((granules >> shift) - SG_BLOCK_STEPS);
}

void sg_block_insert(struct sg_memory *memory, uint32_t row)
{
    unsigned bin = bin_of(sg_block_rows[row].granules);
    sg_block_rows[row].previous = 0;
    sg_block_rows[row].next = memory->bins[bin];
    if (memory->bins[bin])
        sg_block_rows[memory->bins[bin]].previous = row;
    memory->bins[bin] = row;
    memory->filled[bin / 64] |= (uint64_t)1 << bin % 64;
}

void sg_block_remove(struct sg_memory *memory, uint32_t row)
{
    unsigned bin = bin_of(sg_block_rows[row].granules);
    uint32_t previous = sg_block_rows[row].previous, next = sg_block_rows[row].next;
    if (next)
        sg_block_rows[next].previous = previous;
    if (previous)
        sg_block_rows[previous].next = next;
    else
        memory->bins[bin] = next;
    if (!memory->bins[bin])
        memory->filled[bin / 64] &= ~((uint64_t)1 << bin % 64);
}

uint32_t sg_block_find(const struct sg_memory *memory, uint64_t granules)
{
    if (granules >= SG_BLOCK_STEPS)
        granules += ((uint64_t)1 << (log2_of(granules) - 3)) - 1;
    unsigned bin = bin_of(granules);
    uint64_t bits = memory->filled[bin / 64] & (~(uint64_t)0 << bin % 64);
    for (unsigned word = bin / 64;;) {
        if (bits)
            return memory->bins[word * 64 + (unsigned)__builtin_ctzll(bits)];
        if (++word == SG_BLOCK_BINS / 64)
            return 0;
        bits = memory->filled[word];
    }
}
