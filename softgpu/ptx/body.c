/* The body of a function: blocks, declarations, labels, guarded instructions. */
#include "parser.h"

/* @%p1 or @!%p1 */
static bool read_guard(struct sg_parser *p, int32_t *guard, bool *negated)
{
    uint32_t number = 0;

    sg_lex_next(&p->lex);
    *negated = sg_parser_accept(p, '!');
    const struct sg_token *t = &p->lex.token;
    if (t->kind != SG_TOK_IDENT)
        return sg_parser_unexpected(p, "a predicate register after '@'");
    struct sg_symbol *symbol = sg_names_resolve(&p->names, sg_names_of(t), &number);
    if (!symbol)
        return sg_parser_fail(p, t->line, "Unknown symbol '%.*s'", SG_TOKEN(p));
    if (symbol->kind != SG_SYM_REG || symbol->type != PTX_PRED || symbol->width)
        return sg_parser_fail(p, t->line, "Guard '%.*s' is not a predicate register", SG_TOKEN(p));
    *guard = (int32_t)(symbol->index + number);
    sg_lex_next(&p->lex);
    return true;
}

/* name: or name: .branchtargets ... */
static bool parse_label(struct sg_parser *p)
{
    struct sg_token name = p->lex.token;

    sg_lex_next(&p->lex);
    sg_lex_next(&p->lex);
    if (sg_parser_accept_word(p, ".branchtargets"))
        return sg_label_targets(p, sg_names_of(&name), false);
    if (sg_parser_accept_word(p, ".calltargets"))
        return sg_label_targets(p, sg_names_of(&name), true);
    if (sg_parser_accept_word(p, ".callprototype"))
        return sg_prototype_parse(p, sg_names_of(&name));
    return sg_label_define(p, sg_names_of(&name), name.line);
}

static bool parse_directive(struct sg_parser *p)
{
    struct sg_declaration d = {0};
    bool skipped;

    if (!sg_debug_skip(p, &skipped) || skipped)
        return p->result == 0;
    d.external = sg_parser_accept_word(p, ".extern");
    if (p->lex.token.kind == SG_TOK_WORD && sg_variable_space(&p->lex.token, &d.space))
        return sg_variable_declare(p, &d);
    return sg_parser_fail(p, p->lex.token.line, "Unknown directive '%.*s'", SG_TOKEN(p));
}

/* An identifier right before a colon is a label; white space may stand between. */
static bool at_label(const struct sg_parser *p)
{
    const char *at = p->lex.at;

    if (*at == '.')
        return false;
    return *at == ':' ? at[1] != ':' : sg_lex_peek(&p->lex) == ':';
}

static bool parse_guarded(struct sg_parser *p)
{
    int32_t guard = -1;
    bool negated = false, skipped;

    if (sg_lex_peek(&p->lex) == '@')
        return sg_debug_skip(p, &skipped);
    return read_guard(p, &guard, &negated) && sg_instruction_parse(p, guard, negated);
}

static bool parse_statement(struct sg_parser *p)
{
    switch (p->lex.token.kind) {
    case SG_TOK_IDENT: return at_label(p) ? parse_label(p) : sg_instruction_parse(p, -1, false);
    case SG_TOK_WORD: return parse_directive(p);
    case '@': return parse_guarded(p);
    case '{': sg_lex_next(&p->lex); return sg_label_scope_enter(p);
    case ';': sg_lex_next(&p->lex); return true;
    default: return sg_parser_unexpected(p, "an instruction, a directive or '}'");
    }
}

/* From '{' to the '}' that belongs to it. */
bool sg_body_parse(struct sg_parser *p)
{
    p->scope_count = 0;
    sg_lex_next(&p->lex);
    if (!sg_label_scope_enter(p))
        return false;
    while (p->scope_count) {
        if (p->lex.token.kind == '}') {
            if (!sg_label_scope_leave(p, p->scope_count == 1))
                return false;
            sg_lex_next(&p->lex);
        } else if (!parse_statement(p)) {
            return false;
        }
    }
    return p->result == 0;
}
