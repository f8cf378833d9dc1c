/* Managed allocations: device memory of a server at an address that this process has, too. */
#ifndef BF_MANAGED_MEMORY_H
#define BF_MANAGED_MEMORY_H

#include "memory.h"

/* cuMemAllocManaged in the context. `of_host`: no stream uses it before it is attached. */
CUresult bf_managed_memory_allocate(struct bf_object *context, size_t bytes, bool of_host, CUdeviceptr *out);

/* What was taken out of the map. Nothing uses it any more. */
CUresult bf_managed_memory_free(const struct bf_place *place);

/* The context has ended, and with it its memory on the server. */
void bf_managed_memory_end_context(const struct bf_object *context);

#endif
