/* Extended-precision integer arithmetic: the instructions that read or write the carry flag. */
#ifndef SG_ISA_CARRY_H
#define SG_ISA_CARRY_H

#include "../lower/lower.h"

/* As sg_lower_fn, for the forms of add sub mad addc subc madc that read or write CC.CF. */
bool isa_carry_lower(struct sg_lower *low, const struct ptx_insn *insn);

#endif
