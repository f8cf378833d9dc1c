/* Mipmapped arrays: arrays of one piece of memory, each half as wide, high and deep as the one before. */
#ifndef SG_MIPMAP_H
#define SG_MIPMAP_H

#include "array.h"

enum { SG_MIPMAP_LEVELS_MAX = 18 };

struct sg_mipmap {
    void *handle;
    struct sg_context *context;
    CUDA_ARRAY3D_DESCRIPTOR descriptor;
    uint64_t address;
    unsigned count;
    struct sg_array levels[SG_MIPMAP_LEVELS_MAX];
    struct sg_mipmap *previous, *next; /* others of its context; of an unused one the next unused */
};

/* `count` is brought into the range that there can be. */
CUresult sg_mipmap_create(struct sg_context *context, const CUDA_ARRAY3D_DESCRIPTOR *descriptor, unsigned count,
                          struct sg_mipmap **out);
/* Nothing uses it any more. False if another thread has destroyed it meanwhile. */
bool sg_mipmap_destroy(struct sg_mipmap *mipmap, const void *handle);

/* As for arrays. */
void sg_mipmap_drop_handles(const struct sg_context *context);
void sg_mipmap_destroy_all(struct sg_context *context);

#endif
