/* Approximate functions: rsqrt sin cos lg2 ex2 tanh, and the reciprocals of the upper half of an f64. */
#ifndef SG_ISA_APPROX_H
#define SG_ISA_APPROX_H

#include "../lower/lower.h"

/* As sg_lower_fn. */
bool isa_approx_lower(struct sg_lower *low, const struct ptx_insn *insn);

#endif
