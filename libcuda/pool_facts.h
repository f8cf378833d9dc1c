/* What a pool was made as, told by attributes that CUDA 13.0 does not have yet. */
#ifndef LC_POOL_FACTS_H
#define LC_POOL_FACTS_H

#include <stdbool.h>

#include "generated/cuda_types.h"

enum {
    LC_POOL_ALLOCATION_TYPE = 9,
    LC_POOL_EXPORT_HANDLE_TYPES,
    LC_POOL_LOCATION_ID,
    LC_POOL_LOCATION_TYPE,
    LC_POOL_MAX_SIZE,
    LC_POOL_HW_DECOMPRESS,
    LC_POOL_LOCALITY_DOMAIN,
};

/* False if it is another attribute. All but the size are an int. */
static inline bool lc_pool_facts_get(const CUmemPoolProps *made, int attribute, void *value)
{
    int *narrow = value;
    switch (attribute) {
    case LC_POOL_ALLOCATION_TYPE: *narrow = (int)made->allocType; return true;
    case LC_POOL_EXPORT_HANDLE_TYPES: *narrow = (int)made->handleTypes; return true;
    case LC_POOL_LOCATION_ID: *narrow = made->location.id; return true;
    case LC_POOL_LOCATION_TYPE: *narrow = (int)made->location.type; return true;
    case LC_POOL_MAX_SIZE: *(cuuint64_t *)value = made->maxSize; return true;
    case LC_POOL_HW_DECOMPRESS: *narrow = 0; return true;
    case LC_POOL_LOCALITY_DOMAIN: *narrow = -1; return true;
    default: return false;
    }
}

#endif
