/* Libraries: code that belongs to no context. Loaded on the first server at once and on further ones when something
 * of it is first used there. */
#ifndef BF_LIBRARIES_H
#define BF_LIBRARIES_H

#include "call.h"
#include "jit.h"
#include "listing.h"
#include "../wire/digest.h"

/* The image of a library, kept because every server that is used needs it. */
struct bf_image {
    const void *data;
    size_t bytes;
    bool owned;
    uint8_t *options;
    size_t option_bytes;
    int preserved;
    uint8_t digest[BF_DIGEST_BYTES];
    bool has_digest;             /* it was needed */
    bool free_block;             /* no kernel in it fixes the size of its blocks */
    struct bf_device *device;    /* on whose server it was loaded first, and that its kernels are listed for */
    struct bf_listing listing;
    pthread_mutex_t lock;        /* while it is loaded on a further server */
    uint64_t numbers[];          /* by server; 0 where it is not loaded */
};
void bf_libraries_free_image(struct bf_image *image);

/* Load it on a server. `jit` is that of the first load, with which the kernels are listed; else NULL. */
CUresult bf_libraries_load_on(struct bf_image *image, struct bf_server *server, const struct bf_jit *jit);

/* The number of a library on a server, loading it there if need be. */
CUresult bf_libraries_number(struct bf_object *library, struct bf_server *server, uint64_t *number);

/* The library's module in the context: one handle for each context that asks, owned by the library. */
CUresult bf_libraries_module(struct bf_object *library, struct bf_object *context, struct bf_object **out);

#endif
