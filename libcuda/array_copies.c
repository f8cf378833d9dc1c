/* Copies of a run of bytes of an array in a stream. */
#include "array_copies.h"

#include <stdbool.h>

static bool is_line(CUmemorytype type, CUarray array)
{
    CUDA_ARRAY3D_DESCRIPTOR found;
    return type != CU_MEMORYTYPE_ARRAY || (!cuArray3DGetDescriptor_v2(&found, array) && !found.Height && !found.Depth);
}

static CUresult copy(const CUDA_MEMCPY3D *row, CUstream stream)
{
    const CUDA_MEMCPY3D nothing = {0};
    if (is_line(row->dstMemoryType, row->dstArray) && is_line(row->srcMemoryType, row->srcArray))
        return cuMemcpy3DAsync_v2(row, stream);
    CUresult result = cuMemcpy3DAsync_v2(&nothing, stream);
    return result || !row->WidthInBytes ? result : CUDA_ERROR_INVALID_VALUE;
}

CUresult lc_array_copies_in_arrays(CUarray to, size_t to_offset, CUarray from, size_t from_offset, size_t bytes,
                                   CUstream stream)
{
    const CUDA_MEMCPY3D row = {.srcXInBytes = from_offset,
                               .srcMemoryType = CU_MEMORYTYPE_ARRAY,
                               .srcArray = from,
                               .dstXInBytes = to_offset,
                               .dstMemoryType = CU_MEMORYTYPE_ARRAY,
                               .dstArray = to,
                               .WidthInBytes = bytes,
                               .Height = 1,
                               .Depth = 1};
    return copy(&row, stream);
}

CUresult lc_array_copies_to_device(CUdeviceptr to, CUarray from, size_t from_offset, size_t bytes, CUstream stream)
{
    const CUDA_MEMCPY3D row = {.srcXInBytes = from_offset,
                               .srcMemoryType = CU_MEMORYTYPE_ARRAY,
                               .srcArray = from,
                               .dstMemoryType = CU_MEMORYTYPE_DEVICE,
                               .dstDevice = to,
                               .WidthInBytes = bytes,
                               .Height = 1,
                               .Depth = 1};
    return copy(&row, stream);
}

CUresult lc_array_copies_from_device(CUarray to, size_t to_offset, CUdeviceptr from, size_t bytes, CUstream stream)
{
    const CUDA_MEMCPY3D row = {.srcMemoryType = CU_MEMORYTYPE_DEVICE,
                               .srcDevice = from,
                               .dstXInBytes = to_offset,
                               .dstMemoryType = CU_MEMORYTYPE_ARRAY,
                               .dstArray = to,
                               .WidthInBytes = bytes,
                               .Height = 1,
                               .Depth = 1};
    return copy(&row, stream);
}
