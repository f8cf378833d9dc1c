/* Faults: the first of a grid is kept, with all that a message needs; it stops the grid. */
#include <stdio.h>
#include <string.h>

#include "team.h"

static const char *what_of(int result)
{
    switch (result) {
    case 700: return "invalid access";
    case 710: return "device-side assertion failed";
    case 715: return "illegal instruction";
    case 716: return "misaligned access";
    case 717: return "access to the wrong address space";
    case 718: return "invalid program counter";
    default: return "trap";
    }
}

static void fill(const struct sg_block *block, uint32_t thread, uint32_t line, int result, uint64_t address,
                 const char *what)
{
    const uint32_t *size = block->grid->launch.block;
    struct sg_fault_info *info = &block->grid->fault;
    memcpy(info->block, block->ctaid, sizeof info->block);
    info->thread[0] = thread % size[0];
    info->thread[1] = thread / size[0] % size[1];
    info->thread[2] = thread / size[0] / size[1];
    info->address = address;
    info->line = line;
    info->result = result;
    (void)snprintf(info->what, sizeof info->what, "%s", what);
}

/* Stops this block, and the grid; true if this is the grid's first fault. */
static bool claim(struct sg_block *block)
{
    block->stop = true;
    int unclaimed = 0;
    bool mine = atomic_compare_exchange_strong(&block->grid->fault_claimed, &unclaimed, 1);
    sg_grid_cancel(block->grid);
    return mine;
}

void sg_fault_say(struct sg_group *g, const struct sg_op *op, int result, unsigned lane, uint64_t address,
                  const char *what)
{
    if (claim(g->block))
        fill(g->block, g->first_thread + lane, op->line, result, address, what);
}

void sg_fault_raise(struct sg_group *g, const struct sg_op *op, int result, unsigned lane, uint64_t address)
{
    sg_fault_say(g, op, result, lane, address, what_of(result));
}

/* No thread of the block can run: all that are left wait for each other. */
void sg_fault_deadlock(struct sg_block *block)
{
    const struct sg_fragment *witness = NULL;
    uint32_t at_barrier = 0, at_collective = 0, thread = 0;
    for (uint32_t t = 0; t < block->team_count; t++) {
        for (uint32_t i = 0; i < block->teams[t].fragment_count; i++) {
            const struct sg_fragment *fragment = &block->teams[t].fragments[i];
            uint32_t count = sg_lanes_count(fragment->lanes);
            if (fragment->state == SG_AT_BARRIER)
                at_barrier += count;
            else
                at_collective += count;
            if (witness)
                continue;
            witness = fragment;
            thread = block->teams[t].group.first_thread + sg_lanes_first(fragment->lanes);
        }
    }
    char what[96];
    (void)snprintf(what, sizeof what, "deadlock: %u threads wait at barriers, %u for the lanes of a membermask",
                   at_barrier, at_collective);
    uint32_t line = witness ? witness->activation->code->ops[witness->pc].line : 0;
    if (claim(block))
        fill(block, thread, line, 719, 0, what);
}

void sg_fault_memory(struct sg_block *block)
{
    if (claim(block))
        fill(block, 0, 0, 2, 0, "out of memory for a block");
}
