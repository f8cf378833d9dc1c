/* Texture and surface references: what the program has set, so that it can ask without a call of the wire. */
#ifndef BF_REFERENCES_H
#define BF_REFERENCES_H

#include "call.h"

struct bf_reference {
    CUDA_TEXTURE_DESC sampler;
    CUarray_format format;
    int channels;
    CUarray array; /* what it is bound to, or NULL */
    CUmipmappedArray mipmap; /* or NULL */
    CUdeviceptr address; /* or 0 */
    char name[]; /* of its variable; of one that is in no module, empty */
};

CUresult bf_references_of_module(struct bf_object *module, const char *name, CUtexref *out);
CUresult bf_references_surface_of_module(struct bf_object *module, const char *name, CUsurfref *out);
CUresult bf_references_create(struct bf_object *context, CUtexref *out);
CUresult bf_references_destroy(struct bf_object *texref);
/* To memory; `offset`, which may be NULL, is how far behind where a texture may begin it begins. */
CUresult bf_references_bind(struct bf_object *texref, CUdeviceptr address, size_t bytes, size_t *offset);
CUresult bf_references_border(struct bf_object *texref, const float color[4]);

/* The server has bound it: remembered. */
void bf_references_bind_array(struct bf_object *reference, struct bf_object *array);
void bf_references_bind_mipmap(struct bf_object *texref, struct bf_object *mipmap);
void bf_references_bind_plane(struct bf_object *texref, const CUDA_ARRAY_DESCRIPTOR *descriptor, CUdeviceptr address);

#endif
