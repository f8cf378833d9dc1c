/* Arithmetic in f16 and bf16 (PTX ISA 9.7.4): add sub mul fma neg abs min max ex2 tanh; .f16x2 and .bf16x2 do both
 * halves of a word.
 *
 * A sum or product is computed in a wider format, where it is exact or keeps more than twice the bits plus two, so
 * that the one rounding to 16 bits that follows gives what rounding the exact value would. The sum of a fused
 * multiply-add is first rounded to odd, which later roundings cannot mistake for a tie. For f16 the wider format is
 * f32; for bf16, whose products may be subnormal in f32, f64. */
#include "half.h"

#include <math.h>

#include "halves.h"
#include "rows.h"

#define SIGN 0x8000u
#define F16_INFINITY 0x7c00u
#define BF16_INFINITY 0x7f80u

/* What follows is written once for both formats: f16_name and bf16_name. */
typedef float f16_wide;
typedef double bf16_wide;
static inline float f16_in(uint32_t x)
{
    return isa_f32_of_f16(x);
}
static inline double bf16_in(uint32_t x)
{
    return (double)isa_f32_of_bf16(x);
}
static inline uint32_t f16_out(float x)
{
    return isa_f16_nearest(x);
}
/* By way of an f32 rounded to odd: inexact, it becomes its neighbour with the last bit set. Infinity goes back to a
 * number. */
static inline uint32_t bf16_out(double x)
{
    const float near = (float)x;
    const uint32_t bits = isa_bits32(near);
    const int too_large = (double)isa_f32(bits & 0x7fffffffu) > isa_f64(isa_bits64(x) & ~(UINT64_C(1) << 63));
    const int inexact = ((double)near < x) | ((double)near > x);
    return isa_bf16_nearest(isa_f32(inexact && !(bits & 1) ? (too_large ? bits - 1 : bits + 1) : bits));
}
static inline uint32_t f16_flush(uint32_t x)
{
    return x & F16_INFINITY ? x : x & SIGN;
}
static inline uint32_t bf16_flush(uint32_t x)
{
    return x & BF16_INFINITY ? x : x & SIGN;
}
/* To [+0, 1]. */
static inline uint32_t f16_saturate(uint32_t x)
{
    return x > F16_INFINITY ? 0 : (x > 0x3c00 ? 0x3c00 : x);
}
static inline uint32_t relu(uint32_t x)
{
    return x & SIGN ? 0 : x;
}

/* x + y, rounded to odd: if it is inexact, the neighbour of the sum whose last bit is set, on the side of the exact
 * value. */
#define SUM_TO_ODD(F, U, bits_of, of_bits)                                                                             \
    static inline F##_wide F##_sum_to_odd(F##_wide x, F##_wide y)                                                      \
    {                                                                                                                  \
        const F##_wide sum = x + y, of_y = sum - x, error = (x - (sum - of_y)) + (y - of_y);                           \
        const U bits = bits_of(sum), outward = (error > 0) == (sum > 0) ? 1 : (U) - 1;                                 \
        const int inexact = (error < 0) | (error > 0);                                                                 \
        return of_bits(inexact && !(bits & 1) ? bits + outward : bits);                                                \
    }
SUM_TO_ODD(f16, uint32_t, isa_bits32, isa_f32)
SUM_TO_ODD(bf16, uint64_t, isa_bits64, isa_f64)

#define ARITHMETIC(F)                                                                                                  \
    static inline uint32_t F##_add(uint32_t a, uint32_t b)                                                             \
    {                                                                                                                  \
        return F##_out(F##_in(a) + F##_in(b));                                                                         \
    }                                                                                                                  \
    static inline uint32_t F##_sub(uint32_t a, uint32_t b)                                                             \
    {                                                                                                                  \
        return F##_out(F##_in(a) - F##_in(b));                                                                         \
    }                                                                                                                  \
    static inline uint32_t F##_mul(uint32_t a, uint32_t b)                                                             \
    {                                                                                                                  \
        return F##_out(F##_in(a) * F##_in(b));                                                                         \
    }                                                                                                                  \
    static inline uint32_t F##_fma(uint32_t a, uint32_t b, uint32_t c)                                                 \
    {                                                                                                                  \
        return F##_out(F##_sum_to_odd(F##_in(a) * F##_in(b), F##_in(c)));                                              \
    }
ARITHMETIC(f16)
ARITHMETIC(bf16)

/* ---- Forms: of one number a lane, and of two, which is a column of twice as many numbers ---- */

#define UPPER(x) ((x) >> 16)
#define LOWER(x) ((x) & 0xffffu)
#define HALVES_LANES(EXPR, SECOND, THIRD, ACTIVE)                                                                      \
    u32 *const d0 = SG_COL(u32, g, op, 0);                                                                             \
    const u16 *const a0 = SG_COL(u16, g, op, 1), *const b0 = SG_COL(u16, g, op, SECOND),                               \
                     *const c0 = SG_COL(u16, g, op, THIRD);                                                            \
    const uint8_t *const m = g->mask;                                                                                  \
    (void)m, (void)b0, (void)c0;                                                                                       \
    SG_PART_WARPS(g, w)                                                                                                \
    {                                                                                                                  \
        uint32_t words[SG_WARP];                                                                                       \
        u16 *const halves = (u16 *)words;                                                                              \
        for (size_t i = 0; i < 2 * (size_t)SG_WARP; i++) {                                                             \
            const size_t e = 2 * w + i;                                                                                \
            halves[i] = (u16)(EXPR);                                                                                   \
        }                                                                                                              \
        SG_EACH(l) d0[w + l] = ACTIVE ? words[l] : d0[w + l];                                                          \
    }
#define HALVES_FORMS(name, EXPR, SECOND, THIRD)                                                                        \
    SG_FORM(name##_full){HALVES_LANES(EXPR, SECOND, THIRD, 1)} SG_FORM(name##_part){                                   \
        HALVES_LANES(EXPR, SECOND, THIRD, m[w + l])} SG_CODE(name)
#define FORMS1(name, f)                                                                                                \
    SG_MAP1(name, u16, u16, f(a));                                                                                     \
    HALVES_FORMS(name##x2, f(a0[e]), 1, 1)
#define FORMS2(name, f)                                                                                                \
    SG_MAP2(name, u16, u16, u16, f(a, b));                                                                             \
    HALVES_FORMS(name##x2, f(a0[e], b0[e]), 2, 2)
#define FORMS3(name, f)                                                                                                \
    SG_MAP3(name, u16, u16, u16, u16, f(a, b, c));                                                                     \
    HALVES_FORMS(name##x2, f(a0[e], b0[e], c0[e]), 2, 3)

/* The same for what compilers hardly ever write: a call for each lane, not worth the code of vectors. */
#define RARE __attribute__((noinline)) static uint32_t
#define RARE_FORMS2(name, f)                                                                                           \
    ISA_SCALAR2(name, u16, u16, u16, f(a, b));                                                                         \
    ISA_SCALAR2(name##x2, u32, u32, u32, f(UPPER(a), UPPER(b)) << 16 | f(LOWER(a), LOWER(b)))
#define RARE_FORMS3(name, f)                                                                                           \
    ISA_SCALAR3(name, u16, u16, u16, u16, f(a, b, c));                                                                 \
    ISA_SCALAR3(name##x2, u32, u32, u32, u32, f(UPPER(a), UPPER(b), UPPER(c)) << 16 | f(LOWER(a), LOWER(b), LOWER(c)))

/* .ftz flushes inputs and the result; .sat and .relu come last. */
#define FLUSHED2(f, a, b) f16_flush(f(f16_flush(a), f16_flush(b)))
#define FLUSHED3(f, a, b, c) f16_flush(f(f16_flush(a), f16_flush(b), f16_flush(c)))
#define BINARY(op)                                                                                                     \
    RARE op##_ftz(uint32_t a, uint32_t b)                                                                              \
    {                                                                                                                  \
        return FLUSHED2(f16_##op, a, b);                                                                               \
    }                                                                                                                  \
    RARE op##_sat(uint32_t a, uint32_t b)                                                                              \
    {                                                                                                                  \
        return f16_saturate(f16_##op(a, b));                                                                           \
    }                                                                                                                  \
    RARE op##_ftz_sat(uint32_t a, uint32_t b)                                                                          \
    {                                                                                                                  \
        return f16_saturate(op##_ftz(a, b));                                                                           \
    }                                                                                                                  \
    FORMS2(op##_f16, f16_##op);                                                                                        \
    FORMS2(op##_bf16, bf16_##op);                                                                                      \
    RARE_FORMS2(op##_ftz_f16, op##_ftz);                                                                               \
    RARE_FORMS2(op##_sat_f16, op##_sat);                                                                               \
    RARE_FORMS2(op##_ftz_sat_f16, op##_ftz_sat)
BINARY(add);
BINARY(sub);
BINARY(mul);

RARE fma_ftz(uint32_t a, uint32_t b, uint32_t c)
{
    return FLUSHED3(f16_fma, a, b, c);
}
RARE fma_sat(uint32_t a, uint32_t b, uint32_t c)
{
    return f16_saturate(f16_fma(a, b, c));
}
RARE fma_ftz_sat(uint32_t a, uint32_t b, uint32_t c)
{
    return f16_saturate(fma_ftz(a, b, c));
}
RARE fma_relu(uint32_t a, uint32_t b, uint32_t c)
{
    return relu(f16_fma(a, b, c));
}
RARE fma_ftz_relu(uint32_t a, uint32_t b, uint32_t c)
{
    return relu(fma_ftz(a, b, c));
}
RARE fma_relu_brain(uint32_t a, uint32_t b, uint32_t c)
{
    return relu(bf16_fma(a, b, c));
}
FORMS3(fma_f16, f16_fma);
FORMS3(fma_bf16, bf16_fma);
RARE_FORMS3(fma_ftz_f16, fma_ftz);
RARE_FORMS3(fma_sat_f16, fma_sat);
RARE_FORMS3(fma_ftz_sat_f16, fma_ftz_sat);
RARE_FORMS3(fma_relu_f16, fma_relu);
RARE_FORMS3(fma_ftz_relu_f16, fma_ftz_relu);
RARE_FORMS3(fma_relu_bf16, fma_relu_brain);

/* ---- Signs, minimum, maximum: on bits ---- */

static inline uint32_t magnitude(uint32_t x)
{
    return x & 0x7fffu;
}
static inline uint32_t negated(uint32_t x)
{
    return x ^ SIGN;
}
static inline uint32_t magnitude_ftz(uint32_t x)
{
    return magnitude(f16_flush(x));
}
static inline uint32_t negated_ftz(uint32_t x)
{
    return f16_flush(x) ^ SIGN;
}
FORMS1(abs_16, magnitude);
FORMS1(neg_16, negated);
FORMS1(abs_ftz_f16, magnitude_ftz);
FORMS1(neg_ftz_f16, negated_ftz);

/* A number's place in the order of all numbers; -0 stands before +0. */
static inline int32_t place(uint32_t x)
{
    return x & SIGN ? -(int32_t)magnitude(x) - 1 : (int32_t)x;
}
static inline uint32_t least(uint32_t a, uint32_t b)
{
    return place(a) < place(b) ? a : b;
}
static inline uint32_t greatest(uint32_t a, uint32_t b)
{
    return place(a) > place(b) ? a : b;
}

/* `chosen` unless there is a NaN: then the other operand, or with .NaN a NaN. */
#define EXTREME_OF(F, INFINITE)                                                                                        \
    static inline uint32_t F##_number(uint32_t a, uint32_t b, uint32_t chosen)                                         \
    {                                                                                                                  \
        const int a_is_nan = magnitude(a) > INFINITE, b_is_nan = magnitude(b) > INFINITE;                              \
        return a_is_nan ? (b_is_nan ? ISA_NAN_16 : b) : (b_is_nan ? a : chosen);                                       \
    }                                                                                                                  \
    static inline uint32_t F##_or_nan(uint32_t a, uint32_t b, uint32_t chosen)                                         \
    {                                                                                                                  \
        return (magnitude(a) > INFINITE) | (magnitude(b) > INFINITE) ? ISA_NAN_16 : chosen;                            \
    }                                                                                                                  \
    static inline uint32_t F##_signed(uint32_t a, uint32_t b, uint32_t chosen)                                         \
    {                                                                                                                  \
        return magnitude(chosen) > INFINITE ? chosen : chosen | ((a ^ b) & SIGN);                                      \
    }
EXTREME_OF(f16, F16_INFINITY)
EXTREME_OF(bf16, BF16_INFINITY)

#define MAGNITUDES(F, how, f, a, b)                                                                                    \
    F##_signed(a, b, F##_##how(magnitude(a), magnitude(b), f(magnitude(a), magnitude(b))))
#define EXTREMES_OF(F, op, f)                                                                                          \
    static inline uint32_t F##_##op(uint32_t a, uint32_t b)                                                            \
    {                                                                                                                  \
        return F##_number(a, b, f(a, b));                                                                              \
    }                                                                                                                  \
    static inline uint32_t F##_##op##_nan(uint32_t a, uint32_t b)                                                      \
    {                                                                                                                  \
        return F##_or_nan(a, b, f(a, b));                                                                              \
    }                                                                                                                  \
    static inline uint32_t F##_##op##_xor(uint32_t a, uint32_t b)                                                      \
    {                                                                                                                  \
        return MAGNITUDES(F, number, f, a, b);                                                                         \
    }                                                                                                                  \
    static inline uint32_t F##_##op##_nan_xor(uint32_t a, uint32_t b)                                                  \
    {                                                                                                                  \
        return MAGNITUDES(F, or_nan, f, a, b);                                                                         \
    }                                                                                                                  \
    FORMS2(op##_##F, F##_##op);                                                                                        \
    FORMS2(op##_nan_##F, F##_##op##_nan);                                                                              \
    FORMS2(op##_xor_##F, F##_##op##_xor);                                                                              \
    FORMS2(op##_nan_xor_##F, F##_##op##_nan_xor)
EXTREMES_OF(f16, min, least);
EXTREMES_OF(f16, max, greatest);
EXTREMES_OF(bf16, min, least);
EXTREMES_OF(bf16, max, greatest);
#define EXTREME_FTZ(op)                                                                                                \
    RARE op##_ftz(uint32_t a, uint32_t b)                                                                              \
    {                                                                                                                  \
        return FLUSHED2(f16_##op, a, b);                                                                               \
    }                                                                                                                  \
    RARE_FORMS2(op##_ftz_f16, op##_ftz)
EXTREME_FTZ(min);
EXTREME_FTZ(max);
EXTREME_FTZ(min_nan);
EXTREME_FTZ(max_nan);
EXTREME_FTZ(min_xor);
EXTREME_FTZ(max_xor);
EXTREME_FTZ(min_nan_xor);
EXTREME_FTZ(max_nan_xor);

/* ---- ex2, tanh: libm's single precision, rounded, is within the manual's bounds ---- */

static inline uint32_t f16_ex2(uint32_t x)
{
    return isa_f16_of((double)exp2f(isa_f32_of_f16(x)));
}
static inline uint32_t f16_tanh(uint32_t x)
{
    return isa_f16_of((double)tanhf(isa_f32_of_f16(x)));
}
static inline uint32_t bf16_ex2(uint32_t x)
{
    return bf16_flush(isa_bf16_of((double)exp2f(isa_f32_of_bf16(bf16_flush(x)))));
}
static inline uint32_t bf16_tanh(uint32_t x)
{
    return isa_bf16_of((double)tanhf(isa_f32_of_bf16(x)));
}
#define SCALAR_FORMS(name, f)                                                                                          \
    ISA_SCALAR1(name, u16, u16, f(a));                                                                                 \
    ISA_SCALAR1(name##x2, u32, u32, f(UPPER(a)) << 16 | f(LOWER(a)))
SCALAR_FORMS(ex2_f16, f16_ex2);
SCALAR_FORMS(ex2_bf16, bf16_ex2);
SCALAR_FORMS(tanh_f16, f16_tanh);
SCALAR_FORMS(tanh_bf16, bf16_tanh);

/* ---- The table: as in float.c; nearest even is the only rounding ---- */

#define PAIR(op, F, shape, code, ...)                                                                                  \
    {PTX_##op, {PTX_##F, PTX_NONE}, {__VA_ARGS__}, shape, &code},                                                      \
    {                                                                                                                  \
        PTX_##op, {PTX_##F##X2, PTX_NONE}, {__VA_ARGS__}, shape, &code##x2                                             \
    }
#define ROUNDED(op, name)                                                                                              \
    PAIR(op, F16, "t=tt", name##_f16, .round = PTX_RN), PAIR(op, BF16, "t=tt", name##_bf16, .round = PTX_RN),          \
        PAIR(op, F16, "t=tt", name##_ftz_f16, .round = PTX_RN, .ftz = true),                                           \
        PAIR(op, F16, "t=tt", name##_sat_f16, .round = PTX_RN, .sat = true),                                           \
        PAIR(op, F16, "t=tt", name##_ftz_sat_f16, .round = PTX_RN, .ftz = true, .sat = true)
#define EXTREMES(op, name, ...)                                                                                        \
    PAIR(op, F16, "t=tt", name##_f16, __VA_ARGS__), PAIR(op, BF16, "t=tt", name##_bf16, __VA_ARGS__),                  \
        PAIR(op, F16, "t=tt", name##_ftz_f16, .ftz = true, __VA_ARGS__)
#define MIN_MAX(op, name)                                                                                              \
    EXTREMES(op, name, .round = 0), EXTREMES(op, name##_nan, .nan = true),                                             \
        EXTREMES(op, name##_xor, .xorsign_abs = true), EXTREMES(op, name##_nan_xor, .nan = true, .xorsign_abs = true)

static const struct isa_row rows[] = {
    ROUNDED(ADD, add),
    ROUNDED(SUB, sub),
    ROUNDED(MUL, mul),
    PAIR(FMA, F16, "t=ttt", fma_f16, .round = PTX_RN),
    PAIR(FMA, BF16, "t=ttt", fma_bf16, .round = PTX_RN),
    PAIR(FMA, F16, "t=ttt", fma_ftz_f16, .round = PTX_RN, .ftz = true),
    PAIR(FMA, F16, "t=ttt", fma_sat_f16, .round = PTX_RN, .sat = true),
    PAIR(FMA, F16, "t=ttt", fma_ftz_sat_f16, .round = PTX_RN, .ftz = true, .sat = true),
    PAIR(FMA, F16, "t=ttt", fma_relu_f16, .round = PTX_RN, .relu = true),
    PAIR(FMA, F16, "t=ttt", fma_ftz_relu_f16, .round = PTX_RN, .ftz = true, .relu = true),
    PAIR(FMA, BF16, "t=ttt", fma_relu_bf16, .round = PTX_RN, .relu = true),
    PAIR(ABS, F16, "t=t", abs_16, 0),
    PAIR(ABS, BF16, "t=t", abs_16, 0),
    PAIR(ABS, F16, "t=t", abs_ftz_f16, .ftz = true),
    PAIR(NEG, F16, "t=t", neg_16, 0),
    PAIR(NEG, BF16, "t=t", neg_16, 0),
    PAIR(NEG, F16, "t=t", neg_ftz_f16, .ftz = true),
    MIN_MAX(MIN, min),
    MIN_MAX(MAX, max),
    PAIR(EX2, F16, "t=t", ex2_f16, .approx = true),
    PAIR(EX2, BF16, "t=t", ex2_bf16, .approx = true, .ftz = true),
    PAIR(TANH, F16, "t=t", tanh_f16, .approx = true),
    PAIR(TANH, BF16, "t=t", tanh_bf16, .approx = true),
};

bool isa_half_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    struct ptx_mods mods = insn->mods;
    if (mods.round == PTX_RND_NONE && (insn->op == PTX_ADD || insn->op == PTX_SUB || insn->op == PTX_MUL))
        mods.round = PTX_RN;
    const struct isa_row *row = isa_rows_find(rows, ISA_COUNT(rows), insn, &mods);
    if (row)
        isa_rows_emit(low, insn, row, PTX_RND_NONE);
    return row != NULL;
}
