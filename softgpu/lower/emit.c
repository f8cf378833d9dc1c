/* Appends operations to the function that is being lowered, in the form that this processor runs best. */
#include <stdlib.h>

#include "lowering.h"

#if defined(__x86_64__) && !defined(SG_NO_MULTIVERSION)
static bool cpu_is_fast(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}
#else
static bool cpu_is_fast(void)
{
    return false;
}
#endif

struct sg_op *sg_emit_bare(struct sg_lower *low, const struct sg_op_code *code)
{
    if (low->op_count == low->op_room) {
        uint32_t room = low->op_room * 2;
        struct sg_op *ops = realloc(low->ops, room * sizeof *ops);
        if (!ops) {
            /* The caller gets a place to write to all the same; what was lowered is thrown away. */
            low->no_memory = true;
            low->op_count--;
        } else {
            low->ops = ops;
            low->op_room = room;
        }
    }
    struct sg_op *op = &low->ops[low->op_count++];
    unsigned form = cpu_is_fast() ? 1 : 0;
    *op = (struct sg_op){.guard = -1};
    if (!code)
        return op;
    op->fn[0] = code->full[form];
    op->fn[1] = code->part[form];
    return op;
}

static bool may_fault(unsigned opcode)
{
    return opcode == PTX_LD || opcode == PTX_LDU || opcode == PTX_ST || opcode == PTX_ATOM || opcode == PTX_RED ||
           opcode == PTX_CP_ASYNC || opcode == PTX_CALL || opcode == PTX_SHFL || opcode == PTX_VOTE ||
           opcode == PTX_MATCH || opcode == PTX_REDUX || opcode == PTX_ELECT || opcode == PTX_TEX ||
           opcode == PTX_TLD4 || opcode == PTX_TXQ || opcode == PTX_SULD || opcode == PTX_SUST ||
           opcode == PTX_SUST_P || opcode == PTX_SURED || opcode == PTX_SURED_P || opcode == PTX_SUQ;
}

struct sg_op *sg_emit_op(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code)
{
    struct sg_op *op = sg_emit_bare(low, code);
    op->guard = low->guard;
    op->guard_negated = insn->guard_negated;
    op->line = insn->line;
    op->kind = insn->guard >= 0 ? SG_OP_GUARDED : may_fault(insn->op) ? SG_OP_CHECKED : SG_OP_PLAIN;
    return op;
}

void sg_emit_collective(struct sg_lower *low, struct sg_op *op, uint32_t membermask)
{
    (void)low;
    op->kind = SG_OP_COLLECTIVE;
    op->sync = membermask;
}
