/* The video instructions: arithmetic on bytes, halves and words of registers (PTX ISA 9.7.17 and 9.7.18).
 *
 * Columns: d, a, b, c. What is selected and how results are put together is the same for all lanes, so it stands in
 * the operation: op->imm as one of the plans below, op->aux as flags. */
#include "../lower/lowering.h"
#include "../ptx/video.h"
#include "lanes.h"
#include "video.h"

enum {
    SIGNED_A = 1,
    SIGNED_B = 2,
    SIGNED_D = 4,
    SATURATES = 8,
    ADDS = 16, /* of several parts: all to c */
    WRAPS = 16, /* of shifts */
    LESS = 32,
    EQUAL = 64,
    GREATER = 128, /* when a comparison is true */
    MASK = 256 /* the first of four bits, one for each part that is written */
};

/* ---- Several parts ---- */

/* Where each part of a and b begins, in bits; from 32 on those of b. */
union selection {
    struct {
        uint8_t a[4], b[4];
    };
    uint64_t bits;
};

/* A part of a or b as a number. */
static inline s32 part_of(u32 a, u32 b, unsigned at, unsigned bits, u32 is_signed)
{
    const u32 from_b = -(u32)(at >> 5), x = (a & ~from_b) | (b & from_b);
    const u32 top = x >> (at & 31) << (32 - bits);
    return (s32)((top >> (32 - bits)) - ((top >> 31 & is_signed) << bits));
}

struct limits {
    s32 least, greatest;
};

static struct limits limits_of(unsigned flags, unsigned bits)
{
    const s32 span = (s32)1 << bits;
    if (!(flags & SATURATES))
        return (struct limits){INT32_MIN, INT32_MAX};
    return flags & SIGNED_D ? (struct limits){-span / 2, span / 2 - 1} : (struct limits){0, span - 1};
}

static inline s32 compare(s32 x, s32 y, unsigned flags)
{
    return ((x < y) & (int)(flags / LESS & 1)) | ((x == y) & (int)(flags / EQUAL & 1)) |
           ((x > y) & (int)(flags / GREATER & 1));
}

#define PARTS_LANES(PARTS, RESULT, ACTIVE)                                                                             \
    u32 *const d0 = SG_COL(u32, g, op, 0);                                                                             \
    const u32 *const a0 = SG_COL(u32, g, op, 1), *const b0 = SG_COL(u32, g, op, 2);                                    \
    const u32 *const c0 = SG_COL(u32, g, op, 3);                                                                       \
    const uint8_t *const m = g->mask;                                                                                  \
    const unsigned flags = op->aux, bits = 32 / (PARTS);                                                               \
    const union selection from = {.bits = op->imm};                                                                    \
    const struct limits limits = limits_of(flags, bits);                                                               \
    const u32 ones = (u32) - 1 >> (32 - bits), signed_a = flags & SIGNED_A, signed_b = flags / SIGNED_B & 1;           \
    const u32 adds = -(u32)(flags / ADDS & 1);                                                                         \
    (void)m;                                                                                                           \
    SG_PART_WARPS(g, w)                                                                                                \
    SG_EACH(l)                                                                                                         \
    {                                                                                                                  \
        const u32 a = a0[w + l], b = b0[w + l], c = c0[w + l];                                                         \
        u32 sum = c, merged = c;                                                                                       \
        _Pragma("GCC unroll 4") for (unsigned k = 0; k < (PARTS); k++)                                                 \
        {                                                                                                              \
            const u32 written = -(u32)(flags / MASK >> k & 1), place = (ones << k * bits) & written;                   \
            const s32 x = part_of(a, b, from.a[k], bits, signed_a), y = part_of(a, b, from.b[k], bits, signed_b);      \
            const s32 free = (RESULT), low = free < limits.least ? limits.least : free;                                \
            const u32 result = (u32)(low > limits.greatest ? limits.greatest : low);                                   \
            sum += result & written;                                                                                   \
            merged = (merged & ~place) | (result << k * bits & place);                                                 \
        }                                                                                                              \
        const u32 d = (sum & adds) | (merged & ~adds);                                                                 \
        d0[w + l] = ACTIVE ? d : d0[w + l];                                                                            \
    }
#define PARTS_FORM(name, PARTS, RESULT)                                                                                \
    SG_FORM(name##_full){PARTS_LANES(PARTS, RESULT, 1)} SG_FORM(name##_part){                                          \
        PARTS_LANES(PARTS, RESULT, m[w + l])} SG_CODE(name)
#define BOTH(name, RESULT)                                                                                             \
    PARTS_FORM(name##2, 2, RESULT);                                                                                    \
    PARTS_FORM(name##4, 4, RESULT)
BOTH(add, x + y);
BOTH(sub, x - y);
BOTH(avrg, (x + y + (x + y >= 0)) >> 1);
BOTH(absdiff, x > y ? x - y : y - x);
BOTH(min, x < y ? x : y);
BOTH(max, x > y ? x : y);
BOTH(set, compare(x, y, flags));

static const struct sg_op_code *const codes_of_parts[2][7] = {
    {&add2, &sub2, &avrg2, &absdiff2, &min2, &max2, &set2},
    {&add4, &sub4, &avrg4, &absdiff4, &min4, &max4, &set4},
};

/* ---- One part ---- */

/* Bits that are selected, and where they begin. */
union choice {
    struct {
        uint8_t a_bits, a_at, b_bits, b_at, d_bits, d_at, op, second;
    };
    uint64_t bits;
};

static int64_t number(u32 x, unsigned bits, unsigned at, bool is_signed)
{
    const u32 top = x >> at << (32 - bits);
    return is_signed ? (s32)top >> (32 - bits) : (int64_t)(top >> (32 - bits));
}

static int64_t compute(unsigned op, int64_t x, int64_t y, unsigned flags)
{
    const int64_t steps = flags & WRAPS ? y & 31 : y > 32 ? 32 : y;
    switch (op) {
    case 0: return x + y;
    case 1: return x - y;
    case 2: return x > y ? x - y : y - x;
    case 3: return x < y ? x : y;
    case 4: return x > y ? x : y;
    case 5: return (int64_t)((uint64_t)x << steps);
    case 6: return x >> steps;
    default: return (x < y ? flags & LESS : x == y ? flags & EQUAL : flags & GREATER) != 0;
    }
}

static int64_t saturate(int64_t x, unsigned bits, bool is_signed)
{
    const int64_t span = (int64_t)1 << bits, least = is_signed ? -span / 2 : 0;
    const int64_t greatest = least + span - 1;
    return x < least ? least : x > greatest ? greatest : x;
}

static u32 one_part(const struct sg_op *op, u32 a, u32 b, u32 c)
{
    const union choice choice = {.bits = op->imm};
    const bool is_signed = op->aux & SIGNED_D;
    const int64_t x = number(a, choice.a_bits, choice.a_at, op->aux & SIGNED_A);
    const int64_t y = number(b, choice.b_bits, choice.b_at, op->aux & SIGNED_B);
    const int64_t free = compute(choice.op, x, y, op->aux);
    const u32 result = (u32)(op->aux & SATURATES ? saturate(free, choice.d_bits, is_signed) : free);
    const u32 place = (u32)-1 >> (32 - choice.d_bits) << choice.d_at;
    const bool below = is_signed ? (s32)result < (s32)c : result < c;
    switch (choice.second) {
    case PTX_ATOM_ADD: return result + c;
    case PTX_ATOM_MIN: return below ? result : c;
    case PTX_ATOM_MAX: return below ? c : result;
    default: return (result << choice.d_at & place) | (c & ~place);
    }
}
ISA_SCALAR3(one, u32, u32, u32, u32, one_part(op, a, b, c));

/* ---- Lowering ---- */

static unsigned flags_of(const struct ptx_insn *insn)
{
    static const uint16_t comparisons[] = {
        [PTX_EQ] = EQUAL,        [PTX_NE] = LESS | GREATER, [PTX_LT] = LESS,
        [PTX_LE] = LESS | EQUAL, [PTX_GT] = GREATER,        [PTX_GE] = GREATER | EQUAL,
    };
    const uint8_t *sources = insn->types + insn->type_count - 2;
    return (sources[0] == PTX_S32 ? SIGNED_A : 0u) | (sources[1] == PTX_S32 ? SIGNED_B : 0u) |
           (insn->type_count == 3 && insn->types[0] == PTX_S32 ? SIGNED_D : 0u) | (insn->mods.sat ? SATURATES : 0u) |
           comparisons[insn->mods.cmp];
}

/* The sources are read before the result has a column. */
static bool emit(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code, unsigned flags,
                 uint64_t imm)
{
    const uint32_t a = sg_operands_src(low, insn, 1, PTX_U32), b = sg_operands_src(low, insn, 2, PTX_U32);
    const uint32_t c = insn->operand_count > 3 ? sg_operands_src(low, insn, 3, PTX_U32) : sg_operands_const(low, 0, 4);
    const uint32_t d = sg_operands_dst(low, insn, 0, PTX_U32);
    struct sg_op *op = sg_emit_op(low, insn, code);
    op->col[0] = d, op->col[1] = a, op->col[2] = b, op->col[3] = c;
    op->aux = (uint16_t)flags, op->imm = imm;
    return true;
}

static bool lower_one(struct sg_lower *low, const struct ptx_insn *insn)
{
    union choice choice = {.bits = 0};
    uint8_t *const at[3] = {&choice.d_bits, &choice.a_bits, &choice.b_bits};
    for (unsigned k = 0; k < 3; k++) {
        const struct ptx_operand *operand = sg_operands_at(low, insn, k);
        const int64_t selection = operand->kind == PTX_OPD_REG ? operand->value : 0;
        const unsigned bits = selection ? sg_video_bits(selection) : 32;
        at[k][0] = (uint8_t)bits;
        at[k][1] = (uint8_t)(selection ? sg_video_digit(selection, 0) * bits : 0);
    }
    choice.op = (uint8_t)(insn->op - PTX_VADD), choice.second = insn->mods.atom;
    return emit(low, insn, &one, flags_of(insn) | (insn->mods.wrap ? WRAPS : 0u), choice.bits);
}

bool isa_video_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const unsigned parts = sg_video_parts(insn->op), bits = 32 / parts;
    union selection from = {.bits = 0};
    unsigned mask = 0;
    if (parts == 1)
        return lower_one(low, insn);
    const int64_t d = sg_operands_at(low, insn, 0)->value, a = sg_operands_at(low, insn, 1)->value,
                  b = sg_operands_at(low, insn, 2)->value;
    for (unsigned k = 0; k < parts; k++) {
        from.a[k] = (uint8_t)(bits * (a ? sg_video_digit(a, k) : k));
        from.b[k] = (uint8_t)(bits * (b ? sg_video_digit(b, k) : k + parts));
        mask |= d ? 0 : 1u << k;
    }
    for (unsigned k = 0; d && k < sg_video_count(d); k++)
        mask |= 1u << sg_video_digit(d, k);
    const bool four = parts == 4;
    return emit(low, insn, codes_of_parts[four][insn->op - (four ? PTX_VADD4 : PTX_VADD2)],
                flags_of(insn) | (insn->mods.atom ? ADDS : 0u) | mask * MASK, from.bits);
}
