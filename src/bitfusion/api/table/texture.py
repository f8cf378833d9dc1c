"""Texture and surface objects, and how long a line of memory may be."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuDeviceGetTexture1DLinearMaxWidth@11010 (size_t *maxWidthInElements, CUarray_format format, unsigned numChannels,
        CUdevice dev):
    device dev; need maxWidthInElements; refuse numChannels > 4 || !lc_texture_format_suits(format, (int)numChannels);
    *maxWidthInElements = (size_t)device->facts->attributes[CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LINEAR_WIDTH]
cuTexObjectCreate@5000 #580 ask (CUtexObject *pTexObject, const CUDA_RESOURCE_DESC *pResDesc, const CUDA_TEXTURE_DESC
        *pTexDesc, const CUDA_RESOURCE_VIEW_DESC *pResViewDesc):
    current; need pTexObject, pResDesc, pTexDesc;
    by bf_textures_create(context, pResDesc, pTexDesc, pResViewDesc, pTexObject)
    server (CUtexObject *texture, CUDA_RESOURCE_DESC resource, CUDA_TEXTURE_DESC sampler, CUDA_RESOURCE_VIEW_DESC[] view,
        cuuint64_t *value): cuTexObjectCreate(resource, sampler, first(view)); shows(value)
cuTexObjectDestroy@5000 #581 tell (CUtexObject texObject):
    current; when !texObject is CUDA_SUCCESS; by bf_textures_destroy(context, texObject)
    server: destroys(texObject)
cuTexObjectGetResourceDesc@5000 (CUDA_RESOURCE_DESC *pResDesc, CUtexObject texObject):
    current; is bf_textures_resource(context, texObject, pResDesc)
cuTexObjectGetTextureDesc@5000 (CUDA_TEXTURE_DESC *pTexDesc, CUtexObject texObject):
    current; is bf_textures_sampler(context, texObject, pTexDesc)
cuTexObjectGetResourceViewDesc@5000 (CUDA_RESOURCE_VIEW_DESC *pResViewDesc, CUtexObject texObject):
    current; is bf_textures_view(context, texObject, pResViewDesc)
cuSurfObjectCreate@5000 #582 ask (CUsurfObject *pSurfObject, const CUDA_RESOURCE_DESC *pResDesc):
    current; need pSurfObject, pResDesc; refuse pResDesc->resType != CU_RESOURCE_TYPE_ARRAY;
    by bf_textures_create_surface(context, pResDesc, pSurfObject)
    server (CUsurfObject *surface, CUDA_RESOURCE_DESC resource, cuuint64_t *value):
        cuSurfObjectCreate(resource); shows(value)
cuSurfObjectDestroy@5000 #583 tell (CUsurfObject surfObject):
    current; when !surfObject is CUDA_SUCCESS; by bf_textures_destroy_surface(context, surfObject)
    server: destroys(surfObject)
cuSurfObjectGetResourceDesc@5000 (CUDA_RESOURCE_DESC *pResDesc, CUsurfObject surfObject):
    current; is bf_textures_surface_resource(context, surfObject, pResDesc)
"""
)
