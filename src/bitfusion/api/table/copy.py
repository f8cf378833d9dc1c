"""Copies and fills."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuMemcpyHtoD_v2@3020 +ptds@7000 carries (CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount):
    waiting; by bf_copies_finish(&order, bf_copies_to_device(&order, dstDevice, srcHost, ByteCount))
cuMemcpyDtoH_v2@3020 +ptds@7000 carries (void *dstHost, CUdeviceptr srcDevice, size_t ByteCount):
    waiting; by bf_copies_to_host(&order, dstHost, srcDevice, ByteCount)
cuMemcpyDtoD_v2@3020 +ptds@7000 carries (CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount):
    is cuMemcpyDtoDAsync_v2(dstDevice, srcDevice, ByteCount, CU_STREAM_LEGACY)
cuMemcpy2D_v2@3020 +ptds@7000 carries (const CUDA_MEMCPY2D *pCopy):
    waiting; by bf_copies_finish(&order, bf_copies_2d(&order, pCopy))
cuMemcpy2DUnaligned_v2@3020 +ptds@7000 carries (const CUDA_MEMCPY2D *pCopy):
    is cuMemcpy2D_v2(pCopy)
cuMemcpyHtoDAsync_v2@3020 +ptsz@7000 carries (CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount, CUstream
        hStream):
    stream hStream; by bf_copies_to_device(&order, dstDevice, srcHost, ByteCount)
cuMemcpyDtoHAsync_v2@3020 +ptsz@7000 carries (void *dstHost, CUdeviceptr srcDevice, size_t ByteCount, CUstream
        hStream):
    stream hStream; by bf_copies_to_host(&order, dstHost, srcDevice, ByteCount)
cuMemcpyDtoDAsync_v2@3020 +ptsz@7000 carries (CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount,
        CUstream hStream):
    stream hStream; by bf_copies_on_device(&order, dstDevice, srcDevice, ByteCount)
cuMemcpy2DAsync_v2@3020 +ptsz@7000 carries (const CUDA_MEMCPY2D *pCopy, CUstream hStream):
    stream hStream; by bf_copies_2d(&order, pCopy)
cuMemcpyBatchAsync@12080 +ptsz@12080 carries (CUdeviceptr *dsts, CUdeviceptr *srcs, size_t *sizes, size_t count,
        CUmemcpyAttributes *attrs, size_t *attrsIdxs, size_t numAttrs, size_t *failIdx, CUstream hStream):
    hand
cuMemcpyBatchAsync_v2@13000 +ptsz@13000 carries (CUdeviceptr *dsts, CUdeviceptr *srcs, size_t *sizes, size_t count,
        CUmemcpyAttributes *attrs, size_t *attrsIdxs, size_t numAttrs, CUstream hStream):
    hand
cuMemcpy3DBatchAsync@12080 +ptsz@12080 carries (size_t numOps, CUDA_MEMCPY3D_BATCH_OP *opList, size_t *failIdx,
        unsigned long long flags, CUstream hStream):
    hand
cuMemcpy3DBatchAsync_v2@13000 +ptsz@13000 carries (size_t numOps, CUDA_MEMCPY3D_BATCH_OP *opList, unsigned long long
        flags, CUstream hStream):
    hand
cuMemcpy3D_v2@3020 +ptds@7000 carries (const CUDA_MEMCPY3D *pCopy):
    waiting; by bf_copies_finish(&order, bf_copies_box(&order, pCopy))
cuMemcpy3DAsync_v2@3020 +ptsz@7000 carries (const CUDA_MEMCPY3D *pCopy, CUstream hStream):
    stream hStream; by bf_copies_box(&order, pCopy)
cuMemcpy3DPeer@4000 +ptds@7000 carries (const CUDA_MEMCPY3D_PEER *pCopy):
    waiting; by bf_copies_finish(&order, bf_copies_box_peer(&order, pCopy))
cuMemcpy3DPeerAsync@4000 +ptsz@7000 carries (const CUDA_MEMCPY3D_PEER *pCopy, CUstream hStream):
    stream hStream; by bf_copies_box_peer(&order, pCopy)
cuMemcpyAtoA_v2@3020 +ptds@7000 carries (CUarray dstArray, size_t dstOffset, CUarray srcArray, size_t srcOffset,
        size_t ByteCount):
    waiting; by bf_copies_finish(&order, bf_copies_box_run(&order, BF_AT_ARRAY(dstArray, dstOffset), BF_AT_ARRAY(srcArray,
    srcOffset), ByteCount))
cuMemcpyAtoD_v2@3020 +ptds@7000 carries (CUdeviceptr dstDevice, CUarray srcArray, size_t srcOffset, size_t ByteCount):
    waiting; by bf_copies_finish(&order, bf_copies_box_run(&order, BF_AT_DEVICE(dstDevice), BF_AT_ARRAY(srcArray, srcOffset),
    ByteCount))
cuMemcpyDtoA_v2@3020 +ptds@7000 carries (CUarray dstArray, size_t dstOffset, CUdeviceptr srcDevice, size_t ByteCount):
    waiting; by bf_copies_finish(&order, bf_copies_box_run(&order, BF_AT_ARRAY(dstArray, dstOffset), BF_AT_DEVICE(srcDevice),
    ByteCount))
cuMemcpyAtoH_v2@3020 +ptds@7000 carries (void *dstHost, CUarray srcArray, size_t srcOffset, size_t ByteCount):
    waiting; by bf_copies_finish(&order, bf_copies_box_run(&order, BF_AT_HOST(dstHost), BF_AT_ARRAY(srcArray, srcOffset),
    ByteCount))
cuMemcpyHtoA_v2@3020 +ptds@7000 carries (CUarray dstArray, size_t dstOffset, const void *srcHost, size_t ByteCount):
    waiting; by bf_copies_finish(&order, bf_copies_box_run(&order, BF_AT_ARRAY(dstArray, dstOffset), BF_AT_HOST(srcHost),
    ByteCount))
cuMemcpyAtoHAsync_v2@3020 +ptsz@7000 carries (void *dstHost, CUarray srcArray, size_t srcOffset, size_t ByteCount,
        CUstream hStream):
    stream hStream; by bf_copies_box_run(&order, BF_AT_HOST(dstHost), BF_AT_ARRAY(srcArray, srcOffset), ByteCount)
cuMemcpyHtoAAsync_v2@3020 +ptsz@7000 carries (CUarray dstArray, size_t dstOffset, const void *srcHost, size_t
        ByteCount, CUstream hStream):
    stream hStream; by bf_copies_box_run(&order, BF_AT_ARRAY(dstArray, dstOffset), BF_AT_HOST(srcHost), ByteCount)
cuMemsetD8_v2@3020 +ptds@7000 carries (CUdeviceptr dstDevice, unsigned char uc, size_t N):
    is cuMemsetD8Async(dstDevice, uc, N, CU_STREAM_LEGACY)
cuMemsetD16_v2@3020 +ptds@7000 carries (CUdeviceptr dstDevice, unsigned short us, size_t N):
    is cuMemsetD16Async(dstDevice, us, N, CU_STREAM_LEGACY)
cuMemsetD32_v2@3020 +ptds@7000 carries (CUdeviceptr dstDevice, unsigned int ui, size_t N):
    is cuMemsetD32Async(dstDevice, ui, N, CU_STREAM_LEGACY)
cuMemsetD2D8_v2@3020 +ptds@7000 carries (CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc, size_t Width,
        size_t Height):
    is cuMemsetD2D8Async(dstDevice, dstPitch, uc, Width, Height, CU_STREAM_LEGACY)
cuMemsetD2D16_v2@3020 +ptds@7000 carries (CUdeviceptr dstDevice, size_t dstPitch, unsigned short us, size_t Width,
        size_t Height):
    is cuMemsetD2D16Async(dstDevice, dstPitch, us, Width, Height, CU_STREAM_LEGACY)
cuMemsetD2D32_v2@3020 +ptds@7000 carries (CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui, size_t Width,
        size_t Height):
    is cuMemsetD2D32Async(dstDevice, dstPitch, ui, Width, Height, CU_STREAM_LEGACY)
cuMemcpy@4000 +ptds@7000 carries (CUdeviceptr dst, CUdeviceptr src, size_t ByteCount):
    waiting; when !ByteCount is CUDA_SUCCESS;
    by bf_copies_finish(&order, bf_copies_any(&order, dst, src, ByteCount))
cuMemcpyAsync@4000 +ptsz@7000 carries (CUdeviceptr dst, CUdeviceptr src, size_t ByteCount, CUstream hStream):
    stream hStream; when !ByteCount is CUDA_SUCCESS; by bf_copies_any(&order, dst, src, ByteCount)
cuMemcpyPeer@4000 +ptds@7000 carries (CUdeviceptr dstDevice, CUcontext dstContext, CUdeviceptr srcDevice, CUcontext
        srcContext, size_t ByteCount):
    is cuMemcpyPeerAsync(dstDevice, dstContext, srcDevice, srcContext, ByteCount, CU_STREAM_LEGACY)
cuMemcpyPeerAsync@4000 +ptsz@7000 carries (CUdeviceptr dstDevice, CUcontext dstContext, CUdeviceptr srcDevice,
        CUcontext srcContext, size_t ByteCount, CUstream hStream):
    hand
cuMemsetD8Async@3020 +ptsz@7000 carries (CUdeviceptr dstDevice, unsigned char uc, size_t N, CUstream hStream):
    stream hStream; by bf_fills_fill(&order, dstDevice, 0, uc, 1, N, 1)
cuMemsetD16Async@3020 +ptsz@7000 carries (CUdeviceptr dstDevice, unsigned short us, size_t N, CUstream hStream):
    stream hStream; by bf_fills_fill(&order, dstDevice, 0, us, 2, N, 1)
cuMemsetD32Async@3020 +ptsz@7000 carries (CUdeviceptr dstDevice, unsigned int ui, size_t N, CUstream hStream):
    stream hStream; by bf_fills_fill(&order, dstDevice, 0, ui, 4, N, 1)
cuMemsetD2D8Async@3020 +ptsz@7000 carries (CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc, size_t Width,
        size_t Height, CUstream hStream):
    stream hStream; by bf_fills_fill(&order, dstDevice, dstPitch, uc, 1, Width, Height)
cuMemsetD2D16Async@3020 +ptsz@7000 carries (CUdeviceptr dstDevice, size_t dstPitch, unsigned short us, size_t Width,
        size_t Height, CUstream hStream):
    stream hStream; by bf_fills_fill(&order, dstDevice, dstPitch, us, 2, Width, Height)
cuMemsetD2D32Async@3020 +ptsz@7000 carries (CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui, size_t Width,
        size_t Height, CUstream hStream):
    stream hStream; by bf_fills_fill(&order, dstDevice, dstPitch, ui, 4, Width, Height)
# Calls of the wire alone.
# Sizes are bytes; `stream` is the order; bulk data follows the request or precedes the reply.
copy_htod #50 tell bulk in carries (CUdeviceptr dst, size_t bytes, CUstream stream):
    server: copies.copy_htod
    "bulk is the `bytes` bytes."
copy_dtoh #51 ask bulk out blocks carries (CUdeviceptr src, size_t bytes, CUstream stream):
    server: sends(src, bytes)
    "Starts in order, replies when the bytes have been sent."
copy_dtod #52 tell carries (CUdeviceptr dst, CUdeviceptr src, size_t bytes, CUstream stream):
    server: cuMemcpyDtoDAsync(dst, src, bytes, stream)
copy_peer #53 tell carries (CUdeviceptr dst, CUcontext dst_ctx, CUdeviceptr src, CUcontext src_ctx, size_t bytes,
        CUstream stream):
    server: cuMemcpyPeerAsync(dst, dst_ctx, src, src_ctx, bytes, stream)
copy2d_htod #54 tell bulk in carries (CUdeviceptr dst, size_t dst_pitch, size_t width, size_t height, CUstream
        stream):
    server: receives(dst, dst_pitch, width, height)
    "bulk is `height` rows of `width` bytes, packed; dst is the first byte written."
copy2d_dtoh #55 ask bulk out blocks carries (CUdeviceptr src, size_t src_pitch, size_t width, size_t height, CUstream
        stream):
    server: sends(src, src_pitch, width, height)
    "Rows come back packed."
copy2d_dtod #56 tell carries (CUdeviceptr dst, size_t dst_pitch, CUdeviceptr src, size_t src_pitch, size_t width,
        size_t height, CUstream stream):
    server: cuMemcpy2DAsync(CUDA_MEMCPY2D(WidthInBytes=width, Height=height,
        dstMemoryType=CUmemorytype.CU_MEMORYTYPE_DEVICE, dstDevice=CUdeviceptr(dst), dstPitch=dst_pitch,
        srcMemoryType=CUmemorytype.CU_MEMORYTYPE_DEVICE, srcDevice=CUdeviceptr(src), srcPitch=src_pitch), stream)
memset #57 tell carries (CUdeviceptr dst, size_t pitch, unsigned int value, unsigned int element_bytes, size_t width,
        size_t height, CUstream stream):
    server: cuMemsetD8Async(dst, uint8(value), width, stream) if element_bytes == 1 and height == 1 else
        cuMemsetD32Async(dst, value, width, stream) if element_bytes == 4 and height == 1 else cuMemsetD16Async(dst,
        uint16(value), width, stream) if element_bytes == 2 and height == 1 else cuMemsetD2D8Async(dst, pitch,
        uint8(value), width, height, stream) if element_bytes == 1 else cuMemsetD2D32Async(dst, pitch, value, width,
        height, stream) if element_bytes == 4 else cuMemsetD2D16Async(dst, pitch, uint16(value), width, height,
        stream) if element_bytes == 2 else CUDA_ERROR_INVALID_VALUE
    "width in elements; height 1 and pitch 0 for a linear fill."
copy_small #58 tell carries (CUdeviceptr dst, bytes data, CUstream stream):
    server: cuMemcpyHtoDAsync(dst, *data, stream)
    "copy_htod of at most BULK_INLINE_BYTES, which are in the call itself: it needs no frame of its own."
copy_later #302 tell carries (CUdeviceptr dst, size_t dst_pitch, size_t width, size_t height, CUstream stream, cuuint64_t
        source):
    server: copies.copy_later
    "`height` rows of `width` bytes of the client's memory `source`: FETCH asks for them when their turn comes."
copy_small_legacy #59 tell carries (CUdeviceptr dst, bytes data):
    server: cuMemcpyHtoDAsync(dst, *data, CUstream(0)); arrives
    "copy_small on the legacy stream, and `arrive`."
copy_dtoh_async #60 ask bulk out blocks carries (CUdeviceptr src, size_t bytes, CUstream stream):
    server: sends_later(src, bytes)
    "copy_dtoh that nobody waits for: before something is told to be complete that comes after it, its bytes have been
    sent. If it fails, FAULT comes before the reply."
copy2d_dtoh_async #61 ask bulk out blocks carries (CUdeviceptr src, size_t src_pitch, size_t width, size_t height,
        CUstream stream):
    server: sends_later(src, src_pitch, width, height)
    "Rows come back packed."
# Of a box the side that is the client's is not looked at: its bytes are packed, row after row, slice after slice.
box_in #532 tell bulk in carries (CUDA_MEMCPY3D box, CUstream stream):
    server: receives(box)
    "bulk is the box's rows, packed."
box_out #533 ask bulk out blocks carries (CUDA_MEMCPY3D box, CUstream stream):
    server: sends(box)
    "Rows come back packed."
box_out_async #534 ask bulk out blocks carries (CUDA_MEMCPY3D box, CUstream stream):
    server: sends_later(box)
    "Rows come back packed."
box_on_device #535 tell carries (CUDA_MEMCPY3D box, CUstream stream):
    server: cuMemcpy3DAsync(box, stream)
box_peer #537 tell carries (CUDA_MEMCPY3D_PEER box, CUstream stream):
    server: cuMemcpy3DPeerAsync(box, stream)
    "Between contexts."
box_later #536 tell carries (CUDA_MEMCPY3D box, CUstream stream, cuuint64_t source):
    server: boxes.box_later
    "The box's rows are the client's memory `source`: FETCH asks for them when their turn comes."
arrive #62 tell ():
    server: copies.arrive
    "What is in the legacy stream of the context is complete before any call begins that comes later, in whatever
    stream."
"""
)
