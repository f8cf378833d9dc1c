/* Entry points of copies: what each pointer must be, then sg_copy_submit. */
#include "../sched/copy.h"

#define AT(pointer) ((uint64_t)(uintptr_t)(pointer))

/* A pointer that must be device memory, or host memory that the device can access. */
static CUresult device_side(uint64_t address, uint64_t bytes, struct sg_rectangle *out)
{
    *out = (struct sg_rectangle){.address = address, .place = sg_copy_place(address, bytes)};
    REQUIRE(out->place == SG_PLACE_DEVICE || out->place == SG_PLACE_PINNED, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

static CUresult host_side(const void *pointer, uint64_t bytes, struct sg_rectangle *out)
{
    REQUIRE(pointer, CUDA_ERROR_INVALID_VALUE);
    *out = (struct sg_rectangle){.address = AT(pointer), .place = sg_copy_place(AT(pointer), bytes)};
    REQUIRE(out->place == SG_PLACE_PAGEABLE || out->place == SG_PLACE_PINNED, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

static CUresult any_side(uint64_t address, uint64_t bytes, struct sg_rectangle *out)
{
    REQUIRE(address, CUDA_ERROR_INVALID_VALUE);
    *out = (struct sg_rectangle){.address = address, .place = sg_copy_place(address, bytes)};
    REQUIRE(out->place != SG_PLACE_BAD, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

static bool between_devices(const struct sg_copy *copy)
{
    return copy->to.place == SG_PLACE_DEVICE && copy->from.place == SG_PLACE_DEVICE;
}

/* ---- linear */

static CUresult host_to_device(CUdeviceptr to, const void *from, size_t bytes, CUstream handle, bool synchronous)
{
    struct sg_stream *stream;
    struct sg_copy copy = {.width = bytes, .height = 1};
    TRY(sg_context_order(handle, &stream));
    REQUIRE(bytes, CUDA_SUCCESS);
    TRY(device_side(to, bytes, &copy.to));
    TRY(host_side(from, bytes, &copy.from));
    return sg_copy_submit(stream, &copy, synchronous);
}

static CUresult device_to_host(void *to, CUdeviceptr from, size_t bytes, CUstream handle, bool synchronous)
{
    struct sg_stream *stream;
    struct sg_copy copy = {.width = bytes, .height = 1};
    TRY(sg_context_order(handle, &stream));
    REQUIRE(bytes, CUDA_SUCCESS);
    TRY(host_side(to, bytes, &copy.to));
    TRY(device_side(from, bytes, &copy.from));
    return sg_copy_submit(stream, &copy, synchronous);
}

/* Between devices, no form waits. */
static CUresult device_to_device(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream handle)
{
    struct sg_stream *stream;
    struct sg_copy copy = {.width = bytes, .height = 1};
    TRY(sg_context_order(handle, &stream));
    REQUIRE(bytes, CUDA_SUCCESS);
    TRY(device_side(to, bytes, &copy.to));
    TRY(device_side(from, bytes, &copy.from));
    return sg_copy_submit(stream, &copy, false);
}

static CUresult any_to_any(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream handle, bool synchronous)
{
    struct sg_stream *stream;
    struct sg_copy copy = {.width = bytes, .height = 1};
    TRY(sg_context_order(handle, &stream));
    REQUIRE(bytes, CUDA_SUCCESS);
    TRY(any_side(to, bytes, &copy.to));
    TRY(any_side(from, bytes, &copy.from));
    return sg_copy_submit(stream, &copy, synchronous && !between_devices(&copy));
}

CUresult cuMemcpyHtoD_v2(CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount)
{
    ENTER(cuMemcpyHtoD_v2);
    return host_to_device(dstDevice, srcHost, ByteCount, CU_STREAM_LEGACY, true);
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount, CUstream hStream)
{
    ENTER(cuMemcpyHtoDAsync_v2);
    return host_to_device(dstDevice, srcHost, ByteCount, hStream, false);
}

CUresult cuMemcpyDtoH_v2(void *dstHost, CUdeviceptr srcDevice, size_t ByteCount)
{
    ENTER(cuMemcpyDtoH_v2);
    return device_to_host(dstHost, srcDevice, ByteCount, CU_STREAM_LEGACY, true);
}

CUresult cuMemcpyDtoHAsync_v2(void *dstHost, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream)
{
    ENTER(cuMemcpyDtoHAsync_v2);
    return device_to_host(dstHost, srcDevice, ByteCount, hStream, false);
}

CUresult cuMemcpyDtoD_v2(CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount)
{
    ENTER(cuMemcpyDtoD_v2);
    return device_to_device(dstDevice, srcDevice, ByteCount, CU_STREAM_LEGACY);
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream)
{
    ENTER(cuMemcpyDtoDAsync_v2);
    return device_to_device(dstDevice, srcDevice, ByteCount, hStream);
}

CUresult cuMemcpy(CUdeviceptr dst, CUdeviceptr src, size_t ByteCount)
{
    ENTER(cuMemcpy);
    return any_to_any(dst, src, ByteCount, CU_STREAM_LEGACY, true);
}

CUresult cuMemcpyAsync(CUdeviceptr dst, CUdeviceptr src, size_t ByteCount, CUstream hStream)
{
    ENTER(cuMemcpyAsync);
    return any_to_any(dst, src, ByteCount, hStream, false);
}

/* ---- peer */

static CUresult peers(CUcontext to, CUcontext from, struct sg_context **to_context, struct sg_context **from_context)
{
    REQUIRE(to && from, CUDA_ERROR_INVALID_CONTEXT);
    TRY(sg_context_of(to, to_context));
    TRY(sg_context_of(from, from_context));
    REQUIRE(atomic_load(&(*to_context)->active) && atomic_load(&(*from_context)->active),
            CUDA_ERROR_CONTEXT_IS_DESTROYED);
    TRY(sg_context_error(*to_context));
    return sg_context_error(*from_context);
}

/* Serialised with the work of both contexts. */
CUresult cuMemcpyPeer(CUdeviceptr dstDevice, CUcontext dstContext, CUdeviceptr srcDevice, CUcontext srcContext,
                      size_t ByteCount)
{
    ENTER(cuMemcpyPeer);
    struct sg_context *current, *to, *from;
    TRY(sg_context_current(&current));
    TRY(peers(dstContext, srcContext, &to, &from));
    sg_wait_context(from, false);
    sg_wait_context(to, false);
    TRY(device_to_device(dstDevice, srcDevice, ByteCount, CU_STREAM_LEGACY));
    sg_wait_stream(current->legacy);
    return sg_context_error(current);
}

CUresult cuMemcpyPeerAsync(CUdeviceptr dstDevice, CUcontext dstContext, CUdeviceptr srcDevice, CUcontext srcContext,
                           size_t ByteCount, CUstream hStream)
{
    ENTER(cuMemcpyPeerAsync);
    struct sg_context *to, *from;
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    TRY(peers(dstContext, srcContext, &to, &from));
    return device_to_device(dstDevice, srcDevice, ByteCount, hStream);
}

/* ---- rectangles */

struct side {
    CUmemorytype type;
    const void *host;
    CUdeviceptr device;
    uint64_t x, y, pitch;
};

/* A pitch of 0 is none given: rows without gaps. */
static CUresult rectangle_side(const struct side *side, uint64_t width, uint64_t height, struct sg_rectangle *out)
{
    REQUIRE(side->type != CU_MEMORYTYPE_ARRAY, CUDA_ERROR_NOT_SUPPORTED);
    REQUIRE(side->pitch <= INT32_MAX && side->x <= INT32_MAX && side->y <= INT32_MAX, CUDA_ERROR_INVALID_VALUE);
    uint64_t pitch = side->pitch ? side->pitch : side->x + width;
    REQUIRE(height == 1 || (pitch >= width && pitch - width >= side->x), CUDA_ERROR_INVALID_VALUE);
    uint64_t offset = side->y * pitch + side->x, span = (height - 1) * pitch + width;
    switch (side->type) {
    case CU_MEMORYTYPE_HOST: TRY(host_side((const char *)side->host + offset, span, out)); break;
    case CU_MEMORYTYPE_DEVICE: TRY(device_side(side->device + offset, span, out)); break;
    case CU_MEMORYTYPE_UNIFIED: TRY(any_side(side->device + offset, span, out)); break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    out->pitch = pitch;
    return CUDA_SUCCESS;
}

static CUresult rectangle(const CUDA_MEMCPY2D *given, CUstream handle, bool synchronous)
{
    struct sg_stream *stream;
    TRY(sg_context_order(handle, &stream));
    REQUIRE(given, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(given->WidthInBytes && given->Height, CUDA_SUCCESS);
    REQUIRE(given->WidthInBytes <= INT32_MAX && given->Height <= INT32_MAX, CUDA_ERROR_INVALID_VALUE);
    struct sg_copy copy = {.width = given->WidthInBytes, .height = given->Height};
    struct side from = {given->srcMemoryType, given->srcHost, given->srcDevice,
                        given->srcXInBytes,   given->srcY,    given->srcPitch};
    struct side to = {given->dstMemoryType, given->dstHost, given->dstDevice,
                      given->dstXInBytes,   given->dstY,    given->dstPitch};
    TRY(rectangle_side(&from, copy.width, copy.height, &copy.from));
    TRY(rectangle_side(&to, copy.width, copy.height, &copy.to));
    return sg_copy_submit(stream, &copy, synchronous && !between_devices(&copy));
}

CUresult cuMemcpy2D_v2(const CUDA_MEMCPY2D *pCopy)
{
    ENTER(cuMemcpy2D_v2);
    return rectangle(pCopy, CU_STREAM_LEGACY, true);
}

CUresult cuMemcpy2DUnaligned_v2(const CUDA_MEMCPY2D *pCopy)
{
    ENTER(cuMemcpy2DUnaligned_v2);
    return rectangle(pCopy, CU_STREAM_LEGACY, true);
}

CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D *pCopy, CUstream hStream)
{
    ENTER(cuMemcpy2DAsync_v2);
    return rectangle(pCopy, hStream, false);
}
