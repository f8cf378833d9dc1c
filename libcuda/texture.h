/* What textures are described by: the same for whoever implements them. */
#ifndef LC_TEXTURE_H
#define LC_TEXTURE_H

#include <stdbool.h>

#include "generated/cuda_types.h"

/* CU_TRSF_... */
enum {
    LC_TEXTURE_READ_AS_INTEGER = 0x01,
    LC_TEXTURE_NORMALIZED_COORDINATES = 0x02,
    LC_TEXTURE_SRGB = 0x10,
    LC_TEXTURE_DISABLE_TRILINEAR_OPTIMIZATION = 0x20,
    LC_TEXTURE_SEAMLESS_CUBEMAP = 0x40,
    LC_TEXTURE_FLAGS = 0x73
};

/* Bytes of one channel of a format that textures over memory have, or 0. */
static inline unsigned lc_texture_channel_bytes(CUarray_format format)
{
    switch (format) {
    case CU_AD_FORMAT_UNSIGNED_INT8:
    case CU_AD_FORMAT_SIGNED_INT8: return 1;
    case CU_AD_FORMAT_UNSIGNED_INT16:
    case CU_AD_FORMAT_SIGNED_INT16:
    case CU_AD_FORMAT_HALF: return 2;
    case CU_AD_FORMAT_UNSIGNED_INT32:
    case CU_AD_FORMAT_SIGNED_INT32:
    case CU_AD_FORMAT_FLOAT: return 4;
    default: return 0;
    }
}

static inline bool lc_texture_format_suits(CUarray_format format, int channels)
{
    return lc_texture_channel_bytes(format) && (channels == 1 || channels == 2 || channels == 4);
}

static inline bool lc_texture_sampler_suits(const CUDA_TEXTURE_DESC *sampler)
{
    for (unsigned axis = 0; axis < 3; axis++)
        if ((unsigned)sampler->addressMode[axis] > CU_TR_ADDRESS_MODE_BORDER)
            return false;
    return (unsigned)sampler->filterMode <= CU_TR_FILTER_MODE_LINEAR &&
           (unsigned)sampler->mipmapFilterMode <= CU_TR_FILTER_MODE_LINEAR &&
           !(sampler->flags & ~(unsigned)LC_TEXTURE_FLAGS);
}

#endif
