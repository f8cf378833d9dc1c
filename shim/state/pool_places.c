/* The pools of the places that are no device's own. */
#include "pool_places.h"

#include <pthread.h>

#include "../../libcuda/pool_place.h"
#include "kept_pools.h"

static struct place {
    struct bf_object *standard, *current;
} places[LC_POOL_MANAGED_DEVICE + BF_DEVICES_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* With the lock held: the place, which has its pools; NULL if memory ran out. */
static struct place *find(const CUmemLocation *location, CUmemAllocationType type)
{
    struct place *place = &places[lc_pool_place_number(location, type)];
    if (!place->standard) {
        place->standard = bf_kept_pools_new(&(CUmemPoolProps){.allocType = type, .location = *location});
        if (!place->standard)
            return NULL;
        place->standard->pool.is_default = true;
        place->current = place->standard;
    }
    return place;
}

static CUresult answer(const CUmemLocation *location, CUmemAllocationType type, bool current, struct bf_object **out)
{
    pthread_mutex_lock(&lock);
    const struct place *place = find(location, type);
    if (place)
        *out = current ? place->current : place->standard;
    pthread_mutex_unlock(&lock);
    return place ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult bf_pool_places_default(const CUmemLocation *location, CUmemAllocationType type, struct bf_object **out)
{
    return answer(location, type, false, out);
}

CUresult bf_pool_places_current(const CUmemLocation *location, CUmemAllocationType type, struct bf_object **out)
{
    return answer(location, type, true, out);
}

CUresult bf_pool_places_use(const CUmemLocation *location, CUmemAllocationType type, struct bf_object *pool)
{
    const CUmemPoolProps *made = &pool->pool.made;
    if (!pool->pool.kept ||
        lc_pool_place_number(&made->location, made->allocType) != lc_pool_place_number(location, type))
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    struct place *place = find(location, type);
    if (place)
        place->current = pool;
    pthread_mutex_unlock(&lock);
    return place ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

void bf_pool_places_forget(const struct bf_object *pool)
{
    pthread_mutex_lock(&lock);
    for (struct place *place = places; place < places + sizeof places / sizeof *places; place++)
        if (place->current == pool)
            place->current = place->standard;
    pthread_mutex_unlock(&lock);
}
