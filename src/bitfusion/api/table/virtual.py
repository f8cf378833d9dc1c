"""Virtual memory management: addresses, physical memory, what is mapped where and for whom."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuMemAddressReserve@10020 (CUdeviceptr *ptr, size_t size, size_t alignment, CUdeviceptr addr, unsigned long long flags):
    direct
cuMemAddressFree@10020 (CUdeviceptr ptr, size_t size):
    direct
cuMemCreate@10020 (CUmemGenericAllocationHandle *handle, size_t size, const CUmemAllocationProp *prop, unsigned long
        long flags):
    direct
cuMemRelease@10020 (CUmemGenericAllocationHandle handle):
    direct
cuMemMap@10020 (CUdeviceptr ptr, size_t size, size_t offset, CUmemGenericAllocationHandle handle, unsigned long long
        flags):
    direct
cuMemUnmap@10020 (CUdeviceptr ptr, size_t size):
    direct
cuMemSetAccess@10020 (CUdeviceptr ptr, size_t size, const CUmemAccessDesc *desc, size_t count):
    direct
cuMemGetAccess@10020 (unsigned long long *flags, const CUmemLocation *location, CUdeviceptr ptr):
    direct
cuMemExportToShareableHandle@10020 (void *shareableHandle, CUmemGenericAllocationHandle handle,
        CUmemAllocationHandleType handleType, unsigned long long flags):
    direct
cuMemImportFromShareableHandle@10020 (CUmemGenericAllocationHandle *handle, void *osHandle, CUmemAllocationHandleType
        shHandleType):
    direct
cuMemGetAllocationGranularity@10020 (size_t *granularity, const CUmemAllocationProp *prop,
        CUmemAllocationGranularity_flags option):
    direct
cuMemGetAllocationPropertiesFromHandle@10020 (CUmemAllocationProp *prop, CUmemGenericAllocationHandle handle):
    direct
cuMemRetainAllocationHandle@11000 (CUmemGenericAllocationHandle *handle, void *addr):
    direct
"""
)
