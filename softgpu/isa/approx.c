/* Approximate functions (PTX ISA 9.7.3): rsqrt sin cos lg2 ex2 tanh, rcp.approx.ftz.f64, rsqrt.approx.ftz.f64. *
 * Single-precision results are computed in double precision with a relative (sin, cos: absolute) error below 2^-30
 * and rounded once, so they are within an ulp of the true value, and within the manual's bounds. The series are
 * written so that gcc turns them into vector code and that the special values of the manual's tables come out of the
 * arithmetic where possible. */
#include "approx.h"

#include <math.h>

#include "floats.h"
#include "rows.h"

/* Adding and subtracting this rounds a double of less than 2^51 to an integer; in between the integer is in the low
 * bits. */
#define ROUNDER 0x1.8p52

/* ---- ex2: 2^x = 2^n * e^(f ln 2), |f| <= 1/2 ---- */

static inline double exp2_of(double x)
{
    const double shifted = x + ROUNDER;
    const double y = (x - (shifted - ROUNDER)) * 0x1.62e42fefa39efp-1;
    const double p =
        1.0 +
        y * (1.0 + y * (1.0 / 2 +
                        y * (1.0 / 6 +
                             y * (1.0 / 24 +
                                  y * (1.0 / 120 +
                                       y * (1.0 / 720 + y * (1.0 / 5040 + y * (1.0 / 40320 + y * (1.0 / 362880)))))))));
    return p * isa_f64((isa_bits64(shifted) + 1023) << 52);
}
/* Beyond 200 the result is infinity, or zero. */
static inline double within(double x, double bound)
{
    return x > bound ? bound : (x < -bound ? -bound : x);
}
static inline float ex2(float a)
{
    return (float)exp2_of(within((double)a, 200.0));
}
SG_MAP1(ex2_f32, f32, f32, isa_canon(ex2(a)));
SG_MAP1(ex2_ftz, f32, f32, isa_canon(isa_flush(ex2(isa_flush(a)))));

/* ---- lg2: x = 2^k m, sqrt(1/2) <= m < sqrt(2); log2(m) = 2 / ln 2 * artanh((m - 1) / (m + 1)) ---- */

static inline float lg2(float a)
{
    const uint64_t bits = isa_bits64((double)a), offset = bits - UINT64_C(0x3fe6a09e667f3bcd);
    const uint64_t k = (offset + (UINT64_C(1024) << 52)) >> 52;                   /* k + 1024 */
    const double exponent = isa_f64(UINT64_C(0x4330000000000000) | k) - (0x1p52 + 1024.0);
    const double m = isa_f64(bits - (offset & UINT64_C(0xfff0000000000000)));
    const double s = (m - 1.0) / (m + 1.0), z = s * s;
    const double series = 1.0 + z * (1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11 + z / 13)))));
    const float log = (float)(exponent + s * series * 0x1.71547652b82fep1);
    const float special = a == 0.0f ? -INFINITY : (a > 0.0f ? a : NAN);           /* 0, infinity, negative or NaN */
    return a > 0.0f && a < INFINITY ? log : special;
}
SG_MAP1(lg2_f32, f32, f32, isa_canon(lg2(a)));
SG_MAP1(lg2_ftz, f32, f32, isa_canon(isa_flush(lg2(isa_flush(a)))));

/* ---- sin, cos: reduced to [-pi/4, pi/4] by a pi/2 in two parts, exact up to TRIG_MAX; libm beyond ---- */

#define TRIG_MAX 65536.0f

static inline float sine(float a, unsigned quarter_turns)
{
    const double x = (double)a, shifted = x * 0x1.45f306dc9c883p-1 + ROUNDER, k = shifted - ROUNDER;
    const double r = (x - k * 0x1.921fb544p0) - k * 0x1.0b4611a626331p-34, z = r * r;
    const double s =
        r * (1.0 + z * (-1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 + z * (-1.0 / 39916800))))));
    const double c = 1.0 +
                     z * (-1.0 / 2 + z * (1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800)))));
    const uint64_t quadrant = isa_bits64(shifted) + quarter_turns;
    const double value = quadrant & 1 ? c : s;
    return (float)isa_f64(isa_bits64(value) ^ (quadrant & 2) << 62);
}

/* The results of one warp: the vector form first, then the lanes that it cannot do. */
#define TRIG_LANES(flush, quarter_turns, libm, store)                                                                  \
    f32 *const d0 = SG_COL(f32, g, op, 0);                                                                             \
    const f32 *const a0 = SG_COL(f32, g, op, 1);                                                                       \
    const uint8_t *const m = g->mask;                                                                                  \
    (void)m;                                                                                                           \
    SG_FULL_WARPS(g, w)                                                                                                \
    {                                                                                                                  \
        float r[SG_WARP];                                                                                              \
        int large = 0;                                                                                                 \
        SG_EACH(l)                                                                                                     \
        {                                                                                                              \
            const float a = flush(a0[w + l]);                                                                          \
            r[l] = isa_canon(flush(sine(a, quarter_turns)));                                                           \
            large |= fabsf(a) > TRIG_MAX;                                                                              \
        }                                                                                                              \
        if (large)                                                                                                     \
            for (size_t l = 0; l < SG_WARP; l++)                                                                       \
                if (fabsf(a0[w + l]) > TRIG_MAX)                                                                       \
                    r[l] = isa_canon((float)libm((double)a0[w + l]));                                                  \
        SG_EACH(l) d0[w + l] = store ? r[l] : d0[w + l];                                                               \
    }
#define TRIG(name, flush, quarter_turns, libm)                                                                         \
    SG_FORM(name##_full){TRIG_LANES(flush, quarter_turns, libm, 1)} SG_FORM(name##_part){                              \
        TRIG_LANES(flush, quarter_turns, libm, m[w + l])} SG_CODE(name)
#define AS_IS(x) (x)
TRIG(sin_f32, AS_IS, 0, sin);
TRIG(sin_ftz, isa_flush, 0, sin);
TRIG(cos_f32, AS_IS, 1, cos);
TRIG(cos_ftz, isa_flush, 1, cos);

/* ---- tanh, reciprocal square roots ---- */

/* tanh x = 1 - 2 / (e^2x + 1), or its series where that cancels; 2 / ln 2 makes e^2x a power of two. */
static inline float tanh_of(float a)
{
    const double x = (double)a, z = x * x, power = exp2_of(within(x * 0x1.71547652b82fep1, 200.0));
    const double series = x * (1.0 + z * (-1.0 / 3 + z * (2.0 / 15 + z * (-17.0 / 315 + z * (62.0 / 2835)))));
    return (float)(z < 0x1p-4 ? series : 1.0 - 2.0 / (power + 1.0));
}
SG_MAP1(tanh_f32, f32, f32, isa_canon(tanh_of(a)));

static inline float rsqrt(float a)
{
    return (float)(1.0 / sqrt((double)a));
}
SG_MAP1(rsqrt_f32, f32, f32, isa_canon(rsqrt(a)));
SG_MAP1(rsqrt_ftz, f32, f32, isa_canon(rsqrt(isa_flush(a))));
SG_MAP1(rsqrt_f64, f64, f64, 1.0 / sqrt(a));

/* Of an f64 the upper word is read (sign, 11 bits of exponent, 20 of mantissa) and the upper word is written. */
static inline double upper_in(double a)
{
    return isa_flush64(isa_f64(isa_bits64(a) & UINT64_C(0xffffffff00000000)));
}
static inline double upper_out(double r)
{
    const double flushed = isa_flush64(r);
    const uint64_t rounded = (isa_bits64(flushed) + 0x80000000u) & UINT64_C(0xffffffff00000000);
    return r == r ? isa_f64(rounded) : isa_f64(ISA_NAN_F64);
}
SG_MAP1(rcp_upper, f64, f64, upper_out(1.0 / upper_in(a)));
SG_MAP1(rsqrt_upper, f64, f64, upper_out(1.0 / sqrt(upper_in(a))));

/* ---- The table ---- */

#define ROW(op, type, code, flush) {PTX_##op, {PTX_##type, PTX_NONE}, {.approx = true, .ftz = flush}, "t=t", &code}
static const struct isa_row rows[] = {
    ROW(EX2, F32, ex2_f32, false),    ROW(EX2, F32, ex2_ftz, true),      ROW(LG2, F32, lg2_f32, false),
    ROW(LG2, F32, lg2_ftz, true),     ROW(SIN, F32, sin_f32, false),     ROW(SIN, F32, sin_ftz, true),
    ROW(COS, F32, cos_f32, false),    ROW(COS, F32, cos_ftz, true),      ROW(RSQRT, F32, rsqrt_f32, false),
    ROW(RSQRT, F32, rsqrt_ftz, true), ROW(RSQRT, F64, rsqrt_f64, false), ROW(RSQRT, F64, rsqrt_upper, true),
    ROW(RCP, F64, rcp_upper, true),   ROW(TANH, F32, tanh_f32, false),
};

bool isa_approx_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    return isa_rows_lower(low, insn, rows, ISA_COUNT(rows));
}
