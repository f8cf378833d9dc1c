/* Operations in another rounding mode than nearest even. */
#ifndef SG_ISA_ROUNDING_H
#define SG_ISA_ROUNDING_H

#include "../lower/lower.h"

/* Append `code` as sg_emit_op does, but to run in the mode `round` (enum ptx_round). The operation's aux and imm are
 * taken unless `round` is none or PTX_RN. */
struct sg_op *isa_rounding_emit(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code,
                                unsigned round);

#endif
