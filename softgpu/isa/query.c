/* txq, suq: what a texture or surface is like. PTX ISA 9.7.10.6 and 9.7.11.4. */
#include "lanes.h"
#include "staged.h"

/* Channel data types and orders are those of OpenCL (PTX ISA 5.3.1). */
static u32 data_type(const struct sg_texture *t)
{
    enum { SNORM_8 = 0x10d0, SNORM_16, UNORM_8, UNORM_16, SIGNED_8 = 0x10d7, SIGNED_16, SIGNED_32, UNSIGNED_8 };
    bool normalizes = !t->is_surface && !t->as_integer;
    switch (t->format) {
    case CU_AD_FORMAT_SIGNED_INT8: return normalizes ? SNORM_8 : SIGNED_8;
    case CU_AD_FORMAT_SIGNED_INT16: return normalizes ? SNORM_16 : SIGNED_16;
    case CU_AD_FORMAT_SIGNED_INT32: return SIGNED_32;
    case CU_AD_FORMAT_UNSIGNED_INT8: return normalizes ? UNORM_8 : UNSIGNED_8;
    case CU_AD_FORMAT_UNSIGNED_INT16: return normalizes ? UNORM_16 : UNSIGNED_8 + 1;
    case CU_AD_FORMAT_UNSIGNED_INT32: return UNSIGNED_8 + 2;
    case CU_AD_FORMAT_HALF: return UNSIGNED_8 + 3;
    default: return UNSIGNED_8 + 4;
    }
}

static u32 order(const struct sg_texture *t)
{
    enum { R = 0x10b0, RG = 0x10b2, RGB = 0x10b4, RGBA = 0x10b5 };
    return t->channels == 1 ? R : t->channels == 2 ? RG : t->channels == 3 ? RGB : RGBA;
}

/* PTX counts wrap, mirror, clamp_ogl, clamp_to_edge, clamp_to_border. */
static u32 address_mode(uint8_t mode)
{
    switch (mode) {
    case CU_TR_ADDRESS_MODE_WRAP: return 0;
    case CU_TR_ADDRESS_MODE_MIRROR: return 1;
    case CU_TR_ADDRESS_MODE_BORDER: return 4;
    default: return 3;
    }
}

static u32 answer(const struct sg_texture *t, unsigned query, int level)
{
    const struct sg_texture_level *at = &t->levels[level < 0                          ? 0
                                                   : (uint32_t)level < t->level_count ? (uint32_t)level
                                                                                      : t->level_count - 1];
    switch (query) {
    case PTX_QUERY_WIDTH: return at->width;
    case PTX_QUERY_HEIGHT: return at->height;
    case PTX_QUERY_DEPTH: return t->is_layered || t->is_cube ? 1 : at->depth;
    case PTX_QUERY_DATA_TYPE: return data_type(t);
    case PTX_QUERY_ORDER: return order(t);
    case PTX_QUERY_NORMALIZED: return t->normalized;
    case PTX_QUERY_UNNORMALIZED: return !t->normalized;
    case PTX_QUERY_ARRAY_SIZE: return t->is_layered ? at->depth / (t->is_cube ? 6 : 1) : 1;
    case PTX_QUERY_LEVELS: return t->level_count;
    case PTX_QUERY_LAYOUT: return t->is_linear_memory;
    case PTX_QUERY_FILTER: return t->filters;
    case PTX_QUERY_ADDRESS_0: return address_mode(t->address[0]);
    case PTX_QUERY_ADDRESS_1: return address_mode(t->address[1]);
    case PTX_QUERY_ADDRESS_2: return address_mode(t->address[2]);
    default: return 1; /* samples */
    }
}

/* imm: the query; aux: of a surface. */
static void ask(struct sg_group *g, const struct sg_op *op)
{
    u32 *d = SG_COL(u32, g, op, 0);
    const u64 *handles = SG_COL(u64, g, op, 1);
    const s32 *levels = SG_COL(s32, g, op, 2);
    for (size_t w = 0; w < g->lanes_padded; w += SG_WARP)
        for (uint32_t rest = g->bits[w / SG_WARP]; rest; rest &= rest - 1) {
            const size_t lane = w + (size_t)__builtin_ctz(rest);
            const struct sg_texture *texture = isa_staged_find(g, op, handles[lane], op->aux, (unsigned)lane);
            if (!texture)
                return;
            d[lane] = answer(texture, (unsigned)op->imm, levels[lane]);
        }
}

SG_FORM(query_full)
{
    ask(g, op);
}
SG_FORM(query_part)
{
    ask(g, op);
}
SG_CODE(query);

bool isa_query_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const uint32_t handle = isa_staged_handle(low, sg_operands_at(low, insn, 1));
    const uint32_t level = insn->mods.mip == PTX_MIP_LEVEL ? sg_operands_src(low, insn, 2, PTX_S32)
                                                           : sg_operands_const(low, 0, 4);
    const uint32_t result = sg_operands_dst(low, insn, 0, PTX_B32);
    struct sg_op *op = sg_emit_op(low, insn, &query);
    op->col[0] = result, op->col[1] = handle, op->col[2] = level;
    op->imm = insn->mods.query;
    op->aux = insn->op == PTX_SUQ;
    return true;
}
