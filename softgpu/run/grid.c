/* Grids: handing out blocks to workers, and keeping the blocks of one worker going.
 *
 * A worker normally runs one block to its end. It keeps several resident if the grid is cooperative, or if its block
 * only spins for milliseconds: then what it waits for may be in a block that has not been started yet, and the worker
 * starts another one. (Spinning cannot be told from working with certainty; a working block that is taken for a
 * spinning one costs memory only.) */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../isa/rounding.h"
#include "access.h"
#include "block.h"
#include "../lower/kernel.h"

#define RESIDENT_MAX 2048u           /* blocks of one worker */
#define ROUNDS_BEFORE_YIELD 8u       /* rounds in which all seem to spin, before the processor is given away */
#define NS_BEFORE_ANOTHER 2000000u   /* before another block is started; doubled with every EAGER_STARTS */
#define EAGER_STARTS 8u

struct sg_worker {
    uint32_t number;
    uint32_t created;
    struct sg_block *blocks[RESIDENT_MAX];
};

static atomic_uint worker_count, worker_number;
static atomic_ullong serials;

uint32_t sg_worker_count(void)
{
    uint32_t count = atomic_load_explicit(&worker_count, memory_order_relaxed);
    return count ? count : 1;
}

struct sg_worker *sg_worker_create(void)
{
    struct sg_worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        return NULL;
    worker->number = atomic_fetch_add(&worker_number, 1);
    atomic_fetch_add(&worker_count, 1);
    return worker;
}

void sg_worker_destroy(struct sg_worker *worker)
{
    for (uint32_t i = 0; i < worker->created; i++)
        sg_block_destroy(worker->blocks[i]);
    free(worker);
    atomic_fetch_sub(&worker_count, 1);
}

/* ---- The grid ---- */

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
    memcpy(grid->params, launch->params, launch->kernel->info.param_bytes);
    grid->launch.params = grid->params;
    int result = sg_kernel_prepare((struct sg_kernel *)(uintptr_t)launch->kernel);
    if (result) {
        grid->fault.result = result;
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

uint32_t sg_grid_cooperative_max(const struct sg_kernel *kernel, uint32_t threads, uint32_t shared_bytes)
{
    (void)kernel;
    (void)threads;
    (void)shared_bytes;
    return RESIDENT_MAX;
}

/* Claims up to `wanted` blocks: [*first, *first + returned). */
static uint64_t claim(struct sg_grid *grid, uint64_t wanted, uint64_t *first)
{
    if (atomic_load_explicit(&grid->next, memory_order_relaxed) >= grid->blocks)
        return 0;
    *first = atomic_fetch_add_explicit(&grid->next, wanted, memory_order_acq_rel);
    if (*first >= grid->blocks)
        return 0;
    return grid->blocks - *first < wanted ? grid->blocks - *first : wanted;
}

static void count_done(struct sg_grid *grid, uint64_t blocks)
{
    atomic_fetch_add_explicit(&grid->done, blocks, memory_order_acq_rel);
}

/* Not even a block object: the fault has no thread. */
static void out_of_memory(struct sg_grid *grid)
{
    int unclaimed = 0;
    if (atomic_compare_exchange_strong(&grid->fault_claimed, &unclaimed, 1)) {
        grid->fault.result = 2;
        (void)snprintf(grid->fault.what, sizeof grid->fault.what, "out of memory for a block");
    }
    sg_grid_cancel(grid);
}

/* Starts a claimed block in the worker's place `at`. False if that failed: the grid has a fault then. */
static bool start(struct sg_worker *worker, uint32_t at, struct sg_grid *grid, uint64_t index)
{
    if (at == worker->created) {
        struct sg_block *block = sg_block_create();
        if (!block) {
            out_of_memory(grid);
            return false;
        }
        worker->blocks[worker->created++] = block;
    }
    return sg_block_begin(worker->blocks[at], grid, index, worker->number);
}

/* Starts `count` claimed blocks; returns how many are resident now. What cannot start is done. */
static uint32_t start_all(struct sg_worker *worker, uint32_t resident, struct sg_grid *grid, uint64_t first,
                          uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        if (resident < RESIDENT_MAX && start(worker, resident, grid, first + i)) {
            resident++;
            continue;
        }
        count_done(grid, 1);
    }
    return resident;
}

/* A round of every resident block. Those that end give their places to the last ones. True if one moved. */
static bool round_of_all(struct sg_worker *worker, struct sg_grid *grid, uint32_t *resident)
{
    bool moved = false;
    for (uint32_t i = 0; i < *resident;) {
        enum sg_round round = sg_block_round(worker->blocks[i]);
        moved |= round != SG_ROUND_YIELDED;
        if (round != SG_ROUND_ENDED) {
            i++;
            continue;
        }
        struct sg_block *ended = worker->blocks[i];
        worker->blocks[i] = worker->blocks[--*resident];
        worker->blocks[*resident] = ended;
        count_done(grid, 1);
    }
    return moved;
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* How long all resident blocks have seemed to spin, and how many blocks have been started because of it. */
struct patience {
    uint32_t idle, started;
    uint64_t since;
};

/* After a round without a move: every few of them the processor is given away. True if it is time for another block. */
static bool give_way(struct patience *patience)
{
    if (++patience->idle % ROUNDS_BEFORE_YIELD)
        return false;
    (void)sched_yield();
    uint64_t now = now_ns(), doublings = patience->started / EAGER_STARTS;
    if (patience->idle == ROUNDS_BEFORE_YIELD)
        patience->since = now;
    if (now - patience->since < (uint64_t)NS_BEFORE_ANOTHER << (doublings < 16 ? doublings : 16))
        return false;
    patience->since = now;
    patience->started++;
    return true;
}

static bool step(struct sg_grid *grid, struct sg_worker *worker)
{
    uint64_t first, chunk = 1;
    struct patience patience = {0};
    if (grid->launch.cooperative)
        chunk = (grid->blocks + sg_worker_count() - 1) / sg_worker_count();
    uint64_t count = claim(grid, chunk, &first);
    if (!count)
        return false;
    uint32_t resident = start_all(worker, 0, grid, first, count);
    while (resident) {
        if (round_of_all(worker, grid, &resident)) {
            patience.idle = 0;
            continue;
        }
        if (!give_way(&patience) || resident == RESIDENT_MAX)
            continue;
        count = claim(grid, 1, &first);
        resident = start_all(worker, resident, grid, first, count);
    }
    return true;
}

bool sg_grid_step(struct sg_grid *grid, struct sg_worker *worker)
{
    const unsigned modes = sg_rounding_enter();
    const bool ran = step(grid, worker);
    sg_rounding_leave(modes);
    return ran;
}
