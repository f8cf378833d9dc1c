/* Pools of managed memory and of the host's. The server knows nothing of them: this process keeps them, and what they
 * give are managed allocations (managed_memory.h), or such page-locked memory as a device reaches.
 *
 * An allocation is there at once. What a stream is to free stays until the stream has got there; it can be had again
 * before by what comes later in that stream, or else is given back when the program has waited for the device or asks
 * such a pool for something. */
#ifndef BF_KEPT_POOLS_H
#define BF_KEPT_POOLS_H

#include "memory.h"

/* A pool like that; NULL if memory ran out. */
struct bf_object *bf_kept_pools_new(const CUmemPoolProps *made);
/* What was allocated lives on. */
void bf_kept_pools_retire(struct bf_object *pool);

CUresult bf_kept_pools_allocate(const struct bf_order *order, struct bf_object *pool, size_t bytes, CUdeviceptr *out);
/* True if that stream is still to free something. */
bool bf_kept_pools_leaves(const struct bf_order *order);
/* What was taken out of the map: when the stream gets there; now, as nothing uses it any more. */
CUresult bf_kept_pools_free_behind(const struct bf_order *order, const struct bf_place *place);
CUresult bf_kept_pools_free(const struct bf_place *place);

/* True if a range of the map is of such a pool, which may be gone. */
static inline bool bf_kept_pools_has(const struct bf_range *range)
{
    return range->pool && range->managed;
}

/* The program has waited for something: what streams have freed by now is given back. */
void bf_kept_pools_look(void);

/* The context has ended, and its memory with it. */
void bf_kept_pools_end_context(const struct bf_object *context);

CUresult bf_kept_pools_get_attribute(const struct bf_object *pool, CUmemPool_attribute attribute, void *value);
CUresult bf_kept_pools_set_attribute(const struct bf_object *pool, CUmemPool_attribute attribute, const void *value);

/* Every device reaches managed memory; the host's is every device's, too, but a program is told what it has granted. */
CUresult bf_kept_pools_set_access(const struct bf_object *pool, const CUmemAccessDesc *map, size_t count);
CUresult bf_kept_pools_get_access(const struct bf_object *pool, const CUmemLocation *location, CUmemAccess_flags *out);

#endif
