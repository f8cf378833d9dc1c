/* Areas: what is managed, each with the state of its blocks.
 *
 * A block is a page or, in a large area, several: as many as keep the number of borders between blocks of an area
 * below BF_MANAGED_BLOCKS_MAX. It is
 *
 *     equal   here and on the device are the same bytes; the program may read it
 *     host    the program has written it, or was let to; it may read and write it
 *     device  the device has written it, or may do so just now; the program may do nothing
 *
 * move.c changes states, work.c knows what the device is still doing, keeper.c answers the program's touches, and
 * managed.c has what the rest of the client calls. All under one lock, which is never held while the device is waited
 * for. Knows connections, and contexts as numbers. */
#ifndef BF_AREAS_H
#define BF_AREAS_H

#include <pthread.h>
#include <stdatomic.h>

#include "../wire/stream.h"

enum bf_block { BF_BLOCK_EQUAL, BF_BLOCK_HOST, BF_BLOCK_DEVICE };

/* Of bytes that the device has. */
struct bf_part {
    uint64_t from, end;
};

struct bf_area {
    uint64_t base;
    size_t bytes;                 /* whole pages */
    struct bf_part *parts;        /* what of it the device has; NULL: all */
    size_t part_count;
    uint8_t *own;                 /* our view of it */
    struct bf_stream *connection; /* whose device has it */
    uint64_t context, stream;     /* in which it was made there, and in which it is moved */
    /* Who may use it on the device: nobody (`of_host`), one stream (`of`), or everybody. */
    bool of_host;
    const struct bf_progress *of;
    unsigned block_bytes;
    size_t count, here, written; /* blocks; those that are not `device`; those that are `host` */
    size_t next, run;            /* the block that a program touches next that goes straight on; how many it gets */
    uint8_t states[];
};

extern pthread_mutex_t bf_areas_lock;
extern _Atomic size_t bf_areas_count; /* of areas */
extern _Atomic uintptr_t bf_areas_lowest, bf_areas_end; /* bounds of all that ever were */

/* What follows: with the lock held, but for any(). */

static inline bool bf_areas_any(void)
{
    return atomic_load_explicit(&bf_areas_count, memory_order_relaxed) != 0;
}

/* One like that, without blocks yet; all are equal then. NULL if memory ran out. */
struct bf_area *bf_areas_add(const struct bf_area *like);
void bf_areas_remove(struct bf_area *area);
/* The device has this of the area, too. False if memory ran out. */
bool bf_areas_add_part(struct bf_area *area, struct bf_part part);

/* The area that has `address`, or the next one above it; NULL. */
struct bf_area *bf_areas_from(uint64_t address);
/* The area that has `address`, or NULL. */
struct bf_area *bf_areas_at(uint64_t address);

#endif
