/* What stands in the columns that are filled before a function runs: constants, kernel parameters, special registers.
 * PTX ISA 10. Clusters are one block large. */
#include "fill.h"

#include <string.h>

static uint64_t envreg(const struct sg_grid *grid, unsigned number)
{
    uint64_t workspace = grid->launch.cooperative ? (uint64_t)(uintptr_t)grid->workspace : 0;
    return number == 1 ? workspace >> 32 : number == 2 ? workspace & UINT32_MAX : 0;
}

/* The component of a vector special register; the fourth of each is 0, of a count too. */
static uint64_t component(const uint32_t vector[3], unsigned k)
{
    return k < 3 ? vector[k] : 0;
}

static uint64_t uniform_value(const struct sg_block *block, const struct sg_fill *fill)
{
    const struct sg_grid *grid = block->grid;
    static const uint32_t zero[3], one[3] = {1, 1, 1};
    switch (fill->sreg) {
    case PTX_SREG_NTID: return component(grid->launch.block, fill->component);
    case PTX_SREG_CTAID:
    case PTX_SREG_CLUSTERID: return component(block->ctaid, fill->component);
    case PTX_SREG_NCTAID:
    case PTX_SREG_NCLUSTERID: return component(grid->launch.grid, fill->component);
    case PTX_SREG_CLUSTER_CTAID: return component(zero, fill->component);
    case PTX_SREG_CLUSTER_NCTAID: return component(one, fill->component);
    case PTX_SREG_CLUSTER_NCTARANK: return 1;
    case PTX_SREG_NWARPID: return (block->threads + SG_WARP - 1) / SG_WARP;
    case PTX_SREG_SMID: return block->smid;
    case PTX_SREG_NSMID: return block->nsmid;
    case PTX_SREG_GRIDID: return grid->launch.grid_id;
    case PTX_SREG_DYNAMIC_SMEM_SIZE: return grid->launch.shared_dynamic;
    case PTX_SREG_TOTAL_SMEM_SIZE: return block->shared_bytes;
    case PTX_SREG_ENVREG: return envreg(grid, fill->component);
    default: return 0;
    }
}

static uint32_t lane_mask(unsigned sreg, unsigned lane)
{
    uint32_t own = UINT32_C(1) << lane;
    switch (sreg) {
    case PTX_SREG_LANEMASK_EQ: return own;
    case PTX_SREG_LANEMASK_LT: return own - 1;
    case PTX_SREG_LANEMASK_LE: return own | (own - 1);
    case PTX_SREG_LANEMASK_GT: return ~(own | (own - 1));
    default: return ~(own - 1);
    }
}

/* Thread numbers are counted up, not divided: three divisions a lane would cost more than a small kernel. */
static void fill_tid(const struct sg_team *team, const struct sg_fill *fill, uint32_t *column)
{
    const uint32_t *size = team->group.block->grid->launch.block;
    uint32_t first = team->group.first_thread;
    uint32_t at[4] = {first % size[0], first / size[0] % size[1], first / size[0] / size[1], 0};
    for (unsigned i = 0; i < team->group.lanes_padded; i++) {
        column[i] = at[fill->component];
        if (++at[0] < size[0])
            continue;
        at[0] = 0;
        if (++at[1] < size[1])
            continue;
        at[1] = 0;
        at[2]++;
    }
}

/* Registers whose value differs from lane to lane. False if this is none of them. */
static bool fill_lanes(const struct sg_team *team, const struct sg_fill *fill, void *column)
{
    uint32_t *words = column;
    switch (fill->sreg) {
    case PTX_SREG_TID: fill_tid(team, fill, words); return true;
    case PTX_SREG_LANEID:
        for (unsigned i = 0; i < SG_LANES; i++)
            words[i] = i % SG_WARP;
        return true;
    case PTX_SREG_WARPID:
        for (unsigned i = 0; i < SG_LANES; i++)
            words[i] = (team->group.first_thread + i) / SG_WARP;
        return true;
    case PTX_SREG_LANEMASK_EQ:
    case PTX_SREG_LANEMASK_LT:
    case PTX_SREG_LANEMASK_LE:
    case PTX_SREG_LANEMASK_GT:
    case PTX_SREG_LANEMASK_GE:
        for (unsigned i = 0; i < SG_LANES; i++)
            words[i] = lane_mask(fill->sreg, i % SG_WARP);
        return true;
    default: return false;
    }
}

static void fill_uniform(void *column, unsigned bytes, uint64_t value)
{
    uint16_t *halves = column;
    uint32_t *words = column;
    uint64_t *longs = column;
    switch (bytes) {
    case 1: memset(column, (int)value, SG_LANES); break;
    case 2:
        for (unsigned i = 0; i < SG_LANES; i++)
            halves[i] = (uint16_t)value;
        break;
    case 4:
        for (unsigned i = 0; i < SG_LANES; i++)
            words[i] = (uint32_t)value;
        break;
    default:
        for (unsigned i = 0; i < SG_LANES; i++)
            longs[i] = value;
        break;
    }
}

static void fill_param(const struct sg_grid *grid, const struct sg_fill *fill, void *column)
{
    uint64_t value = 0;
    memcpy(&value, grid->params + fill->value, fill->bytes);
    fill_uniform(column, fill->bytes, value);
}

void sg_fill_columns(const struct sg_team *team, const struct sg_code *code, unsigned char *frame,
                     enum sg_fill_when when)
{
    for (uint32_t i = 0; i < code->fill_count; i++) {
        const struct sg_fill *fill = &code->fills[i];
        if (fill->when < when)
            continue;
        void *column = frame + fill->col;
        if (fill->kind == SG_FILL_CONSTANT)
            fill_uniform(column, fill->bytes, fill->value);
        else if (fill->kind == SG_FILL_PARAM)
            fill_param(team->group.block->grid, fill, column);
        else if (!fill_lanes(team, fill, column))
            fill_uniform(column, fill->bytes, uniform_value(team->group.block, fill));
    }
}
