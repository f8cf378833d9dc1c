/* Arithmetic on pairs of single-precision numbers (PTX ISA 9.7.3: .f32x2): add sub mul fma.
 *
 * A column of pairs is a column of twice as many numbers: numbers 2 i and 2 i + 1 are lane i's. */
#include "pairs.h"

#include <math.h>

#include "floats.h"
#include "rows.h"

#define PAIR_LANES(EXPR, THIRD, ACTIVE)                                                                                \
    u64 *const d0 = SG_COL(u64, g, op, 0);                                                                             \
    const f32 *const a0 = SG_COL(f32, g, op, 1), *const b0 = SG_COL(f32, g, op, 2),                                    \
                     *const c0 = SG_COL(f32, g, op, THIRD);                                                            \
    const uint8_t *const m = g->mask;                                                                                  \
    (void)m;                                                                                                           \
    SG_PART_WARPS(g, w)                                                                                                \
    {                                                                                                                  \
        uint64_t words[SG_WARP];                                                                                       \
        f32 *const numbers = (f32 *)words;                                                                             \
        for (size_t i = 0; i < 2 * (size_t)SG_WARP; i++) {                                                             \
            const float a = a0[2 * w + i], b = b0[2 * w + i], c = c0[2 * w + i];                                       \
            (void)c;                                                                                                   \
            numbers[i] = isa_canon(EXPR);                                                                              \
        }                                                                                                              \
        SG_EACH(l) d0[w + l] = ACTIVE ? words[l] : d0[w + l];                                                          \
    }
/* THIRD is the column of c: an operation of two sources reads its second one in its place. */
#define PAIRS(name, THIRD, EXPR)                                                                                       \
    SG_FORM(name##_full){PAIR_LANES(EXPR, THIRD, 1)} SG_FORM(name##_part){PAIR_LANES(EXPR, THIRD, m[w + l])} SG_CODE(  \
        name)

PAIRS(add, 2, a + b);
PAIRS(sub, 2, a - b);
PAIRS(mul, 2, a *b);
PAIRS(fma2, 3, fmaf(a, b, c));
PAIRS(add_ftz, 2, isa_flush(isa_flush(a) + isa_flush(b)));
PAIRS(sub_ftz, 2, isa_flush(isa_flush(a) - isa_flush(b)));
PAIRS(mul_ftz, 2, isa_flush(isa_flush(a) * isa_flush(b)));
PAIRS(fma2_ftz, 3, isa_flush(fmaf(isa_flush(a), isa_flush(b), isa_flush(c))));

#define ROW(op, shape, name)                                                                                           \
    {PTX_##op, {PTX_F32X2, PTX_NONE}, {.round = PTX_RN}, shape, &name},                                                \
    {                                                                                                                  \
        PTX_##op, {PTX_F32X2, PTX_NONE}, {.round = PTX_RN, .ftz = true}, shape, &name##_ftz                            \
    }
static const struct isa_row rows[] = {
    ROW(ADD, "t=tt", add),
    ROW(SUB, "t=tt", sub),
    ROW(MUL, "t=tt", mul),
    ROW(FMA, "t=ttt", fma2),
};

bool isa_pairs_lower(struct sg_lower *low, const struct ptx_insn *insn, const struct ptx_mods *mods, unsigned round)
{
    const struct isa_row *row = isa_rows_find(rows, ISA_COUNT(rows), insn, mods);
    if (row)
        isa_rows_emit(low, insn, row, round);
    return row != NULL;
}
