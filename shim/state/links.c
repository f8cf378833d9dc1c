/* Links as this process knows them. */
#include "links.h"

#include <stdlib.h>

struct bf_linked *bf_links_new(const struct lc_jit *asked)
{
    struct bf_linked *linked = calloc(1, sizeof *linked);
    if (!linked)
        return NULL;
    pthread_mutex_init(&linked->lock, NULL);
    linked->asked = *asked;
    return linked;
}

void bf_links_free(struct bf_linked *linked)
{
    if (!linked)
        return;
    pthread_mutex_destroy(&linked->lock);
    free(linked->image);
    free(linked);
}

void bf_links_return(struct bf_linked *linked, const struct bf_ask *ask, uint64_t *image_bytes)
{
    const struct bf_value *facts = &ask->values[BF_JIT_FACTS];
    size_t time = sizeof(float);
    bf_jit_return(&linked->asked, ask->values);
    if (facts->bytes >= time + sizeof *image_bytes)
        memcpy(image_bytes, (const uint8_t *)facts->p + time, sizeof *image_bytes);
}
