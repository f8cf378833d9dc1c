/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
#include "../../libcuda/advice.h"
#include "../../libcuda/array_shape.h"
#include "../../libcuda/capture.h"
#include "../../libcuda/coredump.h"
#include "../../libcuda/errors.h"
#include "../../libcuda/flags.h"
#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/listeners.h"
#include "../../libcuda/logs.h"
#include "../../libcuda/old_launch.h"
#include "../../libcuda/pool_place.h"
#include "../../libcuda/texture.h"
#include "../api/capture.h"
#include "../api/copies.h"
#include "../api/devices.h"
#include "../api/fills.h"
#include "../api/functions.h"
#include "../api/graph_execs.h"
#include "../api/graph_settings.h"
#include "../api/green.h"
#include "../api/issue.h"
#include "../api/launch.h"
#include "../api/memop.h"
#include "../api/stream_attributes.h"
#include "../state/arrays.h"
#include "../state/callbacks.h"
#include "../state/code.h"
#include "../state/drop.h"
#include "../state/events.h"
#include "../state/graphs.h"
#include "../state/kept_pools.h"
#include "../state/kernels.h"
#include "../state/lookup.h"
#include "../state/managed_memory.h"
#include "../state/memory.h"
#include "../state/modules.h"
#include "../state/order.h"
#include "../state/pinned.h"
#include "../state/pool_places.h"
#include "../state/pool_sharing.h"
#include "../state/pools.h"
#include "../state/references.h"
#include "../state/sharing.h"
#include "../state/structures.h"
#include "../state/textures.h"
#include "../state/user_objects.h"
#include "../state/virtual.h"
#include "../state/waits.h"

CUresult cuGetErrorString(CUresult error, const char **pStr)
{
    return lc_errors_get_string(error, pStr);
}

CUresult cuGetErrorName(CUresult error, const char **pStr)
{
    return lc_errors_get_name(error, pStr);
}

CUresult cuInit(unsigned int Flags)
{
    if (Flags)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_client_init();
}

CUresult cuDriverGetVersion(int *driverVersion)
{
    if (!driverVersion)
        return CUDA_ERROR_INVALID_VALUE;
    *driverVersion = (int)(bf_client_driver_version());
    return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal)
{
    struct bf_device *found;
    CUresult result = bf_lookup_device(ordinal, &found);
    if (result)
        return result;
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    *device = (CUdevice)found->ordinal;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetCount(int *count)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!count)
        return CUDA_ERROR_INVALID_VALUE;
    *count = (int)bf_client.device_count;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetName(char *name, int len, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!name)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_devices_copy_text(device->facts->name, name, len);
}

CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!uuid)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_devices_copy_uuid(device, uuid);
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!bytes)
        return CUDA_ERROR_INVALID_VALUE;
    *bytes = (size_t)device->facts->total_memory;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!pi)
        return CUDA_ERROR_INVALID_VALUE;
    if (!bf_devices_has(device, attrib))
        return CUDA_ERROR_INVALID_VALUE;
    *pi = (int)(bf_devices_attribute(device, attrib));
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetMemPool(CUmemoryPool *pool, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!pool)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *taken;
    result = bf_pools_current(device, &taken);
    if (result)
        return result;
    *pool = (CUmemoryPool)taken;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetDefaultMemPool(CUmemoryPool *pool_out, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!pool_out)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *taken;
    result = bf_pools_default(device, &taken);
    if (result)
        return result;
    *pool_out = (CUmemoryPool)taken;
    return CUDA_SUCCESS;
}

CUresult cuDeviceComputeCapability(int *major, int *minor, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!major || !minor)
        return CUDA_ERROR_INVALID_VALUE;
    *major = (int)(device->facts->attributes[CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR]);
    *minor = (int)(device->facts->attributes[CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR]);
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetPCIBusId(char *pciBusId, int len, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!pciBusId)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_devices_copy_text(device->facts->pci_bus_id, pciBusId, len);
}

CUresult cuDeviceCanAccessPeer(int *canAccessPeer, CUdevice dev, CUdevice peerDev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    struct bf_device *peer;
    result = bf_lookup_device(peerDev, &peer);
    if (result)
        return result;
    if (!canAccessPeer)
        return CUDA_ERROR_INVALID_VALUE;
    *canAccessPeer = (int)(bf_devices_are_peers(device, peer));
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetHostAtomicCapabilities(unsigned int *capabilities, const CUatomicOperation *operations, unsigned int count, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    return bf_devices_host_atomics(capabilities, operations, count);
}

CUresult cuDeviceGetP2PAtomicCapabilities(unsigned int *capabilities, const CUatomicOperation *operations, unsigned int count, CUdevice srcDevice, CUdevice dstDevice)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(srcDevice, &device);
    if (result)
        return result;
    struct bf_device *peer;
    result = bf_lookup_device(dstDevice, &peer);
    if (result)
        return result;
    return bf_devices_peer_atomics(device, peer, operations, count, capabilities);
}

CUresult cuDeviceGetLuid(char *luid, unsigned int *deviceNodeMask, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!luid || !deviceNodeMask)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuFlushGPUDirectRDMAWrites(CUflushGPUDirectRDMAWritesTarget target, CUflushGPUDirectRDMAWritesScope scope)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (target != CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TARGET_CURRENT_CTX)
        return CUDA_ERROR_INVALID_VALUE;
    if (scope != CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TO_OWNER && scope != CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TO_ALL_DEVICES)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice dev)
{
    return cuDeviceGetUuid_v2(uuid, dev);
}

CUresult cuDevicePrimaryCtxGetState(CUdevice dev, unsigned int *flags, int *active)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!flags || !active)
        return CUDA_ERROR_INVALID_VALUE;
    *flags = (unsigned int)device->primary->context.flags;
    *active = (int)device->primary->context.active;
    return CUDA_SUCCESS;
}

CUresult cuCtxCreate_v4(CUcontext *pctx, CUctxCreateParams *ctxCreateParams, unsigned int flags, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!pctx)
        return CUDA_ERROR_INVALID_VALUE;
    if (!lc_flags_suit_context(flags))
        return CUDA_ERROR_INVALID_VALUE;
    if (ctxCreateParams && ctxCreateParams->numExecAffinityParams)
        return CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY;
    if (ctxCreateParams && ctxCreateParams->cigParams)
        return CUDA_ERROR_NOT_SUPPORTED;
    return cuCtxCreate_v2(pctx, flags, dev);
}

CUresult cuCtxGetDevice(CUdevice *device)
{
    struct bf_object *context;
    CUresult result = bf_contexts_known(&context);
    if (result)
        return result;
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    *device = (CUdevice)context->context.device->ordinal;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetDevice_v2(CUdevice *device, CUcontext ctx)
{
    if (!ctx)
        return cuCtxGetDevice(device);
    struct bf_object *context;
    CUresult result = bf_lookup_find(BF_CONTEXT, ctx, &context);
    if (result)
        return result;
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    *device = (CUdevice)context->context.device->ordinal;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetFlags(unsigned int *flags)
{
    struct bf_object *context;
    CUresult result = bf_contexts_known(&context);
    if (result)
        return result;
    if (!flags)
        return CUDA_ERROR_INVALID_VALUE;
    result = bf_contexts_check(context);
    if (result)
        return result;
    *flags = (unsigned int)context->context.flags;
    return CUDA_SUCCESS;
}

CUresult cuCtxSetFlags(unsigned int flags)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    result = BF_ASK(bf_in(context), NULL, cuCtxSetFlags, bf_u((uint64_t)(flags)));
    if (result)
        return result;
    context->context.flags = flags;
    return CUDA_SUCCESS;
}

CUresult cuCtxSynchronize(void)
{
    return cuCtxSynchronize_v2(NULL);
}

CUresult cuCtxSynchronize_v2(CUcontext ctx)
{
    struct bf_object *context;
    CUresult result = bf_contexts_find(ctx, &context);
    if (result)
        return result;
    result = lc_capture_rules_context(context);
    if (result)
        return result;
    result = lc_capture_rules_unsafe();
    if (result)
        return result;
    return bf_waits_context(context);
}

CUresult cuCtxSetLimit(CUlimit limit, size_t value)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    result = BF_ASK(bf_in(context), NULL, cuCtxSetLimit, bf_u((uint64_t)(limit)), bf_u((uint64_t)(value)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetLimit(size_t *pvalue, CUlimit limit)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!pvalue)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_value out[1];
    result = BF_ASK(bf_in(context), out, cuCtxGetLimit, bf_u((uint64_t)(limit)));
    if (result)
        return result;
    *pvalue = (size_t)out[0].u;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetCacheConfig(CUfunc_cache *pconfig)
{
    struct bf_object *context;
    CUresult result = bf_contexts_known(&context);
    if (result)
        return result;
    if (!pconfig)
        return CUDA_ERROR_INVALID_VALUE;
    result = bf_contexts_check(context);
    if (result)
        return result;
    *pconfig = (CUfunc_cache)context->context.cache_config;
    return CUDA_SUCCESS;
}

CUresult cuCtxSetCacheConfig(CUfunc_cache config)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if ((unsigned)config > CU_FUNC_CACHE_PREFER_EQUAL)
        return CUDA_ERROR_INVALID_VALUE;
    context->context.cache_config = (unsigned char)config;
    result = BF_TELL(bf_in(context), cuCtxSetCacheConfig, bf_u((uint64_t)(config)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetStreamPriorityRange(int *leastPriority, int *greatestPriority)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (leastPriority)
        *leastPriority = (int)context->context.device->facts->priority_least;
    if (greatestPriority)
        *greatestPriority = (int)context->context.device->facts->priority_greatest;
    return CUDA_SUCCESS;
}

CUresult cuCtxResetPersistingL2Cache(void)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    result = bf_call_tell(bf_in(context), &bf_calls[BF_CALL_cuCtxResetPersistingL2Cache], NULL, NULL);
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuCtxRecordEvent(CUcontext hCtx, CUevent hEvent)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!hCtx)
        return CUDA_ERROR_INVALID_CONTEXT;
    struct bf_object *context;
    CUresult result = bf_contexts_find(hCtx, &context);
    if (result)
        return result;
    struct bf_object *event = bf_objects_find(hEvent, BF_EVENT);
    if (!event)
        return CUDA_ERROR_INVALID_HANDLE;
    if (event->owner != context)
        return CUDA_ERROR_INVALID_HANDLE;
    result = lc_capture_rules_context(context);
    if (result)
        return result;
    return bf_events_record_whole(event, context);
}

CUresult cuCtxWaitEvent(CUcontext hCtx, CUevent hEvent)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!hCtx)
        return CUDA_ERROR_INVALID_CONTEXT;
    struct bf_object *context;
    CUresult result = bf_contexts_find(hCtx, &context);
    if (result)
        return result;
    struct bf_object *event = bf_objects_find(hEvent, BF_EVENT);
    if (!event)
        return CUDA_ERROR_INVALID_HANDLE;
    result = lc_capture_rules_event(&event->event.captured, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    if (result)
        return result;
    result = lc_capture_rules_context(context);
    if (result)
        return result;
    if (event->server != context->server)
        return bf_waits_here(event);
    context->context.held = true;
    result = BF_TELL(bf_in(context), cuCtxWaitEvent, bf_u(context->number), bf_u(event->number));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuCtxAttach(CUcontext *pctx, unsigned int flags)
{
    struct bf_object *context;
    CUresult result = bf_contexts_known(&context);
    if (result)
        return result;
    if (!pctx)
        return CUDA_ERROR_INVALID_VALUE;
    result = bf_contexts_check(context);
    if (result)
        return result;
    if (flags)
        return CUDA_ERROR_INVALID_VALUE;
    context->context.attached++;
    *pctx = (CUcontext)context;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetSharedMemConfig(CUsharedconfig *pConfig)
{
    struct bf_object *context;
    CUresult result = bf_contexts_known(&context);
    if (result)
        return result;
    if (!pConfig)
        return CUDA_ERROR_INVALID_VALUE;
    result = bf_contexts_check(context);
    if (result)
        return result;
    *pConfig = (CUsharedconfig)CU_SHARED_MEM_CONFIG_FOUR_BYTE_BANK_SIZE;
    return CUDA_SUCCESS;
}

CUresult cuCtxSetSharedMemConfig(CUsharedconfig config)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if ((unsigned)config > CU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_TELL(bf_in(context), cuCtxSetSharedMemConfig, bf_u((uint64_t)(config)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuCtxEnablePeerAccess(CUcontext peerContext, unsigned int Flags)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    struct bf_object *peer;
    result = bf_lookup_find(BF_CONTEXT, peerContext, &peer);
    if (result)
        return result;
    if (!bf_contexts_can_be_peers(context, peer))
        return CUDA_ERROR_INVALID_CONTEXT;
    if (peer->server != context->server)
        return CUDA_ERROR_PEER_ACCESS_UNSUPPORTED;
    if (Flags)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_in(context), NULL, cuCtxEnablePeerAccess, bf_u(peer->number), bf_u((uint64_t)(Flags)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuCtxDisablePeerAccess(CUcontext peerContext)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    struct bf_object *peer;
    result = bf_lookup_find(BF_CONTEXT, peerContext, &peer);
    if (result)
        return result;
    if (!bf_contexts_can_be_peers(context, peer))
        return CUDA_ERROR_INVALID_CONTEXT;
    if (peer->server != context->server)
        return CUDA_ERROR_PEER_ACCESS_NOT_ENABLED;
    result = BF_ASK(bf_in(context), NULL, cuCtxDisablePeerAccess, bf_u(peer->number));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuCtxCreate_v3(CUcontext *pctx, CUexecAffinityParam *paramsArray, int numParams, unsigned int flags, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!pctx)
        return CUDA_ERROR_INVALID_VALUE;
    if (!lc_flags_suit_context(flags) || numParams < 0 || (numParams && !paramsArray))
        return CUDA_ERROR_INVALID_VALUE;
    if (numParams)
        return CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY;
    return cuCtxCreate_v2(pctx, flags, dev);
}

CUresult cuCtxDestroy(CUcontext ctx)
{
    return cuCtxDestroy_v2(ctx);
}

CUresult cuCtxPopCurrent(CUcontext *pctx)
{
    return cuCtxPopCurrent_v2(pctx);
}

CUresult cuCtxPushCurrent(CUcontext ctx)
{
    return cuCtxPushCurrent_v2(ctx);
}

CUresult cuDevicePrimaryCtxRelease(CUdevice dev)
{
    return cuDevicePrimaryCtxRelease_v2(dev);
}

CUresult cuDevicePrimaryCtxReset(CUdevice dev)
{
    return cuDevicePrimaryCtxReset_v2(dev);
}

CUresult cuDevicePrimaryCtxSetFlags(CUdevice dev, unsigned int flags)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!lc_flags_suit_context(flags))
        return CUDA_ERROR_INVALID_VALUE;
    if (device->primary->context.active && device->primary->context.flags != flags)
        return CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE;
    return cuDevicePrimaryCtxSetFlags_v2(dev, flags);
}

CUresult cuDeviceGetDevResource(CUdevice device, CUdevResource *resource, CUdevResourceType type)
{
    struct bf_device *found;
    CUresult result = bf_lookup_device(device, &found);
    if (result)
        return result;
    if (!resource)
        return CUDA_ERROR_INVALID_VALUE;
    if (type != CU_DEV_RESOURCE_TYPE_SM)
        return CUDA_ERROR_INVALID_RESOURCE_TYPE;
    return bf_green_of_device(found, resource);
}

CUresult cuCtxGetDevResource(CUcontext hCtx, CUdevResource *resource, CUdevResourceType type)
{
    struct bf_object *context;
    CUresult result = bf_lookup_find(BF_CONTEXT, hCtx, &context);
    if (result)
        return result;
    if (!resource)
        return CUDA_ERROR_INVALID_VALUE;
    if (type != CU_DEV_RESOURCE_TYPE_SM)
        return CUDA_ERROR_INVALID_RESOURCE_TYPE;
    return bf_green_of_context(context, resource);
}

CUresult cuGreenCtxGetDevResource(CUgreenCtx hCtx, CUdevResource *resource, CUdevResourceType type)
{
    struct bf_object *green;
    CUresult result = bf_lookup_find(BF_GREEN, hCtx, &green);
    if (result)
        return result;
    if (!resource)
        return CUDA_ERROR_INVALID_VALUE;
    if (type != CU_DEV_RESOURCE_TYPE_SM)
        return CUDA_ERROR_INVALID_RESOURCE_TYPE;
    return bf_green_of_green(green, resource);
}

CUresult cuDevSmResourceSplitByCount(CUdevResource *result, unsigned int *nbGroups, const CUdevResource *input, CUdevResource *remaining, unsigned int useFlags, unsigned int minCount)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!nbGroups || !input)
        return CUDA_ERROR_INVALID_VALUE;
    if (result && !*nbGroups)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_green_split(input, useFlags, minCount, result, nbGroups, remaining);
}

CUresult cuDevResourceGenerateDesc(CUdevResourceDesc *phDesc, CUdevResource *resources, unsigned int nbResources)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!phDesc || !resources)
        return CUDA_ERROR_INVALID_VALUE;
    if (!nbResources)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_green_describe(resources, nbResources, phDesc);
}

CUresult cuGreenCtxCreate(CUgreenCtx *phCtx, CUdevResourceDesc desc, CUdevice dev, unsigned int flags)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!phCtx)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *resources = bf_objects_find(desc, BF_RESOURCES);
    if (!resources)
        return CUDA_ERROR_INVALID_VALUE;
    if (resources->resources.device != device || flags != CU_GREEN_CTX_DEFAULT_STREAM)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_green_create(resources, flags, phCtx);
}

CUresult cuGreenCtxDestroy(CUgreenCtx hCtx)
{
    struct bf_object *green;
    CUresult result = bf_lookup_find(BF_GREEN, hCtx, &green);
    if (result)
        return result;
    return bf_green_destroy(green);
}

CUresult cuCtxFromGreenCtx(CUcontext *pContext, CUgreenCtx hCtx)
{
    struct bf_object *green;
    CUresult result = bf_lookup_find(BF_GREEN, hCtx, &green);
    if (result)
        return result;
    if (!pContext)
        return CUDA_ERROR_INVALID_VALUE;
    *pContext = (CUcontext)green->green.as_context;
    return CUDA_SUCCESS;
}

CUresult cuGreenCtxGetId(CUgreenCtx greenCtx, unsigned long long *greenCtxId)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    return bf_green_get_id(greenCtx, greenCtxId);
}

CUresult cuGreenCtxStreamCreate(CUstream *phStream, CUgreenCtx greenCtx, unsigned int flags, int priority)
{
    struct bf_object *green;
    CUresult result = bf_lookup_find(BF_GREEN, greenCtx, &green);
    if (result)
        return result;
    return bf_green_make_stream(green, flags, priority, phStream);
}

CUresult cuGreenCtxRecordEvent(CUgreenCtx hCtx, CUevent hEvent)
{
    struct bf_object *green;
    CUresult result = bf_lookup_find(BF_GREEN, hCtx, &green);
    if (result)
        return result;
    return bf_green_record(green, hEvent);
}

CUresult cuGreenCtxWaitEvent(CUgreenCtx hCtx, CUevent hEvent)
{
    struct bf_object *green;
    CUresult result = bf_lookup_find(BF_GREEN, hCtx, &green);
    if (result)
        return result;
    return bf_green_wait(green, hEvent);
}

CUresult cuModuleLoadData(CUmodule *module, const void *image)
{
    return cuModuleLoadDataEx(module, image, 0, NULL, NULL);
}

CUresult cuModuleLoadFatBinary(CUmodule *module, const void *fatCubin)
{
    return cuModuleLoadDataEx(module, fatCubin, 0, NULL, NULL);
}

CUresult cuModuleGetLoadingMode(CUmoduleLoadingMode *mode)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!mode)
        return CUDA_ERROR_INVALID_VALUE;
    *mode = (CUmoduleLoadingMode)(bf_modules_load_eagerly() ? CU_MODULE_EAGER_LOADING : CU_MODULE_LAZY_LOADING);
    return CUDA_SUCCESS;
}

CUresult cuModuleGetFunction(CUfunction *hfunc, CUmodule hmod, const char *name)
{
    struct bf_object *module;
    CUresult result = bf_lookup_module(hmod, &module);
    if (result)
        return result;
    if (!hfunc || !name)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *taken;
    result = bf_enumerate_get(bf_modules_lister(module), name, &taken);
    if (result)
        return result;
    *hfunc = (CUfunction)taken;
    return CUDA_SUCCESS;
}

CUresult cuModuleGetFunctionCount(unsigned int *count, CUmodule mod)
{
    struct bf_object *module;
    CUresult result = bf_lookup_module(mod, &module);
    if (result)
        return result;
    if (!count)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_enumerate_count(bf_modules_lister(module), count);
}

CUresult cuModuleEnumerateFunctions(CUfunction *functions, unsigned int numFunctions, CUmodule mod)
{
    struct bf_object *module;
    CUresult result = bf_lookup_module(mod, &module);
    if (result)
        return result;
    if (!functions)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_enumerate(bf_modules_lister(module), (void **)functions, numFunctions);
}

CUresult cuLibraryGetKernel(CUkernel *pKernel, CUlibrary library, const char *name)
{
    struct bf_object *object;
    CUresult result = bf_lookup_find(BF_LIBRARY, library, &object);
    if (result)
        return result;
    if (!pKernel || !name)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *taken;
    result = bf_enumerate_get(bf_kernels_lister(object), name, &taken);
    if (result)
        return result;
    *pKernel = (CUkernel)taken;
    return CUDA_SUCCESS;
}

CUresult cuLibraryGetKernelCount(unsigned int *count, CUlibrary lib)
{
    struct bf_object *object;
    CUresult result = bf_lookup_find(BF_LIBRARY, lib, &object);
    if (result)
        return result;
    if (!count)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_enumerate_count(bf_kernels_lister(object), count);
}

CUresult cuLibraryEnumerateKernels(CUkernel *kernels, unsigned int numKernels, CUlibrary lib)
{
    struct bf_object *object;
    CUresult result = bf_lookup_find(BF_LIBRARY, lib, &object);
    if (result)
        return result;
    if (!kernels)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_enumerate(bf_kernels_lister(object), (void **)kernels, numKernels);
}

CUresult cuKernelGetLibrary(CUlibrary *pLib, CUkernel kernel)
{
    struct bf_object *object;
    CUresult result = bf_lookup_find(BF_KERNEL, kernel, &object);
    if (result)
        return result;
    if (!pLib)
        return CUDA_ERROR_INVALID_VALUE;
    *pLib = (CUlibrary)object->owner;
    return CUDA_SUCCESS;
}

CUresult cuLibraryGetUnifiedFunction(void **fptr, CUlibrary library, const char *symbol)
{
    struct bf_object *object;
    CUresult result = bf_lookup_find(BF_LIBRARY, library, &object);
    if (result)
        return result;
    if (!fptr || !symbol)
        return CUDA_ERROR_INVALID_VALUE;
    if (symbol)
        return CUDA_ERROR_NOT_FOUND;
    return CUDA_SUCCESS;
}

CUresult cuKernelGetName(const char **name, CUkernel hfunc)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!hfunc)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *kernel;
    CUresult result = bf_lookup_find(BF_KERNEL, hfunc, &kernel);
    if (result)
        return result;
    if (!name)
        return CUDA_ERROR_INVALID_VALUE;
    *name = (const char *)kernel->function.code->name;
    return CUDA_SUCCESS;
}

CUresult cuKernelGetParamInfo(CUkernel kernel, size_t paramIndex, size_t *paramOffset, size_t *paramSize)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!kernel)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *object;
    CUresult result = bf_lookup_find(BF_KERNEL, kernel, &object);
    if (result)
        return result;
    struct bf_object *context;
    result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!paramOffset)
        return CUDA_ERROR_INVALID_VALUE;
    if (paramIndex >= object->function.code->param_count)
        return CUDA_ERROR_INVALID_VALUE;
    *paramOffset = (size_t)(object->function.code->params[paramIndex].offset);
    if (paramSize)
        *paramSize = (size_t)(object->function.code->params[paramIndex].bytes);
    return CUDA_SUCCESS;
}

CUresult cuFuncGetAttribute(int *pi, CUfunction_attribute attrib, CUfunction hfunc)
{
    struct bf_object *function;
    CUresult result = bf_lookup_function(hfunc, &function);
    if (result)
        return result;
    if (!pi)
        return CUDA_ERROR_INVALID_VALUE;
    if (!function->function.loaded && bf_modules_needs_load(attrib))
        return CUDA_ERROR_FUNCTION_NOT_LOADED;
    if ((unsigned)attrib >= function->function.code->attribute_count)
        return CUDA_ERROR_INVALID_VALUE;
    *pi = (int)(function->function.code->attributes[attrib]);
    return CUDA_SUCCESS;
}

CUresult cuFuncSetCacheConfig(CUfunction hfunc, CUfunc_cache config)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(hfunc, &function);
    if (result)
        return result;
    if ((unsigned)config > CU_FUNC_CACHE_PREFER_EQUAL)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_TELL(bf_in(function->function.context), cuFuncSetCacheConfig, bf_u(function->number), bf_u((uint64_t)(config)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuFuncGetName(const char **name, CUfunction hfunc)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!hfunc)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *function;
    CUresult result = bf_lookup_function(hfunc, &function);
    if (result)
        return result;
    if (!name)
        return CUDA_ERROR_INVALID_VALUE;
    *name = (const char *)function->function.code->name;
    return CUDA_SUCCESS;
}

CUresult cuFuncGetParamInfo(CUfunction func, size_t paramIndex, size_t *paramOffset, size_t *paramSize)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!func)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *function;
    CUresult result = bf_lookup_function(func, &function);
    if (result)
        return result;
    if (!paramOffset)
        return CUDA_ERROR_INVALID_VALUE;
    if (paramIndex >= function->function.code->param_count)
        return CUDA_ERROR_INVALID_VALUE;
    *paramOffset = (size_t)(function->function.code->params[paramIndex].offset);
    if (paramSize)
        *paramSize = (size_t)(function->function.code->params[paramIndex].bytes);
    return CUDA_SUCCESS;
}

CUresult cuFuncIsLoaded(CUfunctionLoadingState *state, CUfunction function)
{
    struct bf_object *object;
    CUresult result = bf_lookup_function(function, &object);
    if (result)
        return result;
    if (!state)
        return CUDA_ERROR_INVALID_VALUE;
    *state = (CUfunctionLoadingState)(object->function.loaded ? CU_FUNCTION_LOADING_STATE_LOADED : CU_FUNCTION_LOADING_STATE_UNLOADED);
    return CUDA_SUCCESS;
}

CUresult cuFuncLoad(CUfunction function)
{
    struct bf_object *object;
    CUresult result = bf_lookup_function(function, &object);
    if (result)
        return result;
    object->function.loaded = true;
    return CUDA_SUCCESS;
}

CUresult cuFuncSetSharedMemConfig(CUfunction hfunc, CUsharedconfig config)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(hfunc, &function);
    if (result)
        return result;
    if ((unsigned)config > CU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_TELL(bf_in(function->function.context), cuFuncSetSharedMemConfig, bf_u(function->number), bf_u((uint64_t)(config)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuLinkCreate(unsigned int numOptions, CUjit_option *options, void **optionValues, CUlinkState *stateOut)
{
    return cuLinkCreate_v2(numOptions, options, optionValues, stateOut);
}

CUresult cuLinkAddData(CUlinkState state, CUjitInputType type, void *data, size_t size, const char *name, unsigned int numOptions, CUjit_option *options, void **optionValues)
{
    return cuLinkAddData_v2(state, type, data, size, name, numOptions, options, optionValues);
}

CUresult cuLinkAddFile(CUlinkState state, CUjitInputType type, const char *path, unsigned int numOptions, CUjit_option *options, void **optionValues)
{
    return cuLinkAddFile_v2(state, type, path, numOptions, options, optionValues);
}

CUresult cuMemGetInfo_v2(size_t *free, size_t *total)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!free || !total)
        return CUDA_ERROR_INVALID_VALUE;
    bf_virtual_look();
    struct bf_value out[2];
    result = bf_call_ask(bf_in(context), &bf_calls[BF_CALL_cuMemGetInfo_v2], NULL, NULL, out);
    if (result)
        return result;
    *free = (size_t)out[0].u;
    *total = (size_t)out[1].u;
    return CUDA_SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *dptr, size_t bytesize)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    result = lc_capture_rules_unsafe();
    if (result)
        return result;
    if (!dptr)
        return CUDA_ERROR_INVALID_VALUE;
    if (!bytesize)
        return CUDA_ERROR_INVALID_VALUE;
    bf_virtual_look();
    return bf_memory_allocate(context, bytesize, dptr);
}

CUresult cuMemAllocHost_v2(void **pp, size_t bytesize)
{
    return cuMemHostAlloc(pp, bytesize, 0);
}

CUresult cuMemPoolTrimTo(CUmemoryPool pool, size_t minBytesToKeep)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    CUresult result = lc_capture_rules_unsafe();
    if (result)
        return result;
    struct bf_object *object;
    result = bf_lookup_find(BF_POOL, pool, &object);
    if (result)
        return result;
    return bf_pools_trim(object, minBytesToKeep);
}

CUresult cuMemPoolSetAttribute(CUmemoryPool pool, CUmemPool_attribute attr, void *value)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    CUresult result = lc_capture_rules_unsafe();
    if (result)
        return result;
    struct bf_object *object;
    result = bf_lookup_find(BF_POOL, pool, &object);
    if (result)
        return result;
    if (!value)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_pools_set_attribute(object, attr, value);
}

CUresult cuMemPoolGetAttribute(CUmemoryPool pool, CUmemPool_attribute attr, void *value)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    CUresult result = lc_capture_rules_unsafe();
    if (result)
        return result;
    struct bf_object *object;
    result = bf_lookup_find(BF_POOL, pool, &object);
    if (result)
        return result;
    if (!value)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_pools_get_attribute(object, attr, value);
}

CUresult cuMemPoolSetAccess(CUmemoryPool pool, const CUmemAccessDesc *map, size_t count)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    CUresult result = lc_capture_rules_unsafe();
    if (result)
        return result;
    struct bf_object *object;
    result = bf_lookup_find(BF_POOL, pool, &object);
    if (result)
        return result;
    if ((!map && count) || count > BF_DEVICES_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    if (!count)
        return CUDA_SUCCESS;
    if (object->pool.kept)
        return bf_kept_pools_set_access(object, map, count);
    struct bf_packed map_packed = {.data = NULL};
    result = bf_structures_pack(&map_packed, BF_STRUCTURE_CUmemAccessDesc, map, count, object->pool.device->primary);
    if (!result)
        result = BF_ASK(bf_on(object->server), NULL, cuMemPoolSetAccess, bf_u(object->number), bf_structures_value(&map_packed));
    bf_structures_end(&map_packed);
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuMemGetDefaultMemPool(CUmemoryPool *pool_out, CUmemLocation *location, CUmemAllocationType type)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!location)
        return CUDA_ERROR_INVALID_VALUE;
    if (!lc_pool_place_is_known(location, type))
        return CUDA_ERROR_INVALID_VALUE;
    if (location->type == CU_MEM_LOCATION_TYPE_DEVICE && !bf_client_device(location->id))
        return CUDA_ERROR_INVALID_DEVICE;
    if (lc_pool_place_is_device(location, type))
        return cuDeviceGetDefaultMemPool(pool_out, location->id);
    if (!pool_out)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *taken;
    CUresult result = bf_pool_places_default(location, type, &taken);
    if (result)
        return result;
    *pool_out = (CUmemoryPool)taken;
    return CUDA_SUCCESS;
}

CUresult cuMemGetMemPool(CUmemoryPool *pool, CUmemLocation *location, CUmemAllocationType type)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!location)
        return CUDA_ERROR_INVALID_VALUE;
    if (!lc_pool_place_is_known(location, type))
        return CUDA_ERROR_INVALID_VALUE;
    if (location->type == CU_MEM_LOCATION_TYPE_DEVICE && !bf_client_device(location->id))
        return CUDA_ERROR_INVALID_DEVICE;
    if (lc_pool_place_is_device(location, type))
        return cuDeviceGetMemPool(pool, location->id);
    if (!pool)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *taken;
    CUresult result = bf_pool_places_current(location, type, &taken);
    if (result)
        return result;
    *pool = (CUmemoryPool)taken;
    return CUDA_SUCCESS;
}

CUresult cuMemSetMemPool(CUmemLocation *location, CUmemAllocationType type, CUmemoryPool pool)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!location)
        return CUDA_ERROR_INVALID_VALUE;
    if (!lc_pool_place_is_known(location, type))
        return CUDA_ERROR_INVALID_VALUE;
    if (location->type == CU_MEM_LOCATION_TYPE_DEVICE && !bf_client_device(location->id))
        return CUDA_ERROR_INVALID_DEVICE;
    if (lc_pool_place_is_device(location, type))
        return cuDeviceSetMemPool(location->id, pool);
    struct bf_object *object;
    CUresult result = bf_lookup_find(BF_POOL, pool, &object);
    if (result)
        return result;
    return bf_pool_places_use(location, type, object);
}

CUresult cuMemHostRegister(void *p, size_t bytesize, unsigned int Flags)
{
    return cuMemHostRegister_v2(p, bytesize, Flags);
}

CUresult cuMemAllocAsync(CUdeviceptr *dptr, size_t bytesize, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_check(&order);
    if (result)
        return result;
    if (!dptr)
        return CUDA_ERROR_INVALID_VALUE;
    bf_virtual_look();
    return bf_issue_allocate(&order, NULL, bytesize, dptr);
}

CUresult cuMemAllocFromPoolAsync(CUdeviceptr *dptr, size_t bytesize, CUmemoryPool pool, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_check(&order);
    if (result)
        return result;
    if (!dptr)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *object;
    result = bf_lookup_find(BF_POOL, pool, &object);
    if (result)
        return result;
    if (!object->pool.kept && object->server != order.to.server)
        return CUDA_ERROR_INVALID_VALUE;
    bf_virtual_look();
    return bf_issue_allocate(&order, object, bytesize, dptr);
}

CUresult cuArray3DCreate_v2(CUarray *pHandle, const CUDA_ARRAY3D_DESCRIPTOR *pAllocateArray)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    result = lc_capture_rules_unsafe();
    if (result)
        return result;
    if (!pHandle || !pAllocateArray)
        return CUDA_ERROR_INVALID_VALUE;
    result = lc_array_shape_flags(pAllocateArray->Flags);
    if (result)
        return result;
    return bf_arrays_create(context, pAllocateArray, pHandle);
}

CUresult cuArrayCreate_v2(CUarray *pHandle, const CUDA_ARRAY_DESCRIPTOR *pAllocateArray)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    result = lc_capture_rules_unsafe();
    if (result)
        return result;
    if (!pHandle || !pAllocateArray)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_arrays_create_flat(context, pAllocateArray, pHandle);
}

CUresult cuArrayDestroy(CUarray hArray)
{
    struct bf_object *array;
    CUresult result = bf_lookup_find(BF_ARRAY, hArray, &array);
    if (result)
        return result;
    result = bf_contexts_check(array->array.context);
    if (result)
        return result;
    result = lc_capture_rules_unsafe();
    if (result)
        return result;
    return bf_arrays_destroy(array);
}

CUresult cuArray3DGetDescriptor_v2(CUDA_ARRAY3D_DESCRIPTOR *pArrayDescriptor, CUarray hArray)
{
    struct bf_object *array;
    CUresult result = bf_lookup_find(BF_ARRAY, hArray, &array);
    if (result)
        return result;
    result = bf_contexts_check(array->array.context);
    if (result)
        return result;
    if (!pArrayDescriptor)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_arrays_describe(array, pArrayDescriptor);
}

CUresult cuArrayGetDescriptor_v2(CUDA_ARRAY_DESCRIPTOR *pArrayDescriptor, CUarray hArray)
{
    struct bf_object *array;
    CUresult result = bf_lookup_find(BF_ARRAY, hArray, &array);
    if (result)
        return result;
    result = bf_contexts_check(array->array.context);
    if (result)
        return result;
    if (!pArrayDescriptor)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_arrays_describe_flat(array, pArrayDescriptor);
}

CUresult cuMipmappedArrayCreate(CUmipmappedArray *pHandle, const CUDA_ARRAY3D_DESCRIPTOR *pMipmappedArrayDesc, unsigned int numMipmapLevels)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    result = lc_capture_rules_unsafe();
    if (result)
        return result;
    if (!pHandle || !pMipmappedArrayDesc)
        return CUDA_ERROR_INVALID_VALUE;
    result = lc_array_shape_flags(pMipmappedArrayDesc->Flags);
    if (result)
        return result;
    return bf_arrays_create_mipmap(context, pMipmappedArrayDesc, numMipmapLevels, pHandle);
}

CUresult cuMipmappedArrayDestroy(CUmipmappedArray hMipmappedArray)
{
    struct bf_object *mipmap;
    CUresult result = bf_lookup_find(BF_MIPMAP, hMipmappedArray, &mipmap);
    if (result)
        return result;
    result = bf_contexts_check(mipmap->owner);
    if (result)
        return result;
    result = lc_capture_rules_unsafe();
    if (result)
        return result;
    return bf_arrays_destroy_mipmap(mipmap);
}

CUresult cuMipmappedArrayGetLevel(CUarray *pLevelArray, CUmipmappedArray hMipmappedArray, unsigned int level)
{
    struct bf_object *mipmap;
    CUresult result = bf_lookup_find(BF_MIPMAP, hMipmappedArray, &mipmap);
    if (result)
        return result;
    result = bf_contexts_check(mipmap->owner);
    if (result)
        return result;
    if (!pLevelArray)
        return CUDA_ERROR_INVALID_VALUE;
    if (level >= mipmap->mipmap.count)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_arrays_level(mipmap, level, pLevelArray);
}

CUresult cuArrayGetPlane(CUarray *pPlaneArray, CUarray hArray, unsigned int planeIdx)
{
    (void)pPlaneArray;
    (void)planeIdx;
    struct bf_object *array;
    CUresult result = bf_lookup_find(BF_ARRAY, hArray, &array);
    if (result)
        return result;
    result = bf_contexts_check(array->array.context);
    if (result)
        return result;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuArrayGetSparseProperties(CUDA_ARRAY_SPARSE_PROPERTIES *sparseProperties, CUarray array)
{
    (void)sparseProperties;
    struct bf_object *found;
    CUresult result = bf_lookup_find(BF_ARRAY, array, &found);
    if (result)
        return result;
    result = bf_contexts_check(found->array.context);
    if (result)
        return result;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMipmappedArrayGetSparseProperties(CUDA_ARRAY_SPARSE_PROPERTIES *sparseProperties, CUmipmappedArray mipmap)
{
    (void)sparseProperties;
    struct bf_object *found;
    CUresult result = bf_lookup_find(BF_MIPMAP, mipmap, &found);
    if (result)
        return result;
    result = bf_contexts_check(found->owner);
    if (result)
        return result;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuArrayGetMemoryRequirements(CUDA_ARRAY_MEMORY_REQUIREMENTS *memoryRequirements, CUarray array, CUdevice device)
{
    (void)memoryRequirements;
    struct bf_object *found;
    CUresult result = bf_lookup_find(BF_ARRAY, array, &found);
    if (result)
        return result;
    result = bf_contexts_check(found->array.context);
    if (result)
        return result;
    struct bf_device *at;
    result = bf_lookup_device(device, &at);
    if (result)
        return result;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMipmappedArrayGetMemoryRequirements(CUDA_ARRAY_MEMORY_REQUIREMENTS *memoryRequirements, CUmipmappedArray mipmap, CUdevice device)
{
    (void)memoryRequirements;
    struct bf_object *found;
    CUresult result = bf_lookup_find(BF_MIPMAP, mipmap, &found);
    if (result)
        return result;
    result = bf_contexts_check(found->owner);
    if (result)
        return result;
    struct bf_device *at;
    result = bf_lookup_device(device, &at);
    if (result)
        return result;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemMapArrayAsync(CUarrayMapInfo *mapInfoList, unsigned int count, CUstream hStream)
{
    (void)mapInfoList;
    (void)count;
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMemAddressReserve(CUdeviceptr *ptr, size_t size, size_t alignment, CUdeviceptr addr, unsigned long long flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!ptr)
        return CUDA_ERROR_INVALID_VALUE;
    if (flags || !size)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_virtual_reserve(ptr, size, alignment, addr);
}

CUresult cuMemAddressFree(CUdeviceptr ptr, size_t size)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    return bf_virtual_free(ptr, size);
}

CUresult cuMemCreate(CUmemGenericAllocationHandle *handle, size_t size, const CUmemAllocationProp *prop, unsigned long long flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!handle || !prop)
        return CUDA_ERROR_INVALID_VALUE;
    if (flags)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_virtual_create(handle, size, prop);
}

CUresult cuMemRelease(CUmemGenericAllocationHandle handle)
{
    struct bf_object *memhandle;
    CUresult result = bf_lookup_find(BF_MEMHANDLE, (const void *)(uintptr_t)handle, &memhandle);
    if (result)
        return result;
    return bf_virtual_release(memhandle);
}

CUresult cuMemMap(CUdeviceptr ptr, size_t size, size_t offset, CUmemGenericAllocationHandle handle, unsigned long long flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (flags)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *memhandle;
    CUresult result = bf_lookup_find(BF_MEMHANDLE, (const void *)(uintptr_t)handle, &memhandle);
    if (result)
        return result;
    return bf_virtual_map(ptr, size, offset, memhandle);
}

CUresult cuMemUnmap(CUdeviceptr ptr, size_t size)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!size)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_virtual_unmap(ptr, size);
}

CUresult cuMemSetAccess(CUdeviceptr ptr, size_t size, const CUmemAccessDesc *desc, size_t count)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!desc)
        return CUDA_ERROR_INVALID_VALUE;
    if (!size || !count || count > BF_DEVICES_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_virtual_set_access(ptr, size, desc, count);
}

CUresult cuMemGetAccess(unsigned long long *flags, const CUmemLocation *location, CUdeviceptr ptr)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!flags || !location)
        return CUDA_ERROR_INVALID_VALUE;
    if (location->type != CU_MEM_LOCATION_TYPE_DEVICE)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_virtual_get_access(flags, location->id, ptr);
}

CUresult cuMemExportToShareableHandle(void *shareableHandle, CUmemGenericAllocationHandle handle, CUmemAllocationHandleType handleType, unsigned long long flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!shareableHandle)
        return CUDA_ERROR_INVALID_VALUE;
    if (flags || handleType == CU_MEM_HANDLE_TYPE_NONE)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *memhandle;
    CUresult result = bf_lookup_find(BF_MEMHANDLE, (const void *)(uintptr_t)handle, &memhandle);
    if (result)
        return result;
    return bf_virtual_export(memhandle, handleType, shareableHandle);
}

CUresult cuMemImportFromShareableHandle(CUmemGenericAllocationHandle *handle, void *osHandle, CUmemAllocationHandleType shHandleType)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!handle)
        return CUDA_ERROR_INVALID_VALUE;
    if (!lc_allocation_is_type(shHandleType))
        return CUDA_ERROR_INVALID_VALUE;
    if (shHandleType != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR)
        return CUDA_ERROR_NOT_SUPPORTED;
    return bf_virtual_import(handle, (int)(intptr_t)osHandle);
}

CUresult cuMemGetAllocationGranularity(size_t *granularity, const CUmemAllocationProp *prop, CUmemAllocationGranularity_flags option)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!granularity || !prop)
        return CUDA_ERROR_INVALID_VALUE;
    if ((unsigned)option > CU_MEM_ALLOC_GRANULARITY_RECOMMENDED)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_virtual_granularity(granularity, prop, option);
}

CUresult cuMemGetAllocationPropertiesFromHandle(CUmemAllocationProp *prop, CUmemGenericAllocationHandle handle)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!prop)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *memhandle;
    CUresult result = bf_lookup_find(BF_MEMHANDLE, (const void *)(uintptr_t)handle, &memhandle);
    if (result)
        return result;
    return bf_virtual_describe(memhandle, prop);
}

CUresult cuMemRetainAllocationHandle(CUmemGenericAllocationHandle *handle, void *addr)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!handle)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_virtual_retain(handle, (CUdeviceptr)(uintptr_t)addr);
}

CUresult cuMulticastCreate(CUmemGenericAllocationHandle *mcHandle, const CUmulticastObjectProp *prop)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!mcHandle || !prop)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMulticastAddDevice(CUmemGenericAllocationHandle mcHandle, CUdevice dev)
{
    (void)mcHandle;
    (void)dev;
    if (!bf_client_ready())
        return bf_client_refusal();
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMulticastBindMem(CUmemGenericAllocationHandle mcHandle, size_t mcOffset, CUmemGenericAllocationHandle memHandle, size_t memOffset, size_t size, unsigned long long flags)
{
    (void)mcHandle;
    (void)mcOffset;
    (void)memHandle;
    (void)memOffset;
    (void)size;
    (void)flags;
    if (!bf_client_ready())
        return bf_client_refusal();
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMulticastBindAddr(CUmemGenericAllocationHandle mcHandle, size_t mcOffset, CUdeviceptr memptr, size_t size, unsigned long long flags)
{
    (void)mcHandle;
    (void)mcOffset;
    (void)memptr;
    (void)size;
    (void)flags;
    if (!bf_client_ready())
        return bf_client_refusal();
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMulticastUnbind(CUmemGenericAllocationHandle mcHandle, CUdevice dev, size_t mcOffset, size_t size)
{
    (void)mcHandle;
    (void)dev;
    (void)mcOffset;
    (void)size;
    if (!bf_client_ready())
        return bf_client_refusal();
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMulticastGetGranularity(size_t *granularity, const CUmulticastObjectProp *prop, CUmulticastGranularity_flags option)
{
    (void)option;
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!granularity || !prop)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMemGetHandleForAddressRange(void *handle, CUdeviceptr dptr, size_t size, CUmemRangeHandleType handleType, unsigned long long flags)
{
    (void)dptr;
    (void)size;
    (void)handleType;
    (void)flags;
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!handle)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuMemAdvise(CUdeviceptr devPtr, size_t count, CUmem_advise advice, CUdevice device)
{
    return cuMemAdvise_v2(devPtr, count, advice, lc_advice_place(device));
}

CUresult cuMemAdvise_v2(CUdeviceptr devPtr, size_t count, CUmem_advise advice, CUmemLocation location)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    return lc_advice_set(devPtr, count, advice, location, bf_client.device_count);
}

CUresult cuMemPrefetchAsync(CUdeviceptr devPtr, size_t count, CUdevice dstDevice, CUstream hStream)
{
    return cuMemPrefetchAsync_v2(devPtr, count, lc_advice_place(dstDevice), 0, hStream);
}

CUresult cuMemPrefetchAsync_v2(CUdeviceptr devPtr, size_t count, CUmemLocation location, unsigned int flags, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_refuse(&order);
    if (result)
        return result;
    return lc_advice_prefetch(devPtr, count, location, flags, bf_client.device_count);
}

CUresult cuMemRangeGetAttribute(void *data, size_t dataSize, CUmem_range_attribute attribute, CUdeviceptr devPtr, size_t count)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    return lc_advice_get(data, dataSize, attribute, devPtr, count);
}

CUresult cuMemRangeGetAttributes(void **data, size_t *dataSizes, CUmem_range_attribute *attributes, size_t numAttributes, CUdeviceptr devPtr, size_t count)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    return lc_advice_get_all(data, dataSizes, attributes, numAttributes, devPtr, count);
}

CUresult cuStreamAttachMemAsync(CUstream hStream, CUdeviceptr dptr, size_t length, unsigned int flags)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_refuse(&order);
    if (result)
        return result;
    return bf_managed_memory_attach(&order, dptr, length, flags);
}

CUresult cuMemPrefetchBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count, CUmemLocation *prefetchLocs, size_t *prefetchLocIdxs, size_t numPrefetchLocs, unsigned long long flags, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return lc_advice_prefetches(dptrs, sizes, count, prefetchLocs, prefetchLocIdxs, numPrefetchLocs, flags, hStream, bf_client.device_count);
}

CUresult cuMemDiscardBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count, unsigned long long flags, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return lc_advice_discards(dptrs, sizes, count, flags, hStream);
}

CUresult cuMemDiscardAndPrefetchBatchAsync(CUdeviceptr *dptrs, size_t *sizes, size_t count, CUmemLocation *prefetchLocs, size_t *prefetchLocIdxs, size_t numPrefetchLocs, unsigned long long flags, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return lc_advice_prefetches(dptrs, sizes, count, prefetchLocs, prefetchLocIdxs, numPrefetchLocs, flags, hStream, bf_client.device_count);
}

CUresult cuIpcGetMemHandle(CUipcMemHandle *pHandle, CUdeviceptr dptr)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!pHandle)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_sharing_export(context, dptr, pHandle);
}

CUresult cuIpcOpenMemHandle_v2(CUdeviceptr *pdptr, CUipcMemHandle handle, unsigned int Flags)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    result = lc_capture_rules_unsafe();
    if (result)
        return result;
    if (!pdptr)
        return CUDA_ERROR_INVALID_VALUE;
    if (Flags != CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_sharing_open(context, &handle, Flags, pdptr);
}

CUresult cuIpcOpenMemHandle(CUdeviceptr *pdptr, CUipcMemHandle handle, unsigned int Flags)
{
    return cuIpcOpenMemHandle_v2(pdptr, handle, Flags);
}

CUresult cuIpcCloseMemHandle(CUdeviceptr dptr)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    result = lc_capture_rules_unsafe();
    if (result)
        return result;
    return bf_sharing_close(context, dptr);
}

CUresult cuIpcGetEventHandle(CUipcEventHandle *pHandle, CUevent event)
{
    struct bf_object *found;
    CUresult result = bf_lookup_find(BF_EVENT, event, &found);
    if (result)
        return result;
    if (!pHandle)
        return CUDA_ERROR_INVALID_VALUE;
    if (!(found->event.flags & CU_EVENT_INTERPROCESS) || found->event.opened)
        return CUDA_ERROR_INVALID_HANDLE;
    return bf_sharing_export_event(found, pHandle);
}

CUresult cuIpcOpenEventHandle(CUevent *phEvent, CUipcEventHandle handle)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!phEvent)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_sharing_open_event(context, &handle, phEvent);
}

CUresult cuMemPoolExportToShareableHandle(void *handle_out, CUmemoryPool pool, CUmemAllocationHandleType handleType, unsigned long long flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    CUresult result = lc_capture_rules_unsafe();
    if (result)
        return result;
    if (!handle_out)
        return CUDA_ERROR_INVALID_VALUE;
    if (flags || handleType == CU_MEM_HANDLE_TYPE_NONE)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *found;
    result = bf_lookup_find(BF_POOL, pool, &found);
    if (result)
        return result;
    return bf_pool_sharing_export(found, handleType, handle_out);
}

CUresult cuMemPoolImportFromShareableHandle(CUmemoryPool *pool_out, void *handle, CUmemAllocationHandleType handleType, unsigned long long flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    CUresult result = lc_capture_rules_unsafe();
    if (result)
        return result;
    if (!pool_out)
        return CUDA_ERROR_INVALID_VALUE;
    if (flags || !lc_allocation_is_type(handleType))
        return CUDA_ERROR_INVALID_VALUE;
    if (handleType != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR)
        return CUDA_ERROR_NOT_SUPPORTED;
    return bf_pool_sharing_import(pool_out, (int)(intptr_t)handle);
}

CUresult cuMemPoolExportPointer(CUmemPoolPtrExportData *shareData_out, CUdeviceptr ptr)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    CUresult result = lc_capture_rules_unsafe();
    if (result)
        return result;
    if (!shareData_out)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_pool_sharing_export_pointer(shareData_out, ptr);
}

CUresult cuMemPoolImportPointer(CUdeviceptr *ptr_out, CUmemoryPool pool, CUmemPoolPtrExportData *shareData)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    CUresult result = lc_capture_rules_unsafe();
    if (result)
        return result;
    struct bf_object *found;
    result = bf_lookup_find(BF_POOL, pool, &found);
    if (result)
        return result;
    if (!ptr_out || !shareData)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_pool_sharing_import_pointer(ptr_out, found, shareData);
}

CUresult cuDeviceGetTexture1DLinearMaxWidth(size_t *maxWidthInElements, CUarray_format format, unsigned numChannels, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    if (!maxWidthInElements)
        return CUDA_ERROR_INVALID_VALUE;
    if (numChannels > 4 || !lc_texture_format_suits(format, (int)numChannels))
        return CUDA_ERROR_INVALID_VALUE;
    *maxWidthInElements = (size_t)((size_t)device->facts->attributes[CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LINEAR_WIDTH]);
    return CUDA_SUCCESS;
}

CUresult cuTexObjectCreate(CUtexObject *pTexObject, const CUDA_RESOURCE_DESC *pResDesc, const CUDA_TEXTURE_DESC *pTexDesc, const CUDA_RESOURCE_VIEW_DESC *pResViewDesc)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!pTexObject || !pResDesc || !pTexDesc)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_textures_create(context, pResDesc, pTexDesc, pResViewDesc, pTexObject);
}

CUresult cuTexObjectDestroy(CUtexObject texObject)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!texObject)
        return CUDA_SUCCESS;
    return bf_textures_destroy(context, texObject);
}

CUresult cuTexObjectGetResourceDesc(CUDA_RESOURCE_DESC *pResDesc, CUtexObject texObject)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    return bf_textures_resource(context, texObject, pResDesc);
}

CUresult cuTexObjectGetTextureDesc(CUDA_TEXTURE_DESC *pTexDesc, CUtexObject texObject)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    return bf_textures_sampler(context, texObject, pTexDesc);
}

CUresult cuTexObjectGetResourceViewDesc(CUDA_RESOURCE_VIEW_DESC *pResViewDesc, CUtexObject texObject)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    return bf_textures_view(context, texObject, pResViewDesc);
}

CUresult cuSurfObjectCreate(CUsurfObject *pSurfObject, const CUDA_RESOURCE_DESC *pResDesc)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!pSurfObject || !pResDesc)
        return CUDA_ERROR_INVALID_VALUE;
    if (pResDesc->resType != CU_RESOURCE_TYPE_ARRAY)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_textures_create_surface(context, pResDesc, pSurfObject);
}

CUresult cuSurfObjectDestroy(CUsurfObject surfObject)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!surfObject)
        return CUDA_SUCCESS;
    return bf_textures_destroy_surface(context, surfObject);
}

CUresult cuSurfObjectGetResourceDesc(CUDA_RESOURCE_DESC *pResDesc, CUsurfObject surfObject)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    return bf_textures_surface_resource(context, surfObject, pResDesc);
}

CUresult cuModuleGetTexRef(CUtexref *pTexRef, CUmodule hmod, const char *name)
{
    struct bf_object *module;
    CUresult result = bf_lookup_module(hmod, &module);
    if (result)
        return result;
    if (!pTexRef || !name)
        return CUDA_ERROR_INVALID_VALUE;
    if (strlen(name) > BF_NAME_BYTES_MAX)
        return CUDA_ERROR_NOT_FOUND;
    return bf_references_of_module(module, name, pTexRef);
}

CUresult cuModuleGetSurfRef(CUsurfref *pSurfRef, CUmodule hmod, const char *name)
{
    struct bf_object *module;
    CUresult result = bf_lookup_module(hmod, &module);
    if (result)
        return result;
    if (!pSurfRef || !name)
        return CUDA_ERROR_INVALID_VALUE;
    if (strlen(name) > BF_NAME_BYTES_MAX)
        return CUDA_ERROR_NOT_FOUND;
    return bf_references_surface_of_module(module, name, pSurfRef);
}

CUresult cuTexRefCreate(CUtexref *pTexRef)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!pTexRef)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_references_create(context, pTexRef);
}

CUresult cuTexRefDestroy(CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    return bf_references_destroy(texref);
}

CUresult cuTexRefSetArray(CUtexref hTexRef, CUarray hArray, unsigned int Flags)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    struct bf_object *array;
    result = bf_lookup_find(BF_ARRAY, hArray, &array);
    if (result)
        return result;
    if (Flags != 1)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetArray, bf_u(texref->number), bf_u(array->number), bf_u((uint64_t)(Flags)));
    if (result)
        return result;
    bf_references_bind_array(texref, array);
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetMipmappedArray(CUtexref hTexRef, CUmipmappedArray hMipmappedArray, unsigned int Flags)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    struct bf_object *mipmap;
    result = bf_lookup_find(BF_MIPMAP, hMipmappedArray, &mipmap);
    if (result)
        return result;
    if (Flags != 1)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetMipmappedArray, bf_u(texref->number), bf_u(mipmap->number), bf_u((uint64_t)(Flags)));
    if (result)
        return result;
    bf_references_bind_mipmap(texref, mipmap);
    return CUDA_SUCCESS;
}

CUresult cuSurfRefSetArray(CUsurfref hSurfRef, CUarray hArray, unsigned int Flags)
{
    struct bf_object *surfref;
    CUresult result = bf_lookup_find(BF_SURFREF, hSurfRef, &surfref);
    if (result)
        return result;
    result = bf_contexts_check(surfref->reference.context);
    if (result)
        return result;
    struct bf_object *array;
    result = bf_lookup_find(BF_ARRAY, hArray, &array);
    if (result)
        return result;
    if (Flags)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_in(surfref->reference.context), NULL, cuSurfRefSetArray, bf_u(surfref->number), bf_u(array->number), bf_u((uint64_t)(Flags)));
    if (result)
        return result;
    bf_references_bind_array(surfref, array);
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetAddress_v2(size_t *ByteOffset, CUtexref hTexRef, CUdeviceptr dptr, size_t bytes)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    return bf_references_bind(texref, dptr, bytes, ByteOffset);
}

CUresult cuTexRefSetAddress2D_v3(CUtexref hTexRef, const CUDA_ARRAY_DESCRIPTOR *desc, CUdeviceptr dptr, size_t Pitch)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!desc)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_packed desc_packed = {.data = NULL};
    result = bf_structures_pack(&desc_packed, BF_STRUCTURE_CUDA_ARRAY_DESCRIPTOR, desc, 1, texref->reference.context);
    if (!result)
        result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetAddress2D_v3, bf_u(texref->number), bf_structures_value(&desc_packed), bf_u((uint64_t)(dptr)), bf_u((uint64_t)(Pitch)));
    bf_structures_end(&desc_packed);
    if (result)
        return result;
    bf_references_bind_plane(texref, desc, dptr);
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetAddress2D_v2(CUtexref hTexRef, const CUDA_ARRAY_DESCRIPTOR *desc, CUdeviceptr dptr, size_t Pitch)
{
    return cuTexRefSetAddress2D_v3(hTexRef, desc, dptr, Pitch);
}

CUresult cuTexRefSetFormat(CUtexref hTexRef, CUarray_format fmt, int NumPackedComponents)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!lc_texture_format_suits(fmt, NumPackedComponents))
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetFormat, bf_u(texref->number), bf_u((uint64_t)(fmt)), bf_i(NumPackedComponents));
    if (result)
        return result;
    texref->reference.state->format = fmt;
    texref->reference.state->channels = NumPackedComponents;
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetAddressMode(CUtexref hTexRef, int dim, CUaddress_mode am)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if ((unsigned)dim > 2)
        return CUDA_ERROR_INVALID_VALUE;
    if ((unsigned)am > CU_TR_ADDRESS_MODE_BORDER)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetAddressMode, bf_u(texref->number), bf_i(dim), bf_u((uint64_t)(am)));
    if (result)
        return result;
    texref->reference.state->sampler.addressMode[dim] = am;
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetFilterMode(CUtexref hTexRef, CUfilter_mode fm)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if ((unsigned)fm > CU_TR_FILTER_MODE_LINEAR)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetFilterMode, bf_u(texref->number), bf_u((uint64_t)(fm)));
    if (result)
        return result;
    texref->reference.state->sampler.filterMode = fm;
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetMipmapFilterMode(CUtexref hTexRef, CUfilter_mode fm)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if ((unsigned)fm > CU_TR_FILTER_MODE_LINEAR)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetMipmapFilterMode, bf_u(texref->number), bf_u((uint64_t)(fm)));
    if (result)
        return result;
    texref->reference.state->sampler.mipmapFilterMode = fm;
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetMipmapLevelBias(CUtexref hTexRef, float bias)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetMipmapLevelBias, bf_u(texref->number), bf_f(bias));
    if (result)
        return result;
    texref->reference.state->sampler.mipmapLevelBias = bias;
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetMipmapLevelClamp(CUtexref hTexRef, float minMipmapLevelClamp, float maxMipmapLevelClamp)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetMipmapLevelClamp, bf_u(texref->number), bf_f(minMipmapLevelClamp), bf_f(maxMipmapLevelClamp));
    if (result)
        return result;
    texref->reference.state->sampler.minMipmapLevelClamp = minMipmapLevelClamp;
    texref->reference.state->sampler.maxMipmapLevelClamp = maxMipmapLevelClamp;
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetMaxAnisotropy(CUtexref hTexRef, unsigned int maxAniso)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetMaxAnisotropy, bf_u(texref->number), bf_u((uint64_t)(maxAniso)));
    if (result)
        return result;
    texref->reference.state->sampler.maxAnisotropy = maxAniso > 16 ? 16 : maxAniso;
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetBorderColor(CUtexref hTexRef, float *pBorderColor)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pBorderColor)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_references_border(texref, pBorderColor);
}

CUresult cuTexRefSetFlags(CUtexref hTexRef, unsigned int Flags)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (Flags & ~(unsigned)LC_TEXTURE_FLAGS)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_in(texref->reference.context), NULL, cuTexRefSetFlags, bf_u(texref->number), bf_u((uint64_t)(Flags)));
    if (result)
        return result;
    texref->reference.state->sampler.flags = Flags;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetAddress_v2(CUdeviceptr *pdptr, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pdptr)
        return CUDA_ERROR_INVALID_VALUE;
    if (!texref->reference.state->address)
        return CUDA_ERROR_INVALID_VALUE;
    *pdptr = (CUdeviceptr)texref->reference.state->address;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetArray(CUarray *phArray, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!phArray)
        return CUDA_ERROR_INVALID_VALUE;
    if (!texref->reference.state->array)
        return CUDA_ERROR_INVALID_VALUE;
    *phArray = (CUarray)texref->reference.state->array;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetMipmappedArray(CUmipmappedArray *phMipmappedArray, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!phMipmappedArray)
        return CUDA_ERROR_INVALID_VALUE;
    if (!texref->reference.state->mipmap)
        return CUDA_ERROR_INVALID_VALUE;
    *phMipmappedArray = (CUmipmappedArray)texref->reference.state->mipmap;
    return CUDA_SUCCESS;
}

CUresult cuSurfRefGetArray(CUarray *phArray, CUsurfref hSurfRef)
{
    struct bf_object *surfref;
    CUresult result = bf_lookup_find(BF_SURFREF, hSurfRef, &surfref);
    if (result)
        return result;
    result = bf_contexts_check(surfref->reference.context);
    if (result)
        return result;
    if (!phArray)
        return CUDA_ERROR_INVALID_VALUE;
    if (!surfref->reference.state->array)
        return CUDA_ERROR_INVALID_VALUE;
    *phArray = (CUarray)surfref->reference.state->array;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetAddressMode(CUaddress_mode *pam, CUtexref hTexRef, int dim)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pam)
        return CUDA_ERROR_INVALID_VALUE;
    if ((unsigned)dim > 2)
        return CUDA_ERROR_INVALID_VALUE;
    *pam = (CUaddress_mode)(texref->reference.state->sampler.addressMode[dim]);
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetFilterMode(CUfilter_mode *pfm, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pfm)
        return CUDA_ERROR_INVALID_VALUE;
    *pfm = (CUfilter_mode)texref->reference.state->sampler.filterMode;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetFormat(CUarray_format *pFormat, int *pNumChannels, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pFormat || !pNumChannels)
        return CUDA_ERROR_INVALID_VALUE;
    *pFormat = (CUarray_format)texref->reference.state->format;
    *pNumChannels = (int)texref->reference.state->channels;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetMipmapFilterMode(CUfilter_mode *pfm, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pfm)
        return CUDA_ERROR_INVALID_VALUE;
    *pfm = (CUfilter_mode)texref->reference.state->sampler.mipmapFilterMode;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetMipmapLevelBias(float *pbias, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pbias)
        return CUDA_ERROR_INVALID_VALUE;
    *pbias = (float)texref->reference.state->sampler.mipmapLevelBias;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetMipmapLevelClamp(float *pminMipmapLevelClamp, float *pmaxMipmapLevelClamp, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pminMipmapLevelClamp || !pmaxMipmapLevelClamp)
        return CUDA_ERROR_INVALID_VALUE;
    *pminMipmapLevelClamp = (float)texref->reference.state->sampler.minMipmapLevelClamp;
    *pmaxMipmapLevelClamp = (float)texref->reference.state->sampler.maxMipmapLevelClamp;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetMaxAnisotropy(int *pmaxAniso, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pmaxAniso)
        return CUDA_ERROR_INVALID_VALUE;
    *pmaxAniso = (int)((int)texref->reference.state->sampler.maxAnisotropy);
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetBorderColor(float *pBorderColor, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pBorderColor)
        return CUDA_ERROR_INVALID_VALUE;
    memcpy(pBorderColor, texref->reference.state->sampler.borderColor, 4 * sizeof *pBorderColor);
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetFlags(unsigned int *pFlags, CUtexref hTexRef)
{
    struct bf_object *texref;
    CUresult result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (!pFlags)
        return CUDA_ERROR_INVALID_VALUE;
    *pFlags = (unsigned int)texref->reference.state->sampler.flags;
    return CUDA_SUCCESS;
}

CUresult cuParamSetTexRef(CUfunction hfunc, int texunit, CUtexref hTexRef)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(hfunc, &function);
    if (result)
        return result;
    struct bf_object *texref;
    result = bf_lookup_find(BF_TEXREF, hTexRef, &texref);
    if (result)
        return result;
    result = bf_contexts_check(texref->reference.context);
    if (result)
        return result;
    if (texunit != -1)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

CUresult cuMemcpyHtoD_v2(CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    return bf_copies_finish(&order, bf_copies_to_device(&order, dstDevice, srcHost, ByteCount));
}

CUresult cuMemcpyDtoH_v2(void *dstHost, CUdeviceptr srcDevice, size_t ByteCount)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    return bf_copies_to_host(&order, dstHost, srcDevice, ByteCount);
}

CUresult cuMemcpyDtoD_v2(CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount)
{
    return cuMemcpyDtoDAsync_v2(dstDevice, srcDevice, ByteCount, CU_STREAM_LEGACY);
}

CUresult cuMemcpy2D_v2(const CUDA_MEMCPY2D *pCopy)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    return bf_copies_finish(&order, bf_copies_2d(&order, pCopy));
}

CUresult cuMemcpy2DUnaligned_v2(const CUDA_MEMCPY2D *pCopy)
{
    return cuMemcpy2D_v2(pCopy);
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_copies_to_device(&order, dstDevice, srcHost, ByteCount);
}

CUresult cuMemcpyDtoHAsync_v2(void *dstHost, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_copies_to_host(&order, dstHost, srcDevice, ByteCount);
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_copies_on_device(&order, dstDevice, srcDevice, ByteCount);
}

CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D *pCopy, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_copies_2d(&order, pCopy);
}

CUresult cuMemcpy3D_v2(const CUDA_MEMCPY3D *pCopy)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    return bf_copies_finish(&order, bf_copies_box(&order, pCopy));
}

CUresult cuMemcpy3DAsync_v2(const CUDA_MEMCPY3D *pCopy, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_copies_box(&order, pCopy);
}

CUresult cuMemcpy3DPeer(const CUDA_MEMCPY3D_PEER *pCopy)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    return bf_copies_finish(&order, bf_copies_box_peer(&order, pCopy));
}

CUresult cuMemcpy3DPeerAsync(const CUDA_MEMCPY3D_PEER *pCopy, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_copies_box_peer(&order, pCopy);
}

CUresult cuMemcpyAtoA_v2(CUarray dstArray, size_t dstOffset, CUarray srcArray, size_t srcOffset, size_t ByteCount)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    return bf_copies_finish(&order, bf_copies_box_run(&order, BF_AT_ARRAY(dstArray, dstOffset), BF_AT_ARRAY(srcArray, srcOffset), ByteCount));
}

CUresult cuMemcpyAtoD_v2(CUdeviceptr dstDevice, CUarray srcArray, size_t srcOffset, size_t ByteCount)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    return bf_copies_finish(&order, bf_copies_box_run(&order, BF_AT_DEVICE(dstDevice), BF_AT_ARRAY(srcArray, srcOffset), ByteCount));
}

CUresult cuMemcpyDtoA_v2(CUarray dstArray, size_t dstOffset, CUdeviceptr srcDevice, size_t ByteCount)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    return bf_copies_finish(&order, bf_copies_box_run(&order, BF_AT_ARRAY(dstArray, dstOffset), BF_AT_DEVICE(srcDevice), ByteCount));
}

CUresult cuMemcpyAtoH_v2(void *dstHost, CUarray srcArray, size_t srcOffset, size_t ByteCount)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    return bf_copies_finish(&order, bf_copies_box_run(&order, BF_AT_HOST(dstHost), BF_AT_ARRAY(srcArray, srcOffset), ByteCount));
}

CUresult cuMemcpyHtoA_v2(CUarray dstArray, size_t dstOffset, const void *srcHost, size_t ByteCount)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    return bf_copies_finish(&order, bf_copies_box_run(&order, BF_AT_ARRAY(dstArray, dstOffset), BF_AT_HOST(srcHost), ByteCount));
}

CUresult cuMemcpyAtoHAsync_v2(void *dstHost, CUarray srcArray, size_t srcOffset, size_t ByteCount, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_copies_box_run(&order, BF_AT_HOST(dstHost), BF_AT_ARRAY(srcArray, srcOffset), ByteCount);
}

CUresult cuMemcpyHtoAAsync_v2(CUarray dstArray, size_t dstOffset, const void *srcHost, size_t ByteCount, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_copies_box_run(&order, BF_AT_ARRAY(dstArray, dstOffset), BF_AT_HOST(srcHost), ByteCount);
}

CUresult cuMemsetD8_v2(CUdeviceptr dstDevice, unsigned char uc, size_t N)
{
    return cuMemsetD8Async(dstDevice, uc, N, CU_STREAM_LEGACY);
}

CUresult cuMemsetD16_v2(CUdeviceptr dstDevice, unsigned short us, size_t N)
{
    return cuMemsetD16Async(dstDevice, us, N, CU_STREAM_LEGACY);
}

CUresult cuMemsetD32_v2(CUdeviceptr dstDevice, unsigned int ui, size_t N)
{
    return cuMemsetD32Async(dstDevice, ui, N, CU_STREAM_LEGACY);
}

CUresult cuMemsetD2D8_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc, size_t Width, size_t Height)
{
    return cuMemsetD2D8Async(dstDevice, dstPitch, uc, Width, Height, CU_STREAM_LEGACY);
}

CUresult cuMemsetD2D16_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned short us, size_t Width, size_t Height)
{
    return cuMemsetD2D16Async(dstDevice, dstPitch, us, Width, Height, CU_STREAM_LEGACY);
}

CUresult cuMemsetD2D32_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui, size_t Width, size_t Height)
{
    return cuMemsetD2D32Async(dstDevice, dstPitch, ui, Width, Height, CU_STREAM_LEGACY);
}

CUresult cuMemcpy(CUdeviceptr dst, CUdeviceptr src, size_t ByteCount)
{
    struct bf_order order;
    CUresult result = bf_order_waiting(&order);
    if (result)
        return result;
    if (!ByteCount)
        return CUDA_SUCCESS;
    return bf_copies_finish(&order, bf_copies_any(&order, dst, src, ByteCount));
}

CUresult cuMemcpyAsync(CUdeviceptr dst, CUdeviceptr src, size_t ByteCount, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!ByteCount)
        return CUDA_SUCCESS;
    return bf_copies_any(&order, dst, src, ByteCount);
}

CUresult cuMemcpyPeer(CUdeviceptr dstDevice, CUcontext dstContext, CUdeviceptr srcDevice, CUcontext srcContext, size_t ByteCount)
{
    return cuMemcpyPeerAsync(dstDevice, dstContext, srcDevice, srcContext, ByteCount, CU_STREAM_LEGACY);
}

CUresult cuMemsetD8Async(CUdeviceptr dstDevice, unsigned char uc, size_t N, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_fills_fill(&order, dstDevice, 0, uc, 1, N, 1);
}

CUresult cuMemsetD16Async(CUdeviceptr dstDevice, unsigned short us, size_t N, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_fills_fill(&order, dstDevice, 0, us, 2, N, 1);
}

CUresult cuMemsetD32Async(CUdeviceptr dstDevice, unsigned int ui, size_t N, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_fills_fill(&order, dstDevice, 0, ui, 4, N, 1);
}

CUresult cuMemsetD2D8Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc, size_t Width, size_t Height, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_fills_fill(&order, dstDevice, dstPitch, uc, 1, Width, Height);
}

CUresult cuMemsetD2D16Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned short us, size_t Width, size_t Height, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_fills_fill(&order, dstDevice, dstPitch, us, 2, Width, Height);
}

CUresult cuMemsetD2D32Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui, size_t Width, size_t Height, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_fills_fill(&order, dstDevice, dstPitch, ui, 4, Width, Height);
}

CUresult cuStreamCreate(CUstream *phStream, unsigned int Flags)
{
    return cuStreamCreateWithPriority(phStream, Flags, 0);
}

CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode *mode)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!mode)
        return CUDA_ERROR_INVALID_VALUE;
    if ((unsigned)*mode > CU_STREAM_CAPTURE_MODE_RELAXED)
        return CUDA_ERROR_INVALID_VALUE;
    *mode = (CUstreamCaptureMode)(lc_capture_rules_exchange(*mode));
    return CUDA_SUCCESS;
}

CUresult cuEventCreate(CUevent *phEvent, unsigned int Flags)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!phEvent)
        return CUDA_ERROR_INVALID_VALUE;
    if (!lc_flags_suit_event(Flags))
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *event = bf_objects_new(&(struct bf_object){
        .kind = BF_EVENT, .server = context->server, .number = bf_server_number(context->server),
        .owner = context, .event = {.flags = Flags}});
    if (!event)
        return CUDA_ERROR_OUT_OF_MEMORY;
    result = BF_TELL(bf_in(context), cuEventCreate, bf_u(event->number), bf_u((uint64_t)(Flags)));
    if (result)
        bf_objects_free(event, bf_drop_object);
    else
        *phEvent = (CUevent)event;
    return result;
}

CUresult cuEventQuery(CUevent hEvent)
{
    struct bf_object *event;
    CUresult result = bf_lookup_find(BF_EVENT, hEvent, &event);
    if (result)
        return result;
    result = bf_contexts_check(event->owner);
    if (result)
        return result;
    result = bf_issue_check_event(event);
    if (result)
        return result;
    return bf_waits_query_event(event);
}

CUresult cuEventSynchronize(CUevent hEvent)
{
    struct bf_object *event;
    CUresult result = bf_lookup_find(BF_EVENT, hEvent, &event);
    if (result)
        return result;
    result = bf_contexts_check(event->owner);
    if (result)
        return result;
    result = bf_issue_check_event(event);
    if (result)
        return result;
    return bf_waits_for_event(event);
}

CUresult cuEventDestroy_v2(CUevent hEvent)
{
    struct bf_object *event;
    CUresult result = bf_lookup_find(BF_EVENT, hEvent, &event);
    if (result)
        return result;
    if (!bf_objects_claim(event))
        return CUDA_ERROR_INVALID_HANDLE;
    struct bf_target to = bf_in(event->owner);
    uint64_t number = event->number;
    result = bf_contexts_check(event->owner);
    bf_objects_free(event, bf_drop_object);
    return result ? result : BF_TELL(to, cuEventDestroy_v2, bf_u(number));
}

CUresult cuEventElapsedTime_v2(float *pMilliseconds, CUevent hStart, CUevent hEnd)
{
    return cuEventElapsedTime(pMilliseconds, hStart, hEnd);
}

CUresult cuStreamDestroy(CUstream hStream)
{
    return cuStreamDestroy_v2(hStream);
}

CUresult cuEventDestroy(CUevent hEvent)
{
    return cuEventDestroy_v2(hEvent);
}

CUresult cuEventElapsedTime(float *pMilliseconds, CUevent hStart, CUevent hEnd)
{
    struct bf_object *start;
    CUresult result = bf_lookup_find(BF_EVENT, hStart, &start);
    if (result)
        return result;
    struct bf_object *end;
    result = bf_lookup_find(BF_EVENT, hEnd, &end);
    if (result)
        return result;
    if (!pMilliseconds)
        return CUDA_ERROR_INVALID_VALUE;
    result = lc_capture_rules_event(&start->event.captured, CUDA_ERROR_CAPTURED_EVENT);
    if (result)
        return result;
    result = lc_capture_rules_event(&end->event.captured, CUDA_ERROR_CAPTURED_EVENT);
    if (result)
        return result;
    if (!bf_events_can_time(start, end))
        return CUDA_ERROR_INVALID_HANDLE;
    struct bf_value out[1];
    result = BF_ASK(bf_in(start->owner), out, cuEventElapsedTime, bf_u(start->number), bf_u(end->number));
    if (result)
        return result;
    *pMilliseconds = (float)out[0].f;
    return CUDA_SUCCESS;
}

CUresult cuStreamGetPriority(CUstream hStream, int *priority)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!priority)
        return CUDA_ERROR_INVALID_VALUE;
    *priority = (int)(order.object ? order.object->stream.priority : 0);
    return CUDA_SUCCESS;
}

CUresult cuStreamGetId(CUstream hStream, unsigned long long *streamId)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!streamId)
        return CUDA_ERROR_INVALID_VALUE;
    *streamId = (unsigned long long)(bf_objects_id(order.object ? order.object : order.context));
    return CUDA_SUCCESS;
}

CUresult cuStreamGetFlags(CUstream hStream, unsigned int *flags)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!flags)
        return CUDA_ERROR_INVALID_VALUE;
    *flags = (unsigned int)(order.object ? order.object->stream.flags : CU_STREAM_DEFAULT);
    return CUDA_SUCCESS;
}

CUresult cuStreamGetDevice(CUstream hStream, CUdevice *device)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    *device = (CUdevice)order.context->context.device->ordinal;
    return CUDA_SUCCESS;
}

CUresult cuStreamGetCtx(CUstream hStream, CUcontext *pctx)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!pctx)
        return CUDA_ERROR_INVALID_VALUE;
    *pctx = (CUcontext)(bf_order_context(hStream, &order));
    return CUDA_SUCCESS;
}

CUresult cuStreamGetCtx_v2(CUstream hStream, CUcontext *pCtx, CUgreenCtx *pGreenCtx)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!pCtx)
        return CUDA_ERROR_INVALID_VALUE;
    if (hStream == CU_STREAM_PER_THREAD && bf_contexts_green())
        return CUDA_ERROR_INVALID_HANDLE;
    *pCtx = (CUcontext)order.context;
    if (pGreenCtx)
        *pGreenCtx = (CUgreenCtx)(bf_order_green(hStream, &order));
    return CUDA_SUCCESS;
}

CUresult cuStreamWaitEvent(CUstream hStream, CUevent hEvent, unsigned int Flags)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_check(&order);
    if (result)
        return result;
    struct bf_object *event = bf_objects_find(hEvent, BF_EVENT);
    if (!event)
        return CUDA_ERROR_INVALID_HANDLE;
    if (Flags & ~(unsigned)CU_EVENT_WAIT_EXTERNAL)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_issue_wait(event, &order, Flags);
}

CUresult cuStreamQuery(CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_check_wait(&order);
    if (result)
        return result;
    return bf_waits_query(&order);
}

CUresult cuStreamSynchronize(CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_check_wait(&order);
    if (result)
        return result;
    return bf_waits_stream(&order);
}

CUresult cuEventRecord(CUevent hEvent, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_check(&order);
    if (result)
        return result;
    struct bf_object *event = bf_objects_find(hEvent, BF_EVENT);
    if (!event)
        return CUDA_ERROR_INVALID_HANDLE;
    if (event->owner != order.context)
        return CUDA_ERROR_INVALID_HANDLE;
    return bf_issue_record(event, &order);
}

CUresult cuEventRecordWithFlags(CUevent hEvent, CUstream hStream, unsigned int flags)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_check(&order);
    if (result)
        return result;
    struct bf_object *event = bf_objects_find(hEvent, BF_EVENT);
    if (!event)
        return CUDA_ERROR_INVALID_HANDLE;
    if (event->owner != order.context)
        return CUDA_ERROR_INVALID_HANDLE;
    if (flags & ~(unsigned)CU_EVENT_RECORD_EXTERNAL)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_issue_record_flagged(event, &order, flags);
}

CUresult cuStreamGetGreenCtx(CUstream hStream, CUgreenCtx *phCtx)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!phCtx)
        return CUDA_ERROR_INVALID_VALUE;
    *phCtx = (CUgreenCtx)(bf_order_green(hStream, &order));
    return CUDA_SUCCESS;
}

CUresult cuStreamGetDevResource(CUstream hStream, CUdevResource *resource, CUdevResourceType type)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!resource)
        return CUDA_ERROR_INVALID_VALUE;
    if (type != CU_DEV_RESOURCE_TYPE_SM)
        return CUDA_ERROR_INVALID_RESOURCE_TYPE;
    return bf_green_of_stream(hStream, &order, resource);
}

CUresult cuStreamBeginCapture(CUstream hStream)
{
    return cuStreamBeginCapture_v2(hStream, CU_STREAM_CAPTURE_MODE_GLOBAL);
}

CUresult cuStreamBeginCapture_v2(CUstream hStream, CUstreamCaptureMode mode)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_capture_begin(&order, mode);
}

CUresult cuStreamEndCapture(CUstream hStream, CUgraph *phGraph)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_capture_end(&order, phGraph);
}

CUresult cuStreamUpdateCaptureDependencies(CUstream hStream, CUgraphNode *dependencies, size_t numDependencies, unsigned int flags)
{
    return cuStreamUpdateCaptureDependencies_v2(hStream, dependencies, NULL, numDependencies, flags);
}

CUresult cuStreamUpdateCaptureDependencies_v2(CUstream hStream, CUgraphNode *dependencies, const CUgraphEdgeData *dependencyData, size_t numDependencies, unsigned int flags)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    return bf_capture_update(&order, dependencies, dependencyData, numDependencies, flags);
}

CUresult cuStreamIsCapturing(CUstream hStream, CUstreamCaptureStatus *captureStatus)
{
    return cuStreamGetCaptureInfo(hStream, captureStatus, NULL);
}

CUresult cuStreamGetCaptureInfo(CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out)
{
    return cuStreamGetCaptureInfo_v2(hStream, captureStatus_out, id_out, NULL, NULL, NULL);
}

CUresult cuStreamGetCaptureInfo_v2(CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out, CUgraph *graph_out, const CUgraphNode **dependencies_out, size_t *numDependencies_out)
{
    return cuStreamGetCaptureInfo_v3(hStream, captureStatus_out, id_out, graph_out, dependencies_out, NULL, numDependencies_out);
}

CUresult cuLaunchHostFunc(CUstream hStream, CUhostFn fn, void *userData)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_check(&order);
    if (result)
        return result;
    if (!fn)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_issue_function(&order, fn, userData);
}

CUresult cuStreamAddCallback(CUstream hStream, CUstreamCallback callback, void *userData, unsigned int flags)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    result = bf_issue_check(&order);
    if (result)
        return result;
    if (!callback || flags)
        return CUDA_ERROR_INVALID_VALUE;
    result = bf_issue_refuse(&order);
    if (result)
        return result;
    return bf_callbacks_add(&order, hStream, callback, userData);
}

CUresult cuStreamWaitValue32(CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags)
{
    return bf_memop_put(stream, lc_memop_wait(addr, value, 4, flags), false, &bf_calls[BF_CALL_cuStreamWaitValue32_v2]);
}

CUresult cuStreamWaitValue32_v2(CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags)
{
    return bf_memop_put(stream, lc_memop_wait(addr, value, 4, flags), true, &bf_calls[BF_CALL_cuStreamWaitValue32_v2]);
}

CUresult cuStreamWaitValue64(CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags)
{
    return bf_memop_put(stream, lc_memop_wait(addr, value, 8, flags), false, &bf_calls[BF_CALL_cuStreamWaitValue64_v2]);
}

CUresult cuStreamWaitValue64_v2(CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags)
{
    return bf_memop_put(stream, lc_memop_wait(addr, value, 8, flags), true, &bf_calls[BF_CALL_cuStreamWaitValue64_v2]);
}

CUresult cuStreamWriteValue32(CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags)
{
    return bf_memop_put(stream, lc_memop_write(addr, value, 4, flags), false, &bf_calls[BF_CALL_cuStreamWriteValue32_v2]);
}

CUresult cuStreamWriteValue32_v2(CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags)
{
    return bf_memop_put(stream, lc_memop_write(addr, value, 4, flags), true, &bf_calls[BF_CALL_cuStreamWriteValue32_v2]);
}

CUresult cuStreamWriteValue64(CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags)
{
    return bf_memop_put(stream, lc_memop_write(addr, value, 8, flags), false, &bf_calls[BF_CALL_cuStreamWriteValue64_v2]);
}

CUresult cuStreamWriteValue64_v2(CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags)
{
    return bf_memop_put(stream, lc_memop_write(addr, value, 8, flags), true, &bf_calls[BF_CALL_cuStreamWriteValue64_v2]);
}

CUresult cuStreamBatchMemOp(CUstream stream, unsigned int count, CUstreamBatchMemOpParams *paramArray, unsigned int flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (flags)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_memop_batch(stream, count, paramArray, false);
}

CUresult cuStreamBatchMemOp_v2(CUstream stream, unsigned int count, CUstreamBatchMemOpParams *paramArray, unsigned int flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (flags)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_memop_batch(stream, count, paramArray, true);
}

CUresult cuStreamGetAttribute(CUstream hStream, CUstreamAttrID attr, CUstreamAttrValue *value_out)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!value_out)
        return CUDA_ERROR_INVALID_VALUE;
    if (!bf_stream_attributes_has(attr))
        return CUDA_ERROR_INVALID_VALUE;
    return bf_stream_attributes_get(&order, attr, value_out);
}

CUresult cuStreamSetAttribute(CUstream hStream, CUstreamAttrID attr, const CUstreamAttrValue *value)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    if (!value)
        return CUDA_ERROR_INVALID_VALUE;
    if (!bf_stream_attributes_has(attr))
        return CUDA_ERROR_INVALID_VALUE;
    return bf_stream_attributes_set(&order, attr, value);
}

CUresult cuDeviceGetExecAffinitySupport(int *pi, CUexecAffinityType type, CUdevice dev)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!pi)
        return CUDA_ERROR_INVALID_VALUE;
    if ((unsigned)type >= CU_EXEC_AFFINITY_TYPE_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result)
        return result;
    *pi = (int)0;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetExecAffinity(CUexecAffinityParam *pExecAffinity, CUexecAffinityType type)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!pExecAffinity)
        return CUDA_ERROR_INVALID_VALUE;
    if ((unsigned)type >= CU_EXEC_AFFINITY_TYPE_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY;
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *numBlocks, CUfunction func, int blockSize, size_t dynamicSMemSize)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    struct bf_object *function;
    uint64_t function_number;
    result = bf_kernels_find(func, context, &function, &function_number);
    if (result)
        return result;
    if (!numBlocks)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_value out[1];
    result = BF_ASK(bf_in(context), out, cuOccupancyMaxActiveBlocksPerMultiprocessor, bf_u(function_number), bf_i(blockSize), bf_u((uint64_t)(dynamicSMemSize)));
    if (result)
        return result;
    *numBlocks = (int)out[0].s;
    return CUDA_SUCCESS;
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *numBlocks, CUfunction func, int blockSize, size_t dynamicSMemSize, unsigned int flags)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    struct bf_object *function;
    uint64_t function_number;
    result = bf_kernels_find(func, context, &function, &function_number);
    if (result)
        return result;
    if (!numBlocks)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_value out[1];
    result = BF_ASK(bf_in(context), out, cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags, bf_u(function_number), bf_i(blockSize), bf_u((uint64_t)(dynamicSMemSize)), bf_u((uint64_t)(flags)));
    if (result)
        return result;
    *numBlocks = (int)out[0].s;
    return CUDA_SUCCESS;
}

CUresult cuOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize, CUfunction func, CUoccupancyB2DSize blockSizeToDynamicSMemSize, size_t dynamicSMemSize, int blockSizeLimit)
{
    return cuOccupancyMaxPotentialBlockSizeWithFlags(minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit, 0);
}

CUresult cuOccupancyAvailableDynamicSMemPerBlock(size_t *dynamicSmemSize, CUfunction func, int numBlocks, int blockSize)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    struct bf_object *function;
    uint64_t function_number;
    result = bf_kernels_find(func, context, &function, &function_number);
    if (result)
        return result;
    if (!dynamicSmemSize)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_value out[1];
    result = BF_ASK(bf_in(context), out, cuOccupancyAvailableDynamicSMemPerBlock, bf_u(function_number), bf_i(numBlocks), bf_i(blockSize));
    if (result)
        return result;
    *dynamicSmemSize = (size_t)out[0].u;
    return CUDA_SUCCESS;
}

CUresult cuOccupancyMaxPotentialClusterSize(int *clusterSize, CUfunction func, const CUlaunchConfig *config)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!clusterSize || !config)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_launch_clusters(context, func, config, 1, clusterSize);
}

CUresult cuOccupancyMaxActiveClusters(int *numClusters, CUfunction func, const CUlaunchConfig *config)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    if (!numClusters || !config)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_launch_clusters(context, func, config, 0, numClusters);
}

CUresult cuLaunchCooperativeKernelMultiDevice(CUDA_LAUNCH_PARAMS *launchParamsList, unsigned int numDevices, unsigned int flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!launchParamsList)
        return CUDA_ERROR_INVALID_VALUE;
    if (!numDevices || numDevices > bf_client.device_count || flags & ~3u)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuFuncSetBlockShape(CUfunction hfunc, int x, int y, int z)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(hfunc, &function);
    if (result)
        return result;
    return lc_old_launch_set_block(&function->function.code->old, x, y, z);
}

CUresult cuFuncSetSharedSize(CUfunction hfunc, unsigned int bytes)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(hfunc, &function);
    if (result)
        return result;
    return lc_old_launch_set_shared(&function->function.code->old, bytes);
}

CUresult cuParamSetSize(CUfunction hfunc, unsigned int numbytes)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(hfunc, &function);
    if (result)
        return result;
    return lc_old_launch_set_size(&function->function.code->old, numbytes);
}

CUresult cuParamSeti(CUfunction hfunc, int offset, unsigned int value)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(hfunc, &function);
    if (result)
        return result;
    return lc_old_launch_set_param(&function->function.code->old, offset, &value, sizeof value);
}

CUresult cuParamSetf(CUfunction hfunc, int offset, float value)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(hfunc, &function);
    if (result)
        return result;
    return lc_old_launch_set_param(&function->function.code->old, offset, &value, sizeof value);
}

CUresult cuParamSetv(CUfunction hfunc, int offset, void *ptr, unsigned int numbytes)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(hfunc, &function);
    if (result)
        return result;
    return lc_old_launch_set_param(&function->function.code->old, offset, ptr, numbytes);
}

CUresult cuLaunch(CUfunction f)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(f, &function);
    if (result)
        return result;
    return bf_launch_old(function, 1, 1, NULL);
}

CUresult cuLaunchGrid(CUfunction f, int grid_width, int grid_height)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(f, &function);
    if (result)
        return result;
    return bf_launch_old(function, grid_width, grid_height, NULL);
}

CUresult cuLaunchGridAsync(CUfunction f, int grid_width, int grid_height, CUstream hStream)
{
    struct bf_object *function;
    CUresult result = bf_functions_settable(f, &function);
    if (result)
        return result;
    return bf_launch_old(function, grid_width, grid_height, hStream);
}

CUresult cuGraphAddDependencies(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, size_t numDependencies)
{
    return cuGraphAddDependencies_v2(hGraph, from, to, NULL, numDependencies);
}

CUresult cuGraphAddNode(CUgraphNode *phGraphNode, CUgraph hGraph, const CUgraphNode *dependencies, size_t numDependencies, CUgraphNodeParams *nodeParams)
{
    return cuGraphAddNode_v2(phGraphNode, hGraph, dependencies, NULL, numDependencies, nodeParams);
}

CUresult cuGraphChildGraphNodeGetGraph(CUgraphNode hNode, CUgraph *phGraph)
{
    struct bf_object *node;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (!phGraph)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graphs_child(node, phGraph);
}

CUresult cuGraphClone(CUgraph *phGraphClone, CUgraph originalGraph)
{
    struct bf_object *graph;
    CUresult result = bf_lookup_find(BF_GRAPH, originalGraph, &graph);
    if (result)
        return result;
    if (!phGraphClone)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graphs_clone(graph, phGraphClone);
}

CUresult cuGraphCreate(CUgraph *phGraph, unsigned int flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!phGraph)
        return CUDA_ERROR_INVALID_VALUE;
    if (flags)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graphs_create(phGraph);
}

CUresult cuGraphDebugDotPrint(CUgraph hGraph, const char *path, unsigned int flags)
{
    struct bf_object *graph;
    CUresult result = bf_lookup_find(BF_GRAPH, hGraph, &graph);
    if (result)
        return result;
    if (!path)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graph_settings_print(graph, path, flags);
}

CUresult cuGraphDestroy(CUgraph hGraph)
{
    struct bf_object *graph;
    CUresult result = bf_lookup_find(BF_GRAPH, hGraph, &graph);
    if (result)
        return result;
    if (lc_capture_fills(hGraph))
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graphs_end(graph);
}

CUresult cuGraphDestroyNode(CUgraphNode hNode)
{
    struct bf_object *node;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (lc_capture_fills((CUgraph)node->owner))
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graphs_end_node(node);
}

CUresult cuGraphExecDestroy(CUgraphExec hGraphExec)
{
    struct bf_object *exec;
    CUresult result = bf_lookup_find(BF_EXEC, hGraphExec, &exec);
    if (result)
        return result;
    return bf_graphs_end_exec(exec);
}

CUresult cuGraphExecExternalSemaphoresSignalNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams)
{
    struct bf_object *exec;
    CUresult result = bf_lookup_find(BF_EXEC, hGraphExec, &exec);
    if (result)
        return result;
    struct bf_object *node;
    result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (!nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphExecExternalSemaphoresWaitNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams)
{
    struct bf_object *exec;
    CUresult result = bf_lookup_find(BF_EXEC, hGraphExec, &exec);
    if (result)
        return result;
    struct bf_object *node;
    result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (!nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphExecGetFlags(CUgraphExec hGraphExec, cuuint64_t *flags)
{
    struct bf_object *exec;
    CUresult result = bf_lookup_find(BF_EXEC, hGraphExec, &exec);
    if (result)
        return result;
    if (!flags)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_value out[1];
    result = BF_ASK(bf_on(exec->server), out, cuGraphExecGetFlags, bf_u(exec->number));
    if (result)
        return result;
    *flags = (cuuint64_t)out[0].u;
    return CUDA_SUCCESS;
}

CUresult cuGraphExternalSemaphoresSignalNodeGetParams(CUgraphNode hNode, CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *params_out)
{
    struct bf_object *node;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (!params_out)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphExternalSemaphoresSignalNodeSetParams(CUgraphNode hNode, const CUDA_EXT_SEM_SIGNAL_NODE_PARAMS *nodeParams)
{
    struct bf_object *node;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (!nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphExternalSemaphoresWaitNodeGetParams(CUgraphNode hNode, CUDA_EXT_SEM_WAIT_NODE_PARAMS *params_out)
{
    struct bf_object *node;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (!params_out)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphExternalSemaphoresWaitNodeSetParams(CUgraphNode hNode, const CUDA_EXT_SEM_WAIT_NODE_PARAMS *nodeParams)
{
    struct bf_object *node;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (!nodeParams)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphGetEdges(CUgraph hGraph, CUgraphNode *from, CUgraphNode *to, size_t *numEdges)
{
    return cuGraphGetEdges_v2(hGraph, from, to, NULL, numEdges);
}

CUresult cuGraphGetNodes(CUgraph hGraph, CUgraphNode *nodes, size_t *numNodes)
{
    struct bf_object *graph;
    CUresult result = bf_lookup_find(BF_GRAPH, hGraph, &graph);
    if (result)
        return result;
    if (!numNodes)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graphs_list(graph, 0, nodes, numNodes);
}

CUresult cuGraphGetRootNodes(CUgraph hGraph, CUgraphNode *rootNodes, size_t *numRootNodes)
{
    struct bf_object *graph;
    CUresult result = bf_lookup_find(BF_GRAPH, hGraph, &graph);
    if (result)
        return result;
    if (!numRootNodes)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graphs_list(graph, 1, rootNodes, numRootNodes);
}

CUresult cuGraphInstantiate(CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode, char *logBuffer, size_t bufferSize)
{
    return cuGraphInstantiate_v2(phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize);
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *phGraphExec, CUgraph hGraph, unsigned long long flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (flags & CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graph_execs_make(phGraphExec, hGraph, flags);
}

CUresult cuGraphKernelNodeCopyAttributes(CUgraphNode dst, CUgraphNode src)
{
    struct bf_object *to;
    CUresult result = bf_lookup_find(BF_NODE, dst, &to);
    if (result)
        return result;
    struct bf_object *from;
    result = bf_lookup_find(BF_NODE, src, &from);
    if (result)
        return result;
    if (to->server != from->server)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_on(to->server), NULL, cuGraphKernelNodeCopyAttributes, bf_u(to->number), bf_u(from->number));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuGraphNodeFindInClone(CUgraphNode *phNode, CUgraphNode hOriginalNode, CUgraph hClonedGraph)
{
    struct bf_object *node;
    CUresult result = bf_lookup_find(BF_NODE, hOriginalNode, &node);
    if (result)
        return result;
    struct bf_object *clone;
    result = bf_lookup_find(BF_GRAPH, hClonedGraph, &clone);
    if (result)
        return result;
    if (!phNode)
        return CUDA_ERROR_INVALID_VALUE;
    if (node->server != clone->server)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graphs_find_in_clone(node, clone, phNode);
}

CUresult cuGraphNodeGetDependencies(CUgraphNode hNode, CUgraphNode *dependencies, size_t *numDependencies)
{
    return cuGraphNodeGetDependencies_v2(hNode, dependencies, NULL, numDependencies);
}

CUresult cuGraphNodeGetDependentNodes(CUgraphNode hNode, CUgraphNode *dependentNodes, size_t *numDependentNodes)
{
    return cuGraphNodeGetDependentNodes_v2(hNode, dependentNodes, NULL, numDependentNodes);
}

CUresult cuGraphNodeGetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int *isEnabled)
{
    struct bf_object *exec;
    CUresult result = bf_lookup_find(BF_EXEC, hGraphExec, &exec);
    if (result)
        return result;
    struct bf_object *node;
    result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (!isEnabled)
        return CUDA_ERROR_INVALID_VALUE;
    if (exec->server != node->server)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_value out[1];
    result = BF_ASK(bf_on(exec->server), out, cuGraphNodeGetEnabled, bf_u(exec->number), bf_u(node->number));
    if (result)
        return result;
    *isEnabled = (unsigned int)out[0].u;
    return CUDA_SUCCESS;
}

CUresult cuGraphNodeGetType(CUgraphNode hNode, CUgraphNodeType *type)
{
    struct bf_object *node;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (!type)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graphs_type(node, type);
}

CUresult cuGraphNodeSetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode, unsigned int isEnabled)
{
    struct bf_object *exec;
    CUresult result = bf_lookup_find(BF_EXEC, hGraphExec, &exec);
    if (result)
        return result;
    struct bf_object *node;
    result = bf_lookup_find(BF_NODE, hNode, &node);
    if (result)
        return result;
    if (exec->server != node->server)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_on(exec->server), NULL, cuGraphNodeSetEnabled, bf_u(exec->number), bf_u(node->number), bf_u((uint64_t)(isEnabled)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuGraphReleaseUserObject(CUgraph graph, CUuserObject object, unsigned int count)
{
    struct bf_object *from;
    CUresult result = bf_lookup_find(BF_GRAPH, graph, &from);
    if (result)
        return result;
    struct bf_object *found;
    result = bf_lookup_find(BF_USEROBJECT, object, &found);
    if (result)
        return result;
    if (!bf_user_objects_is_count(count))
        return CUDA_ERROR_INVALID_VALUE;
    if (from->server != found->server)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_on(from->server), NULL, cuGraphReleaseUserObject, bf_u(from->number), bf_u(found->number), bf_u((uint64_t)(count)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuGraphRemoveDependencies(CUgraph hGraph, const CUgraphNode *from, const CUgraphNode *to, size_t numDependencies)
{
    return cuGraphRemoveDependencies_v2(hGraph, from, to, NULL, numDependencies);
}

CUresult cuGraphRetainUserObject(CUgraph graph, CUuserObject object, unsigned int count, unsigned int flags)
{
    struct bf_object *to;
    CUresult result = bf_lookup_find(BF_GRAPH, graph, &to);
    if (result)
        return result;
    struct bf_object *found;
    result = bf_lookup_find(BF_USEROBJECT, object, &found);
    if (result)
        return result;
    if (!bf_user_objects_is_count(count))
        return CUDA_ERROR_INVALID_VALUE;
    if (flags & ~(unsigned)CU_GRAPH_USER_OBJECT_MOVE)
        return CUDA_ERROR_INVALID_VALUE;
    if (to->server != found->server)
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_on(to->server), NULL, cuGraphRetainUserObject, bf_u(to->number), bf_u(found->number), bf_u((uint64_t)(count)), bf_u((uint64_t)(flags)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuGraphUpload(CUgraphExec hGraph, CUstream hStream)
{
    struct bf_order order;
    CUresult result = bf_order_find(hStream, &order);
    if (result)
        return result;
    struct bf_object *exec;
    result = bf_lookup_find(BF_EXEC, hGraph, &exec);
    if (result)
        return result;
    if (exec->server != order.to.server)
        return CUDA_ERROR_INVALID_VALUE;
    result = bf_issue_refuse(&order);
    if (result)
        return result;
    result = BF_ASK(order.to, NULL, cuGraphUpload, bf_u(exec->number), bf_u(order.stream));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuUserObjectCreate(CUuserObject *object_out, void *ptr, CUhostFn destroy, unsigned int initialRefcount, unsigned int flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!object_out)
        return CUDA_ERROR_INVALID_VALUE;
    if (!destroy || !bf_user_objects_is_count(initialRefcount))
        return CUDA_ERROR_INVALID_VALUE;
    if (flags != CU_USER_OBJECT_NO_DESTRUCTOR_SYNC)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_user_objects_create(object_out, ptr, destroy, initialRefcount);
}

CUresult cuUserObjectRelease(CUuserObject object, unsigned int count)
{
    struct bf_object *found;
    CUresult result = bf_lookup_find(BF_USEROBJECT, object, &found);
    if (result)
        return result;
    if (!bf_user_objects_is_count(count))
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_on(found->server), NULL, cuUserObjectRelease, bf_u(found->number), bf_u((uint64_t)(count)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuUserObjectRetain(CUuserObject object, unsigned int count)
{
    struct bf_object *found;
    CUresult result = bf_lookup_find(BF_USEROBJECT, object, &found);
    if (result)
        return result;
    if (!bf_user_objects_is_count(count))
        return CUDA_ERROR_INVALID_VALUE;
    result = BF_ASK(bf_on(found->server), NULL, cuUserObjectRetain, bf_u(found->number), bf_u((uint64_t)(count)));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr, void *value)
{
    struct bf_device *found;
    CUresult result = bf_lookup_device(device, &found);
    if (result)
        return result;
    if (!value)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graph_settings_get(found, attr, value);
}

CUresult cuDeviceGraphMemTrim(CUdevice device)
{
    struct bf_device *found;
    CUresult result = bf_lookup_device(device, &found);
    if (result)
        return result;
    result = BF_ASK(bf_on(found->server), NULL, graph_mem_trim, bf_i(found->local));
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuDeviceSetGraphMemAttribute(CUdevice device, CUgraphMem_attribute attr, void *value)
{
    struct bf_device *found;
    CUresult result = bf_lookup_device(device, &found);
    if (result)
        return result;
    if (!value)
        return CUDA_ERROR_INVALID_VALUE;
    return bf_graph_settings_set(found, attr, value);
}

CUresult cuGraphConditionalHandleCreate(CUgraphConditionalHandle *pHandle_out, CUgraph hGraph, CUcontext ctx, unsigned int defaultLaunchValue, unsigned int flags)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    if (!pHandle_out)
        return CUDA_ERROR_INVALID_VALUE;
    if (flags & ~(unsigned)CU_GRAPH_COND_ASSIGN_DEFAULT)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_object *context;
    CUresult result = bf_contexts_find(ctx, &context);
    if (result)
        return result;
    struct bf_object *graph;
    result = bf_lookup_find(BF_GRAPH, hGraph, &graph);
    if (result)
        return result;
    if (graph->server != context->server)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_value out[1];
    result = BF_ASK(bf_in(context), out, conditional_create, bf_u(graph->number), bf_u(context->number), bf_u((uint64_t)(defaultLaunchValue)), bf_u((uint64_t)(flags)));
    if (result)
        return result;
    *pHandle_out = (CUgraphConditionalHandle)out[0].u;
    return CUDA_SUCCESS;
}

CUresult cuProfilerInitialize(const char *configFile, const char *outputFile, CUoutput_mode outputMode)
{
    (void)configFile;
    (void)outputFile;
    (void)outputMode;
    if (!bf_client_ready())
        return bf_client_refusal();
    return CUDA_ERROR_NOT_SUPPORTED;
}

CUresult cuProfilerStart(void)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuProfilerStop(void)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    return CUDA_SUCCESS;
}

CUresult cuCoredumpGetAttribute(CUcoredumpSettings attrib, void *value, size_t *size)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    return lc_coredump_get((CUcontext)context, context->context.flags, attrib, value, size);
}

CUresult cuCoredumpGetAttributeGlobal(CUcoredumpSettings attrib, void *value, size_t *size)
{
    return lc_coredump_get_global(attrib, value, size);
}

CUresult cuCoredumpSetAttribute(CUcoredumpSettings attrib, void *value, size_t *size)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (result)
        return result;
    return lc_coredump_set((CUcontext)context, attrib, value, size);
}

CUresult cuCoredumpSetAttributeGlobal(CUcoredumpSettings attrib, void *value, size_t *size)
{
    return lc_coredump_set_global(attrib, value, size);
}

CUresult cuLogsRegisterCallback(CUlogsCallback callbackFunc, void *userData, CUlogsCallbackHandle *callback_out)
{
    (void)userData;
    return lc_listeners_add_log(callbackFunc, callback_out);
}

CUresult cuLogsUnregisterCallback(CUlogsCallbackHandle callback)
{
    return lc_listeners_remove_log(callback);
}

CUresult cuLogsCurrent(CUlogIterator *iterator_out, unsigned int flags)
{
    return lc_logs_current(iterator_out, flags);
}

CUresult cuLogsDumpToFile(CUlogIterator *iterator, const char *pathToFile, unsigned int flags)
{
    return lc_logs_to_file(iterator, pathToFile, flags);
}

CUresult cuLogsDumpToMemory(CUlogIterator *iterator, char *buffer, size_t *size, unsigned int flags)
{
    return lc_logs_to_memory(iterator, buffer, size, flags);
}

CUresult cuDeviceRegisterAsyncNotification(CUdevice device, CUasyncCallback callbackFunc, void *userData, CUasyncCallbackHandle *callback)
{
    (void)userData;
    struct bf_device *found;
    CUresult result = bf_lookup_device(device, &found);
    if (result)
        return result;
    return lc_listeners_add_device(found->ordinal, callbackFunc, callback);
}

CUresult cuDeviceUnregisterAsyncNotification(CUdevice device, CUasyncCallbackHandle callback)
{
    struct bf_device *found;
    CUresult result = bf_lookup_device(device, &found);
    if (result)
        return result;
    return lc_listeners_remove_device(found->ordinal, callback);
}
