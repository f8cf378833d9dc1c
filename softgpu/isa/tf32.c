/* cvt to tf32, the format of a matrix' factors (PTX ISA 9.7.9.21): an f32 whose lower 13 bits of fraction are 0. */
#include "tf32.h"

#include "floats.h"

enum { LOST = 13, NEAREST_AWAY = 1, NEAREST_EVEN = 2, RELU = 4, SATFINITE = 8 };

#define INFINITE 0x7f800000u
#define GREATEST 0x7f7fe000u

static inline u32 tf32_of(u32 x, unsigned how)
{
    const u32 sign = x & 0x80000000u, magnitude = x & 0x7fffffffu, last = magnitude >> LOST & 1;
    const u32 half = how & NEAREST_AWAY ? 0x1000u : how & NEAREST_EVEN ? 0xfffu + last : 0;
    const u32 free = (magnitude + half) >> LOST << LOST;
    const u32 rounded = how & SATFINITE && free >= INFINITE ? GREATEST : free;
    const u32 number = how & RELU && sign ? 0 : sign | rounded;
    return magnitude > INFINITE ? ISA_NAN_F32 : number;
}
SG_MAP1(convert, u32, u32, tf32_of(a, op->aux));

bool isa_tf32_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const struct ptx_mods *m = &insn->mods;
    const struct ptx_mods known = {.round = m->round, .relu = m->relu, .satfinite = m->satfinite};
    if (insn->type_count != 2 || insn->types[0] != PTX_TF32 || insn->types[1] != PTX_F32 ||
        memcmp(&known, m, sizeof known) != 0)
        return false;
    if ((m->round != PTX_RNA || m->relu) && m->round != PTX_RN && m->round != PTX_RZ)
        return false;
    const uint32_t source = sg_operands_src(low, insn, 1, PTX_F32), result = sg_operands_dst(low, insn, 0, PTX_B32);
    struct sg_op *op = sg_emit_op(low, insn, &convert);
    op->col[0] = result, op->col[1] = source;
    op->aux = (uint16_t)((m->round == PTX_RNA  ? NEAREST_AWAY
                          : m->round == PTX_RN ? NEAREST_EVEN
                                               : 0) |
                         (m->relu ? RELU : 0) | (m->satfinite ? SATFINITE : 0));
    return true;
}
