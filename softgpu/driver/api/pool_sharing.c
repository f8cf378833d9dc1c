/* Entry points of pools that processes share. */
#include <string.h>

#include "../../../libcuda/allocation.h"
#include "../capture/capture_rules.h"
#include "../state/handles.h"
#include "../state/pool_shared.h"

_Static_assert(sizeof(struct sg_exported_handle) == sizeof(CUmemPoolPtrExportData), "what the program has of memory");

CUresult cuMemPoolExportToShareableHandle(void *handle_out, CUmemoryPool pool, CUmemAllocationHandleType handleType,
                                          unsigned long long flags)
{
    ENTER(cuMemPoolExportToShareableHandle);
    TRY(sg_capture_rules_unsafe());
    REQUIRE(handle_out && !flags && handleType != CU_MEM_HANDLE_TYPE_NONE, CUDA_ERROR_INVALID_VALUE);
    const struct sg_pool *found = sg_handles_get(pool, SG_POOL);
    REQUIRE(found && !found->origin.process && found->made.handleTypes == handleType, CUDA_ERROR_INVALID_VALUE);
    return sg_pool_shared_export(found, handle_out);
}

CUresult cuMemPoolImportFromShareableHandle(CUmemoryPool *pool_out, void *handle, CUmemAllocationHandleType handleType,
                                            unsigned long long flags)
{
    ENTER(cuMemPoolImportFromShareableHandle);
    TRY(sg_capture_rules_unsafe());
    struct sg_pool *pool;
    REQUIRE(pool_out && !flags && lc_allocation_is_type(handleType), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(handleType == CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, CUDA_ERROR_NOT_SUPPORTED);
    TRY(sg_pool_shared_import((int)(intptr_t)handle, &pool));
    *pool_out = (CUmemoryPool)pool->handle;
    return CUDA_SUCCESS;
}

CUresult cuMemPoolExportPointer(CUmemPoolPtrExportData *shareData_out, CUdeviceptr ptr)
{
    ENTER(cuMemPoolExportPointer);
    TRY(sg_capture_rules_unsafe());
    struct sg_exported_handle handle;
    REQUIRE(shareData_out, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_pool_shared_export_pointer(ptr, &handle));
    memcpy(shareData_out, &handle, sizeof handle);
    return CUDA_SUCCESS;
}

CUresult cuMemPoolImportPointer(CUdeviceptr *ptr_out, CUmemoryPool pool, CUmemPoolPtrExportData *shareData)
{
    ENTER(cuMemPoolImportPointer);
    TRY(sg_capture_rules_unsafe());
    struct sg_exported_handle handle;
    const struct sg_pool *found = sg_handles_get(pool, SG_POOL);
    REQUIRE(ptr_out && found && shareData, CUDA_ERROR_INVALID_VALUE);
    memcpy(&handle, shareData, sizeof handle);
    return sg_pool_shared_import_pointer(found, &handle, ptr_out);
}
