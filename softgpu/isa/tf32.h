/* Conversion to tf32. */
#ifndef SG_ISA_TF32_H
#define SG_ISA_TF32_H

#include "../lower/lower.h"

/* As sg_lower_fn, for cvt. */
sg_lower_fn isa_tf32_lower;

#endif
