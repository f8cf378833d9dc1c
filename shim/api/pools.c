/* Memory pools: those of device memory are the server's; those of managed memory and of the host's this process keeps. */
#include "../../libcuda/allocation.h"
#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/pool_place.h"
#include "../state/drop.h"
#include "../state/kept_pools.h"
#include "../state/lookup.h"
#include "../state/pool_places.h"
#include "../state/pools.h"
#include "../state/structures.h"
#include "devices.h"

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

/* By what kinds of handles processes may share pools of the device. */
static int sharable(const struct bf_device *device)
{
    const CUdevice_attribute types = CU_DEVICE_ATTRIBUTE_MEMPOOL_SUPPORTED_HANDLE_TYPES;
    return bf_devices_has(device, types) ? bf_devices_attribute(device, types) : 0;
}

static CUresult create_on_server(const CUmemPoolProps *wanted, struct bf_object **out)
{
    struct bf_device *device = bf_client_device(wanted->location.id);
    struct bf_packed props;
    uint64_t number = bf_server_number(device->server);
    CUresult result = bf_structures_pack(&props, BF_STRUCTURE_CUmemPoolProps, wanted, 1, device->primary);
    if (!result)
        result = BF_ASK(bf_on(device->server), NULL, pool_create, bf_u(number), bf_i(device->local),
                        bf_structures_value(&props));
    bf_structures_end(&props);
    *out = result ? NULL : bf_pools_new(device, number, wanted);
    return result;
}

CUresult cuMemPoolCreate(CUmemoryPool *pool, const CUmemPoolProps *poolProps)
{
    struct bf_object *object = NULL;
    CUresult result = bf_client_ready() ? lc_capture_rules_unsafe() : bf_client_refusal();
    if (!result && (!pool || !poolProps))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && !lc_allocation_are_types((unsigned)poolProps->handleTypes))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = lc_pool_place_check(poolProps, (int)bf_client.device_count);
    if (!result && poolProps->handleTypes != CU_MEM_HANDLE_TYPE_NONE &&
        ((int)poolProps->handleTypes & ~sharable(bf_client_device(poolProps->location.id))))
        result = CUDA_ERROR_NOT_SUPPORTED;
    if (result)
        return result;
    if (lc_pool_place_is_device(&poolProps->location, poolProps->allocType))
        result = create_on_server(poolProps, &object);
    else
        object = bf_kept_pools_new(poolProps);
    if (object)
        *pool = (CUmemoryPool)object;
    return object || result ? result : CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult end_on_server(struct bf_object *pool)
{
    struct bf_device *device = pool->pool.device;
    CUresult result = BF_ASK(bf_on(device->server), NULL, cuMemPoolDestroy, bf_u(pool->number));
    if (result)
        return result;
    pthread_mutex_lock(&device->lock);
    if (device->current_pool == pool)
        device->current_pool = NULL;
    pthread_mutex_unlock(&device->lock);
    return CUDA_SUCCESS;
}

static CUresult end_kept(struct bf_object *pool)
{
    bf_pool_places_forget(pool);
    bf_kept_pools_retire(pool);
    return CUDA_SUCCESS;
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
    result = object->pool.kept ? end_kept(object) : end_on_server(object);
    if (result) {
        bf_objects_unclaim(object);
        return result;
    }
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
    if (!result && (!flags || !location))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && object->pool.kept)
        return bf_kept_pools_get_access(object, location, flags);
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
