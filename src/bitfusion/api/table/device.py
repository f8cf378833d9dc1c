"""Initialisation, versions, devices."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuGetErrorString@6000 (CUresult error, const char **pStr):
    is lc_errors_get_string(error, pStr)
cuGetErrorName@6000 (CUresult error, const char **pStr):
    is lc_errors_get_name(error, pStr)
cuInit@2000 (unsigned int Flags):
    refuse Flags; is bf_client_init()
cuDriverGetVersion@2020 (int *driverVersion):
    need driverVersion; *driverVersion = bf_client_driver_version()
cuDeviceGet@2000 (CUdevice *device, int ordinal):
    device ordinal as found; need device; *device = found->ordinal
cuDeviceGetCount@2000 (int *count):
    ready; need count; *count = bf_client.device_count
cuDeviceGetName@2000 (char *name, int len, CUdevice dev):
    device dev; need name; is bf_devices_copy_text(device->facts->name, name, len)
cuDeviceGetUuid_v2@11040 (CUuuid *uuid, CUdevice dev):
    device dev; need uuid; is bf_devices_copy_uuid(device, uuid)
cuDeviceTotalMem_v2@3020 (size_t *bytes, CUdevice dev):
    device dev; need bytes; *bytes = device->facts->total_memory
cuDeviceGetAttribute@2000 (int *pi, CUdevice_attribute attrib, CUdevice dev):
    device dev; need pi; refuse !bf_devices_has(device, attrib); *pi = bf_devices_attribute(device, attrib)
cuDeviceSetMemPool@11020 (CUdevice dev, CUmemoryPool pool):
    hand
cuDeviceGetMemPool@11020 (CUmemoryPool *pool, CUdevice dev):
    device dev; need pool; *pool from bf_pools_current(device)
cuDeviceGetDefaultMemPool@11020 (CUmemoryPool *pool_out, CUdevice dev):
    device dev; need pool_out; *pool_out from bf_pools_default(device)
cuDeviceGetProperties@2000 (CUdevprop *prop, CUdevice dev):
    hand local
cuDeviceComputeCapability@2000 (int *major, int *minor, CUdevice dev):
    device dev; need major, minor;
    *major = device->facts->attributes[CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR];
    *minor = device->facts->attributes[CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR]
cuDeviceGetByPCIBusId@4010 (CUdevice *dev, const char *pciBusId):
    hand local
cuDeviceGetPCIBusId@4010 (char *pciBusId, int len, CUdevice dev):
    device dev; need pciBusId; is bf_devices_copy_text(device->facts->pci_bus_id, pciBusId, len)
# Devices of two servers are never peers.
cuDeviceCanAccessPeer@4000 (int *canAccessPeer, CUdevice dev, CUdevice peerDev):
    device dev; device peerDev as peer; need canAccessPeer;
    *canAccessPeer = bf_devices_are_peers(device, peer)
cuDeviceGetP2PAttribute@8000 #136 ask (int *value, CUdevice_P2PAttribute attrib, CUdevice srcDevice, CUdevice
        dstDevice):
    hand local
# The client's memory is on another machine.
cuDeviceGetHostAtomicCapabilities@13000 (unsigned int *capabilities, const CUatomicOperation *operations, unsigned int
        count, CUdevice dev):
    device dev; is bf_devices_host_atomics(capabilities, operations, count)
cuDeviceGetP2PAtomicCapabilities@13000 (unsigned int *capabilities, const CUatomicOperation *operations, unsigned int
        count, CUdevice srcDevice, CUdevice dstDevice):
    device srcDevice; device dstDevice as peer; by bf_devices_peer_atomics(device, peer, operations, count, capabilities)
# Only where graphics of Windows share the device.
cuDeviceGetLuid@10000 (char *luid, unsigned int *deviceNodeMask, CUdevice dev):
    device dev; need luid, deviceNodeMask; is CUDA_ERROR_NOT_SUPPORTED
# Other devices of this machine cannot write into a GPU of another one.
cuFlushGPUDirectRDMAWrites@11030 (CUflushGPUDirectRDMAWritesTarget target, CUflushGPUDirectRDMAWritesScope scope):
    current; refuse target != CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TARGET_CURRENT_CTX;
    refuse scope != CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TO_OWNER
        && scope != CU_FLUSH_GPU_DIRECT_RDMA_WRITES_TO_ALL_DEVICES;
    is CUDA_ERROR_NOT_SUPPORTED
cuGetProcAddress_v2@12000 (const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags,
        CUdriverProcAddressQueryResult *symbolStatus):
    hand local
cuGetExportTable@3000 (const void **ppExportTable, const CUuuid *pExportTableId):
    hand local
cuDeviceGetUuid@9020 (CUuuid *uuid, CUdevice dev):
    is cuDeviceGetUuid_v2(uuid, dev)
cuGetProcAddress@11030 (const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags):
    hand local
# Calls of the wire alone.
peer_atomics #490 ask (ints operations, CUdevice src, CUdevice dst, ints *capabilities):
    server: cuDeviceGetP2PAtomicCapabilities(operations, len(operations), src, dst)
"""
)
