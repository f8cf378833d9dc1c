/* Whether the operands of an instruction are as many and of the kinds that its opcode takes. The letters of the
 * patterns are explained in family.h. */
#include "family.h"
#include "fit.h"
#include "matrix.h"
#include "parser.h"
#include "video.h"

#include <string.h>

struct checker {
    const struct sg_parser *p;
    const struct ptx_insn *insn;
    const struct ptx_operand *operands;
};

/* bar and barrier take different operands in each mode; cvt may pack two sources, min and max take three since
 * sm_100. */
static const char *pattern_of(const struct ptx_insn *insn)
{
    const struct sg_family *family = &sg_family_of[insn->op];
    uint8_t n = insn->operand_count;
    bool alternate = false;

    switch (insn->op) {
    case PTX_BAR:
    case PTX_BARRIER:
        if (insn->mods.mode == PTX_BAR_RED)
            return n == 3 ? "Wxb" : "Wxxb";
        return n == 1 && insn->mods.mode == PTX_BAR_SYNC ? "x" : "xx";
    case PTX_CP_ASYNC:
        if (insn->mods.mode)
            return insn->mods.mode == PTX_ASYNC_WAIT ? "i" : "";
        return n == 4 ? "mmiz" : "mmi";
    case PTX_CVT: return n == 3 ? "wyy" : "wy";
    case PTX_CVT_PACK: return insn->type_count == 3 ? "uxxx" : "uxx";
    case PTX_MIN:
    case PTX_MAX: return n == 4 && insn->types[0] == PTX_F32 ? "dsss" : family->pattern;
    case PTX_ATOM: alternate = insn->mods.atom == PTX_ATOM_CAS; break;
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

/* A value that is neither register nor constant: a special register, an address. Its width is lowering's matter. */
static bool is_name(const struct ptx_operand *o)
{
    return !o->mem && (o->kind == PTX_OPD_SREG || o->kind == PTX_OPD_VAR || o->kind == PTX_OPD_FUNC);
}

static bool is_register(const struct ptx_operand *o)
{
    return o->kind == PTX_OPD_REG && !o->mem;
}

static enum ptx_type reg_type(const struct checker *c, const struct ptx_operand *o)
{
    return SG_AT(&c->p->regs, struct ptx_reg, o->index)->type;
}

static bool is_predicate(const struct checker *c, const struct ptx_operand *o)
{
    return is_register(o) && reg_type(c, o) == PTX_PRED;
}

/* Loads, stores and conversions take wider registers, too; but a float in a float register must fit exactly. */
static bool relaxed(const struct checker *c, const struct ptx_operand *o, enum ptx_type type)
{
    if (!is_register(o) || !sg_fit_sorts_agree(reg_type(c, o), type))
        return false;
    unsigned have = ptx_type_bytes(reg_type(c, o)), want = ptx_type_bytes(type);
    return sg_fit_sort(type) == SG_FIT_REAL && sg_fit_sort(reg_type(c, o)) == SG_FIT_REAL ? have == want : have >= want;
}

static bool constant_fits(const struct ptx_operand *o, enum ptx_type type)
{
    unsigned bytes = ptx_type_bytes(type);

    if (!is_immediate(o))
        return is_name(o);
    switch (sg_fit_sort(type)) {
    case SG_FIT_REAL: return o->kind != PTX_OPD_INT && bytes >= 4 && (type == PTX_F32 || type == PTX_F64);
    case SG_FIT_UNTYPED: return o->kind == PTX_OPD_INT || bytes == (o->kind == PTX_OPD_F32 ? 4 : 8);
    default: return o->kind == PTX_OPD_INT;
    }
}

/* {a, b}: as many as .v2 says, each fit for the type; constants only in sources. */
static bool vector_fits(const struct checker *c, const struct ptx_operand *o, enum ptx_type type, bool source)
{
    if (o->kind != PTX_OPD_VEC || o->mem || o->count != c->insn->mods.vec)
        return false;
    for (uint32_t i = 0; i < o->count; i++) {
        const struct ptx_operand *e = SG_AT(&c->p->operands, struct ptx_operand, o->first + i);
        if (!(source ? constant_fits(e, type) : e->kind == PTX_OPD_SINK) && !relaxed(c, e, type))
            return false;
    }
    return true;
}

/* mov packs and unpacks: two or four parts that together are as wide as the type. */
static bool parts_fit(const struct checker *c, const struct ptx_operand *o, bool source)
{
    unsigned total = ptx_type_bytes(c->insn->types[0]);

    if (o->kind != PTX_OPD_VEC || sg_fit_sort(c->insn->types[0]) != SG_FIT_UNTYPED || (o->count != 2 && o->count != 4))
        return false;
    for (uint32_t i = 0; i < o->count; i++) {
        const struct ptx_operand *e = SG_AT(&c->p->operands, struct ptx_operand, o->first + i);
        bool whole = source ? is_immediate(e) : e->kind == PTX_OPD_SINK;
        if (!whole && (!is_register(e) || is_predicate(c, e) || ptx_type_bytes(reg_type(c, e)) != total / o->count))
            return false;
    }
    return true;
}

static bool is_word(const struct checker *c, const struct ptx_operand *o, bool wide)
{
    bool constant = is_name(o) || (o->kind == PTX_OPD_INT && !o->mem);

    return constant || sg_fit_exact(c->p, o, PTX_U32, 4) || (wide && sg_fit_exact(c->p, o, PTX_U64, 8));
}

static unsigned wide_bytes(const struct ptx_insn *insn)
{
    return ptx_type_bytes(insn->types[0]) * (insn->mods.half == PTX_WIDE ? 2 : 1);
}

static bool check_result(const struct checker *c, char letter, const struct ptx_operand *o)
{
    const struct ptx_insn *insn = c->insn;
    enum ptx_type type = insn->types[0];

    if (o->kind == PTX_OPD_SINK)
        return true;
    switch (letter) {
    case 'd': return sg_fit_exact(c->p, o, type, wide_bytes(insn));
    case 'w': return relaxed(c, o, type);
    case 'D': return insn->mods.vec ? vector_fits(c, o, type, false) : relaxed(c, o, type);
    case 'M': return parts_fit(c, o, false) || sg_fit_exact(c->p, o, type, ptx_type_bytes(type));
    case 'u': return sg_fit_exact(c->p, o, PTX_U32, 4);
    case 'W': return is_predicate(c, o) ? type == PTX_PRED : type != PTX_PRED && sg_fit_exact(c->p, o, PTX_U32, 4);
    default: return is_predicate(c, o);
    }
}

static bool check_source(const struct checker *c, char letter, const struct ptx_operand *o)
{
    const struct ptx_insn *insn = c->insn;
    enum ptx_type first = insn->types[0], last = insn->types[insn->type_count ? insn->type_count - 1 : 0];

    switch (letter) {
    case 'c': return constant_fits(o, first) || sg_fit_exact(c->p, o, first, wide_bytes(insn));
    case 's': return constant_fits(o, first) || sg_fit_exact(c->p, o, first, ptx_type_bytes(first));
    case 't': return constant_fits(o, last) || sg_fit_exact(c->p, o, last, ptx_type_bytes(last));
    case 'y': return constant_fits(o, last) || relaxed(c, o, last);
    case 'S': return insn->mods.vec ? vector_fits(c, o, first, true) : constant_fits(o, first) || relaxed(c, o, first);
    case 'N':
        return parts_fit(c, o, true) || constant_fits(o, first) || sg_fit_exact(c->p, o, first, ptx_type_bytes(first));
    case 'x': return is_word(c, o, false);
    case 'a': return is_word(c, o, true);
    case 'b': return is_predicate(c, o) || (o->kind == PTX_OPD_INT && !o->mem);
    case 'z': return is_predicate(c, o) || (!o->negated && is_word(c, o, false));
    case 'm': return sg_fit_memory(c->p, c->insn, o);
    case 'i': return o->kind == PTX_OPD_INT && !o->mem;
    case 'l': return o->kind == PTX_OPD_LABEL;
    default: return o->kind == PTX_OPD_TARGETS;
    }
}

static bool check_one(const struct checker *c, char letter, const struct ptx_operand *o)
{
    bool logic = c->insn->types[0] == PTX_PRED && (letter == 's' || letter == 'N');

    if (o->negated && !strchr("bz", letter) && !(logic && is_register(o)))
        return false;
    return strchr("dwDMuWp", letter) ? check_result(c, letter, o) : check_source(c, letter, o);
}

/* The second result of `d|p` stands where the opcode can have one. */
static bool pair_allowed(const struct ptx_insn *insn)
{
    return insn->op == PTX_SETP || insn->op == PTX_SHFL || insn->op == PTX_LOP3 || insn->op == PTX_ELECT ||
           (insn->op == PTX_MATCH && insn->mods.mode == PTX_MATCH_ALL);
}

static bool check_all(const struct checker *c)
{
    const char *pattern = pattern_of(c->insn);
    uint8_t n = c->insn->operand_count, k = 0;

    if (c->insn->pair ? !pair_allowed(c->insn) : c->insn->op == PTX_ELECT)
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
    struct checker c = {p, insn, operands};
    bool fits = sg_sampling_is(insn->op) ? sg_sampling_check(p, insn, operands)
                : sg_matrix_is(insn->op) ? sg_matrix_check(p, insn, operands)
                : sg_video_is(insn->op)  ? sg_video_check(p, insn, operands)
                                         : check_all(&c);

    return fits || sg_parser_fail(p, insn->line, "Arguments mismatch for instruction '%s'", insn->name);
}
