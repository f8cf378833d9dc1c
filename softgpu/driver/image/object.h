/* Host objects with device code inside, as nvcc -c and -dc make them, and archives of them. */
#ifndef SG_OBJECT_H
#define SG_OBJECT_H

#include "../../../libcuda/image.h"

/* The fatbins of an ELF object: begin with *at 0. False at the end. Nothing outside the given bytes is read. */
bool sg_object_next(const void *data, size_t bytes, size_t *at, struct lc_image *fatbin);

bool sg_object_is(const void *data, size_t bytes);

struct sg_member {
    char name[64];      /* cut to fit */
    const void *data;
    size_t bytes;
};

/* The members of what is an archive: begin with *at 0. False at the end. */
bool sg_object_next_member(const void *data, size_t bytes, size_t *at, struct sg_member *out);

/* An archive all of whose members are inside. */
bool sg_object_is_archive(const void *data, size_t bytes);

#endif
