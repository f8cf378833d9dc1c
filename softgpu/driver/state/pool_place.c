/* The pools of the places that are no device's own. */
#include "pool_place.h"

#include <pthread.h>

#include "../../../libcuda/pool_place.h"

static struct place {
    struct sg_pool *standard, *current;
} places[LC_POOL_MANAGED_DEVICE + SG_DEVICES_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* With the lock held: the place, which has its pools. */
static CUresult find(const CUmemLocation *location, CUmemAllocationType type, struct place **out)
{
    struct place *place = &places[lc_pool_place_number(location, type)];
    const CUmemPoolProps made = {.allocType = type, .location = *location};
    if (!place->standard) {
        TRY(sg_pool_create(sg_pool_device_of(&made), &made, &place->standard));
        place->standard->is_default = true;
        place->current = place->standard;
    }
    *out = place;
    return CUDA_SUCCESS;
}

/* The place as it is now. */
static CUresult look(const CUmemLocation *location, CUmemAllocationType type, struct place *out)
{
    struct place *place;
    pthread_mutex_lock(&lock);
    CUresult result = find(location, type, &place);
    if (!result)
        *out = *place;
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult sg_pool_place_default(const CUmemLocation *location, CUmemAllocationType type, struct sg_pool **out)
{
    struct place place;
    TRY(look(location, type, &place));
    *out = place.standard;
    return CUDA_SUCCESS;
}

CUresult sg_pool_place_current(const CUmemLocation *location, CUmemAllocationType type, struct sg_pool **out)
{
    struct place place;
    TRY(look(location, type, &place));
    *out = place.current;
    return CUDA_SUCCESS;
}

CUresult sg_pool_place_use(const CUmemLocation *location, CUmemAllocationType type, struct sg_pool *pool)
{
    const CUmemPoolProps *made = &pool->made;
    struct place *place;
    REQUIRE(!lc_pool_place_is_device(&made->location, made->allocType) &&
                lc_pool_place_number(&made->location, made->allocType) == lc_pool_place_number(location, type),
            CUDA_ERROR_INVALID_VALUE);
    pthread_mutex_lock(&lock);
    CUresult result = find(location, type, &place);
    if (!result)
        place->current = pool;
    pthread_mutex_unlock(&lock);
    return result;
}

void sg_pool_place_forget(const struct sg_pool *pool)
{
    pthread_mutex_lock(&lock);
    for (struct place *place = places; place < places + sizeof places / sizeof *places; place++)
        if (place->current == pool)
            place->current = place->standard;
    pthread_mutex_unlock(&lock);
}
