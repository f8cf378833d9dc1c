/* mov, cvta, isspacep, activemask. PTX ISA 9.7.9 and 9.7.13.
 *
 * Global and constant addresses are their own generic addresses, and those are addresses of the host. Shared, local
 * and parameter addresses are offsets; their generic forms point into the memory of the running block, and the
 * thread's own part of it. */
#include "../lower/lowering.h"
#include "../run/engine.h"
#include "resize.h"
#include "../memory/memory.h"

/* ---- Vectors packed into one register ---- */

#define DEFINE_PACK2(name, W, N, bits)                                                                                 \
    SG_MAP2(pack_##name, W, N, N, (W)((W)a | (W)((W)b << bits)));                                                      \
    SG_MAP1(low_##name, N, W, a);                                                                                      \
    SG_MAP1(high_##name, N, W, a >> bits)

DEFINE_PACK2(2x8, uint16_t, uint8_t, 8);
DEFINE_PACK2(2x16, uint32_t, uint16_t, 16);
DEFINE_PACK2(2x32, uint64_t, uint32_t, 32);

/* ---- Addresses ---- */

/* What must be added to an address of a space to make it generic: for lane 0, and for each lane more. */
struct window {
    uint64_t base, step;
};

static struct window window_of(const struct sg_group *g, unsigned space)
{
    const struct sg_block *block = g->block;
    uint64_t stack = (uint64_t)(uintptr_t)block->stack + g->first_thread * block->stack_stride;
    switch (space) {
    case PTX_SHARED: return (struct window){(uint64_t)(uintptr_t)block->shared, 0};
    case PTX_LOCAL: return (struct window){stack, block->stack_stride};
    case PTX_PARAM: return (struct window){(uint64_t)(uintptr_t)block->grid->params, 0};
    default: return (struct window){0, 0};
    }
}

/* aux is the space; imm is 1 to go from generic to it, else 0. */
static uint64_t moved(uint64_t address, const struct window *window, size_t lane, bool back)
{
    uint64_t by = window->base + lane * window->step;
    return back ? address - by : address + by;
}

SG_FORM(convert_full)
{
    uint64_t *d = SG_COL(uint64_t, g, op, 0);
    const uint64_t *a = SG_COL(uint64_t, g, op, 1);
    struct window window = window_of(g, op->aux);
    SG_FULL_WARPS(g, w) SG_EACH(l) d[w + l] = moved(a[w + l], &window, w + l, op->imm);
}

SG_FORM(convert_part)
{
    uint64_t *d = SG_COL(uint64_t, g, op, 0);
    const uint64_t *a = SG_COL(uint64_t, g, op, 1);
    struct window window = window_of(g, op->aux);
    SG_PART_WARPS(g, w) SG_EACH(l) d[w + l] = g->mask[w + l] ? moved(a[w + l], &window, w + l, op->imm) : d[w + l];
}
SG_CODE(convert);

static bool inside(uint64_t address, uint64_t base, uint64_t bytes)
{
    return address - base < bytes;
}

static bool in_constants(const struct sg_program *program, uint64_t address)
{
    for (uint32_t v = 0; v < program->module->var_count; v++)
        if (program->module->vars[v].space == PTX_CONST && program->variables[v].place == SG_PLACE_ADDRESS &&
            inside(address, program->variables[v].value, program->module->vars[v].size))
            return true;
    return false;
}

/* The space of a generic address: whatever is in no window is global. */
static unsigned space_of(const struct sg_block *block, uint64_t address)
{
    if (inside(address, (uint64_t)(uintptr_t)block->shared, block->shared_room))
        return PTX_SHARED;
    if (inside(address, (uint64_t)(uintptr_t)block->stack, block->stack_room))
        return PTX_LOCAL;
    if (inside(address, (uint64_t)(uintptr_t)block->grid->params, block->kernel->info.param_bytes))
        return PTX_PARAM;
    return in_constants(block->kernel->program, address) ? PTX_CONST : PTX_GLOBAL;
}

SG_FORM(is_space_part)
{
    uint8_t *d = SG_COL(uint8_t, g, op, 0);
    const uint64_t *a = SG_COL(uint64_t, g, op, 1);
    for (size_t i = 0; i < g->lanes; i++)
        if (g->mask[i])
            d[i] = space_of(g->block, a[i]) == op->aux;
}

SG_FORM(is_space_full)
{
    is_space_part_body(g, op);
}
SG_CODE(is_space);

SG_FORM(active_part)
{
    uint32_t *d = SG_COL(uint32_t, g, op, 0);
    for (size_t i = 0; i < g->lanes; i++)
        if (g->mask[i])
            d[i] = g->bits[i / SG_WARP];
}

SG_FORM(active_full)
{
    active_part_body(g, op);
}
SG_CODE(active);

/* ---- Lowering ---- */

static const enum ptx_type bits_of[9] = {[1] = PTX_B8, [2] = PTX_B16, [4] = PTX_B32, [8] = PTX_B64};

/* The operations for halves of `bytes`: pack, low, high. */
static const struct sg_op_code *half_code(unsigned bytes, unsigned which)
{
    static const struct sg_op_code *const codes[3][3] = {
        {&pack_2x8, &low_2x8, &high_2x8}, {&pack_2x16, &low_2x16, &high_2x16}, {&pack_2x32, &low_2x32, &high_2x32}};
    return codes[bytes == 1 ? 0 : bytes == 2 ? 1 : 2][which];
}

static uint32_t pack_pair(struct sg_lower *low, const struct ptx_insn *insn, uint32_t a, uint32_t b, unsigned bytes,
                          uint32_t to)
{
    struct sg_op *op = sg_emit_op(low, insn, half_code(bytes, 0));
    op->col[0] = to;
    op->col[1] = a;
    op->col[2] = b;
    return to;
}

static void take_half(struct sg_lower *low, const struct ptx_insn *insn, uint32_t from, unsigned bytes, bool high,
                      uint32_t to)
{
    struct sg_op *op = sg_emit_op(low, insn, half_code(bytes, high ? 2 : 1));
    op->col[0] = to;
    op->col[1] = from;
}

/* d = {a, b} or {a, b, c, d}. The last operation writes the result, after all sources have been read. */
static bool lower_pack(struct sg_lower *low, const struct ptx_insn *insn, const struct ptx_operand *vector,
                       unsigned bytes)
{
    unsigned element = bytes / vector->count;
    uint32_t cols[4];
    if ((vector->count != 2 && vector->count != 4) || element == 0)
        return false;
    for (uint32_t i = 0; i < vector->count; i++)
        cols[i] = sg_operands_src_operand(low, sg_operands_element(low, vector, i), bits_of[element]);
    uint32_t to = sg_operands_dst(low, insn, 0, bits_of[bytes]);
    if (low->bad)
        return false;
    if (vector->count == 4) {
        cols[0] = pack_pair(low, insn, cols[0], cols[1], element, sg_columns_temp(low, element * 2));
        cols[1] = pack_pair(low, insn, cols[2], cols[3], element, sg_columns_temp(low, element * 2));
        element *= 2;
    }
    pack_pair(low, insn, cols[0], cols[1], element, to);
    return true;
}

/* {a, b} or {a, b, c, d} = s. The source may be one of the results: all parts go through temporaries. */
static bool lower_unpack(struct sg_lower *low, const struct ptx_insn *insn, const struct ptx_operand *vector,
                         unsigned bytes)
{
    unsigned element = bytes / vector->count;
    uint32_t parts[4], from = sg_operands_src(low, insn, 1, bits_of[bytes]);
    if ((vector->count != 2 && vector->count != 4) || element == 0 || low->bad)
        return false;
    for (uint32_t i = 0; i < vector->count; i++)
        parts[i] = sg_columns_temp(low, element);
    if (vector->count == 2) {
        take_half(low, insn, from, element, false, parts[0]);
        take_half(low, insn, from, element, true, parts[1]);
    }
    for (uint32_t i = 0; vector->count == 4 && i < 2; i++) {
        uint32_t half = sg_columns_temp(low, element * 2);
        take_half(low, insn, from, element * 2, i, half);
        take_half(low, insn, half, element, false, parts[2 * i]);
        take_half(low, insn, half, element, true, parts[2 * i + 1]);
    }
    for (uint32_t i = 0; i < vector->count; i++) {
        uint32_t to = sg_operands_dst_operand(low, sg_operands_element(low, vector, i), bits_of[element]);
        struct sg_op *op = sg_emit_op(low, insn, isa_resize_copy(element));
        op->col[0] = to;
        op->col[1] = parts[i];
    }
    return true;
}

static void copy(struct sg_lower *low, const struct ptx_insn *insn, uint32_t from, uint32_t to)
{
    struct sg_op *op = sg_emit_op(low, insn, isa_resize_copy(8));
    op->col[0] = to;
    op->col[1] = from;
}

/* d = {a, b} or {a, b, c, d} of 128 bits. */
static bool pack_wide(struct sg_lower *low, const struct ptx_insn *insn, const struct ptx_operand *vector,
                      const uint32_t to[2])
{
    unsigned parts = vector->count / 2;
    for (unsigned i = 0; i < 2; i++) {
        uint32_t cols[2];
        for (unsigned k = 0; k < parts; k++)
            cols[k] = sg_operands_src_operand(low, sg_operands_element(low, vector, parts * i + k),
                                              parts == 1 ? PTX_B64 : PTX_B32);
        if (parts == 1)
            copy(low, insn, cols[0], to[i]);
        else
            pack_pair(low, insn, cols[0], cols[1], 4, to[i]);
    }
    return true;
}

/* {a, b} or {a, b, c, d} = s of 128 bits. */
static bool unpack_wide(struct sg_lower *low, const struct ptx_insn *insn, const struct ptx_operand *vector,
                        const uint32_t from[2])
{
    unsigned parts = vector->count / 2;
    for (unsigned i = 0; i < vector->count; i++) {
        uint32_t to = sg_operands_dst_operand(low, sg_operands_element(low, vector, i), parts == 1 ? PTX_B64 : PTX_B32);
        if (parts == 1)
            copy(low, insn, from[i], to);
        else
            take_half(low, insn, from[i / 2], 4, i % 2, to);
    }
    return true;
}

static bool mov_wide(struct sg_lower *low, const struct ptx_insn *insn, const struct ptx_operand *d,
                     const struct ptx_operand *a)
{
    uint32_t from[2], to[2];
    const struct ptx_operand *vector = a->kind == PTX_OPD_VEC ? a : d;
    if (vector->kind == PTX_OPD_VEC && vector->count != 2 && vector->count != 4)
        return false;
    if (a->kind == PTX_OPD_VEC)
        return sg_operands_halves(low, d, to) && pack_wide(low, insn, a, to);
    if (d->kind == PTX_OPD_VEC)
        return sg_operands_halves(low, a, from) && unpack_wide(low, insn, d, from);
    if (d->kind == PTX_OPD_SINK)
        return sg_operands_halves(low, a, from);
    if (!sg_operands_halves(low, d, to) || !sg_operands_halves(low, a, from))
        return false;
    copy(low, insn, from[0], to[0]);
    copy(low, insn, from[1], to[1]);
    return true;
}

static bool lower_mov(struct sg_lower *low, const struct ptx_insn *insn)
{
    enum ptx_type type = (enum ptx_type)insn->types[0];
    unsigned bytes = ptx_type_bytes(type);
    if (insn->type_count != 1 || insn->operand_count != 2 || bytes == 0)
        return false;
    const struct ptx_operand *d = sg_operands_at(low, insn, 0), *a = sg_operands_at(low, insn, 1);
    if (bytes > 8)
        return mov_wide(low, insn, d, a);
    if (a->kind == PTX_OPD_VEC)
        return lower_pack(low, insn, a, bytes);
    if (d->kind == PTX_OPD_VEC)
        return lower_unpack(low, insn, d, bytes);
    sg_map_unary(low, insn, isa_resize_copy(bytes), type, type);
    return true;
}

static bool lower_cvta(struct sg_lower *low, const struct ptx_insn *insn)
{
    unsigned space = insn->mods.space;
    if (insn->types[0] != PTX_U64 || space == PTX_GENERIC)
        return false;
    /* Parameters of a function lie on the stack of the call. */
    if (space == PTX_PARAM && !low->function->is_entry)
        space = PTX_LOCAL;
    uint32_t from = sg_operands_src(low, insn, 1, PTX_U64), to = sg_operands_dst(low, insn, 0, PTX_U64);
    bool moves = space == PTX_SHARED || space == PTX_LOCAL || space == PTX_PARAM;
    struct sg_op *op = sg_emit_op(low, insn, moves ? &convert : isa_resize_copy(8));
    op->col[0] = to;
    op->col[1] = from;
    op->aux = (uint16_t)space;
    op->imm = insn->mods.to;
    return true;
}

static bool lower_isspacep(struct sg_lower *low, const struct ptx_insn *insn)
{
    if (insn->mods.space == PTX_GENERIC)
        return false;
    uint32_t from = sg_operands_src(low, insn, 1, PTX_U64), to = sg_operands_dst(low, insn, 0, PTX_PRED);
    struct sg_op *op = sg_emit_op(low, insn, &is_space);
    op->col[0] = to;
    op->col[1] = from;
    op->aux = insn->mods.space;
    return true;
}

static bool lower_activemask(struct sg_lower *low, const struct ptx_insn *insn)
{
    uint32_t to = sg_operands_dst(low, insn, 0, PTX_B32);
    sg_emit_op(low, insn, &active)->col[0] = to;
    return true;
}

bool isa_move_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    switch (insn->op) {
    case PTX_MOV: return lower_mov(low, insn);
    case PTX_CVTA: return lower_cvta(low, insn);
    case PTX_ISSPACEP: return lower_isspacep(low, insn);
    case PTX_ACTIVEMASK: return lower_activemask(low, insn);
    default: return false;
    }
}
