/* Where pools of memory may be. */
#ifndef LC_POOL_PLACE_H
#define LC_POOL_PLACE_H

#include <stdbool.h>

#include "generated/cuda_types.h"

/* The places that are no device's own: a number for each, then one for the managed memory of each device. */
enum {
    LC_POOL_HOST,
    LC_POOL_NODE,
    LC_POOL_MANAGED,
    LC_POOL_MANAGED_HOST,
    LC_POOL_MANAGED_NODE,
    LC_POOL_MANAGED_DEVICE
};

/* A place and a type of allocations that go together. */
static inline bool lc_pool_place_is_known(const CUmemLocation *location, CUmemAllocationType type)
{
    bool managed = type == CU_MEM_ALLOCATION_TYPE_MANAGED;
    if (type != CU_MEM_ALLOCATION_TYPE_PINNED && !managed)
        return false;
    switch (location->type) {
    case CU_MEM_LOCATION_TYPE_DEVICE:
    case CU_MEM_LOCATION_TYPE_HOST: return true;
    case CU_MEM_LOCATION_TYPE_HOST_NUMA: return location->id >= 0;
    default: return managed && location->type == CU_MEM_LOCATION_TYPE_NONE;
    }
}

/* The one that cuDeviceGetMemPool and its like are about. */
static inline bool lc_pool_place_is_device(const CUmemLocation *location, CUmemAllocationType type)
{
    return location->type == CU_MEM_LOCATION_TYPE_DEVICE && type == CU_MEM_ALLOCATION_TYPE_PINNED;
}

/* The number of one that is known and no device's own. */
static inline unsigned lc_pool_place_number(const CUmemLocation *location, CUmemAllocationType type)
{
    bool managed = type == CU_MEM_ALLOCATION_TYPE_MANAGED;
    switch (location->type) {
    case CU_MEM_LOCATION_TYPE_HOST: return managed ? LC_POOL_MANAGED_HOST : LC_POOL_HOST;
    case CU_MEM_LOCATION_TYPE_HOST_NUMA: return managed ? LC_POOL_MANAGED_NODE : LC_POOL_NODE;
    case CU_MEM_LOCATION_TYPE_DEVICE: return LC_POOL_MANAGED_DEVICE + (unsigned)location->id;
    default: return LC_POOL_MANAGED;
    }
}

/* What cuMemPoolCreate says to where a pool is to be. Memory of the host, and managed memory, is not shared. */
static inline CUresult lc_pool_place_check(const CUmemPoolProps *wanted, int devices)
{
    const CUmemLocation *location = &wanted->location;
    if (!lc_pool_place_is_known(location, wanted->allocType))
        return CUDA_ERROR_INVALID_VALUE;
    if (location->type == CU_MEM_LOCATION_TYPE_DEVICE && (location->id < 0 || location->id >= devices))
        return CUDA_ERROR_INVALID_VALUE;
    bool own = lc_pool_place_is_device(location, wanted->allocType);
    return own || wanted->handleTypes == CU_MEM_HANDLE_TYPE_NONE ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

#endif
