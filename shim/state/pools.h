/* Memory pools: handles of the server's, and which is the current one of a device. */
#ifndef BF_POOLS_H
#define BF_POOLS_H

#include "call.h"

/* The handle of a pool that the server has by this number; NULL if memory ran out. */
struct bf_object *bf_pools_new(struct bf_device *device, uint64_t number, const CUmemPoolProps *made);

/* The default pool is there from the start; it gets its handle when it is first asked for. */
CUresult bf_pools_default(struct bf_device *device, struct bf_object **out);

/* The one that allocations in a stream are made from, if they name none. */
CUresult bf_pools_current(struct bf_device *device, struct bf_object **out);

/* `value` is of the attribute's own width. */
CUresult bf_pools_set_attribute(const struct bf_object *pool, CUmemPool_attribute attribute, const void *value);
CUresult bf_pools_get_attribute(const struct bf_object *pool, CUmemPool_attribute attribute, void *value);

/* cuMemPoolTrimTo. */
CUresult bf_pools_trim(const struct bf_object *pool, size_t keep);

#endif
