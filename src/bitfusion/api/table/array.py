"""CUDA arrays."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuArray3DCreate_v2@3020 #530 ask (CUarray *pHandle, const CUDA_ARRAY3D_DESCRIPTOR *pAllocateArray):
    current; try lc_capture_rules_unsafe(); need pHandle, pAllocateArray;
    try lc_array_shape_flags(pAllocateArray->Flags); by bf_arrays_create(context, pAllocateArray, pHandle)
    server (CUarray *array, CUDA_ARRAY3D_DESCRIPTOR descriptor): cuArray3DCreate(descriptor); charges(descriptor)
cuArrayCreate_v2@3020 (CUarray *pHandle, const CUDA_ARRAY_DESCRIPTOR *pAllocateArray):
    current; try lc_capture_rules_unsafe(); need pHandle, pAllocateArray;
    by bf_arrays_create_flat(context, pAllocateArray, pHandle)
cuArrayDestroy@2000 #531 tell (CUarray hArray):
    find array hArray; check array->array.context; try lc_capture_rules_unsafe(); by bf_arrays_destroy(array)
    server: destroys(hArray)
cuArray3DGetDescriptor_v2@3020 (CUDA_ARRAY3D_DESCRIPTOR *pArrayDescriptor, CUarray hArray):
    find array hArray; check array->array.context; need pArrayDescriptor; is bf_arrays_describe(array, pArrayDescriptor)
cuArrayGetDescriptor_v2@3020 (CUDA_ARRAY_DESCRIPTOR *pArrayDescriptor, CUarray hArray):
    find array hArray; check array->array.context; need pArrayDescriptor;
    is bf_arrays_describe_flat(array, pArrayDescriptor)
cuMipmappedArrayCreate@5000 #540 ask (CUmipmappedArray *pHandle, const CUDA_ARRAY3D_DESCRIPTOR *pMipmappedArrayDesc,
        unsigned int numMipmapLevels):
    current; try lc_capture_rules_unsafe(); need pHandle, pMipmappedArrayDesc;
    try lc_array_shape_flags(pMipmappedArrayDesc->Flags);
    by bf_arrays_create_mipmap(context, pMipmappedArrayDesc, numMipmapLevels, pHandle)
    server (CUmipmappedArray *mipmap, CUDA_ARRAY3D_DESCRIPTOR descriptor, unsigned int levels):
        cuMipmappedArrayCreate(descriptor, levels); charges(descriptor, levels)
cuMipmappedArrayDestroy@5000 #541 tell (CUmipmappedArray hMipmappedArray):
    find mipmap hMipmappedArray; check mipmap->owner; try lc_capture_rules_unsafe(); by bf_arrays_destroy_mipmap(mipmap)
    server: destroys(hMipmappedArray)
cuMipmappedArrayGetLevel@5000 #542 ask (CUarray *pLevelArray, CUmipmappedArray hMipmappedArray, unsigned int level):
    find mipmap hMipmappedArray; check mipmap->owner; need pLevelArray; refuse level >= mipmap->mipmap.count;
    by bf_arrays_level(mipmap, level, pLevelArray)
# No device has planes, or memory that is mapped later.
cuArrayGetPlane@11020 (CUarray *pPlaneArray, CUarray hArray, unsigned int planeIdx):
    find array hArray; check array->array.context; is CUDA_ERROR_INVALID_VALUE
cuArrayGetSparseProperties@11010 (CUDA_ARRAY_SPARSE_PROPERTIES *sparseProperties, CUarray array):
    find array array as found; check found->array.context; is CUDA_ERROR_INVALID_VALUE
cuMipmappedArrayGetSparseProperties@11010 (CUDA_ARRAY_SPARSE_PROPERTIES *sparseProperties, CUmipmappedArray mipmap):
    find mipmap mipmap as found; check found->owner; is CUDA_ERROR_INVALID_VALUE
cuArrayGetMemoryRequirements@11060 (CUDA_ARRAY_MEMORY_REQUIREMENTS *memoryRequirements, CUarray array, CUdevice
        device):
    find array array as found; check found->array.context; device device as at; is CUDA_ERROR_INVALID_VALUE
cuMipmappedArrayGetMemoryRequirements@11060 (CUDA_ARRAY_MEMORY_REQUIREMENTS *memoryRequirements, CUmipmappedArray
        mipmap, CUdevice device):
    find mipmap mipmap as found; check found->owner; device device as at; is CUDA_ERROR_INVALID_VALUE
cuMemMapArrayAsync@11010 +ptsz@11010 (CUarrayMapInfo *mapInfoList, unsigned int count, CUstream hStream):
    stream hStream; is CUDA_ERROR_NOT_SUPPORTED
"""
)
