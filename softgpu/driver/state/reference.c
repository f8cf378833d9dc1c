/* Life of texture and surface references. */
#include "reference.h"

#include <stdlib.h>
#include <string.h>

#include "../../../libcuda/texture.h"
#include "handles.h"
#include "module.h"

static CUresult make(struct sg_context *context, uint64_t variable, bool is_surface, struct sg_reference **out)
{
    struct sg_reference *reference = calloc(1, sizeof *reference);
    REQUIRE(reference, CUDA_ERROR_OUT_OF_MEMORY);
    *reference = (struct sg_reference){.context = context,
                                       .variable = variable,
                                       .is_surface = is_surface,
                                       .format = CU_AD_FORMAT_FLOAT,
                                       .channels = 1};
    reference->handle = sg_handles_new(is_surface ? SG_SURFREF : SG_TEXREF, reference);
    if (!reference->handle) {
        free(reference);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = reference;
    return CUDA_SUCCESS;
}

static struct sg_reference *known(const struct sg_module *module, uint64_t variable)
{
    struct sg_reference *reference = module->references;
    while (reference && reference->variable != variable)
        reference = reference->next;
    return reference;
}

CUresult sg_reference_of(struct sg_module *module, const char *name, bool is_surface, struct sg_reference **out)
{
    uint64_t variable;
    struct sg_reference *fresh;
    REQUIRE(sg_program_reference(module->program, name, is_surface ? PTX_SURFREF : PTX_TEXREF, &variable),
            CUDA_ERROR_NOT_FOUND);
    TRY(make(module->context, variable, is_surface, &fresh));
    sg_objects_lock();
    struct sg_reference *there = known(module, variable);
    if (!there) {
        fresh->next = module->references;
        module->references = there = fresh;
    }
    sg_objects_unlock();
    if (there != fresh) {
        (void)sg_handles_drop(fresh->handle);
        free(fresh);
    }
    *out = there;
    return CUDA_SUCCESS;
}

CUresult sg_reference_create(struct sg_context *context, struct sg_reference **out)
{
    TRY(make(context, 0, false, out));
    sg_objects_lock();
    (*out)->next = context->references;
    context->references = *out;
    sg_objects_unlock();
    return CUDA_SUCCESS;
}

CUresult sg_reference_destroy(struct sg_reference *reference)
{
    REQUIRE(!reference->variable && sg_handles_drop(reference->handle), CUDA_ERROR_INVALID_VALUE);
    sg_objects_lock();
    struct sg_reference **at = &reference->context->references;
    while (*at != reference)
        at = &(*at)->next;
    *at = reference->next;
    sg_objects_unlock();
    if (reference->object)
        sg_texture_destroy(reference->object);
    free(reference);
    return CUDA_SUCCESS;
}

/* Levels are of normalised coordinates. A program may bind them first and say so then: until it does there is nothing
 * to read. */
static bool is_yet_to_be_said(const struct sg_reference *wanted)
{
    return wanted->resource.resType == CU_RESOURCE_TYPE_MIPMAPPED_ARRAY &&
           !(wanted->sampler.flags & LC_TEXTURE_NORMALIZED_COORDINATES);
}

static CUresult make_object(struct sg_reference *wanted)
{
    CUDA_RESOURCE_DESC resource = wanted->resource;
    wanted->object = NULL;
    if (!wanted->bound || is_yet_to_be_said(wanted))
        return CUDA_SUCCESS;
    if (wanted->is_surface)
        return sg_texture_create_surface(wanted->context, &resource, &wanted->object);
    if (resource.resType == CU_RESOURCE_TYPE_LINEAR) {
        resource.res.linear.format = wanted->format;
        resource.res.linear.numChannels = (unsigned)wanted->channels;
    }
    return sg_texture_create(wanted->context, &resource, &wanted->sampler, NULL, &wanted->object);
}

CUresult sg_reference_change(struct sg_reference *reference, const struct sg_reference *wanted)
{
    struct sg_reference changed = *wanted;
    TRY(make_object(&changed));
    sg_wait_context(reference->context, false);
    uint64_t number = changed.object ? changed.object->number : 0;
    struct sg_texture_object *old = reference->object;
    *reference = changed;
    if (reference->variable)
        memcpy((void *)(uintptr_t)reference->variable, &number, sizeof number);
    if (old)
        sg_texture_destroy(old);
    return CUDA_SUCCESS;
}

void sg_reference_drop_handles(struct sg_reference *first)
{
    for (; first; first = first->next)
        (void)sg_handles_drop(first->handle);
}

void sg_reference_free(struct sg_reference *first)
{
    while (first) {
        struct sg_reference *next = first->next;
        (void)sg_handles_drop(first->handle);
        if (first->object)
            sg_texture_destroy(first->object);
        free(first);
        first = next;
    }
}
