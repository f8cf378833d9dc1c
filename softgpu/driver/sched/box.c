/* Copies of rows and slices: every side is checked from its first byte to its last. */
#include "box.h"

#include "../../../libcuda/advice.h"
#include "../state/array.h"
#include "../state/handles.h"

CUresult sg_box_device_side(uint64_t address, uint64_t bytes, struct sg_rectangle *out)
{
    *out = (struct sg_rectangle){.address = address, .place = sg_copy_place(address, bytes)};
    REQUIRE(out->place == SG_PLACE_DEVICE || out->place == SG_PLACE_PINNED, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

CUresult sg_box_host_side(const void *pointer, uint64_t bytes, struct sg_rectangle *out)
{
    uint64_t address = (uint64_t)(uintptr_t)pointer;
    REQUIRE(pointer, CUDA_ERROR_INVALID_VALUE);
    *out = (struct sg_rectangle){.address = address, .place = sg_copy_place(address, bytes)};
    bool managed = out->place == SG_PLACE_DEVICE && lc_advice_knows(address, bytes);
    REQUIRE(managed || out->place == SG_PLACE_PAGEABLE || out->place == SG_PLACE_PINNED, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

CUresult sg_box_any_side(uint64_t address, uint64_t bytes, struct sg_rectangle *out)
{
    REQUIRE(address, CUDA_ERROR_INVALID_VALUE);
    *out = (struct sg_rectangle){.address = address, .place = sg_copy_place(address, bytes)};
    REQUIRE(out->place != SG_PLACE_BAD, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

bool sg_box_between_devices(const struct sg_copy *copy)
{
    return copy->to.place == SG_PLACE_DEVICE && copy->from.place == SG_PLACE_DEVICE;
}

struct side {
    CUmemorytype type;
    const void *host;
    CUdeviceptr device;
    CUarray array;
    uint64_t x, y, z, pitch, rows;
};

struct extent {
    uint64_t width, height, depth;
};

static CUresult array_side(const struct side *side, const struct extent *extent, struct sg_rectangle *out)
{
    const struct sg_array *array = sg_handles_get(side->array, SG_ARRAY);
    const struct lc_array_box box = {side->x, side->y, side->z, extent->width, extent->height, extent->depth};
    REQUIRE(array && lc_array_shape_has(&array->shape, &box), CUDA_ERROR_INVALID_VALUE);
    TRY(sg_context_error(array->context));
    *out = (struct sg_rectangle){.address = array->address + box.z * array->slice + box.y * array->pitch + box.x,
                                 .pitch = array->pitch,
                                 .slice = array->slice,
                                 .place = SG_PLACE_DEVICE};
    return CUDA_SUCCESS;
}

/* A pitch of 0 is none given: rows without gaps. So is a height of 0: slices without gaps. */
static CUresult box_side(const struct side *side, const struct extent *extent, struct sg_rectangle *out)
{
    bool many = extent->height > 1 || extent->depth > 1;
    if (side->type == CU_MEMORYTYPE_ARRAY)
        return array_side(side, extent, out);
    REQUIRE(!many || side->pitch <= INT32_MAX, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(side->x <= INT32_MAX && side->y <= INT32_MAX && side->z <= INT32_MAX, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(side->rows <= INT32_MAX, CUDA_ERROR_INVALID_VALUE);
    uint64_t pitch = side->pitch ? side->pitch : side->x + extent->width;
    uint64_t rows = side->rows ? side->rows : side->y + extent->height;
    REQUIRE(!many || (pitch >= extent->width && pitch - extent->width >= side->x), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(extent->depth == 1 || (rows >= extent->height && rows - extent->height >= side->y),
            CUDA_ERROR_INVALID_VALUE);
    uint64_t slice = rows * pitch, offset = side->z * slice + side->y * pitch + side->x;
    uint64_t span = (extent->depth - 1) * slice + (extent->height - 1) * pitch + extent->width;
    switch (side->type) {
    case CU_MEMORYTYPE_HOST: TRY(sg_box_host_side((const char *)side->host + offset, span, out)); break;
    case CU_MEMORYTYPE_DEVICE: TRY(sg_box_device_side(side->device + offset, span, out)); break;
    case CU_MEMORYTYPE_UNIFIED: TRY(sg_box_any_side(side->device + offset, span, out)); break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    out->pitch = pitch;
    out->slice = slice;
    return CUDA_SUCCESS;
}

CUresult sg_box_copy(const CUDA_MEMCPY3D *given, struct sg_copy *out)
{
    *out = (struct sg_copy){0};
    REQUIRE(given->WidthInBytes && given->Height && given->Depth, CUDA_SUCCESS);
    /* One row may be as long as memory is; what has a pitch cannot. */
    uint64_t rows = given->Height > given->Depth ? given->Height : given->Depth;
    REQUIRE(rows <= INT32_MAX && (rows == 1 || given->WidthInBytes <= INT32_MAX), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(given->WidthInBytes <= INT64_MAX, CUDA_ERROR_INVALID_VALUE);
    const struct extent extent = {given->WidthInBytes, given->Height, given->Depth};
    REQUIRE(!given->srcLOD && !given->dstLOD, CUDA_ERROR_INVALID_VALUE);
    const struct side from = {given->srcMemoryType, given->srcHost,     given->srcDevice,
                              given->srcArray,      given->srcXInBytes, given->srcY,
                              given->srcZ,          given->srcPitch,    given->srcHeight};
    const struct side to = {given->dstMemoryType, given->dstHost, given->dstDevice, given->dstArray, given->dstXInBytes,
                            given->dstY,          given->dstZ,    given->dstPitch,  given->dstHeight};
    struct sg_copy copy = {.width = extent.width, .height = extent.height * extent.depth};
    copy.slice_rows = extent.depth > 1 ? extent.height : 0;
    TRY(box_side(&from, &extent, &copy.from));
    TRY(box_side(&to, &extent, &copy.to));
    *out = copy;
    return CUDA_SUCCESS;
}
