/* What shim and softgpu have in common of occupancy: the search for the best block size, which asks a function of the
 * program, and how registers are given out. */
#ifndef LC_OCCUPANCY_H
#define LC_OCCUPANCY_H

#include <stddef.h>
#include <stdint.h>

#include "generated/cuda_types.h"

enum { LC_OCCUPANCY_SIZES_MAX = 64 };

/* Block sizes to try, and how much dynamic shared memory a block of each needs. */
struct lc_occupancy_search {
    int count;
    int sizes[LC_OCCUPANCY_SIZES_MAX];
    size_t shared[LC_OCCUPANCY_SIZES_MAX];
};

/* From `most` threads down in whole warps. `shared_of` is the program's own, or NULL: then all need `shared`. */
void lc_occupancy_list(struct lc_occupancy_search *out, int most, CUoccupancyB2DSize shared_of, size_t shared);

/* Which size has the most threads in a multiprocessor, if so many blocks of each fit; of several the largest, -1 if no
 * block fits. */
int lc_occupancy_best(const struct lc_occupancy_search *search, const int32_t *blocks);

/* What a warp takes of the register file for a function whose threads have so many. */
uint64_t lc_occupancy_warp_registers(unsigned registers);

#endif
