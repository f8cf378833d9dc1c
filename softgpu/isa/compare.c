/* Comparison and selection (PTX ISA 9.7.6): setp set selp slct.
 *
 * There is one operation for a comparison and a type, which writes a predicate; gt and ge are lt and le with the
 * operands exchanged. A boolean operator, a second result or the result of set take a second operation, from a
 * temporary. */
#include "halves.h"
#include "lanes.h"
#include "rows.h"

/* ---- The comparisons ---- */

#define ORDERED(name, T, f)                                                                                            \
    SG_MAP2(lt_##name, u8, T, T, f(a) < f(b));                                                                         \
    SG_MAP2(le_##name, u8, T, T, f(a) <= f(b))
#define EQUALITY(name, T, f)                                                                                           \
    SG_MAP2(eq_##name, u8, T, T, f(a) == f(b));                                                                        \
    SG_MAP2(ne_##name, u8, T, T, f(a) != f(b))
/* Of floating-point numbers, a comparison with NaN is false, or with `u` (unordered) true. C's != is PTX's neu. */
#define FLOATS(name, T, f)                                                                                             \
    ORDERED(name, T, f);                                                                                               \
    SG_MAP2(eq_##name, u8, T, T, f(a) == f(b));                                                                        \
    SG_MAP2(ne_##name, u8, T, T, (f(a) < f(b)) | (f(a) > f(b)));                                                       \
    SG_MAP2(equ_##name, u8, T, T, !((f(a) < f(b)) | (f(a) > f(b))));                                                   \
    SG_MAP2(neu_##name, u8, T, T, f(a) != f(b));                                                                       \
    SG_MAP2(ltu_##name, u8, T, T, !(f(a) >= f(b)));                                                                    \
    SG_MAP2(leu_##name, u8, T, T, !(f(a) > f(b)));                                                                     \
    SG_MAP2(num_##name, u8, T, T, (f(a) == f(a)) & (f(b) == f(b)));                                                    \
    SG_MAP2(nan_##name, u8, T, T, (f(a) != f(a)) | (f(b) != f(b)))
#define AS_IS(x) (x)
EQUALITY(b16, u16, AS_IS);
EQUALITY(b32, u32, AS_IS);
EQUALITY(b64, u64, AS_IS);
ORDERED(u16, u16, AS_IS);
ORDERED(s16, s16, AS_IS);
ORDERED(u32, u32, AS_IS);
ORDERED(s32, s32, AS_IS);
ORDERED(u64, u64, AS_IS);
ORDERED(s64, s64, AS_IS);
FLOATS(f32, f32, AS_IS);
FLOATS(ftz, f32, isa_flush);
FLOATS(f64, f64, AS_IS);
static inline float flushed_f16(uint32_t x)
{
    return isa_f32_of_f16(x & 0x7c00 ? x : x & 0x8000);
}
FLOATS(f16, u16, isa_f32_of_f16);
FLOATS(f16_ftz, u16, flushed_f16);
FLOATS(bf16, u16, isa_f32_of_bf16);

/* What is compared, and the operation of each of the comparisons below; gt ge gtu geu are exchanged before. */
enum { EQ, NE, LT, LE, EQU, NEU, LTU, LEU, NUM, NOT_NUM, COMPARISONS };
struct comparison {
    uint8_t type;
    bool ftz, is_unsigned;
    const struct sg_op_code *code[COMPARISONS];
};
#define BITS(T, width)                                                                                                 \
    {                                                                                                                  \
        .type = PTX_##T, .code = {&eq_b##width, &ne_b##width}                                                          \
    }
#define INTEGER(T, t, width, sign)                                                                                     \
    {                                                                                                                  \
        .type = PTX_##T, .is_unsigned = sign, .code = {&eq_b##width, &ne_b##width, &lt_##t, &le_##t}                   \
    }
#define FLOAT(T, t, flush)                                                                                             \
    {                                                                                                                  \
        .type = PTX_##T, .ftz = flush,                                                                                 \
        .code = {&eq_##t, &ne_##t, &lt_##t, &le_##t, &equ_##t, &neu_##t, &ltu_##t, &leu_##t, &num_##t, &nan_##t}       \
    }
static const struct comparison comparisons[] = {
    BITS(B16, 16),
    BITS(B32, 32),
    BITS(B64, 64),
    INTEGER(U16, u16, 16, true),
    INTEGER(U32, u32, 32, true),
    INTEGER(U64, u64, 64, true),
    INTEGER(S16, s16, 16, false),
    INTEGER(S32, s32, 32, false),
    INTEGER(S64, s64, 64, false),
    FLOAT(F32, f32, false),
    FLOAT(F32, ftz, true),
    FLOAT(F64, f64, false),
    FLOAT(F16, f16, false),
    FLOAT(F16, f16_ftz, true),
    FLOAT(BF16, bf16, false),
};

/* The comparison as one of the table's, or -1; *exchanged if a and b change places. */
static int normal_form(enum ptx_cmp cmp, bool is_unsigned, bool *exchanged)
{
    *exchanged = cmp == PTX_GT || cmp == PTX_GE || cmp == PTX_GTU || cmp == PTX_GEU || cmp == PTX_CMP_HI ||
                 cmp == PTX_CMP_HS;
    switch (cmp) {
    case PTX_EQ: return EQ;
    case PTX_NE: return NE;
    case PTX_LT:
    case PTX_GT: return LT;
    case PTX_LE:
    case PTX_GE: return LE;
    case PTX_CMP_LO:
    case PTX_CMP_HI: return is_unsigned ? LT : -1;
    case PTX_CMP_LS:
    case PTX_CMP_HS: return is_unsigned ? LE : -1;
    case PTX_EQU: return EQU;
    case PTX_NEU: return NEU;
    case PTX_LTU:
    case PTX_GTU: return LTU;
    case PTX_LEU:
    case PTX_GEU: return LEU;
    case PTX_NUM: return NUM;
    case PTX_NAN: return NOT_NUM;
    default: return -1;
    }
}

static const struct sg_op_code *find(enum ptx_type type, const struct ptx_mods *mods, bool *exchanged)
{
    for (size_t i = 0; i < ISA_COUNT(comparisons); i++) {
        const struct comparison *c = &comparisons[i];
        if (c->type != type || c->ftz != mods->ftz)
            continue;
        const int normal = normal_form(mods->cmp, c->is_unsigned, exchanged);
        return normal < 0 ? NULL : c->code[normal];
    }
    return NULL;
}

/* ---- What is made of a comparison ---- */

/* Columns p, q, t, c: p = t OP c, q = !t OP c. */
#define COMBINE_LANES(P, Q, ACTIVE)                                                                                    \
    const uint8_t *const m = g->mask;                                                                                  \
    u8 *const p0 = SG_COL(u8, g, op, 0), *const q0 = SG_COL(u8, g, op, 1);                                             \
    const u8 *const t0 = SG_COL(u8, g, op, 2), *const c0 = SG_COL(u8, g, op, 3);                                       \
    (void)m;                                                                                                           \
    SG_FULL_WARPS(g, w) SG_EACH(l)                                                                                     \
    {                                                                                                                  \
        const u8 t = t0[w + l], not_t = t ^ 1, c = c0[w + l];                                                          \
        const u8 p = (u8)(P), q = (u8)(Q);                                                                             \
        (void)c, (void)not_t;                                                                                          \
        p0[w + l] = ACTIVE ? p : p0[w + l];                                                                            \
        q0[w + l] = ACTIVE ? q : q0[w + l];                                                                            \
    }
#define COMBINE(name, P, Q)                                                                                            \
    SG_FORM(name##_full){COMBINE_LANES(P, Q, 1)} SG_FORM(name##_part){COMBINE_LANES(P, Q, m[w + l])} SG_CODE(name)
COMBINE(both, t, not_t);
COMBINE(both_and, t &c, not_t &c);
COMBINE(both_or, t | c, not_t | c);
COMBINE(both_xor, t ^ c, not_t ^ c);
static const struct sg_op_code *const combine[] = {
    [PTX_BOOL_NONE] = &both,
    [PTX_BOOL_AND] = &both_and,
    [PTX_BOOL_OR] = &both_or,
    [PTX_BOOL_XOR] = &both_xor,
};

/* Two predicates to where they belong. */
COMBINE(apart, t, c);

/* set: op->imm for true, 0 for false; of a pair, the second of which is the upper half. */
SG_MAP1(spread_16, u16, u8, a ? (u16)op->imm : 0);
SG_MAP1(spread_32, u32, u8, a ? (u32)op->imm : 0);
SG_MAP2(spread_pair, u32, u8, u8, (a ? (u32)op->imm : 0) | (b ? (u32)op->imm << 16 : 0));

SG_MAP1(lower_half, u16, u32, a);
SG_MAP1(upper_half, u16, u32, a >> 16);

/* Sources of a comparison: operands `first` and `first + 1`, and the predicate that follows if there is a boolean
 * operator. */
struct sources {
    const struct sg_op_code *code;
    uint32_t a, b, c;
};

static void compare_into(struct sg_lower *low, const struct ptx_insn *insn, const struct sources *s, uint32_t p)
{
    struct sg_op *op = sg_emit_op(low, insn, s->code);
    op->col[0] = p, op->col[1] = s->a, op->col[2] = s->b;
}

static void combine_into(struct sg_lower *low, const struct ptx_insn *insn, uint32_t t, uint32_t c, uint32_t p,
                         uint32_t q)
{
    struct sg_op *op = sg_emit_op(low, insn, combine[insn->mods.boolop]);
    op->col[0] = p, op->col[1] = q, op->col[2] = t, op->col[3] = c;
}

/* The operation compares values of `type`; its operands are read as `column`, a pair's as words. */
static bool read_sources(struct sg_lower *low, const struct ptx_insn *insn, unsigned first, enum ptx_type type,
                         enum ptx_type column, struct sources *s)
{
    bool exchanged = false;
    const struct ptx_mods known = {.cmp = insn->mods.cmp, .boolop = insn->mods.boolop, .ftz = insn->mods.ftz};
    s->code = memcmp(&known, &insn->mods, sizeof known) == 0 ? find(type, &known, &exchanged) : NULL;
    if (!s->code)
        return false;
    const uint32_t a = sg_operands_src(low, insn, first, column), b = sg_operands_src(low, insn, first + 1, column);
    s->a = exchanged ? b : a;
    s->b = exchanged ? a : b;
    s->c = known.boolop ? sg_operands_src(low, insn, first + 2, PTX_PRED) : sg_operands_const(low, 0, 1);
    return true;
}

static bool lower_setp(struct sg_lower *low, const struct ptx_insn *insn)
{
    struct sources s;
    if (insn->type_count != 1 || !read_sources(low, insn, insn->pair ? 2 : 1, insn->types[0], insn->types[0], &s))
        return false;
    const bool simple = !insn->pair && !insn->mods.boolop;
    const uint32_t t = sg_columns_temp(low, 1), unused = sg_columns_temp(low, 1);
    const uint32_t p = sg_operands_dst(low, insn, 0, PTX_PRED);
    const uint32_t q = insn->pair ? sg_operands_dst(low, insn, 1, PTX_PRED) : unused;
    compare_into(low, insn, &s, simple ? p : t);
    if (!simple)
        combine_into(low, insn, t, s.c, p, q);
    return true;
}

/* What set writes for true, or 0 if it cannot write that type after comparing such values. */
static uint32_t truth(enum ptx_type result, enum ptx_type compared)
{
    const bool is_half = compared == PTX_F16 || compared == PTX_BF16;
    switch (result) {
    case PTX_U32:
    case PTX_S32: return 0xffffffffu;
    case PTX_F32: return isa_bits32(1.0f);
    case PTX_U16:
    case PTX_S16: return is_half ? 0xffff : 0;
    case PTX_F16:
    case PTX_F16X2: return 0x3c00;
    case PTX_BF16:
    case PTX_BF16X2: return 0x3f80;
    default: return 0;
    }
}

static bool lower_set(struct sg_lower *low, const struct ptx_insn *insn)
{
    const enum ptx_type type = insn->types[0];
    struct sources s;
    if (insn->type_count != 2 || insn->pair || truth(type, insn->types[1]) == 0 || type == PTX_F16X2 ||
        type == PTX_BF16X2 || !read_sources(low, insn, 1, insn->types[1], insn->types[1], &s))
        return false;
    const uint32_t t = sg_columns_temp(low, 1), unused = sg_columns_temp(low, 1),
                   d = sg_operands_dst(low, insn, 0, type);
    compare_into(low, insn, &s, t);
    if (insn->mods.boolop)
        combine_into(low, insn, t, s.c, t, unused);
    struct sg_op *op = sg_emit_op(low, insn, ptx_type_bytes(type) == 2 ? &spread_16 : &spread_32);
    op->col[0] = d, op->col[1] = t;
    op->imm = truth(type, insn->types[1]);
    return true;
}

/* ---- Pairs: setp p|q, a, b compares the lower halves for p and the upper halves for q; set does both for one word
 * ---- */

static uint32_t half_of(struct sg_lower *low, const struct ptx_insn *insn, uint32_t word,
                        const struct sg_op_code *which)
{
    const uint32_t half = sg_columns_temp(low, 2);
    struct sg_op *op = sg_emit_op(low, insn, which);
    op->col[0] = half, op->col[1] = word;
    return half;
}

/* The column of the comparison of one half of `words`, combined with the predicate if there is an operator. */
static uint32_t compare_half(struct sg_lower *low, const struct ptx_insn *insn, const struct sources *words,
                             const struct sg_op_code *which)
{
    const struct sources halves = {words->code, half_of(low, insn, words->a, which),
                                   half_of(low, insn, words->b, which), 0};
    const uint32_t t = sg_columns_temp(low, 1), unused = sg_columns_temp(low, 1);
    compare_into(low, insn, &halves, t);
    if (insn->mods.boolop)
        combine_into(low, insn, t, words->c, t, unused);
    return t;
}

static bool lower_pair(struct sg_lower *low, const struct ptx_insn *insn, enum ptx_type half)
{
    const bool is_set = insn->op == PTX_SET;
    const unsigned first = is_set ? 1 : 2;
    const uint32_t true_half = is_set ? truth(insn->types[0], half) & 0xffff : 0;
    struct sources s;
    if (is_set ? insn->pair || true_half == 0 || ptx_type_bytes(insn->types[0]) != 4 || insn->types[0] == PTX_F32
               : !insn->pair)
        return false;
    if (!read_sources(low, insn, first, half, PTX_B32, &s))
        return false;
    const uint32_t p = is_set ? 0 : sg_operands_dst(low, insn, 0, PTX_PRED),
                   q = is_set ? 0 : sg_operands_dst(low, insn, 1, PTX_PRED);
    const uint32_t d = is_set ? sg_operands_dst(low, insn, 0, PTX_B32) : 0;
    const uint32_t lower = compare_half(low, insn, &s, &lower_half), upper = compare_half(low, insn, &s, &upper_half);
    struct sg_op *op = sg_emit_op(low, insn, is_set ? &spread_pair : &apart);
    if (is_set)
        op->col[0] = d, op->col[1] = lower, op->col[2] = upper, op->imm = true_half;
    else
        op->col[0] = p, op->col[1] = q, op->col[2] = lower, op->col[3] = upper;
    return true;
}

/* ---- selp, slct ---- */

#define SELECT(width, T)                                                                                               \
    SG_MAP3(selp_##width, T, T, T, u8, c ? a : b);                                                                     \
    SG_MAP3(slct_s32_##width, T, T, T, s32, c >= 0 ? a : b);                                                           \
    SG_MAP3(slct_f32_##width, T, T, T, f32, c >= 0.0f ? a : b);                                                        \
    SG_MAP3(slct_ftz_##width, T, T, T, f32, isa_flush(c) >= 0.0f ? a : b)
SELECT(16, u16);
SELECT(32, u32);
SELECT(64, u64);

#define SELECT_ROWS(T, width)                                                                                          \
    {PTX_SELP, {PTX_##T, PTX_NONE}, {0}, "t=ttp", &selp_##width},                                                      \
        {PTX_SLCT, {PTX_##T, PTX_S32}, {0}, "t=tts", &slct_s32_##width},                                               \
        {PTX_SLCT, {PTX_##T, PTX_F32}, {0}, "t=tts", &slct_f32_##width},                                               \
    {                                                                                                                  \
        PTX_SLCT, {PTX_##T, PTX_F32}, {.ftz = true}, "t=tts", &slct_ftz_##width                                        \
    }
static const struct isa_row rows[] = {
    SELECT_ROWS(B16, 16), SELECT_ROWS(U16, 16), SELECT_ROWS(S16, 16), SELECT_ROWS(B32, 32),
    SELECT_ROWS(U32, 32), SELECT_ROWS(S32, 32), SELECT_ROWS(F32, 32), SELECT_ROWS(B64, 64),
    SELECT_ROWS(U64, 64), SELECT_ROWS(S64, 64), SELECT_ROWS(F64, 64),
};

bool isa_compare_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const enum ptx_type compared = insn->types[insn->type_count > 1 ? 1 : 0];
    const bool is_comparison = insn->op == PTX_SETP || insn->op == PTX_SET;
    if (is_comparison && (compared == PTX_F16X2 || compared == PTX_BF16X2))
        return lower_pair(low, insn, compared == PTX_F16X2 ? PTX_F16 : PTX_BF16);
    switch (insn->op) {
    case PTX_SETP: return lower_setp(low, insn);
    case PTX_SET: return lower_set(low, insn);
    default: return isa_rows_lower(low, insn, rows, ISA_COUNT(rows));
    }
}
