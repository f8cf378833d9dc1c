/* .entry and .func: parameters, performance directives, body (PTX ISA 5.1.6, 7, 11.4). */
#include "parser.h"

#include <string.h>

/* Declare it. Without a name, or as a register, its variable has a name that no text can spell. */
static bool add_param(struct sg_parser *p, const struct ptx_var *var, struct sg_name name, uint8_t reg_type,
                      bool is_result, uint32_t *index)
{
    struct sg_name hidden = {"_", 0, p->vars.count};

    if (!sg_variable_add(p, var, name.length && !reg_type ? name : hidden, index))
        return false;
    return !reg_type || sg_register_param(p, name, reg_type, *index, is_result);
}

/* One list of parameters, '(' to ')'. Offsets are counted for entries, harmless elsewhere. */
static bool read_params(struct sg_parser *p, bool results, struct ptx_param **out, uint32_t *count, uint32_t *bytes)
{
    uint64_t offset = 0;

    p->params.count = 0;
    sg_lex_next(&p->lex);
    while (p->lex.token.kind != ')') {
        struct ptx_var var;
        struct sg_name name;
        uint8_t reg_type;
        uint32_t line = p->lex.token.line;
        struct ptx_param *param = sg_vector_push(&p->params, 1);
        if (!param)
            return sg_parser_no_memory(p);
        if (!sg_variable_param(p, &var, &name, &reg_type))
            return false;
        offset = (offset + var.align - 1) / var.align * var.align;
        param->offset = (uint32_t)offset;
        offset += var.size;
        if (offset > UINT32_MAX)
            return sg_parser_fail(p, line, "Parameters are too large");
        if (!add_param(p, &var, name, reg_type, results, &param->var))
            return false;
        if (p->lex.token.kind != ')' && !sg_parser_expect(p, ',', "the parameter"))
            return false;
    }
    sg_lex_next(&p->lex);
    *bytes = (uint32_t)offset;
    *count = p->params.count;
    *out = sg_arena_copy(p->arena, p->params.data, p->params.count * sizeof **out);
    return *out || sg_parser_no_memory(p);
}

static bool skip_parens(struct sg_parser *p)
{
    uint32_t depth = 0;

    do {
        depth += p->lex.token.kind == '(';
        depth -= p->lex.token.kind == ')';
        if (p->lex.token.kind == SG_TOK_END || p->lex.token.kind == SG_TOK_BAD)
            return sg_parser_unexpected(p, "')'");
        sg_lex_next(&p->lex);
    } while (depth);
    return true;
}

/* 128, 1, 1; what is not written of the later ones is 1. */
static bool read_triple(struct sg_parser *p, uint32_t out[3])
{
    uint32_t i = 0;

    out[1] = out[2] = 1;
    do {
        if (i == 3)
            return sg_parser_unexpected(p, "at most three numbers");
        if (!sg_parser_number(p, INT32_MAX, &out[i++]))
            return false;
    } while (sg_parser_accept(p, ','));
    return true;
}

static bool read_performance(struct sg_parser *p, struct ptx_function *f)
{
    uint32_t ignored;
    bool skipped;

    if (!sg_debug_skip(p, &skipped) || skipped)
        return p->result == 0;
    if (sg_parser_accept_word(p, ".maxntid"))
        return read_triple(p, f->maxntid);
    if (sg_parser_accept_word(p, ".reqntid"))
        return read_triple(p, f->reqntid);
    if (sg_parser_accept_word(p, ".reqnctapercluster"))
        return read_triple(p, f->reqnctapercluster);
    if (sg_parser_accept_word(p, ".minnctapersm"))
        return sg_parser_number(p, INT32_MAX, &f->minnctapersm);
    if (sg_parser_accept_word(p, ".maxnreg"))
        return sg_parser_number(p, INT32_MAX, &f->maxnreg);
    if (sg_parser_accept_word(p, ".noreturn")) {
        f->noreturn = true;
        return true;
    }
    if (sg_parser_accept_word(p, ".attribute") || sg_parser_accept_word(p, ".unified"))
        return skip_parens(p);
    if (sg_parser_accept_word(p, ".maxnctapersm") || sg_parser_accept_word(p, ".maxclusterrank") ||
        sg_parser_accept_word(p, ".abi_preserve") || sg_parser_accept_word(p, ".abi_preserve_control"))
        return sg_parser_number(p, INT32_MAX, &ignored);
    if (sg_parser_accept_word(p, ".blocksareclusters") || sg_parser_accept_word(p, ".explicitcluster"))
        return true;
    return sg_parser_fail(p, p->lex.token.line, "Unknown performance directive '%.*s'", SG_TOKEN(p));
}

/* The function's slot: that of an earlier declaration of the name, or a new one. */
static bool find_slot(struct sg_parser *p, bool is_entry, uint32_t *index)
{
    const struct sg_token *t = &p->lex.token;

    if (t->kind != SG_TOK_IDENT)
        return sg_parser_unexpected(p, "the name of a function");
    struct sg_symbol *symbol = sg_names_find(&p->names, sg_names_of(t));
    if (symbol) {
        bool fits = symbol->kind == SG_SYM_FUNC &&
                    SG_AT(&p->functions, struct ptx_function, symbol->index)->is_entry == is_entry;
        *index = symbol->index;
        return fits || sg_parser_fail(p, t->line, "Duplicate definition of '%.*s'", SG_TOKEN(p));
    }
    struct ptx_function *f = sg_vector_push(&p->functions, 1);
    if (!f || !sg_names_declare(&p->names, sg_names_of(t), SG_SYM_FUNC, p->functions.count - 1, 0))
        return sg_parser_no_memory(p);
    f->name = sg_arena_text(p->arena, t->text, t->length);
    f->is_entry = is_entry;
    *index = p->functions.count - 1;
    return f->name || sg_parser_no_memory(p);
}

static bool keep_lists(struct sg_parser *p, struct ptx_function *f)
{
    uint32_t *targets = sg_arena_copy(p->arena, p->targets.data, p->targets.count * sizeof *targets);

    f->target_lists = sg_arena_alloc(p->arena, p->lists.count * sizeof *f->target_lists);
    f->protos = sg_arena_copy(p->arena, p->protos.data, p->protos.count * sizeof *f->protos);
    if (!targets || !f->target_lists || !f->protos)
        return sg_parser_no_memory(p);
    for (uint32_t i = 0; i < p->lists.count; i++) {
        const struct sg_list_span *span = SG_AT(&p->lists, struct sg_list_span, i);
        f->target_lists[i] = (struct ptx_target_list){targets + span->first, span->count, span->is_call};
    }
    f->target_list_count = p->lists.count;
    f->proto_count = p->protos.count;
    return true;
}

static bool keep_body(struct sg_parser *p, struct ptx_function *f)
{
    f->regs = sg_arena_copy(p->arena, p->regs.data, p->regs.count * sizeof *f->regs);
    f->insns = sg_arena_copy(p->arena, p->insns.data, p->insns.count * sizeof *f->insns);
    f->operands = sg_arena_copy(p->arena, p->operands.data, p->operands.count * sizeof *f->operands);
    if (!f->regs || !f->insns || !f->operands)
        return sg_parser_no_memory(p);
    f->reg_count = p->regs.count;
    f->insn_count = p->insns.count;
    f->operand_count = p->operands.count;
    f->has_body = true;
    return keep_lists(p, f);
}

static bool parse_body(struct sg_parser *p, struct ptx_function *f)
{
    p->insns.count = p->operands.count = 0;
    p->targets.count = p->lists.count = p->protos.count = p->uses.count = 0;
    p->in_body = true;
    p->used_bytes = UINT32_MAX;
    bool ok = sg_register_copy_params(p, false, NULL) && sg_body_parse(p) && sg_register_copy_params(p, true, NULL) &&
              keep_body(p, f);
    p->in_body = false;
    return ok;
}

static bool same_sizes(const struct sg_parser *p, const struct ptx_param *a, const struct ptx_param *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (SG_AT(&p->vars, struct ptx_var, a[i].var)->size != SG_AT(&p->vars, struct ptx_var, b[i].var)->size)
            return false;
    return true;
}

/* Calls were checked against the earlier declaration, so the later one must have the same parameters. */
static bool check_declarations(struct sg_parser *p, const struct ptx_function *old, const struct ptx_function *f)
{
    if (!old->line)
        return true;
    return (old->param_count == f->param_count && old->result_count == f->result_count &&
            same_sizes(p, old->params, f->params, f->param_count) &&
            same_sizes(p, old->results, f->results, f->result_count)) ||
           sg_parser_fail(p, f->line, "Inconsistent prototypes of '%s'", f->name);
}

/* Kernels had 4352 bytes of parameters before PTX 8.1, and have on devices before 7.0. */
static bool fits_parameter_space(struct sg_parser *p, const struct ptx_function *f)
{
    enum { LONG_BYTES = 32764, SHORT_BYTES = 4352, LONG_TARGET = 70, LONG_VERSION = 81 };
    const struct ptx_module *m = p->module;
    bool is_long = m->version_major * 10 + m->version_minor >= LONG_VERSION && m->target_sm >= LONG_TARGET;
    uint32_t most = is_long ? LONG_BYTES : SHORT_BYTES;
    return f->param_bytes <= most ||
           sg_parser_fail(p, f->line, "Formal parameter space overflowed (%u bytes required, max %u allowed) in '%s'",
                          f->param_bytes, most, f->name);
}

static bool pass_over(struct sg_parser *p, struct ptx_function *f)
{
    const char *begin = p->lex.token.text;

    if (!sg_lex_skip_block(&p->lex))
        return sg_parser_unexpected(p, "'}' of the function");
    p->passed_over += (size_t)(p->lex.at - begin);
    f->has_body = f->is_outline = true;
    return true;
}

/* Where it begins, so that it can be read again from there. */
static bool note_header(struct sg_parser *p, const struct sg_lexer *at, uint32_t function, uint8_t linkage)
{
    struct sg_header *header = sg_vector_push(&p->headers, 1);

    if (!header)
        return sg_parser_no_memory(p);
    *header = (struct sg_header){*at, function, linkage};
    return true;
}

/* Inputs, directives, and `;` or the body. */
static bool parse_rest(struct sg_parser *p, struct ptx_function *f, uint32_t index)
{
    uint32_t ignored;

    if (p->lex.token.kind == '(' &&
        !read_params(p, false, &f->params, &f->param_count, f->is_entry ? &f->param_bytes : &ignored))
        return false;
    if (!fits_parameter_space(p, f))
        return false;
    while (p->lex.token.kind == SG_TOK_WORD)
        if (!read_performance(p, f))
            return false;
    if (!check_declarations(p, SG_AT(&p->functions, struct ptx_function, index), f))
        return false;
    if (sg_parser_accept(p, ';'))
        return true;
    if (p->lex.token.kind != '{')
        return sg_parser_unexpected(p, "';' or the body of the function");
    if (f->has_body)
        return sg_parser_fail(p, f->line, "Function '%s' has two bodies", f->name);
    if (p->outlines && f->is_entry)
        return pass_over(p, f);
    /* A function that calls itself is checked against its own signature. */
    *SG_AT(&p->functions, struct ptx_function, index) = *f;
    return parse_body(p, f);
}

/* Results stand before the name, but their names belong to the function's scope and the function's own does not. So
 * they are passed over first and read again once the function is declared. */
bool sg_function_parse(struct sg_parser *p, bool is_entry, uint8_t linkage)
{
    struct sg_lexer results = p->lex;
    bool has_results = p->lex.token.kind == '(';
    uint32_t index = 0, ignored;

    if ((has_results && !skip_parens(p)) || !find_slot(p, is_entry, &index))
        return false;
    struct ptx_function old = *SG_AT(&p->functions, struct ptx_function, index);
    struct ptx_function f = {.name = old.name,
                             .is_entry = is_entry,
                             .has_body = old.has_body,
                             .visible = linkage > PTX_LINK_EXTERN || old.visible,
                             .linkage = linkage > old.linkage ? linkage : old.linkage,
                             .noreturn = old.noreturn,
                             .line = p->lex.token.line};
    sg_lex_next(&p->lex);
    sg_names_enter(&p->names);
    p->regs.count = p->register_params.count = 0;
    if (has_results) {
        struct sg_lexer rest = p->lex;
        p->lex = results;
        if (!read_params(p, true, &f.results, &f.result_count, &ignored))
            return false;
        p->lex = rest;
    }
    if (!parse_rest(p, &f, index) || (f.is_outline && !note_header(p, &results, index, linkage)))
        return false;
    sg_names_leave(&p->names);
    /* A declaration that repeats a function with a body adds nothing. */
    if (!(old.has_body && !f.insns))
        *SG_AT(&p->functions, struct ptx_function, index) = f;
    return true;
}
