/* Links: what the program gave for their results, and the image that came of one. */
#ifndef BF_LINKS_H
#define BF_LINKS_H

#include <pthread.h>

#include "call.h"
#include "jit.h"

struct bf_linked {
    pthread_mutex_t lock;      /* while the image is fetched */
    struct lc_jit asked;       /* into the program's options, which it keeps until the link is destroyed */
    _Atomic size_t input_bytes;
    void *image;               /* NULL until the link is complete */
    size_t image_bytes;
};

struct bf_linked *bf_links_new(const struct lc_jit *asked);
void bf_links_free(struct bf_linked *linked);

/* The logs and the time of a call, as its reply has them; and the size of the image, if it has one. */
void bf_links_return(struct bf_linked *linked, const struct bf_ask *ask, uint64_t *image_bytes);

#endif
