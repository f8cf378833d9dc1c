/* Forms and operands of the video instructions (PTX ISA 9.7.17 and 9.7.18). */
#include "video.h"

#include "fit.h"
#include "parser.h"

enum { DIGITS_MAX = 4, SCALAR = 1, PAIR = 2, QUAD = 4 };

bool sg_video_is(uint16_t op)
{
    return op >= PTX_MATRIX_END;
}

unsigned sg_video_parts(uint16_t op)
{
    return op >= PTX_VADD4 ? QUAD : op >= PTX_VADD2 ? PAIR : SCALAR;
}

bool sg_video_selects(const struct sg_token *token)
{
    if (token->length < 3 || token->length > 2 + DIGITS_MAX || (token->text[1] != 'b' && token->text[1] != 'h'))
        return false;
    for (uint32_t i = 2; i < token->length; i++)
        if (token->text[i] < '0' || token->text[i] > '7')
            return false;
    return true;
}

bool sg_video_read(struct sg_parser *p, struct ptx_operand *operand)
{
    const struct sg_token *t = &p->lex.token;
    uint32_t digits = t->length - 2;

    if (!sg_video_selects(t))
        return sg_parser_unexpected(p, "a selection such as .b0");
    operand->value = SG_VIDEO_SELECTION(t->text[1] == 'b' ? 8 : 16, digits);
    for (uint32_t i = 0; i < digits; i++)
        operand->value |= (int64_t)(t->text[2 + i] - '0') << 4 * (digits - 1 - i);
    sg_lex_next(&p->lex);
    return true;
}

const char *sg_video_trouble(const struct ptx_insn *insn)
{
    bool shifts = insn->op == PTX_VSHL || insn->op == PTX_VSHR, many = sg_video_parts(insn->op) > SCALAR;
    uint8_t second = insn->mods.atom;

    if (second > (many ? PTX_ATOM_ADD : PTX_ATOM_MAX))
        return many ? "the second operation is .add" : "the second operation is .add, .min or .max";
    if (many && second && insn->mods.sat)
        return ".sat does not go with .add";
    if (insn->mods.cmp > PTX_GE)
        return "the comparison does not fit the type";
    return shifts && insn->types[2] != PTX_U32 ? "it shifts by .u32" : NULL;
}

static bool is_register(const struct sg_parser *p, const struct ptx_operand *o)
{
    return !o->negated && sg_fit_exact(p, o, PTX_U32, ptx_type_bytes(PTX_U32));
}

/* One part: .b0 to .b3, .h0, .h1. */
static bool selects_one(int64_t selection)
{
    return !selection ||
           (sg_video_count(selection) == 1 && sg_video_digit(selection, 0) < 32 / sg_video_bits(selection));
}

static bool check_scalar(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *o)
{
    uint8_t n = insn->operand_count;

    if ((n != 3 && n != 4) || !is_register(p, &o[0]) || !selects_one(o[0].value))
        return false;
    if (n == 3 ? insn->mods.atom || o[0].value : insn->mods.atom && o[0].value)
        return false;
    for (uint8_t k = 1; k < n; k++) {
        bool constant = o[k].kind == PTX_OPD_INT && !o[k].mem;
        if (!constant && (!is_register(p, &o[k]) || (k == 3 ? o[k].value != 0 : !selects_one(o[k].value))))
            return false;
    }
    return true;
}

/* As many parts as the instruction has, each of a or b; a result's are some of its own, from the highest down. */
static bool selects_many(int64_t selection, unsigned parts, bool result)
{
    unsigned count = sg_video_count(selection);

    if (!selection)
        return true;
    if (sg_video_bits(selection) != 32 / parts || (result ? count > parts : count != parts))
        return false;
    for (unsigned k = 0; k < count; k++)
        if (sg_video_digit(selection, k) >= (result ? parts : 2 * parts) ||
            (result && k && sg_video_digit(selection, k) <= sg_video_digit(selection, k - 1)))
            return false;
    return true;
}

bool sg_video_check(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *operands)
{
    unsigned parts = sg_video_parts(insn->op);

    if (insn->pair)
        return false;
    if (parts == SCALAR)
        return check_scalar(p, insn, operands);
    if (insn->operand_count != 4 || operands[3].value)
        return false;
    for (unsigned k = 0; k < 4; k++)
        if (!is_register(p, &operands[k]) || !selects_many(operands[k].value, parts, k == 0))
            return false;
    return true;
}
