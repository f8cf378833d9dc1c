"""Copies and fills."""

from ..notation import read_symbols

SYMBOLS = read_symbols(
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
"""
)
