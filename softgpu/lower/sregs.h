/* Special registers: their columns. */
#ifndef SG_SREGS_H
#define SG_SREGS_H

#include "code.h"
#include "lower.h"

/* The column of a special register and its bytes a lane (0: there is no such register). One that changes while a kernel
 * runs is read into a temporary. */
uint32_t sg_sregs_column(struct sg_lower *low, const struct ptx_operand *operand, unsigned *bytes);

/* Whether a special register keeps its value while a block runs. */
bool sg_sregs_fixed(unsigned sreg);

#endif
