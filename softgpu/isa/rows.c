/* Tables of instructions: look-up and emission. Knows nothing of what an operation computes. */
#include "rows.h"

#include <string.h>

#include "rounding.h"

const struct isa_row *isa_rows_find(const struct isa_row *rows, size_t count, const struct ptx_insn *insn,
                                    const struct ptx_mods *mods)
{
    const uint8_t second = insn->type_count > 1 ? insn->types[1] : PTX_NONE;
    if (insn->type_count < 1 || insn->type_count > 2)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct isa_row *row = &rows[i];
        if (row->op == insn->op && row->types[0] == insn->types[0] && row->types[1] == second &&
            memcmp(&row->mods, mods, sizeof *mods) == 0)
            return row;
    }
    return NULL;
}

static enum ptx_type wide(uint8_t type)
{
    switch (type) {
    case PTX_U16: return PTX_U32;
    case PTX_S16: return PTX_S32;
    case PTX_U32: return PTX_U64;
    default: return PTX_S64;
    }
}

static enum ptx_type operand_type(const struct ptx_insn *insn, char letter)
{
    switch (letter) {
    case 't': return insn->types[0];
    case 's': return insn->types[1];
    case 'w': return wide(insn->types[0]);
    case 'u': return PTX_U32;
    case 'i': return PTX_S32;
    default: return PTX_PRED;
    }
}

/* The column for a letter of a shape. `operand` counts the instruction's operands. */
static uint32_t column(struct sg_lower *low, const struct ptx_insn *insn, char letter, bool source, unsigned *operand)
{
    if (letter == 'k')
        return sg_operands_carry(low);
    if (letter == 'n' || letter == 'o')
        return source ? sg_operands_const(low, letter == 'o', 1) : sg_columns_temp(low, 1);
    const enum ptx_type type = operand_type(insn, letter);
    const unsigned k = (*operand)++;
    return source ? sg_operands_src(low, insn, k, type) : sg_operands_dst(low, insn, k, type);
}

void isa_rows_emit(struct sg_lower *low, const struct ptx_insn *insn, const struct isa_row *row, unsigned round)
{
    uint32_t col[6];
    unsigned operand = 0, count = 0;
    bool source = false;
    for (const char *letter = row->shape; *letter != '\0'; letter++) {
        if (*letter == '=')
            source = true;
        else
            col[count++] = column(low, insn, *letter, source, &operand);
    }
    struct sg_op *op = isa_rounding_emit(low, insn, row->code, round);
    memcpy(op->col, col, count * sizeof *col);
}

bool isa_rows_lower(struct sg_lower *low, const struct ptx_insn *insn, const struct isa_row *rows, size_t count)
{
    const struct isa_row *row = isa_rows_find(rows, count, insn, &insn->mods);
    if (row)
        isa_rows_emit(low, insn, row, PTX_RND_NONE);
    return row != NULL;
}
