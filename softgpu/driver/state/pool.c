/* What a pool uses and holds. It reserves memory of its device in blocks, and gives back what it does not use when the
 * program has synchronised, beyond what the release threshold says, and when the device has nothing else left.
 *
 * Nothing but an allocation or a free changes what is used. So what synchronisations in between have let go is worked
 * out when it is needed, and they only count themselves.
 *
 * Addresses are not reserved: each allocation has one of its own, uncounted. What a stream has still to free counts as
 * used; an allocation that comes later, in that stream or in one that waits for it, takes its place: at the same
 * address, if it is as large, or else in the account alone, before the pool reserves more. If it cannot, the stream of
 * the allocation is made to wait for others that are to free something. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "../../../libcuda/advice.h"
#include "event.h"
#include "handles.h"
#include "pool.h"

#define BLOCK ((uint64_t)32 << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint64_t synchronised;
static uint64_t last_claim;
static struct sg_pool *pools;

/* Memory that a stream is to free, or has freed (`is_over`) where that does not make it anybody's. */
struct sg_leaving {
    struct sg_pool *pool;
    uint64_t address, bytes;         /* address 0: it is another allocation's again */
    struct sg_stream *stream;        /* once it is over, only its name */
    const struct sg_context *context;
    bool legacy, blocking;           /* of the stream */
    _Atomic uint64_t ticket;         /* of the free; 0 until it has one */
    uint64_t claim;                  /* of an allocation that comes later and is counted in its place; 0: none */
    bool is_over;
    uint64_t over_at;                /* so often had the program synchronised by then */
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
    sg_memory_discharge(pool->memory, pool->reserved - least);
    pool->reserved = least;
}

/* With the lock held: out of the list, and its address is free. */
static void forget(struct sg_leaving **link)
{
    struct sg_leaving *leaving = *link;
    *link = leaving->next;
    atomic_fetch_sub(&leaving->pool->leaving_count, 1);
    if (leaving->is_over && !leaving->claim)
        leaving->pool->withheld -= leaving->bytes;
    if (leaving->address) {
        lc_advice_remove(leaving->address, leaving->bytes);
        (void)sg_memory_free(leaving->address);
    }
    free(leaving);
}

/* With the lock held: what streams have freed is anybody's, if the program knows of it or the pool may use it by
 * chance. */
static void give_withheld(struct sg_pool *pool, uint64_t now)
{
    bool all = pool->reuse[SG_REUSE_BY_CHANCE] || pool->retired;
    for (struct sg_leaving **link = &pool->leaving; *link && pool->withheld;) {
        struct sg_leaving *leaving = *link;
        if (!leaving->is_over || (!all && leaving->over_at == now)) {
            link = &leaving->next;
            continue;
        }
        pool->used -= leaving->bytes;
        forget(link);
    }
}

/* With the lock held. */
static void settle(struct sg_pool *pool)
{
    uint64_t now = atomic_load(&synchronised);
    give_withheld(pool, now);
    if (pool->settled != now && pool->reserved > pool->release_threshold)
        release(pool, pool->release_threshold);
    pool->settled = now;
}

void sg_pool_synchronised(void)
{
    atomic_fetch_add_explicit(&synchronised, 1, memory_order_relaxed);
}

/* With the lock held: give back what no pool of the memory uses. */
static void release_unused(const struct sg_memory *memory)
{
    for (struct sg_pool *pool = pools; pool; pool = pool->next)
        if (pool->memory == memory)
            release(pool, 0);
}

void sg_pool_settle(const struct sg_device *device)
{
    pthread_mutex_lock(&lock);
    for (struct sg_pool *pool = pools; pool; pool = pool->next)
        if (pool->memory == device->memory)
            settle(pool);
    pthread_mutex_unlock(&lock);
}

static CUresult charge(struct sg_memory *memory, uint64_t bytes)
{
    if (!sg_memory_charge(memory, bytes))
        return CUDA_SUCCESS;
    release_unused(memory);
    return (CUresult)sg_memory_charge(memory, bytes);
}

/* With the lock held: use so much more. */
static CUresult use(struct sg_pool *pool, uint64_t bytes)
{
    uint64_t used = pool->used + bytes;
    REQUIRE(bytes <= UINT64_MAX / 2 && (!pool->made.maxSize || used <= pool->made.maxSize), CUDA_ERROR_OUT_OF_MEMORY);
    if (pool->reserved < used) {
        uint64_t needed = sg_pool_in_blocks(used), before = pool->reserved;
        /* Counted before it is asked for, so that nothing of it is given back. */
        pool->used = used;
        CUresult result = charge(pool->memory, needed - before);
        pool->used = used - bytes;
        TRY(result);
        pool->reserved = needed;
    }
    pool->used = used;
    if (pool->used_high < used - pool->withheld)
        pool->used_high = used - pool->withheld;
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

struct sg_leaving *sg_pool_leave(struct sg_pool *pool, uint64_t address, uint64_t bytes, struct sg_stream *stream)
{
    struct sg_leaving *leaving = malloc(sizeof *leaving);
    if (!leaving)
        return NULL;
    pthread_mutex_lock(&lock);
    *leaving = (struct sg_leaving){.pool = pool,
                                   .address = address,
                                   .bytes = bytes,
                                   .stream = stream,
                                   .context = stream->context,
                                   .legacy = stream->legacy,
                                   .blocking = stream->blocking,
                                   .next = pool->leaving};
    pool->leaving = leaving;
    atomic_fetch_add(&pool->leaving_count, 1);
    pthread_mutex_unlock(&lock);
    return leaving;
}

void sg_pool_leaves_at(struct sg_leaving *leaving, uint64_t ticket)
{
    atomic_store(&leaving->ticket, ticket);
}

void sg_pool_left(struct sg_leaving *leaving)
{
    struct sg_pool *pool = leaving->pool;
    pthread_mutex_lock(&lock);
    settle(pool);
    struct sg_leaving **link = &pool->leaving;
    while (*link != leaving)
        link = &(*link)->next;
    if (!leaving->claim && !pool->reuse[SG_REUSE_BY_CHANCE] && !pool->retired) {
        leaving->is_over = true;
        leaving->over_at = atomic_load(&synchronised);
        pool->withheld += leaving->bytes;
    } else {
        if (!leaving->claim)
            give(pool, leaving->bytes);
        forget(link);
    }
    pthread_mutex_unlock(&lock);
}

/* What comes before an allocation: its stream's work, and what the stream waits for. */
struct before {
    const struct sg_stream *stream;
    unsigned count;
    struct sg_wait waits[SG_WAITS_MAX];
};

static struct before find_before(const struct sg_pool *pool, const struct sg_stream *stream)
{
    struct before before = {.stream = stream};
    if (atomic_load(&pool->leaving_count) && pool->reuse[SG_REUSE_EVENTS])
        before.count = sg_wait_list(stream, before.waits);
    return before;
}

/* Among the streams of a context the legacy one is in order with those that do not say otherwise. */
static bool in_order(const struct sg_leaving *one, const struct sg_stream *other)
{
    return one->context == other->context && ((one->legacy && other->blocking) || (other->legacy && one->blocking));
}

static bool is_before(const struct sg_leaving *leaving, const struct before *before)
{
    uint64_t ticket = atomic_load(&leaving->ticket);
    if (leaving->claim || !ticket)
        return false;
    bool found = leaving->stream == before->stream || in_order(leaving, before->stream);
    for (unsigned i = 0; i < before->count && !found; i++)
        found = before->waits[i].stream == leaving->stream && ticket <= before->waits[i].ticket;
    return found;
}

/* With the lock held: the newest that comes before and is as large; NULL if there is none. */
static struct sg_leaving *find_alike(const struct sg_pool *pool, uint64_t bytes, const struct before *before)
{
    struct sg_leaving *each = pool->leaving;
    while (each && (each->bytes != bytes || !is_before(each, before)))
        each = each->next;
    return each;
}

static bool has_room(const struct sg_pool *pool, uint64_t bytes)
{
    return bytes <= pool->reserved && pool->used <= pool->reserved - bytes;
}

/* With the lock held. */
static void count_claim(struct sg_leaving *leaving, uint64_t claim)
{
    leaving->claim = claim;
    leaving->pool->used -= leaving->bytes;
    if (leaving->is_over)
        leaving->pool->withheld -= leaving->bytes;
}

/* With the lock held: what was claimed of that which is over will not leave any more. */
static void forget_claimed(struct sg_pool *pool, uint64_t claim)
{
    for (struct sg_leaving **link = &pool->leaving; *link;) {
        if ((*link)->claim == claim && (*link)->is_over)
            forget(link);
        else
            link = &(*link)->next;
    }
}

/* With the lock held: what was claimed for nothing is used as before. */
static CUresult disclaim(struct sg_pool *pool, uint64_t claim)
{
    for (struct sg_leaving *each = pool->leaving; each; each = each->next) {
        if (each->claim != claim)
            continue;
        each->claim = 0;
        pool->used += each->bytes;
        if (each->is_over)
            pool->withheld += each->bytes;
    }
    return CUDA_ERROR_OUT_OF_MEMORY;
}

/* With the lock held: use `bytes`, as far as there is no room in the place of what comes before. */
static CUresult use_again(struct sg_pool *pool, uint64_t bytes, const struct before *before)
{
    uint64_t claim = ++last_claim;
    for (struct sg_leaving *each = pool->leaving; each && !has_room(pool, bytes); each = each->next) {
        if (is_before(each, before))
            count_claim(each, claim);
    }
    CUresult result = use(pool, bytes);
    if (result)
        return disclaim(pool, claim);
    forget_claimed(pool, claim);
    return CUDA_SUCCESS;
}

/* With the lock held: the same of what other streams are to free, which are to be waited for then. */
static CUresult use_others(struct sg_pool *pool, uint64_t bytes, struct before *waits)
{
    uint64_t claim = ++last_claim;
    CUresult result = CUDA_ERROR_OUT_OF_MEMORY;
    waits->count = 0;
    for (struct sg_leaving *each = pool->leaving; each && result && waits->count < SG_WAITS_MAX; each = each->next) {
        uint64_t ticket = atomic_load(&each->ticket);
        if (each->claim || !ticket)
            continue;
        count_claim(each, claim);
        if (!each->is_over)
            waits->waits[waits->count++] = (struct sg_wait){each->stream, ticket};
        result = use(pool, bytes);
    }
    if (result)
        return disclaim(pool, claim);
    forget_claimed(pool, claim);
    return CUDA_SUCCESS;
}

/* With the lock held. `before` becomes what is still to be waited for. */
static CUresult find_room(struct sg_pool *pool, uint64_t bytes, struct before *before, uint64_t *address)
{
    struct sg_leaving *alike = find_alike(pool, bytes, before);
    *address = alike ? alike->address : 0;
    if (alike) {
        alike->address = 0;
        count_claim(alike, ++last_claim);
        pool->used += bytes;
        forget_claimed(pool, last_claim);
        before->count = 0;
        return CUDA_SUCCESS;
    }
    CUresult result = use_again(pool, bytes, before);
    before->count = 0;
    return result && pool->reuse[SG_REUSE_INTERNAL] ? use_others(pool, bytes, before) : result;
}

/* An address of its own. Managed memory is some device's: the stream's, if the pool does not say. */
static CUresult take_address(struct sg_pool *pool, uint64_t bytes, const struct sg_stream *stream, uint64_t *address)
{
    const struct sg_device *device = pool->device ? pool->device : stream->context->device;
    bool of_host = !pool->device && !sg_pool_is_managed(pool);
    struct sg_memory *memory = of_host ? pool->memory : device->memory;
    TRY((CUresult)sg_memory_alloc_uncounted(memory, bytes, SG_MEMORY_ALIGN, pool, address));
    sg_memory_set_tag(*address, of_host ? SG_TAG_HOST_POOL : SG_TAG_POOL);
    return CUDA_SUCCESS;
}

CUresult sg_pool_allocate(struct sg_pool *pool, uint64_t bytes, struct sg_stream *stream, uint64_t *address)
{
    struct before before = find_before(pool, stream);
    pthread_mutex_lock(&lock);
    settle(pool);
    CUresult result = find_room(pool, bytes, &before, address);
    pthread_mutex_unlock(&lock);
    TRY(result);
    for (unsigned i = 0; i < before.count && !result; i++)
        result = sg_event_wait_ticket(stream, before.waits[i].stream, before.waits[i].ticket);
    if (!result && !*address)
        result = take_address(pool, bytes, stream, address);
    if (!result && sg_pool_is_managed(pool) && !lc_advice_add_at(*address, bytes, pool->made.location)) {
        (void)sg_memory_free(*address);
        result = CUDA_ERROR_OUT_OF_MEMORY;
    }
    if (result)
        sg_pool_give(pool, bytes);
    return result;
}

/* ---- memory of the device that is no pool's */

static void make_room(const struct sg_device *device)
{
    pthread_mutex_lock(&lock);
    release_unused(device->memory);
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

uint64_t sg_pool_used(struct sg_pool *pool)
{
    pthread_mutex_lock(&lock);
    settle(pool);
    uint64_t used = pool->used - pool->withheld;
    pthread_mutex_unlock(&lock);
    return used;
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
        pool->used_high = pool->used - pool->withheld;
    pthread_mutex_unlock(&lock);
}

CUresult sg_pool_create(struct sg_device *device, const CUmemPoolProps *made, struct sg_pool **out)
{
    struct sg_pool *pool = calloc(1, sizeof *pool);
    REQUIRE(pool, CUDA_ERROR_OUT_OF_MEMORY);
    *pool = (struct sg_pool){.device = device,
                             .memory = device ? device->memory : sg_device_host_memory(),
                             .made = *made,
                             .reuse = {1, 1, 1}};
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

CUresult sg_pool_create_of(struct sg_device *device, struct sg_pool **out)
{
    const CUmemPoolProps made = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                                 .location = {CU_MEM_LOCATION_TYPE_DEVICE, device->ordinal}};
    return sg_pool_create(device, &made, out);
}

void sg_pool_retire(struct sg_pool *pool)
{
    pthread_mutex_lock(&lock);
    pool->retired = true;
    settle(pool);
    release(pool, 0);
    pthread_mutex_unlock(&lock);
}
