/* Pools of managed memory and of the host's. */
#include "kept_pools.h"

#include <stdlib.h>

#include "../managed/views.h"
#include "managed_memory.h"

enum { REUSE_FLAGS = CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES };

/* What the program has of it, or a stream is to free. */
struct lease {
    struct lease *next;
    struct bf_kept *pool;
    struct bf_range range;
    size_t pages_bytes;
    struct bf_progress *progress; /* of the stream that is to free it; NULL: nobody is yet */
    uint64_t number; /* of the call in that stream behind which it is free */
};

struct bf_kept {
    CUmemPoolProps made;
    int reuse[REUSE_FLAGS];
    uint64_t release_threshold;
    uint64_t used, used_high, reserved, reserved_high;
    _Atomic uint64_t granted; /* a bit for each device */
    size_t leases;
    bool retired;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct lease *leases;
static _Atomic size_t leaving; /* how many a stream is to free */

struct bf_object *bf_kept_pools_new(const CUmemPoolProps *made)
{
    struct bf_kept *kept = calloc(1, sizeof *kept);
    if (!kept)
        return NULL;
    *kept = (struct bf_kept){.made = *made, .reuse = {1, 1, 1}};
    struct bf_object *pool =
        bf_objects_new(&(struct bf_object){.kind = BF_POOL, .pool = {.made = *made, .kept = kept}});
    if (!pool)
        free(kept);
    return pool;
}

/* With the lock held. */
static void end_if_unused(struct bf_kept *kept)
{
    if (kept->retired && !kept->leases)
        free(kept);
}

void bf_kept_pools_retire(struct bf_object *pool)
{
    pthread_mutex_lock(&lock);
    pool->pool.kept->retired = true;
    end_if_unused(pool->pool.kept);
    pthread_mutex_unlock(&lock);
}

/* ---- the account. With the lock held */

static void raise_to(uint64_t *high, uint64_t value)
{
    *high = *high < value ? value : *high;
}

static void use(struct bf_kept *kept, uint64_t bytes)
{
    kept->used += bytes;
    raise_to(&kept->used_high, kept->used);
}

static bool fits(const struct bf_kept *kept, uint64_t used, size_t bytes)
{
    return bytes <= SIZE_MAX / 2 && (!kept->made.maxSize || used + bytes <= kept->made.maxSize);
}

/* Out of the list; its memory is the caller's to give back. */
static struct lease *take_out(struct lease **link)
{
    struct lease *lease = *link;
    struct bf_kept *kept = lease->pool;
    *link = lease->next;
    if (lease->progress)
        atomic_fetch_sub(&leaving, 1);
    kept->used -= lease->range.bytes;
    kept->reserved -= lease->pages_bytes;
    kept->leases--;
    end_if_unused(kept);
    return lease;
}

static struct lease **find(uint64_t base)
{
    struct lease **link = &leases;
    while (*link && ((*link)->range.base != base || (*link)->progress))
        link = &(*link)->next;
    return link;
}

static CUresult give_back(struct lease *lease)
{
    CUresult result = bf_managed_memory_free_of_pool(&lease->range);
    free(lease);
    return result;
}

/* ---- allocations */

static size_t in_pages(size_t bytes)
{
    const size_t page = BF_VIEWS_PAGE;
    return bytes > SIZE_MAX - page ? bytes : (bytes + page - 1) / page * page;
}

/* With the lock held: what comes later in a stream has what that is to free, if it is as large. */
static struct lease *take_again(const struct bf_order *order, const struct bf_kept *kept, size_t pages_bytes)
{
    for (struct lease *each = leases; each; each = each->next)
        if (each->pool == kept && each->pages_bytes == pages_bytes && each->progress == order->to.progress &&
            each->range.context == order->context)
            return each;
    return NULL;
}

static bool reuse(const struct bf_order *order, struct bf_object *pool, size_t bytes, struct bf_range *out)
{
    struct bf_kept *kept = pool->pool.kept;
    pthread_mutex_lock(&lock);
    struct lease *lease = take_again(order, kept, in_pages(bytes));
    if (lease && !fits(kept, kept->used - lease->range.bytes, bytes))
        lease = NULL;
    if (lease) {
        lease->progress = NULL;
        kept->used -= lease->range.bytes;
        lease->range.bytes = bytes;
        lease->range.id = bf_map_new_id();
        *out = lease->range;
        atomic_fetch_sub(&leaving, 1);
        use(kept, bytes);
    }
    pthread_mutex_unlock(&lock);
    return lease && bf_managed_memory_show(out, &kept->made);
}

static CUresult allocate_fresh(const struct bf_order *order, struct bf_object *pool, size_t bytes, struct bf_range *out)
{
    struct bf_kept *kept = pool->pool.kept;
    pthread_mutex_lock(&lock);
    bool allowed = fits(kept, kept->used, bytes);
    pthread_mutex_unlock(&lock);
    struct lease *lease = allowed ? malloc(sizeof *lease) : NULL;
    *out = (struct bf_range){.bytes = bytes,
                             .context = order->context,
                             .pool = pool,
                             .mapped = kept->made.allocType == CU_MEM_ALLOCATION_TYPE_PINNED};
    CUresult result = lease ? bf_managed_memory_allocate_of_pool(out, &kept->made) : CUDA_ERROR_OUT_OF_MEMORY;
    if (result) {
        free(lease);
        return result;
    }
    pthread_mutex_lock(&lock);
    *lease = (struct lease){leases, kept, *out, in_pages(bytes), NULL, 0};
    leases = lease;
    kept->leases++;
    kept->reserved += lease->pages_bytes;
    raise_to(&kept->reserved_high, kept->reserved);
    use(kept, bytes);
    pthread_mutex_unlock(&lock);
    return CUDA_SUCCESS;
}

CUresult bf_kept_pools_allocate(const struct bf_order *order, struct bf_object *pool, size_t bytes, CUdeviceptr *out)
{
    struct bf_range range;
    bytes = bytes ? bytes : 1;
    bf_kept_pools_look();
    CUresult result = reuse(order, pool, bytes, &range) ? CUDA_SUCCESS : allocate_fresh(order, pool, bytes, &range);
    if (!result)
        *out = range.base;
    return result;
}

bool bf_kept_pools_leaves(const struct bf_order *order)
{
    pthread_mutex_lock(&lock);
    const struct lease *each = leases;
    while (each && each->progress != order->to.progress)
        each = each->next;
    pthread_mutex_unlock(&lock);
    return each;
}

/* ---- frees */

/* A byte is written in the stream: when that is done, it has got to the free. */
CUresult bf_kept_pools_free_behind(const struct bf_order *order, const struct bf_place *place)
{
    struct bf_put put = {.number = 0};
    CUresult result = BF_TELL(bf_noted(order->to, &put), memset, bf_u(place->range.base), bf_u(0), bf_u(0), bf_u(1),
                              bf_u(1), bf_u(1), bf_u(order->stream));
    pthread_mutex_lock(&lock);
    struct lease *lease = *find(place->range.base);
    if (lease) {
        lease->progress = order->to.progress;
        lease->number = put.number;
        atomic_fetch_add(&leaving, 1);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult bf_kept_pools_free(const struct bf_place *place)
{
    pthread_mutex_lock(&lock);
    struct lease **link = find(place->range.base);
    struct lease *lease = *link ? take_out(link) : NULL;
    pthread_mutex_unlock(&lock);
    return lease ? give_back(lease) : CUDA_SUCCESS;
}

/* With the lock held: one that its stream has freed; NULL if there is none. */
static struct lease *take_freed(void)
{
    for (struct lease **link = &leases; *link; link = &(*link)->next)
        if ((*link)->progress && bf_progress_is_done((*link)->progress, (*link)->number))
            return take_out(link);
    return NULL;
}

void bf_kept_pools_look(void)
{
    struct lease *freed = NULL;
    while (atomic_load_explicit(&leaving, memory_order_relaxed)) {
        pthread_mutex_lock(&lock);
        freed = take_freed();
        pthread_mutex_unlock(&lock);
        if (!freed)
            return;
        (void)give_back(freed);
    }
}

void bf_kept_pools_end_context(const struct bf_object *context)
{
    pthread_mutex_lock(&lock);
    for (struct lease **link = &leases; *link;)
        if ((*link)->range.context == context)
            free(take_out(link));
        else
            link = &(*link)->next;
    pthread_mutex_unlock(&lock);
}

/* ---- what a program sets and sees */

CUresult bf_kept_pools_get_attribute(const struct bf_object *pool, CUmemPool_attribute attribute, void *value)
{
    const struct bf_kept *kept = pool->pool.kept;
    cuuint64_t *wide = value;
    CUresult result = CUDA_SUCCESS;
    bf_kept_pools_look();
    pthread_mutex_lock(&lock);
    switch (attribute) {
    case CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES:
    case CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC:
    case CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES: *(int *)value = kept->reuse[attribute - 1]; break;
    case CU_MEMPOOL_ATTR_RELEASE_THRESHOLD: *wide = kept->release_threshold; break;
    case CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT: *wide = kept->reserved; break;
    case CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH: *wide = kept->reserved_high; break;
    case CU_MEMPOOL_ATTR_USED_MEM_CURRENT: *wide = kept->used; break;
    case CU_MEMPOOL_ATTR_USED_MEM_HIGH: *wide = kept->used_high; break;
    default: result = CUDA_ERROR_INVALID_VALUE;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult bf_kept_pools_set_attribute(const struct bf_object *pool, CUmemPool_attribute attribute, const void *value)
{
    struct bf_kept *kept = pool->pool.kept;
    CUresult result = CUDA_SUCCESS;
    pthread_mutex_lock(&lock);
    switch (attribute) {
    case CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES:
    case CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC:
    case CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES:
        kept->reuse[attribute - 1] = *(const int *)value != 0;
        break;
    case CU_MEMPOOL_ATTR_RELEASE_THRESHOLD: kept->release_threshold = *(const cuuint64_t *)value; break;
    case CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH:
    case CU_MEMPOOL_ATTR_USED_MEM_HIGH:
        if (*(const cuuint64_t *)value)
            result = CUDA_ERROR_INVALID_VALUE;
        else if (attribute == CU_MEMPOOL_ATTR_USED_MEM_HIGH)
            kept->used_high = kept->used;
        else
            kept->reserved_high = kept->reserved;
        break;
    default: result = CUDA_ERROR_INVALID_VALUE;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static bool is_managed(const struct bf_object *pool)
{
    return pool->pool.made.allocType == CU_MEM_ALLOCATION_TYPE_MANAGED;
}

CUresult bf_kept_pools_set_access(const struct bf_object *pool, const CUmemAccessDesc *map, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool none = map[i].flags == CU_MEM_ACCESS_FLAGS_PROT_NONE && !is_managed(pool);
        if (map[i].location.type != CU_MEM_LOCATION_TYPE_DEVICE || !bf_client_device(map[i].location.id) ||
            (!none && map[i].flags != CU_MEM_ACCESS_FLAGS_PROT_READWRITE))
            return CUDA_ERROR_INVALID_VALUE;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t bit = (uint64_t)1 << map[i].location.id;
        if (map[i].flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE)
            atomic_fetch_or(&pool->pool.kept->granted, bit);
        else
            atomic_fetch_and(&pool->pool.kept->granted, ~bit);
    }
    return CUDA_SUCCESS;
}

CUresult bf_kept_pools_get_access(const struct bf_object *pool, const CUmemLocation *location, CUmemAccess_flags *out)
{
    bool host = location->type == CU_MEM_LOCATION_TYPE_HOST;
    if (!host && (location->type != CU_MEM_LOCATION_TYPE_DEVICE || !bf_client_device(location->id)))
        return CUDA_ERROR_INVALID_VALUE;
    bool given = host || is_managed(pool) || (pool->pool.kept->granted >> location->id & 1);
    *out = given ? CU_MEM_ACCESS_FLAGS_PROT_READWRITE : CU_MEM_ACCESS_FLAGS_PROT_NONE;
    return CUDA_SUCCESS;
}
