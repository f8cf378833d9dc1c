/* Directives that only debuggers and optimisers read: .file .loc .section and @@DWARF lines, and with pragma.c
 * .pragma. They are checked for form only as far as is needed to find their end. */
#include "parser.h"

/* .loc 1 12 3 [, function_name $L__info_string0 [+ 5]] [, inlined_at 1 4 9] */
static bool skip_loc(struct sg_parser *p)
{
    if (p->lex.token.kind != SG_TOK_INT)
        return sg_parser_unexpected(p, "a file number after .loc");
    while (p->lex.token.kind == SG_TOK_INT || p->lex.token.kind == ',') {
        bool comma = sg_parser_accept(p, ',');
        if (!comma) {
            sg_lex_next(&p->lex);
            continue;
        }
        bool function = sg_lex_is(&p->lex.token, "function_name");
        if (!function && !sg_lex_is(&p->lex.token, "inlined_at"))
            return sg_parser_unexpected(p, "function_name or inlined_at");
        sg_lex_next(&p->lex);
        if (function && p->lex.token.kind != SG_TOK_IDENT && p->lex.token.kind != SG_TOK_WORD)
            return sg_parser_unexpected(p, "a label after function_name");
        if (function)
            sg_lex_next(&p->lex);
        if (function && sg_parser_accept(p, '+'))
            sg_lex_next(&p->lex);
    }
    return p->result == 0;
}

/* .file 1 "name.cu" [, 1700000000, 4096] */
static bool skip_file(struct sg_parser *p)
{
    uint32_t ignored;

    if (!sg_parser_number(p, UINT32_MAX, &ignored))
        return false;
    if (p->lex.token.kind != SG_TOK_STRING)
        return sg_parser_unexpected(p, "a file name in quotes");
    sg_lex_next(&p->lex);
    while (sg_parser_accept(p, ','))
        if (!sg_parser_number(p, UINT32_MAX, &ignored))
            return false;
    return true;
}

static bool skip_section(struct sg_parser *p)
{
    if (p->lex.token.kind != SG_TOK_WORD && p->lex.token.kind != SG_TOK_IDENT)
        return sg_parser_unexpected(p, "a section name");
    sg_lex_next(&p->lex);
    if (p->lex.token.kind != '{')
        return sg_parser_unexpected(p, "'{' after the section name");
    uint32_t line = p->lex.token.line;
    if (!sg_lex_skip_block(&p->lex))
        return sg_parser_fail(p, line, "Parsing error: .section without '}'");
    return true;
}

bool sg_debug_skip(struct sg_parser *p, bool *skipped)
{
    *skipped = true;
    if (p->lex.token.kind == '@' && sg_lex_peek(&p->lex) == '@') {
        sg_lex_skip_line(&p->lex);
        return true;
    }
    if (sg_parser_accept_word(p, ".loc"))
        return skip_loc(p);
    if (sg_parser_accept_word(p, ".file"))
        return skip_file(p);
    if (sg_parser_accept_word(p, ".section"))
        return skip_section(p);
    if (sg_parser_accept_word(p, ".pragma"))
        return sg_pragma_parse(p);
    *skipped = false;
    return true;
}
