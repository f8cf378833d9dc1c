/* Blocks: their memory, their start, their rounds.
 *
 * A block object is used for one block after another. Its memory only grows; what a launch of the same kernel has
 * filled in stays. So in steady state starting a block costs a few stores, and the block's index in the columns that
 * show it. */
#include "block.h"

#include <string.h>
#include <sys/mman.h>

#include "../../libcuda/space.h"
#include "fill.h"
#include "hold.h"
#include "team.h"

#define PAGE ((uint64_t)64 << 10)

/* ---- Memory ---- */

/* Makes a region at least `bytes` large; its contents are lost if it grows. True if it had to grow. */
static bool grow(unsigned char **region, uint64_t *room, uint64_t bytes, bool *failed)
{
    if (bytes <= *room)
        return false;
    if (*region)
        (void)munmap(*region, *room);
    bytes = (bytes + PAGE - 1) / PAGE * PAGE;
    *region = lc_space_memory(bytes);
    *room = *region ? bytes : 0;
    *failed |= !*region;
    return true;
}

struct sg_block *sg_block_create(void)
{
    struct sg_block *block = lc_space_memory(sizeof *block);
    if (!block)
        return NULL;
    block->pool = lc_space_memory(SG_ACTIVATIONS_MAX * sizeof *block->pool);
    if (block->pool)
        return block;
    (void)munmap(block, sizeof *block);
    return NULL;
}

void sg_block_destroy(struct sg_block *block)
{
    if (block->shared)
        (void)munmap(block->shared, block->shared_room);
    if (block->stack)
        (void)munmap(block->stack, block->stack_room);
    if (block->frames)
        (void)munmap(block->frames, block->frames_room);
    (void)munmap(block->pool, SG_ACTIVATIONS_MAX * sizeof *block->pool);
    (void)munmap(block, sizeof *block);
}

/* A multiple of the cache line, but not of the page: threads' stacks must not all meet in the same cache sets. */
static uint64_t stride_of(uint64_t stack_bytes)
{
    uint64_t stride = (stack_bytes + 63) & ~(uint64_t)63;
    return stride && stride % 4096 == 0 ? stride + 64 : stride;
}

/* The frames begin with those of the kernel itself, one a team; calls take theirs from what follows. */
static bool set_frames(struct sg_block *block, const struct sg_kernel *kernel)
{
    const struct sg_code *code = kernel->code[kernel->function];
    uint64_t top = (uint64_t)code->frame_bytes * SG_TEAMS_MAX;
    bool failed = false;
    bool moved = grow(&block->frames, &block->frames_room, top + (kernel->calls ? SG_CALL_FRAMES : 0), &failed);
    if (failed)
        return false;
    if (!moved && block->code_serial == code->serial)
        return true;
    block->code_serial = code->serial;
    block->frames_used = top;
    block->spare = NULL;
    block->pool_used = 0;
    for (uint32_t t = 0; t < SG_TEAMS_MAX; t++)
        block->teams[t].filled_code = 0;
    return true;
}

/* Everything of a block that is the same for all blocks of a grid. */
static bool adopt(struct sg_block *block, struct sg_grid *grid, uint32_t smid, uint32_t nsmid)
{
    const struct sg_launch *launch = &grid->launch;
    const struct sg_kernel *kernel = launch->kernel;
    bool failed = false;
    block->grid = grid;
    block->kernel = kernel;
    block->smid = smid;
    block->nsmid = nsmid;
    block->threads = launch->block[0] * launch->block[1] * launch->block[2];
    block->team_count = (block->threads + SG_LANES - 1) / SG_LANES;
    block->shared_bytes = sg_grid_shared_bytes(launch);
    block->stack_stride = stride_of(kernel->stack_bytes);
    (void)grow(&block->shared, &block->shared_room, block->shared_bytes, &failed);
    (void)grow(&block->stack, &block->stack_room, block->stack_stride * block->threads, &failed);
    if (failed || !set_frames(block, kernel))
        return false;
    block->launch_serial = grid->serial;
    return true;
}

/* ---- Start ---- */

static void begin_team(struct sg_block *block, uint32_t number)
{
    struct sg_team *team = &block->teams[number];
    const struct sg_code *code = block->kernel->code[block->kernel->function];
    uint32_t first = number * SG_LANES, left = block->threads - first;
    team->number = number;
    team->group.block = block;
    team->group.first_thread = first;
    team->group.lanes = left < SG_LANES ? left : SG_LANES;
    team->group.lanes_padded = (team->group.lanes + SG_WARP - 1) / SG_WARP * SG_WARP;
    team->group.mask = team->bytes;
    SG_EACH_WARP(w)
    {
        uint32_t lanes = team->group.lanes > w * SG_WARP ? team->group.lanes - w * SG_WARP : 0;
        team->exist.w[w] = lanes >= SG_WARP ? UINT32_MAX : (UINT32_C(1) << lanes) - 1;
    }
    team->alive = team->exist;
    team->live = NULL;
    team->sleeps = false;
    team->top = (struct sg_activation){.code = code, .frame = block->frames + (size_t)number * code->frame_bytes};
    enum sg_fill_when when = team->filled_code != code->serial            ? SG_FILL_ONCE
                             : team->filled_launch != block->grid->serial ? SG_FILL_LAUNCH
                                                                          : SG_FILL_BLOCK;
    sg_fill_columns(team, code, team->top.frame, when);
    team->filled_code = code->serial;
    team->filled_launch = block->grid->serial;
    team->fragment_count = 0;
    (void)sg_fragment_add(team, &team->top, 0, team->exist);
}

/* Activations that a fault or a cancelled grid left open go back with the others. */
static void drop_calls(struct sg_block *block)
{
    for (uint32_t t = 0; t < SG_TEAMS_MAX; t++) {
        struct sg_activation *next;
        for (struct sg_activation *each = block->teams[t].live; each; each = next) {
            next = each->next;
            each->next = block->spare;
            block->spare = each;
        }
        block->teams[t].live = NULL;
    }
}

bool sg_block_begin(struct sg_block *block, struct sg_grid *grid, uint64_t index, uint32_t smid, uint32_t nsmid)
{
    const uint32_t *size = grid->launch.grid;
    if (block->stop)
        drop_calls(block);
    if (block->launch_serial != grid->serial && !adopt(block, grid, smid, nsmid)) {
        block->grid = grid;
        sg_fault_memory(block);
        return false;
    }
    block->ctaid[0] = (uint32_t)(index % size[0]);
    block->ctaid[1] = (uint32_t)(index / size[0] % size[1]);
    block->ctaid[2] = (uint32_t)(index / size[0] / size[1]);
    block->stop = false;
    block->alive = block->threads;
    if (block->barriers_busy)
        memset(block->barriers, 0, sizeof block->barriers);
    block->barriers_busy = 0;
    for (uint32_t t = 0; t < block->team_count; t++)
        begin_team(block, t);
    return true;
}

/* ---- Rounds ---- */

enum sg_round sg_block_round(struct sg_block *block)
{
    bool ran = false;
    uint32_t alive = block->alive;
    sg_hold_look();
    if (atomic_load_explicit(&block->grid->cancelled, memory_order_relaxed))
        block->stop = true;
    uint64_t before = block->events;
    for (uint32_t t = 0; t < block->team_count && !block->stop; t++) {
        if (!sg_team_can_run(&block->teams[t]))
            continue;
        sg_team_run(&block->teams[t]);
        ran = true;
    }
    if (block->stop || block->alive == 0)
        return SG_ROUND_ENDED;
    if (!ran) {
        sg_fault_deadlock(block);
        return SG_ROUND_ENDED;
    }
    return block->alive == alive && block->events == before ? SG_ROUND_YIELDED : SG_ROUND_MOVED;
}
