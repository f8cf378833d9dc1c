/* Operands and forms of the instructions of textures and surfaces (PTX ISA 9.7.10 and 9.7.11). */
#include "parser.h"

#include <string.h>

bool sg_sampling_is(uint16_t op)
{
    return op == PTX_TEX || op == PTX_TLD4 || op == PTX_TXQ || op == PTX_SULD || op == PTX_SUST || op == PTX_SUST_P ||
           op == PTX_SURED || op == PTX_SURED_P || op == PTX_SUQ;
}

static bool is_query(uint16_t op)
{
    return op == PTX_TXQ || op == PTX_SUQ;
}

bool sg_sampling_read(struct sg_parser *p, const struct sg_template *t, struct ptx_operand *operands, uint8_t *n)
{
    struct ptx_operand parts[3];
    uint8_t count = 0;

    do {
        sg_lex_next(&p->lex);
        if (count == 3)
            return sg_parser_unexpected(p, "']' after the coordinates");
        if (!sg_operand_parse(p, t, &parts[count++]))
            return false;
    } while (p->lex.token.kind == ',');
    if (!sg_parser_expect(p, ']', "the coordinates"))
        return false;
    if (*n + 3 > SG_OPERANDS_MAX || (count == 1) != is_query(t->insn.op))
        return sg_parser_fail(p, p->lex.token.line, "Arguments mismatch for instruction '%s'", t->insn.name);
    parts[0].mem = true;
    parts[0].component = 0;
    operands[(*n)++] = parts[0];
    if (count == 1)
        return true;
    memset(&operands[*n], 0, sizeof *operands);
    operands[*n].kind = PTX_OPD_SINK;
    if (count == 3)
        operands[*n] = parts[1];
    operands[*n + 1] = parts[count - 1];
    *n = (uint8_t)(*n + 2);
    return true;
}

/* How many elements the coordinates have, with those that have no meaning. */
static unsigned coordinate_count(uint8_t geometry)
{
    return geometry == PTX_1D ? 1 : geometry == PTX_2D || geometry == PTX_A1D ? 2 : 4;
}

/* How many elements a gradient or an offset has. */
static unsigned step_count(uint8_t geometry)
{
    return geometry == PTX_1D || geometry == PTX_A1D ? 1 : geometry == PTX_2D || geometry == PTX_A2D ? 2 : 4;
}

/* A register or a constant of that many bytes. */
static bool is_value(const struct sg_parser *p, const struct ptx_operand *o, unsigned bytes)
{
    if (o->mem || o->negated)
        return false;
    if (o->kind != PTX_OPD_REG)
        return o->kind == PTX_OPD_INT || o->kind == PTX_OPD_F32 || o->kind == PTX_OPD_SREG;
    enum ptx_type type = SG_AT(&p->regs, struct ptx_reg, o->index)->type;
    return type != PTX_PRED && ptx_type_bytes(type) >= bytes && ptx_type_bytes(type) <= 8;
}

static const struct ptx_operand *element(const struct sg_parser *p, const struct ptx_operand *o, uint32_t i)
{
    return o->kind == PTX_OPD_VEC ? SG_AT(&p->operands, struct ptx_operand, o->first + i) : o;
}

static bool are_values(const struct sg_parser *p, const struct ptx_operand *o, unsigned count, unsigned bytes)
{
    if ((o->kind == PTX_OPD_VEC ? o->count : 1) != count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!is_value(p, element(p, o, i), bytes))
            return false;
    return true;
}

static bool are_results(const struct sg_parser *p, const struct ptx_operand *o, unsigned count, unsigned bytes)
{
    if (o->mem || (o->kind == PTX_OPD_VEC ? o->count : 1) != count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct ptx_operand *e = element(p, o, i);
        if (e->kind != PTX_OPD_SINK && (e->kind != PTX_OPD_REG || !is_value(p, e, bytes)))
            return false;
    }
    return true;
}

/* A register of 64 bits, or the name of an opaque variable. */
static bool is_handle(const struct sg_parser *p, const struct ptx_operand *o)
{
    if (o->kind == PTX_OPD_VAR)
        return SG_AT(&p->vars, struct ptx_var, o->index)->opaque;
    return o->kind == PTX_OPD_REG && ptx_type_bytes(SG_AT(&p->regs, struct ptx_reg, o->index)->type) == 8;
}

static bool is_predicate(const struct sg_parser *p, const struct ptx_operand *o)
{
    return o->kind == PTX_OPD_SINK ||
           (o->kind == PTX_OPD_REG && SG_AT(&p->regs, struct ptx_reg, o->index)->type == PTX_PRED);
}

/* What follows the coordinates: level or gradients, offsets. */
static bool check_rest(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *o, uint8_t n)
{
    uint8_t k = 0;
    unsigned steps = step_count(insn->mods.geometry);

    if (insn->mods.mip == PTX_MIP_LEVEL && (k >= n || !are_values(p, &o[k++], 1, 4)))
        return false;
    for (unsigned i = 0; i < (insn->mods.mip == PTX_MIP_GRAD ? 2u : 0u); i++)
        if (k >= n || !are_values(p, &o[k++], steps, 4))
            return false;
    return k == n || (k + 1 == n && are_values(p, &o[k], steps, 4));
}

static bool check_fetch(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *o)
{
    uint8_t n = insn->operand_count, k = insn->pair ? 2 : 1;

    if (n < k + 3 || !are_results(p, &o[0], insn->mods.vec, ptx_type_bytes(insn->types[0])) ||
        (insn->pair && !is_predicate(p, &o[1])) || !is_handle(p, &o[k]) || !o[k].mem)
        return false;
    if (o[k + 1].kind != PTX_OPD_SINK && !is_handle(p, &o[k + 1]))
        return false;
    return are_values(p, &o[k + 2], coordinate_count(insn->mods.geometry), 4) &&
           check_rest(p, insn, &o[k + 3], (uint8_t)(n - k - 3));
}

static bool check_query(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *o)
{
    bool level = insn->mods.mip == PTX_MIP_LEVEL;

    return !insn->pair && insn->operand_count == (level ? 3 : 2) && are_results(p, &o[0], 1, 4) && o[1].mem &&
           is_handle(p, &o[1]) && (!level || are_values(p, &o[2], 1, 4));
}

static bool check_surface(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *o)
{
    bool loads = insn->op == PTX_SULD;
    unsigned count = insn->mods.vec ? insn->mods.vec : 1, bytes = ptx_type_bytes(insn->types[0]);
    const struct ptx_operand *place = &o[loads ? 1 : 0], *value = &o[loads ? 0 : 3];

    if (insn->pair || insn->operand_count != 4 || !place->mem || !is_handle(p, place) ||
        place[1].kind != PTX_OPD_SINK || !are_values(p, &place[2], coordinate_count(insn->mods.geometry), 4))
        return false;
    return loads ? are_results(p, value, count, bytes) : are_values(p, value, count, bytes);
}

bool sg_sampling_check(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *operands)
{
    if (insn->op == PTX_TEX || insn->op == PTX_TLD4)
        return check_fetch(p, insn, operands);
    return is_query(insn->op) ? check_query(p, insn, operands) : check_surface(p, insn, operands);
}

static bool among(unsigned value, unsigned a, unsigned b, unsigned c)
{
    return value == a || value == b || value == c;
}

static const char *fetch_trouble(const struct ptx_insn *insn)
{
    uint8_t result = insn->types[0], coordinates = insn->types[1], geometry = insn->mods.geometry;
    bool cube = geometry == PTX_CUBE || geometry == PTX_ACUBE;

    if (insn->mods.vec != (result == PTX_F16X2 ? 2 : 4))
        return "the result is a vector of four, of .f16x2 one of two";
    if (coordinates != PTX_F32 && (coordinates != PTX_S32 || cube || insn->op == PTX_TLD4))
        return "the coordinates must be .f32 here, or .s32";
    if (insn->op == PTX_TLD4 && !cube && !among(geometry, PTX_2D, PTX_A2D, PTX_2D))
        return "it has no such geometry";
    return NULL;
}

static const char *query_trouble(const struct ptx_insn *insn)
{
    uint8_t query = insn->mods.query;

    if (insn->op == PTX_SUQ)
        return query <= PTX_QUERY_ORDER || query == PTX_QUERY_ARRAY_SIZE || query == PTX_QUERY_LAYOUT
                   ? NULL
                   : "a surface has nothing of that name";
    if (insn->mods.mip && (insn->mods.mip != PTX_MIP_LEVEL || query > PTX_QUERY_DEPTH))
        return ".level goes with sizes only";
    return NULL;
}

static const char *surface_trouble(const struct ptx_insn *insn)
{
    bool reduces = insn->op == PTX_SURED || insn->op == PTX_SURED_P;
    uint8_t type = insn->types[0], atom = insn->mods.atom;

    if (!insn->mods.bounds)
        return "one of .trap .clamp .zero is required";
    if (insn->mods.geometry >= PTX_CUBE || (reduces && insn->mods.geometry > PTX_3D))
        return "it has no such geometry";
    if (insn->mods.vec > 4 || ptx_type_bytes((enum ptx_type)type) * (insn->mods.vec ? insn->mods.vec : 1) > 16)
        return "more than 16 bytes";
    if (!reduces)
        return NULL;
    bool logic = atom == PTX_ATOM_AND || atom == PTX_ATOM_OR, minmax = atom == PTX_ATOM_MIN || atom == PTX_ATOM_MAX;
    if (!logic && !minmax && atom != PTX_ATOM_ADD)
        return "the operation is .add, .min, .max, .and or .or";
    if (insn->op == PTX_SURED && (logic != (type == PTX_B32) || (type == PTX_S64 && !minmax)))
        return "the operation does not take this type";
    return NULL;
}

const char *sg_sampling_trouble(const struct ptx_insn *insn)
{
    if (insn->op == PTX_TEX || insn->op == PTX_TLD4)
        return fetch_trouble(insn);
    return is_query(insn->op) ? query_trouble(insn) : surface_trouble(insn);
}
