/* Entry points of memsets. None waits for the device, except on page-locked host memory. */
#include "../capture/capture_rules.h"
#include "../capture/issue.h"
#include "../sched/copy.h"

static CUresult fill(struct sg_fill fill, CUstream handle)
{
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(handle, &stream));
    TRY(sg_copy_check_fill(&fill));
    return sg_issue_fill(stream, &fill);
}

#define LINEAR(address, value, count, type) ((struct sg_fill){(address), 0, (count), 1, (value), sizeof(type)})
#define ROWS(address, pitch, value, width, height, type)                                                               \
    ((struct sg_fill){(address), (pitch), (width), (height), (value), sizeof(type)})

CUresult cuMemsetD8_v2(CUdeviceptr dstDevice, unsigned char uc, size_t N)
{
    ENTER(cuMemsetD8_v2);
    return fill(LINEAR(dstDevice, uc, N, char), CU_STREAM_LEGACY);
}

CUresult cuMemsetD16_v2(CUdeviceptr dstDevice, unsigned short us, size_t N)
{
    ENTER(cuMemsetD16_v2);
    return fill(LINEAR(dstDevice, us, N, short), CU_STREAM_LEGACY);
}

CUresult cuMemsetD32_v2(CUdeviceptr dstDevice, unsigned int ui, size_t N)
{
    ENTER(cuMemsetD32_v2);
    return fill(LINEAR(dstDevice, ui, N, int), CU_STREAM_LEGACY);
}

CUresult cuMemsetD2D8_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc, size_t Width, size_t Height)
{
    ENTER(cuMemsetD2D8_v2);
    return fill(ROWS(dstDevice, dstPitch, uc, Width, Height, char), CU_STREAM_LEGACY);
}

CUresult cuMemsetD2D16_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned short us, size_t Width, size_t Height)
{
    ENTER(cuMemsetD2D16_v2);
    return fill(ROWS(dstDevice, dstPitch, us, Width, Height, short), CU_STREAM_LEGACY);
}

CUresult cuMemsetD2D32_v2(CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui, size_t Width, size_t Height)
{
    ENTER(cuMemsetD2D32_v2);
    return fill(ROWS(dstDevice, dstPitch, ui, Width, Height, int), CU_STREAM_LEGACY);
}

CUresult cuMemsetD8Async(CUdeviceptr dstDevice, unsigned char uc, size_t N, CUstream hStream)
{
    ENTER(cuMemsetD8Async);
    return fill(LINEAR(dstDevice, uc, N, char), hStream);
}

CUresult cuMemsetD16Async(CUdeviceptr dstDevice, unsigned short us, size_t N, CUstream hStream)
{
    ENTER(cuMemsetD16Async);
    return fill(LINEAR(dstDevice, us, N, short), hStream);
}

CUresult cuMemsetD32Async(CUdeviceptr dstDevice, unsigned int ui, size_t N, CUstream hStream)
{
    ENTER(cuMemsetD32Async);
    return fill(LINEAR(dstDevice, ui, N, int), hStream);
}

CUresult cuMemsetD2D8Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc, size_t Width, size_t Height,
                           CUstream hStream)
{
    ENTER(cuMemsetD2D8Async);
    return fill(ROWS(dstDevice, dstPitch, uc, Width, Height, char), hStream);
}

CUresult cuMemsetD2D16Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned short us, size_t Width, size_t Height,
                            CUstream hStream)
{
    ENTER(cuMemsetD2D16Async);
    return fill(ROWS(dstDevice, dstPitch, us, Width, Height, short), hStream);
}

CUresult cuMemsetD2D32Async(CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui, size_t Width, size_t Height,
                            CUstream hStream)
{
    ENTER(cuMemsetD2D32Async);
    return fill(ROWS(dstDevice, dstPitch, ui, Width, Height, int), hStream);
}
