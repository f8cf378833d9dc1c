/* Operands and types (PTX ISA 9.4). */
#include "fit.h"

enum sg_fit_sort sg_fit_sort(enum ptx_type type)
{
    if (type == PTX_PRED)
        return SG_FIT_PREDICATE;
    if (type <= PTX_B128 || (type >= PTX_TF32 && type <= PTX_E5M2X2))
        return SG_FIT_UNTYPED;
    return (type >= PTX_U8 && type <= PTX_S64) || type == PTX_U16X2 || type == PTX_S16X2 ? SG_FIT_INTEGER : SG_FIT_REAL;
}

bool sg_fit_sorts_agree(enum ptx_type a, enum ptx_type b)
{
    enum sg_fit_sort x = sg_fit_sort(a), y = sg_fit_sort(b);

    return x == y || (x == SG_FIT_UNTYPED && y != SG_FIT_PREDICATE) || (y == SG_FIT_UNTYPED && x != SG_FIT_PREDICATE);
}

static enum ptx_type type_of(const struct sg_parser *p, const struct ptx_operand *o)
{
    return SG_AT(&p->regs, struct ptx_reg, o->index)->type;
}

bool sg_fit_exact(const struct sg_parser *p, const struct ptx_operand *o, enum ptx_type type, unsigned bytes)
{
    return o->kind == PTX_OPD_REG && !o->mem && sg_fit_sorts_agree(type_of(p, o), type) &&
           ptx_type_bytes(type_of(p, o)) == bytes;
}

/* A variable must lie in the space that the instruction names; generic ones reach global, shared and local memory. */
bool sg_fit_memory(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *o)
{
    uint8_t space = insn->mods.space;

    if (o->kind == PTX_OPD_VAR) {
        uint8_t home = SG_AT(&p->vars, struct ptx_var, o->index)->space;
        bool reachable = home == PTX_GLOBAL || home == PTX_SHARED || home == PTX_LOCAL;
        return o->mem && (space == PTX_GENERIC ? reachable : home == space);
    }
    if (!o->mem || o->kind != PTX_OPD_REG)
        return o->mem;
    enum sg_fit_sort sort = sg_fit_sort(type_of(p, o));
    return (sort == SG_FIT_UNTYPED || sort == SG_FIT_INTEGER) && ptx_type_bytes(type_of(p, o)) >= 4;
}
