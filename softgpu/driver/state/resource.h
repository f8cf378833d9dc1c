/* Resources of devices: multiprocessors, of which a green context gets some. */
#ifndef SG_RESOURCE_H
#define SG_RESOURCE_H

#include "device.h"

/* What is in a CUdevResource that this library has filled in: multiprocessors [first, first + count) of a device. */
struct sg_resource {
    uint32_t magic;
    int32_t ordinal;
    uint32_t first, count;
    uint64_t split;              /* which split it came from; 0: none, so that it can be split */
};

CUdevResource sg_resource_make(const struct sg_device *device, uint32_t first, uint32_t count, uint64_t split);

/* All multiprocessors of a device. */
CUdevResource sg_resource_all(const struct sg_device *device);

/* INVALID_RESOURCE_TYPE for what are no multiprocessors, INVALID_VALUE for what this library has not filled in. */
CUresult sg_resource_read(const CUdevResource *from, struct sg_resource *out);

/* As cuDevSmResourceSplitByCount; `groups` NULL: only how many there would be. */
CUresult sg_resource_split(const CUdevResource *input, unsigned flags, unsigned least, CUdevResource *groups,
                           unsigned *count, CUdevResource *left);

#endif
