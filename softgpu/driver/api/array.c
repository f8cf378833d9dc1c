/* Entry points of CUDA arrays. */
#include "../state/array.h"

#include "../capture/capture_rules.h"
#include "../state/handles.h"

static CUresult create(CUarray *out, const CUDA_ARRAY3D_DESCRIPTOR *descriptor)
{
    struct sg_context *context;
    struct sg_array *array;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(out && descriptor, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_array_create(context, descriptor, &array));
    *out = (CUarray)array->handle;
    return CUDA_SUCCESS;
}

CUresult cuArray3DCreate_v2(CUarray *pHandle, const CUDA_ARRAY3D_DESCRIPTOR *pAllocateArray)
{
    ENTER(cuArray3DCreate_v2);
    return create(pHandle, pAllocateArray);
}

CUresult cuArrayCreate_v2(CUarray *pHandle, const CUDA_ARRAY_DESCRIPTOR *pAllocateArray)
{
    ENTER(cuArrayCreate_v2);
    if (!pAllocateArray)
        return create(pHandle, NULL);
    const CUDA_ARRAY3D_DESCRIPTOR whole = {.Width = pAllocateArray->Width,
                                           .Height = pAllocateArray->Height,
                                           .Format = pAllocateArray->Format,
                                           .NumChannels = pAllocateArray->NumChannels};
    return create(pHandle, &whole);
}

static CUresult find(CUarray handle, struct sg_array **out)
{
    *out = sg_handles_get(handle, SG_ARRAY);
    return *out ? sg_context_error((*out)->context) : sg_context_missing();
}

/* As with memory, the driver waits before it frees. */
CUresult cuArrayDestroy(CUarray hArray)
{
    ENTER(cuArrayDestroy);
    struct sg_array *array;
    TRY(find(hArray, &array));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(!array->mipmap, CUDA_ERROR_INVALID_HANDLE);
    struct sg_context *context = array->context;
    sg_wait_context(context, false);
    REQUIRE(sg_array_destroy(array, hArray), CUDA_ERROR_INVALID_HANDLE);
    return sg_context_error(context);
}

CUresult cuArray3DGetDescriptor_v2(CUDA_ARRAY3D_DESCRIPTOR *pArrayDescriptor, CUarray hArray)
{
    ENTER(cuArray3DGetDescriptor_v2);
    struct sg_array *array;
    TRY(find(hArray, &array));
    REQUIRE(pArrayDescriptor, CUDA_ERROR_INVALID_VALUE);
    *pArrayDescriptor = array->descriptor;
    return CUDA_SUCCESS;
}

CUresult cuArrayGetDescriptor_v2(CUDA_ARRAY_DESCRIPTOR *pArrayDescriptor, CUarray hArray)
{
    ENTER(cuArrayGetDescriptor_v2);
    struct sg_array *array;
    TRY(find(hArray, &array));
    REQUIRE(pArrayDescriptor, CUDA_ERROR_INVALID_VALUE);
    const CUDA_ARRAY3D_DESCRIPTOR *known = &array->descriptor;
    *pArrayDescriptor = (CUDA_ARRAY_DESCRIPTOR){known->Width, known->Height, known->Format, known->NumChannels};
    return CUDA_SUCCESS;
}
