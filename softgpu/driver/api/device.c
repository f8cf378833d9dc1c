/* Entry points: devices. */
#include "../../../libcuda/atomics.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "../../host/identity.h"
#include "../../host/log.h"
#include "../../host/settings.h"
#include "../../host/use.h"
#include "../state/device.h"

CUresult cuDeviceGetCount(int *count)
{
    ENTER(cuDeviceGetCount);
    REQUIRE(count, CUDA_ERROR_INVALID_VALUE);
    *count = sg_device_count();
    return CUDA_SUCCESS;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal)
{
    ENTER(cuDeviceGet);
    REQUIRE(sg_device_at(ordinal), CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(device, CUDA_ERROR_INVALID_VALUE);
    *device = ordinal;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetName(char *name, int len, CUdevice dev)
{
    ENTER(cuDeviceGetName);
    REQUIRE(sg_device_at(dev), CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(name && len > 0, CUDA_ERROR_INVALID_VALUE);
    snprintf(name, (size_t)len, "%s", SG_DEVICE_NAME);
    return CUDA_SUCCESS;
}

static CUresult get_uuid(CUuuid *uuid, CUdevice dev)
{
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(uuid, CUDA_ERROR_INVALID_VALUE);
    *uuid = device->uuid;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice dev)
{
    ENTER(cuDeviceGetUuid);
    return get_uuid(uuid, dev);
}

CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice dev)
{
    ENTER(cuDeviceGetUuid_v2);
    return get_uuid(uuid, dev);
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev)
{
    ENTER(cuDeviceTotalMem_v2);
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(bytes, CUDA_ERROR_INVALID_VALUE);
    *bytes = sg_memory_total(device->memory);
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev)
{
    ENTER(cuDeviceGetAttribute);
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(pi, CUDA_ERROR_INVALID_VALUE);
    return sg_attributes_read(device, (int)attrib, pi);
}

CUresult cuDeviceComputeCapability(int *major, int *minor, CUdevice dev)
{
    ENTER(cuDeviceComputeCapability);
    REQUIRE(sg_device_at(dev), CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(major && minor, CUDA_ERROR_INVALID_VALUE);
    *major = sg_attributes_architecture()->major;
    *minor = sg_attributes_architecture()->minor;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetProperties(CUdevprop *prop, CUdevice dev)
{
    ENTER(cuDeviceGetProperties);
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(prop, CUDA_ERROR_INVALID_VALUE);
    CUdevprop found;
    const struct {
        int *to;
        CUdevice_attribute attribute;
    } fields[] = {
        {&found.maxThreadsPerBlock, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK},
        {&found.maxThreadsDim[0], CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X},
        {&found.maxThreadsDim[1], CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y},
        {&found.maxThreadsDim[2], CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z},
        {&found.maxGridSize[0], CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X},
        {&found.maxGridSize[1], CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y},
        {&found.maxGridSize[2], CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z},
        {&found.sharedMemPerBlock, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK},
        {&found.totalConstantMemory, CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY},
        {&found.SIMDWidth, CU_DEVICE_ATTRIBUTE_WARP_SIZE},
        {&found.memPitch, CU_DEVICE_ATTRIBUTE_MAX_PITCH},
        {&found.regsPerBlock, CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK},
        {&found.clockRate, CU_DEVICE_ATTRIBUTE_CLOCK_RATE},
        {&found.textureAlign, CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT},
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        TRY(sg_attributes_read(device, (int)fields[i].attribute, fields[i].to));
    *prop = found;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetPCIBusId(char *pciBusId, int len, CUdevice dev)
{
    ENTER(cuDeviceGetPCIBusId);
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(pciBusId && len > 0, CUDA_ERROR_INVALID_VALUE);
    snprintf(pciBusId, (size_t)len, "%04x:%02x:%02x.0", SG_PCI_DOMAIN, SG_PCI_BUS_FIRST + device->number, SG_PCI_SLOT);
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetByPCIBusId(CUdevice *dev, const char *pciBusId)
{
    ENTER(cuDeviceGetByPCIBusId);
    REQUIRE(dev && pciBusId, CUDA_ERROR_INVALID_VALUE);
    /* domain:bus:device[.function] or bus:device.function */
    unsigned domain = SG_PCI_DOMAIN, bus, slot, function = 0;
    char rest;
    int fields = sscanf(pciBusId, "%x:%x:%x.%x%c", &domain, &bus, &slot, &function, &rest);
    if (fields != 3 && fields != 4) {
        domain = SG_PCI_DOMAIN;
        REQUIRE(sscanf(pciBusId, "%x:%x.%x%c", &bus, &slot, &function, &rest) == 3, CUDA_ERROR_INVALID_VALUE);
    }
    bool possible = domain == SG_PCI_DOMAIN && slot == SG_PCI_SLOT && !function;
    for (int i = 0; i < sg_device_count() && possible; i++) {
        if (bus == SG_PCI_BUS_FIRST + sg_device_at(i)->number) {
            *dev = i;
            return CUDA_SUCCESS;
        }
    }
    return CUDA_ERROR_INVALID_DEVICE;
}

CUresult cuDeviceCanAccessPeer(int *canAccessPeer, CUdevice dev, CUdevice peerDev)
{
    ENTER(cuDeviceCanAccessPeer);
    REQUIRE(sg_device_at(dev) && sg_device_at(peerDev), CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(canAccessPeer, CUDA_ERROR_INVALID_VALUE);
    *canAccessPeer = dev != peerDev;
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetP2PAttribute(int *value, CUdevice_P2PAttribute attrib, CUdevice srcDevice, CUdevice dstDevice)
{
    ENTER(cuDeviceGetP2PAttribute);
    bool known = attrib >= CU_DEVICE_P2P_ATTRIBUTE_PERFORMANCE_RANK &&
                 attrib <= CU_DEVICE_P2P_ATTRIBUTE_ONLY_PARTIAL_NATIVE_ATOMIC_SUPPORTED;
    REQUIRE(sg_device_at(srcDevice) && sg_device_at(dstDevice), CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(value && known, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(srcDevice != dstDevice, CUDA_ERROR_INVALID_DEVICE);
    switch (attrib) {
    case CU_DEVICE_P2P_ATTRIBUTE_ACCESS_SUPPORTED:
    case CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED: *value = 1; break;
    case CU_DEVICE_P2P_ATTRIBUTE_PERFORMANCE_RANK:
    case CU_DEVICE_P2P_ATTRIBUTE_CUDA_ARRAY_ACCESS_SUPPORTED:
    case CU_DEVICE_P2P_ATTRIBUTE_ONLY_PARTIAL_NATIVE_ATOMIC_SUPPORTED: *value = 0; break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetExecAffinitySupport(int *pi, CUexecAffinityType type, CUdevice dev)
{
    ENTER(cuDeviceGetExecAffinitySupport);
    REQUIRE(pi && (unsigned)type < CU_EXEC_AFFINITY_TYPE_MAX, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(sg_device_at(dev), CUDA_ERROR_INVALID_DEVICE);
    *pi = 0;
    return CUDA_SUCCESS;
}

/* Only where graphics of Windows share the device. */
CUresult cuDeviceGetLuid(char *luid, unsigned int *deviceNodeMask, CUdevice dev)
{
    ENTER(cuDeviceGetLuid);
    REQUIRE(sg_device_at(dev), CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(luid && deviceNodeMask, CUDA_ERROR_INVALID_VALUE);
    return CUDA_ERROR_NOT_SUPPORTED;
}

/* All memory is one address space, of devices and host alike. */
static void read_atomics(const CUatomicOperation *operations, unsigned count, unsigned *out)
{
    enum {
        WIDE = CU_ATOMIC_CAPABILITY_SCALAR_32 | CU_ATOMIC_CAPABILITY_SCALAR_64,
        BITS = CU_ATOMIC_CAPABILITY_UNSIGNED | CU_ATOMIC_CAPABILITY_REDUCTION | WIDE,
    };
    static const unsigned capabilities[CU_ATOMIC_OPERATION_MAX] = {
        [CU_ATOMIC_OPERATION_INTEGER_ADD] = CU_ATOMIC_CAPABILITY_SIGNED | BITS,
        [CU_ATOMIC_OPERATION_INTEGER_MIN] = CU_ATOMIC_CAPABILITY_SIGNED | BITS,
        [CU_ATOMIC_OPERATION_INTEGER_MAX] = CU_ATOMIC_CAPABILITY_SIGNED | BITS,
        [CU_ATOMIC_OPERATION_INTEGER_INCREMENT] = BITS & ~(unsigned)CU_ATOMIC_CAPABILITY_SCALAR_64,
        [CU_ATOMIC_OPERATION_INTEGER_DECREMENT] = BITS & ~(unsigned)CU_ATOMIC_CAPABILITY_SCALAR_64,
        [CU_ATOMIC_OPERATION_AND] = BITS,
        [CU_ATOMIC_OPERATION_OR] = BITS,
        [CU_ATOMIC_OPERATION_XOR] = BITS,
        [CU_ATOMIC_OPERATION_EXCHANGE] = WIDE,
        [CU_ATOMIC_OPERATION_CAS] = WIDE,
        [CU_ATOMIC_OPERATION_FLOAT_ADD] = CU_ATOMIC_CAPABILITY_REDUCTION | WIDE,
    };
    for (unsigned i = 0; i < count; i++)
        out[i] = capabilities[operations[i]];
}

CUresult cuDeviceGetHostAtomicCapabilities(unsigned int *capabilities, const CUatomicOperation *operations,
                                           unsigned int count, CUdevice dev)
{
    ENTER(cuDeviceGetHostAtomicCapabilities);
    REQUIRE(sg_device_at(dev), CUDA_ERROR_INVALID_DEVICE);
    TRY(lc_atomics_check(capabilities, operations, count));
    read_atomics(operations, count, capabilities);
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetP2PAtomicCapabilities(unsigned int *capabilities, const CUatomicOperation *operations,
                                          unsigned int count, CUdevice srcDevice, CUdevice dstDevice)
{
    ENTER(cuDeviceGetP2PAtomicCapabilities);
    REQUIRE(sg_device_at(srcDevice) && sg_device_at(dstDevice), CUDA_ERROR_INVALID_DEVICE);
    TRY(lc_atomics_check(capabilities, operations, count));
    REQUIRE(srcDevice != dstDevice, CUDA_ERROR_INVALID_DEVICE);
    read_atomics(operations, count, capabilities);
    return CUDA_SUCCESS;
}
