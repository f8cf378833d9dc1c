/* What a pool says that it uses and holds. What is freed goes back to the device at once; but a program sees the pool
 * hold memory as a GPU's does: in blocks, until the program has synchronised, and then as much as the release
 * threshold says.
 *
 * Nothing but an allocation or a free changes what is used. So what synchronisations in between have let go is worked
 * out when it is needed, and they only count themselves. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "handles.h"
#include "pool.h"

#define BLOCK ((uint64_t)32 << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint64_t synchronised;
static struct sg_pool *retired;

uint64_t sg_pool_in_blocks(uint64_t bytes)
{
    return (bytes + BLOCK - 1) / BLOCK * BLOCK;
}

/* With the lock held: give back all blocks beyond `keep` that are not in use. */
static void release(struct sg_pool *pool, uint64_t keep)
{
    uint64_t needed = sg_pool_in_blocks(pool->used), kept = keep / BLOCK * BLOCK;
    uint64_t least = needed > kept ? needed : kept;
    if (pool->reserved > least)
        pool->reserved = least;
}

/* With the lock held. */
static void settle(struct sg_pool *pool)
{
    uint64_t now = atomic_load(&synchronised);
    if (pool->settled != now && pool->reserved > pool->release_threshold)
        release(pool, pool->release_threshold);
    pool->settled = now;
}

void sg_pool_synchronised(void)
{
    atomic_fetch_add_explicit(&synchronised, 1, memory_order_relaxed);
}

void sg_pool_take(struct sg_pool *pool, uint64_t bytes)
{
    pthread_mutex_lock(&lock);
    settle(pool);
    pool->used += bytes;
    if (pool->used_high < pool->used)
        pool->used_high = pool->used;
    if (pool->reserved < pool->used)
        pool->reserved = sg_pool_in_blocks(pool->used);
    if (pool->reserved_high < pool->reserved)
        pool->reserved_high = pool->reserved;
    pthread_mutex_unlock(&lock);
}

void sg_pool_give(struct sg_pool *pool, uint64_t bytes)
{
    pthread_mutex_lock(&lock);
    settle(pool);
    assert(pool->used >= bytes);
    pool->used -= bytes;
    pthread_mutex_unlock(&lock);
}

void sg_pool_trim(struct sg_pool *pool, uint64_t keep)
{
    pthread_mutex_lock(&lock);
    settle(pool);
    release(pool, sg_pool_in_blocks(keep));
    pthread_mutex_unlock(&lock);
}

uint64_t sg_pool_reserved(struct sg_pool *pool)
{
    pthread_mutex_lock(&lock);
    settle(pool);
    uint64_t reserved = pool->reserved;
    pthread_mutex_unlock(&lock);
    return reserved;
}

void sg_pool_set_threshold(struct sg_pool *pool, uint64_t bytes)
{
    pthread_mutex_lock(&lock);
    settle(pool);
    pool->release_threshold = bytes;
    pthread_mutex_unlock(&lock);
}

void sg_pool_reset_high(struct sg_pool *pool, bool of_reserved)
{
    pthread_mutex_lock(&lock);
    settle(pool);
    if (of_reserved)
        pool->reserved_high = pool->reserved;
    else
        pool->used_high = pool->used;
    pthread_mutex_unlock(&lock);
}

CUresult sg_pool_create(struct sg_device *device, struct sg_pool **out)
{
    struct sg_pool *pool = calloc(1, sizeof *pool);
    REQUIRE(pool, CUDA_ERROR_OUT_OF_MEMORY);
    *pool = (struct sg_pool){.device = device, .reuse = {1, 1, 1}};
    pool->handle = sg_handles_new(SG_POOL, pool);
    if (!pool->handle) {
        free(pool);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = pool;
    return CUDA_SUCCESS;
}

void sg_pool_retire(struct sg_pool *pool)
{
    pthread_mutex_lock(&lock);
    pool->next_retired = retired;
    retired = pool;
    pthread_mutex_unlock(&lock);
}
