/* What a CUDA array is made of. */
#include "array_shape.h"

#include "generated/array_formats.h"

static const struct {
    uint8_t channels, bytes, side;
} formats[] = {
#define ROW(format, channels, bytes, side) [format] = {channels, bytes, side},
    LC_ARRAY_FORMATS(ROW)
#undef ROW
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

/* Planar video, and video with subsampled colours. */
static bool is_video(CUarray_format format)
{
    return (format >= CU_AD_FORMAT_P010 && format <= CU_AD_FORMAT_YUV444_16bit_SemiPlanar);
}

CUresult lc_array_shape_format(CUarray_format format, unsigned channels, uint32_t *element, uint32_t *side)
{
    if (is_video(format))
        return CUDA_ERROR_NOT_SUPPORTED;
    if ((unsigned)format >= FORMATS || !formats[format].bytes)
        return CUDA_ERROR_INVALID_VALUE;
    unsigned wanted = formats[format].channels;
    if (wanted ? channels != wanted : channels != 1 && channels != 2 && channels != 4)
        return CUDA_ERROR_INVALID_VALUE;
    *element = wanted ? formats[format].bytes : formats[format].bytes * channels;
    *side = formats[format].side;
    return CUDA_SUCCESS;
}

static uint64_t whole(uint64_t texels, uint32_t side)
{
    return texels / side + (texels % side != 0);
}

CUresult lc_array_shape_of(const CUDA_ARRAY3D_DESCRIPTOR *descriptor, struct lc_array_shape *out)
{
    CUresult result = lc_array_shape_format(descriptor->Format, descriptor->NumChannels, &out->element, &out->side);
    if (result)
        return result;
    out->columns = whole(descriptor->Width, out->side);
    out->rows = descriptor->Height ? whole(descriptor->Height, out->side) : 1;
    out->slices = descriptor->Depth ? descriptor->Depth : 1;
    return CUDA_SUCCESS;
}

static bool has_layers(const CUDA_ARRAY3D_DESCRIPTOR *descriptor)
{
    return descriptor->Flags & (CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_CUBEMAP);
}

static size_t halved(size_t extent, unsigned level)
{
    return extent && !(extent >> level) ? 1 : extent >> level;
}

CUDA_ARRAY3D_DESCRIPTOR lc_array_shape_level(const CUDA_ARRAY3D_DESCRIPTOR *descriptor, unsigned level)
{
    CUDA_ARRAY3D_DESCRIPTOR out = *descriptor;
    out.Width = halved(out.Width, level);
    out.Height = halved(out.Height, level);
    out.Depth = has_layers(descriptor) ? out.Depth : halved(out.Depth, level);
    return out;
}

unsigned lc_array_shape_levels(const CUDA_ARRAY3D_DESCRIPTOR *descriptor)
{
    size_t longest = descriptor->Width > descriptor->Height ? descriptor->Width : descriptor->Height;
    if (!has_layers(descriptor) && descriptor->Depth > longest)
        longest = descriptor->Depth;
    unsigned levels = 0;
    for (; longest; longest >>= 1)
        levels++;
    return levels;
}

unsigned lc_array_shape_clamp(const CUDA_ARRAY3D_DESCRIPTOR *descriptor, unsigned count)
{
    unsigned most = lc_array_shape_levels(descriptor);
    return count < 1 ? 1 : count < most ? count : most;
}

CUresult lc_array_shape_flags(unsigned flags)
{
    const unsigned absent = CUDA_ARRAY3D_SPARSE | CUDA_ARRAY3D_DEFERRED_MAPPING | CUDA_ARRAY3D_VIDEO_ENCODE_DECODE;
    const unsigned known = CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_SURFACE_LDST | CUDA_ARRAY3D_CUBEMAP |
                           CUDA_ARRAY3D_TEXTURE_GATHER | CUDA_ARRAY3D_DEPTH_TEXTURE | CUDA_ARRAY3D_COLOR_ATTACHMENT;
    if (flags & ~(known | absent))
        return CUDA_ERROR_INVALID_VALUE;
    return flags & absent ? CUDA_ERROR_NOT_SUPPORTED : CUDA_SUCCESS;
}

static bool is_inside(uint64_t first, uint64_t count, uint64_t all)
{
    return first <= all && count <= all - first;
}

bool lc_array_shape_has(const struct lc_array_shape *shape, const struct lc_array_box *box)
{
    return box->x % shape->element == 0 && box->width % shape->element == 0 &&
           is_inside(box->x, box->width, shape->columns * shape->element) &&
           is_inside(box->y, box->height, shape->rows) && is_inside(box->z, box->depth, shape->slices);
}
