/* Operands of an instruction -> columns, with the conversions of width that PTX allows between registers and types. */
#include <string.h>

#include "lowering.h"
#include "../isa/address.h"
#include "../isa/resize.h"
#include "sregs.h"

static const struct ptx_operand sink = {.kind = PTX_OPD_SINK};

static bool is_float(enum ptx_type type)
{
    return type == PTX_F32 || type == PTX_F64 || type == PTX_F16 || type == PTX_BF16;
}

static bool is_signed(enum ptx_type type)
{
    return type == PTX_S8 || type == PTX_S16 || type == PTX_S32 || type == PTX_S64;
}

static uint32_t refuse(struct sg_lower *low)
{
    low->bad = true;
    return 0;
}

const struct ptx_operand *sg_operands_at(struct sg_lower *low, const struct ptx_insn *insn, unsigned k)
{
    if (k < insn->operand_count)
        return &low->function->operands[insn->operands + k];
    low->bad = true;
    return &sink;
}

const struct ptx_operand *sg_operands_element(struct sg_lower *low, const struct ptx_operand *operand, unsigned i)
{
    if ((operand->kind == PTX_OPD_VEC || operand->kind == PTX_OPD_LIST) && i < operand->count)
        return &low->function->operands[operand->first + i];
    low->bad = true;
    return &sink;
}

bool sg_operands_variable(const struct sg_lower *low, uint32_t variable, struct sg_variable *out)
{
    *out = low->program->variables[variable];
    if (out->place == SG_PLACE_STACK || out->place == SG_PLACE_KERNEL_PARAM)
        return out->function == low->function_number;
    if (out->place == SG_PLACE_ADDRESS)
        return true;
    if (out->place != SG_PLACE_SHARED)
        return false;
    for (uint32_t i = 0; low->kernel && i < low->kernel->shared_count; i++)
        if (low->kernel->shared[i].variable == variable)
            out->value = low->kernel->shared[i].offset;
    return true;
}

uint32_t sg_operands_const(struct sg_lower *low, uint64_t value, unsigned bytes)
{
    if (bytes < 8)
        value &= ((uint64_t)1 << (bytes * 8)) - 1;
    struct sg_fill fill = {.bytes = (uint8_t)bytes, .when = SG_FILL_ONCE, .value = value};
    return sg_columns_fill(low, &fill);
}

uint32_t sg_operands_carry(struct sg_lower *low)
{
    if (low->carry == UINT32_MAX)
        low->carry = sg_columns_take(low, 1);
    return low->carry;
}

/* A column of `from` bytes a lane, resized to what `type` needs. */
static uint32_t resized(struct sg_lower *low, uint32_t col, unsigned from, enum ptx_type type, bool sign)
{
    unsigned to = ptx_type_bytes(type);
    if (from == to)
        return col;
    uint32_t temp = sg_columns_temp(low, to);
    struct sg_op *op = sg_emit_bare(low, isa_resize_code(from, to, sign));
    op->col[0] = temp;
    op->col[1] = col;
    return temp;
}

static uint32_t read_register(struct sg_lower *low, const struct ptx_operand *operand, enum ptx_type type)
{
    enum ptx_type have = low->function->regs[operand->index].type;
    uint32_t col = low->columns[operand->index];
    if ((have == PTX_PRED) != (type == PTX_PRED) || ptx_type_bytes(have) > 8)
        return refuse(low);
    if (is_float(have) && is_float(type) && ptx_type_bytes(have) != ptx_type_bytes(type))
        return refuse(low);
    if (!operand->negated)
        return resized(low, col, ptx_type_bytes(have), type, is_signed(have));
    if (have != PTX_PRED)
        return refuse(low);
    uint32_t temp = sg_columns_temp(low, 1);
    struct sg_op *op = sg_emit_bare(low, isa_resize_not());
    op->col[0] = temp;
    op->col[1] = col;
    return temp;
}

bool sg_operands_halves(struct sg_lower *low, const struct ptx_operand *operand, uint32_t halves[2])
{
    halves[0] = halves[1] = 0;
    bool wide = operand->kind == PTX_OPD_REG && !operand->mem && !operand->negated &&
                low->function->regs[operand->index].type == PTX_B128;
    if (!wide)
        low->bad = true;
    if (!wide || !low->kernel)
        return wide;
    halves[0] = low->columns[operand->index];
    halves[1] = halves[0] + 8 * SG_LANES;
    return true;
}

static uint64_t float_bits(double value)
{
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    return bits;
}

static double double_of(const struct ptx_operand *operand)
{
    double value;
    float narrow;
    uint32_t bits = (uint32_t)operand->value;
    memcpy(&narrow, &bits, sizeof narrow);
    memcpy(&value, &operand->value, sizeof value);
    return operand->kind == PTX_OPD_F32 ? (double)narrow : value;
}

/* The bits of an immediate as a value of `type`. An integer is not a float immediate, nor a half a 16-bit one. */
static bool immediate_bits(const struct ptx_operand *operand, enum ptx_type type, uint64_t *bits)
{
    unsigned bytes = ptx_type_bytes(type);
    if (operand->kind == PTX_OPD_INT) {
        *bits = (uint64_t)operand->value;
        if (type == PTX_PRED)
            *bits = operand->value != 0;
        return !is_float(type) || bytes == 2;
    }
    if (operand->kind != PTX_OPD_F32 && operand->kind != PTX_OPD_F64)
        return false;
    bool same = bytes == (operand->kind == PTX_OPD_F32 ? 4u : 8u);
    double value = double_of(operand);
    if (same)
        *bits = (uint64_t)operand->value;
    else if (bytes == 4)
        *bits = float_bits(value);
    else if (bytes == 8)
        memcpy(bits, &value, sizeof value);
    else
        return false;
    return true;
}

bool sg_operands_immediate(struct sg_lower *low, const struct ptx_insn *insn, unsigned k, uint64_t *value)
{
    const struct ptx_operand *operand = sg_operands_at(low, insn, k);
    if (operand->kind != PTX_OPD_INT && operand->kind != PTX_OPD_F32 && operand->kind != PTX_OPD_F64)
        return false;
    *value = (uint64_t)operand->value;
    return true;
}

static uint32_t read_sreg(struct sg_lower *low, const struct ptx_operand *operand, enum ptx_type type)
{
    unsigned bytes = 0;
    uint32_t col = sg_sregs_column(low, operand, &bytes);
    if (!bytes || (type == PTX_PRED) != (bytes == 1))
        return refuse(low);
    return resized(low, col, bytes, type, false);
}

/* An address within its own state space: a constant, but for what lies on the stack of the running call. */
static uint32_t read_variable(struct sg_lower *low, const struct ptx_operand *operand, enum ptx_type type)
{
    struct sg_variable variable;
    unsigned bytes = ptx_type_bytes(type);
    if (operand->mem || (bytes != 4 && bytes != 8))
        return refuse(low);
    if (!sg_operands_variable(low, operand->index, &variable))
        return refuse(low);
    uint64_t value = variable.value + (uint64_t)operand->value;
    if (variable.place != SG_PLACE_STACK)
        return sg_operands_const(low, value, bytes);
    uint32_t temp = sg_columns_temp(low, 8);
    struct sg_op *op = sg_emit_bare(low, isa_address_stack());
    op->col[0] = temp;
    op->imm = value;
    return resized(low, temp, 8, type, false);
}

uint32_t sg_operands_src_operand(struct sg_lower *low, const struct ptx_operand *operand, enum ptx_type type)
{
    uint64_t bits;
    if (type == PTX_NONE || ptx_type_bytes(type) > 8 || ptx_type_bytes(type) == 0)
        return refuse(low);
    switch (operand->kind) {
    case PTX_OPD_REG: return read_register(low, operand, type);
    case PTX_OPD_INT:
    case PTX_OPD_F32:
    case PTX_OPD_F64:
        if (!immediate_bits(operand, type, &bits))
            return refuse(low);
        return sg_operands_const(low, bits, ptx_type_bytes(type));
    case PTX_OPD_SREG: return read_sreg(low, operand, type);
    case PTX_OPD_VAR: return read_variable(low, operand, type);
    case PTX_OPD_FUNC:
        if (ptx_type_bytes(type) != 8)
            return refuse(low);
        return sg_operands_const(low, sg_program_function_address(operand->index), 8);
    default: return refuse(low);
    }
}

uint32_t sg_operands_src(struct sg_lower *low, const struct ptx_insn *insn, unsigned k, enum ptx_type type)
{
    return sg_operands_src_operand(low, sg_operands_at(low, insn, k), type);
}

uint32_t sg_operands_dst_operand(struct sg_lower *low, const struct ptx_operand *operand, enum ptx_type type)
{
    unsigned bytes = ptx_type_bytes(type);
    if (bytes == 0 || bytes > 8)
        return refuse(low);
    if (operand->kind == PTX_OPD_SINK)
        return sg_columns_temp(low, bytes);
    if (operand->kind != PTX_OPD_REG || operand->mem || operand->negated)
        return refuse(low);
    enum ptx_type have = low->function->regs[operand->index].type;
    uint32_t col = low->columns[operand->index];
    unsigned room = ptx_type_bytes(have);
    if ((have == PTX_PRED) != (type == PTX_PRED) || room < bytes || room > 8)
        return refuse(low);
    if (room == bytes)
        return col;
    if (low->widening_count == SG_WIDEN_MAX)
        return refuse(low);
    uint32_t temp = sg_columns_temp(low, bytes);
    low->widenings[low->widening_count++] =
        (struct sg_widening){temp, col, (uint8_t)bytes, (uint8_t)room, is_signed(type)};
    return temp;
}

uint32_t sg_operands_dst(struct sg_lower *low, const struct ptx_insn *insn, unsigned k, enum ptx_type type)
{
    return sg_operands_dst_operand(low, sg_operands_at(low, insn, k), type);
}

void sg_operands_widen(struct sg_lower *low, const struct ptx_insn *insn)
{
    for (uint32_t i = 0; i < low->widening_count; i++) {
        const struct sg_widening *widening = &low->widenings[i];
        struct sg_op *op =
            sg_emit_op(low, insn, isa_resize_code(widening->from_bytes, widening->to_bytes, widening->is_signed));
        op->col[0] = widening->to;
        op->col[1] = widening->from;
    }
    low->widening_count = 0;
}

uint32_t sg_operands_version(struct sg_lower *low, const struct ptx_insn *insn, unsigned k)
{
    uint32_t *version = &low->versions[sg_operands_at(low, insn, k)->index];
    if (!*version)
        *version = ++low->version_count;
    return *version;
}

/* ---- Memory operands ---- */

static bool memory_variable(struct sg_lower *low, const struct ptx_operand *operand, struct sg_memory_operand *out)
{
    struct sg_variable variable;
    if (!sg_operands_variable(low, operand->index, &variable))
        return false;
    out->offset = (int64_t)variable.value + operand->value;
    out->is_kernel_param = variable.place == SG_PLACE_KERNEL_PARAM;
    out->is_stack = variable.place == SG_PLACE_STACK;
    if (variable.place == SG_PLACE_SHARED)
        return out->space == PTX_SHARED;
    if (out->is_kernel_param)
        return out->space == PTX_PARAM;
    if (out->is_stack)
        return out->space == PTX_PARAM || out->space == PTX_LOCAL;
    return out->space == PTX_GLOBAL || out->space == PTX_GENERIC;
}

bool sg_operands_memory(struct sg_lower *low, const struct ptx_insn *insn, unsigned k, struct sg_memory_operand *out)
{
    const struct ptx_operand *operand = sg_operands_at(low, insn, k);
    unsigned space = insn->mods.space == PTX_CONST ? PTX_GLOBAL : insn->mods.space;
    *out = (struct sg_memory_operand){.space = (uint8_t)space, .offset = operand->value};
    if (operand->kind == PTX_OPD_VAR)
        return memory_variable(low, operand, out) && !low->bad;
    if (operand->kind == PTX_OPD_INT)
        return !low->bad;
    if (operand->kind != PTX_OPD_REG || operand->negated)
        return false;
    enum ptx_type have = low->function->regs[operand->index].type;
    out->has_register = true;
    out->col = low->columns[operand->index];
    out->col_bytes = (uint8_t)ptx_type_bytes(have);
    out->is_kernel_param = space == PTX_PARAM && low->function->is_entry;
    out->is_stack = space == PTX_PARAM && !low->function->is_entry;
    return have != PTX_PRED && (out->col_bytes == 4 || out->col_bytes == 8) && !low->bad;
}

uint32_t sg_operands_address(struct sg_lower *low, const struct ptx_insn *insn, unsigned k)
{
    struct sg_memory_operand at;
    if (!sg_operands_memory(low, insn, k, &at))
        return refuse(low);
    if (!at.has_register && !at.is_stack)
        return sg_operands_const(low, (uint64_t)at.offset, 8);
    if (at.has_register && at.col_bytes == 8 && !at.offset)
        return at.col;
    uint32_t temp = sg_columns_temp(low, 8);
    struct sg_op *op = sg_emit_bare(low, at.has_register ? isa_address_offset(at.col_bytes) : isa_address_stack());
    op->col[0] = temp;
    op->col[1] = at.col;
    op->imm = (uint64_t)at.offset;
    return temp;
}
