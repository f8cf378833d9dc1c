/* From addresses that lanes name to host memory, with every check.
 *
 * The plan looks at the whole address column first: its bounds and its shape. Nearly all accesses of real kernels lie in one
 * allocation, and then no lane needs a look of its own. Only if the bounds do not fit one allocation is each lane located alone;
 * that also finds the lane to blame. */
#include "access.h"

#include <stdio.h>

#include "../memory/memory.h"
#include "lanes.h"
#include "team.h"

/* ---- One lane ------------------------------------------------------------------------------------------------------- */

static bool within(uint64_t address, unsigned bytes, uint64_t begin, uint64_t length)
{
    return address >= begin && address - begin <= length && length - (address - begin) >= bytes;
}

static uint64_t stack_of(const struct sg_team *team, unsigned lane)
{
    const struct sg_block *block = team->group.block;
    return (uint64_t)(uintptr_t)block->stack + (team->group.first_thread + lane) * block->stack_stride;
}

/* Global memory, constants, pinned host memory, and the words that cooperative groups synchronise with. */
static bool in_global(const struct sg_block *block, uint64_t address, unsigned bytes, struct sg_extent *last)
{
    if (within(address, bytes, last->begin, last->end - last->begin)) return true;
    struct sg_extent extent;
    if (sg_memory_find(address, &extent)) {
        *last = extent;
        return within(address, bytes, extent.begin, extent.end - extent.begin);
    }
    return within(address, bytes, (uint64_t)(uintptr_t)block->grid->workspace, sizeof block->grid->workspace);
}

static bool locate(const struct sg_team *team, unsigned space, unsigned lane, uint64_t address, unsigned bytes, bool write,
                   struct sg_extent *last, uintptr_t *host)
{
    const struct sg_block *block = team->group.block;
    uint64_t shared = (uint64_t)(uintptr_t)block->shared, params = (uint64_t)(uintptr_t)block->grid->params;
    uint32_t stack_bytes = block->kernel->stack_bytes, param_bytes = block->kernel->info.param_bytes;
    switch (space) {
    case PTX_SHARED:
        *host = (uintptr_t)(shared + address);
        return within(address, bytes, 0, block->shared_bytes);
    case PTX_LOCAL: case SG_SPACE_STACK:
        *host = (uintptr_t)(stack_of(team, lane) + address);
        return within(address, bytes, 0, stack_bytes);
    case PTX_PARAM:
        *host = (uintptr_t)(params + address);
        return !write && within(address, bytes, 0, param_bytes);
    case PTX_GLOBAL:
        *host = (uintptr_t)address;
        return in_global(block, address, bytes, last);
    default:
        *host = (uintptr_t)address;
        return in_global(block, address, bytes, last) || within(address, bytes, shared, block->shared_bytes) ||
               within(address, bytes, stack_of(team, lane), stack_bytes) ||
               (!write && within(address, bytes, params, param_bytes));
    }
}

static const char *space_name(unsigned space)
{
    switch (space) {
    case PTX_SHARED: return " shared";
    case PTX_LOCAL: case SG_SPACE_STACK: return " local";
    case PTX_PARAM: return " parameter";
    case PTX_GLOBAL: return " global";
    default: return "";
    }
}

static void blame(struct sg_group *g, const struct sg_op *op, unsigned lane, uint64_t address, unsigned space, unsigned bytes,
                  bool write, bool misaligned)
{
    char what[96];
    (void)snprintf(what, sizeof what, "%s%s %s of %u byte%s", misaligned ? "misaligned" : "invalid", space_name(space),
                   write ? "write" : "read", bytes, bytes == 1 ? "" : "s");
    sg_fault_say(g, op, misaligned ? 716 : 700, lane, address, what);
}

/* Each active lane alone: hosts[lane] for every one, or a fault for the first bad one. */
static bool locate_all(struct sg_group *g, const struct sg_op *op, const uint64_t *addresses, unsigned space, unsigned bytes,
                       bool write, uint64_t *hosts)
{
    const struct sg_team *team = sg_team_of(g);
    struct sg_extent last = {0};
    SG_EACH_WARP(w)
    {
        for (uint32_t bits = g->bits[w]; bits; bits &= bits - 1) {
            unsigned lane = w * SG_WARP + (unsigned)__builtin_ctz(bits);
            uintptr_t host = 0;
            bool misaligned = addresses[lane] & (bytes - 1);
            if (misaligned || !locate(team, space, lane, addresses[lane], bytes, write, &last, &host)) {
                blame(g, op, lane, addresses[lane], space, bytes, write, misaligned);
                return false;
            }
            hosts[lane] = host;
        }
    }
    return true;
}

bool sg_access_resolve(struct sg_group *g, const struct sg_op *op, unsigned k, unsigned space, unsigned bytes, bool write,
                       uintptr_t host[SG_LANES])
{
    _Static_assert(sizeof(uintptr_t) == sizeof(uint64_t), "addresses are 64 bits wide");
    if (space == PTX_CONST) space = PTX_GLOBAL;
    return locate_all(g, op, SG_COL(uint64_t, g, op, k), space, bytes, write, (uint64_t *)(void *)host);
}

/* ---- Surveys: bounds and shape of an address column ------------------------------------------------------------------ */

struct survey {
    uint64_t first, min, max, low_bits;
    bool contiguous;
};

#define INLINE static inline __attribute__((always_inline))

/* Inactive lanes count as if they had the address of the first active one, so they change neither bounds nor low bits. */
INLINE void survey32(const struct sg_group *g, const uint32_t *a, uint32_t offset, unsigned shift, bool full, struct survey *s)
{
    struct sg_lanes active;
    SG_EACH_WARP(w) active.w[w] = g->bits[w];
    uint32_t first = a[full ? 0 : sg_lanes_first(active)] + offset, min = first, max = first, low = 0, bent = 0;
    SG_FULL_WARPS(g, w)
    {
        SG_EACH(l)
        {
            uint32_t v = a[w + l] + offset;
            if (!full) v = g->mask[w + l] ? v : first;
            min = v < min ? v : min;
            max = v > max ? v : max;
            low |= v;
            bent |= (v - first) ^ (uint32_t)((uint32_t)(w + l) << shift);
        }
    }
    *s = (struct survey){first, min, max, low, full && !bent};
}

/* Signed bounds: vector units compare signed numbers, and an address with the highest bit set is wrong anyway. */
INLINE void survey64(const struct sg_group *g, const uint64_t *a, uint64_t offset, unsigned shift, bool full, struct survey *s)
{
    struct sg_lanes active;
    SG_EACH_WARP(w) active.w[w] = g->bits[w];
    int64_t first = (int64_t)(a[full ? 0 : sg_lanes_first(active)] + offset), min = first, max = first;
    uint64_t low = 0, bent = 0;
    if (full) {
        SG_FULL_WARPS(g, w) SG_EACH(l) bent |= (a[w + l] + offset - (uint64_t)first) ^ ((uint64_t)(w + l) << shift);
        if (!bent) {
            uint64_t begin = (uint64_t)first;
            *s = (struct survey){begin, begin, begin + ((uint64_t)(g->lanes - 1) << shift), begin, true};
            return;
        }
    }
    SG_FULL_WARPS(g, w)
    {
        SG_EACH(l)
        {
            int64_t v = (int64_t)(a[w + l] + offset);
            if (!full) v = g->mask[w + l] ? v : first;
            min = v < min ? v : min;
            max = v > max ? v : max;
            low |= (uint64_t)v;
        }
    }
    *s = (struct survey){(uint64_t)first, (uint64_t)min, (uint64_t)max, low, false};
}

/* ---- Plans ---------------------------------------------------------------------------------------------------------- */

/* The addresses of the lanes one by one, whatever the width of the column and the offset. */
static bool plan_lanes(struct sg_group *g, const struct sg_op *op, struct sg_access *out)
{
    unsigned space = SG_ACCESS_SPACE(op->aux);
    uint64_t addresses[SG_LANES];
    const uint32_t *narrow = SG_COL(uint32_t, g, op, SG_ACCESS_COL);
    const uint64_t *wide = SG_COL(uint64_t, g, op, SG_ACCESS_COL);
    for (unsigned i = 0; i < SG_LANES; i++) {
        if (space == SG_SPACE_STACK) addresses[i] = sg_team_of(g)->stack_base + op->imm;
        else if (SG_ACCESS_WIDE(op->aux)) addresses[i] = wide[i] + op->imm;
        else addresses[i] = (uint32_t)(narrow[i] + (uint32_t)op->imm);
    }
    out->pattern = SG_GATHER64;
    out->base = 0;
    out->index = out->hosts;
    return locate_all(g, op, addresses, space, SG_ACCESS_BYTES(op->aux), SG_ACCESS_WRITE(op->aux), out->hosts);
}

/* The range of host addresses in which [min, max + bytes) lies, moved by *move from the addresses. False if it lies in none. */
static bool one_range(const struct sg_group *g, const struct sg_op *op, const struct survey *s, uint64_t *move)
{
    const struct sg_block *block = g->block;
    unsigned bytes = SG_ACCESS_BYTES(op->aux), space = SG_ACCESS_SPACE(op->aux);
    uint64_t shared = (uint64_t)(uintptr_t)block->shared;
    struct sg_extent extent;
    *move = 0;
    if (s->max < s->min || s->low_bits & (bytes - 1)) return false;
    if (space == PTX_SHARED) {
        *move = shared;
        return within(s->max, bytes, 0, block->shared_bytes);
    }
    if (space == PTX_PARAM) {
        *move = (uint64_t)(uintptr_t)block->grid->params;
        return !SG_ACCESS_WRITE(op->aux) && within(s->max, bytes, 0, block->kernel->info.param_bytes);
    }
    if (sg_memory_find(s->min, &extent)) return within(s->max, bytes, extent.begin, extent.end - extent.begin);
    return space == PTX_GENERIC && s->min >= shared && within(s->max, bytes, shared, block->shared_bytes);
}

/* A 32-bit address wraps around; base + offset + index does not. They agree if no lane has wrapped. */
static bool wraps(const struct sg_op *op, const struct survey *s)
{
    int64_t offset = (int64_t)op->imm;
    return (int64_t)s->min - offset < 0 || (int64_t)s->max - offset > (int64_t)UINT32_MAX;
}

INLINE bool plan(struct sg_group *g, const struct sg_op *op, bool full_form, struct sg_access *out)
{
    unsigned space = SG_ACCESS_SPACE(op->aux), shift = op->aux >> 4 & 15u;
    bool wide = SG_ACCESS_WIDE(op->aux), full = full_form && g->lanes == g->lanes_padded;
    struct survey s;
    uint64_t move;
    if (space == PTX_LOCAL || space == SG_SPACE_STACK) return plan_lanes(g, op, out);
    if (wide && full) survey64(g, SG_COL(uint64_t, g, op, SG_ACCESS_COL), op->imm, shift, true, &s);
    else if (wide) survey64(g, SG_COL(uint64_t, g, op, SG_ACCESS_COL), op->imm, shift, false, &s);
    else if (full) survey32(g, SG_COL(uint32_t, g, op, SG_ACCESS_COL), (uint32_t)op->imm, shift, true, &s);
    else survey32(g, SG_COL(uint32_t, g, op, SG_ACCESS_COL), (uint32_t)op->imm, shift, false, &s);
    if (!one_range(g, op, &s, &move) || (!wide && wraps(op, &s))) return plan_lanes(g, op, out);
    bool spread = s.min != s.max;
    out->pattern = s.contiguous ? SG_CONTIGUOUS : !spread ? SG_UNIFORM : wide ? SG_GATHER64 : SG_GATHER32;
    out->base = (uintptr_t)(move + (s.contiguous || !spread ? s.first : op->imm));
    out->index = g->frame + op->col[SG_ACCESS_COL];
    return true;
}

bool sg_access_plan_base(struct sg_group *g, const struct sg_op *op, bool full_form, struct sg_access *out)
{
    return full_form ? plan(g, op, true, out) : plan(g, op, false, out);
}

SG_TARGET_FAST bool sg_access_plan_fast(struct sg_group *g, const struct sg_op *op, bool full_form, struct sg_access *out)
{
    return full_form ? plan(g, op, true, out) : plan(g, op, false, out);
}

void sg_access_by_lane(const struct sg_group *g, const struct sg_op *op, struct sg_access *at)
{
    unsigned bytes = SG_ACCESS_BYTES(op->aux);
    if (at->pattern != SG_CONTIGUOUS && at->pattern != SG_UNIFORM) return;
    for (unsigned i = 0; i < g->lanes; i++) at->hosts[i] = at->pattern == SG_UNIFORM ? 0 : (uint64_t)i * bytes;
    at->index = at->hosts;
    at->pattern = SG_GATHER64;
}
