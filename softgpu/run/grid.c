/* Grids: their blocks are claimed, counted and dropped here. Knows nothing of how a block runs. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "access.h"

static atomic_ullong serials;

/* A load that does not use all of its bytes may begin within the parameters and end behind them. */
size_t sg_grid_bytes(const struct sg_launch *launch)
{
    return sizeof(struct sg_grid) + launch->kernel->info.param_bytes + SG_ACCESS_BYTES_MAX;
}

uint32_t sg_grid_shared_bytes(const struct sg_launch *launch)
{
    const struct sg_kernel *kernel = launch->kernel;
    return launch->shared_dynamic ? kernel->shared_dynamic_at + launch->shared_dynamic : kernel->info.shared_bytes;
}

struct sg_grid *sg_grid_begin(void *memory, const struct sg_launch *launch)
{
    struct sg_grid *grid = memory;
    memset(grid, 0, sizeof *grid);
    grid->launch = *launch;
    grid->serial = atomic_fetch_add_explicit(&serials, 1, memory_order_relaxed) + 1;
    grid->blocks = (uint64_t)launch->grid[0] * launch->grid[1] * launch->grid[2];
    if (launch->kernel->info.param_bytes)
        memcpy(grid->params, launch->params, launch->kernel->info.param_bytes);
    grid->launch.params = grid->params;
    if (!atomic_load_explicit(&launch->kernel->ready, memory_order_acquire)) {
        grid->fault.result = 2;
        (void)snprintf(grid->fault.what, sizeof grid->fault.what, "out of memory for the kernel's code");
        sg_grid_cancel(grid);
    }
    return grid;
}

bool sg_grid_finished(const struct sg_grid *grid)
{
    return atomic_load_explicit(&grid->done, memory_order_acquire) == grid->blocks;
}

const struct sg_fault_info *sg_grid_fault(const struct sg_grid *grid)
{
    return &grid->fault;
}

/* Blocks that nobody has claimed count as done at once. */
void sg_grid_cancel(struct sg_grid *grid)
{
    atomic_store(&grid->cancelled, true);
    uint64_t next = atomic_exchange(&grid->next, grid->blocks);
    if (next < grid->blocks)
        atomic_fetch_add_explicit(&grid->done, grid->blocks - next, memory_order_acq_rel);
}

uint64_t sg_grid_claim(struct sg_grid *grid, uint64_t wanted, uint64_t *first)
{
    if (atomic_load_explicit(&grid->next, memory_order_relaxed) >= grid->blocks)
        return 0;
    *first = atomic_fetch_add_explicit(&grid->next, wanted, memory_order_acq_rel);
    if (*first >= grid->blocks)
        return 0;
    return grid->blocks - *first < wanted ? grid->blocks - *first : wanted;
}

void sg_grid_count_done(struct sg_grid *grid, uint64_t blocks)
{
    unsigned long long before = atomic_fetch_add_explicit(&grid->done, blocks, memory_order_acq_rel);
    assert(before + blocks <= grid->blocks);
    (void)before;
}
