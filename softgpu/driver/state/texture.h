/* Texture and surface objects: what a program says a piece of memory is, and what the sampler does with it. */
#ifndef SG_STATE_TEXTURE_H
#define SG_STATE_TEXTURE_H

#include "../../texture/texture.h"
#include "context.h"

/* Never given back to the system: a kernel may still look at one that was destroyed. */
struct sg_texture_object {
    struct sg_texture texture; /* first */
    uint64_t number;
    CUDA_RESOURCE_DESC resource;
    CUDA_TEXTURE_DESC sampler;
    CUDA_RESOURCE_VIEW_DESC view;
    bool has_view;
    struct sg_texture_object *next; /* of unused ones */
};

/* `view` may be NULL. */
CUresult sg_texture_create(struct sg_context *context, const CUDA_RESOURCE_DESC *resource,
                           const CUDA_TEXTURE_DESC *sampler, const CUDA_RESOURCE_VIEW_DESC *view,
                           struct sg_texture_object **out);
CUresult sg_texture_create_surface(struct sg_context *context, const CUDA_RESOURCE_DESC *resource,
                                   struct sg_texture_object **out);

/* The texture, or else surface, with that number, or NULL. */
struct sg_texture_object *sg_texture_find(uint64_t number, bool is_surface);
void sg_texture_destroy(struct sg_texture_object *object);

/* All that were made in the context: their numbers name nothing any more. */
void sg_texture_destroy_all(const struct sg_context *context);

/* texture_resource.c: where the texels are and what they are like. INVALID_VALUE, or INVALID_HANDLE for an array that
 * is none. */
CUresult sg_texture_resource_read(const struct sg_context *context, const CUDA_RESOURCE_DESC *resource,
                                  struct sg_texture *out);
CUresult sg_texture_resource_view(const CUDA_RESOURCE_VIEW_DESC *view, struct sg_texture *texture);

#endif
