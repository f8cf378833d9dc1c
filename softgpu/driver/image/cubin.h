/* Cubins of softgpu: what its linker gives out. An ELF, as those of NVIDIA's linker are, that holds the PTX of each file
 * instead of machine code: it is linked again when it is loaded. */
#ifndef SG_CUBIN_H
#define SG_CUBIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sg_source_role {
    SG_SOURCE_FILE,
    SG_SOURCE_MEMBER, /* of a library: part of the program if something refers to it */
    SG_SOURCE_RUNTIME, /* CUDA's device runtime: the same, and see struct sg_link_input */
    SG_SOURCE_WHOLE /* the only one, which is not linked */
};

/* What compiling was told; 0 where it was not. */
struct sg_cubin_limits {
    uint32_t registers, threads; /* of a thread, of a block */
};

/* The PTX of one file. */
struct sg_source {
    const char *name; /* for messages */
    const char *text;
    size_t bytes; /* without a NUL */
    enum sg_source_role role;
    bool used;
};

/* Whether these are the bytes of one. */
bool sg_cubin_is(const void *data, size_t bytes);

/* One that holds the sources that are used, or NULL. The caller frees it. */
void *sg_cubin_build(const struct sg_source *sources, unsigned count, struct sg_cubin_limits limits, size_t *bytes);

/* Of one. */
struct sg_cubin_limits sg_cubin_limits_of(const void *data);

/* The sources in one, in order: begin with *at 0. False at the end. */
bool sg_cubin_next(const void *data, size_t bytes, unsigned *at, struct sg_source *out);

#endif
