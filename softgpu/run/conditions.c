/* A table that never moves: kernels look into it without a lock. handle = generation << 16 | place. */
#include "conditions.h"

#include <pthread.h>
#include <stdatomic.h>

enum { PLACES = 1 << 16, PLACE_BITS = 16 };

struct condition {
    _Atomic uint64_t handle;        /* 0 while it is none */
    _Atomic uint32_t value;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct condition places[PLACES];   /* the first is never used */
static uint64_t generation;
static uint32_t next = 1;

static struct condition *find(uint64_t handle)
{
    struct condition *place = &places[handle & (PLACES - 1)];
    return handle && atomic_load_explicit(&place->handle, memory_order_acquire) == handle ? place : NULL;
}

/* With the lock held: a place that is free, the one that has been so for longest if possible. */
static struct condition *take(uint32_t *number)
{
    for (uint32_t tries = 1; tries < PLACES; tries++) {
        *number = next;
        next = next + 1 < PLACES ? next + 1 : 1;
        if (!atomic_load(&places[*number].handle))
            return &places[*number];
    }
    return NULL;
}

uint64_t sg_conditions_new(void)
{
    uint32_t number;
    uint64_t handle = 0;
    pthread_mutex_lock(&lock);
    struct condition *place = take(&number);
    if (place) {
        handle = ++generation << PLACE_BITS | number;
        atomic_store(&place->value, 0);
        atomic_store_explicit(&place->handle, handle, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
    return handle;
}

void sg_conditions_drop(uint64_t handle)
{
    struct condition *place = find(handle);
    if (place)
        atomic_store(&place->handle, 0);
}

bool sg_conditions_set(uint64_t handle, uint32_t value)
{
    struct condition *place = find(handle);
    if (place)
        atomic_store(&place->value, value);
    return place;
}

uint32_t sg_conditions_get(uint64_t handle)
{
    const struct condition *place = find(handle);
    return place ? atomic_load(&place->value) : 0;
}
