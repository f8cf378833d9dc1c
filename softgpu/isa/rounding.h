/* Rounding modes: running an operation with the processor in another rounding mode. */
#ifndef SG_ISA_ROUNDING_H
#define SG_ISA_ROUNDING_H

#include "../exec/lower.h"

/* Append `code` as sg_lower_emit does, but to run in the mode `round` (enum ptx_round). The operation's aux and imm are
 * taken unless `round` is none or PTX_RN. */
struct sg_op *isa_rounding_emit(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code,
                                unsigned round);

#endif
