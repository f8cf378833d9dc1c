/* Memory pools: handles of the server's. Only pools of device memory that stay in this process. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/drop.h"
#include "../state/lookup.h"
#include "../state/pools.h"
#include "../state/structures.h"

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
    CUresult result = bf_client_ready() ? lc_capture_rules_unsafe() : bf_client_refusal();
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
    struct bf_packed props;
    uint64_t number = bf_server_number(device->server);
    result = bf_structures_pack(&props, BF_STRUCTURE_CUmemPoolProps, poolProps, 1, device->primary);
    if (!result)
        result = BF_ASK(bf_on(device->server), NULL, pool_create, bf_u(number), bf_i(device->local),
                        bf_structures_value(&props));
    bf_structures_end(&props);
    struct bf_object *object = result ? NULL : bf_pools_new(device, number, poolProps);
    if (object)
        *pool = (CUmemoryPool)object;
    return object || result ? result : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult cuMemPoolDestroy(CUmemoryPool pool)
{
    struct bf_object *object;
    CUresult result = bf_client_ready() ? lc_capture_rules_unsafe() : bf_client_refusal();
    if (!result)
        result = bf_lookup_find(BF_POOL, pool, &object);
    if (!result && object->pool.is_default)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && !bf_objects_claim(object))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    struct bf_device *device = object->pool.device;
    result = BF_ASK(bf_on(device->server), NULL, cuMemPoolDestroy, bf_u(object->number));
    if (result) {
        bf_objects_unclaim(object);
        return result;
    }
    pthread_mutex_lock(&device->lock);
    if (device->current_pool == object)
        device->current_pool = NULL;
    pthread_mutex_unlock(&device->lock);
    bf_objects_free(object, bf_drop_object);
    return CUDA_SUCCESS;
}

CUresult cuMemPoolGetAccess(CUmemAccess_flags *flags, CUmemoryPool memPool, CUmemLocation *location)
{
    struct bf_object *object;
    struct bf_value out;
    CUresult result = bf_client_ready() ? lc_capture_rules_unsafe() : bf_client_refusal();
    if (!result)
        result = bf_lookup_find(BF_POOL, memPool, &object);
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
    CUmemLocation there = {CU_MEM_LOCATION_TYPE_DEVICE, (int)device->local};
    result = BF_ASK(bf_on(object->server), &out, pool_get_access, bf_u(object->number), bf_bytes(&there, sizeof there));
    if (!result)
        *flags = (CUmemAccess_flags)out.s;
    return result;
}
