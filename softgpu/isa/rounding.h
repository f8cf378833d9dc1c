/* The processor's floating-point modes: the ones that kernels count on, and operations in another rounding mode. */
#ifndef SG_ISA_ROUNDING_H
#define SG_ISA_ROUNDING_H

#include "../lower/lower.h"

/* Operations count on nearest even and on subnormal numbers. A thread of the application that runs a block may have
 * other modes (code compiled with -ffast-math flushes); a new thread has those of its creator. Returns what
 * sg_rounding_leave restores. */
unsigned sg_rounding_enter(void);
void sg_rounding_leave(unsigned before);

/* Append `code` as sg_lower_emit does, but to run in the mode `round` (enum ptx_round). The operation's aux and imm are
 * taken unless `round` is none or PTX_RN. */
struct sg_op *isa_rounding_emit(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code,
                                unsigned round);

#endif
