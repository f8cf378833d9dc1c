/* From PTX to operations: what an instruction family needs to lower one instruction.
 *
 * A family (isa/ *.c) exports one function of type sg_lower_fn. It looks at the instruction, asks for columns of its
 * operands, emits one or more operations and returns true; or it returns false, having emitted nothing, if it does not
 * know this variant: the module load then fails with CUDA_ERROR_INVALID_PTX and names the instruction. Never emit
 * something that computes only nearly what the manual says.
 *
 * Errors are sticky: an operand that is missing or of a kind that cannot be read so makes the instruction fail as if
 * the family had returned false, whatever the family does with the column it was given. So families need not count
 * operands. The guard of the instruction is the emitted operations' affair: it is read when each of them runs, from a
 * copy if the instruction itself writes the guard's register. */
#ifndef SG_LOWER_H
#define SG_LOWER_H

#include "../ptx/ptx.h"
#include "../run/group.h"

struct sg_lower;

/* One PTX instruction -> operations. */
typedef bool sg_lower_fn(struct sg_lower *low, const struct ptx_insn *insn);

/* Operand k as parsed; an operand of kind PTX_OPD_SINK (and the sticky error) if there are not that many. */
const struct ptx_operand *sg_operands_at(struct sg_lower *low, const struct ptx_insn *insn, unsigned k);

/* The column of source operand k, read as `type`: a register's own column when the widths agree, else a temporary
 * that holds the truncated or (by the register's type) extended value; an immediate's constant column (f32
 * immediates become f64 bits for f64 and the reverse as the manual says); a special register's; a variable's address
 * within its own state space. Predicates (PTX_PRED) are columns of bytes 0 or 1; a negated one (!%p) comes negated. */
uint32_t sg_operands_src(struct sg_lower *low, const struct ptx_insn *insn, unsigned k, enum ptx_type type);

/* As above for an operand given directly (an element of a vector operand). */
uint32_t sg_operands_src_operand(struct sg_lower *low, const struct ptx_operand *operand, enum ptx_type type);

/* The columns of both halves, the lower first, of an operand that is a register of 128 bits; refuses any other. The
 * upper half's column is the 8 * SG_LANES bytes behind the lower one's. */
bool sg_operands_halves(struct sg_lower *low, const struct ptx_operand *operand, uint32_t halves[2]);

/* Element `i` of a vector or list operand. */
const struct ptx_operand *sg_operands_element(struct sg_lower *low, const struct ptx_operand *operand, unsigned i);

/* If operand k is an integer or float immediate: true and its value (as in ptx_operand.value). */
bool sg_operands_immediate(struct sg_lower *low, const struct ptx_insn *insn, unsigned k, uint64_t *value);

/* The column for result operand k, written as `type`. If the register is wider, a temporary, and after the operations
 * of this instruction the value is widened into the register (sign-extended for signed types, else zero-extended).
 * `_` gives a temporary that nobody reads. */
uint32_t sg_operands_dst(struct sg_lower *low, const struct ptx_insn *insn, unsigned k, enum ptx_type type);
uint32_t sg_operands_dst_operand(struct sg_lower *low, const struct ptx_operand *operand, enum ptx_type type);

/* A fresh column of `bytes` (1, 2, 4, 8, 64) a lane that lives for this instruction. */
uint32_t sg_columns_temp(struct sg_lower *low, unsigned bytes);

/* A column that holds `value` in every lane. */
uint32_t sg_operands_const(struct sg_lower *low, uint64_t value, unsigned bytes);

/* The carry flag CC.CF of the running function: a column of bytes 0 or 1. */
uint32_t sg_operands_carry(struct sg_lower *low);

/* A column of 8 bytes a lane: the addresses of memory operand k ([reg + imm], [var + imm], [imm]) within the
 * instruction's state space (insn->mods.space), for sg_access_resolve. */
uint32_t sg_operands_address(struct sg_lower *low, const struct ptx_insn *insn, unsigned k);

/* Append an operation guarded as `insn` is; fill its col[] (and imm, aux) afterwards. The pointer holds until the
 * next emit, and asking for a column may emit: ask for all columns first. */
struct sg_op *sg_emit_op(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code);

/* Make `op` a warp collective: it runs only once every lane that is named by the membermask (column of u32) of an
 * active lane, and has not exited, is active in it; lanes that come early wait. Then it may read the sources of
 * exactly those lanes. Lanes of one warp may be active together with different masks: each lane's result depends
 * only on the lanes its own mask names. */
void sg_emit_collective(struct sg_lower *low, struct sg_op *op, uint32_t membermask);

/* Append the common shapes: d = f(a), f(a, b), f(a, b, c) of operands 0..3, result type first. */
void sg_map_unary(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code, enum ptx_type d,
                  enum ptx_type a);
void sg_map_binary(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code, enum ptx_type d,
                   enum ptx_type a, enum ptx_type b);
void sg_map_ternary(struct sg_lower *low, const struct ptx_insn *insn, const struct sg_op_code *code, enum ptx_type d,
                    enum ptx_type a, enum ptx_type b, enum ptx_type c);

/* The families. Executor's own: move (mov, cvta, isspacep, activemask), memory (ld, st, ldu, prefetch, membar, fence);
 * control flow, barriers and bar.warp.sync are in lower/control.c. */
sg_lower_fn isa_integer_lower, isa_float_lower, isa_convert_lower, isa_compare_lower, isa_logic_lower, isa_bits_lower,
    isa_move_lower, isa_warp_lower, isa_atomic_lower, isa_memory_lower, isa_pack_lower, isa_texture_lower,
    isa_surface_lower, isa_query_lower, isa_async_lower;

#endif
