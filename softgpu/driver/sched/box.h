/* What a program says of the two sides of a copy -> a copy whose sides are checked. */
#ifndef SG_BOX_H
#define SG_BOX_H

#include "copy.h"

/* A side that must be device memory, or host memory that the device can access; host memory; either. */
CUresult sg_box_device_side(uint64_t address, uint64_t bytes, struct sg_rectangle *out);
CUresult sg_box_host_side(const void *pointer, uint64_t bytes, struct sg_rectangle *out);
CUresult sg_box_any_side(uint64_t address, uint64_t bytes, struct sg_rectangle *out);

/* Whether it goes from device memory to device memory. */
bool sg_box_between_devices(const struct sg_copy *copy);

/* Of nothing, if one of the extents is 0. */
CUresult sg_box_copy(const CUDA_MEMCPY3D *given, struct sg_copy *out);

/* Whether one of its sides is an array: then it is captured as it was given. */
static inline bool sg_box_has_array(const CUDA_MEMCPY3D *given)
{
    return given->srcMemoryType == CU_MEMORYTYPE_ARRAY || given->dstMemoryType == CU_MEMORYTYPE_ARRAY;
}

#endif
