/* Operands of instructions (PTX ISA 6): registers, constants, addresses, vectors, lists. */
#include "parser.h"
#include "video.h"

#include <string.h>

bool sg_operand_push(struct sg_parser *p, const struct ptx_operand *operands, uint32_t count, uint32_t *first)
{
    struct ptx_operand *slot = sg_vector_push(&p->operands, count);

    if (!slot)
        return sg_parser_no_memory(p);
    memcpy(slot, operands, count * sizeof *slot);
    *first = p->operands.count - count;
    return true;
}

/* .x .y .z .w, or .r .g .b .a */
static bool read_component(struct sg_parser *p, uint8_t width, uint8_t *component)
{
    static const char letters[] = "xyzwrgba";
    const struct sg_token *t = &p->lex.token;
    const char *found = t->kind == SG_TOK_WORD && t->length == 2 ? strchr(letters, t->text[1]) : NULL;

    if (!found || (found - letters) % 4 >= width)
        return sg_parser_unexpected(p, "a component such as .x");
    *component = (uint8_t)((found - letters) % 4);
    sg_lex_next(&p->lex);
    return true;
}

/* A vector register written whole is the vector of its components. */
static bool spread_register(struct sg_parser *p, struct ptx_operand *operand, uint8_t width)
{
    struct ptx_operand parts[8];

    memset(parts, 0, sizeof parts);
    for (uint8_t i = 0; i < width; i++)
        parts[i] = (struct ptx_operand){.kind = PTX_OPD_REG, .index = operand->index + i};
    operand->kind = PTX_OPD_VEC;
    operand->count = width;
    return sg_operand_push(p, parts, width, &operand->first);
}

static bool read_register(struct sg_parser *p, const struct sg_symbol *symbol, uint32_t number,
                          struct ptx_operand *operand)
{
    uint8_t width = symbol->width, component = 0;

    operand->kind = PTX_OPD_REG;
    operand->index = symbol->index + number * (width ? width : 1u);
    if (width && p->lex.token.kind != SG_TOK_WORD)
        return spread_register(p, operand, width);
    bool selects = !width && sg_video_selects(&p->lex.token);
    if (p->lex.token.kind == SG_TOK_WORD && !selects && !read_component(p, width, &component))
        return false;
    operand->index += component;
    return true;
}

/* The bare name of a vector such as %tid means its .x, as old compilers wrote it. */
static bool read_special(struct sg_parser *p, const struct sg_symbol *symbol, uint32_t number,
                         struct ptx_operand *operand)
{
    operand->kind = PTX_OPD_SREG;
    operand->index = symbol->index;
    operand->component = (uint8_t)number;
    return p->lex.token.kind != SG_TOK_WORD || read_component(p, symbol->width, &operand->component);
}

/* Marks name[2] until it is known whether the instruction means the element or its address. */
enum { SUBSCRIPT = 0xff };

/* name, name+4, name[2] */
static bool read_variable(struct sg_parser *p, uint32_t index, struct ptx_operand *operand)
{
    uint8_t sign = p->lex.token.kind;

    operand->kind = PTX_OPD_VAR;
    operand->index = index;
    if (sign == '[') {
        uint8_t type = SG_AT(&p->vars, struct ptx_var, index)->type;
        sg_lex_next(&p->lex);
        if (!sg_expression_integer(p, &operand->value))
            return false;
        operand->value = (int64_t)((uint64_t)operand->value * ptx_type_bytes(type));
        operand->component = SUBSCRIPT;
        return sg_parser_expect(p, ']', "the array index");
    }
    if (sign != '+' && sign != '-')
        return true;
    sg_lex_next(&p->lex);
    if (!sg_expression_integer(p, &operand->value))
        return false;
    if (sign == '-')
        operand->value = (int64_t)(0 - (uint64_t)operand->value);
    return true;
}

static bool read_symbol(struct sg_parser *p, const struct sg_symbol *symbol, uint32_t number,
                        struct ptx_operand *operand)
{
    uint8_t kind = symbol->kind;
    uint32_t index = symbol->index;

    if (kind == SG_SYM_ABSENT)
        return sg_parser_fail(p, p->lex.token.line, "Special register '%.*s' is not implemented by softgpu",
                              SG_TOKEN(p));
    sg_lex_next(&p->lex);
    switch (kind) {
    case SG_SYM_REG: return read_register(p, symbol, number, operand);
    case SG_SYM_SREG: return read_special(p, symbol, number, operand);
    case SG_SYM_VAR: return read_variable(p, index, operand);
    case SG_SYM_LABEL: operand->kind = PTX_OPD_LABEL; break;
    case SG_SYM_FUNC: operand->kind = PTX_OPD_FUNC; break;
    case SG_SYM_TARGETS: operand->kind = PTX_OPD_TARGETS; break;
    default: operand->kind = PTX_OPD_PROTO; break;
    }
    operand->index = index;
    return true;
}

static bool read_constant(struct sg_parser *p, struct ptx_operand *operand)
{
    struct sg_value v;

    if (!sg_expression_parse(p, &v))
        return false;
    if (v.masked || v.generic)
        return sg_parser_fail(p, p->lex.token.line, "generic() and mask() stand in initial values only");
    operand->value = v.integer;
    operand->index = v.index;
    switch (v.kind) {
    case SG_VALUE_INT: operand->kind = PTX_OPD_INT; return true;
    case SG_VALUE_VAR: operand->kind = PTX_OPD_VAR; return true;
    case SG_VALUE_FUNC:
        operand->kind = PTX_OPD_FUNC;
        return v.integer == 0 || sg_parser_fail(p, p->lex.token.line, "Offset from a function");
    default:
        operand->kind = v.single ? PTX_OPD_F32 : PTX_OPD_F64;
        if (v.single)
            operand->value = (int64_t)v.bits;
        else
            memcpy(&operand->value, &v.real, sizeof v.real);
        return true;
    }
}

/* Most constants are one literal; expressions take the long way. */
static bool read_literal(struct sg_parser *p, struct ptx_operand *operand)
{
    const struct sg_token *t = &p->lex.token;
    char next = sg_lex_peek(&p->lex);

    if (next != ';' && next != ',' && next != '}' && next != ')')
        return read_constant(p, operand);
    operand->kind = t->kind == SG_TOK_INT ? PTX_OPD_INT : t->kind == SG_TOK_F32 ? PTX_OPD_F32 : PTX_OPD_F64;
    operand->value = (int64_t)t->bits;
    sg_lex_next(&p->lex);
    return true;
}

/* A register, special register, constant, name or `_`. A name that stands for nothing yet is a label if `labels`. */
static bool read_scalar(struct sg_parser *p, struct ptx_operand *operand, bool labels)
{
    const struct sg_token *t = &p->lex.token;
    uint32_t number = 0;

    memset(operand, 0, sizeof *operand);
    if (t->kind == SG_TOK_INT || t->kind == SG_TOK_F32 || t->kind == SG_TOK_F64)
        return read_literal(p, operand);
    if (t->kind != SG_TOK_IDENT)
        return read_constant(p, operand);
    if (t->length == 1 && t->text[0] == '_') {
        operand->kind = PTX_OPD_SINK;
        sg_lex_next(&p->lex);
        return true;
    }
    if (labels) {
        operand->kind = PTX_OPD_LABEL;
        sg_lex_next(&p->lex);
        return true;
    }
    const struct sg_symbol *symbol = sg_names_resolve(&p->names, sg_names_of(t), &number);
    if (symbol)
        return read_symbol(p, symbol, number, operand);
    return read_constant(p, operand);
}

/* [reg], [reg+4], [reg+-4], [reg-4], [var+4], [16] */
static bool read_address(struct sg_parser *p, struct ptx_operand *operand)
{
    sg_lex_next(&p->lex);
    if (!read_scalar(p, operand, false))
        return false;
    operand->component = 0;
    uint8_t kind = operand->kind, sign = p->lex.token.kind;
    if (kind != PTX_OPD_REG && kind != PTX_OPD_VAR && kind != PTX_OPD_INT)
        return sg_parser_unexpected(p, "an address in brackets");
    operand->mem = true;
    operand->base_reg = kind == PTX_OPD_REG;
    if (kind == PTX_OPD_REG && (sign == '+' || sign == '-')) {
        sg_lex_next(&p->lex);
        if (!sg_expression_integer(p, &operand->value))
            return false;
        if (sign == '-')
            operand->value = (int64_t)(0 - (uint64_t)operand->value);
    }
    if (!sg_parser_expect(p, ']', "the address"))
        return false;
    /* [a].unified promises that the address lies in unified memory, which makes no difference here. */
    (void)sg_parser_accept_word(p, ".unified");
    return true;
}

/* {a, b} or (a, b): the elements go to the function's operands, one after the other. */
static bool read_group(struct sg_parser *p, struct ptx_operand *operand, uint8_t close)
{
    memset(operand, 0, sizeof *operand);
    operand->kind = close == '}' ? PTX_OPD_VEC : PTX_OPD_LIST;
    operand->first = p->operands.count;
    sg_lex_next(&p->lex);
    while (p->lex.token.kind != close) {
        struct ptx_operand element;
        uint32_t ignored;
        if (!read_scalar(p, &element, false))
            return false;
        if (element.kind != PTX_OPD_SINK && element.kind > PTX_OPD_SREG)
            return sg_parser_unexpected(p, "registers or constants in the group");
        if (element.kind == PTX_OPD_VAR)
            element.component = 0;
        if (!sg_operand_push(p, &element, 1, &ignored))
            return false;
        operand->count++;
        if (p->lex.token.kind != close && !sg_parser_expect(p, ',', "the element"))
            return false;
    }
    sg_lex_next(&p->lex);
    return p->result == 0;
}

/* {a} is a, so that only real vectors reach lowering. */
static bool read_vector(struct sg_parser *p, struct ptx_operand *operand)
{
    if (!read_group(p, operand, '}'))
        return false;
    if (operand->count == 1)
        *operand = *SG_AT(&p->operands, struct ptx_operand, --p->operands.count);
    return true;
}

bool sg_operand_parse(struct sg_parser *p, const struct sg_template *t, struct ptx_operand *operand)
{
    uint16_t op = t->insn.op;

    switch (p->lex.token.kind) {
    case '[': return read_address(p, operand);
    case '{': return read_vector(p, operand);
    case '(':
        if (op == PTX_CALL)
            return read_group(p, operand, ')');
        return read_scalar(p, operand, false);
    case '!':
        if (!(sg_class_of[(unsigned char)sg_lex_peek(&p->lex)] & SG_CHAR_START))
            return read_scalar(p, operand, false);
        sg_lex_next(&p->lex);
        if (!read_scalar(p, operand, false))
            return false;
        operand->negated = true;
        return true;
    default:
        if (!read_scalar(p, operand, op == PTX_BRA))
            return false;
        if (operand->kind == PTX_OPD_VAR && operand->component == SUBSCRIPT) {
            operand->component = 0;
            operand->mem = op == PTX_LD || op == PTX_ST || op == PTX_ATOM || op == PTX_RED || op == PTX_LDU;
        }
        if (operand->kind == PTX_OPD_REG && p->lex.token.kind == SG_TOK_WORD && sg_video_is(op))
            return sg_video_read(p, operand);
        return true;
    }
}
