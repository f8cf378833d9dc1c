/* The end of page-locked memory: with its call, or with the context that it was made in. */
#ifndef BF_HOST_MEMORY_H
#define BF_HOST_MEMORY_H

#include "client.h"

/* What bf_pinned_remove gave; when nothing copies from or to it any more. */
void bf_host_memory_free(const struct bf_range *pinned);

/* What was made in a context of that server that has ended. */
void bf_host_memory_end_context(struct bf_server *server, const struct bf_object *context);

#endif
