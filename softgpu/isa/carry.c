/* Extended-precision integer arithmetic (PTX ISA 9.7.2): add.cc addc sub.cc subc mad.cc madc.
 *
 * CC.CF is a column of bytes. All these instructions are one sum of two terms and a carry, x + y + in, where x is the
 * first operand or a half of a product. A subtraction adds the complement, a + ~b + in, as hardware does: CC.CF says
 * that nothing was borrowed, also to an addition that reads it, and is 1 for an instruction that begins a subtraction.
 * An operation has the columns result, carry out, carry in, a, b, c; an instruction that does not read the flag has a
 * constant there, one that does not write it a temporary. */
#include "carry.h"

#include "lanes.h"
#include "rows.h"

__extension__ typedef unsigned __int128 u128;
__extension__ typedef __int128 s128;

#define CARRY_LANES(T, S, COLUMN_C, LOAD_C, TERM, ADDEND, ACTIVE)                                                      \
    const uint8_t *const m = g->mask;                                                                                  \
    T *const d0 = SG_COL(T, g, op, 0);                                                                                 \
    u8 *const out0 = SG_COL(u8, g, op, 1);                                                                             \
    const u8 *const in0 = SG_COL(u8, g, op, 2);                                                                        \
    const S *const a0 = SG_COL(S, g, op, 3);                                                                           \
    const S *const b0 = SG_COL(S, g, op, 4);                                                                           \
    COLUMN_C(void) m;                                                                                                  \
    SG_FULL_WARPS(g, w) SG_EACH(l)                                                                                     \
    {                                                                                                                  \
        const S a = a0[w + l], b = b0[w + l];                                                                          \
        LOAD_C(void) a;                                                                                                \
        const T x = (T)(TERM), y = (T)(ADDEND), in = in0[w + l];                                                       \
        const T sum = (T)(x + y), total = (T)(sum + in);                                                               \
        const u8 out = (u8)((sum < x) | (total < sum));                                                                \
        d0[w + l] = ACTIVE ? total : d0[w + l];                                                                        \
        out0[w + l] = ACTIVE ? out : out0[w + l];                                                                      \
    }
#define CARRY_CODE(name, T, S, COLUMN_C, LOAD_C, TERM, ADDEND)                                                         \
    SG_FORM(name##_full){CARRY_LANES(T, S, COLUMN_C, LOAD_C, TERM, ADDEND, 1)} SG_FORM(name##_part){                   \
        CARRY_LANES(T, S, COLUMN_C, LOAD_C, TERM, ADDEND, m[w + l])} SG_CODE(name)

#define SUM(name, T) CARRY_CODE(name, T, T, , , a, b)
#define DIFFERENCE(name, T) CARRY_CODE(name, T, T, , , a, ~b)
#define PRODUCT(name, T, S, HALF)                                                                                      \
    CARRY_CODE(name, T, S, const T *const c0 = SG_COL(T, g, op, 5);, const T c = c0[w + l];, HALF, c)

SUM(add_32, u32);
SUM(add_64, u64);
DIFFERENCE(sub_32, u32);
DIFFERENCE(sub_64, u64);
PRODUCT(mad_lo_32, u32, u32, a *b);
PRODUCT(mad_lo_64, u64, u64, a *b);
PRODUCT(mad_hi_u32, u32, u32, (u64)a *b >> 32);
PRODUCT(mad_hi_s32, u32, s32, ((s64)a * b) >> 32);
PRODUCT(mad_hi_u64, u64, u64, (u128)a *b >> 64);
PRODUCT(mad_hi_s64, u64, s64, (u64)(((s128)a * b) >> 64));

#define ROW(op, type, shape, code, ...) {PTX_##op, {PTX_##type, PTX_NONE}, {__VA_ARGS__}, shape, &code}
#define ROWS(op, shape, u32_code, s32_code, u64_code, s64_code, ...)                                                   \
    ROW(op, U32, shape, u32_code, __VA_ARGS__), ROW(op, S32, shape, s32_code, __VA_ARGS__),                            \
        ROW(op, U64, shape, u64_code, __VA_ARGS__), ROW(op, S64, shape, s64_code, __VA_ARGS__)

static const struct isa_row rows[] = {
    ROWS(ADD, "tk=ntt", add_32, add_32, add_64, add_64, .cc = true),
    ROWS(ADDC, "tn=ktt", add_32, add_32, add_64, add_64, 0),
    ROWS(ADDC, "tk=ktt", add_32, add_32, add_64, add_64, .cc = true),
    ROWS(SUB, "tk=ott", sub_32, sub_32, sub_64, sub_64, .cc = true),
    ROWS(SUBC, "tn=ktt", sub_32, sub_32, sub_64, sub_64, 0),
    ROWS(SUBC, "tk=ktt", sub_32, sub_32, sub_64, sub_64, .cc = true),
    ROWS(MAD, "tk=nttt", mad_lo_32, mad_lo_32, mad_lo_64, mad_lo_64, .half = PTX_LO, .cc = true),
    ROWS(MAD, "tk=nttt", mad_hi_u32, mad_hi_s32, mad_hi_u64, mad_hi_s64, .half = PTX_HI, .cc = true),
    ROWS(MADC, "tn=kttt", mad_lo_32, mad_lo_32, mad_lo_64, mad_lo_64, .half = PTX_LO),
    ROWS(MADC, "tn=kttt", mad_hi_u32, mad_hi_s32, mad_hi_u64, mad_hi_s64, .half = PTX_HI),
    ROWS(MADC, "tk=kttt", mad_lo_32, mad_lo_32, mad_lo_64, mad_lo_64, .half = PTX_LO, .cc = true),
    ROWS(MADC, "tk=kttt", mad_hi_u32, mad_hi_s32, mad_hi_u64, mad_hi_s64, .half = PTX_HI, .cc = true),
};

bool isa_carry_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    return isa_rows_lower(low, insn, rows, ISA_COUNT(rows));
}
