/* Links: what cuLinkCreate makes. */
#ifndef SG_LINK_STATE_H
#define SG_LINK_STATE_H

#include <pthread.h>

#include "../image/cubin.h"
#include "../image/jit.h"

struct sg_link {
    void *handle;
    pthread_mutex_t lock;
    struct sg_jit jit;           /* the program's options, which it keeps until the link is destroyed */
    struct sg_source *sources;   /* with copies of names and texts */
    unsigned count, room;
    void *cubin;                 /* once it is complete */
    size_t cubin_bytes;
};

CUresult sg_link_create(unsigned count, const CUjit_option *options, void **values, struct sg_link **out);
void sg_link_destroy(struct sg_link *link);

/* INVALID_VALUE for one that is complete. */
CUresult sg_link_add(struct sg_link *link, CUjitInputType type, const void *data, size_t bytes, const char *name);

/* The cubin is the link's. The second time it is the same one. */
CUresult sg_link_complete(struct sg_link *link, void **cubin, size_t *bytes);

#endif
