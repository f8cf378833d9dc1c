/* The parameter block of a kernel. */
#ifndef BF_BLOCKS_H
#define BF_BLOCKS_H

#include "code.h"

#include "../../libcuda/generated/cuda_types.h"

enum { BF_SMALL_BLOCK_BYTES = 512 };

/* The parameters of a launch: `params` points to each of them, or `extra`, its other form, to all. Small ones are
 * gathered into `small`, larger ones into the thread's scratch memory; those of `extra` stay where they are. */
CUresult bf_blocks_gather(const struct bf_code *code, void **params, void **extra, uint8_t small[BF_SMALL_BLOCK_BYTES],
                          struct bf_value *out);

#endif
