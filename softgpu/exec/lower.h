/* From PTX to operations: what an instruction family needs to lower one instruction.
 *
 * A family (isa/ *.c) exports one function of type sg_lower_fn. It looks at the instruction, asks for columns of its
 * operands, emits one or more operations and returns true; or it returns false, having emitted nothing, if it does not know
 * this variant: the module load then fails with CUDA_ERROR_INVALID_PTX and names the instruction. Never emit something
 * that computes only nearly what the manual says. */
#ifndef SG_LOWER_H
#define SG_LOWER_H

#include "../ptx/ptx.h"
#include "group.h"

struct sg_lower;

/* One PTX instruction -> operations. */
typedef bool sg_lower_fn(struct sg_lower *low, const struct ptx_insn *insn);

const struct ptx_operand *sg_lower_operand(struct sg_lower *low, const struct ptx_insn *insn, unsigned k);

/* The column of source operand k, read as `type`: a register's own column when the widths agree, else a temporary
 * that holds the truncated or (by the register's type) extended value; an immediate's constant column (f32 immediates
 * become f64 bits for f64 and the reverse as the manual says); a special register's; the address of a variable (generic). */
uint32_t sg_lower_src(struct sg_lower *low, const struct ptx_insn *insn, unsigned k, enum ptx_type type);

/* As above for an operand given directly (an element of a vector operand). */
uint32_t sg_lower_src_operand(struct sg_lower *low, const struct ptx_operand *operand, enum ptx_type type);

/* The column for result operand k, written as `type`. If the register is wider, a temporary, and after the operations
 * of this instruction the value is widened into the register (sign-extended for signed types, else zero-extended).
 * `_` gives a temporary that nobody reads. */
uint32_t sg_lower_dst(struct sg_lower *low, const struct ptx_insn *insn, unsigned k, enum ptx_type type);
uint32_t sg_lower_dst_operand(struct sg_lower *low, const struct ptx_operand *operand, enum ptx_type type);

/* A fresh column of `bytes` (1, 2, 4, 8) a lane that lives for this instruction. */
uint32_t sg_lower_temp(struct sg_lower *low, unsigned bytes);

/* A column that holds `value` in every lane. */
uint32_t sg_lower_const(struct sg_lower *low, uint64_t value, unsigned bytes);

/* The carry flag CC.CF of the running function: a column of bytes 0 or 1. */
uint32_t sg_lower_carry(struct sg_lower *low);

/* Append an operation guarded as `insn` is; fill its columns afterwards. The pointer holds until the next emit. */
struct sg_op *sg_lower_emit(struct sg_lower *low, const struct ptx_insn *insn, sg_op_fn *full, sg_op_fn *part);

/* The families. */
sg_lower_fn sg_isa_integer, sg_isa_float, sg_isa_convert, sg_isa_compare, sg_isa_logic, sg_isa_bits, sg_isa_move,
    sg_isa_warp, sg_isa_atomic, sg_isa_memory;

#endif
