/* Special registers that change while a kernel runs: reading them is an operation. */
#ifndef SG_ISA_CLOCK_H
#define SG_ISA_CLOCK_H

#include "../run/group.h"

/* d (4 or 8 bytes) = the clock (imm 0) or the global timer (imm 1), shifted right by aux; the same for all lanes. */
const struct sg_op_code *isa_clock_code(unsigned bytes);

#endif
