/* Texture and surface references: what a program binds to a variable of a module, or to one that is in no module.
 *
 * A bound reference has an object of its own (texture.h), whose number stands in the variable: there kernels find it.
 * Every setting makes another object, once the work that may use the old one is done. */
#ifndef SG_REFERENCE_H
#define SG_REFERENCE_H

#include "texture.h"

struct sg_module;

struct sg_reference {
    void *handle;
    struct sg_context *context;
    uint64_t variable; /* where its object's number goes; 0: in no module */
    bool is_surface, bound;
    CUDA_RESOURCE_DESC resource;
    CUDA_TEXTURE_DESC sampler;
    CUarray_format format; /* of memory: an array has its own */
    int channels;
    struct sg_texture_object *object;
    struct sg_reference *next; /* of the same module, or of the context */
};

/* That of a module's variable, made when it is first asked for; NOT_FOUND. */
CUresult sg_reference_of(struct sg_module *module, const char *name, bool is_surface, struct sg_reference **out);
/* One that is in no module. */
CUresult sg_reference_create(struct sg_context *context, struct sg_reference **out);
CUresult sg_reference_destroy(struct sg_reference *reference);

/* Like `wanted`, which is a changed copy, from now on. After a failure it is as before. */
CUresult sg_reference_change(struct sg_reference *reference, const struct sg_reference *wanted);

/* All of a module or context that ends: their objects end with the context. */
void sg_reference_drop_handles(struct sg_reference *first);
void sg_reference_free(struct sg_reference *first);

#endif
