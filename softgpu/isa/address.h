/* Operations that make an address. */
#ifndef SG_ISA_ADDRESS_H
#define SG_ISA_ADDRESS_H

#include "../run/group.h"

/* d = stack base of the running activation + imm. */
const struct sg_op_code *isa_address_stack(void);

/* d (8 bytes) = a (4 or 8 bytes) + imm. */
const struct sg_op_code *isa_address_offset(unsigned bytes);

#endif
