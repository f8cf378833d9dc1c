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
    const struct bf_value *facts = &ask->values[2];
    struct {
        float milliseconds;
        uint8_t bytes[8];
    } got = {0};
    const struct bf_jit jit = {.asked = linked->asked};
    bf_jit_return_logs(&jit, &ask->values[0], &ask->values[1]);
    if (facts->bytes < sizeof got.milliseconds)
        return;
    memcpy(&got, facts->p, facts->bytes < sizeof got ? facts->bytes : sizeof got);
    lc_jit_return_time(&linked->asked, (double)got.milliseconds);
    if (facts->bytes >= sizeof got)
        memcpy(image_bytes, got.bytes, sizeof got.bytes);
}
