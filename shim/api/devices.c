/* Devices: everything about one is answered from the snapshot. */
#include <stdio.h>
#include <string.h>

#include "../../libcuda/atomics.h"
#include "../../libcuda/generated/cuda_api.h"
#include "../state/lookup.h"
#include "devices.h"
#include "../wire/identity.h"

/* Attributes that promise what does not reach across the wire: memory shared between host and device, handles of the
 * server's operating system, and calls that are not remoted. A program that asks gets an honest 0. */
static const unsigned char not_remoted[] = {
    CU_DEVICE_ATTRIBUTE_SPARSE_CUDA_ARRAY_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS,
    CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS,
    CU_DEVICE_ATTRIBUTE_CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM,
    CU_DEVICE_ATTRIBUTE_COOPERATIVE_MULTI_DEVICE_LAUNCH,
    CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS_USES_HOST_PAGE_TABLES,
    CU_DEVICE_ATTRIBUTE_DIRECT_MANAGED_MEM_ACCESS_FROM_HOST,
    CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_WIN32_HANDLE_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_WIN32_KMT_HANDLE_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WITH_CUDA_VMM_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_SPARSE_CUDA_ARRAY_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_TIMELINE_SEMAPHORE_INTEROP_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_FLUSH_WRITES_OPTIONS,
    CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WRITES_ORDERING,
    CU_DEVICE_ATTRIBUTE_DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_DMA_BUF_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_TENSOR_MAP_ACCESS_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_FABRIC_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_UNIFIED_FUNCTION_POINTERS,
    CU_DEVICE_ATTRIBUTE_MULTICAST_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_NUMA_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_NUMA_MEMORY_POOLS_SUPPORTED, /* they can be shared where there are any */
    CU_DEVICE_ATTRIBUTE_HOST_NUMA_MULTINODE_IPC_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_HOST_ALLOC_DMA_BUF_SUPPORTED,
    CU_DEVICE_ATTRIBUTE_ONLY_PARTIAL_HOST_NATIVE_ATOMIC_SUPPORTED,
};

CUresult bf_devices_copy_text(const char *text, char *out, int room)
{
    if (room <= 0)
        return CUDA_ERROR_INVALID_VALUE;
    snprintf(out, (size_t)room, "%s", text);
    return CUDA_SUCCESS;
}

CUresult bf_devices_copy_uuid(const struct bf_device *device, CUuuid *out)
{
    memcpy(out->bytes, device->facts->uuid, sizeof out->bytes);
    return CUDA_SUCCESS;
}

bool bf_devices_has(const struct bf_device *device, CUdevice_attribute attribute)
{
    return (unsigned)attribute < BF_ATTRIBUTES_MAX && device->facts->has_attribute[attribute];
}

int bf_devices_attribute(const struct bf_device *device, CUdevice_attribute attribute)
{
    bool withheld = memchr(not_remoted, (int)attribute, sizeof not_remoted) != NULL;
    int value = withheld ? 0 : device->facts->attributes[attribute];
    bool types = attribute == CU_DEVICE_ATTRIBUTE_MEMPOOL_SUPPORTED_HANDLE_TYPES;
    return types ? value & CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR : value;
}

bool bf_devices_are_peers(const struct bf_device *device, const struct bf_device *peer)
{
    return device->server == peer->server && device->facts->peers[peer->local];
}

CUresult cuDeviceGetByPCIBusId(CUdevice *dev, const char *pciBusId)
{
    struct bf_bus_id wanted, id;
    if (!bf_client_ready())
        return bf_client_refusal();
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

CUresult cuDeviceGetProperties(CUdevprop *prop, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (!result && !prop)
        result = CUDA_ERROR_INVALID_VALUE;
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

/* Devices of two servers are peers in nothing. */
CUresult cuDeviceGetP2PAttribute(int *value, CUdevice_P2PAttribute attrib, CUdevice srcDevice, CUdevice dstDevice)
{
    struct bf_device *from, *to;
    CUresult result = bf_lookup_device(srcDevice, &from);
    if (!result)
        result = bf_lookup_device(dstDevice, &to);
    bool known = attrib >= CU_DEVICE_P2P_ATTRIBUTE_PERFORMANCE_RANK &&
                 attrib <= CU_DEVICE_P2P_ATTRIBUTE_ONLY_PARTIAL_NATIVE_ATOMIC_SUPPORTED;
    if (!result && (!value || !known))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && srcDevice == dstDevice)
        result = CUDA_ERROR_INVALID_DEVICE;
    if (result)
        return result;
    if (from->server != to->server || attrib == CU_DEVICE_P2P_ATTRIBUTE_ACCESS_SUPPORTED) {
        *value = attrib == CU_DEVICE_P2P_ATTRIBUTE_ACCESS_SUPPORTED && bf_devices_are_peers(from, to);
        return CUDA_SUCCESS;
    }
    struct bf_value out;
    result =
        BF_ASK(bf_on(from->server), &out, cuDeviceGetP2PAttribute, bf_u(attrib), bf_i(from->local), bf_i(to->local));
    if (!result)
        *value = (int)out.s;
    return result;
}

CUresult bf_devices_host_atomics(unsigned *capabilities, const CUatomicOperation *operations, unsigned count)
{
    CUresult result = lc_atomics_check(capabilities, operations, count);
    if (!result)
        lc_atomics_none(capabilities, count);
    return result;
}

CUresult bf_devices_peer_atomics(const struct bf_device *from, const struct bf_device *to,
                                 const CUatomicOperation *operations, unsigned count, unsigned *capabilities)
{
    enum { COUNT_MAX = 4096 };
    struct bf_ask ask = {.held = NULL};
    CUresult result = lc_atomics_check(capabilities, operations, count);
    if (!result && from == to)
        result = CUDA_ERROR_INVALID_DEVICE;
    if (!result && count > COUNT_MAX)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && from->server != to->server)
        lc_atomics_none(capabilities, count);
    if (result || from->server != to->server)
        return result;
    result = BF_ASK_HELD(bf_on(from->server), NULL, &ask, peer_atomics,
                         bf_bytes(operations, count * sizeof *operations), bf_i(from->local), bf_i(to->local));
    if (!result && ask.values[0].bytes != count * sizeof *capabilities)
        result = CUDA_ERROR_UNKNOWN;
    if (!result)
        memcpy(capabilities, ask.values[0].p, count * sizeof *capabilities);
    bf_stream_ask_end(&ask);
    return result;
}
