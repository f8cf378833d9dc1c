/* PTX text -> tokens. Knows neither instructions nor directives.
 *
 * The text must end with SG_LEX_PAD NUL bytes: a NUL ends the text, so no step needs to compare with the end. */
#ifndef SG_PTX_LEX_H
#define SG_PTX_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SG_LEX_PAD 16

/* A punctuation token's kind is its character; the kinds below are outside ASCII's printable range. */
enum sg_token_kind {
    SG_TOK_END,
    SG_TOK_IDENT,
    SG_TOK_WORD /* .reg, dot included */,
    SG_TOK_INT,
    SG_TOK_F32,
    SG_TOK_F64,
    SG_TOK_STRING,
    SG_TOK_BAD,
    SG_TOK_SHL = 128,
    SG_TOK_SHR,
    SG_TOK_LE,
    SG_TOK_GE,
    SG_TOK_EQ,
    SG_TOK_NE,
    SG_TOK_AND,
    SG_TOK_OR
};

struct sg_token {
    const char *text;
    uint32_t length, hash, line;
    uint8_t kind;
    bool is_unsigned;        /* integer with suffix U, or too large for a signed one */
    uint64_t bits;           /* value of a number */
};

struct sg_lexer {
    const char *at;
    uint32_t line;
    struct sg_token token;   /* the current one */
    const char *trouble;     /* what is wrong, if the token is SG_TOK_BAD */
};

void sg_lex_next(struct sg_lexer *lex);

/* The current token is an identifier: extend it to the instruction's whole name, modifiers included. */
void sg_lex_extend(struct sg_lexer *lex);

/* Skip from the current token '{' past its '}', whatever stands between; the next token becomes current. False if the
 * text ends before. */
bool sg_lex_skip_block(struct sg_lexer *lex);
void sg_lex_skip_line(struct sg_lexer *lex);

/* The first character after white space and comments behind the current token. */
char sg_lex_peek(const struct sg_lexer *lex);

bool sg_lex_is(const struct sg_token *token, const char *text);
uint32_t sg_lex_hash(const char *text, size_t length);

/* Scan the number at lex->at into lex->token (literal.c). */
void sg_literal_scan(struct sg_lexer *lex);

#define SG_HASH_START 2166136261u
#define SG_HASH_STEP(hash, c) (((hash) ^ (unsigned char)(c)) * 16777619u)

enum { SG_CHAR_START = 1, SG_CHAR_NAME = 2, SG_CHAR_DIGIT = 4, SG_CHAR_SPACE = 8, SG_CHAR_HEX = 16 };
extern const uint8_t sg_class_of[256];

#endif
