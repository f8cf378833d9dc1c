/* Pinned registers: written once, by a move of what is known before the function runs. They need no operation.
 *
 * Such a register is the column of the constant, special register or kernel parameter itself. That it holds the value
 * before the move, too, cannot be seen: reading a register before it is written has no defined result. */
#include <stdlib.h>

#include "liveness.h"
#include "lowering.h"
#include "sregs.h"

static void count_write(void *user, uint32_t reg, bool written)
{
    uint8_t *writes = user;
    if (written && writes[reg] < 2)
        writes[reg]++;
}

static bool is_fixed_sreg(const struct ptx_operand *operand)
{
    return operand->kind == PTX_OPD_SREG && sg_sregs_fixed(operand->index);
}

/* A mov whose source never changes while a block runs. */
static bool moves_fixed(const struct sg_lower *low, const struct ptx_insn *insn)
{
    const struct ptx_operand *from = &low->function->operands[insn->operands + 1];
    struct sg_variable variable;
    switch (from->kind) {
    case PTX_OPD_INT:
    case PTX_OPD_F32:
    case PTX_OPD_F64:
    case PTX_OPD_FUNC: return true;
    case PTX_OPD_SREG: return is_fixed_sreg(from);
    case PTX_OPD_VAR:
        return !from->mem && sg_operands_variable(low, from->index, &variable) && variable.place != SG_PLACE_STACK;
    default: return false;
    }
}

/* A load of a kernel parameter by its name, inside the parameter block. */
static bool loads_parameter(const struct sg_lower *low, const struct ptx_insn *insn, uint64_t *offset)
{
    const struct ptx_operand *from = &low->function->operands[insn->operands + 1];
    struct sg_variable variable;
    unsigned bytes = ptx_type_bytes((enum ptx_type)insn->types[0]);
    if (insn->op != PTX_LD || insn->mods.space != PTX_PARAM || insn->mods.vec || !low->function->is_entry ||
        insn->used_bytes != UINT32_MAX)
        return false;
    if (from->kind != PTX_OPD_VAR || !sg_operands_variable(low, from->index, &variable))
        return false;
    *offset = variable.value + (uint64_t)from->value;
    return variable.place == SG_PLACE_KERNEL_PARAM && *offset % bytes == 0 && *offset <= low->function->param_bytes &&
           low->function->param_bytes - *offset >= bytes;
}

/* The register that a candidate writes, if its width is that of the type: no extension is needed then. */
static bool plain_result(const struct sg_lower *low, const struct ptx_insn *insn, uint32_t *reg)
{
    if (insn->guard >= 0 || insn->operand_count != 2 || insn->type_count != 1)
        return false;
    const struct ptx_operand *to = &low->function->operands[insn->operands];
    if (to->kind != PTX_OPD_REG || to->mem || to->negated)
        return false;
    enum ptx_type have = low->function->regs[to->index].type, type = (enum ptx_type)insn->types[0];
    *reg = to->index;
    return (have == PTX_PRED) == (type == PTX_PRED) && ptx_type_bytes(have) == ptx_type_bytes(type) &&
           ptx_type_bytes(type) <= 8;
}

static bool pin(struct sg_lower *low, const struct ptx_insn *insn, const uint8_t *writes)
{
    uint32_t reg;
    uint64_t offset = 0;
    if (!plain_result(low, insn, &reg) || writes[reg] != 1)
        return false;
    bool parameter = loads_parameter(low, insn, &offset);
    if (!parameter && (insn->op != PTX_MOV || !moves_fixed(low, insn)))
        return false;
    if (parameter) {
        struct sg_fill fill = {.bytes = (uint8_t)ptx_type_bytes((enum ptx_type)insn->types[0]),
                               .when = SG_FILL_LAUNCH,
                               .kind = SG_FILL_PARAM,
                               .value = offset};
        low->columns[reg] = sg_columns_fill(low, &fill);
    } else {
        low->columns[reg] = sg_operands_src(low, insn, 1, (enum ptx_type)insn->types[0]);
    }
    return !low->bad;
}

bool sg_pinned_find(struct sg_lower *low)
{
    const struct ptx_function *f = low->function;
    uint8_t *writes = calloc(f->reg_count + 1, 1);
    low->pinned = calloc(f->reg_count + 1, sizeof *low->pinned);
    low->dropped = calloc(f->insn_count + 1, sizeof *low->dropped);
    if (!writes || !low->pinned || !low->dropped) {
        free(writes);
        return false;
    }
    for (uint32_t i = 0; i < f->insn_count; i++)
        sg_liveness_visit(f, &f->insns[i], count_write, writes);
    for (uint32_t i = 0; i < f->insn_count; i++) {
        low->dropped[i] = pin(low, &f->insns[i], writes);
        if (low->dropped[i])
            low->pinned[f->operands[f->insns[i].operands].index] = true;
        low->bad = false;
    }
    free(writes);
    return !low->no_memory;
}
