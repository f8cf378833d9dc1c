"""Device memory, pools, pinned host memory, pointer attributes."""

from ..model import ASK, HAND, LOCAL, Symbol

SYMBOLS = (
    Symbol("cuMemGetInfo_v2", 3020, "size_t *free, size_t *total", ASK),
    Symbol("cuMemAlloc_v2", 3020, "CUdeviceptr *dptr, size_t bytesize", HAND),
    Symbol(
        "cuMemAllocPitch_v2",
        3020,
        "CUdeviceptr *dptr, size_t *pPitch, size_t WidthInBytes, size_t Height, unsigned int ElementSizeBytes",
        HAND,
    ),
    Symbol("cuMemFree_v2", 3020, "CUdeviceptr dptr", HAND),
    Symbol("cuMemGetAddressRange_v2", 3020, "CUdeviceptr *pbase, size_t *psize, CUdeviceptr dptr", LOCAL),
    Symbol("cuMemAllocHost_v2", 3020, "void **pp, size_t bytesize", LOCAL),
    Symbol("cuMemFreeHost", 2000, "void *p", LOCAL),
    Symbol("cuMemHostAlloc", 2020, "void **pp, size_t bytesize, unsigned int Flags", LOCAL),
    Symbol("cuMemHostGetDevicePointer_v2", 3020, "CUdeviceptr *pdptr, void *p, unsigned int Flags", LOCAL),
    Symbol("cuMemHostGetFlags", 2030, "unsigned int *pFlags, void *p", LOCAL),
    Symbol("cuMemHostRegister_v2", 6050, "void *p, size_t bytesize, unsigned int Flags", LOCAL),
    Symbol("cuMemHostUnregister", 4000, "void *p", LOCAL),
    Symbol("cuMemPoolTrimTo", 11020, "CUmemoryPool pool, size_t minBytesToKeep", ASK),
    Symbol("cuMemPoolSetAttribute", 11020, "CUmemoryPool pool, CUmemPool_attribute attr, void *value", HAND),
    Symbol("cuMemPoolGetAttribute", 11020, "CUmemoryPool pool, CUmemPool_attribute attr, void *value", HAND),
    Symbol("cuMemPoolSetAccess", 11020, "CUmemoryPool pool, const CUmemAccessDesc *map, size_t count", HAND),
    Symbol(
        "cuMemPoolGetAccess", 11020, "CUmemAccess_flags *flags, CUmemoryPool memPool, CUmemLocation *location", HAND
    ),
    Symbol("cuMemPoolCreate", 11020, "CUmemoryPool *pool, const CUmemPoolProps *poolProps", HAND),
    Symbol("cuMemPoolDestroy", 11020, "CUmemoryPool pool", HAND),
    Symbol("cuPointerGetAttribute", 4000, "void *data, CUpointer_attribute attribute, CUdeviceptr ptr", LOCAL),
    Symbol(
        "cuPointerGetAttributes",
        7000,
        "unsigned int numAttributes, CUpointer_attribute *attributes, void **data, CUdeviceptr ptr",
        LOCAL,
    ),
    Symbol("cuMemHostRegister", 4000, "void *p, size_t bytesize, unsigned int Flags", LOCAL),
    Symbol("cuMemFreeAsync", 11020, "CUdeviceptr dptr, CUstream hStream", HAND, twins=(("ptsz", 11020),)),
    Symbol(
        "cuMemAllocAsync", 11020, "CUdeviceptr *dptr, size_t bytesize, CUstream hStream", HAND, twins=(("ptsz", 11020),)
    ),
    Symbol(
        "cuMemAllocFromPoolAsync",
        11020,
        "CUdeviceptr *dptr, size_t bytesize, CUmemoryPool pool, CUstream hStream",
        HAND,
        twins=(("ptsz", 11020),),
    ),
)
