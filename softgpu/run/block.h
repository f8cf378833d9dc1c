/* Blocks: their memory, their start, their rounds. */
#ifndef SG_BLOCK_H
#define SG_BLOCK_H

#include "engine.h"

struct sg_block *sg_block_create(void);          /* NULL if out of memory */
void sg_block_destroy(struct sg_block *block);

/* Start block `index` of the grid, on worker `smid` of `nsmid`. False, after a fault of the grid, if there is no memory for it. */
bool sg_block_begin(struct sg_block *block, struct sg_grid *grid, uint64_t index, uint32_t smid, uint32_t nsmid);

/* Let every team run until it waits, ends or yields. */
enum sg_round { SG_ROUND_ENDED, SG_ROUND_YIELDED, SG_ROUND_MOVED };
enum sg_round sg_block_round(struct sg_block *block);

#endif
