/* Arithmetic in f16 and bf16, single and in pairs. */
#ifndef SG_ISA_HALF_H
#define SG_ISA_HALF_H

#include "../lower/lower.h"

/* As sg_lower_fn, for add sub mul fma neg abs min max ex2 tanh. */
bool isa_half_lower(struct sg_lower *low, const struct ptx_insn *insn);

#endif
