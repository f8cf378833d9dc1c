/* mma.m8n8k4 of f16: four products at once. */
#ifndef SG_ISA_QUARTERS_H
#define SG_ISA_QUARTERS_H

#include "../lower/lower.h"

/* As sg_lower_fn, for what sg_matrix_is_quartered says. */
bool isa_quarters_lower(struct sg_lower *low, const struct ptx_insn *insn);

#endif
