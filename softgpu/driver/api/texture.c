/* Entry points of texture and surface objects. */
#include "../state/texture.h"

#include "../../../libcuda/texture.h"
#include "../capture/capture_rules.h"

CUresult cuTexObjectCreate(CUtexObject *pTexObject, const CUDA_RESOURCE_DESC *pResDesc,
                           const CUDA_TEXTURE_DESC *pTexDesc, const CUDA_RESOURCE_VIEW_DESC *pResViewDesc)
{
    ENTER(cuTexObjectCreate);
    struct sg_context *context;
    struct sg_texture_object *object;
    TRY(sg_context_current(&context));
    REQUIRE(pTexObject && pResDesc && pTexDesc, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_texture_create(context, pResDesc, pTexDesc, pResViewDesc, &object));
    *pTexObject = object->number;
    return CUDA_SUCCESS;
}

CUresult cuSurfObjectCreate(CUsurfObject *pSurfObject, const CUDA_RESOURCE_DESC *pResDesc)
{
    ENTER(cuSurfObjectCreate);
    struct sg_context *context;
    struct sg_texture_object *object;
    TRY(sg_context_current(&context));
    REQUIRE(pSurfObject && pResDesc, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_texture_create_surface(context, pResDesc, &object));
    *pSurfObject = object->number;
    return CUDA_SUCCESS;
}

static CUresult find(uint64_t number, bool is_surface, struct sg_texture_object **out)
{
    struct sg_context *context;
    TRY(sg_context_current(&context));
    *out = sg_texture_find(number, is_surface);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* 0 is no object and no error: NVIDIA's own samples destroy what they never made. A kernel that was launched before may
 * still be to use it. */
static CUresult destroy(uint64_t number, bool is_surface)
{
    struct sg_texture_object *object;
    struct sg_context *context;
    TRY(sg_context_current(&context));
    if (!number)
        return CUDA_SUCCESS;
    TRY(find(number, is_surface, &object));
    sg_wait_context(object->texture.owner, false);
    sg_texture_destroy(object);
    return CUDA_SUCCESS;
}

CUresult cuTexObjectDestroy(CUtexObject texObject)
{
    ENTER(cuTexObjectDestroy);
    return destroy(texObject, false);
}

CUresult cuSurfObjectDestroy(CUsurfObject surfObject)
{
    ENTER(cuSurfObjectDestroy);
    return destroy(surfObject, true);
}

static CUresult tell_resource(CUDA_RESOURCE_DESC *out, uint64_t number, bool is_surface)
{
    struct sg_texture_object *object;
    TRY(find(number, is_surface, &object));
    REQUIRE(out, CUDA_ERROR_INVALID_VALUE);
    *out = object->resource;
    return CUDA_SUCCESS;
}

CUresult cuTexObjectGetResourceDesc(CUDA_RESOURCE_DESC *pResDesc, CUtexObject texObject)
{
    ENTER(cuTexObjectGetResourceDesc);
    return tell_resource(pResDesc, texObject, false);
}

CUresult cuSurfObjectGetResourceDesc(CUDA_RESOURCE_DESC *pResDesc, CUsurfObject surfObject)
{
    ENTER(cuSurfObjectGetResourceDesc);
    return tell_resource(pResDesc, surfObject, true);
}

CUresult cuTexObjectGetTextureDesc(CUDA_TEXTURE_DESC *pTexDesc, CUtexObject texObject)
{
    ENTER(cuTexObjectGetTextureDesc);
    struct sg_texture_object *object;
    TRY(find(texObject, false, &object));
    REQUIRE(pTexDesc, CUDA_ERROR_INVALID_VALUE);
    *pTexDesc = object->sampler;
    return CUDA_SUCCESS;
}

/* One that was made without a view has none to tell. */
CUresult cuTexObjectGetResourceViewDesc(CUDA_RESOURCE_VIEW_DESC *pResViewDesc, CUtexObject texObject)
{
    ENTER(cuTexObjectGetResourceViewDesc);
    struct sg_texture_object *object;
    TRY(find(texObject, false, &object));
    REQUIRE(pResViewDesc && object->has_view, CUDA_ERROR_INVALID_VALUE);
    *pResViewDesc = object->view;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetTexture1DLinearMaxWidth(size_t *maxWidthInElements, CUarray_format format, unsigned numChannels,
                                            CUdevice dev)
{
    ENTER(cuDeviceGetTexture1DLinearMaxWidth);
    const struct sg_device *device = sg_device_at(dev);
    int most = 0;
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(maxWidthInElements && numChannels <= 4 && lc_texture_format_suits(format, (int)numChannels),
            CUDA_ERROR_INVALID_VALUE);
    TRY(sg_attributes_read(device, CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LINEAR_WIDTH, &most));
    *maxWidthInElements = (size_t)most;
    return CUDA_SUCCESS;
}
