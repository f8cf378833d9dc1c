/* Entry points of copies of a run of bytes of a CUDA array of one dimension: boxes of one row. */
#include "../capture/capture_rules.h"
#include "../capture/issue.h"
#include "../sched/box.h"
#include "../state/array.h"
#include "../state/handles.h"

static CUresult check_array(CUmemorytype type, CUarray handle)
{
    if (type != CU_MEMORYTYPE_ARRAY)
        return CUDA_SUCCESS;
    const struct sg_array *array = sg_handles_get(handle, SG_ARRAY);
    REQUIRE(array && !array->descriptor.Height && !array->descriptor.Depth, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

static CUresult copy_row(const CUDA_MEMCPY3D *row, CUstream handle, bool synchronous)
{
    struct sg_stream *stream;
    struct sg_copy copy;
    TRY(sg_capture_rules_order(handle, &stream));
    REQUIRE(row->WidthInBytes, CUDA_SUCCESS);
    TRY(check_array(row->dstMemoryType, row->dstArray));
    TRY(check_array(row->srcMemoryType, row->srcArray));
    TRY(sg_box_copy(row, &copy));
    return sg_issue_box(stream, row, &copy, synchronous && !sg_box_between_devices(&copy));
}

#define TO_ARRAY(array, offset) .dstMemoryType = CU_MEMORYTYPE_ARRAY, .dstArray = (array), .dstXInBytes = (offset)
#define FROM_ARRAY(array, offset) .srcMemoryType = CU_MEMORYTYPE_ARRAY, .srcArray = (array), .srcXInBytes = (offset)
#define ROW(...) (&(const CUDA_MEMCPY3D){__VA_ARGS__, .WidthInBytes = ByteCount, .Height = 1, .Depth = 1})

CUresult cuMemcpyAtoA_v2(CUarray dstArray, size_t dstOffset, CUarray srcArray, size_t srcOffset, size_t ByteCount)
{
    ENTER(cuMemcpyAtoA_v2);
    return copy_row(ROW(TO_ARRAY(dstArray, dstOffset), FROM_ARRAY(srcArray, srcOffset)), CU_STREAM_LEGACY, true);
}

CUresult cuMemcpyAtoD_v2(CUdeviceptr dstDevice, CUarray srcArray, size_t srcOffset, size_t ByteCount)
{
    ENTER(cuMemcpyAtoD_v2);
    return copy_row(ROW(.dstMemoryType = CU_MEMORYTYPE_DEVICE, .dstDevice = dstDevice, FROM_ARRAY(srcArray, srcOffset)),
                    CU_STREAM_LEGACY, true);
}

CUresult cuMemcpyDtoA_v2(CUarray dstArray, size_t dstOffset, CUdeviceptr srcDevice, size_t ByteCount)
{
    ENTER(cuMemcpyDtoA_v2);
    return copy_row(ROW(TO_ARRAY(dstArray, dstOffset), .srcMemoryType = CU_MEMORYTYPE_DEVICE, .srcDevice = srcDevice),
                    CU_STREAM_LEGACY, true);
}

CUresult cuMemcpyAtoH_v2(void *dstHost, CUarray srcArray, size_t srcOffset, size_t ByteCount)
{
    ENTER(cuMemcpyAtoH_v2);
    return copy_row(ROW(.dstMemoryType = CU_MEMORYTYPE_HOST, .dstHost = dstHost, FROM_ARRAY(srcArray, srcOffset)),
                    CU_STREAM_LEGACY, true);
}

CUresult cuMemcpyAtoHAsync_v2(void *dstHost, CUarray srcArray, size_t srcOffset, size_t ByteCount, CUstream hStream)
{
    ENTER(cuMemcpyAtoHAsync_v2);
    return copy_row(ROW(.dstMemoryType = CU_MEMORYTYPE_HOST, .dstHost = dstHost, FROM_ARRAY(srcArray, srcOffset)),
                    hStream, false);
}

CUresult cuMemcpyHtoA_v2(CUarray dstArray, size_t dstOffset, const void *srcHost, size_t ByteCount)
{
    ENTER(cuMemcpyHtoA_v2);
    return copy_row(ROW(TO_ARRAY(dstArray, dstOffset), .srcMemoryType = CU_MEMORYTYPE_HOST, .srcHost = srcHost),
                    CU_STREAM_LEGACY, true);
}

CUresult cuMemcpyHtoAAsync_v2(CUarray dstArray, size_t dstOffset, const void *srcHost, size_t ByteCount,
                              CUstream hStream)
{
    ENTER(cuMemcpyHtoAAsync_v2);
    return copy_row(ROW(TO_ARRAY(dstArray, dstOffset), .srcMemoryType = CU_MEMORYTYPE_HOST, .srcHost = srcHost),
                    hStream, false);
}
