/* Arithmetic on pairs of single-precision numbers. */
#ifndef SG_ISA_PAIRS_H
#define SG_ISA_PAIRS_H

#include "../lower/lower.h"

/* As sg_lower_fn, for add sub mul fma of type .f32x2. `round` is the rounding mode, and `mods` the modifiers with
 * PTX_RN for it. */
bool isa_pairs_lower(struct sg_lower *low, const struct ptx_insn *insn, const struct ptx_mods *mods, unsigned round);

#endif
