/* Entry points of virtual memory management: addresses, physical memory, and which of it is mapped where for whom. */
#include "../../../libcuda/allocation.h"
#include "../state/context.h"
#include "../state/physical.h"

enum { PAGE = 4096 };

/* ---- properties */

static CUresult check_properties(const CUmemAllocationProp *prop)
{
    return lc_allocation_check(prop, sg_device_count(), CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR);
}

static bool is_granular(uint64_t value)
{
    return value % SG_PHYSICAL_GRANULARITY == 0;
}

static bool is_range(CUdeviceptr ptr, size_t size)
{
    return size && is_granular(ptr) && is_granular(size) && ptr <= UINT64_MAX - size;
}

CUresult cuMemGetAllocationGranularity(size_t *granularity, const CUmemAllocationProp *prop,
                                       CUmemAllocationGranularity_flags option)
{
    ENTER(cuMemGetAllocationGranularity);
    REQUIRE(granularity && prop, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(option == CU_MEM_ALLOC_GRANULARITY_MINIMUM || option == CU_MEM_ALLOC_GRANULARITY_RECOMMENDED,
            CUDA_ERROR_INVALID_VALUE);
    TRY(check_properties(prop));
    *granularity = SG_PHYSICAL_GRANULARITY;
    return CUDA_SUCCESS;
}

/* ---- addresses */

CUresult cuMemAddressReserve(CUdeviceptr *ptr, size_t size, size_t alignment, CUdeviceptr addr,
                             unsigned long long flags)
{
    ENTER(cuMemAddressReserve);
    uint64_t address;
    REQUIRE(ptr && !flags && size && size % PAGE == 0 && addr % PAGE == 0, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!(alignment & (alignment - 1)), CUDA_ERROR_INVALID_VALUE);
    sg_physical_lock();
    int result = sg_virtual_reserve(size, alignment, addr, &address);
    sg_physical_unlock();
    if (!result)
        *ptr = address;
    return (CUresult)result;
}

CUresult cuMemAddressFree(CUdeviceptr ptr, size_t size)
{
    ENTER(cuMemAddressFree);
    sg_physical_lock();
    int result = sg_virtual_free(ptr, size);
    sg_physical_unlock();
    return (CUresult)result;
}

/* ---- physical memory */

static void give_handle(const struct sg_physical *physical, CUmemGenericAllocationHandle *handle)
{
    *handle = (CUmemGenericAllocationHandle)(uintptr_t)physical->handle;
}

CUresult cuMemCreate(CUmemGenericAllocationHandle *handle, size_t size, const CUmemAllocationProp *prop,
                     unsigned long long flags)
{
    ENTER(cuMemCreate);
    struct sg_physical *physical = NULL;
    REQUIRE(handle && prop && !flags, CUDA_ERROR_INVALID_VALUE);
    TRY(check_properties(prop));
    REQUIRE(size && is_granular(size), CUDA_ERROR_INVALID_VALUE);
    CUmemAllocationProp kept = *prop;
    kept.allocFlags.compressionType = CU_MEM_ALLOCATION_COMP_NONE;
    sg_physical_lock();
    CUresult result = sg_physical_create(&kept, size, &physical);
    if (!result)
        give_handle(physical, handle);
    sg_physical_unlock();
    return result;
}

CUresult cuMemRelease(CUmemGenericAllocationHandle handle)
{
    ENTER(cuMemRelease);
    sg_physical_lock();
    struct sg_physical *physical = sg_physical_find(handle);
    if (physical)
        sg_physical_release(physical);
    sg_physical_unlock();
    return physical ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemGetAllocationPropertiesFromHandle(CUmemAllocationProp *prop, CUmemGenericAllocationHandle handle)
{
    ENTER(cuMemGetAllocationPropertiesFromHandle);
    REQUIRE(prop, CUDA_ERROR_INVALID_VALUE);
    sg_physical_lock();
    const struct sg_physical *physical = sg_physical_find(handle);
    if (physical)
        *prop = physical->properties;
    sg_physical_unlock();
    return physical ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemRetainAllocationHandle(CUmemGenericAllocationHandle *handle, void *addr)
{
    ENTER(cuMemRetainAllocationHandle);
    struct sg_extent extent;
    REQUIRE(handle, CUDA_ERROR_INVALID_VALUE);
    sg_physical_lock();
    bool found = sg_memory_find((uint64_t)(uintptr_t)addr, &extent) && extent.kind == SG_MEMORY_VIRTUAL;
    if (found) {
        struct sg_physical *physical = (struct sg_physical *)(uintptr_t)extent.owner;
        physical->references++;
        give_handle(physical, handle);
    }
    sg_physical_unlock();
    return found ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemExportToShareableHandle(void *shareableHandle, CUmemGenericAllocationHandle handle,
                                      CUmemAllocationHandleType handleType, unsigned long long flags)
{
    ENTER(cuMemExportToShareableHandle);
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    REQUIRE(shareableHandle && !flags && handleType != CU_MEM_HANDLE_TYPE_NONE, CUDA_ERROR_INVALID_VALUE);
    sg_physical_lock();
    const struct sg_physical *physical = sg_physical_find(handle);
    if (physical && physical->properties.requestedHandleTypes == handleType)
        result = sg_physical_export(physical, shareableHandle);
    sg_physical_unlock();
    return result;
}

CUresult cuMemImportFromShareableHandle(CUmemGenericAllocationHandle *handle, void *osHandle,
                                        CUmemAllocationHandleType shHandleType)
{
    ENTER(cuMemImportFromShareableHandle);
    struct sg_physical *physical = NULL;
    REQUIRE(handle, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(shHandleType == CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
            lc_allocation_is_type(shHandleType) ? CUDA_ERROR_NOT_SUPPORTED : CUDA_ERROR_INVALID_VALUE);
    sg_physical_lock();
    CUresult result = sg_physical_import((int)(intptr_t)osHandle, &physical);
    if (!result)
        give_handle(physical, handle);
    sg_physical_unlock();
    return result;
}

/* ---- mappings */

CUresult cuMemMap(CUdeviceptr ptr, size_t size, size_t offset, CUmemGenericAllocationHandle handle,
                  unsigned long long flags)
{
    ENTER(cuMemMap);
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    REQUIRE(!flags && is_range(ptr, size) && is_granular(offset), CUDA_ERROR_INVALID_VALUE);
    sg_physical_lock();
    struct sg_physical *physical = sg_physical_find(handle);
    if (physical && offset <= physical->bytes && size <= physical->bytes - offset) {
        struct sg_backing part = physical->backing;
        part.offset += offset;
        result = (CUresult)sg_virtual_map(ptr, size, &part);
        physical->mappings += !result;
    }
    sg_physical_unlock();
    return result;
}

/* No work can find that it is gone: what there is now is waited for. */
CUresult cuMemUnmap(CUdeviceptr ptr, size_t size)
{
    ENTER(cuMemUnmap);
    REQUIRE(is_range(ptr, size), CUDA_ERROR_INVALID_VALUE);
    sg_context_wait_all();
    sg_physical_lock();
    bool whole = sg_virtual_is_whole(ptr, size);
    for (uint64_t at = ptr, bytes; whole && at < ptr + size; at += bytes)
        sg_physical_unmapped((struct sg_physical *)(uintptr_t)sg_virtual_unmap(at, &bytes));
    sg_physical_unlock();
    return whole ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

static CUresult check_access(const CUmemAccessDesc *desc, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        REQUIRE(desc[i].flags == CU_MEM_ACCESS_FLAGS_PROT_NONE || desc[i].flags == CU_MEM_ACCESS_FLAGS_PROT_READ ||
                    desc[i].flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE,
                CUDA_ERROR_INVALID_VALUE);
        REQUIRE(desc[i].location.type == CU_MEM_LOCATION_TYPE_DEVICE, CUDA_ERROR_INVALID_VALUE);
        REQUIRE(sg_device_at(desc[i].location.id), CUDA_ERROR_INVALID_DEVICE);
    }
    return CUDA_SUCCESS;
}

CUresult cuMemSetAccess(CUdeviceptr ptr, size_t size, const CUmemAccessDesc *desc, size_t count)
{
    ENTER(cuMemSetAccess);
    bool takes = false;
    REQUIRE(is_range(ptr, size) && desc && count, CUDA_ERROR_INVALID_VALUE);
    sg_physical_lock();
    bool there = sg_virtual_is_whole(ptr, size);
    sg_physical_unlock();
    REQUIRE(there, CUDA_ERROR_INVALID_VALUE);
    TRY(check_access(desc, count));
    for (size_t i = 0; i < count; i++)
        takes |= desc[i].flags != CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
    if (takes)
        sg_context_wait_all();
    sg_physical_lock();
    bool whole = sg_virtual_is_whole(ptr, size);
    for (size_t i = 0; whole && i < count; i++)
        sg_virtual_set_access(ptr, size, (uint32_t)desc[i].location.id, desc[i].flags != CU_MEM_ACCESS_FLAGS_PROT_NONE,
                              desc[i].flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    sg_physical_unlock();
    return whole ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemGetAccess(unsigned long long *flags, const CUmemLocation *location, CUdeviceptr ptr)
{
    ENTER(cuMemGetAccess);
    struct sg_extent extent;
    REQUIRE(flags && location && location->type == CU_MEM_LOCATION_TYPE_DEVICE, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(sg_device_at(location->id), CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(sg_memory_find(ptr, &extent) && extent.kind == SG_MEMORY_VIRTUAL, CUDA_ERROR_INVALID_VALUE);
    *flags = sg_physical_access(&extent, (uint32_t)location->id);
    return CUDA_SUCCESS;
}
