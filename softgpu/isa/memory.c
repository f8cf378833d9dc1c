/* ld, st, ldu, prefetch, membar, fence. PTX ISA 9.7.9.8 and 9.7.13.
 *
 * An access has two steps: the plan (run/access.c) checks all lanes and says where they go; then the data moves, in
 * one of four patterns, by code made for each width. A strong access (volatile, relaxed, acquire, release) moves lane
 * by lane with accesses that the compiler cannot tear or merge. */
#include <string.h>

#include "../run/access.h"
#include "../lower/lowering.h"
#include "wide.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8")

/* Element k at p, read or written as `bytes` bytes. Device memory has no C type. `bytes` is always known to the
 * compiler. */
typedef uint16_t __attribute__((may_alias)) cell2;
typedef uint32_t __attribute__((may_alias)) cell4;
typedef uint64_t __attribute__((may_alias)) cell8;

INLINE uint64_t get(const void *p, size_t k, unsigned bytes, bool strong)
{
    const unsigned char *at = (const unsigned char *)p + k * bytes;
    switch (bytes) {
    case 1: return strong ? __atomic_load_n(at, __ATOMIC_ACQUIRE) : *at;
    case 2:
        return strong ? __atomic_load_n((const cell2 *)(const void *)at, __ATOMIC_ACQUIRE)
                      : *(const cell2 *)(const void *)at;
    case 4:
        return strong ? __atomic_load_n((const cell4 *)(const void *)at, __ATOMIC_ACQUIRE)
                      : *(const cell4 *)(const void *)at;
    default:
        return strong ? __atomic_load_n((const cell8 *)(const void *)at, __ATOMIC_ACQUIRE)
                      : *(const cell8 *)(const void *)at;
    }
}

INLINE void put(void *p, size_t k, unsigned bytes, bool strong, uint64_t value)
{
    unsigned char *at = (unsigned char *)p + k * bytes;
    switch (bytes) {
    case 1:
        if (strong)
            __atomic_store_n(at, (uint8_t)value, __ATOMIC_RELEASE);
        else
            *at = (uint8_t)value;
        break;
    case 2:
        if (strong)
            __atomic_store_n((cell2 *)(void *)at, (uint16_t)value, __ATOMIC_RELEASE);
        else
            *(cell2 *)(void *)at = (uint16_t)value;
        break;
    case 4:
        if (strong)
            __atomic_store_n((cell4 *)(void *)at, (uint32_t)value, __ATOMIC_RELEASE);
        else
            *(cell4 *)(void *)at = (uint32_t)value;
        break;
    default:
        if (strong)
            __atomic_store_n((cell8 *)(void *)at, value, __ATOMIC_RELEASE);
        else
            *(cell8 *)(void *)at = value;
    }
}

/* ---- Moving ---- */

/* A width of access, all of it known to the compiler where it is used. */
struct shape {
    unsigned bytes, vec;
    bool store, strong, full;
};

struct columns {
    unsigned char *c[4];
};

INLINE struct columns columns_of(struct sg_group *g, const struct sg_op *op)
{
    struct columns columns;
    for (unsigned k = 0; k < 4; k++)
        columns.c[k] = SG_COL(unsigned char, g, op, k);
    return columns;
}

/* One lane: all elements are read before the first is written, for a result may be the address column of the plan. */
INLINE void move_lane(const struct columns *columns, size_t lane, unsigned char *host, struct shape shape)
{
    uint64_t value[4];
    UNROLL for (unsigned k = 0; k < shape.vec; k++)
        value[k] = shape.store ? get(columns->c[k], lane, shape.bytes, false) : get(host, k, shape.bytes, shape.strong);
    UNROLL for (unsigned k = 0; k < shape.vec; k++) shape.store
        ? put(host, k, shape.bytes, shape.strong, value[k])
        : put(columns->c[k], lane, shape.bytes, false, value[k]);
}

INLINE unsigned char *host_of(const struct sg_access *at, size_t lane, bool narrow)
{
    uint64_t index = narrow ? ((const uint32_t *)at->index)[lane] : ((const uint64_t *)at->index)[lane];
    return (unsigned char *)(at->base + (uintptr_t)index);
}

INLINE void move_each(struct sg_group *g, const struct columns *columns, const struct sg_access *at, bool narrow,
                      struct shape shape)
{
    if (shape.full) {
        const size_t lanes = g->lanes;
        UNROLL for (size_t lane = 0; lane < lanes; lane++) move_lane(columns, lane, host_of(at, lane, narrow), shape);
        return;
    }
    for (size_t w = 0; w < SG_WARPS; w++) {
        for (uint32_t bits = g->bits[w]; bits; bits &= bits - 1) {
            size_t lane = w * SG_WARP + (size_t)__builtin_ctz(bits);
            move_lane(columns, lane, host_of(at, lane, narrow), shape);
        }
    }
}

/* One value for all lanes. */
INLINE void spread(struct sg_group *g, unsigned char *column, unsigned bytes, bool full, uint64_t value)
{
    if (full) {
        SG_FULL_WARPS(g, w) SG_EACH(l) put(column + w * bytes, l, bytes, false, value);
        return;
    }
    const uint8_t *const m = g->mask;
    SG_PART_WARPS(g, w)
    SG_EACH(l) put(column + w * bytes, l, bytes, false, m[w + l] ? value : get(column + w * bytes, l, bytes, false));
}

/* Lane after lane in memory: the columns are interleaved there. */
INLINE void move_contiguous(struct sg_group *g, const struct columns *columns, unsigned char *host, struct shape shape)
{
    if (shape.vec == 1) {
        size_t bytes = (size_t)g->lanes * shape.bytes;
        if (shape.store)
            memcpy(host, columns->c[0], bytes);
        else
            memcpy(columns->c[0], host, bytes);
        return;
    }
    SG_FULL_WARPS(g, w) SG_EACH(l) move_lane(columns, w + l, host + (w + l) * shape.bytes * shape.vec, shape);
}

typedef uint8_t __attribute__((vector_size(SG_RUN), aligned(1), may_alias)) run1;
typedef uint16_t __attribute__((vector_size(2 * SG_RUN), aligned(2), may_alias)) run2;
typedef uint32_t __attribute__((vector_size(4 * SG_RUN), aligned(4), may_alias)) run4;
typedef uint64_t __attribute__((vector_size(8 * SG_RUN), aligned(8), may_alias)) run8;

/* The lanes of one run, all with the same value. */
INLINE void put_run(unsigned char *to, unsigned bytes, uint64_t value)
{
    switch (bytes) {
    case 1: *(run1 *)(void *)to = (uint8_t)value - (run1){0}; break;
    case 2: *(run2 *)(void *)to = (uint16_t)value - (run2){0}; break;
    case 4: *(run4 *)(void *)to = (uint32_t)value - (run4){0}; break;
    default: *(run8 *)(void *)to = value - (run8){0};
    }
}

/* Runs that step by the size of the access. */
INLINE void move_runs(struct sg_group *g, const struct columns *columns, const struct sg_access *at, bool narrow,
                      struct shape shape)
{
    const size_t lanes = g->lanes, size = shape.bytes * shape.vec;
    for (size_t r = 0; r < lanes; r += SG_RUN) {
        unsigned char *host = host_of(at, r, narrow), *column = columns->c[0] + r * size;
        if (shape.vec > 1) {
            _Pragma("GCC ivdep") for (size_t l = 0; l < SG_RUN; l++) move_lane(columns, r + l, host + l * size, shape);
        } else if (shape.store) {
            memcpy(host, column, SG_RUN * shape.bytes);
        } else {
            memcpy(column, host, SG_RUN * shape.bytes);
        }
    }
}

/* Runs that do not step: loads only. */
INLINE void load_steps(struct sg_group *g, const struct columns *columns, const struct sg_access *at, bool narrow,
                       struct shape shape)
{
    const size_t lanes = g->lanes;
    for (size_t r = 0; r < lanes; r += SG_RUN) {
        uint64_t value[4];
        unsigned char *host = host_of(at, r, narrow);
        UNROLL for (unsigned k = 0; k < shape.vec; k++) value[k] = get(host, k, shape.bytes, false);
        UNROLL for (unsigned k = 0; k < shape.vec; k++) put_run(columns->c[k] + r * shape.bytes, shape.bytes, value[k]);
    }
}

INLINE void move_strided(struct sg_group *g, const struct columns *columns, const struct sg_access *at,
                         struct shape shape)
{
    const size_t lanes = g->lanes;
    unsigned char *host = (unsigned char *)at->base;
    for (size_t lane = 0; lane < lanes; lane++, host += at->stride)
        move_lane(columns, lane, host, shape);
}

/* Whether a plan's pattern is of use for this shape; what is not goes lane by lane, which every pattern with an
 * index allows. */
INLINE bool by_runs(struct sg_group *g, const struct columns *columns, const struct sg_access *at, struct shape shape)
{
    if (!shape.full || shape.strong)
        return false;
    switch (at->pattern) {
    case SG_STRIDED: move_strided(g, columns, at, shape); return true;
    case SG_RUNS32: move_runs(g, columns, at, true, shape); return true;
    case SG_RUNS64: move_runs(g, columns, at, false, shape); return true;
    case SG_STEPS32:
        if (!shape.store)
            load_steps(g, columns, at, true, shape);
        return !shape.store;
    case SG_STEPS64:
        if (!shape.store)
            load_steps(g, columns, at, false, shape);
        return !shape.store;
    default: return false;
    }
}

INLINE void move(struct sg_group *g, const struct sg_op *op, struct sg_access *at, struct shape shape)
{
    struct columns columns = columns_of(g, op);
    unsigned char *host = (unsigned char *)at->base;
    if (at->pattern == SG_CONTIGUOUS && !shape.strong) {
        move_contiguous(g, &columns, host, shape);
    } else if (at->pattern == SG_UNIFORM && !shape.strong && !shape.store) {
        uint64_t value[4];
        for (unsigned k = 0; k < shape.vec; k++)
            value[k] = get(host, k, shape.bytes, false);
        for (unsigned k = 0; k < shape.vec; k++)
            spread(g, columns.c[k], shape.bytes, shape.full, value[k]);
    } else if (by_runs(g, &columns, at, shape)) {
        return;
    } else if (at->pattern == SG_GATHER32 || at->pattern == SG_RUNS32 || at->pattern == SG_STEPS32) {
        move_each(g, &columns, at, true, shape);
    } else {
        sg_access_by_lane(g, op, at);
        move_each(g, &columns, at, false, shape);
    }
}

/* ---- Operations ---- */

#define DEFINE_FORM(name, form, target, attribute, ...)                                                                \
    attribute static void name##_##form##_##target(struct sg_group *g, const struct sg_op *op)                         \
    {                                                                                                                  \
        const struct shape shape = {__VA_ARGS__};                                                                      \
        struct sg_access at;                                                                                           \
        if (sg_access_plan_##target(g, op, shape.full, &at))                                                           \
            move(g, op, &at, shape);                                                                                   \
    }
#define DEFINE_OP(name, bytes, vec, store, strong)                                                                     \
    DEFINE_FORM(name, full, base, , bytes, vec, store, strong, true)                                                   \
    DEFINE_FORM(name, full, fast, SG_TARGET_FAST, bytes, vec, store, strong, true)                                     \
    DEFINE_FORM(name, part, base, , bytes, vec, store, strong, false)                                                  \
    DEFINE_FORM(name, part, fast, SG_TARGET_FAST, bytes, vec, store, strong, false)                                    \
    SG_CODE(name);
#define DEFINE_OPS(bytes)                                                                                              \
    DEFINE_OP(ld##bytes##x1, bytes, 1, false, false)                                                                   \
    DEFINE_OP(ld##bytes##x2, bytes, 2, false, false)                                                                   \
    DEFINE_OP(ld##bytes##x4, bytes, 4, false, false)                                                                   \
    DEFINE_OP(st##bytes##x1, bytes, 1, true, false)                                                                    \
    DEFINE_OP(st##bytes##x2, bytes, 2, true, false)                                                                    \
    DEFINE_OP(st##bytes##x4, bytes, 4, true, false)                                                                    \
    DEFINE_OP(strong_ld##bytes##x1, bytes, 1, false, true)                                                             \
    DEFINE_OP(strong_ld##bytes##x2, bytes, 2, false, true)                                                             \
    DEFINE_OP(strong_ld##bytes##x4, bytes, 4, false, true)                                                             \
    DEFINE_OP(strong_st##bytes##x1, bytes, 1, true, true)                                                              \
    DEFINE_OP(strong_st##bytes##x2, bytes, 2, true, true)                                                              \
    DEFINE_OP(strong_st##bytes##x4, bytes, 4, true, true)
DEFINE_OPS(1)
DEFINE_OPS(2)
DEFINE_OPS(4)
DEFINE_OPS(8)

/* By strong, store, log2 of the element's bytes, log2 of the elements. */
static const struct sg_op_code *const codes[2][2][4][3] = {
    {{{&ld1x1, &ld1x2, &ld1x4}, {&ld2x1, &ld2x2, &ld2x4}, {&ld4x1, &ld4x2, &ld4x4}, {&ld8x1, &ld8x2, &ld8x4}},
     {{&st1x1, &st1x2, &st1x4}, {&st2x1, &st2x2, &st2x4}, {&st4x1, &st4x2, &st4x4}, {&st8x1, &st8x2, &st8x4}}},
    {{{&strong_ld1x1, &strong_ld1x2, &strong_ld1x4},
      {&strong_ld2x1, &strong_ld2x2, &strong_ld2x4},
      {&strong_ld4x1, &strong_ld4x2, &strong_ld4x4},
      {&strong_ld8x1, &strong_ld8x2, &strong_ld8x4}},
     {{&strong_st1x1, &strong_st1x2, &strong_st1x4},
      {&strong_st2x1, &strong_st2x2, &strong_st2x4},
      {&strong_st4x1, &strong_st4x2, &strong_st4x4},
      {&strong_st8x1, &strong_st8x2, &strong_st8x4}}},
};

/* ld.param of a kernel at a known offset: the same value for every lane. */
#define DEFINE_PARAM(bytes)                                                                                            \
    SG_FORM(param##bytes##_full)                                                                                       \
    {                                                                                                                  \
        spread(g, SG_COL(unsigned char, g, op, 0), bytes, true,                                                        \
               get(g->block->grid->params + op->imm, 0, bytes, false));                                                \
    }                                                                                                                  \
    SG_FORM(param##bytes##_part)                                                                                       \
    {                                                                                                                  \
        spread(g, SG_COL(unsigned char, g, op, 0), bytes, false,                                                       \
               get(g->block->grid->params + op->imm, 0, bytes, false));                                                \
    }                                                                                                                  \
    SG_CODE(param##bytes);
DEFINE_PARAM(1)
DEFINE_PARAM(2)
DEFINE_PARAM(4)
DEFINE_PARAM(8)
static const struct sg_op_code *const param_codes[4] = {&param1, &param2, &param4, &param8};

/* Between the threads of a block, which one thread of the host runs, the order of the program is enough. */
SG_FORM(fence_full)
{
    (void)g;
    if (op->imm)
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    else
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

SG_FORM(fence_part)
{
    fence_full_body(g, op);
}
SG_CODE(fence);

/* ---- Lowering ---- */

/* 128 bits are accessed as a vector of two. */
static unsigned element_bytes(enum ptx_type type)
{
    return type == PTX_B128 ? 8 : ptx_type_bytes(type);
}

static unsigned log2_of(unsigned n)
{
    return (unsigned)__builtin_ctz(n);
}

/* The column of element i: of a vector, of the halves of a register of 128 bits, or the operand's own. */
static uint32_t element(struct sg_lower *low, const struct ptx_operand *operand, unsigned i, bool store,
                        enum ptx_type type)
{
    uint32_t halves[2];
    if (type == PTX_B128) {
        if (operand->kind == PTX_OPD_SINK && !store)
            return sg_columns_temp(low, 8);
        sg_operands_halves(low, operand, halves);
        return halves[i];
    }
    const struct ptx_operand *each = operand->kind == PTX_OPD_VEC ? sg_operands_element(low, operand, i) : operand;
    return store ? sg_operands_src_operand(low, each, type) : sg_operands_dst_operand(low, each, type);
}

/* Of an access that is `at` bytes into that of the instruction and has `bytes`: the first byte that is used, and how
 * many from it to the last. */
struct reach {
    unsigned first, span;
};
static struct reach reach_of(const struct ptx_insn *insn, unsigned bytes, unsigned at)
{
    uint32_t used = insn->used_bytes >> at;
    if (bytes < 32)
        used &= (UINT32_C(1) << bytes) - 1;
    if (!used)
        return (struct reach){0, 0};
    unsigned first = (unsigned)__builtin_ctz(used), last = 31 - (unsigned)__builtin_clz(used);
    return (struct reach){first, last - first + 1};
}

static bool lower_param(struct sg_lower *low, const struct ptx_insn *insn, const struct ptx_operand *data,
                        const struct sg_memory_operand *at, unsigned vec, enum ptx_type type)
{
    unsigned bytes = element_bytes(type);
    struct reach reach = reach_of(insn, bytes * vec, 0);
    if (at->offset < 0 || (uint64_t)at->offset % (bytes * vec) ||
        (uint64_t)at->offset + reach.first + reach.span > low->function->param_bytes)
        return false;
    for (unsigned i = 0; i < vec; i++) {
        if ((i + 1) * bytes <= reach.first || i * bytes >= reach.first + reach.span)
            continue;
        uint32_t col = element(low, data, i, false, type);
        struct sg_op *op = sg_emit_op(low, insn, param_codes[log2_of(bytes)]);
        op->col[0] = col;
        op->imm = (uint64_t)at->offset + i * bytes;
    }
    return true;
}

/* The address column of `at` and how wide it is; the offset that is not in it yet is left in at->offset. */
static uint32_t address_column(struct sg_lower *low, struct sg_memory_operand *at, bool *wide)
{
    *wide = !at->has_register || at->col_bytes == 8;
    if (at->has_register)
        return at->col;
    if (at->is_stack)
        return 0;
    uint32_t col = sg_operands_const(low, (uint64_t)at->offset, 8);
    at->offset = 0;
    return col;
}

/* Vectors of 8 are two of 4: `half` is the second one. */
static bool lower_part(struct sg_lower *low, const struct ptx_insn *insn, struct sg_memory_operand at, bool store,
                       unsigned vec, unsigned half)
{
    enum ptx_type type = (enum ptx_type)insn->types[0];
    const struct ptx_operand *data = sg_operands_at(low, insn, store ? 1 : 0);
    unsigned bytes = element_bytes(type), columns = vec > 4 ? 4 : vec;
    uint32_t cols[4] = {0};
    bool wide, strong = insn->mods.sem > PTX_SEM_WEAK;
    uint64_t offset = (uint64_t)half * 4 * bytes;
    struct reach reach = reach_of(insn, columns * bytes, half * 4 * bytes);
    if (!reach.span)
        return true;
    uint32_t address = address_column(low, &at, &wide);
    for (unsigned i = 0; i < columns; i++)
        cols[i] = element(low, data, half * 4 + i, store, type);
    struct sg_op *op = sg_emit_op(low, insn, codes[strong][store][log2_of(bytes)][log2_of(columns)]);
    for (unsigned i = 0; i < columns; i++)
        op->col[i] = cols[i];
    bool constant_stack = at.is_stack && !at.has_register;
    unsigned space = constant_stack ? SG_SPACE_STACK : at.is_stack ? PTX_LOCAL : at.space;
    op->col[SG_ACCESS_COL] = address;
    op->col[SG_ACCESS_REACH] = SG_ACCESS_REACH_OF(reach.first, reach.span);
    op->imm = (uint64_t)at.offset + offset;
    op->sync = at.has_register ? sg_operands_version(low, insn, store ? 0 : 1) : 0;
    op->aux = SG_ACCESS_AUX(space, log2_of(columns * bytes), wide, store);
    return true;
}

static bool lower_access(struct sg_lower *low, const struct ptx_insn *insn, bool store)
{
    enum ptx_type type = (enum ptx_type)insn->types[0];
    bool halved = type == PTX_B128;
    unsigned vec = insn->mods.vec ? insn->mods.vec : halved ? 2 : 1, bytes = element_bytes(type);
    const struct ptx_operand *data = sg_operands_at(low, insn, store ? 1 : 0);
    struct sg_memory_operand at;
    if (insn->type_count != 1 || !bytes || type == PTX_PRED || insn->operand_count != 2)
        return false;
    if (halved && insn->mods.vec)
        return false;
    if (halved && insn->mods.sem > PTX_SEM_WEAK)
        return isa_wide_access(low, insn, store);
    if (!halved && ((vec > 1) != (data->kind == PTX_OPD_VEC) || (vec > 1 && data->count != vec)))
        return false;
    if (vec * bytes > 32)
        return false;
    if (!sg_operands_memory(low, insn, store ? 0 : 1, &at))
        return false;
    if (at.is_kernel_param && store)
        return false;
    if (at.is_kernel_param && !at.has_register)
        return lower_param(low, insn, data, &at, vec, type);
    if (!lower_part(low, insn, at, store, vec, 0))
        return false;
    return vec <= 4 || lower_part(low, insn, at, store, vec, 1);
}

static bool lower_fence(struct sg_lower *low, const struct ptx_insn *insn)
{
    sg_emit_op(low, insn, &fence)->imm = insn->mods.scope != PTX_SCOPE_CTA;
    return true;
}

bool isa_memory_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    switch (insn->op) {
    case PTX_LD:
    case PTX_LDU: return lower_access(low, insn, false);
    case PTX_ST: return lower_access(low, insn, true);
    case PTX_MEMBAR:
    case PTX_FENCE: return lower_fence(low, insn);
    /* Hints: nothing is cached here. */
    case PTX_PREFETCH:
    case PTX_PREFETCHU:
    case PTX_DISCARD:
    case PTX_APPLYPRIORITY: return true;
    default: return false;
    }
}
