/* Instructions on matrices that a warp holds together (PTX ISA 9.7.14): their forms, and how many registers a thread
 * has of each matrix. */
#ifndef SG_PTX_MATRIX_H
#define SG_PTX_MATRIX_H

#include "opcodes.h"

struct sg_parser;

enum ptx_shape {
    PTX_SHAPE_NONE,
    PTX_M8N8,
    PTX_M8N8K4,
    PTX_M8N8K16,
    PTX_M8N8K32,
    PTX_M16N8K4,
    PTX_M16N8K8,
    PTX_M16N8K16,
    PTX_M16N8K32,
    PTX_M16N8K64,
    PTX_M16N16K8,
    PTX_M16N16K16,
    PTX_M32N8K16,
    PTX_M8N32K16
};
enum ptx_layout { PTX_LAYOUT_NONE, PTX_ROW, PTX_COL };
enum ptx_matrix { PTX_MATRIX_NONE, PTX_MATRIX_A, PTX_MATRIX_B, PTX_MATRIX_C, PTX_MATRIX_D };

/* Their modifiers stand where other instructions have those of textures: shape, layout of the matrix or of a, layout of
 * b, which matrix it is, how many there are, whether rows become columns. */
static inline uint8_t sg_matrix_shape(const struct ptx_insn *insn)
{
    return insn->mods.geometry;
}
static inline uint8_t sg_matrix_layout(const struct ptx_insn *insn)
{
    return insn->mods.mip;
}
static inline uint8_t sg_matrix_layout_b(const struct ptx_insn *insn)
{
    return insn->mods.bounds;
}
static inline uint8_t sg_matrix_named(const struct ptx_insn *insn)
{
    return insn->mods.component;
}
static inline uint8_t sg_matrix_count(const struct ptx_insn *insn)
{
    return insn->mods.vec;
}
static inline bool sg_matrix_transposes(const struct ptx_insn *insn)
{
    return insn->mods.to;
}

struct sg_matrix_size {
    uint8_t m, n, k;
};

/* One of the matrices of an instruction: which of a b c d (enum ptx_matrix), and the type of its elements. */
struct sg_matrix_part {
    uint8_t matrix, type;
};

bool sg_matrix_is(uint16_t op);
struct sg_matrix_size sg_matrix_size_of(uint8_t shape);

/* d, a, b and c of a multiplication: the types that are not written are those of f16. */
void sg_matrix_parts(const struct ptx_insn *insn, struct sg_matrix_part parts[4]);

/* The one multiplication whose four quarter warps compute a product each: mma.m8n8k4 of f16. */
bool sg_matrix_is_quartered(const struct ptx_insn *insn);

/* Registers of a thread, and the type of each. */
unsigned sg_matrix_registers(const struct ptx_insn *insn, struct sg_matrix_part part);
enum ptx_type sg_matrix_register_type(struct sg_matrix_part part);

/* Bits of an element in a register. */
unsigned sg_matrix_bits(uint8_t type);

/* As sg_form_trouble and sg_check_operands. */
const char *sg_matrix_trouble(const struct ptx_insn *insn, uint64_t seen);
bool sg_matrix_check(const struct sg_parser *p, const struct ptx_insn *insn, const struct ptx_operand *operands);

#endif
