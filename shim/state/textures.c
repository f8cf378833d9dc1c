/* Texture and surface objects. */
#include "textures.h"

#include <stdlib.h>

#include "drop.h"

/* What the program said of an object. */
struct bf_texture {
    CUDA_RESOURCE_DESC resource;
    CUDA_TEXTURE_DESC sampler;
    CUDA_RESOURCE_VIEW_DESC view;
    bool has_view;
};

/* Enters what the server made; `told` is its own from now on. */
static CUresult enter(struct bf_object *context, enum bf_kind kind, uint64_t number, uint64_t value,
                      struct bf_texture *told)
{
    struct bf_object *object = bf_objects_new(&(struct bf_object){
        .kind = kind, .server = context->server, .number = number, .owner = context, .texture = {value, told}});
    if (object)
        return CUDA_SUCCESS;
    if (kind == BF_TEXTURE)
        (void)BF_TELL(bf_in(context), cuTexObjectDestroy, bf_u(number));
    else
        (void)BF_TELL(bf_in(context), cuSurfObjectDestroy, bf_u(number));
    free(told);
    return CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult ask(struct bf_object *context, const struct bf_texture *told, uint64_t number, struct bf_value *value)
{
    struct bf_packed resource, sampler, view = {.data = NULL};
    CUresult result = bf_structures_pack(&resource, BF_STRUCTURE_CUDA_RESOURCE_DESC, &told->resource, 1, context);
    (void)bf_structures_pack(&sampler, BF_STRUCTURE_CUDA_TEXTURE_DESC, &told->sampler, 1, context);
    (void)bf_structures_pack(&view, BF_STRUCTURE_CUDA_RESOURCE_VIEW_DESC, &told->view, told->has_view, context);
    if (!result)
        result = BF_ASK(bf_in(context), value, cuTexObjectCreate, bf_u(number), bf_structures_value(&resource),
                        bf_structures_value(&sampler), bf_structures_value(&view));
    bf_structures_end(&resource);
    bf_structures_end(&sampler);
    bf_structures_end(&view);
    return result;
}

CUresult bf_textures_create(struct bf_object *context, const CUDA_RESOURCE_DESC *resource,
                            const CUDA_TEXTURE_DESC *sampler, const CUDA_RESOURCE_VIEW_DESC *view, CUtexObject *out)
{
    struct bf_value value;
    uint64_t number = bf_server_number(context->server);
    struct bf_texture *told = malloc(sizeof *told);
    if (!told)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *told = (struct bf_texture){.resource = *resource, .sampler = *sampler, .has_view = view};
    if (view)
        told->view = *view;
    CUresult result = ask(context, told, number, &value);
    if (result) {
        free(told);
        return result;
    }
    result = enter(context, BF_TEXTURE, number, value.u, told);
    if (!result)
        *out = value.u;
    return result;
}

CUresult bf_textures_create_surface(struct bf_object *context, const CUDA_RESOURCE_DESC *resource, CUsurfObject *out)
{
    struct bf_value value;
    struct bf_packed packed;
    uint64_t number = bf_server_number(context->server);
    struct bf_texture *told = malloc(sizeof *told);
    if (!told)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *told = (struct bf_texture){.resource = *resource};
    CUresult result = bf_structures_pack(&packed, BF_STRUCTURE_CUDA_RESOURCE_DESC, resource, 1, context);
    if (!result)
        result = BF_ASK(bf_in(context), &value, cuSurfObjectCreate, bf_u(number), bf_structures_value(&packed));
    bf_structures_end(&packed);
    if (result) {
        free(told);
        return result;
    }
    result = enter(context, BF_SURFACE, number, value.u, told);
    if (!result)
        *out = value.u;
    return result;
}

/* What is looked for, and what is found: read while nobody can end the object. */
struct search {
    const struct bf_server *server;
    uint64_t value;
    struct bf_texture *told;
};

static bool is_it(const struct bf_object *object, const void *user)
{
    const struct search *search = user;
    if (object->server != search->server || object->texture.value != search->value)
        return false;
    if (search->told)
        *search->told = *object->texture.told;
    return true;
}

static struct bf_object *find(const struct bf_object *context, enum bf_kind kind, uint64_t value,
                              struct bf_texture *told)
{
    const struct search search = {context->server, value, told};
    return bf_objects_any(kind, is_it, &search);
}

CUresult bf_textures_destroy(struct bf_object *context, CUtexObject number)
{
    struct bf_object *object = find(context, BF_TEXTURE, number, NULL);
    if (!object || !bf_objects_claim(object))
        return CUDA_ERROR_INVALID_VALUE;
    uint64_t known = object->number;
    bf_objects_free(object, bf_drop_object);
    return BF_TELL(bf_in(context), cuTexObjectDestroy, bf_u(known));
}

CUresult bf_textures_destroy_surface(struct bf_object *context, CUsurfObject number)
{
    struct bf_object *object = find(context, BF_SURFACE, number, NULL);
    if (!object || !bf_objects_claim(object))
        return CUDA_ERROR_INVALID_VALUE;
    uint64_t known = object->number;
    bf_objects_free(object, bf_drop_object);
    return BF_TELL(bf_in(context), cuSurfObjectDestroy, bf_u(known));
}

CUresult bf_textures_resource(const struct bf_object *context, CUtexObject number, CUDA_RESOURCE_DESC *out)
{
    struct bf_texture told;
    if (!find(context, BF_TEXTURE, number, &told) || !out)
        return CUDA_ERROR_INVALID_VALUE;
    *out = told.resource;
    return CUDA_SUCCESS;
}

CUresult bf_textures_sampler(const struct bf_object *context, CUtexObject number, CUDA_TEXTURE_DESC *out)
{
    struct bf_texture told;
    if (!find(context, BF_TEXTURE, number, &told) || !out)
        return CUDA_ERROR_INVALID_VALUE;
    *out = told.sampler;
    return CUDA_SUCCESS;
}

/* One that was made without a view has none to tell. */
CUresult bf_textures_view(const struct bf_object *context, CUtexObject number, CUDA_RESOURCE_VIEW_DESC *out)
{
    struct bf_texture told;
    if (!find(context, BF_TEXTURE, number, &told) || !out || !told.has_view)
        return CUDA_ERROR_INVALID_VALUE;
    *out = told.view;
    return CUDA_SUCCESS;
}

CUresult bf_textures_surface_resource(const struct bf_object *context, CUsurfObject number, CUDA_RESOURCE_DESC *out)
{
    struct bf_texture told;
    if (!find(context, BF_SURFACE, number, &told) || !out)
        return CUDA_ERROR_INVALID_VALUE;
    *out = told.resource;
    return CUDA_SUCCESS;
}
