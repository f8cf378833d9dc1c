/* 8 by 8 matrices of 16 bits: ldmatrix, stmatrix, movmatrix (PTX ISA 9.7.14.5.15 to 9.7.14.5.17).
 *
 * In a register, lane l holds elements 2 (l % 4) and 2 (l % 4) + 1 of row l / 4: the 32 lanes, one after another, are
 * the matrix. In memory each row has a place of its own, which a lane names: matrix i's rows lanes 8 i and on. */
#include <string.h>

#include "../lower/lowering.h"
#include "../run/rows.h"
#include "fragment.h"

enum { EDGE = 8, ROW_BYTES = 16, MATRIX_BYTES = 128 };

/* What an operation does. */
union plan {
    struct {
        uint8_t op, count, space;
        bool trans;
    };
    uint64_t bits;
};

static void transpose(unsigned char *matrix)
{
    u16 from[EDGE * EDGE];
    memcpy(from, matrix, sizeof from);
    for (size_t row = 0; row < EDGE; row++)
        for (size_t i = 0; i < EDGE; i++)
            memcpy(matrix + (row * EDGE + i) * sizeof *from, &from[i * EDGE + row], sizeof *from);
}

/* Where the rows of a matrix lie. A lane that does not take part names none. False after a fault. */
static bool find_rows(struct sg_group *g, const struct sg_op *op, union plan plan, size_t first, uintptr_t *host)
{
    for (size_t row = 0; row < EDGE; row++) {
        const size_t lane = first + row;
        const struct sg_rows place = {.address = SG_COL(u64, g, op, 0)[lane],
                                      .pitch = 0,
                                      .rows = 1,
                                      .bytes = ROW_BYTES,
                                      .align = ROW_BYTES,
                                      .space = plan.space,
                                      .write = plan.op == PTX_STMATRIX};
        host[row] = 0;
        if (!(g->bits[lane / SG_WARP] >> lane % SG_WARP & 1))
            continue;
        host[row] = sg_access_locate_rows(g, op, (unsigned)lane, &place);
        if (!host[row])
            return false;
    }
    return true;
}

static void load(unsigned char *matrix, const uintptr_t *host)
{
    memset(matrix, 0, MATRIX_BYTES);
    for (size_t row = 0; row < EDGE; row++)
        if (host[row])
            memcpy(matrix + row * ROW_BYTES, (const void *)host[row], ROW_BYTES);
}

static void store(const unsigned char *matrix, const uintptr_t *host)
{
    for (size_t row = 0; row < EDGE; row++)
        if (host[row])
            memcpy((void *)host[row], matrix + row * ROW_BYTES, ROW_BYTES);
}

/* One matrix: number i of the instruction. */
static bool move_one(struct sg_group *g, const struct sg_op *op, union plan plan, unsigned i, size_t w)
{
    unsigned char matrix[MATRIX_BYTES];
    unsigned char *const to = isa_tail_column(g, op, i) + w * 4;
    uintptr_t host[EDGE] = {0};
    if (plan.op != PTX_MOVMATRIX && !find_rows(g, op, plan, w + i * EDGE, host))
        return false;
    if (plan.op == PTX_LDMATRIX)
        load(matrix, host);
    else
        memcpy(matrix, plan.op == PTX_MOVMATRIX ? isa_tail_column(g, op, 1) + w * 4 : to, sizeof matrix);
    if (plan.trans)
        transpose(matrix);
    if (plan.op == PTX_STMATRIX)
        store(matrix, host);
    else
        isa_fragment_write(to, matrix, 4, g->bits[w / SG_WARP]);
    return true;
}

static void move_all(struct sg_group *g, const struct sg_op *op)
{
    const union plan plan = {.bits = isa_tail_plan(op)};
    ISA_EACH_WARP(g, w, active)
    for (unsigned i = 0; i < plan.count; i++)
        if (!move_one(g, op, plan, i, w))
            return;
}
static const struct sg_op_code move = {{move_all, move_all}, {move_all, move_all}};

bool isa_rearrange_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const bool is_store = insn->op == PTX_STMATRIX, moves = insn->op == PTX_MOVMATRIX;
    struct isa_tail tail = {.count = 0};
    union plan plan = {.bits = 0};
    plan.op = (uint8_t)insn->op, plan.count = moves ? 1 : sg_matrix_count(insn), plan.space = insn->mods.space;
    plan.trans = sg_matrix_transposes(insn);
    const uint32_t address = moves ? 0 : sg_operands_address(low, insn, is_store ? 0 : 1);
    isa_tail_add(low, &tail, sg_operands_at(low, insn, is_store ? 1 : 0), plan.count, PTX_B32, !is_store);
    if (moves)
        isa_tail_add(low, &tail, sg_operands_at(low, insn, 1), 1, PTX_B32, false);
    const uint32_t all = sg_operands_const(low, UINT32_MAX, 4);
    struct sg_op *op = sg_emit_op(low, insn, &move);
    op->col[0] = address;
    sg_emit_collective(low, op, all);
    isa_tail_emit(low, &tail, plan.bits);
    return true;
}
