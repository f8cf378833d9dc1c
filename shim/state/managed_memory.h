/* Managed allocations: device memory of a server at an address that this process has, too. */
#ifndef BF_MANAGED_MEMORY_H
#define BF_MANAGED_MEMORY_H

#include "memory.h"

/* cuMemAllocManaged in the context. `of_host`: no stream uses it before it is attached. */
CUresult bf_managed_memory_allocate(struct bf_object *context, size_t bytes, bool of_host, CUdeviceptr *out);
/* Page-locked memory that kernels use by the address that it has here. */
CUresult bf_managed_memory_allocate_mapped(struct bf_object *context, size_t bytes, CUdeviceptr *out);
/* What bf_pinned_remove gave of it. */
void bf_managed_memory_free_mapped(const struct bf_range *range);

/* What was taken out of the map. Nothing uses it any more. */
CUresult bf_managed_memory_free(const struct bf_place *place);

/* Of a pool: `range` says how much, in which context, and whether it is the host's, and gets its place; it is in the map
 * then. The same again of memory that was taken out of the map. And its end, for which no work of the device is waited. */
CUresult bf_managed_memory_allocate_of_pool(struct bf_range *range, const CUmemPoolProps *pool);
bool bf_managed_memory_show(const struct bf_range *range, const CUmemPoolProps *pool);
CUresult bf_managed_memory_free_of_pool(const struct bf_range *range);

/* The number of the stream in which pages of a context are moved. */
CUresult bf_managed_memory_stream(struct bf_object *context, uint64_t *number);

/* cuStreamAttachMemAsync. */
CUresult bf_managed_memory_attach(const struct bf_order *order, CUdeviceptr at, size_t bytes, unsigned flags);

/* The context has ended, and with it its memory on the server. */
void bf_managed_memory_end_context(const struct bf_object *context);

#endif
