/* Columns behind an operation. */
#include "tail.h"

#include "../lower/lowering.h"

SG_FORM(nothing_full)
{
    (void)g, (void)op;
}
SG_FORM(nothing_part)
{
    (void)g, (void)op;
}
SG_CODE(nothing);

void isa_tail_add(struct sg_lower *low, struct isa_tail *tail, const struct ptx_operand *operand, unsigned count,
                  enum ptx_type type, bool result)
{
    if (tail->count + count > ISA_TAIL_MAX) {
        low->bad = true;
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        const struct ptx_operand *one = operand->kind == PTX_OPD_VEC ? sg_operands_element(low, operand, i) : operand;
        tail->col[tail->count++] = result ? sg_operands_dst_operand(low, one, type)
                                          : sg_operands_src_operand(low, one, type);
    }
}

void isa_tail_emit(struct sg_lower *low, const struct isa_tail *tail, uint64_t plan)
{
    for (unsigned k = 0; k < tail->count || k == 0; k += 6) {
        struct sg_op *op = sg_emit_bare(low, &nothing);
        for (unsigned i = 0; i < 6 && k + i < tail->count; i++)
            op->col[i] = tail->col[k + i];
        op->imm = plan;
    }
}
