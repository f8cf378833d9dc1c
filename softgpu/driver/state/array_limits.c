/* Which arrays a device has: what the driver's manual says of cuArray3DCreate. */
#include "array.h"

enum { CUBE_FACES = 6 };

#define LIMIT(name) CU_DEVICE_ATTRIBUTE_MAXIMUM_##name

/* The attributes that bound width, height and depth; 0: that extent is not there. */
struct bounds {
    int width, height, depth;
};

enum type { LINE, PLANE, SPACE, LINES, PLANES, CUBE, CUBES, TYPES };

static const struct bounds textures[TYPES] = {
    [LINE] = {LIMIT(TEXTURE1D_WIDTH), 0, 0},
    [PLANE] = {LIMIT(TEXTURE2D_WIDTH), LIMIT(TEXTURE2D_HEIGHT), 0},
    [SPACE] = {LIMIT(TEXTURE3D_WIDTH), LIMIT(TEXTURE3D_HEIGHT), LIMIT(TEXTURE3D_DEPTH)},
    [LINES] = {LIMIT(TEXTURE1D_LAYERED_WIDTH), 0, LIMIT(TEXTURE1D_LAYERED_LAYERS)},
    [PLANES] = {LIMIT(TEXTURE2D_LAYERED_WIDTH), LIMIT(TEXTURE2D_LAYERED_HEIGHT), LIMIT(TEXTURE2D_LAYERED_LAYERS)},
    [CUBE] = {LIMIT(TEXTURECUBEMAP_WIDTH), LIMIT(TEXTURECUBEMAP_WIDTH), LIMIT(TEXTURECUBEMAP_WIDTH)},
    [CUBES] = {LIMIT(TEXTURECUBEMAP_LAYERED_WIDTH), LIMIT(TEXTURECUBEMAP_LAYERED_WIDTH),
               LIMIT(TEXTURECUBEMAP_LAYERED_LAYERS)},
};
static const struct bounds surfaces[TYPES] = {
    [LINE] = {LIMIT(SURFACE1D_WIDTH), 0, 0},
    [PLANE] = {LIMIT(SURFACE2D_WIDTH), LIMIT(SURFACE2D_HEIGHT), 0},
    [SPACE] = {LIMIT(SURFACE3D_WIDTH), LIMIT(SURFACE3D_HEIGHT), LIMIT(SURFACE3D_DEPTH)},
    [LINES] = {LIMIT(SURFACE1D_LAYERED_WIDTH), 0, LIMIT(SURFACE1D_LAYERED_LAYERS)},
    [PLANES] = {LIMIT(SURFACE2D_LAYERED_WIDTH), LIMIT(SURFACE2D_LAYERED_HEIGHT), LIMIT(SURFACE2D_LAYERED_LAYERS)},
    [CUBE] = {LIMIT(SURFACECUBEMAP_WIDTH), LIMIT(SURFACECUBEMAP_WIDTH), LIMIT(SURFACECUBEMAP_WIDTH)},
    [CUBES] = {LIMIT(SURFACECUBEMAP_LAYERED_WIDTH), LIMIT(SURFACECUBEMAP_LAYERED_WIDTH),
               LIMIT(SURFACECUBEMAP_LAYERED_LAYERS)},
};
/* What has levels is no larger than this, either. */
static const struct bounds levelled[] = {
    [LINE] = {LIMIT(TEXTURE1D_MIPMAPPED_WIDTH), 0, 0},
    [PLANE] = {LIMIT(TEXTURE2D_MIPMAPPED_WIDTH), LIMIT(TEXTURE2D_MIPMAPPED_HEIGHT), 0},
};
/* A space may also be narrow and deep; what is gathered from is smaller. */
static const struct bounds deep = {LIMIT(TEXTURE3D_WIDTH_ALTERNATE), LIMIT(TEXTURE3D_HEIGHT_ALTERNATE),
                                   LIMIT(TEXTURE3D_DEPTH_ALTERNATE)};
static const struct bounds gathered = {LIMIT(TEXTURE2D_GATHER_WIDTH), LIMIT(TEXTURE2D_GATHER_HEIGHT), 0};

static bool is_within(size_t extent, int attribute, const struct sg_device *device)
{
    int most = 0;
    if (!attribute)
        return !extent;
    return extent && !sg_attributes_read(device, attribute, &most) && extent <= (size_t)most;
}

static bool are_within(const CUDA_ARRAY3D_DESCRIPTOR *given, const struct bounds *bounds,
                       const struct sg_device *device)
{
    return is_within(given->Width, bounds->width, device) && is_within(given->Height, bounds->height, device) &&
           is_within(given->Depth, bounds->depth, device);
}

static enum type type_of(const CUDA_ARRAY3D_DESCRIPTOR *given)
{
    if (given->Flags & CUDA_ARRAY3D_CUBEMAP)
        return given->Flags & CUDA_ARRAY3D_LAYERED ? CUBES : CUBE;
    if (given->Flags & CUDA_ARRAY3D_LAYERED)
        return given->Height ? PLANES : LINES;
    return given->Depth ? SPACE : given->Height ? PLANE : LINE;
}

static bool has_faces(const CUDA_ARRAY3D_DESCRIPTOR *given, enum type type)
{
    return given->Width == given->Height &&
           (type == CUBE ? given->Depth == CUBE_FACES : given->Depth % CUBE_FACES == 0);
}

CUresult sg_array_limits_check(const CUDA_ARRAY3D_DESCRIPTOR *given, const struct sg_device *device, bool has_levels)
{
    uint32_t element, side;
    enum type type = type_of(given);
    TRY(lc_array_shape_flags(given->Flags));
    TRY(lc_array_shape_format(given->Format, given->NumChannels, &element, &side));
    REQUIRE(are_within(given, &textures[type], device) || (type == SPACE && are_within(given, &deep, device)),
            CUDA_ERROR_INVALID_VALUE);
    REQUIRE((type != CUBE && type != CUBES) || has_faces(given, type), CUDA_ERROR_INVALID_VALUE);
    if (has_levels && type <= PLANE)
        REQUIRE(are_within(given, &levelled[type], device), CUDA_ERROR_INVALID_VALUE);
    if (given->Flags & CUDA_ARRAY3D_TEXTURE_GATHER)
        REQUIRE(type == PLANE && are_within(given, &gathered, device), CUDA_ERROR_INVALID_VALUE);
    if (given->Flags & CUDA_ARRAY3D_SURFACE_LDST)
        REQUIRE(side == 1 && are_within(given, &surfaces[type], device), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(side == 1 || given->Height, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}
