/* Matrices between memory and the registers of a warp: wmma.load and wmma.store (PTX ISA 9.7.14.4).
 *
 * Columns: 0 address, 1 stride; the fragment's registers stand in the tail. All threads of a warp name the same place:
 * that of the first active one is taken. */
#include "fragment.h"

#include "../lower/lowering.h"
#include "../run/rows.h"

/* What an operation does. */
union plan {
    struct {
        uint8_t shape, matrix, type, space;
        bool store, across; /* across: what is a row of the fragment is a column in memory */
    };
    uint64_t bits;
};

enum { MATRIX_BYTES = 1024 }; /* the largest */

#define INLINE static inline __attribute__((always_inline))

/* Where the rows of register r begin. */
INLINE size_t corner_of(const struct isa_fragment *f, unsigned r, size_t pitch, size_t word, size_t registers)
{
    const size_t core = r % (f->down * f->right * registers) / registers, k = r % registers;
    return core % f->down * ISA_FRAGMENT_ROWS * pitch + (core / f->down * ISA_FRAGMENT_PIECES * registers + k) * word;
}

/* The sizes are known where these are called: the compiler makes moves of them. */
INLINE void get(const struct sg_group *g, const struct sg_op *op, const struct isa_fragment *f, size_t w,
                unsigned char *rows, size_t pitch, size_t word, size_t registers)
{
    for (unsigned r = 0; r < f->down * f->right * registers; r++) {
        const unsigned char *from = isa_fragment_register(g, op, f, r, w);
        unsigned char *to = rows + corner_of(f, r, pitch, word, registers);
        for (size_t row = 0; row < ISA_FRAGMENT_ROWS; row++, to += pitch, from += ISA_FRAGMENT_PIECES * word)
            for (size_t l = 0; l < ISA_FRAGMENT_PIECES; l++)
                memcpy(to + l * word * registers, from + l * word, word);
    }
}

INLINE void put(const struct sg_group *g, const struct sg_op *op, const struct isa_fragment *f, size_t w,
                const unsigned char *rows, size_t pitch, size_t word, size_t registers)
{
    for (unsigned r = 0; r < f->registers; r++) {
        unsigned char lanes[SG_WARP * 8], *to = lanes;
        const unsigned char *from = rows + corner_of(f, r, pitch, word, registers);
        for (size_t row = 0; row < ISA_FRAGMENT_ROWS; row++, from += pitch, to += ISA_FRAGMENT_PIECES * word)
            for (size_t l = 0; l < ISA_FRAGMENT_PIECES; l++)
                memcpy(to + l * word, from + l * word * registers, word);
        isa_fragment_write(isa_fragment_register(g, op, f, r, w), lanes, (unsigned)word, g->bits[w / SG_WARP]);
    }
}

void isa_fragment_get(const struct sg_group *g, const struct sg_op *op, const struct isa_fragment *f, size_t w,
                      unsigned char *rows, size_t pitch)
{
    if (f->word == 8)
        get(g, op, f, w, rows, pitch, 8, f->registers_a_piece);
    else if (f->registers_a_piece == 1)
        get(g, op, f, w, rows, pitch, 4, 1);
    else
        get(g, op, f, w, rows, pitch, 4, 2);
}

void isa_fragment_put(const struct sg_group *g, const struct sg_op *op, const struct isa_fragment *f, size_t w,
                      const unsigned char *rows, size_t pitch)
{
    if (f->word == 8)
        put(g, op, f, w, rows, pitch, 8, f->registers_a_piece);
    else if (f->registers_a_piece == 1)
        put(g, op, f, w, rows, pitch, 4, 1);
    else
        put(g, op, f, w, rows, pitch, 4, 2);
}

/* Rows become columns: `rows` of `width` elements. */
#define DEFINE_TURN(T)                                                                                                 \
    static void turn_##T(unsigned char *to, size_t to_pitch, const unsigned char *from, size_t from_pitch,             \
                         size_t rows, size_t width)                                                                    \
    {                                                                                                                  \
        for (size_t r = 0; r < rows; r++)                                                                              \
            for (size_t i = 0; i < width; i++)                                                                         \
                memcpy(to + i * to_pitch + r * sizeof(T), from + r * from_pitch + i * sizeof(T), sizeof(T));           \
    }
DEFINE_TURN(u8)
DEFINE_TURN(u16)
DEFINE_TURN(u32)
DEFINE_TURN(u64)

static void turn(unsigned char *to, size_t to_pitch, const unsigned char *from, size_t from_pitch, size_t rows,
                 size_t width, size_t bytes)
{
    (bytes == 1   ? turn_u8
     : bytes == 2 ? turn_u16
     : bytes == 4 ? turn_u32
                  : turn_u64)(to, to_pitch, from, from_pitch, rows, width);
}

static void move_warp(struct sg_group *g, const struct sg_op *op, size_t w, unsigned lane)
{
    const union plan plan = {.bits = isa_tail_plan(op)};
    const struct sg_matrix_size size = sg_matrix_size_of(plan.shape);
    const struct isa_fragment f = isa_fragment_of(size, (struct sg_matrix_part){plan.matrix, plan.type}, true, 0);
    const unsigned bits = sg_matrix_bits(plan.type), bytes = bits < 8 ? 1 : bits / 8;
    const unsigned lines = isa_fragment_rows(size, plan.matrix), each = isa_fragment_width(size, plan.matrix);
    const size_t pitch = (size_t)SG_COL(u32, g, op, 1)[lane] * bits / 8, own = (size_t)each * bits / 8;
    const struct sg_rows place = {.address = SG_COL(u64, g, op, 0)[lane],
                                  .pitch = pitch,
                                  .rows = plan.across ? each : lines,
                                  .bytes = (plan.across ? lines : each) * bits / 8,
                                  .align = bytes,
                                  .space = plan.space,
                                  .write = plan.store};
    unsigned char *host = (unsigned char *)sg_access_locate_rows(g, op, lane, &place), room[MATRIX_BYTES];
    if (!host)
        return;
    if (plan.store) {
        isa_fragment_get(g, op, &f, w, plan.across ? room : host, plan.across ? own : pitch);
        if (plan.across)
            turn(host, pitch, room, own, lines, each, bytes);
        return;
    }
    if (plan.across)
        turn(room, own, host, pitch, each, lines, bytes);
    isa_fragment_put(g, op, &f, w, plan.across ? room : host, plan.across ? own : pitch);
}

static void move_all(struct sg_group *g, const struct sg_op *op)
{
    ISA_EACH_WARP(g, w, active) move_warp(g, op, w, (unsigned)w + (unsigned)__builtin_ctz(active));
}

SG_FORM(move_full)
{
    move_all(g, op);
}
SG_FORM(move_part)
{
    move_all(g, op);
}
SG_CODE(move);

bool isa_fragment_lower(struct sg_lower *low, const struct ptx_insn *insn)
{
    const bool store = insn->op == PTX_WMMA_STORE;
    const struct sg_matrix_part part = {sg_matrix_named(insn), insn->types[0]};
    const struct sg_matrix_size size = sg_matrix_size_of(sg_matrix_shape(insn));
    const uint8_t along = part.matrix == PTX_MATRIX_B ? PTX_COL : PTX_ROW;
    union plan plan = {.bits = 0};
    plan.shape = sg_matrix_shape(insn), plan.matrix = part.matrix, plan.type = part.type, plan.space = insn->mods.space;
    plan.store = store, plan.across = sg_matrix_layout(insn) != along;
    struct isa_tail tail = {.count = 0};
    const unsigned packed = plan.across ? isa_fragment_rows(size, part.matrix) : isa_fragment_width(size, part.matrix);
    const uint32_t address = sg_operands_address(low, insn, store ? 0 : 1);
    const uint32_t stride = insn->operand_count > 2 ? sg_operands_src(low, insn, 2, PTX_U32)
                                                    : sg_operands_const(low, packed, 4);
    const uint32_t all = sg_operands_const(low, UINT32_MAX, 4);
    isa_tail_add(low, &tail, sg_operands_at(low, insn, store ? 1 : 0), sg_matrix_registers(insn, part),
                 sg_matrix_register_type(part), !store);
    struct sg_op *op = sg_emit_op(low, insn, &move);
    op->col[0] = address, op->col[1] = stride;
    sg_emit_collective(low, op, all);
    isa_tail_emit(low, &tail, plan.bits);
    return true;
}
