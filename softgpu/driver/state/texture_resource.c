/* From the description of a resource to where its texels are. */
#include "array.h"
#include "handles.h"
#include "mipmap.h"
#include "texture.h"

#include "../../../libcuda/texture.h"

_Static_assert((int)SG_MIPMAP_LEVELS_MAX <= (int)SG_TEXTURE_LEVELS, "a texture has all levels of a mipmapped array");

static bool limit(const struct sg_context *context, CUdevice_attribute attribute, uint64_t value)
{
    int most = 0;
    return !sg_attributes_read(context->device, (int)attribute, &most) && value <= (uint64_t)most;
}

static bool is_aligned(const struct sg_context *context, CUdevice_attribute attribute, uint64_t value)
{
    int unit = 0;
    return !sg_attributes_read(context->device, (int)attribute, &unit) && unit && value % (uint64_t)unit == 0;
}

static bool set_format(CUarray_format format, unsigned channels, struct sg_texture *out)
{
    out->channels = (uint8_t)channels;
    out->format = format;
    out->texel_bytes = (uint8_t)(lc_texture_channel_bytes(format) * channels);
    return out->texel_bytes && (channels == 1 || channels == 2 || channels == 4);
}

/* Memory that the program has: all of it in one allocation. */
static bool set_memory(uint64_t begin, uint64_t bytes, struct sg_texture *out)
{
    struct sg_extent extent;
    out->begin = begin;
    out->end = begin + bytes;
    out->level_count = 1;
    out->levels[0].at = begin;
    return sg_memory_find_accessible(begin, &extent) && bytes <= extent.end - begin;
}

/* From an address to the end of its allocation. */
static uint64_t room(uint64_t begin)
{
    struct sg_extent extent;
    return sg_memory_find_accessible(begin, &extent) ? extent.end - begin : 0;
}

static CUresult read_linear(const struct sg_context *context, const CUDA_RESOURCE_DESC *resource,
                            struct sg_texture *out)
{
    bool known = set_format(resource->res.linear.format, resource->res.linear.numChannels, out);
    uint64_t bytes = resource->res.linear.sizeInBytes, texels = known ? bytes / out->texel_bytes : 0;
    REQUIRE(texels && limit(context, CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LINEAR_WIDTH, texels),
            CUDA_ERROR_INVALID_VALUE);
    REQUIRE(is_aligned(context, CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT, resource->res.linear.devPtr),
            CUDA_ERROR_INVALID_VALUE);
    /* Programs name more than there is (NVIDIA's convolutionFFT2D); what is not there reads as what is outside. */
    uint64_t there = room(resource->res.linear.devPtr);
    bytes = bytes < there ? bytes : there;
    REQUIRE(set_memory(resource->res.linear.devPtr, bytes, out), CUDA_ERROR_INVALID_VALUE);
    out->is_linear_memory = true;
    out->levels[0].width = (uint32_t)(bytes / out->texel_bytes);
    out->levels[0].height = out->levels[0].depth = 1;
    return CUDA_SUCCESS;
}

static CUresult read_pitched(const struct sg_context *context, const CUDA_RESOURCE_DESC *resource,
                             struct sg_texture *out)
{
    uint64_t width = resource->res.pitch2D.width, height = resource->res.pitch2D.height;
    uint64_t pitch = resource->res.pitch2D.pitchInBytes, address = resource->res.pitch2D.devPtr;
    REQUIRE(set_format(resource->res.pitch2D.format, resource->res.pitch2D.numChannels, out), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(width && limit(context, CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LINEAR_WIDTH, width) && height &&
                limit(context, CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LINEAR_HEIGHT, height) &&
                limit(context, CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LINEAR_PITCH, pitch),
            CUDA_ERROR_INVALID_VALUE);
    REQUIRE(pitch >= width * out->texel_bytes &&
                is_aligned(context, CU_DEVICE_ATTRIBUTE_TEXTURE_PITCH_ALIGNMENT, pitch) &&
                is_aligned(context, CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT, address),
            CUDA_ERROR_INVALID_VALUE);
    REQUIRE(set_memory(address, pitch * (height - 1) + width * out->texel_bytes, out), CUDA_ERROR_INVALID_VALUE);
    out->levels[0] = (struct sg_texture_level){
        .at = address, .row = pitch, .slice = 0, .width = (uint32_t)width, .height = (uint32_t)height, .depth = 1};
    return CUDA_SUCCESS;
}

static uint32_t extent(size_t value)
{
    return value ? (uint32_t)value : 1;
}

static void set_level(const struct sg_array *array, struct sg_texture_level *out)
{
    *out = (struct sg_texture_level){.at = array->address,
                                     .row = array->pitch,
                                     .slice = array->slice,
                                     .width = extent(array->descriptor.Width),
                                     .height = extent(array->descriptor.Height),
                                     .depth = extent(array->descriptor.Depth)};
}

/* Formats that have their numbers of channels in their names are integers that are read as fractions. */
static CUresult set_array_format(const CUDA_ARRAY3D_DESCRIPTOR *descriptor, struct sg_texture *out)
{
    static const CUarray_format plain[] = {CU_AD_FORMAT_UNSIGNED_INT8, CU_AD_FORMAT_UNSIGNED_INT16,
                                           CU_AD_FORMAT_SIGNED_INT8, CU_AD_FORMAT_SIGNED_INT16};
    CUarray_format format = descriptor->Format;
    unsigned channels = descriptor->NumChannels, index = (unsigned)format - CU_AD_FORMAT_UNORM_INT8X1;
    if (index < 12) {
        format = plain[index / 3];
        out->as_integer = out->is_surface;
    }
    return set_format(format, channels, out) ? CUDA_SUCCESS : CUDA_ERROR_NOT_SUPPORTED;
}

/* Arrays of one piece of memory, the largest first. */
static CUresult set_arrays(const struct sg_array *arrays, unsigned count, struct sg_texture *out)
{
    const struct sg_array *last = &arrays[count - 1];
    const unsigned flags = arrays->descriptor.Flags;
    REQUIRE(!out->is_surface || (flags & CUDA_ARRAY3D_SURFACE_LDST) || arrays->mipmap, CUDA_ERROR_INVALID_VALUE);
    TRY(set_array_format(&arrays->descriptor, out));
    out->level_count = count;
    for (unsigned level = 0; level < count; level++)
        set_level(&arrays[level], &out->levels[level]);
    out->begin = arrays->address;
    out->end = last->address + last->slice * last->shape.slices;
    out->is_cube = flags & CUDA_ARRAY3D_CUBEMAP;
    out->is_layered = flags & CUDA_ARRAY3D_LAYERED;
    return CUDA_SUCCESS;
}

static CUresult read_array(const CUDA_RESOURCE_DESC *resource, struct sg_texture *out)
{
    const struct sg_array *array = sg_handles_get(resource->res.array.hArray, SG_ARRAY);
    REQUIRE(array, CUDA_ERROR_INVALID_HANDLE);
    return set_arrays(array, 1, out);
}

/* Coordinates in texels would be those of one level. */
static CUresult read_mipmap(const CUDA_RESOURCE_DESC *resource, struct sg_texture *out)
{
    const struct sg_mipmap *mipmap = sg_handles_get(resource->res.mipmap.hMipmappedArray, SG_MIPMAP);
    REQUIRE(mipmap, CUDA_ERROR_INVALID_HANDLE);
    REQUIRE(out->normalized, CUDA_ERROR_INVALID_VALUE);
    return set_arrays(mipmap->levels, mipmap->count, out);
}

CUresult sg_texture_resource_read(const struct sg_context *context, const CUDA_RESOURCE_DESC *resource,
                                  struct sg_texture *out)
{
    REQUIRE(!resource->flags, CUDA_ERROR_INVALID_VALUE);
    switch (resource->resType) {
    case CU_RESOURCE_TYPE_ARRAY: return read_array(resource, out);
    case CU_RESOURCE_TYPE_MIPMAPPED_ARRAY: return read_mipmap(resource, out);
    case CU_RESOURCE_TYPE_LINEAR: return read_linear(context, resource, out);
    case CU_RESOURCE_TYPE_PITCH2D: return read_pitched(context, resource, out);
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}

/* Of the formats of views that are not compressed: three numbers of channels each, in the order of their numbers. */
static bool set_view_format(CUresourceViewFormat format, struct sg_texture *out)
{
    static const CUarray_format of[] = {
        CU_AD_FORMAT_UNSIGNED_INT8,  CU_AD_FORMAT_SIGNED_INT8,  CU_AD_FORMAT_UNSIGNED_INT16, CU_AD_FORMAT_SIGNED_INT16,
        CU_AD_FORMAT_UNSIGNED_INT32, CU_AD_FORMAT_SIGNED_INT32, CU_AD_FORMAT_HALF,           CU_AD_FORMAT_FLOAT};
    static const uint8_t channels[] = {1, 2, 4};
    const unsigned before = out->texel_bytes, index = (unsigned)format - CU_RES_VIEW_FORMAT_UINT_1X8;
    if (format == CU_RES_VIEW_FORMAT_NONE)
        return true;
    return index < 24 && set_format(of[index / 3], channels[index % 3], out) && out->texel_bytes == before;
}

CUresult sg_texture_resource_view(const CUDA_RESOURCE_VIEW_DESC *view, struct sg_texture *texture)
{
    const struct sg_texture_level *base = &texture->levels[0];
    const unsigned levels = texture->level_count, layers = texture->is_layered || texture->is_cube ? base->depth : 1;
    REQUIRE(set_view_format(view->format, texture), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(extent(view->width) == base->width && extent(view->height) == base->height, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(view->firstMipmapLevel <= view->lastMipmapLevel && view->lastMipmapLevel < levels &&
                view->firstLayer <= view->lastLayer && view->lastLayer < layers,
            CUDA_ERROR_INVALID_VALUE);
    texture->level_count = view->lastMipmapLevel - view->firstMipmapLevel + 1;
    for (unsigned level = 0; level < texture->level_count; level++) {
        struct sg_texture_level *to = &texture->levels[level];
        *to = texture->levels[level + view->firstMipmapLevel];
        to->at += view->firstLayer * to->slice;
        if (layers > 1)
            to->depth = view->lastLayer - view->firstLayer + 1;
    }
    return CUDA_SUCCESS;
}
