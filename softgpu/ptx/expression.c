/* Constant expressions: tokens -> one value, by operator precedence with two bounded stacks (no recursion).
 * The arithmetic itself is in fold.c. */
#include "parser.h"

#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 128 };
enum frame_kind { BINARY, UNARY, PAREN, GENERIC, MASK, QUESTION, COLON };

struct frame {
    uint8_t kind, operation, precedence;
    uint64_t mask;
};

struct machine {
    struct sg_parser *p;
    struct frame frames[DEPTH_MAX];
    struct sg_value values[DEPTH_MAX];
    uint32_t frame_count, value_count, parens;
};

static uint8_t precedence(uint8_t token)
{
    switch (token) {
    case SG_TOK_OR: return 2;
    case SG_TOK_AND: return 3;
    case '|': return 4;
    case '^': return 5;
    case '&': return 6;
    case SG_TOK_EQ:
    case SG_TOK_NE: return 7;
    case '<':
    case '>':
    case SG_TOK_LE:
    case SG_TOK_GE: return 8;
    case SG_TOK_SHL:
    case SG_TOK_SHR: return 9;
    case '+':
    case '-': return 10;
    case '*':
    case '/':
    case '%': return 11;
    default: return 0;
    }
}

static bool push_frame(struct machine *m, uint8_t kind, uint8_t operation, uint8_t prec, uint64_t mask)
{
    if (m->frame_count == DEPTH_MAX)
        return sg_parser_fail(m->p, m->p->lex.token.line, "Constant expression is nested too deeply");
    m->frames[m->frame_count++] = (struct frame){kind, operation, prec, mask};
    m->parens += kind == PAREN || kind == GENERIC || kind == MASK;
    return true;
}

static bool push_value(struct machine *m, const struct sg_value *value)
{
    if (m->value_count == DEPTH_MAX)
        return sg_parser_fail(m->p, m->p->lex.token.line, "Constant expression is nested too deeply");
    m->values[m->value_count++] = *value;
    return true;
}

/* Every operand pushes one value and every operator has its operands by the time it is applied, so the stack cannot be
 * too short here. */
static bool apply_top(struct machine *m)
{
    struct frame frame = m->frames[--m->frame_count];
    struct sg_value *top = &m->values[m->value_count - 1];

    if (frame.kind == UNARY)
        return sg_fold_unary(m->p, frame.operation, top);
    if (frame.kind == BINARY) {
        m->value_count--;
        return sg_fold_binary(m->p, frame.operation, top - 1, top);
    }
    if (frame.kind == COLON) {
        m->value_count -= 2;
        bool yes = top[-2].kind == SG_VALUE_FLOAT ? fabs(top[-2].real) > 0 : top[-2].integer != 0;
        top[-2] = yes ? top[-1] : top[0];
        return true;
    }
    return sg_parser_fail(m->p, m->p->lex.token.line, "Constant expression: '%c' is missing",
                          frame.kind == QUESTION ? ':' : ')');
}

static bool reduce(struct machine *m, uint8_t at_least)
{
    while (m->frame_count && m->frames[m->frame_count - 1].precedence >= at_least)
        if (!apply_top(m))
            return false;
    return true;
}

/* 0xff00(x): the bits under the mask, moved to the bottom. Of an address only whole bytes can be taken. */
static bool apply_mask(struct machine *m, uint64_t mask, struct sg_value *v)
{
    uint32_t line = m->p->lex.token.line;

    if (mask == 0 || v->kind == SG_VALUE_FLOAT)
        return sg_parser_fail(m->p, line, "mask() needs a mask other than 0 and an integer or an address");
    unsigned shift = (unsigned)__builtin_ctzll(mask);
    if (v->kind == SG_VALUE_INT) {
        v->integer = (int64_t)(((uint64_t)v->integer & mask) >> shift);
        return true;
    }
    unsigned bits = (unsigned)__builtin_popcountll(mask);
    if (shift % 8 || bits % 8 || (mask >> shift) != (bits == 64 ? UINT64_MAX : (1ULL << bits) - 1))
        return sg_parser_fail(m->p, line, "mask() of an address must select whole, adjacent bytes");
    if (v->masked)
        return sg_parser_fail(m->p, line, "mask() of a masked address");
    v->masked = true;
    v->width = (uint8_t)(bits / 8);
    v->shift = (uint8_t)shift;
    return true;
}

static bool close_paren(struct machine *m)
{
    if (!reduce(m, 1))
        return false;
    struct frame frame = m->frames[m->frame_count - 1];
    struct sg_value *top = &m->values[m->value_count - 1];
    if (frame.kind == QUESTION)
        return sg_parser_unexpected(m->p, "':' of the condition");
    m->frame_count--;
    m->parens--;
    if (frame.kind == GENERIC) {
        if (top->kind != SG_VALUE_VAR)
            return sg_parser_fail(m->p, m->p->lex.token.line, "generic() needs the name of a variable");
        top->generic = true;
    }
    if (frame.kind == MASK && !apply_mask(m, frame.mask, top))
        return false;
    sg_lex_next(&m->p->lex);
    return true;
}

/* `(`: a cast (.s64) or (.u64), or a parenthesis. */
static bool open_paren(struct machine *m)
{
    struct sg_parser *p = m->p;

    sg_lex_next(&p->lex);
    if (p->lex.token.kind != SG_TOK_WORD)
        return push_frame(m, PAREN, '(', 0, 0);
    bool is_unsigned = sg_lex_is(&p->lex.token, ".u64");
    if (!is_unsigned && !sg_lex_is(&p->lex.token, ".s64"))
        return sg_parser_unexpected(p, "a cast to .s64 or .u64");
    sg_lex_next(&p->lex);
    return sg_parser_expect(p, ')', "the cast") && push_frame(m, UNARY, is_unsigned ? 'U' : 'S', 12, 0);
}

static bool read_name(struct machine *m, bool *operand_done)
{
    struct sg_parser *p = m->p;
    const struct sg_token *t = &p->lex.token;
    struct sg_value value = {0};

    if (sg_lex_is(t, "generic") && sg_lex_peek(&p->lex) == '(') {
        sg_lex_next(&p->lex);
        sg_lex_next(&p->lex);
        return push_frame(m, GENERIC, '(', 0, 0);
    }
    struct sg_symbol *symbol = sg_names_find(&p->names, sg_names_of(t));
    if (sg_lex_is(t, "WARP_SZ")) {
        value.integer = 32;
    } else if (symbol && (symbol->kind == SG_SYM_VAR || symbol->kind == SG_SYM_FUNC)) {
        value.kind = symbol->kind == SG_SYM_VAR ? SG_VALUE_VAR : SG_VALUE_FUNC;
        value.index = symbol->index;
    } else {
        return sg_parser_fail(p, t->line, symbol ? "'%.*s' is not a constant" : "Unknown symbol '%.*s'", SG_TOKEN(p));
    }
    sg_lex_next(&p->lex);
    *operand_done = true;
    return push_value(m, &value);
}

static void set_number(struct sg_value *value, const struct sg_token *t)
{
    if (t->kind == SG_TOK_INT) {
        value->integer = (int64_t)t->bits;
        value->is_unsigned = t->is_unsigned;
        return;
    }
    value->kind = SG_VALUE_FLOAT;
    if (t->kind == SG_TOK_F64) {
        memcpy(&value->real, &t->bits, sizeof value->real);
        return;
    }
    uint32_t bits = (uint32_t)t->bits;
    float single;
    memcpy(&single, &bits, sizeof single);
    value->real = (double)single;
    value->bits = bits;
    value->single = true;
}

static bool read_number(struct machine *m, bool *operand_done)
{
    struct sg_parser *p = m->p;
    struct sg_value value = {0};
    bool integer = p->lex.token.kind == SG_TOK_INT;
    uint64_t mask = p->lex.token.bits;

    set_number(&value, &p->lex.token);
    sg_lex_next(&p->lex);
    if (integer && p->lex.token.kind == '(') {
        sg_lex_next(&p->lex);
        return push_frame(m, MASK, '(', 0, mask);
    }
    *operand_done = true;
    return push_value(m, &value);
}

static bool read_operand(struct machine *m, bool *operand_done)
{
    uint8_t kind = m->p->lex.token.kind;

    switch (kind) {
    case '(': return open_paren(m);
    case '-':
    case '+':
    case '!':
    case '~': sg_lex_next(&m->p->lex); return push_frame(m, UNARY, kind, 12, 0);
    case SG_TOK_IDENT: return read_name(m, operand_done);
    case SG_TOK_INT:
    case SG_TOK_F32:
    case SG_TOK_F64: return read_number(m, operand_done);
    default: return sg_parser_unexpected(m->p, "a constant");
    }
}

/* Sets *operand_done to false if an operand must follow, *end if the expression ends before the current token. */
static bool read_operator(struct machine *m, bool *operand_done, bool *end)
{
    uint8_t kind = m->p->lex.token.kind, prec = precedence(kind);

    *operand_done = false;
    if (prec) {
        sg_lex_next(&m->p->lex);
        return reduce(m, prec) && push_frame(m, BINARY, kind, prec, 0);
    }
    if (kind == '?') {
        sg_lex_next(&m->p->lex);
        return reduce(m, 2) && push_frame(m, QUESTION, '?', 0, 0);
    }
    if (kind == ':') {
        if (!reduce(m, 1))
            return false;
        struct frame *top = m->frame_count ? &m->frames[m->frame_count - 1] : NULL;
        if (!top || top->kind != QUESTION)
            return sg_parser_unexpected(m->p, "the end of the expression");
        *top = (struct frame){COLON, ':', 1, 0};
        sg_lex_next(&m->p->lex);
        return true;
    }
    *operand_done = true;
    if (kind == ')' && m->parens)
        return close_paren(m);
    *end = true;
    return true;
}

bool sg_expression_parse(struct sg_parser *p, struct sg_value *value)
{
    struct machine m;
    bool operand_done = false, end = false;

    m.p = p;
    m.frame_count = m.value_count = m.parens = 0;
    while (!end)
        if (!(operand_done ? read_operator(&m, &operand_done, &end) : read_operand(&m, &operand_done)))
            return false;
    while (m.frame_count)
        if (!apply_top(&m))
            return false;
    *value = m.values[0];
    return true;
}

bool sg_expression_integer(struct sg_parser *p, int64_t *value)
{
    struct sg_value v;

    if (p->lex.token.kind == SG_TOK_INT) {
        char next = sg_lex_peek(&p->lex);
        if (next == ';' || next == ',' || next == ']' || next == '}') {
            *value = (int64_t)p->lex.token.bits;
            sg_lex_next(&p->lex);
            return true;
        }
    }
    if (!sg_expression_parse(p, &v))
        return false;
    if (v.kind != SG_VALUE_INT)
        return sg_parser_fail(p, p->lex.token.line, "Integer constant expected");
    *value = v.integer;
    return true;
}
