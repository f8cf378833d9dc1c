/* A family's table: which instruction is computed by which operation.
 *
 * A row names an instruction completely:
 * opcode, types as written, all modifiers. An instruction with a modifier that its row does not have is another
 * instruction, so nothing is ever ignored by accident. `shape` gives the types of the operands, results before the
 * `=`:
 *   t types[0]   s types[1]   w types[0] at double width   u U32   i S32   p predicate
 *   k the carry flag, n and o a byte of 0 and 1 as a source, of no use as a result: these take no operand of the
 *     instruction */
#ifndef SG_ISA_ROWS_H
#define SG_ISA_ROWS_H

#include "../lower/lower.h"

struct isa_row {
    uint16_t op;                  /* enum ptx_op */
    uint8_t types[2];             /* enum ptx_type; PTX_NONE: no second one */
    struct ptx_mods mods;
    const char *shape;
    const struct sg_op_code *code;
};

/* The row of `insn` as if it were written with the modifiers `mods`, or NULL. */
const struct isa_row *isa_rows_find(const struct isa_row *rows, size_t count, const struct ptx_insn *insn,
                                    const struct ptx_mods *mods);

/* Emit the operation of `row`, to run in the rounding mode `round` (enum ptx_round: none is nearest even). */
void isa_rows_emit(struct sg_lower *low, const struct ptx_insn *insn, const struct isa_row *row, unsigned round);

/* Find with the modifiers as written, and emit; false if there is no such row. */
bool isa_rows_lower(struct sg_lower *low, const struct ptx_insn *insn, const struct isa_row *rows, size_t count);

#define ISA_COUNT(rows) (sizeof(rows) / sizeof *(rows))

#endif
