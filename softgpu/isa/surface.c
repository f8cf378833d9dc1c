/* suld, sust, sured. PTX ISA 9.7.11.1 to 9.7.11.3.
 *
 * A block holds: 0 layer, 1 to 3 coordinates, and the data in places 4, 6, 8 and 10. With .b the first coordinate
 * counts bytes, with .p it counts texels. Lanes go one after another, in order; a reduction is the processor's atomic
 * operation, for blocks run on several threads at once. */
#include "lanes.h"
#include "staged.h"

enum { COORDINATES = 1, DATA = 4 };

/* What an operation does, in its `imm`. */
union plan {
    struct {
        uint8_t op, geometry, bounds, atom, type, bytes, count;
        bool formatted; /* .p */
    };
    uint64_t bits;
};

static uint64_t clamped(int64_t index, uint64_t last)
{
    return index < 0 ? 0 : (uint64_t)index > last ? last : (uint64_t)index;
}

/* Where a lane's access goes: 0 if it is outside and does nothing, after a fault if it must not be. */
static uint64_t place_of(struct sg_group *g, const struct sg_op *op, const struct sg_texture *surface, size_t lane)
{
    const union plan plan = {.bits = op->imm};
    const struct sg_texture_level *level = &surface->levels[0];
    const u32 *block = isa_staged_at(g, op, 0);
    const unsigned dimensions = isa_staged_dimensions(plan.geometry);
    const bool is_array = plan.geometry == PTX_A1D || plan.geometry == PTX_A2D;
    const uint64_t wide = plan.formatted ? surface->texel_bytes : (uint64_t)plan.bytes * plan.count;
    const uint64_t row = (uint64_t)level->width * surface->texel_bytes;
    int64_t x = (int32_t)block[COORDINATES * SG_LANES + lane];
    int64_t y = dimensions > 1 ? (int32_t)block[(COORDINATES + 1) * SG_LANES + lane] : 0;
    int64_t z = dimensions > 2 ? (int32_t)block[(COORDINATES + 2) * SG_LANES + lane] : 0;
    if (is_array)
        z = (int64_t)block[lane];
    if (plan.formatted)
        x *= surface->texel_bytes;
    bool inside = x >= 0 && (uint64_t)x + wide <= row && y >= 0 && y < level->height && z >= 0 && z < level->depth;
    if (!inside && plan.bounds == PTX_BOUNDS_TRAP) {
        sg_fault_raise(g, op, 719, (unsigned)lane, 0);
        return 0;
    }
    if (!inside && (plan.bounds == PTX_BOUNDS_ZERO || row < wide))
        return 0;
    uint64_t at = level->at + clamped(z, level->depth - 1) * level->slice + clamped(y, level->height - 1) * level->row +
                  clamped(x, row - wide);
    if (!plan.formatted && at % wide) {
        sg_fault_raise(g, op, 716, (unsigned)lane, at);
        return 0;
    }
    return at;
}

static unsigned char *data(struct sg_group *g, const struct sg_op *op, unsigned k, size_t lane, unsigned bytes)
{
    return (unsigned char *)isa_staged_at(g, op, DATA + 2 * k) + lane * bytes;
}

static void load(struct sg_group *g, const struct sg_op *op, union plan plan, uint64_t at, size_t lane)
{
    for (unsigned k = 0; k < plan.count; k++) {
        unsigned char *to = data(g, op, k, lane, plan.bytes);
        if (at)
            memcpy(to, (const void *)(uintptr_t)(at + k * plan.bytes), plan.bytes);
        else
            memset(to, 0, plan.bytes);
    }
}

static void store(struct sg_group *g, const struct sg_op *op, const struct sg_texture *surface, uint64_t at,
                  size_t lane)
{
    const union plan plan = {.bits = op->imm};
    uint32_t bits;
    for (unsigned k = 0; at && k < plan.count; k++) {
        const unsigned char *from = data(g, op, k, lane, plan.bytes);
        if (!plan.formatted) {
            memcpy((void *)(uintptr_t)(at + k * plan.bytes), from, plan.bytes);
        } else if (k < surface->channels) {
            memcpy(&bits, from, sizeof bits);
            sg_texel_write(surface, k, bits, at);
        }
    }
}

#define REDUCE(name, T, S)                                                                                             \
    static void name(uint64_t at, const void *from, uint8_t atom)                                                      \
    {                                                                                                                  \
        T *p = (T *)(uintptr_t)at, b, old = __atomic_load_n(p, __ATOMIC_RELAXED), fresh;                               \
        memcpy(&b, from, sizeof b);                                                                                    \
        do                                                                                                             \
            fresh = (T)(atom == PTX_ATOM_ADD   ? old + b                                                               \
                        : atom == PTX_ATOM_AND ? old & b                                                               \
                        : atom == PTX_ATOM_OR  ? old | b                                                               \
                        : atom == PTX_ATOM_MIN ? ((S)old < (S)b ? old : b)                                             \
                                               : ((S)old > (S)b ? old : b));                                           \
        while (!__atomic_compare_exchange_n(p, &old, fresh, true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));                \
    }
REDUCE(reduce_u32, u32, u32)
REDUCE(reduce_s32, u32, s32)
REDUCE(reduce_u64, u64, u64)
REDUCE(reduce_s64, u64, s64)

static void reduce(struct sg_group *g, const struct sg_op *op, const struct sg_texture *surface, uint64_t at,
                   size_t lane)
{
    const union plan plan = {.bits = op->imm};
    const void *from = data(g, op, 0, lane, plan.bytes);
    bool is_signed = plan.formatted ? surface->format == CU_AD_FORMAT_SIGNED_INT32
                                    : plan.type == PTX_S32 || plan.type == PTX_S64;
    if (!at || at % plan.bytes)
        return;
    if (plan.bytes == 4)
        (is_signed ? reduce_s32 : reduce_u32)(at, from, plan.atom);
    else
        (is_signed ? reduce_s64 : reduce_u64)(at, from, plan.atom);
}

static void access(struct sg_group *g, const struct sg_op *op)
{
    const u64 *handles = SG_COL(u64, g, op, 1);
    const struct sg_texture *surface = NULL;
    const union plan plan = {.bits = op->imm};
    uint64_t known = 0;
    for (size_t w = 0; w < g->lanes_padded; w += SG_WARP)
        for (uint32_t rest = g->bits[w / SG_WARP]; rest; rest &= rest - 1) {
            const size_t lane = w + (size_t)__builtin_ctz(rest);
            if (!surface || handles[lane] != known)
                surface = isa_staged_find(g, op, known = handles[lane], true, (unsigned)lane);
            if (!surface)
                return;
            uint64_t at = place_of(g, op, surface, lane);
            if (plan.op == PTX_SULD)
                load(g, op, plan, at, lane);
            else if (plan.op == PTX_SUST || plan.op == PTX_SUST_P)
                store(g, op, surface, at, lane);
            else
                reduce(g, op, surface, at, lane);
        }
}

SG_FORM(surface_full)
{
    access(g, op);
}
SG_FORM(surface_part)
{
    access(g, op);
}
SG_CODE(surface);

bool isa_surface_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const bool loads = insn->op == PTX_SULD;
    const enum ptx_type type = (enum ptx_type)insn->types[0];
    const unsigned count = insn->mods.vec ? insn->mods.vec : 1, first = loads ? 1 : 0;
    union plan plan = {.bits = 0};
    plan.op = (uint8_t)insn->op, plan.geometry = insn->mods.geometry, plan.bounds = insn->mods.bounds;
    plan.atom = insn->mods.atom, plan.type = insn->types[0], plan.bytes = (uint8_t)ptx_type_bytes(type);
    plan.count = (uint8_t)count;
    plan.formatted = insn->op == PTX_SUST_P || insn->op == PTX_SURED_P;
    const uint32_t block = sg_columns_temp(low, ISA_STAGED_BYTES);
    const uint32_t handle = isa_staged_handle(low, sg_operands_at(low, insn, first));
    isa_staged_put_coordinates(low, block, plan.geometry, sg_operands_at(low, insn, first + 2), PTX_S32);
    const struct ptx_operand *value = sg_operands_at(low, insn, loads ? 0 : 3);
    for (unsigned k = 0; !loads && k < count; k++)
        isa_staged_put(low, block, DATA + 2 * k,
                       value->kind == PTX_OPD_VEC ? sg_operands_element(low, value, k) : value, type);
    struct sg_op *op = sg_emit_op(low, insn, &surface);
    op->col[0] = block, op->col[1] = handle;
    op->imm = plan.bits;
    for (unsigned k = 0; loads && k < count; k++)
        isa_staged_get(low, insn, block, DATA + 2 * k,
                       value->kind == PTX_OPD_VEC ? sg_operands_element(low, value, k) : value, type);
    return true;
}
