/* Properties of physical memory. */
#include "allocation.h"

enum {
    TYPES = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR | CU_MEM_HANDLE_TYPE_WIN32 | CU_MEM_HANDLE_TYPE_WIN32_KMT |
        CU_MEM_HANDLE_TYPE_FABRIC,
    TILE_POOL = 1,
    HW_DECOMPRESS = 2,
};

bool lc_allocation_is_type(CUmemAllocationHandleType type)
{
    return type == CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR || type == CU_MEM_HANDLE_TYPE_WIN32 ||
           type == CU_MEM_HANDLE_TYPE_WIN32_KMT || type == CU_MEM_HANDLE_TYPE_FABRIC;
}

bool lc_allocation_are_types(unsigned types)
{
    return !(types & ~(unsigned)TYPES);
}

static CUresult check_place(const CUmemLocation *location, int devices)
{
    switch ((int)location->type) {
    case CU_MEM_LOCATION_TYPE_DEVICE:
        return location->id >= 0 && location->id < devices ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
    case CU_MEM_LOCATION_TYPE_HOST:
    case CU_MEM_LOCATION_TYPE_HOST_NUMA: return CUDA_ERROR_NOT_SUPPORTED;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}

/* No device here has the host's memory, RDMA, sparse arrays or decompression. Compression is a wish, and what came of
 * it is told by the handle's properties. */
CUresult lc_allocation_check(const CUmemAllocationProp *prop, int devices, unsigned shared)
{
    unsigned types = (unsigned)prop->requestedHandleTypes, usage = prop->allocFlags.usage;
    if (prop->type != CU_MEM_ALLOCATION_TYPE_PINNED || !lc_allocation_are_types(types) ||
        (usage & ~(unsigned)(TILE_POOL | HW_DECOMPRESS)) ||
        prop->allocFlags.compressionType > CU_MEM_ALLOCATION_COMP_GENERIC)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = check_place(&prop->location, devices);
    if (!result && ((types & ~shared) || prop->allocFlags.gpuDirectRDMACapable || usage))
        result = CUDA_ERROR_NOT_SUPPORTED;
    return result;
}
