/* Registers: declarations, single or as ranges, and parameters of functions that live in registers (PTX ISA 5.1.1,
 * 7.1). Only the parameters of .param space are passed in a call; a parameter in a register is copied from or to
 * one. */
#include "parser.h"

static bool add(struct sg_parser *p, struct sg_name name, uint32_t count, uint8_t type, uint8_t vector, uint32_t line)
{
    uint32_t width = vector ? vector : 1, first = p->regs.count, total = (count ? count : 1) * width;

    if (sg_names_taken(&p->names, name, count != 0))
        return sg_parser_fail(p, line, "Duplicate definition of '%.*s'", sg_parser_quote_length(name.length),
                              name.text);
    if (first + total > SG_REGISTERS_MAX)
        return sg_parser_fail(p, line, "More than %d registers in a function", SG_REGISTERS_MAX);
    struct ptx_reg *regs = sg_vector_push(&p->regs, total);
    const char *text = sg_arena_text(p->arena, name.text, name.length);
    struct sg_symbol *symbol = sg_names_declare(&p->names, name, SG_SYM_REG, first, count);
    if (!regs || !text || !symbol)
        return sg_parser_no_memory(p);
    symbol->type = type;
    symbol->width = vector;
    for (uint32_t i = 0; i < total; i++)
        regs[i] = (struct ptx_reg){text, type, count ? (int32_t)(i / width) : -1};
    return true;
}

/* One name of a .reg directive: %p1, or %r<100>. */
bool sg_register_declare(struct sg_parser *p, const struct sg_declaration *d)
{
    struct sg_token name = p->lex.token;
    uint32_t count;

    if (name.kind != SG_TOK_IDENT)
        return sg_parser_unexpected(p, "the name of a register");
    sg_lex_next(&p->lex);
    if (!sg_parser_accept(p, '<'))
        return add(p, sg_names_of(&name), 0, d->type, d->width, name.line);
    if (!sg_parser_number(p, SG_REGISTERS_MAX, &count) || !sg_parser_expect(p, '>', "the number of registers"))
        return false;
    return count == 0 || add(p, sg_names_of(&name), count, d->type, d->width, name.line);
}

bool sg_register_param(struct sg_parser *p, struct sg_name name, uint8_t type, uint32_t var, bool is_result)
{
    struct sg_register_param *param = sg_vector_push(&p->register_params, 1);

    if (!param)
        return sg_parser_no_memory(p);
    if (type == PTX_PRED)
        return sg_parser_fail(p, p->lex.token.line,
                              "A parameter in a predicate register is not implemented by softgpu");
    *param = (struct sg_register_param){var, name.length ? p->regs.count : UINT32_MAX, is_result};
    return name.length == 0 || add(p, name, 0, type, 0, p->lex.token.line);
}

/* ld.param reg, [var] or st.param [var], reg, guarded like `model` if there is one. */
static bool copy(struct sg_parser *p, const struct sg_register_param *param, const struct ptx_insn *model)
{
    static const uint8_t types[] = {[1] = PTX_B8, [2] = PTX_B16, [4] = PTX_B32, [8] = PTX_B64, [16] = PTX_B128};
    struct ptx_operand reg = {.kind = PTX_OPD_REG, .index = param->reg};
    struct ptx_operand var = {.kind = PTX_OPD_VAR, .mem = true, .index = param->var};
    struct ptx_operand pair[2] = {param->is_result ? var : reg, param->is_result ? reg : var};
    enum ptx_type type = SG_AT(&p->regs, struct ptx_reg, param->reg)->type;
    struct ptx_insn *insn = sg_vector_push(&p->insns, 1);

    if (!insn)
        return sg_parser_no_memory(p);
    insn->name = param->is_result ? "st.param" : "ld.param";
    insn->op = param->is_result ? PTX_ST : PTX_LD;
    insn->types[0] = types[ptx_type_bytes(type)];
    insn->type_count = 1;
    insn->mods.space = PTX_PARAM;
    insn->guard = model ? model->guard : -1;
    insn->guard_negated = model && model->guard_negated;
    insn->operand_count = 2;
    insn->used_bytes = UINT32_MAX;
    insn->line = model ? model->line : p->lex.token.line;
    return sg_operand_push(p, pair, 2, &insn->operands);
}

bool sg_register_copy_params(struct sg_parser *p, bool results, const struct ptx_insn *before)
{
    for (uint32_t i = 0; i < p->register_params.count; i++) {
        const struct sg_register_param *param = SG_AT(&p->register_params, struct sg_register_param, i);
        if (param->is_result == results && param->reg != UINT32_MAX && !copy(p, param, before))
            return false;
    }
    return true;
}
