/* Errors and tokens, as every file of the parser uses them; see parser.h. */
#include "parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Where the lexer stands after an error: the end of an empty text. */
static const char nothing[SG_LEX_PAD];

static void stop(struct sg_parser *p, int result)
{
    p->result = result;
    p->lex.at = nothing;
    sg_lex_next(&p->lex);
}

bool sg_parser_fail(struct sg_parser *p, uint32_t line, const char *format, ...)
{
    char message[400];
    va_list args;

    if (p->result)
        return false;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    sg_ptx_log_error(p->log, line, "%s", message);
    stop(p, SG_RESULT_INVALID_PTX);
    return false;
}

bool sg_parser_no_memory(struct sg_parser *p)
{
    if (p->result)
        return false;
    sg_ptx_log_error(p->log, p->lex.token.line, "out of memory while reading the module");
    stop(p, SG_RESULT_OUT_OF_MEMORY);
    return false;
}

int sg_parser_quote_length(uint32_t length)
{
    return length < SG_TOKEN_MAX ? (int)length : SG_TOKEN_MAX;
}

bool sg_parser_unexpected(struct sg_parser *p, const char *wanted)
{
    const struct sg_token *t = &p->lex.token;

    if (t->kind == SG_TOK_BAD)
        return sg_parser_fail(p, t->line, "Parsing error near '%.*s': %s", SG_TOKEN(p), p->lex.trouble);
    if (t->kind == SG_TOK_END)
        return sg_parser_fail(p, t->line, "Parsing error: the text ends where %s is expected", wanted);
    return sg_parser_fail(p, t->line, "Parsing error near '%.*s': %s is expected", SG_TOKEN(p), wanted);
}

bool sg_parser_accept(struct sg_parser *p, uint8_t kind)
{
    if (p->lex.token.kind != kind)
        return false;
    sg_lex_next(&p->lex);
    return true;
}

bool sg_parser_expect(struct sg_parser *p, uint8_t kind, const char *after)
{
    char wanted[80];

    if (sg_parser_accept(p, kind))
        return true;
    (void)snprintf(wanted, sizeof wanted, "'%c' after %s", kind, after);
    return sg_parser_unexpected(p, wanted);
}

bool sg_parser_accept_word(struct sg_parser *p, const char *word)
{
    if (p->lex.token.kind != SG_TOK_WORD || !sg_lex_is(&p->lex.token, word))
        return false;
    sg_lex_next(&p->lex);
    return true;
}

bool sg_parser_number(struct sg_parser *p, uint32_t max, uint32_t *value)
{
    const struct sg_token *t = &p->lex.token;

    if (t->kind != SG_TOK_INT)
        return sg_parser_unexpected(p, "a number");
    if (t->bits > max)
        return sg_parser_fail(p, t->line, "Value out of range: '%.*s', at most %u", SG_TOKEN(p), max);
    *value = (uint32_t)t->bits;
    sg_lex_next(&p->lex);
    return true;
}
