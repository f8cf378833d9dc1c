/* Special registers: their columns, and what stands in them. PTX ISA 10.
 *
 * Clusters are one block large. The clock is the processor's time stamp counter: it runs at a constant rate, as the
 * manual asks of differences; the global timer is nanoseconds since 1970. */
#include "sregs.h"

#include <string.h>
#include <time.h>

#include "lowering.h"

/* ---- Lowering ---- */

static uint64_t clock_now(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
#endif
}

static uint64_t timer_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* One reading for all lanes: imm 0 is the clock, 1 the timer; aux is the shift. */
static uint64_t reading(const struct sg_op *op)
{
    return (op->imm ? timer_now() : clock_now()) >> op->aux;
}

SG_FORM(time32_full)
{
    uint32_t *d = SG_COL(uint32_t, g, op, 0), now = (uint32_t)reading(op);
    SG_FULL_WARPS(g, w) SG_EACH(l) d[w + l] = now;
}

SG_FORM(time32_part)
{
    time32_full_body(g, op);      /* a temporary: lanes that are not active do not mind */
}
SG_CODE(time32);

SG_FORM(time64_full)
{
    uint64_t *d = SG_COL(uint64_t, g, op, 0), now = reading(op);
    SG_FULL_WARPS(g, w) SG_EACH(l) d[w + l] = now;
}

SG_FORM(time64_part)
{
    time64_full_body(g, op);
}
SG_CODE(time64);

SG_FORM(stack_address_full)
{
    uint64_t *d = SG_COL(uint64_t, g, op, 0), at = sg_team_of(g)->stack_base + op->imm;
    SG_FULL_WARPS(g, w) SG_EACH(l) d[w + l] = at;
}

SG_FORM(stack_address_part)
{
    stack_address_full_body(g, op);
}
SG_CODE(stack_address);

SG_MAP1(offset_32, uint64_t, uint32_t, (uint64_t)a + op->imm);
SG_MAP1(offset_64, uint64_t, uint64_t, a + op->imm);

const struct sg_op_code *sg_sregs_stack_address(void)
{
    return &stack_address;
}
const struct sg_op_code *sg_sregs_offset(unsigned bytes)
{
    return bytes == 4 ? &offset_32 : &offset_64;
}

static uint32_t read_time(struct sg_lower *low, unsigned bytes, bool timer, unsigned shift)
{
    uint32_t temp = sg_lower_temp(low, bytes);
    struct sg_op *op = sg_operands_emit(low, bytes == 4 ? &time32 : &time64);
    op->col[0] = temp;
    op->imm = timer;
    op->aux = (uint16_t)shift;
    return temp;
}

static bool is_vector(unsigned sreg)
{
    return sreg == PTX_SREG_TID || sreg == PTX_SREG_NTID || sreg == PTX_SREG_CTAID || sreg == PTX_SREG_NCTAID ||
           sreg == PTX_SREG_CLUSTERID || sreg == PTX_SREG_NCLUSTERID || sreg == PTX_SREG_CLUSTER_CTAID ||
           sreg == PTX_SREG_CLUSTER_NCTAID;
}

static enum sg_fill_when when_of(unsigned sreg)
{
    switch (sreg) {
    case PTX_SREG_LANEID:
    case PTX_SREG_LANEMASK_EQ:
    case PTX_SREG_LANEMASK_LE:
    case PTX_SREG_LANEMASK_LT:
    case PTX_SREG_LANEMASK_GE:
    case PTX_SREG_LANEMASK_GT: return SG_FILL_ONCE;
    case PTX_SREG_CTAID:
    case PTX_SREG_CLUSTERID:
    case PTX_SREG_SMID: return SG_FILL_BLOCK;
    default: return SG_FILL_LAUNCH;
    }
}

bool sg_sregs_fixed(unsigned sreg)
{
    switch (sreg) {
    case PTX_SREG_CLOCK:
    case PTX_SREG_CLOCK_HI:
    case PTX_SREG_CLOCK64:
    case PTX_SREG_GLOBALTIMER:
    case PTX_SREG_GLOBALTIMER_LO:
    case PTX_SREG_GLOBALTIMER_HI: return false;
    default: return true;
    }
}

uint32_t sg_sregs_column(struct sg_lower *low, const struct ptx_operand *operand, unsigned *bytes)
{
    unsigned sreg = operand->index;
    *bytes = 4;
    switch (sreg) {
    case PTX_SREG_CLOCK: return read_time(low, 4, false, 0);
    case PTX_SREG_CLOCK_HI: return read_time(low, 4, false, 32);
    case PTX_SREG_CLOCK64: *bytes = 8; return read_time(low, 8, false, 0);
    case PTX_SREG_GLOBALTIMER: *bytes = 8; return read_time(low, 8, true, 0);
    case PTX_SREG_GLOBALTIMER_LO: return read_time(low, 4, true, 0);
    case PTX_SREG_GLOBALTIMER_HI: return read_time(low, 4, true, 32);
    case PTX_SREG_GRIDID: *bytes = 8; break;
    case PTX_SREG_IS_EXPLICIT_CLUSTER: *bytes = 1; break;
    default: break;
    }
    if ((is_vector(sreg) && operand->component > 3) || sreg > PTX_SREG_IS_EXPLICIT_CLUSTER) {
        *bytes = 0;
        return 0;
    }
    struct sg_fill fill = {.bytes = (uint8_t)*bytes,
                           .kind = SG_FILL_SREG,
                           .sreg = (uint8_t)sreg,
                           .component = operand->component,
                           .when = (uint8_t)when_of(sreg)};
    return sg_columns_fill(low, &fill);
}

/* ---- Filling ---- */

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
    case PTX_SREG_NSMID: return sg_worker_count();
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

void sg_sregs_fill(const struct sg_team *team, const struct sg_code *code, unsigned char *frame, enum sg_fill_when when)
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
