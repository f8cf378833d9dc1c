/* Special registers, and the addresses that depend on the running call. */
#ifndef SG_SREGS_H
#define SG_SREGS_H

#include "../run/engine.h"
#include "lower.h"

/* The column of a special register and its bytes a lane (0: there is no such register). One that changes while a kernel
 * runs is read into a temporary. */
uint32_t sg_sregs_column(struct sg_lower *low, const struct ptx_operand *operand, unsigned *bytes);

/* Whether a special register keeps its value while a block runs. */
bool sg_sregs_fixed(unsigned sreg);

/* d = stack base of the running activation + imm. */
const struct sg_op_code *sg_sregs_stack_address(void);
/* d (8 bytes) = a (4 or 8 bytes) + imm. */
const struct sg_op_code *sg_sregs_offset(unsigned bytes);

/* Fills the columns of `code` in `frame` that are due at `when` or later. */
void sg_sregs_fill(const struct sg_team *team, const struct sg_code *code, unsigned char *frame,
                   enum sg_fill_when when);

#endif
