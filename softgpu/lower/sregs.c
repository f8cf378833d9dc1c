/* Special registers: their columns, and when these must be filled. PTX ISA 10. */
#include "sregs.h"

#include "../isa/clock.h"
#include "lowering.h"

static uint32_t read_time(struct sg_lower *low, unsigned bytes, bool timer, unsigned shift)
{
    uint32_t temp = sg_columns_temp(low, bytes);
    struct sg_op *op = sg_emit_bare(low, isa_clock_code(bytes));
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
