/* The pools of the places that are no device's own: managed memory, and the host's. Each place has a pool from the start,
 * made when it is first asked for, and one that is its current one. */
#ifndef SG_POOL_PLACE_H
#define SG_POOL_PLACE_H

#include "pool.h"

/* For a place that is known (libcuda/pool_place.h); the device, if it names one, exists. */
CUresult sg_pool_place_default(const CUmemLocation *location, CUmemAllocationType type, struct sg_pool **out);
CUresult sg_pool_place_current(const CUmemLocation *location, CUmemAllocationType type, struct sg_pool **out);

/* INVALID_VALUE if the pool is at another place. */
CUresult sg_pool_place_use(const CUmemLocation *location, CUmemAllocationType type, struct sg_pool *pool);

/* The pool is about to end: where it is the current one, the default is again. */
void sg_pool_place_forget(const struct sg_pool *pool);

#endif
