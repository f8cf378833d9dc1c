/* Number literals of PTX (PTX ISA 4.5.1, 4.5.2): integers in four bases, exact float bits, decimal floats. */
#include "lex.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LITERAL_MAX = 400 };

static bool is(char c, unsigned mask)
{
    return (sg_class_of[(unsigned char)c] & mask) != 0;
}

static unsigned digit_value(char c)
{
    if (c <= '9')
        return (unsigned)(c - '0');
    return (unsigned)((c | 32) - 'a') + 10;
}

/* Digits of `base` from `at`; *overflow is set if 64 bits do not hold the value. */
static const char *scan_digits(const char *at, unsigned base, uint64_t *value, bool *overflow)
{
    uint64_t sum = 0;

    for (; is(*at, SG_CHAR_HEX) && digit_value(*at) < base; at++)
        *overflow |= __builtin_mul_overflow(sum, base, &sum) || __builtin_add_overflow(sum, digit_value(*at), &sum);
    *value = sum;
    return at;
}

/* 0f and 8 digits, or 0d and 16: the bits of the value. */
static const char *scan_bits(const char *at, unsigned digits, uint64_t *bits)
{
    bool overflow = false;
    const char *end = scan_digits(at, 16, bits, &overflow);

    return end == at + digits ? end : NULL;
}

static const char *float_end(const char *at)
{
    while (is(*at, SG_CHAR_DIGIT))
        at++;
    if (*at == '.')
        for (at++; is(*at, SG_CHAR_DIGIT);)
            at++;
    if (*at == 'e' || *at == 'E') {
        const char *power = at + (at[1] == '+' || at[1] == '-' ? 2 : 1);
        if (is(*power, SG_CHAR_DIGIT)) {
            for (at = power; is(*at, SG_CHAR_DIGIT);)
                at++;
        }
    }
    return at;
}

/* strtod reads the decimal point of the process's locale; a comma there must not change what a module means. So the
 * point is taken out and put into the exponent: 12.5e3 is read as 125e2. */
static bool read_decimal(const char *text, const char *end, uint64_t *bits)
{
    char digits[LITERAL_MAX + 32];
    size_t used = 0;
    long exponent = 0;
    bool fraction = false;

    for (; text < end && *text != 'e' && *text != 'E'; text++) {
        if (*text == '.') {
            fraction = true;
            continue;
        }
        digits[used++] = *text;
        exponent -= fraction;
    }
    if (text < end)
        exponent += strtol(text + 1, NULL, 10);
    digits[used++] = 'e';
    if (exponent > 99999 || exponent < -99999)
        exponent = exponent > 0 ? 99999 : -99999;
    if (exponent < 0)
        digits[used++] = '-';
    char reversed[8];
    size_t n = 0;
    for (long rest = exponent < 0 ? -exponent : exponent; rest || !n; rest /= 10)
        reversed[n++] = (char)('0' + rest % 10);
    while (n)
        digits[used++] = reversed[--n];
    digits[used] = 0;
    double value = strtod(digits, NULL);
    memcpy(bits, &value, sizeof value);
    return !isinf(value);
}

static const char *scan_float(struct sg_token *token, const char *at)
{
    const char *end = float_end(at);

    if (end - at > LITERAL_MAX || !read_decimal(at, end, &token->bits))
        return NULL;
    token->kind = SG_TOK_F64;
    return end;
}

static const char *scan_integer(struct sg_token *token, const char *at)
{
    bool overflow = false;
    unsigned base = 10;
    const char *first = at;

    if (at[0] == '0') {
        char mark = (char)(at[1] | 32);
        base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
        first += base == 8 ? 0 : 2;
    }
    const char *end = scan_digits(first, base, &token->bits, &overflow);
    if (end == first || overflow)
        return NULL;
    token->is_unsigned = token->bits >> 63;
    if (*end == 'U' || *end == 'u') {
        token->is_unsigned = true;
        end++;
    }
    token->kind = SG_TOK_INT;
    return end;
}

static bool looks_decimal_float(const char *at)
{
    while (is(*at, SG_CHAR_DIGIT))
        at++;
    return *at == '.' || *at == 'e' || *at == 'E';
}

void sg_literal_scan(struct sg_lexer *lex)
{
    struct sg_token *token = &lex->token;
    const char *at = lex->at, *end;
    char mark = at[0] == '0' ? (char)(at[1] | 32) : 0;

    token->is_unsigned = false;
    if (mark == 'f' || mark == 'd') {
        end = scan_bits(at + 2, mark == 'f' ? 8 : 16, &token->bits);
        token->kind = mark == 'f' ? SG_TOK_F32 : SG_TOK_F64;
    } else if (mark != 'x' && looks_decimal_float(at)) {
        end = scan_float(token, at);
    } else {
        end = scan_integer(token, at);
    }
    if (!end || is(*end, SG_CHAR_NAME)) {
        lex->trouble = "not a number";
        token->kind = SG_TOK_BAD;
        for (end = at; is(*end, SG_CHAR_NAME) || *end == '.';)
            end++;
    }
    token->length = (uint32_t)(end - at);
    lex->at = end;
}
