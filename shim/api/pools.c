/* Memory pools: handles of the server's. Only pools of device memory that stay in this process. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/drop.h"
#include "../state/lookup.h"
#include "../state/pools.h"

CUresult cuDeviceSetMemPool(CUdevice dev, CUmemoryPool pool)
{
    struct bf_device *device;
    struct bf_object *object;
    CUresult result = bf_lookup_device(dev, &device);
    if (!result)
        result = bf_lookup_find(BF_POOL, pool, &object);
    if (!result && object->pool.device != device)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    pthread_mutex_lock(&device->lock);
    result = BF_ASK(bf_on(device->server), NULL, pool_use, bf_i(device->local), bf_u(object->number));
    if (!result)
        device->current_pool = object;
    pthread_mutex_unlock(&device->lock);
    return result;
}

CUresult cuMemPoolCreate(CUmemoryPool *pool, const CUmemPoolProps *poolProps)
{
    struct bf_device *device;
    CUresult result = bf_client_ready() ? CUDA_SUCCESS : CUDA_ERROR_NOT_INITIALIZED;
    if (!result && (!pool || !poolProps))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    if (poolProps->allocType != CU_MEM_ALLOCATION_TYPE_PINNED && poolProps->allocType != CU_MEM_ALLOCATION_TYPE_MANAGED)
        return CUDA_ERROR_INVALID_VALUE;
    if (poolProps->allocType == CU_MEM_ALLOCATION_TYPE_MANAGED || poolProps->handleTypes != CU_MEM_HANDLE_TYPE_NONE ||
        poolProps->location.type != CU_MEM_LOCATION_TYPE_DEVICE)
        return CUDA_ERROR_NOT_SUPPORTED;
    device = bf_client_device(poolProps->location.id);
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    uint64_t number = bf_server_number(device->server);
    result =
        BF_ASK(bf_on(device->server), NULL, pool_create, bf_u(number), bf_i(device->local), bf_u(poolProps->maxSize));
    struct bf_object *object = result ? NULL : bf_pools_new(device, number, false);
    if (object)
        *pool = (CUmemoryPool)object;
    return object || result ? result : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult cuMemPoolDestroy(CUmemoryPool pool)
{
    struct bf_object *object;
    CUresult result = bf_lookup_find(BF_POOL, pool, &object);
    if (!result && object->pool.is_default)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    struct bf_device *device = object->pool.device;
    result = BF_ASK(bf_on(device->server), NULL, cuMemPoolDestroy, bf_u(object->number));
    if (result)
        return result;
    pthread_mutex_lock(&device->lock);
    if (device->current_pool == object)
        device->current_pool = NULL;
    pthread_mutex_unlock(&device->lock);
    bf_objects_free(object, bf_drop_object);
    return CUDA_SUCCESS;
}

static CUresult check_access(const struct bf_object *pool, const CUmemAccessDesc *map, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct bf_device *device = bf_client_device(map[i].location.id);
        if (map[i].location.type != CU_MEM_LOCATION_TYPE_DEVICE || !device)
            return CUDA_ERROR_INVALID_VALUE;
        if (device->server != pool->server)
            return CUDA_ERROR_INVALID_DEVICE;
    }
    return CUDA_SUCCESS;
}

/* The whole list at once: it is granted or refused as one. */
CUresult cuMemPoolSetAccess(CUmemoryPool pool, const CUmemAccessDesc *map, size_t count)
{
    struct bf_object *object;
    uint32_t packed[2 * BF_DEVICES_MAX];
    CUresult result = bf_lookup_find(BF_POOL, pool, &object);
    if (!result && ((!map && count) || count > BF_DEVICES_MAX))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = check_access(object, map, count);
    for (size_t i = 0; i < count && !result; i++) {
        packed[2 * i] = (uint32_t)bf_client_device(map[i].location.id)->local;
        packed[2 * i + 1] = (uint32_t)map[i].flags;
    }
    if (result || !count)
        return result;
    return BF_ASK(bf_on(object->server), NULL, pool_set_access, bf_u(object->number),
                  bf_bytes(packed, count * 2 * sizeof packed[0]));
}

CUresult cuMemPoolGetAccess(CUmemAccess_flags *flags, CUmemoryPool memPool, CUmemLocation *location)
{
    struct bf_object *object;
    struct bf_value out;
    CUresult result = bf_lookup_find(BF_POOL, memPool, &object);
    if (!result && !flags)
        result = CUDA_ERROR_INVALID_VALUE;
    const struct bf_device *device = result || !location ? NULL : bf_client_device(location->id);
    if (!result && (!device || location->type != CU_MEM_LOCATION_TYPE_DEVICE))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    if (device->server != object->server) {
        *flags = CU_MEM_ACCESS_FLAGS_PROT_NONE;
        return CUDA_SUCCESS;
    }
    result = BF_ASK(bf_on(object->server), &out, pool_get_access, bf_u(object->number), bf_i(device->local));
    if (!result)
        *flags = (CUmemAccess_flags)out.s;
    return result;
}
