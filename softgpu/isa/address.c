/* Operations that make an address from a register or from the place of the running call's stack. */
#include "address.h"

#include "../run/engine.h"

SG_FORM(stack_address_full)
{
    uint64_t *d = SG_COL(uint64_t, g, op, 0), at = sg_team_of(g)->stack_base + op->imm;
    SG_FULL_WARPS(g, w) SG_EACH(l) d[w + l] = at;
}

SG_FORM(stack_address_part)
{
    stack_address_full_body(g, op);
}
SG_CODE(stack_address);

SG_MAP1(offset_32, uint64_t, uint32_t, (uint64_t)a + op->imm);
SG_MAP1(offset_64, uint64_t, uint64_t, a + op->imm);

const struct sg_op_code *isa_address_stack(void)
{
    return &stack_address;
}
const struct sg_op_code *isa_address_offset(unsigned bytes)
{
    return bytes == 4 ? &offset_32 : &offset_64;
}
