/* Operations with more columns than an operation has room for: they stand in operations behind it, which do nothing
 * when their turn comes. A register's own column is named so, where a block of staged.h would be a copy. */
#ifndef SG_ISA_TAIL_H
#define SG_ISA_TAIL_H

#include "../lower/lower.h"

enum { ISA_TAIL_MAX = 48 };

struct isa_tail {
    uint32_t col[ISA_TAIL_MAX];
    unsigned count;
};

/* Adds the columns of an operand: a vector of `count` registers, or one. */
void isa_tail_add(struct sg_lower *low, struct isa_tail *tail, const struct ptx_operand *operand, unsigned count,
                  enum ptx_type type, bool result);

/* Appends the columns, and a number, to the operation that was emitted last. */
void isa_tail_emit(struct sg_lower *low, const struct isa_tail *tail, uint64_t plan);

/* What stands there when the operation runs. */
static inline unsigned char *isa_tail_column(const struct sg_group *g, const struct sg_op *op, unsigned k)
{
    return g->frame + op[1 + k / 6].col[k % 6];
}
static inline uint64_t isa_tail_plan(const struct sg_op *op)
{
    return op[1].imm;
}

#endif
