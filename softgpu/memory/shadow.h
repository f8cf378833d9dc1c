/* The shadow table: granule of the region -> number of the allocation that holds it. Internal to memory/.
 *
 * A 2 MiB page that lies wholly inside one allocation has its number in the coarse table; otherwise the fine table
 * has one a granule. So a large allocation costs an entry a page, not an entry a granule. The coarse table is of all
 * addresses, so that whole pages outside the region can be given numbers, too. Both tables are reserved and committed
 * by use. */
#ifndef SG_SHADOW_H
#define SG_SHADOW_H

#include <stdbool.h>
#include <stdint.h>

#include "memory.h"

#define SG_SHADOW_PAGE ((uint64_t)2 << 20)
#define SG_SHADOW_ADDRESSES ((uint64_t)1 << 47)

/* Cut `bytes` (rounded up to pages) off the region. The first call reserves the region. False if there is no room. */
bool sg_shadow_reserve(uint64_t bytes, uint64_t *begin);

/* Everything that was cut off now begins at `begin`, a page's: nothing may be in use. False if the addresses are not
 * free there, or it would not end by `end`; else *moved is by how much. */
bool sg_shadow_move(uint64_t begin, uint64_t end, uint64_t *moved);

/* Where the region ends, as far as it was cut. */
uint64_t sg_shadow_end(void);

/* The granules of [begin, begin + bytes), both multiples of the granule (outside the region: of the
 * page), now belong to `number` (0: to none). */
void sg_shadow_set(uint64_t begin, uint64_t bytes, uint32_t number);

/* The number at `address`, 0 if none or outside the region. */
uint32_t sg_shadow_get(uint64_t address);

bool sg_shadow_inside(uint64_t address);

#endif
