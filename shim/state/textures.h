/* Texture and surface objects. The program has the driver's own numbers of them, because it puts them into parameters of
 * kernels, where nobody can replace them; this process's objects keep what the program said of each. */
#ifndef BF_TEXTURES_H
#define BF_TEXTURES_H

#include "structures.h"

/* `view` may be NULL. */
CUresult bf_textures_create(struct bf_object *context, const CUDA_RESOURCE_DESC *resource,
                            const CUDA_TEXTURE_DESC *sampler, const CUDA_RESOURCE_VIEW_DESC *view, CUtexObject *out);
CUresult bf_textures_create_surface(struct bf_object *context, const CUDA_RESOURCE_DESC *resource, CUsurfObject *out);

/* Of the server of `context`, whichever context there it was made in; INVALID_VALUE for a number of nothing. */
CUresult bf_textures_destroy(struct bf_object *context, CUtexObject number);
CUresult bf_textures_destroy_surface(struct bf_object *context, CUsurfObject number);
CUresult bf_textures_resource(const struct bf_object *context, CUtexObject number, CUDA_RESOURCE_DESC *out);
CUresult bf_textures_sampler(const struct bf_object *context, CUtexObject number, CUDA_TEXTURE_DESC *out);
CUresult bf_textures_view(const struct bf_object *context, CUtexObject number, CUDA_RESOURCE_VIEW_DESC *out);
CUresult bf_textures_surface_resource(const struct bf_object *context, CUsurfObject number, CUDA_RESOURCE_DESC *out);

#endif
