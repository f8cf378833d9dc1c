/* The rows of a table that never moves, each of which says what lies at a range of addresses, and the free ranges of a
 * memory in bins by size. Internal to memory/.
 *
 * A look-up may read a row without the lock. Rows that are given back are used again as late as possible (first in,
 * first out): a look-up that read a row's number just before still finds it empty. */
#ifndef SG_BLOCK_H
#define SG_BLOCK_H

#include <stdatomic.h>

#include "memory.h"

enum { SG_BLOCK_STEPS = 8, SG_BLOCK_BINS = 40 * SG_BLOCK_STEPS };

struct sg_block_row {
    _Atomic uint64_t begin, end;      /* exact bounds; begin > end while the block is free */
    uint64_t id;
    const void *owner;
    _Atomic uint32_t tag;
    uint64_t at, granules;            /* granules 0: a mapping, which no memory has a place for */
    _Atomic uint64_t readers, writers; /* of a mapping: a bit for each device whose kernels may */
    uint32_t kind;                    /* enum sg_memory_kind */
    bool uncounted;                   /* its owner counts it */
    uint32_t memory;                  /* index into sg_block_memories */
    uint32_t below, above;            /* neighbours by address */
    uint32_t previous, next;          /* others of its bin, or of the rows not in use */
};

struct sg_memory {
    uint32_t device, kind;
    uint64_t total, first_block;
    _Atomic uint64_t used;
    _Atomic uint64_t *published;      /* NULL: nobody wants to know */
    uint32_t bins[SG_BLOCK_BINS];
    uint64_t filled[SG_BLOCK_BINS / 64];       /* a bit for each bin that is not empty */
};

/* All of this under the lock, but for reading a row's atomic fields and what a memory is. */
void sg_block_lock(void);
void sg_block_unlock(void);

extern struct sg_block_row *sg_block_rows;    /* row 0 means none */
extern struct sg_memory sg_block_memories[];
extern uint32_t sg_block_memory_count;

/* A new memory without rows. False if there are too many. */
bool sg_block_add_memory(const struct sg_memory *made, uint32_t *index);

/* Every block begins `by` later: their memories have moved. */
void sg_block_shift(uint64_t by);

/* A row that is in no bin; 0 if there is none. Give it back. */
uint32_t sg_block_take(void);
void sg_block_give(uint32_t row);

void sg_block_insert(struct sg_memory *memory, uint32_t row);
void sg_block_remove(struct sg_memory *memory, uint32_t row);
/* A free block of at least `granules`, 0 if none: the first of the first bin whose every block is large enough. */
uint32_t sg_block_find(const struct sg_memory *memory, uint64_t granules);

/* Unique in the process. */
uint64_t sg_block_new_id(void);

#endif
