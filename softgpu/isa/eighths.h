/* Conversion to and from pairs of 8-bit floating-point numbers. */
#ifndef SG_ISA_EIGHTHS_H
#define SG_ISA_EIGHTHS_H

#include "../lower/lower.h"

/* As sg_lower_fn, for cvt with a type .e4m3x2 or .e5m2x2. */
bool isa_eighths_lower(struct sg_lower *low, const struct ptx_insn *insn);

#endif
