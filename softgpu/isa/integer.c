/* Integer arithmetic (PTX ISA 9.7.1, 9.7.2): add sub mul mad mul24 mad24 sad div rem abs neg min max dp4a dp2a and the
 * forms with a carry. Bit fields and shifts are elsewhere.
 *
 * Sums and products are computed unsigned, where C wraps as the manual wants; so signed and unsigned types share an
 * operation unless the sign matters. What the manual leaves open is what GPUs are seen to do: a division by zero gives
 * all ones, quotient and remainder; the most negative number divided by -1 gives itself, remainder 0. */
#include "carry.h"
#include "lanes.h"
#include "rows.h"

__extension__ typedef unsigned __int128 u128;
__extension__ typedef __int128 s128;

/* ---- Sums ---- */

SG_MAP2(add_16, u16, u16, u16, a + b);
SG_MAP2(add_32, u32, u32, u32, a + b);
SG_MAP2(add_64, u64, u64, u64, a + b);
SG_MAP2(add_16x2, u32, u32, u32, ((a + (b & 0xffff0000u)) & 0xffff0000u) | ((a + b) & 0xffffu));
SG_MAP2(sub_16, u16, u16, u16, a - b);
SG_MAP2(sub_32, u32, u32, u32, a - b);
SG_MAP2(sub_64, u64, u64, u64, a - b);

/* A signed sum has overflowed if its sign differs from that of both terms; then it is cut to the side of `a`. */
static inline uint32_t saturated(uint32_t a, uint32_t sum, uint32_t overflow)
{
    return overflow >> 31 ? (a >> 31 ? 0x80000000u : 0x7fffffffu) : sum;
}
SG_MAP2(add_sat_s32, u32, u32, u32, saturated(a, a + b, (a ^ (a + b)) & (b ^ (a + b))));
SG_MAP2(sub_sat_s32, u32, u32, u32, saturated(a, a - b, (a ^ b) & (a ^ (a - b))));

SG_MAP1(abs_s16, u16, s16, a < 0 ? -a : a);
SG_MAP1(abs_s32, u32, u32, a >> 31 ? 0u - a : a);
SG_MAP1(abs_s64, u64, u64, a >> 63 ? 0u - a : a);
SG_MAP1(neg_16, u16, u16, 0u - a);
SG_MAP1(neg_32, u32, u32, 0u - a);
SG_MAP1(neg_64, u64, u64, 0u - a);

SG_MAP3(sad_u16, u16, u16, u16, u16, c + (a < b ? b - a : a - b));
SG_MAP3(sad_s16, u16, s16, s16, u16, c + (a < b ? b - a : a - b));
SG_MAP3(sad_u32, u32, u32, u32, u32, c + (a < b ? b - a : a - b));
SG_MAP3(sad_s32, u32, s32, s32, u32, c + (a < b ? (u32)b - (u32)a : (u32)a - (u32)b));
SG_MAP3(sad_u64, u64, u64, u64, u64, c + (a < b ? b - a : a - b));
SG_MAP3(sad_s64, u64, s64, s64, u64, c + (a < b ? (u64)b - (u64)a : (u64)a - (u64)b));

/* ---- Minimum and maximum ---- */

#define MIN_MAX(type)                                                                                                  \
    SG_MAP2(min_##type, type, type, type, a < b ? a : b);                                                              \
    SG_MAP2(max_##type, type, type, type, a > b ? a : b)
MIN_MAX(u16);
MIN_MAX(s16);
MIN_MAX(u32);
MIN_MAX(s32);
MIN_MAX(u64);
MIN_MAX(s64);

static inline uint32_t pair(uint32_t high, uint32_t low)
{
    return high << 16 | (low & 0xffffu);
}
static inline int32_t min_int(int32_t x, int32_t y)
{
    return x < y ? x : y;
}
static inline int32_t max_int(int32_t x, int32_t y)
{
    return x > y ? x : y;
}
static inline int32_t high_s16(uint32_t x)
{
    return (int32_t)x >> 16;
}
static inline int32_t low_s16(uint32_t x)
{
    return (int16_t)(uint16_t)x;
}
static inline int32_t high_u16(uint32_t x)
{
    return (int32_t)(x >> 16);
}
static inline int32_t low_u16(uint32_t x)
{
    return (int32_t)(x & 0xffffu);
}

#define HALVES(f, type) pair((u32)f(high_##type(a), high_##type(b)), (u32)f(low_##type(a), low_##type(b)))
#define HALVES_RELU(f) pair((u32)max_int(0, f(high_s16(a), high_s16(b))), (u32)max_int(0, f(low_s16(a), low_s16(b))))
SG_MAP2(min_u16x2, u32, u32, u32, HALVES(min_int, u16));
SG_MAP2(max_u16x2, u32, u32, u32, HALVES(max_int, u16));
SG_MAP2(min_s16x2, u32, u32, u32, HALVES(min_int, s16));
SG_MAP2(max_s16x2, u32, u32, u32, HALVES(max_int, s16));
SG_MAP2(min_relu_s16x2, u32, u32, u32, HALVES_RELU(min_int));
SG_MAP2(max_relu_s16x2, u32, u32, u32, HALVES_RELU(max_int));
SG_MAP2(min_relu_s32, s32, s32, s32, max_int(0, min_int(a, b)));
SG_MAP2(max_relu_s32, s32, s32, s32, max_int(0, max_int(a, b)));

/* ---- Products ---- */

#define LO_16 (u32) a *b
#define HI_U16 (u32) a *b >> 16
#define HI_S16 (a * b) >> 16
#define HI_U32 (u64) a *b >> 32
#define HI_S32 ((s64)a * b) >> 32
#define HI_U64 (u128) a *b >> 64
#define HI_S64 (u64)(((s128)a * b) >> 64)
SG_MAP2(mul_lo_16, u16, u16, u16, LO_16);
SG_MAP2(mul_lo_32, u32, u32, u32, a *b);
SG_MAP2(mul_lo_64, u64, u64, u64, a *b);
SG_MAP2(mul_hi_u16, u16, u16, u16, HI_U16);
SG_MAP2(mul_hi_s16, u16, s16, s16, HI_S16);
SG_MAP2(mul_hi_u32, u32, u32, u32, HI_U32);
SG_MAP2(mul_hi_s32, u32, s32, s32, HI_S32);
ISA_SCALAR2(mul_hi_u64, u64, u64, u64, HI_U64);
ISA_SCALAR2(mul_hi_s64, u64, s64, s64, HI_S64);
SG_MAP2(mul_wide_u16, u32, u16, u16, (u32)a *b);
SG_MAP2(mul_wide_s16, s32, s16, s16, a *b);
SG_MAP2(mul_wide_u32, u64, u32, u32, (u64)a *b);
SG_MAP2(mul_wide_s32, s64, s32, s32, (s64)a *b);

SG_MAP3(mad_lo_16, u16, u16, u16, u16, LO_16 + c);
SG_MAP3(mad_lo_32, u32, u32, u32, u32, a *b + c);
SG_MAP3(mad_lo_64, u64, u64, u64, u64, a *b + c);
SG_MAP3(mad_hi_u16, u16, u16, u16, u16, (HI_U16) + c);
SG_MAP3(mad_hi_s16, u16, s16, s16, u16, (HI_S16) + c);
SG_MAP3(mad_hi_u32, u32, u32, u32, u32, (HI_U32) + c);
SG_MAP3(mad_hi_s32, u32, s32, s32, u32, (u32)(HI_S32) + c);
ISA_SCALAR3(mad_hi_u64, u64, u64, u64, u64, (HI_U64) + c);
ISA_SCALAR3(mad_hi_s64, u64, s64, s64, u64, (HI_S64) + c);
SG_MAP3(mad_wide_u16, u32, u16, u16, u32, (u32)a *b + c);
SG_MAP3(mad_wide_s16, u32, s16, s16, u32, (u32)(a * b) + c);
SG_MAP3(mad_wide_u32, u64, u32, u32, u64, (u64)a *b + c);
SG_MAP3(mad_wide_s32, u64, s32, s32, u64, (u64)((s64)a * b) + c);

static inline uint32_t sum_sat(uint32_t a, uint32_t b)
{
    return saturated(a, a + b, (a ^ (a + b)) & (b ^ (a + b)));
}
SG_MAP3(mad_hi_sat_s32, u32, s32, s32, u32, sum_sat((u32)(HI_S32), c));

/* 24-bit factors in 32-bit registers; .lo is bits 31..0 of the 48-bit product, .hi bits 47..16. */
static inline uint64_t product24_u32(uint32_t a, uint32_t b)
{
    return (uint64_t)(a & 0xffffffu) * (b & 0xffffffu);
}
static inline uint64_t product24_s32(uint32_t a, uint32_t b)
{
    return (uint64_t)((int64_t)((int32_t)(a << 8) >> 8) * ((int32_t)(b << 8) >> 8));
}
SG_MAP2(mul24_lo_u32, u32, u32, u32, product24_u32(a, b));
SG_MAP2(mul24_lo_s32, u32, u32, u32, product24_s32(a, b));
SG_MAP2(mul24_hi_u32, u32, u32, u32, product24_u32(a, b) >> 16);
SG_MAP2(mul24_hi_s32, u32, u32, u32, product24_s32(a, b) >> 16);
SG_MAP3(mad24_lo_u32, u32, u32, u32, u32, product24_u32(a, b) + c);
SG_MAP3(mad24_lo_s32, u32, u32, u32, u32, product24_s32(a, b) + c);
SG_MAP3(mad24_hi_u32, u32, u32, u32, u32, (product24_u32(a, b) >> 16) + c);
SG_MAP3(mad24_hi_s32, u32, u32, u32, u32, (product24_s32(a, b) >> 16) + c);
SG_MAP3(mad24_hi_sat_s32, u32, u32, u32, u32, sum_sat((u32)(product24_s32(a, b) >> 16), c));

/* ---- Dot products: byte `i` of x, or half `i`, by the type of its operand ---- */

static inline uint32_t byte_u32(uint32_t x, int i)
{
    return x >> 8 * i & 0xffu;
}
static inline uint32_t byte_s32(uint32_t x, int i)
{
    return (uint32_t)((int32_t)(x << (24 - 8 * i)) >> 24);
}
static inline uint32_t half_u32(uint32_t x, int i)
{
    return x >> 16 * i & 0xffffu;
}
static inline uint32_t half_s32(uint32_t x, int i)
{
    return (uint32_t)((int32_t)(x << (16 - 16 * i)) >> 16);
}

#define DOT(ta, tb)                                                                                                    \
    SG_MAP3(dp4a_##ta##_##tb, u32, u32, u32, u32,                                                                      \
            c + byte_##ta(a, 0) * byte_##tb(b, 0) + byte_##ta(a, 1) * byte_##tb(b, 1) +                                \
                byte_##ta(a, 2) * byte_##tb(b, 2) + byte_##ta(a, 3) * byte_##tb(b, 3));                                \
    SG_MAP3(dp2a_lo_##ta##_##tb, u32, u32, u32, u32,                                                                   \
            c + half_##ta(a, 0) * byte_##tb(b, 0) + half_##ta(a, 1) * byte_##tb(b, 1));                                \
    SG_MAP3(dp2a_hi_##ta##_##tb, u32, u32, u32, u32,                                                                   \
            c + half_##ta(a, 0) * byte_##tb(b, 2) + half_##ta(a, 1) * byte_##tb(b, 3))
DOT(u32, u32);
DOT(u32, s32);
DOT(s32, u32);
DOT(s32, s32);

/* ---- Quotients ---- */

/* Doubles divide in vectors. The quotient of 32-bit numbers in double precision is off by less than 2^-53 of itself,
 * so by less than 2^-21 / b, while the next integer above it is at least 1 / b away: it never rounds up to one. 2^52
 * in the exponent turns an integer into a double and back, which vectorises for unsigned ones, too; rounding up on
 * the way back is undone. */
static inline double double_of(uint32_t a)
{
    return isa_f64(UINT64_C(0x4330000000000000) | a) - 0x1p52;
}
static inline uint32_t quotient32(uint32_t a, uint32_t b)
{
    const double q = double_of(a) / double_of(b ? b : 1), nearest = (q + 0x1p52) - 0x1p52;
    return (uint32_t)isa_bits64((nearest > q ? nearest - 1.0 : nearest) + 0x1p52);
}
static inline uint32_t magnitude32(uint32_t a)
{
    return a >> 31 ? 0u - a : a;
}

static inline uint32_t div_of_u32(uint32_t a, uint32_t b)
{
    return b ? quotient32(a, b) : ~0u;
}
static inline uint32_t rem_of_u32(uint32_t a, uint32_t b)
{
    return b ? a - b * quotient32(a, b) : ~0u;
}
static inline uint32_t div_of_s32(uint32_t a, uint32_t b)
{
    const uint32_t q = quotient32(magnitude32(a), magnitude32(b));
    return b ? ((a ^ b) >> 31 ? 0u - q : q) : ~0u;
}
static inline uint32_t rem_of_s32(uint32_t a, uint32_t b)
{
    return b ? a - b * div_of_s32(a, b) : ~0u;
}

/* 64-bit division is slow on many processors, and most operands are short. */
static inline uint64_t quotient64(uint64_t a, uint64_t b)
{
    return (a | b) >> 32 ? a / b : (uint64_t)((uint32_t)a / (uint32_t)b);
}
static inline uint64_t magnitude64(uint64_t a)
{
    return a >> 63 ? 0u - a : a;
}
static inline uint64_t div_of_u64(uint64_t a, uint64_t b)
{
    return b ? quotient64(a, b) : ~UINT64_C(0);
}
static inline uint64_t div_of_s64(uint64_t a, uint64_t b)
{
    if (!b)
        return ~UINT64_C(0);
    const uint64_t q = quotient64(magnitude64(a), magnitude64(b));
    return (a ^ b) >> 63 ? 0u - q : q;
}

SG_MAP2(div_u16, u16, u16, u16, div_of_u32(a, b));
SG_MAP2(div_s16, u16, s16, s16, div_of_s32((uint32_t)a, (uint32_t)b));
SG_MAP2(div_u32, u32, u32, u32, div_of_u32(a, b));
SG_MAP2(div_s32, u32, u32, u32, div_of_s32(a, b));
ISA_SCALAR2(div_u64, u64, u64, u64, div_of_u64(a, b));
ISA_SCALAR2(div_s64, u64, u64, u64, div_of_s64(a, b));
SG_MAP2(rem_u16, u16, u16, u16, rem_of_u32(a, b));
SG_MAP2(rem_s16, u16, s16, s16, rem_of_s32((uint32_t)a, (uint32_t)b));
SG_MAP2(rem_u32, u32, u32, u32, rem_of_u32(a, b));
SG_MAP2(rem_s32, u32, u32, u32, rem_of_s32(a, b));
ISA_SCALAR2(rem_u64, u64, u64, u64, b ? a - b * quotient64(a, b) : ~UINT64_C(0));
ISA_SCALAR2(rem_s64, u64, u64, u64, b ? a - b * div_of_s64(a, b) : ~UINT64_C(0));

/* ---- The table: opcode, type, shape, operation, modifiers ---- */

#define ROW(op, type, shape, code, ...) {PTX_##op, {PTX_##type, PTX_NONE}, {__VA_ARGS__}, shape, &code}
/* The sign does not matter. */
#define ANY_SIGN(op, shape, name, ...)                                                                                 \
    ROW(op, U16, shape, name##_16, __VA_ARGS__), ROW(op, S16, shape, name##_16, __VA_ARGS__),                          \
        ROW(op, U32, shape, name##_32, __VA_ARGS__), ROW(op, S32, shape, name##_32, __VA_ARGS__),                      \
        ROW(op, U64, shape, name##_64, __VA_ARGS__), ROW(op, S64, shape, name##_64, __VA_ARGS__)
/* It does. */
#define BY_SIGN_32(op, shape, name, ...)                                                                               \
    ROW(op, U32, shape, name##_u32, __VA_ARGS__), ROW(op, S32, shape, name##_s32, __VA_ARGS__)
#define BY_SIGN_16_32(op, shape, name, ...)                                                                            \
    ROW(op, U16, shape, name##_u16, __VA_ARGS__), ROW(op, S16, shape, name##_s16, __VA_ARGS__),                        \
        BY_SIGN_32(op, shape, name, __VA_ARGS__)
#define BY_SIGN(op, shape, name, ...)                                                                                  \
    BY_SIGN_16_32(op, shape, name, __VA_ARGS__), ROW(op, U64, shape, name##_u64, __VA_ARGS__),                         \
        ROW(op, S64, shape, name##_s64, __VA_ARGS__)
#define SIGNED(op, s16_code, s32_code, s64_code)                                                                       \
    ROW(op, S16, "t=t", s16_code, 0), ROW(op, S32, "t=t", s32_code, 0), ROW(op, S64, "t=t", s64_code, 0)
#define DOT_ROWS(A, B, name)                                                                                           \
    {PTX_DP4A, {PTX_##A, PTX_##B}, {0}, "u=uuu", &dp4a_##name},                                                        \
        {PTX_DP2A, {PTX_##A, PTX_##B}, {.half = PTX_LO}, "u=uuu", &dp2a_lo_##name},                                    \
    {                                                                                                                  \
        PTX_DP2A, {PTX_##A, PTX_##B}, {.half = PTX_HI}, "u=uuu", &dp2a_hi_##name                                       \
    }

static const struct isa_row rows[] = {
    ANY_SIGN(ADD, "t=tt", add, 0),
    ANY_SIGN(SUB, "t=tt", sub, 0),
    ANY_SIGN(MUL, "t=tt", mul_lo, .half = PTX_LO),
    ANY_SIGN(MAD, "t=ttt", mad_lo, .half = PTX_LO),
    BY_SIGN(MUL, "t=tt", mul_hi, .half = PTX_HI),
    BY_SIGN(MAD, "t=ttt", mad_hi, .half = PTX_HI),
    BY_SIGN_16_32(MUL, "w=tt", mul_wide, .half = PTX_WIDE),
    BY_SIGN_16_32(MAD, "w=ttw", mad_wide, .half = PTX_WIDE),
    ROW(ADD, S32, "t=tt", add_sat_s32, .sat = true),
    ROW(SUB, S32, "t=tt", sub_sat_s32, .sat = true),
    ROW(MAD, S32, "t=ttt", mad_hi_sat_s32, .half = PTX_HI, .sat = true),
    ROW(ADD, U16X2, "t=tt", add_16x2, 0),
    ROW(ADD, S16X2, "t=tt", add_16x2, 0),
    BY_SIGN_32(MUL24, "t=tt", mul24_lo, .half = PTX_LO),
    BY_SIGN_32(MUL24, "t=tt", mul24_hi, .half = PTX_HI),
    BY_SIGN_32(MAD24, "t=ttt", mad24_lo, .half = PTX_LO),
    BY_SIGN_32(MAD24, "t=ttt", mad24_hi, .half = PTX_HI),
    ROW(MAD24, S32, "t=ttt", mad24_hi_sat_s32, .half = PTX_HI, .sat = true),
    BY_SIGN(SAD, "t=ttt", sad, 0),
    BY_SIGN(DIV, "t=tt", div, 0),
    BY_SIGN(REM, "t=tt", rem, 0),
    SIGNED(ABS, abs_s16, abs_s32, abs_s64),
    SIGNED(NEG, neg_16, neg_32, neg_64),
    BY_SIGN(MIN, "t=tt", min, 0),
    BY_SIGN(MAX, "t=tt", max, 0),
    ROW(MIN, U16X2, "t=tt", min_u16x2, 0),
    ROW(MAX, U16X2, "t=tt", max_u16x2, 0),
    ROW(MIN, S16X2, "t=tt", min_s16x2, 0),
    ROW(MAX, S16X2, "t=tt", max_s16x2, 0),
    ROW(MIN, S16X2, "t=tt", min_relu_s16x2, .relu = true),
    ROW(MAX, S16X2, "t=tt", max_relu_s16x2, .relu = true),
    ROW(MIN, S32, "t=tt", min_relu_s32, .relu = true),
    ROW(MAX, S32, "t=tt", max_relu_s32, .relu = true),
    DOT_ROWS(U32, U32, u32_u32),
    DOT_ROWS(U32, S32, u32_s32),
    DOT_ROWS(S32, U32, s32_u32),
    DOT_ROWS(S32, S32, s32_s32),
};

bool isa_integer_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    return isa_rows_lower(low, insn, rows, ISA_COUNT(rows)) || isa_carry_lower(low, insn);
}
