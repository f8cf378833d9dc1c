/* From addresses that lanes name to host memory, with every check.
 *
 * The plan looks at the whole address column first: its bounds and its shape. Nearly all accesses of real kernels lie
 * in one allocation, and then no lane needs a look of its own. Only if the bounds do not fit one allocation is each
 * lane located alone; that also finds the lane to blame. */
#include "access.h"

#include <stdio.h>

#include "../memory/memory.h"
#include "lanes.h"
#include "rows.h"
#include "team.h"

/* ---- One lane ---- */

static bool within(uint64_t address, unsigned bytes, uint64_t begin, uint64_t length)
{
    return address >= begin && address - begin <= length && length - (address - begin) >= bytes;
}

static uint64_t stack_of(const struct sg_team *team, unsigned lane)
{
    const struct sg_block *block = team->group.block;
    return (uint64_t)(uintptr_t)block->stack + (team->group.first_thread + lane) * block->stack_stride;
}

/* Memory that is mapped is there for the devices that were given access. */
static inline bool is_permitted(const struct sg_block *block, const struct sg_extent *extent, bool write)
{
    if (__builtin_expect(extent->kind != SG_MEMORY_VIRTUAL, 1))
        return true;
    return (write ? extent->writers : extent->readers) >> block->grid->launch.device & 1;
}

/* Global memory, constants, pinned host memory, and the words that cooperative groups synchronise with. */
static bool in_global(const struct sg_block *block, uint64_t address, unsigned bytes, bool write,
                      struct sg_extent *last)
{
    if (within(address, bytes, last->begin, last->end - last->begin))
        return true;
    struct sg_extent extent;
    if (sg_memory_find_accessible(address, &extent)) {
        if (!is_permitted(block, &extent, write))
            return false;
        *last = extent;
        return within(address, bytes, extent.begin, extent.end - extent.begin);
    }
    return within(address, bytes, (uint64_t)(uintptr_t)block->grid->workspace, sizeof block->grid->workspace);
}

static bool locate(const struct sg_team *team, unsigned space, unsigned lane, uint64_t address, unsigned bytes,
                   bool write, struct sg_extent *last, uintptr_t *host)
{
    const struct sg_block *block = team->group.block;
    uint64_t shared = (uint64_t)(uintptr_t)block->shared, params = (uint64_t)(uintptr_t)block->grid->params;
    uint32_t stack_bytes = block->kernel->stack_bytes, param_bytes = block->kernel->info.param_bytes;
    switch (space) {
    case PTX_SHARED: *host = (uintptr_t)(shared + address); return within(address, bytes, 0, block->shared_bytes);
    case PTX_LOCAL:
    case SG_SPACE_STACK:
        *host = (uintptr_t)(stack_of(team, lane) + address);
        return within(address, bytes, 0, stack_bytes);
    case PTX_PARAM: *host = (uintptr_t)(params + address); return !write && within(address, bytes, 0, param_bytes);
    case PTX_GLOBAL: *host = (uintptr_t)address; return in_global(block, address, bytes, write, last);
    default:
        *host = (uintptr_t)address;
        return in_global(block, address, bytes, write, last) || within(address, bytes, shared, block->shared_bytes) ||
               within(address, bytes, stack_of(team, lane), stack_bytes) ||
               (!write && within(address, bytes, params, param_bytes));
    }
}

const char *sg_access_peek(const struct sg_group *g, unsigned lane, uint64_t address, size_t *room)
{
    const struct sg_team *team = (const struct sg_team *)(const void *)g;
    const struct sg_block *block = g->block;
    uint64_t begin = stack_of(team, lane), shared = (uint64_t)(uintptr_t)block->shared;
    struct sg_extent extent;
    if (sg_memory_find_accessible(address, &extent))
        *room = extent.end - address;
    else if (within(address, 1, begin, block->kernel->stack_bytes))
        *room = begin + block->kernel->stack_bytes - address;
    else if (within(address, 1, shared, block->shared_bytes))
        *room = shared + block->shared_bytes - address;
    else
        return NULL;
    return (const char *)(uintptr_t)address;
}

static const char *space_name(unsigned space)
{
    switch (space) {
    case PTX_SHARED: return " shared";
    case PTX_LOCAL:
    case SG_SPACE_STACK: return " local";
    case PTX_PARAM: return " parameter";
    case PTX_GLOBAL: return " global";
    default: return "";
    }
}

static void blame(struct sg_group *g, const struct sg_op *op, unsigned lane, uint64_t address, unsigned space,
                  unsigned bytes, bool write, bool misaligned)
{
    char what[96];
    (void)snprintf(what, sizeof what, "%s%s %s of %u byte%s", misaligned ? "misaligned" : "invalid", space_name(space),
                   write ? "write" : "read", bytes, bytes == 1 ? "" : "s");
    sg_fault_say(g, op, misaligned ? 716 : 700, lane, address, what);
}

/* What is the same for all lanes of an access. Of its `bytes`, `span` from the `first` on must be there. */
struct need {
    unsigned space, bytes, first, span;
    bool write;
};

/* Each active lane alone: hosts[lane] for every one, or a fault for the first bad one. */
static bool locate_all(struct sg_group *g, const struct sg_op *op, const uint64_t *addresses, struct need need,
                       uint64_t *hosts)
{
    const struct sg_team *team = sg_team_of(g);
    struct sg_extent last = {0};
    SG_EACH_WARP(w)
    {
        for (uint32_t bits = g->bits[w]; bits; bits &= bits - 1) {
            unsigned lane = w * SG_WARP + (unsigned)__builtin_ctz(bits);
            uintptr_t host = 0;
            bool misaligned = addresses[lane] & (need.bytes - 1);
            if (misaligned ||
                !locate(team, need.space, lane, addresses[lane] + need.first, need.span, need.write, &last, &host)) {
                blame(g, op, lane, addresses[lane], need.space, need.bytes, need.write, misaligned);
                return false;
            }
            hosts[lane] = host - need.first;
        }
    }
    return true;
}

bool sg_access_resolve(struct sg_group *g, const struct sg_op *op, unsigned k, unsigned space, unsigned bytes,
                       bool write, uintptr_t host[SG_LANES])
{
    _Static_assert(sizeof(uintptr_t) == sizeof(uint64_t), "addresses are 64 bits wide");
    if (space == PTX_CONST)
        space = PTX_GLOBAL;
    const struct need need = {space, bytes, 0, bytes, write};
    return locate_all(g, op, SG_COL(uint64_t, g, op, k), need, (uint64_t *)(void *)host);
}

/* Host addresses run on as those of the lane do. */
uintptr_t sg_access_locate_rows(struct sg_group *g, const struct sg_op *op, unsigned lane, const struct sg_rows *rows)
{
    const struct sg_team *team = sg_team_of(g);
    struct sg_extent last = {0};
    uintptr_t host = 0, row;
    uint64_t all = (rows->rows - 1) * rows->pitch + rows->bytes;
    bool misaligned = rows->address & (rows->align - 1);
    if (!misaligned && all <= UINT32_MAX &&
        locate(team, rows->space, lane, rows->address, (unsigned)all, rows->write, &last, &host))
        return host;
    for (uint32_t i = 0; i < rows->rows; i++) {
        uint64_t address = rows->address + i * rows->pitch;
        if (misaligned || !locate(team, rows->space, lane, address, rows->bytes, rows->write, &last, &row)) {
            blame(g, op, lane, address, rows->space, rows->bytes, rows->write, misaligned);
            return 0;
        }
        host = i ? host : row;
    }
    return host;
}

/* ---- Surveys: bounds and shape of an address column
 *
 * In blocks of two dimensions neighbours often
 * differ by a constant only within a row of threads. So the shape is looked for in runs of SG_RUN lanes: each run
 * steps by the same power of two, or not at all. */

#define INLINE static inline __attribute__((always_inline))

/* A vector register of addresses: a run is one of narrow ones, two of wide ones. */
typedef uint32_t narrow_vector __attribute__((vector_size(32), may_alias));
typedef uint64_t wide_vector __attribute__((vector_size(32), may_alias));

/* Whether every run of the column goes up by `step` lane by lane. */
INLINE bool runs_of_uint32_t(const uint32_t *a, size_t lanes, uint32_t step)
{
    narrow_vector ramp = {0, 1, 2, 3, 4, 5, 6, 7}, bent = {0};
    uint32_t any = 0;
    ramp *= step;
    for (size_t i = 0; i < lanes; i += SG_RUN)
        bent |= (*(const narrow_vector *)(const void *)(a + i) - a[i]) ^ ramp;
    for (unsigned l = 0; l < SG_RUN; l++)
        any |= bent[l];
    return any == 0;
}

INLINE bool runs_of_uint64_t(const uint64_t *a, size_t lanes, uint64_t step)
{
    wide_vector low = {0, step, 2 * step, 3 * step}, high = low + 4 * step, bent = {0};
    for (size_t i = 0; i < lanes; i += SG_RUN) {
        bent |= (*(const wide_vector *)(const void *)(a + i) - a[i]) ^ low;
        bent |= (*(const wide_vector *)(const void *)(a + i + SG_RUN / 2) - a[i]) ^ high;
    }
    return (bent[0] | bent[1] | bent[2] | bent[3]) == 0;
}

/* Signed bounds of 64-bit addresses: vector units compare signed numbers, and an address with the highest bit set is
 * wrong anyway. With runs, their first lanes are enough. */
#define DEFINE_SURVEY(T, S)                                                                                            \
    INLINE void bounds_of_runs_##T(const T *a, size_t lanes, struct sg_survey *s)                                      \
    {                                                                                                                  \
        S min = (S)a[0], max = (S)a[0];                                                                                \
        T differ = (T)s->step, uneven = 0;                                                                             \
        for (size_t i = 0; i < lanes; i += SG_RUN) {                                                                   \
            S v = (S)a[i];                                                                                             \
            min = v < min ? v : min;                                                                                   \
            max = v > max ? v : max;                                                                                   \
            differ |= a[i] ^ a[0];                                                                                     \
            uneven |= (a[i] - a[0]) ^ (T)(i * s->step);                                                                \
        }                                                                                                              \
        s->min = (uint64_t)min;                                                                                        \
        s->max = (uint64_t)max + (SG_RUN - 1) * s->step;                                                               \
        s->differ = differ;                                                                                            \
        s->even = uneven == 0;                                                                                         \
    }                                                                                                                  \
    INLINE void survey_full_##T(const T *a, size_t lanes, struct sg_survey *s)                                         \
    {                                                                                                                  \
        const T step = a[1] - a[0];                                                                                    \
        s->step = step;                                                                                                \
        s->runs = (step & (step - 1)) == 0 && step <= SG_STEP_MAX && runs_of_##T(a, lanes, step);                      \
        s->even = false;                                                                                               \
        s->first = a[0];                                                                                               \
        if (s->runs) {                                                                                                 \
            bounds_of_runs_##T(a, lanes, s);                                                                           \
            return;                                                                                                    \
        }                                                                                                              \
        S min = (S)a[0], max = (S)a[0];                                                                                \
        T differ = 0;                                                                                                  \
        for (size_t w = 0; w < lanes; w += SG_WARP) {                                                                  \
            SG_EACH(l)                                                                                                 \
            {                                                                                                          \
                S v = (S)a[w + l];                                                                                     \
                min = v < min ? v : min;                                                                               \
                max = v > max ? v : max;                                                                               \
                differ |= a[w + l] ^ a[0];                                                                             \
            }                                                                                                          \
        }                                                                                                              \
        s->min = (uint64_t)min;                                                                                        \
        s->max = (uint64_t)max;                                                                                        \
        s->differ = differ;                                                                                            \
    }                                                                                                                  \
    /* Inactive lanes count as if they had the address of the first active one. */                                     \
    INLINE void survey_part_##T(const struct sg_group *g, const T *a, struct sg_survey *s)                             \
    {                                                                                                                  \
        struct sg_lanes active;                                                                                        \
        SG_EACH_WARP(w) active.w[w] = g->bits[w];                                                                      \
        const T first = a[sg_lanes_first(active)];                                                                     \
        S min = (S)first, max = (S)first;                                                                              \
        T differ = 0;                                                                                                  \
        SG_PART_WARPS(g, w)                                                                                            \
        {                                                                                                              \
            SG_EACH(l)                                                                                                 \
            {                                                                                                          \
                S v = g->mask[w + l] ? (S)a[w + l] : (S)first;                                                         \
                min = v < min ? v : min;                                                                               \
                max = v > max ? v : max;                                                                               \
                differ |= (T)v ^ first;                                                                                \
            }                                                                                                          \
        }                                                                                                              \
        s->first = first;                                                                                              \
        s->min = (uint64_t)min;                                                                                        \
        s->max = (uint64_t)max;                                                                                        \
        s->differ = differ;                                                                                            \
        s->runs = s->even = false;                                                                                     \
    }
DEFINE_SURVEY(uint32_t, uint32_t)
DEFINE_SURVEY(uint64_t, int64_t)

/* The survey of the address column of `op`. Accesses through a register that has not been written in between share
 * one, as long as the same lanes run on without a branch: op->sync numbers such registers, the team's epoch such
 * stretches. */
INLINE const struct sg_survey *survey(struct sg_group *g, const struct sg_op *op, bool full)
{
    struct sg_team *team = sg_team_of(g);
    struct sg_survey *s = &team->surveys[op->sync % SG_SURVEYS];
    if (s->id == op->sync && s->epoch == team->epoch && op->sync)
        return s;
    s->id = op->sync;
    s->epoch = team->epoch;
    const void *a = SG_COL(unsigned char, g, op, SG_ACCESS_COL);
    bool wide = SG_ACCESS_WIDE(op->aux);
    if (full && wide)
        survey_full_uint64_t(a, g->lanes, s);
    else if (full)
        survey_full_uint32_t(a, g->lanes, s);
    else if (wide)
        survey_part_uint64_t(g, a, s);
    else
        survey_part_uint32_t(g, a, s);
    return s;
}

/* ---- Plans ---- */

/* The addresses of the lanes one by one, whatever the width of the column and the offset. */
static bool plan_lanes(struct sg_group *g, const struct sg_op *op, struct sg_access *out)
{
    unsigned space = SG_ACCESS_SPACE(op->aux);
    uint64_t addresses[SG_LANES];
    const uint32_t *narrow = SG_COL(uint32_t, g, op, SG_ACCESS_COL);
    const uint64_t *wide = SG_COL(uint64_t, g, op, SG_ACCESS_COL);
    for (unsigned i = 0; i < SG_LANES; i++) {
        if (space == SG_SPACE_STACK)
            addresses[i] = sg_team_of(g)->stack_base + op->imm;
        else if (SG_ACCESS_WIDE(op->aux))
            addresses[i] = wide[i] + op->imm;
        else
            addresses[i] = (uint32_t)(narrow[i] + (uint32_t)op->imm);
    }
    out->pattern = SG_GATHER64;
    out->base = 0;
    out->index = out->hosts;
    const struct need need = {space, SG_ACCESS_BYTES(op->aux), SG_ACCESS_FIRST(op), SG_ACCESS_SPAN(op),
                              SG_ACCESS_WRITE(op->aux)};
    return locate_all(g, op, addresses, need, out->hosts);
}

/* What to add to the addresses so that all that must be there of accesses from min to max are host addresses. False
 * if they lie in no one range. */
static bool one_range(const struct sg_group *g, const struct sg_op *op, uint64_t min, uint64_t max, uint64_t *move)
{
    const struct sg_block *block = g->block;
    unsigned bytes = SG_ACCESS_SPAN(op), space = SG_ACCESS_SPACE(op->aux);
    uint64_t shared = (uint64_t)(uintptr_t)block->shared;
    struct sg_extent extent;
    *move = 0;
    if (max < min)
        return false;
    min += SG_ACCESS_FIRST(op);
    max += SG_ACCESS_FIRST(op);
    if (space == PTX_SHARED) {
        *move = shared;
        return within(max, bytes, 0, block->shared_bytes);
    }
    if (space == PTX_PARAM) {
        *move = (uint64_t)(uintptr_t)block->grid->params;
        return !SG_ACCESS_WRITE(op->aux) && within(max, bytes, 0, block->kernel->info.param_bytes);
    }
    if (sg_memory_find_accessible(min, &extent))
        return within(max, bytes, extent.begin, extent.end - extent.begin) &&
               is_permitted(block, &extent, SG_ACCESS_WRITE(op->aux));
    return space == PTX_GENERIC && min >= shared && within(max, bytes, shared, block->shared_bytes);
}

/* A 32-bit address wraps around; base + offset + index does not. They agree if no lane has wrapped. */
static bool wraps(const struct sg_survey *s, int64_t offset)
{
    return (int64_t)s->min + offset < 0 || (int64_t)s->max + offset > (int64_t)UINT32_MAX;
}

/* Local memory: each thread has its own, a stride apart. False if an access is not wholly within it. */
INLINE bool plan_local(struct sg_group *g, const struct sg_op *op, bool full, struct sg_access *out)
{
    const struct sg_team *team = sg_team_of(g);
    const struct sg_block *block = g->block;
    unsigned bytes = SG_ACCESS_BYTES(op->aux);
    unsigned used = SG_ACCESS_FIRST(op), span = SG_ACCESS_SPAN(op);
    uint64_t limit = block->kernel->stack_bytes, stride = block->stack_stride;
    out->base = (uintptr_t)stack_of(team, 0);
    if (SG_ACCESS_SPACE(op->aux) == SG_SPACE_STACK) {
        uint64_t at = team->stack_base + op->imm;
        out->pattern = SG_STRIDED;
        out->stride = stride;
        out->base += (uintptr_t)at;
        return !(at & (bytes - 1)) && within(at + used, span, 0, limit);
    }
    if (!SG_ACCESS_WIDE(op->aux))
        return false;
    const struct sg_survey *s = survey(g, op, full);
    uint64_t min = s->min + op->imm, max = s->max + op->imm;
    const uint64_t *a = SG_COL(uint64_t, g, op, SG_ACCESS_COL);
    if ((((s->first + op->imm) | s->differ) & (bytes - 1)) || max < min || !within(max + used, span, 0, limit))
        return false;
    SG_FULL_WARPS(g, w) SG_EACH(l) out->hosts[w + l] = a[w + l] + (w + l) * stride;
    out->base += (uintptr_t)op->imm;
    out->index = out->hosts;
    out->pattern = SG_GATHER64;
    return true;
}

static enum sg_pattern pattern_of(const struct sg_survey *s, unsigned bytes, bool wide)
{
    if (s->min == s->max)
        return SG_UNIFORM;
    if (s->runs && s->step == bytes)
        return s->even ? SG_CONTIGUOUS : wide ? SG_RUNS64 : SG_RUNS32;
    if (s->runs && s->step == 0)
        return wide ? SG_STEPS64 : SG_STEPS32;
    return wide ? SG_GATHER64 : SG_GATHER32;
}

INLINE bool plan(struct sg_group *g, const struct sg_op *op, bool full_form, struct sg_access *out)
{
    unsigned space = SG_ACCESS_SPACE(op->aux), bytes = SG_ACCESS_BYTES(op->aux);
    bool wide = SG_ACCESS_WIDE(op->aux), full = full_form && g->lanes == g->lanes_padded;
    uint64_t move;
    if (space == PTX_LOCAL || space == SG_SPACE_STACK)
        return plan_local(g, op, full, out) || plan_lanes(g, op, out);
    const struct sg_survey *s = survey(g, op, full);
    bool aligned = (((s->first + op->imm) | s->differ) & (bytes - 1)) == 0;
    if (!aligned || (!wide && wraps(s, (int64_t)op->imm)))
        return plan_lanes(g, op, out);
    if (!one_range(g, op, s->min + op->imm, s->max + op->imm, &move))
        return plan_lanes(g, op, out);
    out->pattern = pattern_of(s, bytes, wide);
    out->base = (uintptr_t)(move + op->imm);
    out->index = g->frame + op->col[SG_ACCESS_COL];
    if (out->pattern == SG_UNIFORM || out->pattern == SG_CONTIGUOUS)
        out->base += (uintptr_t)s->first;
    return true;
}

bool sg_access_plan_base(struct sg_group *g, const struct sg_op *op, bool full_form, struct sg_access *out)
{
    return full_form ? plan(g, op, true, out) : plan(g, op, false, out);
}

SG_TARGET_FAST bool sg_access_plan_fast(struct sg_group *g, const struct sg_op *op, bool full_form,
                                        struct sg_access *out)
{
    return full_form ? plan(g, op, true, out) : plan(g, op, false, out);
}

void sg_access_by_lane(const struct sg_group *g, const struct sg_op *op, struct sg_access *at)
{
    unsigned bytes = SG_ACCESS_BYTES(op->aux);
    if (at->pattern != SG_CONTIGUOUS && at->pattern != SG_UNIFORM && at->pattern != SG_STRIDED)
        return;
    uint64_t stride = at->pattern == SG_UNIFORM ? 0 : at->pattern == SG_CONTIGUOUS ? bytes : at->stride;
    for (unsigned i = 0; i < g->lanes; i++)
        at->hosts[i] = i * stride;
    at->index = at->hosts;
    at->pattern = SG_GATHER64;
}
