/* Arithmetic of constant expressions (PTX ISA 4.5.4 to 4.5.7): 64-bit integers, f64, addresses plus offsets.
 * Where the manual is silent the toolkit's assembler decides: a remainder is always unsigned, a shift takes the low six
 * bits of its count. */
#include "parser.h"

#include <string.h>

static void set_integer(struct sg_value *v, uint64_t bits, bool is_unsigned)
{
    memset(v, 0, sizeof *v);
    v->integer = (int64_t)bits;
    v->is_unsigned = is_unsigned;
}

static void set_real(struct sg_value *v, double real)
{
    memset(v, 0, sizeof *v);
    v->kind = SG_VALUE_FLOAT;
    v->real = real;
}

static double real_of(const struct sg_value *v)
{
    if (v->kind == SG_VALUE_FLOAT)
        return v->real;
    return v->is_unsigned ? (double)(uint64_t)v->integer : (double)v->integer;
}

static bool truth(const struct sg_value *v)
{
    return v->kind == SG_VALUE_FLOAT ? v->real != 0 : v->kind != SG_VALUE_INT || v->integer != 0;
}

static bool is_address(const struct sg_value *v)
{
    return v->kind == SG_VALUE_VAR || v->kind == SG_VALUE_FUNC;
}

bool sg_fold_unary(struct sg_parser *p, uint8_t operation, struct sg_value *a)
{
    if (is_address(a))
        return sg_parser_fail(p, p->lex.token.line, "Operator '%c' cannot be applied to an address", operation);
    if (operation == '!') {
        set_integer(a, !truth(a), false);
    } else if (a->kind == SG_VALUE_FLOAT) {
        if (operation == '~' || operation == 'S' || operation == 'U')
            return sg_parser_fail(p, p->lex.token.line, "Integer operator applied to a floating-point constant");
        if (operation == '-') {
            a->real = -a->real;
            a->bits ^= 0x80000000u;
        }
    } else if (operation == '-') {
        set_integer(a, 0 - (uint64_t)a->integer, a->is_unsigned && a->integer >= 0);
    } else if (operation == '~') {
        a->integer = ~a->integer;
    } else if (operation == 'S' || operation == 'U') {
        a->is_unsigned = operation == 'U';
    }
    return true;
}

static bool fold_address(struct sg_parser *p, uint8_t operation, struct sg_value *a, const struct sg_value *b)
{
    bool swapped = is_address(b) && a->kind == SG_VALUE_INT && operation == '+';
    uint64_t x = (uint64_t)a->integer, y = (uint64_t)b->integer;

    if (swapped) {
        *a = *b;
        a->integer = (int64_t)(x + y);
    } else if (is_address(a) && b->kind == SG_VALUE_INT && (operation == '+' || operation == '-')) {
        a->integer = (int64_t)(operation == '+' ? x + y : x - y);
    } else if (a->kind == b->kind && a->index == b->index && operation == '-') {
        set_integer(a, x - y, false);
    } else {
        return sg_parser_fail(p, p->lex.token.line, "An address may only be added to or subtracted from");
    }
    return true;
}

static bool fold_real(struct sg_parser *p, uint8_t operation, struct sg_value *a, const struct sg_value *b)
{
    double x = real_of(a), y = real_of(b);

    switch (operation) {
    case '+': set_real(a, x + y); return true;
    case '-': set_real(a, x - y); return true;
    case '*': set_real(a, x * y); return true;
    case '/': set_real(a, x / y); return true;
    case '<': set_integer(a, x < y, false); return true;
    case '>': set_integer(a, x > y, false); return true;
    case SG_TOK_LE: set_integer(a, x <= y, false); return true;
    case SG_TOK_GE: set_integer(a, x >= y, false); return true;
    case SG_TOK_EQ: set_integer(a, !(x < y) && !(x > y) && x - y == x - y, false); return true;
    case SG_TOK_NE: set_integer(a, x < y || x > y || x - y != x - y, false); return true;
    case SG_TOK_AND: set_integer(a, truth(a) && truth(b), false); return true;
    case SG_TOK_OR: set_integer(a, truth(a) || truth(b), false); return true;
    default: return sg_parser_fail(p, p->lex.token.line, "Integer operator applied to a floating-point constant");
    }
}

/* INT64_MIN / -1 wraps. */
static uint64_t divide(uint64_t x, uint64_t y, bool is_unsigned)
{
    if (is_unsigned)
        return x / y;
    return y == UINT64_MAX ? 0 - x : (uint64_t)((int64_t)x / (int64_t)y);
}

static uint64_t shift_right(uint64_t x, uint64_t n, bool is_unsigned)
{
    return is_unsigned ? x >> n : (uint64_t)((int64_t)x >> n);
}

static bool less(uint64_t x, uint64_t y, bool is_unsigned)
{
    return is_unsigned ? x < y : (int64_t)x < (int64_t)y;
}

bool sg_fold_binary(struct sg_parser *p, uint8_t operation, struct sg_value *a, const struct sg_value *b)
{
    uint64_t x = (uint64_t)a->integer, y = (uint64_t)b->integer;
    bool u = a->is_unsigned || b->is_unsigned;

    if (is_address(a) || is_address(b))
        return fold_address(p, operation, a, b);
    if (a->kind == SG_VALUE_FLOAT || b->kind == SG_VALUE_FLOAT)
        return fold_real(p, operation, a, b);
    switch (operation) {
    case '+': set_integer(a, x + y, u); return true;
    case '-': set_integer(a, x - y, u); return true;
    case '*': set_integer(a, x * y, u); return true;
    case '/':
    case '%':
        if (y == 0)
            return sg_parser_fail(p, p->lex.token.line, "Division by zero in a constant expression");
        set_integer(a, operation == '%' ? x % y : divide(x, y, u), u);
        return true;
    case '&': set_integer(a, x & y, u); return true;
    case '|': set_integer(a, x | y, u); return true;
    case '^': set_integer(a, x ^ y, u); return true;
    case SG_TOK_SHL: set_integer(a, x << (y & 63), a->is_unsigned); return true;
    case SG_TOK_SHR: set_integer(a, shift_right(x, y & 63, a->is_unsigned), a->is_unsigned); return true;
    case '<': set_integer(a, less(x, y, u) ? 1 : 0, false); return true;
    case '>': set_integer(a, less(y, x, u) ? 1 : 0, false); return true;
    case SG_TOK_LE: set_integer(a, !less(y, x, u), false); return true;
    case SG_TOK_GE: set_integer(a, !less(x, y, u), false); return true;
    case SG_TOK_EQ: set_integer(a, x == y, false); return true;
    case SG_TOK_NE: set_integer(a, x != y, false); return true;
    case SG_TOK_AND: set_integer(a, x && y, false); return true;
    case SG_TOK_OR: set_integer(a, x || y, false); return true;
    default: return sg_parser_fail(p, p->lex.token.line, "Unknown operator in a constant expression");
    }
}
