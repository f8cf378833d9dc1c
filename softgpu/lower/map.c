/* Instructions that are one operation over their operands, in order. */
#include "lowering.h"

void sg_map_unary(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code, enum ptx_type d,
                  enum ptx_type a)
{
    uint32_t ca = sg_operands_src(low, insn, 1, a), cd = sg_operands_dst(low, insn, 0, d);
    struct sg_op *op = sg_emit_op(low, insn, code);
    op->col[0] = cd;
    op->col[1] = ca;
}

void sg_map_binary(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code, enum ptx_type d,
                   enum ptx_type a, enum ptx_type b)
{
    uint32_t ca = sg_operands_src(low, insn, 1, a), cb = sg_operands_src(low, insn, 2, b),
             cd = sg_operands_dst(low, insn, 0, d);
    struct sg_op *op = sg_emit_op(low, insn, code);
    op->col[0] = cd;
    op->col[1] = ca;
    op->col[2] = cb;
}

void sg_map_ternary(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code, enum ptx_type d,
                    enum ptx_type a, enum ptx_type b, enum ptx_type c)
{
    uint32_t ca = sg_operands_src(low, insn, 1, a), cb = sg_operands_src(low, insn, 2, b);
    uint32_t cc = sg_operands_src(low, insn, 3, c), cd = sg_operands_dst(low, insn, 0, d);
    struct sg_op *op = sg_emit_op(low, insn, code);
    op->col[0] = cd;
    op->col[1] = ca;
    op->col[2] = cb;
    op->col[3] = cc;
}
