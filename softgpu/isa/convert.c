/* Conversion (PTX ISA 9.7.9.21, cvt): integers, f16, bf16, f32, f64 to each other.
 *
 * A conversion is a chain of steps, each an operation from one column to the next; the common ones are one step. Every
 * step but at most one is exact (f16 widens to f32, an integer of up to 32 bits to f64), so the chain rounds once, as
 * if it were one. */
#include <math.h>

#include "eighths.h"
#include "halves.h"
#include "rounding.h"
#include "rows.h"

/* ---- Integer to integer: what counts is the width of the result and the type of the source ---- */

#define TO_WIDTHS(name, T)                                                                                             \
    SG_MAP1(u8_of_##name, u8, T, a);                                                                                   \
    SG_MAP1(u16_of_##name, u16, T, a);                                                                                 \
    SG_MAP1(u32_of_##name, u32, T, a);                                                                                 \
    SG_MAP1(u64_of_##name, u64, T, a)
TO_WIDTHS(u8, u8);
TO_WIDTHS(s8, s8);
TO_WIDTHS(u16, u16);
TO_WIDTHS(s16, s16);
TO_WIDTHS(u32, u32);
TO_WIDTHS(s32, s32);
TO_WIDTHS(u64, u64);

#define CLAMP(name, T) SG_MAP3(clamp_##name, T, T, T, T, a < b ? b : (a > c ? c : a))
CLAMP(u8, u8);
CLAMP(s8, s8);
CLAMP(u16, u16);
CLAMP(s16, s16);
CLAMP(u32, u32);
CLAMP(s32, s32);
CLAMP(u64, u64);
CLAMP(s64, s64);

/* ---- Integer to float. Zero is a case of its own where gcc converts by a difference, which is -0 when rounding
 * down ---- */

#define TO_FLOATS(name, T, value)                                                                                      \
    SG_MAP1(f32_of_##name, f32, T, (f32)(value));                                                                      \
    SG_MAP1(f64_of_##name, f64, T, (f64)(value))
TO_FLOATS(u8, u8, (s32)a);
TO_FLOATS(s8, s8, (s32)a);
TO_FLOATS(u16, u16, (s32)a);
TO_FLOATS(s16, s16, (s32)a);
TO_FLOATS(s32, s32, a);
SG_MAP1(f32_of_u32, f32, u32, a ? (f32)a : 0.0f);
SG_MAP1(f64_of_u32, f64, u32, a ? (f64)a : 0.0);
ISA_SCALAR1(f32_of_u64, f32, u64, a ? (f32)a : 0.0f);
ISA_SCALAR1(f64_of_u64, f64, u64, a ? (f64)a : 0.0);
ISA_SCALAR1(f32_of_s64, f32, s64, (f32)a);
ISA_SCALAR1(f64_of_s64, f64, s64, (f64)a);

/* To f64 on the way to a 16-bit format: exact up to 2^53, and above that the lost bits stick to the last one kept,
 * so that rounding again is as if from the integer. */
static inline uint64_t sticky(uint64_t x)
{
    return x >> 53 ? (x & ~UINT64_C(0x7ff)) | (uint64_t)((x & 0x7ff) != 0) << 11 : x;
}
static inline double odd_of_s64(int64_t a)
{
    const uint64_t x = sticky(a < 0 ? 0u - (uint64_t)a : (uint64_t)a);
    return a < 0 ? -(double)x : (double)x;
}
ISA_SCALAR1(odd_f64_of_u64, f64, u64, a ? (f64)sticky(a) : 0.0);
ISA_SCALAR1(odd_f64_of_s64, f64, s64, a ? odd_of_s64(a) : 0.0);

/* ---- Float to integer, toward zero; what is out of range becomes the nearest integer that is in it, NaN zero ---- */

static inline double clamped(double x, double low, double high)
{
    return x > low ? (x < high ? x : high) : low;
}
static inline int32_t s32_in(double x, double low, double high)
{
    return x == x ? (int32_t)clamped(x, low, high) : 0;
}
/* The processor converts to signed integers only: the upper half of the range is moved down and back. */
static inline uint32_t u32_in(double x)
{
    const double y = x == x ? clamped(x, 0.0, 4294967295.0) : 0.0;
    const uint32_t upper = y >= 2147483648.0;
    return (uint32_t)(int32_t)(upper ? y - 2147483648.0 : y) ^ upper << 31;
}
static inline int64_t s64_in(double x)
{
    if (!(x < 0x1p63))
        return x == x ? INT64_MAX : 0;
    return x < -0x1p63 ? INT64_MIN : (int64_t)x;
}
static inline uint64_t u64_in(double x)
{
    if (!(x < 0x1p64))
        return x == x ? UINT64_MAX : 0;
    return x > 0 ? (uint64_t)x : 0;
}
#define TO_INTEGERS(name, F)                                                                                           \
    SG_MAP1(u8_of_##name, u8, F, s32_in((f64)a, 0.0, 255.0));                                                          \
    SG_MAP1(s8_of_##name, s8, F, s32_in((f64)a, -128.0, 127.0));                                                       \
    SG_MAP1(u16_of_##name, u16, F, s32_in((f64)a, 0.0, 65535.0));                                                      \
    SG_MAP1(s16_of_##name, s16, F, s32_in((f64)a, -32768.0, 32767.0));                                                 \
    SG_MAP1(u32_of_##name, u32, F, u32_in((f64)a));                                                                    \
    SG_MAP1(s32_of_##name, s32, F, s32_in((f64)a, -2147483648.0, 2147483647.0));                                       \
    ISA_SCALAR1(u64_of_##name, u64, F, u64_in((f64)a));                                                                \
    ISA_SCALAR1(s64_of_##name, s64, F, s64_in((f64)a))
TO_INTEGERS(f32, f32);
TO_INTEGERS(f64, f64);

/* ---- Float to float ---- */

SG_MAP1(f32_of_f64, f32, f64, isa_canon((f32)a));
SG_MAP1(f64_of_f32, f64, f32, (f64)a);
SG_MAP1(f32_of_f16, f32, u16, isa_f32_of_f16(a));
SG_MAP1(f32_of_bf16, f32, u16, isa_f32_of_bf16(a));
SG_MAP1(f16_of_f32, u16, f32, isa_f16_of((f64)a));
SG_MAP1(f16_nearest_of_f32, u16, f32, isa_f16_nearest(a));
SG_MAP1(bf16_nearest_of_f32, u16, f32, isa_bf16_nearest(a));
SG_MAP1(f16_of_f64, u16, f64, isa_f16_of(a));
SG_MAP1(bf16_of_f32, u16, f32, isa_bf16_of((f64)a));
SG_MAP1(bf16_of_f64, u16, f64, isa_bf16_of(a));
SG_MAP1(flush_f32, f32, f32, isa_canon(isa_flush(a)));
SG_MAP1(same_f32, f32, f32, isa_canon(a));
SG_MAP1(same_f64, u64, u64, a);

SG_MAP1(nearest_f32, f32, f32, isa_canon(rintf(a)));
SG_MAP1(trunc_f32, f32, f32, isa_canon(truncf(a)));
SG_MAP1(floor_f32, f32, f32, isa_canon(floorf(a)));
SG_MAP1(ceil_f32, f32, f32, isa_canon(ceilf(a)));
SG_MAP1(nearest_f64, f64, f64, rint(a));
SG_MAP1(trunc_f64, f64, f64, trunc(a));
SG_MAP1(floor_f64, f64, f64, floor(a));
SG_MAP1(ceil_f64, f64, f64, ceil(a));

/* .sat, .relu, .satfinite of a result; both 16-bit formats order as their bits do. */
SG_MAP1(sat_f32, f32, f32, isa_sat(a));
SG_MAP1(sat_f64, f64, f64, isa_sat64(a));
SG_MAP1(sat_f16, u16, u16, a > 0x7c00 ? 0 : (a > 0x3c00 ? 0x3c00 : a));
SG_MAP1(sat_bf16, u16, u16, a > 0x7f80 ? 0 : (a > 0x3f80 ? 0x3f80 : a));
SG_MAP1(relu_16, u16, u16, a & 0x8000 ? 0 : a);
SG_MAP1(finite_f16, u16, u16, (a & 0x7fff) == 0x7c00 ? a - 1 : a);
SG_MAP1(finite_bf16, u16, u16, (a & 0x7fff) == 0x7f80 ? a - 1 : a);
SG_MAP2(pack_16, u32, u16, u16, (u32)a << 16 | b);

/* ---- Tables by type ---- */

struct integer_type {
    uint8_t type, width;          /* width: 0 to 3 for 8 to 64 bits */
    int64_t least;
    uint64_t greatest;
    const struct sg_op_code *to_width[4], *clamp, *to_f32, *to_f64, *to_odd_f64, *of_f32, *of_f64;
};
#define INTEGER(T, t, log, low, high, widths, odd)                                                                     \
    {PTX_##T,                                                                                                          \
     log,                                                                                                              \
     low,                                                                                                              \
     high,                                                                                                             \
     {&u8_of_##widths, &u16_of_##widths, &u32_of_##widths, &u64_of_##widths},                                          \
     &clamp_##t,                                                                                                       \
     &f32_of_##t,                                                                                                      \
     &f64_of_##t,                                                                                                      \
     &odd,                                                                                                             \
     &t##_of_f32,                                                                                                      \
     &t##_of_f64}
static const struct integer_type integers[] = {
    INTEGER(U8, u8, 0, 0, UINT8_MAX, u8, f64_of_u8),
    INTEGER(S8, s8, 0, INT8_MIN, INT8_MAX, s8, f64_of_s8),
    INTEGER(U16, u16, 1, 0, UINT16_MAX, u16, f64_of_u16),
    INTEGER(S16, s16, 1, INT16_MIN, INT16_MAX, s16, f64_of_s16),
    INTEGER(U32, u32, 2, 0, UINT32_MAX, u32, f64_of_u32),
    INTEGER(S32, s32, 2, INT32_MIN, INT32_MAX, s32, f64_of_s32),
    INTEGER(U64, u64, 3, 0, UINT64_MAX, u64, odd_f64_of_u64),
    INTEGER(S64, s64, 3, INT64_MIN, INT64_MAX, u64, odd_f64_of_s64),
};
static const struct integer_type *integer(enum ptx_type type)
{
    for (size_t i = 0; i < ISA_COUNT(integers); i++)
        if (integers[i].type == type)
            return &integers[i];
    return NULL;
}

/* f16 and bf16 are f32 from the first step on; `narrow` is the way to them from f32 and f64, in any rounding mode;
 * `nearest_f32` a shorter way in the usual one. */
struct float_type {
    const struct sg_op_code *widen, *narrow_f32, *narrow_f64, *sat, *nearest_f32;
};
static const struct float_type *float_type(enum ptx_type type)
{
    static const struct float_type half = {&f32_of_f16, &f16_of_f32, &f16_of_f64, &sat_f16, &f16_nearest_of_f32};
    static const struct float_type brain = {&f32_of_bf16, &bf16_of_f32, &bf16_of_f64, &sat_bf16, &bf16_nearest_of_f32};
    static const struct float_type single = {NULL, &same_f32, &f32_of_f64, &sat_f32, NULL};
    static const struct float_type twice = {NULL, &f64_of_f32, &same_f64, &sat_f64, NULL};
    switch (type) {
    case PTX_F16: return &half;
    case PTX_BF16: return &brain;
    case PTX_F32: return &single;
    case PTX_F64: return &twice;
    default: return NULL;
    }
}

/* ---- Chains ---- */

struct chain {
    struct {
        const struct sg_op_code *code;
        unsigned bytes, round;
    } step[8];
    unsigned count;
};

static void then(struct chain *chain, const struct sg_op_code *code, unsigned bytes, unsigned round)
{
    chain->step[chain->count].code = code;
    chain->step[chain->count].bytes = bytes;
    chain->step[chain->count++].round = round;
}

static void emit(struct sg_lower *low, const struct ptx_insn *insn, const struct chain *chain, uint32_t from,
                 uint32_t to)
{
    for (unsigned i = 0; i < chain->count; i++) {
        const uint32_t next = i + 1 < chain->count ? sg_columns_temp(low, chain->step[i].bytes) : to;
        struct sg_op *op = isa_rounding_emit(low, insn, chain->step[i].code, chain->step[i].round);
        op->col[0] = next, op->col[1] = from;
        from = next;
    }
}

static bool is_float_rounding(unsigned round)
{
    return round >= PTX_RN && round <= PTX_RP;
}
static bool is_integer_rounding(unsigned round)
{
    return round >= PTX_RNI && round <= PTX_RPI;
}

static const struct sg_op_code *integral(bool is_f64, unsigned round)
{
    static const struct sg_op_code *const f32_codes[] = {&nearest_f32, &trunc_f32, &floor_f32, &ceil_f32};
    static const struct sg_op_code *const f64_codes[] = {&nearest_f64, &trunc_f64, &floor_f64, &ceil_f64};
    return (is_f64 ? f64_codes : f32_codes)[round - PTX_RNI];
}

/* Integer to float: always with a rounding. */
static bool chain_to_float(struct chain *chain, const struct integer_type *from, enum ptx_type to, unsigned round)
{
    if (!is_float_rounding(round))
        return false;
    if (to == PTX_F32)
        then(chain, from->to_f32, 4, round);
    else if (to == PTX_F64)
        then(chain, from->to_f64, 8, round);
    else {
        then(chain, from->to_odd_f64, 8, PTX_RND_NONE);
        then(chain, float_type(to)->narrow_f64, 2, round);
    }
    return true;
}

/* From here on the value is f32 or f64. */
static bool chain_to_integer(struct chain *chain, bool is_f64, const struct integer_type *to, unsigned round)
{
    if (!is_integer_rounding(round))
        return false;
    if (round != PTX_RZI)
        then(chain, integral(is_f64, round), is_f64 ? 8 : 4, PTX_RND_NONE);
    then(chain, is_f64 ? to->of_f64 : to->of_f32, 1u << to->width, PTX_RND_NONE);
    return true;
}

/* A rounding is needed to lose bits, and not allowed elsewhere; .rni and its like go between equal formats only. */
static bool chain_floats(struct chain *chain, enum ptx_type from, enum ptx_type to, unsigned round)
{
    const unsigned from_bytes = ptx_type_bytes(from), to_bytes = ptx_type_bytes(to);
    const bool is_f64 = from == PTX_F64, loses = to_bytes < from_bytes || (to_bytes == 2 && to != from);
    /* From bf16 a rounding may be written where there is nothing to round. */
    const bool idle = round == PTX_RND_NONE || (from == PTX_BF16 && to != from && is_float_rounding(round));
    if (loses ? !is_float_rounding(round) : !(idle || (from == to && is_integer_rounding(round))))
        return false;
    if (is_integer_rounding(round))
        then(chain, integral(is_f64, round), is_f64 ? 8 : 4, PTX_RND_NONE);
    if (from == to && to_bytes > 2 && (round != PTX_RND_NONE || chain->count > 0))
        return true;
    const struct sg_op_code *code = is_f64 ? float_type(to)->narrow_f64 : float_type(to)->narrow_f32;
    if (!is_f64 && round == PTX_RN && float_type(to)->nearest_f32)
        code = float_type(to)->nearest_f32;
    then(chain, code, to_bytes, loses ? round : PTX_RND_NONE);
    return true;
}

/* The modifiers that change a floating-point result. */
static bool chain_result(struct chain *chain, enum ptx_type to, enum ptx_type from, const struct ptx_mods *mods)
{
    const bool is_half = to == PTX_F16 || to == PTX_BF16;
    if ((mods->relu || mods->satfinite) && !is_half)
        return false;
    if (mods->satfinite)
        then(chain, to == PTX_F16 ? &finite_f16 : &finite_bf16, 2, PTX_RND_NONE);
    if (mods->relu)
        then(chain, &relu_16, 2, PTX_RND_NONE);
    if (mods->ftz && to == PTX_F32 && from != PTX_F32)
        then(chain, &flush_f32, 4, PTX_RND_NONE);
    if (mods->sat)
        then(chain, float_type(to)->sat, ptx_type_bytes(to), PTX_RND_NONE);
    return true;
}

static bool build(struct chain *chain, enum ptx_type to, enum ptx_type from, const struct ptx_mods *mods)
{
    const struct integer_type *from_integer = integer(from), *to_integer = integer(to);
    if (mods->ftz && from != PTX_F32 && to != PTX_F32)
        return false;
    if (from_integer)
        return float_type(to) && !mods->ftz && chain_to_float(chain, from_integer, to, mods->round) &&
               chain_result(chain, to, from, mods);
    if (!float_type(from) || (!to_integer && !float_type(to)))
        return false;
    if (float_type(from)->widen)
        then(chain, float_type(from)->widen, 4, PTX_RND_NONE);
    if (mods->ftz && from == PTX_F32)
        then(chain, &flush_f32, 4, PTX_RND_NONE);
    if (to_integer)
        return !mods->relu && !mods->satfinite && chain_to_integer(chain, from == PTX_F64, to_integer, mods->round);
    return chain_floats(chain, from, to, mods->round) && chain_result(chain, to, from, mods);
}

/* ---- Lowering ---- */

static bool lower_integers(struct sg_lower *low, const struct ptx_insn *insn, const struct integer_type *to,
                           const struct integer_type *from)
{
    const struct ptx_mods known = {.sat = insn->mods.sat};
    if (memcmp(&known, &insn->mods, sizeof known) != 0)
        return false;
    uint32_t source = sg_operands_src(low, insn, 1, from->type);
    const unsigned bytes = 1u << from->width;
    if (known.sat) {
        const int64_t least = to->least > from->least ? to->least : from->least;
        const uint64_t greatest = to->greatest < from->greatest ? to->greatest : from->greatest;
        const uint32_t low_column = sg_operands_const(low, (uint64_t)least, bytes);
        const uint32_t high_column = sg_operands_const(low, greatest, bytes), inside = sg_columns_temp(low, bytes);
        struct sg_op *op = sg_emit_op(low, insn, from->clamp);
        op->col[0] = inside, op->col[1] = source, op->col[2] = low_column, op->col[3] = high_column;
        source = inside;
    }
    const uint32_t result = sg_operands_dst(low, insn, 0, to->type);
    struct sg_op *op = sg_emit_op(low, insn, from->to_width[to->width]);
    op->col[0] = result, op->col[1] = source;
    return true;
}

/* cvt.rn.f16x2.f32 d, a, b: a in the upper half. */
static bool lower_packed(struct sg_lower *low, const struct ptx_insn *insn, enum ptx_type half)
{
    struct chain chain = {.count = 0};
    const struct ptx_mods *mods = &insn->mods;
    if (insn->types[1] != PTX_F32 || mods->sat || mods->ftz || (mods->round != PTX_RN && mods->round != PTX_RZ) ||
        !build(&chain, half, PTX_F32, mods))
        return false;
    const uint32_t a = sg_operands_src(low, insn, 1, PTX_F32), b = sg_operands_src(low, insn, 2, PTX_F32);
    const uint32_t upper = sg_columns_temp(low, 2), lower = sg_columns_temp(low, 2),
                   d = sg_operands_dst(low, insn, 0, PTX_B32);
    emit(low, insn, &chain, a, upper);
    emit(low, insn, &chain, b, lower);
    struct sg_op *op = sg_emit_op(low, insn, &pack_16);
    op->col[0] = d, op->col[1] = upper, op->col[2] = lower;
    return true;
}

bool isa_convert_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const struct ptx_mods *m = &insn->mods;
    const struct ptx_mods known = {
        .round = m->round, .ftz = m->ftz, .sat = m->sat, .relu = m->relu, .satfinite = m->satfinite};
    if (insn->op != PTX_CVT || insn->type_count != 2 || memcmp(&known, m, sizeof known) != 0)
        return false;
    const enum ptx_type to = insn->types[0], from = insn->types[1];
    if (integer(to) && integer(from))
        return lower_integers(low, insn, integer(to), integer(from));
    if (isa_eighths_lower(low, insn))
        return true;
    if (to == PTX_F16X2 || to == PTX_BF16X2)
        return lower_packed(low, insn, to == PTX_F16X2 ? PTX_F16 : PTX_BF16);
    struct chain chain = {.count = 0};
    if (!build(&chain, to, from, m))
        return false;
    const uint32_t source = sg_operands_src(low, insn, 1, from), result = sg_operands_dst(low, insn, 0, to);
    emit(low, insn, &chain, source, result);
    return true;
}
