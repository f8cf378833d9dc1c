/* Entry points of mipmapped arrays, and of what only sparse and planar arrays have: no device of ours has these. */
#include "../capture/capture_rules.h"
#include "../state/handles.h"
#include "../state/mipmap.h"

CUresult cuMipmappedArrayCreate(CUmipmappedArray *pHandle, const CUDA_ARRAY3D_DESCRIPTOR *pMipmappedArrayDesc,
                                unsigned int numMipmapLevels)
{
    ENTER(cuMipmappedArrayCreate);
    struct sg_context *context;
    struct sg_mipmap *mipmap;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(pHandle && pMipmappedArrayDesc, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_mipmap_create(context, pMipmappedArrayDesc, numMipmapLevels, &mipmap));
    *pHandle = (CUmipmappedArray)mipmap->handle;
    return CUDA_SUCCESS;
}

static CUresult find(CUmipmappedArray handle, struct sg_mipmap **out)
{
    *out = sg_handles_get(handle, SG_MIPMAP);
    return *out ? sg_context_error((*out)->context) : sg_context_missing();
}

/* As with memory, the driver waits before it frees. */
CUresult cuMipmappedArrayDestroy(CUmipmappedArray hMipmappedArray)
{
    ENTER(cuMipmappedArrayDestroy);
    struct sg_mipmap *mipmap;
    TRY(find(hMipmappedArray, &mipmap));
    TRY(sg_capture_rules_unsafe());
    struct sg_context *context = mipmap->context;
    sg_wait_context(context, false);
    REQUIRE(sg_mipmap_destroy(mipmap, hMipmappedArray), CUDA_ERROR_INVALID_HANDLE);
    return sg_context_error(context);
}

CUresult cuMipmappedArrayGetLevel(CUarray *pLevelArray, CUmipmappedArray hMipmappedArray, unsigned int level)
{
    ENTER(cuMipmappedArrayGetLevel);
    struct sg_mipmap *mipmap;
    TRY(find(hMipmappedArray, &mipmap));
    REQUIRE(pLevelArray && level < mipmap->count, CUDA_ERROR_INVALID_VALUE);
    *pLevelArray = (CUarray)mipmap->levels[level].handle;
    return CUDA_SUCCESS;
}

/* ---- what there is not */

static CUresult check_array(CUarray handle)
{
    const struct sg_array *array = sg_handles_get(handle, SG_ARRAY);
    return array ? sg_context_error(array->context) : sg_context_missing();
}

static CUresult check_mipmap(CUmipmappedArray handle)
{
    struct sg_mipmap *mipmap;
    return find(handle, &mipmap);
}

CUresult cuArrayGetPlane(CUarray *pPlaneArray, CUarray hArray, unsigned int planeIdx)
{
    ENTER(cuArrayGetPlane);
    (void)pPlaneArray;
    (void)planeIdx;
    TRY(check_array(hArray));
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuArrayGetSparseProperties(CUDA_ARRAY_SPARSE_PROPERTIES *sparseProperties, CUarray array)
{
    ENTER(cuArrayGetSparseProperties);
    (void)sparseProperties;
    TRY(check_array(array));
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMipmappedArrayGetSparseProperties(CUDA_ARRAY_SPARSE_PROPERTIES *sparseProperties, CUmipmappedArray mipmap)
{
    ENTER(cuMipmappedArrayGetSparseProperties);
    (void)sparseProperties;
    TRY(check_mipmap(mipmap));
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuArrayGetMemoryRequirements(CUDA_ARRAY_MEMORY_REQUIREMENTS *memoryRequirements, CUarray array,
                                      CUdevice device)
{
    ENTER(cuArrayGetMemoryRequirements);
    (void)memoryRequirements;
    TRY(check_array(array));
    REQUIRE(sg_device_at(device), CUDA_ERROR_INVALID_DEVICE);
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMipmappedArrayGetMemoryRequirements(CUDA_ARRAY_MEMORY_REQUIREMENTS *memoryRequirements,
                                               CUmipmappedArray mipmap, CUdevice device)
{
    ENTER(cuMipmappedArrayGetMemoryRequirements);
    (void)memoryRequirements;
    TRY(check_mipmap(mipmap));
    REQUIRE(sg_device_at(device), CUDA_ERROR_INVALID_DEVICE);
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemMapArrayAsync(CUarrayMapInfo *mapInfoList, unsigned int count, CUstream hStream)
{
    ENTER(cuMemMapArrayAsync);
    struct sg_stream *stream;
    (void)mapInfoList;
    (void)count;
    TRY(sg_context_order(hStream, &stream));
    return CUDA_ERROR_NOT_SUPPORTED;
}
