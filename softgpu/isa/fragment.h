/* The registers of a warp that hold a matrix (PTX ISA 9.7.14.5): the layout of mma's fragments.
 *
 * A matrix is cut into cores of eight rows. Lane l holds, of row l / 4 of each core, the piece l % 4: one register,
 * or of c and d in 32 and 64 bits two. A thread's registers go through the cores down, then right. The rows of a and c
 * are those of the matrix, the rows of b its columns. The manual leaves wmma's layout open, and says this one for mma;
 * so both have it. */
#ifndef SG_ISA_FRAGMENT_H
#define SG_ISA_FRAGMENT_H

#include <string.h>

#include "../ptx/matrix.h"
#include "lanes.h"
#include "tail.h"

sg_lower_fn isa_fragment_lower, isa_multiply_lower, isa_rearrange_lower;

struct isa_fragment {
    unsigned down, right; /* cores */
    unsigned registers_a_piece, word; /* bytes of a register */
    unsigned first, registers; /* among the columns of the tail; those that are too many repeat the first ones */
};

enum { ISA_FRAGMENT_ROWS = 8, ISA_FRAGMENT_PIECES = 4 };

static inline bool isa_fragment_is_sum(uint8_t matrix)
{
    return matrix == PTX_MATRIX_C || matrix == PTX_MATRIX_D;
}

/* Rows, and elements of a row. */
static inline unsigned isa_fragment_rows(struct sg_matrix_size size, uint8_t matrix)
{
    return matrix == PTX_MATRIX_B ? size.n : size.m;
}
static inline unsigned isa_fragment_width(struct sg_matrix_size size, uint8_t matrix)
{
    return isa_fragment_is_sum(matrix) ? size.n : size.k;
}

static inline struct isa_fragment isa_fragment_of(struct sg_matrix_size size, struct sg_matrix_part part, bool is_wmma,
                                                  unsigned first)
{
    const bool sum = isa_fragment_is_sum(part.matrix);
    const unsigned bits = sg_matrix_bits(part.type), word = part.type == PTX_F64 ? 8 : 4;
    const unsigned registers_a_piece = sum && bits >= 32 ? 2 : 1, piece = registers_a_piece * word * 8 / bits;
    struct isa_fragment f = {isa_fragment_rows(size, part.matrix) / ISA_FRAGMENT_ROWS,
                             isa_fragment_width(size, part.matrix) / (ISA_FRAGMENT_PIECES * piece),
                             registers_a_piece,
                             word,
                             first,
                             0};
    f.registers = is_wmma && !sum && part.type == PTX_F16 ? 8 : f.down * f.right * registers_a_piece;
    return f;
}

/* The column of a register from lane `w` on. */
static inline unsigned char *isa_fragment_register(const struct sg_group *g, const struct sg_op *op,
                                                   const struct isa_fragment *f, unsigned r, size_t w)
{
    return isa_tail_column(g, op, f->first + r) + w * f->word;
}

/* Copies 32 lanes into a register, those that are active. */
static inline void isa_fragment_write(unsigned char *to, const unsigned char *lanes, unsigned word, uint32_t active)
{
    if (active == UINT32_MAX) {
        memcpy(to, lanes, (size_t)SG_WARP * word);
        return;
    }
    for (; active; active &= active - 1) {
        const size_t at = (size_t)__builtin_ctz(active) * word;
        memcpy(to + at, lanes + at, word);
    }
}

/* Rows of bytes, `pitch` apart, from and to the registers of the warp whose first lane is `w`. */
void isa_fragment_get(const struct sg_group *g, const struct sg_op *op, const struct isa_fragment *f, size_t w,
                      unsigned char *rows, size_t pitch);
void isa_fragment_put(const struct sg_group *g, const struct sg_op *op, const struct isa_fragment *f, size_t w,
                      const unsigned char *rows, size_t pitch);

/* Steps over the warps that have active lanes: w is the first lane, `active` a bit for each active one. */
#define ISA_EACH_WARP(g, w, active)                                                                                    \
    for (size_t w = 0; w < (g)->lanes_padded; w += SG_WARP)                                                            \
        for (uint32_t active = (g)->bits[w / SG_WARP], w##_once = active != 0; w##_once; w##_once = 0)

#endif
