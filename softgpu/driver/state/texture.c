/* Life of texture and surface objects. */
#include "texture.h"

#include <stdlib.h>

#include "../../../libcuda/texture.h"

static struct sg_texture_object *unused;

static struct sg_texture_object *take(void)
{
    sg_objects_lock();
    struct sg_texture_object *object = unused;
    if (object)
        unused = object->next;
    sg_objects_unlock();
    return object ? object : calloc(1, sizeof *object);
}

static void retire(struct sg_texture_object *object)
{
    sg_objects_lock();
    object->next = unused;
    unused = object;
    sg_objects_unlock();
}

static CUresult enter(const struct sg_texture_object *wanted, struct sg_texture_object **out)
{
    struct sg_texture_object *object = take();
    REQUIRE(object, CUDA_ERROR_OUT_OF_MEMORY);
    *object = *wanted;
    object->number = sg_table_enter(&object->texture);
    if (!object->number) {
        retire(object);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = object;
    return CUDA_SUCCESS;
}

static void set_sampler(struct sg_texture *texture, const CUDA_TEXTURE_DESC *sampler)
{
    for (unsigned axis = 0; axis < 3; axis++)
        texture->address[axis] = (uint8_t)sampler->addressMode[axis];
    for (unsigned c = 0; c < 4; c++)
        texture->border[c] = sampler->borderColor[c];
    texture->filters = sampler->filterMode == CU_TR_FILTER_MODE_LINEAR;
    texture->filters_levels = sampler->mipmapFilterMode == CU_TR_FILTER_MODE_LINEAR;
    texture->normalized = sampler->flags & LC_TEXTURE_NORMALIZED_COORDINATES;
    texture->as_integer = sampler->flags & LC_TEXTURE_READ_AS_INTEGER;
    texture->srgb = sampler->flags & LC_TEXTURE_SRGB;
    texture->bias = sampler->mipmapLevelBias;
    texture->level_min = sampler->minMipmapLevelClamp;
    texture->level_max = sampler->maxMipmapLevelClamp;
}

CUresult sg_texture_create(struct sg_context *context, const CUDA_RESOURCE_DESC *resource,
                           const CUDA_TEXTURE_DESC *sampler, const CUDA_RESOURCE_VIEW_DESC *view,
                           struct sg_texture_object **out)
{
    struct sg_texture_object wanted = {.texture.owner = context, .resource = *resource, .sampler = *sampler};
    bool is_array = resource->resType == CU_RESOURCE_TYPE_ARRAY ||
                    resource->resType == CU_RESOURCE_TYPE_MIPMAPPED_ARRAY;
    set_sampler(&wanted.texture, sampler);
    TRY(sg_texture_resource_read(context, resource, &wanted.texture));
    REQUIRE(lc_texture_sampler_suits(sampler) && (!view || is_array), CUDA_ERROR_INVALID_VALUE);
    if (view) {
        wanted.view = *view;
        wanted.has_view = true;
        TRY(sg_texture_resource_view(view, &wanted.texture));
    }
    return enter(&wanted, out);
}

/* A surface is an array that was made for it, or a level of any mipmapped array. */
CUresult sg_texture_create_surface(struct sg_context *context, const CUDA_RESOURCE_DESC *resource,
                                   struct sg_texture_object **out)
{
    struct sg_texture_object wanted = {.texture = {.owner = context, .is_surface = true, .as_integer = true},
                                       .resource = *resource};
    REQUIRE(resource->resType == CU_RESOURCE_TYPE_ARRAY, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_texture_resource_read(context, resource, &wanted.texture));
    return enter(&wanted, out);
}

struct sg_texture_object *sg_texture_find(uint64_t number, bool is_surface)
{
    struct sg_texture *texture = sg_table_find(number);
    return texture && texture->is_surface == is_surface ? (struct sg_texture_object *)(void *)texture : NULL;
}

void sg_texture_destroy(struct sg_texture_object *object)
{
    if (sg_table_leave(object->number))
        retire(object);
}

void sg_texture_destroy_all(const struct sg_context *context)
{
    for (uint64_t number = 0; (number = sg_table_next(context, number));) {
        struct sg_texture *texture = sg_table_find(number);
        if (texture)
            sg_texture_destroy((struct sg_texture_object *)(void *)texture);
    }
}
