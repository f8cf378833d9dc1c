/* Where pools of memory may be, as cuMemGetDefaultMemPool and the like are asked. */
#ifndef LC_POOL_PLACE_H
#define LC_POOL_PLACE_H

#include <stdbool.h>

#include "generated/cuda_types.h"

/* A place and a type of allocations that go together. */
static inline bool lc_pool_place_is_known(const CUmemLocation *location, CUmemAllocationType type)
{
    bool managed = type == CU_MEM_ALLOCATION_TYPE_MANAGED;
    if (type != CU_MEM_ALLOCATION_TYPE_PINNED && !managed)
        return false;
    return location->type == CU_MEM_LOCATION_TYPE_DEVICE || location->type == CU_MEM_LOCATION_TYPE_HOST ||
           location->type == CU_MEM_LOCATION_TYPE_HOST_NUMA || (managed && location->type == CU_MEM_LOCATION_TYPE_NONE);
}

/* The one that cuDeviceGetMemPool and its like are about. */
static inline bool lc_pool_place_is_device(const CUmemLocation *location, CUmemAllocationType type)
{
    return location->type == CU_MEM_LOCATION_TYPE_DEVICE && type == CU_MEM_ALLOCATION_TYPE_PINNED;
}

#endif
