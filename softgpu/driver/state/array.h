/* CUDA arrays: device memory that programs reach by element, never by address.
 *
 * An array is stored plainly: rows `pitch` bytes apart, slices (of a 3D array, layers, faces) `slice` bytes apart. So
 * whoever has the geometry can read it; what was looked up by handle is good for as long as the array is, and the
 * structures are never given back to the system. */
#ifndef SG_ARRAY_H
#define SG_ARRAY_H

#include "../../../libcuda/array_shape.h"
#include "context.h"

struct sg_mipmap;

struct sg_array {
    void *handle;
    struct sg_context *context;
    struct sg_mipmap *mipmap;           /* whose level it is; NULL: it is its own */
    CUDA_ARRAY3D_DESCRIPTOR descriptor; /* as it was made; of a level its own extents */
    struct lc_array_shape shape;
    uint64_t address;
    uint64_t pitch, slice;
    struct sg_array *previous, *next;   /* others of its context; of an unused one the next unused */
};

/* array_limits.c: whether the device has such arrays, or such mipmapped arrays. */
CUresult sg_array_limits_check(const CUDA_ARRAY3D_DESCRIPTOR *given, const struct sg_device *device, bool has_levels);

CUresult sg_array_create(struct sg_context *context, const CUDA_ARRAY3D_DESCRIPTOR *descriptor, struct sg_array **out);
/* Nothing uses it any more. False if another thread has destroyed it meanwhile. */
bool sg_array_destroy(struct sg_array *array, const void *handle);

/* How the rows of an array lie from its address on, and how many bytes it has; memory for so many. */
uint64_t sg_array_lay_out(struct sg_array *array);
CUresult sg_array_allocate(struct sg_context *context, uint64_t bytes, uint64_t *address);

/* Handles of the context's arrays name nothing any more; then all are gone. Their memory goes with the context. */
void sg_array_drop_handles(const struct sg_context *context);
void sg_array_destroy_all(struct sg_context *context);

#endif
