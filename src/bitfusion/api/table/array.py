"""CUDA arrays."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuArray3DCreate_v2@3020 #530 ask (CUarray *pHandle, const CUDA_ARRAY3D_DESCRIPTOR *pAllocateArray):
    current; try lc_capture_rules_unsafe(); need pHandle, pAllocateArray;
    by bf_arrays_create(context, pAllocateArray, pHandle)
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
"""
)
