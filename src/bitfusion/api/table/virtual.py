"""Virtual memory management: addresses, physical memory, what is mapped where and for whom."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuMemAddressReserve@10020 #620 ask (CUdeviceptr *ptr, size_t size, size_t alignment, CUdeviceptr addr, unsigned long
        long flags):
    ready; need ptr; refuse flags || !size; by bf_virtual_reserve(ptr, size, alignment, addr)
    server (size_t size, size_t alignment, CUdeviceptr addr, CUdeviceptr *ptr): cuMemAddressReserve(size, alignment,
        addr, 0)
cuMemAddressFree@10020 #621 ask (CUdeviceptr ptr, size_t size):
    ready; by bf_virtual_free(ptr, size)
    server
cuMemCreate@10020 #622 ask (CUmemGenericAllocationHandle *handle, size_t size, const CUmemAllocationProp *prop, unsigned
        long long flags):
    ready; need handle, prop; refuse flags; by bf_virtual_create(handle, size, prop)
    server (CUmemGenericAllocationHandle *handle, size_t size, CUmemAllocationProp prop): cuMemCreate(size, prop, 0);
        charges(prop, size)
cuMemRelease@10020 #623 tell (CUmemGenericAllocationHandle handle):
    find memhandle handle; by bf_virtual_release(memhandle)
    server: destroys(handle)
cuMemMap@10020 #624 ask (CUdeviceptr ptr, size_t size, size_t offset, CUmemGenericAllocationHandle handle, unsigned long
        long flags):
    ready; refuse flags; find memhandle handle; by bf_virtual_map(ptr, size, offset, memhandle)
    server (CUdeviceptr ptr, size_t size, size_t offset, CUmemGenericAllocationHandle handle): cuMemMap(ptr, size,
        offset, handle, 0); maps(ptr, size, handle)
cuMemUnmap@10020 #625 ask (CUdeviceptr ptr, size_t size):
    ready; refuse !size; by bf_virtual_unmap(ptr, size)
    server: unmaps(ptr, size)
cuMemSetAccess@10020 #626 ask (CUdeviceptr ptr, size_t size, const CUmemAccessDesc *desc, size_t count):
    ready; need desc; refuse !size || !count || count > BF_DEVICES_MAX; by bf_virtual_set_access(ptr, size, desc, count)
    server (CUdeviceptr ptr, size_t size, CUmemAccessDesc[] desc): cuMemSetAccess(ptr, size, desc, len(desc))
cuMemGetAccess@10020 (unsigned long long *flags, const CUmemLocation *location, CUdeviceptr ptr):
    ready; need flags, location; refuse location->type != CU_MEM_LOCATION_TYPE_DEVICE;
    by bf_virtual_get_access(flags, location->id, ptr)
cuMemExportToShareableHandle@10020 #710 ask (void *shareableHandle, CUmemGenericAllocationHandle handle,
        CUmemAllocationHandleType handleType, unsigned long long flags):
    ready; need shareableHandle; refuse flags || handleType == CU_MEM_HANDLE_TYPE_NONE; find memhandle handle;
    by bf_virtual_export(memhandle, handleType, shareableHandle)
    server (CUmemGenericAllocationHandle handle, bytes *ticket): descriptors.export_memory
    "What the client gets stands for the driver's descriptor."
cuMemImportFromShareableHandle@10020 #711 ask (CUmemGenericAllocationHandle *handle, void *osHandle,
        CUmemAllocationHandleType shHandleType):
    ready; need handle; refuse !lc_allocation_is_type(shHandleType);
    refuse shHandleType != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR with CUDA_ERROR_NOT_SUPPORTED;
    by bf_virtual_import(handle, (int)(intptr_t)osHandle)
    server (CUmemGenericAllocationHandle *handle, bytes ticket, int *device, size_t *size): descriptors.import_memory
    "Of what a ticket stands for; on which device it is, and how large."
cuMemGetAllocationGranularity@10020 #628 ask (size_t *granularity, const CUmemAllocationProp *prop,
        CUmemAllocationGranularity_flags option):
    ready; need granularity, prop; refuse (unsigned)option > CU_MEM_ALLOC_GRANULARITY_RECOMMENDED;
    by bf_virtual_granularity(granularity, prop, option)
    server (CUmemAllocationProp prop, CUmemAllocationGranularity_flags option, size_t *granularity):
        cuMemGetAllocationGranularity(prop, option)
cuMemGetAllocationPropertiesFromHandle@10020 (CUmemAllocationProp *prop, CUmemGenericAllocationHandle handle):
    ready; need prop; find memhandle handle; is bf_virtual_describe(memhandle, prop)
cuMemRetainAllocationHandle@11000 (CUmemGenericAllocationHandle *handle, void *addr):
    ready; need handle; by bf_virtual_retain(handle, (CUdeviceptr)(uintptr_t)addr)
# No device here multicasts (attribute MULTICAST_SUPPORTED is 0), or gives out DMA-BUF (DMA_BUF_SUPPORTED).
cuMulticastCreate@12010 (CUmemGenericAllocationHandle *mcHandle, const CUmulticastObjectProp *prop):
    ready; need mcHandle, prop; is CUDA_ERROR_NOT_SUPPORTED
cuMulticastAddDevice@12010 (CUmemGenericAllocationHandle mcHandle, CUdevice dev):
    ready; is CUDA_ERROR_NOT_SUPPORTED
cuMulticastBindMem@12010 (CUmemGenericAllocationHandle mcHandle, size_t mcOffset, CUmemGenericAllocationHandle
        memHandle, size_t memOffset, size_t size, unsigned long long flags):
    ready; is CUDA_ERROR_NOT_SUPPORTED
cuMulticastBindAddr@12010 (CUmemGenericAllocationHandle mcHandle, size_t mcOffset, CUdeviceptr memptr, size_t size,
        unsigned long long flags):
    ready; is CUDA_ERROR_NOT_SUPPORTED
cuMulticastUnbind@12010 (CUmemGenericAllocationHandle mcHandle, CUdevice dev, size_t mcOffset, size_t size):
    ready; is CUDA_ERROR_NOT_SUPPORTED
cuMulticastGetGranularity@12010 (size_t *granularity, const CUmulticastObjectProp *prop, CUmulticastGranularity_flags
        option):
    ready; need granularity, prop; is CUDA_ERROR_NOT_SUPPORTED
cuMemGetHandleForAddressRange@11070 (void *handle, CUdeviceptr dptr, size_t size, CUmemRangeHandleType handleType,
        unsigned long long flags):
    ready; need handle; is CUDA_ERROR_NOT_SUPPORTED
"""
)
