/* Memory pools as this process knows them. */
#include "pools.h"

#include "../../libcuda/pool_facts.h"
#include "kept_pools.h"

struct bf_object *bf_pools_new(struct bf_device *device, uint64_t number, const CUmemPoolProps *made)
{
    return bf_objects_new(&(struct bf_object){
        .kind = BF_POOL, .server = device->server, .number = number, .pool = {.device = device, .made = *made}});
}

static struct bf_object *new_default(struct bf_device *device, uint64_t number)
{
    const CUmemPoolProps made = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                                 .location = {CU_MEM_LOCATION_TYPE_DEVICE, (int)device->ordinal}};
    struct bf_object *pool = bf_pools_new(device, number, &made);
    if (pool)
        pool->pool.is_default = true;
    return pool;
}

CUresult bf_pools_default(struct bf_device *device, struct bf_object **out)
{
    CUresult result = CUDA_SUCCESS;
    pthread_mutex_lock(&device->lock);
    if (!device->default_pool) {
        uint64_t number = bf_server_number(device->server);
        result = BF_ASK(bf_on(device->server), NULL, pool_of_device, bf_u(number), bf_i(device->local), bf_i(1));
        if (!result) {
            device->default_pool = new_default(device, number);
            result = device->default_pool ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
        }
    }
    *out = device->default_pool;
    pthread_mutex_unlock(&device->lock);
    return result;
}

/* Which pool is current is this process's own choice, so it is known here. */
CUresult bf_pools_current(struct bf_device *device, struct bf_object **out)
{
    pthread_mutex_lock(&device->lock);
    struct bf_object *current = device->current_pool;
    pthread_mutex_unlock(&device->lock);
    if (!current)
        return bf_pools_default(device, out);
    *out = current;
    return CUDA_SUCCESS;
}

/* The first three attributes are an int, the others 64 bits. */
static bool is_wide(CUmemPool_attribute attribute)
{
    return attribute >= CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;
}

CUresult bf_pools_set_attribute(const struct bf_object *pool, CUmemPool_attribute attribute, const void *value)
{
    if (attribute > CU_MEMPOOL_ATTR_USED_MEM_HIGH)
        return CUDA_ERROR_INVALID_VALUE;
    if (pool->pool.kept)
        return bf_kept_pools_set_attribute(pool, attribute, value);
    uint64_t number = is_wide(attribute) ? *(const cuuint64_t *)value : *(const int *)value != 0;
    return BF_ASK(bf_on(pool->server), NULL, pool_set_attribute, bf_u(pool->number), bf_u(attribute), bf_u(number));
}

CUresult bf_pools_get_attribute(const struct bf_object *pool, CUmemPool_attribute attribute, void *value)
{
    struct bf_value out;
    if (lc_pool_facts_get(&pool->pool.made, (int)attribute, value))
        return CUDA_SUCCESS;
    if (pool->pool.kept)
        return bf_kept_pools_get_attribute(pool, attribute, value);
    CUresult result = BF_ASK(bf_on(pool->server), &out, pool_get_attribute, bf_u(pool->number), bf_u(attribute));
    if (result)
        return result;
    if (is_wide(attribute))
        *(cuuint64_t *)value = out.u;
    else
        *(int *)value = (int)out.u;
    return CUDA_SUCCESS;
}

CUresult bf_pools_trim(const struct bf_object *pool, size_t keep)
{
    if (!pool->pool.kept)
        return BF_ASK(bf_on(pool->server), NULL, cuMemPoolTrimTo, bf_u(pool->number), bf_u(keep));
    bf_kept_pools_look();
    return CUDA_SUCCESS;
}
