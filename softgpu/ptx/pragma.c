/* .pragma: advice to the compiler. One kind matters to a device that checks every access: used_bytes_mask tells
 * which bytes of the next load the program will look at. nvcc makes one wide load of several, and what it adds may
 * lie behind the end of an allocation. All other advice is read over. */
#include "parser.h"

#include <stdlib.h>
#include <string.h>

#define USED_BYTES "used_bytes_mask"

/* The string without its quotes: name, white space, number. */
static bool read_mask(struct sg_parser *p, const char *text, size_t length)
{
    char number[32] = "", *end = number;
    size_t at = strlen(USED_BYTES);

    while (at < length && (text[at] == ' ' || text[at] == '\t'))
        at++;
    if (at == length)
        return sg_parser_fail(p, p->lex.token.line, "Argument(s) to pragma '%.*s' cannot be empty", SG_TOKEN(p));
    if (length - at < sizeof number) {
        memcpy(number, text + at, length - at);
        p->used_bytes = (uint32_t)strtoull(number, &end, 0);
    }
    return (end != number && *end == 0) ||
           sg_parser_fail(p, p->lex.token.line, "Invalid value specified for .pragma %.*s", SG_TOKEN(p));
}

/* The token is a string. */
static bool read_advice(struct sg_parser *p)
{
    const char *text = p->lex.token.text + 1;
    size_t length = p->lex.token.length - 2, name = strcspn(text, " \t\"");

    if (name != strlen(USED_BYTES) || memcmp(text, USED_BYTES, name) != 0)
        return true;
    return read_mask(p, text, length);
}

bool sg_pragma_parse(struct sg_parser *p)
{
    do {
        if (p->lex.token.kind != SG_TOK_STRING)
            return sg_parser_unexpected(p, "a string after .pragma");
        if (!read_advice(p))
            return false;
        sg_lex_next(&p->lex);
    } while (sg_parser_accept(p, ','));
    return sg_parser_expect(p, ';', ".pragma");
}
