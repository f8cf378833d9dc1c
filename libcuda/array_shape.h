/* What a CUDA array is made of, and what of it a copy may name: the same for whoever implements arrays. */
#ifndef LC_ARRAY_SHAPE_H
#define LC_ARRAY_SHAPE_H

#include <stdbool.h>

#include "generated/cuda_types.h"

/* Rows of elements: texels, or blocks of `side` x `side` texels of a compressed format. A 1D array has one row and one
 * slice, a 2D one one slice; layers and faces are slices. */
struct lc_array_shape {
    uint32_t element; /* bytes */
    uint32_t side;
    uint64_t columns, rows, slices;
};

/* Of a format and a number of channels: bytes of an element, and the texels on a side of it. INVALID_VALUE for what is
 * no format, NOT_SUPPORTED for one that no device of ours has. */
CUresult lc_array_shape_format(CUarray_format format, unsigned channels, uint32_t *element, uint32_t *side);

/* Of a whole array; the extents are not looked at. */
CUresult lc_array_shape_of(const CUDA_ARRAY3D_DESCRIPTOR *descriptor, struct lc_array_shape *out);

/* Of level `level` of a mipmapped array: the descriptor, and how many levels there can be. */
CUDA_ARRAY3D_DESCRIPTOR lc_array_shape_level(const CUDA_ARRAY3D_DESCRIPTOR *descriptor, unsigned level);
unsigned lc_array_shape_levels(const CUDA_ARRAY3D_DESCRIPTOR *descriptor);
/* How many there are if so many are asked for. */
unsigned lc_array_shape_clamp(const CUDA_ARRAY3D_DESCRIPTOR *descriptor, unsigned count);

/* Of the flags of an array: INVALID_VALUE for one that means nothing, NOT_SUPPORTED for what no device of ours has. */
CUresult lc_array_shape_flags(unsigned flags);

/* Part of an array: `x` and `width` in bytes, the others in rows and slices. */
struct lc_array_box {
    uint64_t x, y, z, width, height, depth;
};

/* Whether the part is inside, and made of whole elements. It is not empty. */
bool lc_array_shape_has(const struct lc_array_shape *shape, const struct lc_array_box *box);

#endif
