/* cp.async: copies from global to shared memory (PTX ISA 9.7.9.25).
 *
 * When a copy happens is open until its thread waits for it, so it happens at once, and committing and waiting do
 * nothing. Columns: the address in shared memory, the address in global memory, how many bytes come from there (the
 * others are 0), and a place for addresses; op->imm is the size of the copy. */
#include <string.h>

#include "../lower/lowering.h"
#include "lanes.h"

enum { INTO, FROM, SIZE, PLACE };

/* The host addresses of what lanes read that copy at least `first` bytes and fewer than `end`: of `bytes` bytes that
 * begin `at_end` of the part or at its beginning. The other lanes are given what they write, which is there. */
static bool resolve(struct sg_group *g, const struct sg_op *op, const uintptr_t *into, u32 first, u32 end,
                    unsigned bytes, bool at_end, uintptr_t *host)
{
    const u64 *from = SG_COL(u64, g, op, FROM);
    const u32 *size = SG_COL(u32, g, op, SIZE);
    u64 *place = SG_COL(u64, g, op, PLACE);
    for (unsigned lane = 0; lane < g->lanes; lane++)
        place[lane] = size[lane] >= first && size[lane] < end ? from[lane] + (at_end ? size[lane] - 1 : 0) : into[lane];
    return sg_access_resolve(g, op, PLACE, PTX_GENERIC, bytes, false, host);
}

static void copy_lanes(struct sg_group *g, const struct sg_op *op)
{
    const u32 *size = SG_COL(u32, g, op, SIZE), bytes = (u32)op->imm;
    uintptr_t into[SG_LANES] = {0}, whole[SG_LANES], part[SG_LANES], last[SG_LANES];
    /* All of a part lies between its first and its last byte, in one page. */
    if (!sg_access_resolve(g, op, INTO, PTX_SHARED, bytes, true, into) ||
        !resolve(g, op, into, bytes, UINT32_MAX, bytes, false, whole) ||
        !resolve(g, op, into, 1, bytes, 1, false, part) || !resolve(g, op, into, 1, bytes, 1, true, last))
        return;
    for (unsigned lane = 0; lane < g->lanes; lane++) {
        if (!(g->bits[lane / SG_WARP] >> lane % SG_WARP & 1))
            continue;
        unsigned char data[16] = {0};
        u32 used = size[lane] < bytes ? size[lane] : bytes;
        memcpy(data, (const void *)(used == bytes ? whole : part)[lane], used);
        memcpy((void *)into[lane], data, bytes);
    }
}

SG_FORM(copy_full)
{
    copy_lanes(g, op);
}

SG_FORM(copy_part)
{
    copy_lanes(g, op);
}
SG_CODE(copy);

SG_MAP1(none_of, u32, u8, a ? 0 : (u32)op->imm);

/* The last operand, if there is one, is a number of bytes, or a predicate that says that nothing is read. */
static u32 lower_size(struct sg_lower *low, const struct ptx_insn *insn, u64 bytes)
{
    if (insn->operand_count < 4)
        return sg_operands_const(low, bytes, 4);
    const struct ptx_operand *last = sg_operands_at(low, insn, 3);
    if (last->kind != PTX_OPD_REG || low->function->regs[last->index].type != PTX_PRED)
        return sg_operands_src(low, insn, 3, PTX_U32);
    const u32 ignored = sg_operands_src(low, insn, 3, PTX_PRED), size = sg_columns_temp(low, 4);
    struct sg_op *op = sg_emit_op(low, insn, &none_of);
    op->col[0] = size, op->col[1] = ignored, op->imm = bytes;
    return size;
}

bool isa_async_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    struct ptx_insn into = *insn, from = *insn;
    u64 bytes;
    if (insn->mods.mode != PTX_MODE_NONE)
        return true;
    if (!sg_operands_immediate(low, insn, 2, &bytes) || (bytes != 4 && bytes != 8 && bytes != 16))
        return false;
    into.mods.space = PTX_SHARED, from.mods.space = PTX_GLOBAL;
    const u32 to = sg_operands_address(low, &into, 0), source = sg_operands_address(low, &from, 1);
    const u32 size = lower_size(low, insn, bytes), place = sg_columns_temp(low, 8);
    struct sg_op *op = sg_emit_op(low, insn, &copy);
    op->col[INTO] = to, op->col[FROM] = source, op->col[SIZE] = size, op->col[PLACE] = place;
    op->imm = bytes;
    return true;
}
