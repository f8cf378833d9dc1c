/* Products of matrices that a warp holds together: wmma.mma and mma (PTX ISA 9.7.14.4 and 9.7.14.5).
 *
 * Each matrix is spread out of the registers into an array of numbers, a and b with k as the outer index, the first
 * numbers of all registers before the second ones. Products are exact or, of f32, rounded once together with the sum
 * (fma); the sums are in f32, beginning with c, in the order of k. Only the result is rounded to f16. Integers are
 * exact in f32, for the sum of no product reaches 2^24; c is added to that as an integer. */
#include "../lower/lowering.h"
#include "fragment.h"
#include "halves.h"
#include "matrices.h"
#include "quarters.h"
#include "rounding.h"

enum { FACTOR_MAX = 16 * 64, SUM_MAX = 32 * 8 };
_Static_assert(SUM_MAX >= 16 * 16, "every shape of wmma has as many sums");

/* What an operation computes. */
union plan {
    struct {
        uint8_t shape, d, a, b, c;
        bool is_wmma, satfinite;
    };
    uint64_t bits;
};

/* A factor's registers as words: of each, word i of all rows, then word i + 1. */
#define DEFINE_SPREAD(T)                                                                                               \
    static void spread_##T(const struct sg_group *g, const struct sg_op *op, const struct isa_fragment *f, size_t w,   \
                           T *words)                                                                                   \
    {                                                                                                                  \
        const size_t rows = f->down * ISA_FRAGMENT_ROWS;                                                               \
        for (size_t right = 0; right < f->right; right++)                                                              \
            for (size_t down = 0; down < f->down; down++) {                                                            \
                const unsigned r = (unsigned)(right * f->down + down);                                                 \
                const T *from = (const T *)(const void *)isa_fragment_register(g, op, f, r, w);                        \
                T *to = words + right * ISA_FRAGMENT_PIECES * rows + down * ISA_FRAGMENT_ROWS;                         \
                for (size_t l = 0; l < ISA_FRAGMENT_PIECES; l++)                                                       \
                    for (size_t row = 0; row < ISA_FRAGMENT_ROWS; row++)                                               \
                        to[l * rows + row] = from[row * ISA_FRAGMENT_PIECES + l];                                      \
            }                                                                                                          \
    }
DEFINE_SPREAD(u32)
DEFINE_SPREAD(u64)

/* The numbers that are packed in words: the first of each, then the second of each. */
#define EACH_PART(PARTS, VALUE)                                                                                        \
    for (unsigned e = 0; e < (PARTS); e++)                                                                             \
        _Pragma("GCC ivdep") for (size_t i = 0; i < words; i++)                                                        \
        {                                                                                                              \
            const uint32_t x = from[i];                                                                                \
            to[e * words + i] = (VALUE);                                                                               \
        }
static inline __attribute__((always_inline)) void unpack_words(uint8_t type, const u32 *from, size_t words, f32 *to)
{
    switch (type) {
    case PTX_F16: EACH_PART(2, isa_f32_of_f16(x >> 16 * e & 0xffff)); break;
    case PTX_BF16: EACH_PART(2, isa_f32(x >> 16 * e << 16)); break;
    case PTX_TF32: EACH_PART(1, isa_f32(x & ~UINT32_C(0x1fff))); break;
    case PTX_S8: EACH_PART(4, (f32)((s32)(x << (24 - 8 * e)) >> 24)); break;
    case PTX_U8: EACH_PART(4, (f32)(s32)(x >> 8 * e & 0xff)); break;
    case PTX_S4: EACH_PART(8, (f32)((s32)(x << (28 - 4 * e)) >> 28)); break;
    default: EACH_PART(8, (f32)(s32)(x >> 4 * e & 0xf)); break;
    }
}

#define INLINE static inline __attribute__((always_inline))

/* A warp's matrices while it runs. */
struct product {
    struct sg_matrix_size size;
    struct isa_fragment a, b, c, d;
    f32 sums[SUM_MAX];
    s32 integers[SUM_MAX];
    u16 halves[SUM_MAX];
};

static struct isa_fragment fragment_of(union plan plan, uint8_t matrix, uint8_t type, unsigned *first)
{
    struct isa_fragment f =
        isa_fragment_of(sg_matrix_size_of(plan.shape), (struct sg_matrix_part){matrix, type}, plan.is_wmma, *first);
    *first += f.registers;
    return f;
}

static void begin(struct product *p, union plan plan)
{
    unsigned first = 0;
    p->size = sg_matrix_size_of(plan.shape);
    p->d = fragment_of(plan, PTX_MATRIX_D, plan.d, &first);
    p->a = fragment_of(plan, PTX_MATRIX_A, plan.a, &first);
    p->b = fragment_of(plan, PTX_MATRIX_B, plan.b, &first);
    p->c = fragment_of(plan, PTX_MATRIX_C, plan.c, &first);
}

INLINE void read_factor(const struct sg_group *g, const struct sg_op *op, const struct isa_fragment *f, size_t w,
                        uint8_t type, f32 *to)
{
    u32 words[FACTOR_MAX];
    const size_t rows = f->down * ISA_FRAGMENT_ROWS;
    spread_u32(g, op, f, w, words);
    unpack_words(type, words, f->right * ISA_FRAGMENT_PIECES * rows, to);
}

INLINE void read_sums(const struct sg_group *g, const struct sg_op *op, struct product *p, size_t w, uint8_t type)
{
    const size_t n = p->size.n, count = p->size.m * n;
    if (type == PTX_F32) {
        isa_fragment_get(g, op, &p->c, w, (unsigned char *)p->sums, n * sizeof *p->sums);
    } else if (type == PTX_S32) {
        isa_fragment_get(g, op, &p->c, w, (unsigned char *)p->integers, n * sizeof *p->integers);
        memset(p->sums, 0, sizeof p->sums);
    } else {
        isa_fragment_get(g, op, &p->c, w, (unsigned char *)p->halves, n * sizeof *p->halves);
        for (size_t i = 0; i < count; i++)
            p->sums[i] = isa_f32_of_f16(p->halves[i]);
    }
}

INLINE void write_integers(const struct sg_group *g, const struct sg_op *op, struct product *p, size_t w,
                           bool satfinite)
{
    const size_t n = p->size.n, count = p->size.m * n;
    for (size_t i = 0; i < count; i++) {
        const int64_t sum = (int64_t)p->integers[i] + (int64_t)p->sums[i];
        const int64_t finite = sum > INT32_MAX ? INT32_MAX : sum < INT32_MIN ? INT32_MIN : sum;
        p->integers[i] = (s32)(uint32_t)(satfinite ? finite : sum);
    }
    isa_fragment_put(g, op, &p->d, w, (const unsigned char *)p->integers, n * sizeof *p->integers);
}

INLINE void write_sums(const struct sg_group *g, const struct sg_op *op, struct product *p, size_t w, union plan plan)
{
    const size_t n = p->size.n, count = p->size.m * n;
    if (plan.d == PTX_F32) {
        for (size_t i = 0; i < count; i++)
            p->sums[i] = isa_canon(p->sums[i]);
        isa_fragment_put(g, op, &p->d, w, (const unsigned char *)p->sums, n * sizeof *p->sums);
    } else if (plan.d == PTX_S32) {
        write_integers(g, op, p, w, plan.satfinite);
    } else {
        for (size_t i = 0; i < count; i++)
            p->halves[i] = (u16)isa_f16_nearest(p->sums[i]);
        isa_fragment_put(g, op, &p->d, w, (const unsigned char *)p->halves, n * sizeof *p->halves);
    }
}

INLINE void run(struct sg_group *g, const struct sg_op *op, bool fast)
{
    const union plan plan = {.bits = isa_tail_plan(op)};
    const unsigned planes = 32 / sg_matrix_bits(plan.a);
    struct product p;
    f32 a[FACTOR_MAX], b[FACTOR_MAX];
    begin(&p, plan);
    ISA_EACH_WARP(g, w, active)
    {
        read_factor(g, op, &p.a, w, plan.a, a);
        read_factor(g, op, &p.b, w, plan.b, b);
        read_sums(g, op, &p, w, plan.c);
        if (fast)
            isa_matrices_add_fast(p.size, planes, a, b, p.sums);
        else
            isa_matrices_add_base(p.size, planes, a, b, p.sums);
        write_sums(g, op, &p, w, plan);
    }
}

static void run_base(struct sg_group *g, const struct sg_op *op)
{
    run(g, op, false);
}
SG_TARGET_FAST static void run_fast(struct sg_group *g, const struct sg_op *op)
{
    run(g, op, true);
}
static const struct sg_op_code multiply = {{run_base, run_fast}, {run_base, run_fast}};

INLINE void run_f64(struct sg_group *g, const struct sg_op *op, bool fast)
{
    const union plan plan = {.bits = isa_tail_plan(op)};
    struct product p;
    u64 a[FACTOR_MAX], b[FACTOR_MAX];
    f64 sums[SUM_MAX];
    begin(&p, plan);
    ISA_EACH_WARP(g, w, active)
    {
        const size_t pitch = p.size.n * sizeof *sums;
        spread_u64(g, op, &p.a, w, a);
        spread_u64(g, op, &p.b, w, b);
        isa_fragment_get(g, op, &p.c, w, (unsigned char *)sums, pitch);
        if (fast)
            isa_matrices_add_f64_fast(p.size, (const f64 *)a, (const f64 *)b, sums);
        else
            isa_matrices_add_f64_base(p.size, (const f64 *)a, (const f64 *)b, sums);
        isa_fragment_put(g, op, &p.d, w, (const unsigned char *)sums, pitch);
    }
}

static void run_f64_base(struct sg_group *g, const struct sg_op *op)
{
    run_f64(g, op, false);
}
SG_TARGET_FAST static void run_f64_fast(struct sg_group *g, const struct sg_op *op)
{
    run_f64(g, op, true);
}
static const struct sg_op_code multiply_f64 = {{run_f64_base, run_f64_fast}, {run_f64_base, run_f64_fast}};

bool isa_multiply_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    struct sg_matrix_part parts[4];
    sg_matrix_parts(insn, parts);
    if (sg_matrix_is_quartered(insn))
        return isa_quarters_lower(low, insn);
    union plan plan = {.bits = 0};
    plan.shape = sg_matrix_shape(insn), plan.is_wmma = insn->op == PTX_WMMA_MMA, plan.satfinite = insn->mods.satfinite;
    plan.d = parts[0].type, plan.a = parts[1].type, plan.b = parts[2].type, plan.c = parts[3].type;
    struct isa_tail tail = {.count = 0};
    for (unsigned k = 0; k < 4; k++)
        isa_tail_add(low, &tail, sg_operands_at(low, insn, k), sg_matrix_registers(insn, parts[k]),
                     sg_matrix_register_type(parts[k]), k == 0);
    const uint32_t all = sg_operands_const(low, UINT32_MAX, 4);
    struct sg_op *op = plan.d == PTX_F64 ? isa_rounding_emit(low, insn, &multiply_f64, insn->mods.round)
                                         : sg_emit_op(low, insn, &multiply);
    sg_emit_collective(low, op, all);
    isa_tail_emit(low, &tail, plan.bits);
    return true;
}
