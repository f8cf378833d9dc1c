/* Whether the operands of an instruction are as many and of the kinds that its opcode takes. The letters of the
 * patterns are explained in family.h. */
#include "family.h"
#include "parser.h"

#include <string.h>

struct checker {
    const struct sg_parser *p;
    const struct ptx_insn *insn;
    const struct ptx_operand *operands;
};

/* bar and barrier take different operands in each mode; cvt may pack two sources, min and max take three since sm_100. */
static const char *pattern_of(const struct ptx_insn *insn)
{
    const struct sg_family *family = &sg_families[insn->op];
    uint8_t n = insn->operand_count;
    bool alternate = false;

    switch (insn->op) {
    case PTX_BAR:
    case PTX_BARRIER:
        if (insn->mods.mode == PTX_BAR_RED)
            return n == 3 ? "Wxb" : "Wxxb";
        return n == 1 && insn->mods.mode == PTX_BAR_SYNC ? "x" : "xx";
    case PTX_CVT:
        return n == 3 ? "wxx" : "wx";
    case PTX_MIN:
    case PTX_MAX:
        return n == 4 && insn->types[0] == PTX_F32 ? "dsss" : family->pattern;
    case PTX_ATOM:
        alternate = insn->mods.atom == PTX_ATOM_CAS;
        break;
    default:
        alternate = (family->alternate_with == SG_MOD_BOOL && insn->mods.boolop) ||
                    (family->alternate_with == SG_MOD_SYNC && insn->mods.sync);
        break;
    }
    return alternate ? family->alternate : family->pattern;
}

static bool is_immediate(const struct ptx_operand *o)
{
    return !o->mem && (o->kind == PTX_OPD_INT || o->kind == PTX_OPD_F32 || o->kind == PTX_OPD_F64);
}

/* A value that is no register: a constant, a special register, an address. Only a register's width is checked. */
static bool is_value(const struct ptx_operand *o)
{
    return is_immediate(o) || (!o->mem && (o->kind == PTX_OPD_SREG || o->kind == PTX_OPD_VAR || o->kind == PTX_OPD_FUNC));
}

static uint8_t reg_type(const struct checker *c, const struct ptx_operand *o)
{
    return SG_AT(&c->p->regs, struct ptx_reg, o->index)->type;
}

static bool is_register(const struct ptx_operand *o) { return o->kind == PTX_OPD_REG && !o->mem; }

static bool is_predicate(const struct checker *c, const struct ptx_operand *o)
{
    return is_register(o) && reg_type(c, o) == PTX_PRED;
}

/* A register of `bytes` bytes; predicates only where the instruction is on predicates. */
static bool fits(const struct checker *c, const struct ptx_operand *o, unsigned bytes)
{
    bool predicate = c->insn->types[0] == PTX_PRED;

    return is_register(o) && is_predicate(c, o) == predicate && (predicate || ptx_type_bytes(reg_type(c, o)) == bytes);
}

static bool is_vector(const struct checker *c, const struct ptx_operand *o)
{
    return o->kind == PTX_OPD_VEC && o->count > 0 && (c->insn->mods.vec == 0 || o->count == c->insn->mods.vec);
}

static bool is_result(const struct checker *c, const struct ptx_operand *o, bool vector)
{
    if (o->kind == PTX_OPD_SINK)
        return true;
    if (is_vector(c, o))
        return vector;
    return is_register(o) && !is_predicate(c, o) && !(vector && c->insn->mods.vec);
}

static bool is_source(const struct checker *c, const struct ptx_operand *o, bool vector)
{
    if (is_vector(c, o))
        return vector;
    return (is_value(o) || (is_register(o) && !is_predicate(c, o))) && !(vector && c->insn->mods.vec);
}

static unsigned wide_bytes(const struct ptx_insn *insn)
{
    return ptx_type_bytes(insn->types[0]) * (insn->mods.half == PTX_WIDE ? 2 : 1);
}

static bool check_one(const struct checker *c, char letter, const struct ptx_operand *o)
{
    const struct ptx_insn *insn = c->insn;
    unsigned first = ptx_type_bytes(insn->types[0]);
    unsigned last = ptx_type_bytes(insn->types[insn->type_count ? insn->type_count - 1 : 0]);

    if (o->negated && letter != 'b')
        return false;
    switch (letter) {
    case 'd': return o->kind == PTX_OPD_SINK || fits(c, o, wide_bytes(insn));
    case 'c': return is_value(o) || fits(c, o, wide_bytes(insn));
    case 's': return is_value(o) || fits(c, o, first);
    case 't': return is_value(o) || fits(c, o, last);
    case 'w': return is_result(c, o, false);
    case 'W': return o->kind == PTX_OPD_SINK || is_register(o);
    case 'x': return is_value(o) || (is_register(o) && !is_predicate(c, o));
    case 'p': return o->kind == PTX_OPD_SINK || is_predicate(c, o);
    case 'b': return is_predicate(c, o) || (o->kind == PTX_OPD_INT && !o->mem);
    case 'D': return is_result(c, o, true);
    case 'S': return is_source(c, o, true);
    case 'M': return o->kind == PTX_OPD_VEC || o->kind == PTX_OPD_SINK || fits(c, o, first);
    case 'N': return o->kind == PTX_OPD_VEC || is_value(o) || fits(c, o, first);
    case 'm': return o->mem || o->kind == PTX_OPD_VAR;
    case 'i': return o->kind == PTX_OPD_INT && !o->mem;
    case 'l': return o->kind == PTX_OPD_LABEL;
    case 'T': return o->kind == PTX_OPD_TARGETS;
    default: return false;
    }
}

/* The second result of `d|p` stands where the opcode can have one. */
static bool pair_allowed(const struct ptx_insn *insn)
{
    return insn->op == PTX_SETP || insn->op == PTX_SHFL || insn->op == PTX_LOP3 ||
           (insn->op == PTX_MATCH && insn->mods.mode == PTX_MATCH_ALL);
}

static bool check_all(const struct checker *c)
{
    const char *pattern = pattern_of(c->insn);
    uint8_t n = c->insn->operand_count, k = 0;

    if (c->insn->pair && !pair_allowed(c->insn))
        return false;
    for (; *pattern; pattern++) {
        if (k >= n || !check_one(c, *pattern, &c->operands[k++]))
            return false;
        if (k == 1 && c->insn->pair && (k >= n || !check_one(c, 'p', &c->operands[k++])))
            return false;
    }
    return k == n;
}

bool sg_check_operands(struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *operands)
{
    struct checker c = { p, insn, operands };

    return check_all(&c) || sg_parser_fail(p, insn->line, "Arguments mismatch for instruction '%s'", insn->name);
}
