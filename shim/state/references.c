/* Texture and surface references. */
#include "references.h"

#include <stdlib.h>
#include <string.h>

#include "drop.h"

static CUresult enter(struct bf_object *owner, struct bf_object *context, enum bf_kind kind, uint64_t number,
                      const char *name, struct bf_object **out)
{
    size_t bytes = strlen(name) + 1;
    struct bf_reference *state = calloc(1, sizeof *state + bytes);
    if (!state)
        return CUDA_ERROR_OUT_OF_MEMORY;
    state->format = CU_AD_FORMAT_FLOAT;
    state->channels = 1;
    memcpy(state->name, name, bytes);
    *out = bf_objects_new(&(struct bf_object){
        .kind = kind, .server = context->server, .number = number, .owner = owner, .reference = {context, state}});
    if (!*out)
        free(state);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static bool has_name(const struct bf_object *object, const void *name)
{
    return !strcmp(object->reference.state->name, name);
}

/* A module has one reference for each of its variables, however often it is asked for. */
static struct bf_object *known(const struct bf_object *module, enum bf_kind kind, const char *name)
{
    return bf_objects_child(module, kind, has_name, name);
}

CUresult bf_references_of_module(struct bf_object *module, const char *name, CUtexref *out)
{
    struct bf_object *context = module->module.context, *object = known(module, BF_TEXREF, name);
    uint64_t number = bf_server_number(module->server);
    CUresult result = CUDA_SUCCESS;
    if (!object)
        result = BF_ASK(bf_in(context), NULL, cuModuleGetTexRef, bf_u(number), bf_u(module->number), bf_text(name));
    if (!object && !result)
        result = enter(module, context, BF_TEXREF, number, name, &object);
    if (!result)
        *out = (CUtexref)object;
    return result;
}

CUresult bf_references_surface_of_module(struct bf_object *module, const char *name, CUsurfref *out)
{
    struct bf_object *context = module->module.context, *object = known(module, BF_SURFREF, name);
    uint64_t number = bf_server_number(module->server);
    CUresult result = CUDA_SUCCESS;
    if (!object)
        result = BF_ASK(bf_in(context), NULL, cuModuleGetSurfRef, bf_u(number), bf_u(module->number), bf_text(name));
    if (!object && !result)
        result = enter(module, context, BF_SURFREF, number, name, &object);
    if (!result)
        *out = (CUsurfref)object;
    return result;
}

CUresult bf_references_create(struct bf_object *context, CUtexref *out)
{
    struct bf_object *object;
    uint64_t number = bf_server_number(context->server);
    CUresult result = BF_ASK(bf_in(context), NULL, cuTexRefCreate, bf_u(number));
    if (!result)
        result = enter(context, context, BF_TEXREF, number, "", &object);
    if (!result)
        *out = (CUtexref)object;
    return result;
}

/* One that a module has ends with it. */
CUresult bf_references_destroy(struct bf_object *texref)
{
    struct bf_target to = bf_in(texref->reference.context);
    uint64_t number = texref->number;
    if (texref->reference.state->name[0] || !bf_objects_claim(texref))
        return CUDA_ERROR_INVALID_VALUE;
    bf_objects_free(texref, bf_drop_object);
    return BF_TELL(to, cuTexRefDestroy, bf_u(number));
}

/* It is bound to that alone. */
static void bind(struct bf_object *reference, const struct bf_reference *to, CUarray_format format, unsigned channels)
{
    struct bf_reference *state = reference->reference.state;
    state->array = to->array;
    state->mipmap = to->mipmap;
    state->address = to->address;
    state->format = format;
    state->channels = (int)channels;
}

CUresult bf_references_bind(struct bf_object *texref, CUdeviceptr address, size_t bytes, size_t *offset)
{
    struct bf_value told;
    /* An offset for which there is no place. */
    const struct bf_device *device = texref->reference.context->context.device;
    int unit = device->facts->attributes[CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT];
    if (!offset && unit > 0 && address % (unsigned)unit)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = BF_ASK(bf_in(texref->reference.context), &told, cuTexRefSetAddress_v2, bf_u(texref->number),
                             bf_u(address), bf_u(bytes));
    if (result)
        return result;
    const struct bf_reference *state = texref->reference.state;
    bind(texref, &(struct bf_reference){.address = address - told.u}, state->format, (unsigned)state->channels);
    if (offset)
        *offset = told.u;
    return CUDA_SUCCESS;
}

CUresult bf_references_border(struct bf_object *texref, const float color[4])
{
    CUresult result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetBorderColor, bf_u(texref->number),
                             bf_f(color[0]), bf_f(color[1]), bf_f(color[2]), bf_f(color[3]));
    if (!result)
        memcpy(texref->reference.state->sampler.borderColor, color, 4 * sizeof *color);
    return result;
}

void bf_references_bind_array(struct bf_object *reference, struct bf_object *array)
{
    const CUDA_ARRAY3D_DESCRIPTOR *made = &array->array.descriptor;
    bind(reference, &(struct bf_reference){.array = (CUarray)array}, made->Format, made->NumChannels);
}

void bf_references_bind_mipmap(struct bf_object *texref, struct bf_object *mipmap)
{
    const CUDA_ARRAY3D_DESCRIPTOR *made = &mipmap->mipmap.descriptor;
    bind(texref, &(struct bf_reference){.mipmap = (CUmipmappedArray)mipmap}, made->Format, made->NumChannels);
}

void bf_references_bind_plane(struct bf_object *texref, const CUDA_ARRAY_DESCRIPTOR *descriptor, CUdeviceptr address)
{
    bind(texref, &(struct bf_reference){.address = address}, descriptor->Format, descriptor->NumChannels);
}
