/* Entry points of copies: what each pointer must be, then sg_copy_submit. */
#include <string.h>

#include "../capture/capture_rules.h"
#include "../capture/issue.h"
#include "../sched/box.h"
#include "../state/array.h"
#include "../state/handles.h"

/* ---- linear */

static CUresult host_to_device(CUdeviceptr to, const void *from, size_t bytes, CUstream handle, bool synchronous)
{
    struct sg_stream *stream;
    struct sg_copy copy = {.width = bytes, .height = 1};
    TRY(sg_capture_rules_order(handle, &stream));
    REQUIRE(bytes, CUDA_SUCCESS);
    TRY(sg_box_device_side(to, bytes, &copy.to));
    TRY(sg_box_host_side(from, bytes, &copy.from));
    return sg_issue_copy(stream, &copy, synchronous);
}

static CUresult device_to_host(void *to, CUdeviceptr from, size_t bytes, CUstream handle, bool synchronous)
{
    struct sg_stream *stream;
    struct sg_copy copy = {.width = bytes, .height = 1};
    TRY(sg_capture_rules_order(handle, &stream));
    REQUIRE(bytes, CUDA_SUCCESS);
    TRY(sg_box_host_side(to, bytes, &copy.to));
    TRY(sg_box_device_side(from, bytes, &copy.from));
    return sg_issue_copy(stream, &copy, synchronous);
}

/* Between devices, no form waits. */
static CUresult device_to_device(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream handle)
{
    struct sg_stream *stream;
    struct sg_copy copy = {.width = bytes, .height = 1};
    TRY(sg_capture_rules_order(handle, &stream));
    REQUIRE(bytes, CUDA_SUCCESS);
    TRY(sg_box_device_side(to, bytes, &copy.to));
    TRY(sg_box_device_side(from, bytes, &copy.from));
    return sg_issue_copy(stream, &copy, false);
}

static CUresult any_to_any(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream handle, bool synchronous)
{
    struct sg_stream *stream;
    struct sg_copy copy = {.width = bytes, .height = 1};
    TRY(sg_capture_rules_order(handle, &stream));
    REQUIRE(bytes, CUDA_SUCCESS);
    TRY(sg_box_any_side(to, bytes, &copy.to));
    TRY(sg_box_any_side(from, bytes, &copy.from));
    return sg_issue_copy(stream, &copy, synchronous && !sg_box_between_devices(&copy));
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
    TRY(sg_capture_rules_order(hStream, &stream));
    TRY(peers(dstContext, srcContext, &to, &from));
    return device_to_device(dstDevice, srcDevice, ByteCount, hStream);
}

/* ---- rectangles */

static CUresult box(const CUDA_MEMCPY3D *given, CUstream handle, bool synchronous)
{
    struct sg_stream *stream;
    struct sg_copy copy;
    TRY(sg_capture_rules_order(handle, &stream));
    REQUIRE(given, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_box_copy(given, &copy));
    synchronous = synchronous && !sg_box_between_devices(&copy);
    return sg_box_has_array(given) ? sg_issue_box(stream, given, &copy, synchronous)
                                   : sg_issue_copy(stream, &copy, synchronous);
}

/* One slice of a box. A row of these has a bound that one of a box has not. */
static CUresult rectangle(const CUDA_MEMCPY2D *given, CUstream handle, bool synchronous)
{
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(handle, &stream));
    REQUIRE(given, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(given->WidthInBytes && given->Height, CUDA_SUCCESS);
    REQUIRE(given->WidthInBytes <= INT32_MAX && given->Height <= INT32_MAX, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(given->srcPitch <= INT32_MAX && given->dstPitch <= INT32_MAX, CUDA_ERROR_INVALID_VALUE);
    const CUDA_MEMCPY3D slice = {
        .srcXInBytes = given->srcXInBytes,
        .srcY = given->srcY,
        .srcMemoryType = given->srcMemoryType,
        .srcHost = given->srcHost,
        .srcDevice = given->srcDevice,
        .srcArray = given->srcArray,
        .srcPitch = given->srcPitch,
        .dstXInBytes = given->dstXInBytes,
        .dstY = given->dstY,
        .dstMemoryType = given->dstMemoryType,
        .dstHost = given->dstHost,
        .dstDevice = given->dstDevice,
        .dstArray = given->dstArray,
        .dstPitch = given->dstPitch,
        .WidthInBytes = given->WidthInBytes,
        .Height = given->Height,
        .Depth = 1,
    };
    return box(&slice, handle, synchronous);
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

/* ---- boxes */

CUresult cuMemcpy3D_v2(const CUDA_MEMCPY3D *pCopy)
{
    ENTER(cuMemcpy3D_v2);
    return box(pCopy, CU_STREAM_LEGACY, true);
}

CUresult cuMemcpy3DAsync_v2(const CUDA_MEMCPY3D *pCopy, CUstream hStream)
{
    ENTER(cuMemcpy3DAsync_v2);
    return box(pCopy, hStream, false);
}

/* An array knows its context. */
static CUresult side_context(CUmemorytype type, CUcontext named, CUarray array, struct sg_context **out)
{
    const struct sg_array *known = type == CU_MEMORYTYPE_ARRAY ? sg_handles_get(array, SG_ARRAY) : NULL;
    *out = known ? known->context : NULL;
    if (type != CU_MEMORYTYPE_DEVICE && type != CU_MEMORYTYPE_UNIFIED)
        return CUDA_SUCCESS;
    REQUIRE(named, CUDA_ERROR_INVALID_CONTEXT);
    TRY(sg_context_of(named, out));
    REQUIRE(atomic_load(&(*out)->active), CUDA_ERROR_CONTEXT_IS_DESTROYED);
    return sg_context_error(*out);
}

static CUresult peer_box(const CUDA_MEMCPY3D_PEER *given, CUDA_MEMCPY3D *out, struct sg_context *contexts[2])
{
    _Static_assert(sizeof *given == sizeof *out, "they differ in names alone");
    memcpy(out, given, sizeof *out);
    out->reserved0 = out->reserved1 = NULL;
    TRY(side_context(given->dstMemoryType, given->dstContext, given->dstArray, &contexts[0]));
    return side_context(given->srcMemoryType, given->srcContext, given->srcArray, &contexts[1]);
}

CUresult cuMemcpy3DPeer(const CUDA_MEMCPY3D_PEER *pCopy)
{
    ENTER(cuMemcpy3DPeer);
    struct sg_context *current, *contexts[2];
    CUDA_MEMCPY3D plain;
    TRY(sg_context_current(&current));
    REQUIRE(pCopy, CUDA_ERROR_INVALID_VALUE);
    TRY(peer_box(pCopy, &plain, contexts));
    for (unsigned i = 0; i < 2; i++)
        if (contexts[i])
            sg_wait_context(contexts[i], false);
    TRY(box(&plain, CU_STREAM_LEGACY, true));
    sg_wait_stream(current->legacy);
    return sg_context_error(current);
}

CUresult cuMemcpy3DPeerAsync(const CUDA_MEMCPY3D_PEER *pCopy, CUstream hStream)
{
    ENTER(cuMemcpy3DPeerAsync);
    struct sg_context *contexts[2];
    struct sg_stream *stream;
    CUDA_MEMCPY3D plain;
    TRY(sg_capture_rules_order(hStream, &stream));
    REQUIRE(pCopy, CUDA_ERROR_INVALID_VALUE);
    TRY(peer_box(pCopy, &plain, contexts));
    return box(&plain, hStream, false);
}
