/* Workers: a thread's scratch memory, and keeping the blocks of one worker going.
 *
 * A worker normally runs one block to its end. It keeps several resident if the grid is cooperative, or if its block
 * only spins for milliseconds: then what it waits for may be in a block that has not been started yet, and the worker
 * starts another one. (Spinning cannot be told from working with certainty; a working block that is taken for a
 * spinning one costs memory only.) */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "block.h"
#include "modes.h"

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

static uint32_t count_workers(void)
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

uint32_t sg_worker_cooperative_max(const struct sg_kernel *kernel, uint32_t threads, uint32_t shared_bytes)
{
    (void)kernel;
    (void)threads;
    (void)shared_bytes;
    return RESIDENT_MAX;
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
    return sg_block_begin(worker->blocks[at], grid, index, worker->number, count_workers());
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
        sg_grid_count_done(grid, 1);
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
        sg_grid_count_done(grid, 1);
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
    uint64_t first;
    struct patience patience = {0};
    /* A cooperative grid has one worker, whose step it is. */
    uint64_t count = sg_grid_claim(grid, grid->launch.cooperative ? grid->blocks : 1, &first);
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
        count = sg_grid_claim(grid, 1, &first);
        resident = start_all(worker, resident, grid, first, count);
    }
    return true;
}

bool sg_worker_step(struct sg_worker *worker, struct sg_grid *grid)
{
    const unsigned modes = sg_modes_enter();
    const bool ran = step(grid, worker);
    sg_modes_leave(modes);
    return ran;
}
