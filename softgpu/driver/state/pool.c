/* What a pool uses and holds. It reserves memory of its device in blocks, and gives back what it does not use when the
 * program has synchronised, beyond what the release threshold says, and when the device has nothing else left.
 *
 * Nothing but an allocation or a free changes what is used. So what synchronisations in between have let go is worked
 * out when it is needed, and they only count themselves.
 *
 * Addresses are not reserved: each allocation has one of its own, uncounted. What a stream has still to free counts as
 * used; an allocation that the stream comes to later takes its place: at the same address, if it is as large, or else
 * in the account alone, before the pool reserves more. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "../sched/sched.h"
#include "handles.h"
#include "pool.h"

#define BLOCK ((uint64_t)32 << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint64_t synchronised;
static uint64_t last_claim;
static struct sg_pool *pools;

/* Memory that a stream is to free. */
struct sg_leaving {
    struct sg_pool *pool;
    uint64_t address, bytes;         /* address 0: it is another allocation's again */
    uint64_t stream;                 /* its id */
    uint64_t claim;                  /* of an allocation that comes later and is counted in its place; 0: none */
    struct sg_leaving *next;
};

uint64_t sg_pool_in_blocks(uint64_t bytes)
{
    return (bytes + BLOCK - 1) / BLOCK * BLOCK;
}

/* With the lock held: give back all blocks beyond `keep` that are not in use. */
static void release(struct sg_pool *pool, uint64_t keep)
{
    uint64_t needed = sg_pool_in_blocks(pool->used), kept = keep / BLOCK * BLOCK;
    uint64_t least = needed > kept ? needed : kept;
    if (pool->reserved <= least)
        return;
    sg_memory_discharge(pool->device->memory, pool->reserved - least);
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

/* With the lock held: give back what no pool of the device uses. */
static void release_unused(const struct sg_device *device)
{
    for (struct sg_pool *pool = pools; pool; pool = pool->next)
        if (pool->device == device)
            release(pool, 0);
}

static CUresult charge(struct sg_device *device, uint64_t bytes)
{
    if (!sg_memory_charge(device->memory, bytes))
        return CUDA_SUCCESS;
    release_unused(device);
    return (CUresult)sg_memory_charge(device->memory, bytes);
}

/* With the lock held: use so much more. */
static CUresult use(struct sg_pool *pool, uint64_t bytes)
{
    uint64_t used = pool->used + bytes;
    REQUIRE(bytes <= UINT64_MAX / 2 && (!pool->bytes_max || used <= pool->bytes_max), CUDA_ERROR_OUT_OF_MEMORY);
    if (pool->reserved < used) {
        uint64_t needed = sg_pool_in_blocks(used), before = pool->reserved;
        /* Counted before it is asked for, so that nothing of it is given back. */
        pool->used = used;
        CUresult result = charge(pool->device, needed - before);
        pool->used = used - bytes;
        TRY(result);
        pool->reserved = needed;
    }
    pool->used = used;
    if (pool->used_high < used)
        pool->used_high = used;
    if (pool->reserved_high < pool->reserved)
        pool->reserved_high = pool->reserved;
    return CUDA_SUCCESS;
}

CUresult sg_pool_take(struct sg_pool *pool, uint64_t bytes)
{
    pthread_mutex_lock(&lock);
    settle(pool);
    CUresult result = use(pool, bytes);
    pthread_mutex_unlock(&lock);
    return result;
}

/* With the lock held. */
static void give(struct sg_pool *pool, uint64_t bytes)
{
    assert(pool->used >= bytes);
    pool->used -= bytes;
    if (pool->retired)
        release(pool, 0);
}

void sg_pool_give(struct sg_pool *pool, uint64_t bytes)
{
    pthread_mutex_lock(&lock);
    settle(pool);
    give(pool, bytes);
    pthread_mutex_unlock(&lock);
}

/* ---- what streams free */

struct sg_leaving *sg_pool_leave(struct sg_pool *pool, uint64_t address, uint64_t bytes, const struct sg_stream *stream)
{
    struct sg_leaving *leaving = malloc(sizeof *leaving);
    if (!leaving)
        return NULL;
    pthread_mutex_lock(&lock);
    *leaving = (struct sg_leaving){
        .pool = pool, .address = address, .bytes = bytes, .stream = stream->id, .next = pool->leaving};
    pool->leaving = leaving;
    pthread_mutex_unlock(&lock);
    return leaving;
}

void sg_pool_left(struct sg_leaving *leaving)
{
    struct sg_pool *pool = leaving->pool;
    pthread_mutex_lock(&lock);
    settle(pool);
    struct sg_leaving **link = &pool->leaving;
    while (*link != leaving)
        link = &(*link)->next;
    *link = leaving->next;
    if (!leaving->claim)
        give(pool, leaving->bytes);
    pthread_mutex_unlock(&lock);
    if (leaving->address)
        (void)sg_memory_free(leaving->address);
    free(leaving);
}

/* With the lock held: the newest that the stream frees and that is as large; NULL if there is none. */
static struct sg_leaving *find_alike(const struct sg_pool *pool, uint64_t bytes, const struct sg_stream *stream)
{
    struct sg_leaving *each = pool->leaving;
    while (each && (each->stream != stream->id || each->claim || each->bytes != bytes))
        each = each->next;
    return each;
}

static bool has_room(const struct sg_pool *pool, uint64_t bytes)
{
    return bytes <= pool->reserved && pool->used <= pool->reserved - bytes;
}

/* With the lock held: use `bytes`, as far as there is no room in the place of what the stream frees. */
static CUresult use_again(struct sg_pool *pool, uint64_t bytes, const struct sg_stream *stream)
{
    uint64_t claim = ++last_claim;
    for (struct sg_leaving *each = pool->leaving; each && !has_room(pool, bytes); each = each->next) {
        if (each->stream != stream->id || each->claim)
            continue;
        each->claim = claim;
        pool->used -= each->bytes;
    }
    CUresult result = use(pool, bytes);
    for (struct sg_leaving *each = pool->leaving; each && result; each = each->next) {
        if (each->claim != claim)
            continue;
        each->claim = 0;
        pool->used += each->bytes;
    }
    return result;
}

CUresult sg_pool_allocate(struct sg_pool *pool, uint64_t bytes, const struct sg_stream *stream, uint64_t *address)
{
    pthread_mutex_lock(&lock);
    settle(pool);
    struct sg_leaving *alike = find_alike(pool, bytes, stream);
    if (alike) {
        *address = alike->address;
        alike->address = 0;
        alike->claim = ++last_claim;
        pthread_mutex_unlock(&lock);
        return CUDA_SUCCESS;
    }
    CUresult result = use_again(pool, bytes, stream);
    pthread_mutex_unlock(&lock);
    TRY(result);
    result = (CUresult)sg_memory_alloc_uncounted(pool->device->memory, bytes, SG_MEMORY_ALIGN, pool, address);
    if (result)
        sg_pool_give(pool, bytes);
    else
        sg_memory_set_tag(*address, SG_TAG_POOL);
    return result;
}

/* ---- memory of the device that is no pool's */

static void make_room(const struct sg_device *device)
{
    pthread_mutex_lock(&lock);
    release_unused(device);
    pthread_mutex_unlock(&lock);
}

CUresult sg_pool_outside(struct sg_device *device, uint64_t bytes, uint64_t align, const void *owner, uint64_t *address)
{
    if (!sg_memory_alloc(device->memory, bytes, align, owner, address))
        return CUDA_SUCCESS;
    make_room(device);
    return (CUresult)sg_memory_alloc(device->memory, bytes, align, owner, address);
}

CUresult sg_pool_charge_outside(struct sg_device *device, uint64_t bytes)
{
    if (!sg_memory_charge(device->memory, bytes))
        return CUDA_SUCCESS;
    make_room(device);
    return (CUresult)sg_memory_charge(device->memory, bytes);
}

/* ---- what a program sets and sees */

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
    pthread_mutex_lock(&lock);
    pool->next = pools;
    pools = pool;
    pthread_mutex_unlock(&lock);
    *out = pool;
    return CUDA_SUCCESS;
}

void sg_pool_retire(struct sg_pool *pool)
{
    pthread_mutex_lock(&lock);
    pool->retired = true;
    release(pool, 0);
    pthread_mutex_unlock(&lock);
}
