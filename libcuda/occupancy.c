/* The search for the best block size. */
#include "occupancy.h"

/* Hardware gives registers to whole warps, in units of 256. */
enum { WARP_THREADS = 32, REGISTER_UNIT = 256 };

void lc_occupancy_list(struct lc_occupancy_search *out, int most, CUoccupancyB2DSize shared_of, size_t shared)
{
    out->count = 0;
    for (int size = most; size > 0 && out->count < LC_OCCUPANCY_SIZES_MAX;
         size = (size - 1) / WARP_THREADS * WARP_THREADS) {
        out->sizes[out->count] = size;
        out->shared[out->count++] = shared_of ? shared_of(size) : shared;
    }
}

int lc_occupancy_best(const struct lc_occupancy_search *search, const int32_t *blocks)
{
    int best = -1;
    int64_t most = 0;
    for (int i = 0; i < search->count; i++) {
        int64_t threads = (int64_t)blocks[i] * search->sizes[i];
        if (threads > most) {
            most = threads;
            best = i;
        }
    }
    return best;
}

uint64_t lc_occupancy_warp_registers(unsigned registers)
{
    uint64_t of_warp = (uint64_t)registers * WARP_THREADS;
    return (of_warp + REGISTER_UNIT - 1) / REGISTER_UNIT * REGISTER_UNIT;
}
