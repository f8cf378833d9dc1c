/* tex, tld4. PTX ISA 9.7.10.1 to 9.7.10.4. What a texture gives is sampled in texture/sample.c; here are the operands.
 *
 * A block holds: 0 layer, 1 to 3 coordinates, 4 level or 4 to 9 both gradients, 10 to 12 offsets; the result takes the
 * first places. A fetch with a depth to compare with is refused: no call of CUDA makes a texture of depths. */
#include "halves.h"
#include "lanes.h"
#include "staged.h"

enum { COORDINATES = 1, LEVEL = 4, GRADIENTS = 4, OFFSETS = 10 };

/* What an operation does, in its `imm`. */
union plan {
    struct {
        uint8_t geometry, mip, component, result;
        bool is_integer, has_offset;
    };
    uint64_t bits;
};

static u32 place(const u32 *block, unsigned k, size_t lane)
{
    return block[(size_t)k * SG_LANES + lane];
}

static void read_ask(const u32 *block, size_t lane, union plan plan, struct sg_sample *ask)
{
    unsigned dimensions = isa_staged_dimensions(plan.geometry);
    memset(ask, 0, sizeof *ask);
    ask->dimensions = (uint8_t)dimensions;
    ask->is_array = plan.geometry == PTX_A1D || plan.geometry == PTX_A2D || plan.geometry == PTX_ACUBE;
    ask->is_cube = plan.geometry == PTX_CUBE || plan.geometry == PTX_ACUBE;
    ask->is_integer = plan.is_integer;
    ask->component = plan.component ? (uint8_t)(plan.component - PTX_COMPONENT_R) : 0;
    ask->layer = ask->is_array ? place(block, 0, lane) : 0;
    for (unsigned axis = 0; axis < dimensions; axis++)
        ask->at[axis] = place(block, COORDINATES + axis, lane);
    for (unsigned axis = 0; plan.has_offset && axis < dimensions; axis++)
        ask->offset[axis] = (int32_t)place(block, OFFSETS + axis, lane);
    if (plan.mip == PTX_MIP_LEVEL) {
        ask->level_by = SG_LEVEL_GIVEN;
        ask->level = plan.is_integer ? (float)(int32_t)place(block, LEVEL, lane) : isa_f32(place(block, LEVEL, lane));
    }
    if (plan.mip != PTX_MIP_GRAD)
        return;
    ask->level_by = SG_LEVEL_GRADIENT;
    for (unsigned axis = 0; axis < dimensions; axis++) {
        ask->dx[axis] = isa_f32(place(block, GRADIENTS + axis, lane));
        ask->dy[axis] = isa_f32(place(block, GRADIENTS + 3 + axis, lane));
    }
}

static void write_result(u32 *block, size_t lane, uint8_t type, const uint32_t value[4])
{
    if (type == PTX_F16X2) {
        for (unsigned k = 0; k < 2; k++)
            block[k * SG_LANES + lane] = isa_f16_of((double)isa_f32(value[2 * k])) |
                                         isa_f16_of((double)isa_f32(value[2 * k + 1])) << 16;
        return;
    }
    for (unsigned k = 0; k < 4; k++) {
        if (type == PTX_F16)
            ((u16 *)(void *)(block + (size_t)k * SG_LANES))[lane] = (u16)isa_f16_of((double)isa_f32(value[k]));
        else
            block[k * SG_LANES + lane] = value[k];
    }
}

static void fetch(struct sg_group *g, const struct sg_op *op, bool gathers)
{
    u32 *block = isa_staged_at(g, op, 0);
    const u64 *handles = SG_COL(u64, g, op, 1);
    const struct sg_texture *texture = NULL;
    const union plan plan = {.bits = op->imm};
    uint64_t known = 0;
    for (size_t w = 0; w < g->lanes_padded; w += SG_WARP)
        for (uint32_t rest = g->bits[w / SG_WARP]; rest; rest &= rest - 1) {
            const size_t lane = w + (size_t)__builtin_ctz(rest);
            struct sg_sample ask;
            uint32_t value[4];
            if (!texture || handles[lane] != known)
                texture = isa_staged_find(g, op, known = handles[lane], false, (unsigned)lane);
            if (!texture)
                return;
            read_ask(block, lane, plan, &ask);
            if (gathers)
                sg_sample_gather(texture, &ask, value);
            else
                sg_sample_fetch(texture, &ask, value);
            write_result(block, lane, plan.result, value);
        }
}

SG_FORM(tex_full)
{
    fetch(g, op, false);
}
SG_FORM(tex_part)
{
    fetch(g, op, false);
}
SG_CODE(tex);
SG_FORM(tld4_full)
{
    fetch(g, op, true);
}
SG_FORM(tld4_part)
{
    fetch(g, op, true);
}
SG_CODE(tld4);
SG_MAP1(resident, u8, u8, 1);

/* What follows the coordinates, from operand k on. */
static union plan put_rest(struct sg_lower *low, const struct ptx_insn *insn, uint32_t block, unsigned k)
{
    const struct ptx_mods *m = &insn->mods;
    unsigned dimensions = isa_staged_dimensions(m->geometry);
    union plan plan = {.bits = 0};
    plan.geometry = m->geometry, plan.mip = m->mip, plan.component = m->component, plan.result = insn->types[0];
    plan.is_integer = insn->types[1] == PTX_S32;
    if (m->mip == PTX_MIP_LEVEL)
        isa_staged_put_all(low, block, LEVEL, sg_operands_at(low, insn, k++), 0, 1, (enum ptx_type)insn->types[1]);
    for (unsigned i = 0; i < (m->mip == PTX_MIP_GRAD ? 2u : 0u); i++)
        isa_staged_put_all(low, block, GRADIENTS + 3 * i, sg_operands_at(low, insn, k++), 0, dimensions, PTX_F32);
    plan.has_offset = k < insn->operand_count;
    if (plan.has_offset)
        isa_staged_put_all(low, block, OFFSETS, sg_operands_at(low, insn, k), 0, dimensions, PTX_S32);
    return plan;
}

bool isa_texture_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const unsigned first = insn->pair ? 2 : 1, count = insn->mods.vec;
    if (sg_operands_at(low, insn, first + 1)->kind != PTX_OPD_SINK || insn->types[1] == PTX_NONE)
        return false;
    const uint32_t block = sg_columns_temp(low, ISA_STAGED_BYTES);
    const uint32_t handle = isa_staged_handle(low, sg_operands_at(low, insn, first));
    isa_staged_put_coordinates(low, block, insn->mods.geometry, sg_operands_at(low, insn, first + 2),
                               (enum ptx_type)insn->types[1]);
    union plan plan = put_rest(low, insn, block, first + 3);
    struct sg_op *op = sg_emit_op(low, insn, insn->op == PTX_TEX ? &tex : &tld4);
    op->col[0] = block, op->col[1] = handle;
    op->imm = plan.bits;
    const struct ptx_operand *result = sg_operands_at(low, insn, 0);
    for (unsigned k = 0; k < count; k++)
        isa_staged_get(low, insn, block, k, sg_operands_element(low, result, k), (enum ptx_type)insn->types[0]);
    if (insn->pair) {
        const uint32_t there = sg_operands_dst(low, insn, 1, PTX_PRED);
        struct sg_op *set = sg_emit_op(low, insn, &resident);
        set->col[0] = set->col[1] = there;
    }
    return true;
}
