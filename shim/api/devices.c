/* Devices: everything about one is answered from the snapshot. */
#include <stdio.h>
#include <string.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../state/call.h"
#include "../wire/identity.h"

/* Attributes that promise what does not reach across the wire: memory shared between host and device, handles of the
 * server's operating system, and calls that are not remoted. A program that asks gets an honest 0. */
static const unsigned char not_remoted[] = {
    CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY,
    CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY,
    CU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS,
    CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS,
    CU_DEVICE_ATTRIBUTE_CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM,
    CU_DEVICE_ATTRIBUTE_COOPERATIVE_MULTI_DEVICE_LAUNCH,
    CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS_USES_HOST_PAGE_TABLES,
    CU_DEVICE_ATTRIBUTE_DIRECT_MANAGED_MEM_ACCESS_FROM_HOST,
    CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_WIN32_HANDLE_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_WIN32_KMT_HANDLE_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WITH_CUDA_VMM_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_SPARSE_CUDA_ARRAY_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_TIMELINE_SEMAPHORE_INTEROP_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_FLUSH_WRITES_OPTIONS,
    CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WRITES_ORDERING,
    CU_DEVICE_ATTRIBUTE_MEMPOOL_SUPPORTED_HANDLE_TYPES,
    CU_DEVICE_ATTRIBUTE_DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_DMA_BUF_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_IPC_EVENT_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_TENSOR_MAP_ACCESS_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_FABRIC_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_UNIFIED_FUNCTION_POINTERS,
    CU_DEVICE_ATTRIBUTE_MULTICAST_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_NUMA_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_NUMA_MEMORY_POOLS_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_NUMA_MULTINODE_IPC_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_MEMORY_POOLS_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_ALLOC_DMA_BUF_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_ONLY_PARTIAL_HOST_NATIVE_ATOMIC_SUPPORTED,
};

static CUresult find(CUdevice dev, const void *out, struct bf_device **device)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    *device = bf_client_device(dev);
    if (!*device)
        return CUDA_ERROR_INVALID_DEVICE;
    return out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuInit(unsigned int Flags)
{
    return Flags ? CUDA_ERROR_INVALID_VALUE : bf_client_init();
}

CUresult cuDriverGetVersion(int *driverVersion)
{
    if (!driverVersion)
        return CUDA_ERROR_INVALID_VALUE;
    *driverVersion = bf_client_driver_version();
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetCount(int *count)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    if (!count)
        return CUDA_ERROR_INVALID_VALUE;
    *count = (int)bf_client.device_count;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal)
{
    struct bf_device *found;
    CUresult result = find(ordinal, device, &found);
    if (!result)
        *device = found->ordinal;
    return result;
}

static CUresult copy_text(const char *text, char *out, int room)
{
    if (room <= 0)
        return CUDA_ERROR_INVALID_VALUE;
    snprintf(out, (size_t)room, "%s", text);
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetName(char *name, int len, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = find(dev, name, &device);
    return result ? result : copy_text(device->facts->name, name, len);
}

CUresult cuDeviceGetPCIBusId(char *pciBusId, int len, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = find(dev, pciBusId, &device);
    return result ? result : copy_text(device->facts->pci_bus_id, pciBusId, len);
}

CUresult cuDeviceGetByPCIBusId(CUdevice *dev, const char *pciBusId)
{
    struct bf_bus_id wanted, id;
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    if (!dev || !pciBusId || !bf_identity_parse_bus_id(pciBusId, &wanted))
        return CUDA_ERROR_INVALID_VALUE;
    for (unsigned i = 0; i < bf_client.device_count; i++) {
        if (bf_identity_parse_bus_id(bf_client.devices[i].facts->pci_bus_id, &id) &&
            bf_identity_same_place(&id, &wanted)) {
            *dev = (CUdevice)i;
            return CUDA_SUCCESS;
        }
    }
    return CUDA_ERROR_INVALID_DEVICE;
}

CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = find(dev, uuid, &device);
    if (!result)
        memcpy(uuid->bytes, device->facts->uuid, sizeof uuid->bytes);
    return result;
}

CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice dev)
{
    return cuDeviceGetUuid_v2(uuid, dev);
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = find(dev, bytes, &device);
    if (!result)
        *bytes = device->facts->total_memory;
    return result;
}

CUresult cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = find(dev, pi, &device);
    bool known = (unsigned)attrib < BF_ATTRIBUTES_MAX;
    if (!result && (!known || !device->facts->has_attribute[attrib]))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    bool withheld = memchr(not_remoted, (int)attrib, sizeof not_remoted) != NULL;
    *pi = withheld ? 0 : device->facts->attributes[attrib];
    return CUDA_SUCCESS;
}

CUresult cuDeviceComputeCapability(int *major, int *minor, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = find(dev, major && minor ? major : NULL, &device);
    if (result)
        return result;
    *major = device->facts->attributes[CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR];
    *minor = device->facts->attributes[CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR];
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetProperties(CUdevprop *prop, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = find(dev, prop, &device);
    if (result)
        return result;
    const int *known = device->facts->attributes;
    *prop = (CUdevprop){
        .maxThreadsPerBlock = known[CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK],
        .maxThreadsDim = {known[CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X], known[CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y],
                          known[CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z]},
        .maxGridSize = {known[CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X], known[CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y],
                        known[CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z]},
        .sharedMemPerBlock = known[CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK],
        .totalConstantMemory = known[CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY],
        .SIMDWidth = known[CU_DEVICE_ATTRIBUTE_WARP_SIZE],
        .memPitch = known[CU_DEVICE_ATTRIBUTE_MAX_PITCH],
        .regsPerBlock = known[CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK],
        .clockRate = known[CU_DEVICE_ATTRIBUTE_CLOCK_RATE],
        .textureAlign = known[CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT],
    };
    return CUDA_SUCCESS;
}

/* Devices of two servers are never peers. */
CUresult cuDeviceCanAccessPeer(int *canAccessPeer, CUdevice dev, CUdevice peerDev)
{
    struct bf_device *device, *peer;
    CUresult result = find(dev, &device, &device);
    if (!result)
        result = find(peerDev, canAccessPeer, &peer);
    if (!result)
        *canAccessPeer = device->server == peer->server ? device->facts->peers[peer->local] : 0;
    return result;
}

/* Devices of two servers are peers in nothing. */
CUresult cuDeviceGetP2PAttribute(int *value, CUdevice_P2PAttribute attrib, CUdevice srcDevice, CUdevice dstDevice)
{
    int access = 0;
    CUresult result = cuDeviceCanAccessPeer(&access, srcDevice, dstDevice);
    bool known = attrib >= CU_DEVICE_P2P_ATTRIBUTE_PERFORMANCE_RANK &&
                 attrib <= CU_DEVICE_P2P_ATTRIBUTE_ONLY_PARTIAL_NATIVE_ATOMIC_SUPPORTED;
    if (!result && (!value || !known))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && srcDevice == dstDevice)
        result = CUDA_ERROR_INVALID_DEVICE;
    if (result)
        return result;
    const struct bf_device *from = &bf_client.devices[srcDevice], *to = &bf_client.devices[dstDevice];
    if (from->server != to->server || attrib == CU_DEVICE_P2P_ATTRIBUTE_ACCESS_SUPPORTED) {
        *value = attrib == CU_DEVICE_P2P_ATTRIBUTE_ACCESS_SUPPORTED ? access : 0;
        return CUDA_SUCCESS;
    }
    struct bf_value out;
    result =
        BF_ASK(bf_on(from->server), &out, cuDeviceGetP2PAttribute, bf_u(attrib), bf_i(from->local), bf_i(to->local));
    if (!result)
        *value = (int)out.s;
    return result;
}
