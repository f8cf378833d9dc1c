/* The pools of the places that are no device's own: managed memory, and the host's. Each place has a pool from the start,
 * made when it is first asked for, and one that is its current one. All are this process's (kept_pools.h). */
#ifndef BF_POOL_PLACES_H
#define BF_POOL_PLACES_H

#include "objects.h"

/* For a place that is known (libcuda/pool_place.h); the device, if it names one, exists. */
CUresult bf_pool_places_default(const CUmemLocation *location, CUmemAllocationType type, struct bf_object **out);
CUresult bf_pool_places_current(const CUmemLocation *location, CUmemAllocationType type, struct bf_object **out);

/* INVALID_VALUE if the pool is at another place. */
CUresult bf_pool_places_use(const CUmemLocation *location, CUmemAllocationType type, struct bf_object *pool);

/* The pool is about to end: where it is the current one, the default is again. */
void bf_pool_places_forget(const struct bf_object *pool);

#endif
