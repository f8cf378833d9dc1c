/* PTX text -> tokens; see lex.h. Knows neither instructions nor directives. */
#include "lex.h"

#include <string.h>

static bool is(char c, unsigned mask)
{
    return (sg_class_of[(unsigned char)c] & mask) != 0;
}

/* The end of a comment of either form that starts at `at`; lines are added to *line. NULL if it has no end. */
static const char *comment_end(const char *at, uint32_t *line)
{
    if (at[1] == '/') {
        while (*at && *at != '\n')
            at++;
        return at;
    }
    for (at += 2; *at; at++) {
        if (at[0] == '*' && at[1] == '/')
            return at + 2;
        *line += *at == '\n';
    }
    return NULL;
}

/* White space and comments. Returns NULL for a comment without end. */
static const char *blank_end(const char *at, uint32_t *line)
{
    for (;;) {
        while (is(*at, SG_CHAR_SPACE))
            *line += *at++ == '\n';
        if (at[0] != '/' || (at[1] != '/' && at[1] != '*'))
            return at;
        at = comment_end(at, line);
        if (!at)
            return NULL;
    }
}

static void finish(struct sg_lexer *lex, uint8_t kind, const char *end)
{
    lex->token.kind = kind;
    lex->token.length = (uint32_t)(end - lex->token.text);
    lex->at = end;
}

static void bad(struct sg_lexer *lex, const char *trouble, const char *end)
{
    lex->trouble = trouble;
    finish(lex, SG_TOK_BAD, end);
}

static void scan_name(struct sg_lexer *lex, uint8_t kind)
{
    const char *at = lex->at;
    uint32_t hash = SG_HASH_STEP(SG_HASH_START, *at);

    for (at++; is(*at, SG_CHAR_NAME); at++)
        hash = SG_HASH_STEP(hash, *at);
    lex->token.hash = hash;
    finish(lex, kind, at);
}

static void scan_string(struct sg_lexer *lex)
{
    const char *at = lex->at + 1;

    while (*at && *at != '"' && *at != '\n')
        at += *at == '\\' && at[1] && at[1] != '\n' ? 2 : 1;
    if (*at == '"')
        finish(lex, SG_TOK_STRING, at + 1);
    else
        bad(lex, "string without end", at);
}

static void scan_punctuation(struct sg_lexer *lex)
{
    static const struct {
        char text[3];
        uint8_t kind;
    } doubles[] = {
        {"<<", SG_TOK_SHL}, {">>", SG_TOK_SHR}, {"<=", SG_TOK_LE},  {">=", SG_TOK_GE},
        {"==", SG_TOK_EQ},  {"!=", SG_TOK_NE},  {"&&", SG_TOK_AND}, {"||", SG_TOK_OR},
    };
    char c = *lex->at;

    bool single = c == ',' || c == ';' || c == '[' || c == ']';
    for (size_t i = 0; !single && i < sizeof doubles / sizeof doubles[0]; i++)
        if (c == doubles[i].text[0] && lex->at[1] == doubles[i].text[1]) {
            finish(lex, doubles[i].kind, lex->at + 2);
            return;
        }
    if (c <= ' ' || c > '~')
        bad(lex, "unexpected character", lex->at + 1);
    else
        finish(lex, (uint8_t)c, lex->at + 1);
}

void sg_lex_next(struct sg_lexer *lex)
{
    const char *at = blank_end(lex->at, &lex->line);

    lex->token.text = at ? at : lex->at;
    lex->token.line = lex->line;
    if (!at) {
        bad(lex, "comment without end", lex->at + strlen(lex->at));
        return;
    }
    lex->at = at;
    if (is(*at, SG_CHAR_START) && (*at != '%' || is(at[1], SG_CHAR_NAME)))
        scan_name(lex, SG_TOK_IDENT);
    else if (is(*at, SG_CHAR_DIGIT) || (*at == '.' && is(at[1], SG_CHAR_DIGIT)))
        sg_literal_scan(lex);
    else if (*at == '.' && is(at[1], SG_CHAR_START))
        scan_name(lex, SG_TOK_WORD);
    else if (*at == '"')
        scan_string(lex);
    else if (!*at)
        finish(lex, SG_TOK_END, at);
    else
        scan_punctuation(lex);
}

void sg_lex_extend(struct sg_lexer *lex)
{
    const char *at = lex->at;
    uint32_t hash = lex->token.hash;

    for (;;) {
        unsigned pair = at[0] == ':' && at[1] == ':' ? 2 : 0;
        if (!is(*at, SG_CHAR_NAME) && *at != '.' && !pair)
            break;
        for (unsigned i = 0; i < (pair ? pair : 1); i++)
            hash = SG_HASH_STEP(hash, *at++);
    }
    lex->token.hash = hash;
    finish(lex, SG_TOK_IDENT, at);
}

char sg_lex_peek(const struct sg_lexer *lex)
{
    uint32_t line = 0;
    const char *at = blank_end(lex->at, &line);

    return at ? *at : 0;
}

/* How many lines end in what was passed over. */
static uint32_t lines_in(const char *from, const char *to)
{
    uint32_t count = 0;

    while ((from = memchr(from, '\n', (size_t)(to - from)))) {
        count++;
        from++;
    }
    return count;
}

/* Debug sections are megabytes of numbers, and bodies may be read later: they are passed over as characters, not as
 * tokens. */
bool sg_lex_skip_block(struct sg_lexer *lex)
{
    const char *at = lex->token.text;
    uint32_t depth = 0;

    lex->line = lex->token.line;
    while (at && *at) {
        const char *next = at + strcspn(at, "{}\"/");
        lex->line += lines_in(at, next);
        at = next;
        char c = *at;
        if (c == '/' && (at[1] == '/' || at[1] == '*')) {
            at = comment_end(at, &lex->line);
            continue;
        }
        if (c == '"') {
            lex->at = lex->token.text = at;
            scan_string(lex);
            at = lex->at;
            continue;
        }
        at += c != 0;
        depth += c == '{';
        if (c == '}' && --depth == 0)
            break;
    }
    lex->at = at ? at : lex->at + strlen(lex->at);
    sg_lex_next(lex);
    return depth == 0;
}

void sg_lex_skip_line(struct sg_lexer *lex)
{
    const char *at = lex->token.text;

    lex->line = lex->token.line;
    while (*at && *at != '\n')
        at++;
    lex->at = at;
    sg_lex_next(lex);
}

bool sg_lex_is(const struct sg_token *token, const char *text)
{
    size_t length = strlen(text);

    return token->length == length && memcmp(token->text, text, length) == 0;
}

uint32_t sg_lex_hash(const char *text, size_t length)
{
    uint32_t hash = SG_HASH_START;

    for (size_t i = 0; i < length; i++)
        hash = SG_HASH_STEP(hash, text[i]);
    return hash;
}
