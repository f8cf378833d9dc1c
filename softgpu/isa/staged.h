/* What the instructions of textures and surfaces have in common: more operands than an operation has columns, so they
 * stand in a block of sixteen columns of 32 bits; and the handle, which is looked up when the operation runs. */
#ifndef SG_ISA_STAGED_H
#define SG_ISA_STAGED_H

#include "../lower/lower.h"
#include "../texture/texture.h"

enum { ISA_STAGED_BYTES = 64 };

/* The column of place k of a block. */
static inline uint32_t isa_staged_column(uint32_t block, unsigned k)
{
    return block + k * 4 * SG_LANES;
}

/* The address of lane 0 of place k when the block is the operation's column 0. */
static inline void *isa_staged_at(const struct sg_group *g, const struct sg_op *op, unsigned k)
{
    return g->frame + isa_staged_column(op->col[0], k);
}

/* Copy an operand into place k of a block, and out of it, for the active lanes. */
void isa_staged_put(struct sg_lower *low, uint32_t block, unsigned k, const struct ptx_operand *from,
                    enum ptx_type type);
void isa_staged_get(struct sg_lower *low, const struct ptx_insn *insn, uint32_t block, unsigned k,
                    const struct ptx_operand *to, enum ptx_type type);

/* The first `count` elements of a vector from `first` on, or a scalar, into places from `k` on. */
void isa_staged_put_all(struct sg_lower *low, uint32_t block, unsigned k, const struct ptx_operand *from,
                        unsigned first, unsigned count, enum ptx_type type);

/* Layer and coordinates into places 0 to 3: the layer is 0 where the geometry has none. */
void isa_staged_put_coordinates(struct sg_lower *low, uint32_t block, uint8_t geometry,
                                const struct ptx_operand *coordinates, enum ptx_type type);

/* How many coordinates a geometry has without its layer. */
unsigned isa_staged_dimensions(uint8_t geometry);

/* The column of a handle: a register, or the address of an opaque variable. */
uint32_t isa_staged_handle(struct sg_lower *low, const struct ptx_operand *handle);

/* What a lane's handle stands for; NULL, after a fault, if it is nothing of that kind or its memory is gone. */
const struct sg_texture *isa_staged_find(struct sg_group *g, const struct sg_op *op, uint64_t handle, bool surface,
                                         unsigned lane);

#endif
