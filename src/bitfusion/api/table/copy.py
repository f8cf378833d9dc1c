"""Copies and fills."""

from ..model import HAND, Symbol

SYMBOLS = (
    Symbol(
        "cuMemcpyHtoD_v2", 3020,
        "CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount",
        HAND, carries=True, twins=(("ptds", 7000),),
    ),
    Symbol(
        "cuMemcpyDtoH_v2", 3020,
        "void *dstHost, CUdeviceptr srcDevice, size_t ByteCount",
        HAND, carries=True, twins=(("ptds", 7000),),
    ),
    Symbol(
        "cuMemcpyDtoD_v2", 3020,
        "CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount",
        HAND, carries=True, twins=(("ptds", 7000),),
    ),
    Symbol("cuMemcpy2D_v2", 3020, "const CUDA_MEMCPY2D *pCopy", HAND, carries=True, twins=(("ptds", 7000),)),
    Symbol("cuMemcpy2DUnaligned_v2", 3020, "const CUDA_MEMCPY2D *pCopy", HAND, carries=True, twins=(("ptds", 7000),)),
    Symbol(
        "cuMemcpyHtoDAsync_v2", 3020,
        "CUdeviceptr dstDevice, const void *srcHost, size_t ByteCount, CUstream hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
    Symbol(
        "cuMemcpyDtoHAsync_v2", 3020,
        "void *dstHost, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
    Symbol(
        "cuMemcpyDtoDAsync_v2", 3020,
        "CUdeviceptr dstDevice, CUdeviceptr srcDevice, size_t ByteCount, CUstream hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
    Symbol("cuMemcpy2DAsync_v2", 3020, "const CUDA_MEMCPY2D *pCopy, CUstream hStream", HAND, carries=True, twins=(("ptsz", 7000),)),
    Symbol("cuMemsetD8_v2", 3020, "CUdeviceptr dstDevice, unsigned char uc, size_t N", HAND, carries=True, twins=(("ptds", 7000),)),
    Symbol(
        "cuMemsetD16_v2", 3020,
        "CUdeviceptr dstDevice, unsigned short us, size_t N",
        HAND, carries=True, twins=(("ptds", 7000),),
    ),
    Symbol("cuMemsetD32_v2", 3020, "CUdeviceptr dstDevice, unsigned int ui, size_t N", HAND, carries=True, twins=(("ptds", 7000),)),
    Symbol(
        "cuMemsetD2D8_v2", 3020,
        "CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc, size_t Width, size_t Height",
        HAND, carries=True, twins=(("ptds", 7000),),
    ),
    Symbol(
        "cuMemsetD2D16_v2", 3020,
        "CUdeviceptr dstDevice, size_t dstPitch, unsigned short us, size_t Width, size_t Height",
        HAND, carries=True, twins=(("ptds", 7000),),
    ),
    Symbol(
        "cuMemsetD2D32_v2", 3020,
        "CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui, size_t Width, size_t Height",
        HAND, carries=True, twins=(("ptds", 7000),),
    ),
    Symbol("cuMemcpy", 4000, "CUdeviceptr dst, CUdeviceptr src, size_t ByteCount", HAND, carries=True, twins=(("ptds", 7000),)),
    Symbol(
        "cuMemcpyAsync", 4000,
        "CUdeviceptr dst, CUdeviceptr src, size_t ByteCount, CUstream hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
    Symbol(
        "cuMemcpyPeer", 4000,
        "CUdeviceptr dstDevice, CUcontext dstContext, CUdeviceptr srcDevice, CUcontext srcContext, size_t "
        "ByteCount",
        HAND, carries=True, twins=(("ptds", 7000),),
    ),
    Symbol(
        "cuMemcpyPeerAsync", 4000,
        "CUdeviceptr dstDevice, CUcontext dstContext, CUdeviceptr srcDevice, CUcontext srcContext, size_t "
        "ByteCount, CUstream hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
    Symbol(
        "cuMemsetD8Async", 3020,
        "CUdeviceptr dstDevice, unsigned char uc, size_t N, CUstream hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
    Symbol(
        "cuMemsetD16Async", 3020,
        "CUdeviceptr dstDevice, unsigned short us, size_t N, CUstream hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
    Symbol(
        "cuMemsetD32Async", 3020,
        "CUdeviceptr dstDevice, unsigned int ui, size_t N, CUstream hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
    Symbol(
        "cuMemsetD2D8Async", 3020,
        "CUdeviceptr dstDevice, size_t dstPitch, unsigned char uc, size_t Width, size_t Height, CUstream "
        "hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
    Symbol(
        "cuMemsetD2D16Async", 3020,
        "CUdeviceptr dstDevice, size_t dstPitch, unsigned short us, size_t Width, size_t Height, CUstream "
        "hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
    Symbol(
        "cuMemsetD2D32Async", 3020,
        "CUdeviceptr dstDevice, size_t dstPitch, unsigned int ui, size_t Width, size_t Height, CUstream "
        "hStream",
        HAND, carries=True, twins=(("ptsz", 7000),),
    ),
)
