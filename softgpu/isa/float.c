/* Floating-point arithmetic (PTX ISA 9.7.3): add sub mul fma mad div rcp sqrt abs neg min max copysign testp, f32
 * and f64. The transcendental functions and reciprocal square roots are in approx.c. * .ftz is done in software, so
 * that a subnormal result is flushed after rounding as the manual says; the processor's own mode decides before.
 * Where the manual promises an error bound (.approx, .full), the correctly rounded result is within it. Rounding
 * modes are not rows of their own: see rounding.h. */
#include <math.h>

#include "approx.h"
#include "floats.h"
#include "half.h"
#include "pairs.h"
#include "rows.h"

/* ---- Arithmetic: plain, .ftz, .sat, .ftz.sat ---- */

#define ADD(x, y) (x) + (y)
#define SUB(x, y) (x) - (y)
#define MUL(x, y) (x) * (y)
#define FLUSHED2(f) isa_flush(f(isa_flush(a), isa_flush(b)))
#define FLUSHED3(f) isa_flush(f(isa_flush(a), isa_flush(b), isa_flush(c)))

#define ARITHMETIC2(name, f)                                                                                           \
    SG_MAP2(name##_f32, f32, f32, f32, isa_canon(f(a, b)));                                                            \
    SG_MAP2(name##_ftz, f32, f32, f32, isa_canon(FLUSHED2(f)));                                                        \
    SG_MAP2(name##_sat, f32, f32, f32, isa_sat(f(a, b)));                                                              \
    SG_MAP2(name##_ftz_sat, f32, f32, f32, isa_sat(FLUSHED2(f)));                                                      \
    SG_MAP2(name##_f64, f64, f64, f64, f(a, b))
ARITHMETIC2(add, ADD);
ARITHMETIC2(sub, SUB);
ARITHMETIC2(mul, MUL);

/* On a processor without FMA the compiler makes these calls of libm's, which is exact, too. */
SG_MAP3(fma_f32, f32, f32, f32, f32, isa_canon(fmaf(a, b, c)));
SG_MAP3(fma_ftz, f32, f32, f32, f32, isa_canon(FLUSHED3(fmaf)));
SG_MAP3(fma_sat, f32, f32, f32, f32, isa_sat(fmaf(a, b, c)));
SG_MAP3(fma_ftz_sat, f32, f32, f32, f32, isa_sat(FLUSHED3(fmaf)));
SG_MAP3(fma_f64, f64, f64, f64, f64, fma(a, b, c));

#define DIV(x, y) (x) / (y)
SG_MAP2(div_f32, f32, f32, f32, isa_canon(DIV(a, b)));
SG_MAP2(div_ftz, f32, f32, f32, isa_canon(FLUSHED2(DIV)));
SG_MAP2(div_f64, f64, f64, f64, DIV(a, b));
SG_MAP1(rcp_f32, f32, f32, isa_canon(1.0f / a));
SG_MAP1(rcp_ftz, f32, f32, isa_canon(isa_flush(1.0f / isa_flush(a))));
SG_MAP1(rcp_f64, f64, f64, 1.0 / a);
SG_MAP1(sqrt_f32, f32, f32, isa_canon(sqrtf(a)));
SG_MAP1(sqrt_ftz, f32, f32, isa_canon(sqrtf(isa_flush(a))));
SG_MAP1(sqrt_f64, f64, f64, sqrt(a));

/* div.approx is a * (1 / b) with a reciprocal that is flushed to zero: beyond 2^126 the result is 0, or NaN for
 * infinite a. */
static inline float div_approx(float a, float b)
{
    const float zero = isa_f32(isa_bits32(b) & 0x80000000u);
    const float magnitude = isa_f32(isa_bits32(b) & 0x7fffffffu);
    return magnitude > 0x1p126f ? a * zero : a / b;
}
SG_MAP2(div_approx_f32, f32, f32, f32, isa_canon(div_approx(a, b)));
SG_MAP2(div_approx_ftz, f32, f32, f32, isa_canon(FLUSHED2(div_approx)));

/* ---- Signs ---- */

#define SIGN32 0x80000000u
#define SIGN64 (UINT64_C(1) << 63)
static inline uint32_t flushed_bits(uint32_t x)
{
    return x & 0x7f800000u ? x : x & SIGN32;
}
SG_MAP1(abs_f32, u32, u32, a & ~SIGN32);
SG_MAP1(abs_ftz, u32, u32, flushed_bits(a) & ~SIGN32);
SG_MAP1(abs_f64, u64, u64, a & ~SIGN64);
SG_MAP1(neg_f32, u32, u32, a ^ SIGN32);
SG_MAP1(neg_ftz, u32, u32, flushed_bits(a) ^ SIGN32);
SG_MAP1(neg_f64, u64, u64, a ^ SIGN64);
SG_MAP2(copysign_f32, u32, u32, u32, (a & SIGN32) | (b & ~SIGN32));
SG_MAP2(copysign_f64, u64, u64, u64, (a & SIGN64) | (b & ~SIGN64));

/* ---- Minimum and maximum ---- */

/* Equal numbers have equal bits but for the zeros, of which -0 counts as less: the `or` of the bits is the least of
 * both. */
static inline float min_f(float x, float y)
{
    const float equal = isa_f32(isa_bits32(x) | isa_bits32(y));
    return x < y ? x : (y < x ? y : (x == y ? equal : (x == x ? x : y)));
}
static inline float max_f(float x, float y)
{
    const float equal = isa_f32(isa_bits32(x) & isa_bits32(y));
    return x > y ? x : (y > x ? y : (x == y ? equal : (x == x ? x : y)));
}
static inline double min_d(double x, double y)
{
    const double equal = isa_f64(isa_bits64(x) | isa_bits64(y));
    return x < y ? x : (y < x ? y : (x == y ? equal : (x == x ? x : y)));
}
static inline double max_d(double x, double y)
{
    const double equal = isa_f64(isa_bits64(x) & isa_bits64(y));
    return x > y ? x : (y > x ? y : (x == y ? equal : (x == x ? x : y)));
}
/* .NaN: a NaN in is the canonical NaN out. */
static inline float or_nan(float x, float y, float r)
{
    return (x == x) & (y == y) ? r : isa_f32(ISA_NAN_F32);
}
/* .xorsign.abs: the magnitudes are compared; a result that is a number takes the product of the signs. */
static inline float magnitude(float x)
{
    return isa_f32(isa_bits32(x) & ~SIGN32);
}
static inline float xorsign(float x, float y, float r)
{
    const uint32_t sign = (isa_bits32(x) ^ isa_bits32(y)) & SIGN32;
    return r == r ? isa_f32(isa_bits32(r) | sign) : isa_f32(ISA_NAN_F32);
}
#define PLAIN(f, x, y) isa_canon(f(x, y))
#define NAN_IN(f, x, y) or_nan(x, y, f(x, y))
#define XORSIGN(f, x, y) xorsign(x, y, f(magnitude(x), magnitude(y)))
#define NAN_XORSIGN(f, x, y) or_nan(x, y, XORSIGN(f, x, y))
#define EXTREME(name, f, how)                                                                                          \
    SG_MAP2(name##_f32, f32, f32, f32, how(f, a, b));                                                                  \
    SG_MAP2(name##_ftz, f32, f32, f32, how(f, isa_flush(a), isa_flush(b)))
EXTREME(min, min_f, PLAIN);
EXTREME(max, max_f, PLAIN);
EXTREME(min_nan, min_f, NAN_IN);
EXTREME(max_nan, max_f, NAN_IN);
EXTREME(min_xor, min_f, XORSIGN);
EXTREME(max_xor, max_f, XORSIGN);
EXTREME(min_nan_xor, min_f, NAN_XORSIGN);
EXTREME(max_nan_xor, max_f, NAN_XORSIGN);
SG_MAP2(min_f64, f64, f64, f64, min_d(a, b));
SG_MAP2(max_f64, f64, f64, f64, max_d(a, b));

/* ---- testp; zero counts as normal ---- */

#define EXP32 0x7f800000u
#define EXP64 (UINT64_C(0x7ff) << 52)
#define TESTP(suffix, U, SIGN, EXP)                                                                                    \
    SG_MAP1(testp_finite_##suffix, u8, U, (a & EXP) != EXP);                                                           \
    SG_MAP1(testp_infinite_##suffix, u8, U, (a & ~(SIGN)) == EXP);                                                     \
    SG_MAP1(testp_number_##suffix, u8, U, (a & ~(SIGN)) <= EXP);                                                       \
    SG_MAP1(testp_notanumber_##suffix, u8, U, (a & ~(SIGN)) > EXP);                                                    \
    SG_MAP1(testp_normal_##suffix, u8, U, (a & ~(SIGN)) == 0 || ((a & EXP) != 0 && (a & EXP) != EXP));                 \
    SG_MAP1(testp_subnormal_##suffix, u8, U, (a & ~(SIGN)) != 0 && (a & EXP) == 0)
TESTP(f32, u32, SIGN32, EXP32);
TESTP(f64, u64, SIGN64, EXP64);

/* ---- The table: opcode, type, shape, operation, modifiers. `.round = PTX_RN` stands for all four modes. ---- */

#define ROW(op, type, shape, code, ...) {PTX_##op, {PTX_##type, PTX_NONE}, {__VA_ARGS__}, shape, &code}
#define F32(op, shape, name, ...)                                                                                      \
    ROW(op, F32, shape, name##_f32, __VA_ARGS__), ROW(op, F32, shape, name##_ftz, .ftz = true, __VA_ARGS__)
#define ROUNDED(op, shape, name) F32(op, shape, name, .round = PTX_RN), ROW(op, F64, shape, name##_f64, .round = PTX_RN)
#define SATURATED(op, shape, name)                                                                                     \
    ROUNDED(op, shape, name), ROW(op, F32, shape, name##_sat, .round = PTX_RN, .sat = true),                           \
        ROW(op, F32, shape, name##_ftz_sat, .round = PTX_RN, .ftz = true, .sat = true)
#define MIN_MAX(op, name)                                                                                              \
    F32(op, "t=tt", name, .round = 0), ROW(op, F64, "t=tt", name##_f64, 0), F32(op, "t=tt", name##_nan, .nan = true),  \
        F32(op, "t=tt", name##_xor, .xorsign_abs = true),                                                              \
        F32(op, "t=tt", name##_nan_xor, .nan = true, .xorsign_abs = true)
#define TESTP_ROWS(MODE, name)                                                                                         \
    ROW(TESTP, F32, "p=t", testp_##name##_f32, .mode = PTX_TESTP_##MODE),                                              \
        ROW(TESTP, F64, "p=t", testp_##name##_f64, .mode = PTX_TESTP_##MODE)

static const struct isa_row rows[] = {
    SATURATED(ADD, "t=tt", add),
    SATURATED(SUB, "t=tt", sub),
    SATURATED(MUL, "t=tt", mul),
    SATURATED(FMA, "t=ttt", fma),
    SATURATED(MAD, "t=ttt", fma),
    ROUNDED(DIV, "t=tt", div),
    ROUNDED(RCP, "t=t", rcp),
    ROUNDED(SQRT, "t=t", sqrt),
    F32(DIV, "t=tt", div_approx, .approx = true),
    F32(DIV, "t=tt", div, .full = true),
    F32(RCP, "t=t", rcp, .approx = true),
    F32(SQRT, "t=t", sqrt, .approx = true),
    F32(ABS, "t=t", abs, .round = 0),
    F32(NEG, "t=t", neg, .round = 0),
    ROW(ABS, F64, "t=t", abs_f64, 0),
    ROW(NEG, F64, "t=t", neg_f64, 0),
    ROW(COPYSIGN, F32, "t=tt", copysign_f32, 0),
    ROW(COPYSIGN, F64, "t=tt", copysign_f64, 0),
    MIN_MAX(MIN, min),
    MIN_MAX(MAX, max),
    TESTP_ROWS(FINITE, finite),
    TESTP_ROWS(INFINITE, infinite),
    TESTP_ROWS(NUMBER, number),
    TESTP_ROWS(NOTANUMBER, notanumber),
    TESTP_ROWS(NORMAL, normal),
    TESTP_ROWS(SUBNORMAL, subnormal),
};

/* min and max of three are two of two: the manual defines them so. */
static bool lower_of_three(struct sg_lower *low, const struct ptx_insn *insn, const struct isa_row *row)
{
    const uint32_t a = sg_operands_src(low, insn, 1, PTX_F32), b = sg_operands_src(low, insn, 2, PTX_F32);
    const uint32_t c = sg_operands_src(low, insn, 3, PTX_F32), least = sg_columns_temp(low, 4);
    const uint32_t d = sg_operands_dst(low, insn, 0, PTX_F32);
    struct sg_op *op = sg_emit_op(low, insn, row->code);
    op->col[0] = least, op->col[1] = a, op->col[2] = b;
    op = sg_emit_op(low, insn, row->code);
    op->col[0] = d, op->col[1] = least, op->col[2] = c;
    return true;
}

bool isa_float_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const bool has_default = insn->op == PTX_ADD || insn->op == PTX_SUB || insn->op == PTX_MUL;
    struct ptx_mods mods = insn->mods;
    const unsigned round = mods.round;
    if ((round == PTX_RND_NONE && has_default && insn->type_count == 1) || round == PTX_RZ || round == PTX_RM ||
        round == PTX_RP)
        mods.round = PTX_RN;
    const struct isa_row *row = isa_rows_find(rows, ISA_COUNT(rows), insn, &mods);
    if (!row)
        return isa_approx_lower(low, insn) || isa_half_lower(low, insn) || isa_pairs_lower(low, insn, &mods, round);
    if ((insn->op == PTX_MIN || insn->op == PTX_MAX) && insn->operand_count == 4 && row->types[0] == PTX_F32 &&
        !mods.xorsign_abs)
        return lower_of_three(low, insn, row);
    isa_rows_emit(low, insn, row, round);
    return true;
}
