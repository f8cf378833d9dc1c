/* mma.m8n8k4 of f16 (PTX ISA 9.7.14.5.1): lanes 4q to 4q + 3 and 4q + 16 to 4q + 19 compute product q of four. A lane
 * counts within its quarter: its lower two bits, and 4 for the upper half of the warp. */
#include "quarters.h"

#include "../lower/lowering.h"
#include "fragment.h"
#include "halves.h"
#include "matrices.h"

enum { EDGE = 8, DEPTH = 4, FACTOR_REGISTERS = 2 };

/* What an operation computes. */
union plan {
    struct {
        uint8_t d, c, layout_a, layout_b;
    };
    uint64_t bits;
};

static size_t lane_of(size_t w, unsigned quarter, unsigned lane)
{
    return w + quarter * 4 + lane % 4 + lane / 4 * 16;
}

/* Element i of a lane's registers, which begin at `first`. */
static unsigned half_of(const struct sg_group *g, const struct sg_op *op, unsigned first, unsigned i, size_t lane)
{
    u16 half;
    memcpy(&half, isa_tail_column(g, op, first + i / 2) + lane * 4 + i % 2 * 2, sizeof half);
    return half;
}

/* A factor as numbers, k outermost. Along k, a lane has a row (of b a column); across, four rows of one k. */
static void read_factor(const struct sg_group *g, const struct sg_op *op, unsigned first, bool along, size_t w,
                        unsigned quarter, float *to)
{
    for (unsigned lane = 0; lane < EDGE; lane++)
        for (unsigned i = 0; i < DEPTH; i++) {
            const unsigned row = along ? lane : i + lane / 4 * 4, k = along ? i : lane % 4;
            to[k * EDGE + row] = isa_f32_of_f16(half_of(g, op, first, i, lane_of(w, quarter, lane)));
        }
}

/* Where element i of a lane lies in c and d. */
static unsigned place_of(uint8_t type, unsigned lane, unsigned i)
{
    const unsigned row = type == PTX_F16 ? lane : (lane & 1) + (i & 2) + lane / 4 * 4;
    return row * EDGE + (type == PTX_F16 ? i : (i & 4) + (lane & 2) + (i & 1));
}

static void read_sums(const struct sg_group *g, const struct sg_op *op, unsigned first, uint8_t type, size_t w,
                      unsigned quarter, float *to)
{
    for (unsigned lane = 0; lane < EDGE; lane++)
        for (unsigned i = 0; i < EDGE; i++) {
            const size_t at = lane_of(w, quarter, lane);
            const float value = type == PTX_F16 ? isa_f32_of_f16(half_of(g, op, first, i, at))
                                                : ((const f32 *)(const void *)isa_tail_column(g, op, first + i))[at];
            to[place_of(type, lane, i)] = value;
        }
}

static void write_sums(const struct sg_group *g, const struct sg_op *op, uint8_t type, size_t w, unsigned quarter,
                       const float *from)
{
    for (unsigned lane = 0; lane < EDGE; lane++)
        for (unsigned i = 0; i < EDGE; i++) {
            const size_t at = lane_of(w, quarter, lane);
            const float value = from[place_of(type, lane, i)];
            const u16 half = (u16)isa_f16_nearest(value);
            if (!(g->bits[w / SG_WARP] >> (at - w) & 1))
                continue;
            if (type == PTX_F16)
                memcpy(isa_tail_column(g, op, i / 2) + at * 4 + i % 2 * 2, &half, sizeof half);
            else
                ((f32 *)(void *)isa_tail_column(g, op, i))[at] = isa_canon(value);
        }
}

static void run(struct sg_group *g, const struct sg_op *op)
{
    const union plan plan = {.bits = isa_tail_plan(op)};
    const unsigned a_at = plan.d == PTX_F16 ? EDGE / 2 : EDGE, b_at = a_at + FACTOR_REGISTERS;
    float a[EDGE * DEPTH], b[EDGE * DEPTH], sums[EDGE * EDGE];
    ISA_EACH_WARP(g, w, active)
    for (unsigned quarter = 0; quarter < 4; quarter++) {
        read_factor(g, op, a_at, plan.layout_a == PTX_ROW, w, quarter, a);
        read_factor(g, op, b_at, plan.layout_b == PTX_COL, w, quarter, b);
        read_sums(g, op, b_at + FACTOR_REGISTERS, plan.c, w, quarter, sums);
        isa_matrices_add_base((struct sg_matrix_size){EDGE, EDGE, DEPTH}, 1, a, b, sums);
        write_sums(g, op, plan.d, w, quarter, sums);
    }
}
static const struct sg_op_code multiply = {{run, run}, {run, run}};

bool isa_quarters_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    struct sg_matrix_part parts[4];
    struct isa_tail tail = {.count = 0};
    union plan plan = {.bits = 0};
    sg_matrix_parts(insn, parts);
    plan.d = parts[0].type, plan.c = parts[3].type;
    plan.layout_a = sg_matrix_layout(insn), plan.layout_b = sg_matrix_layout_b(insn);
    for (unsigned k = 0; k < 4; k++)
        isa_tail_add(low, &tail, sg_operands_at(low, insn, k), sg_matrix_registers(insn, parts[k]),
                     sg_matrix_register_type(parts[k]), k == 0);
    const uint32_t all = sg_operands_const(low, UINT32_MAX, 4);
    struct sg_op *op = sg_emit_op(low, insn, &multiply);
    sg_emit_collective(low, op, all);
    isa_tail_emit(low, &tail, plan.bits);
    return true;
}
