"""Device memory, pools, pinned host memory, pointer attributes."""

from ..notation import read_symbols

SYMBOLS = read_symbols(
    """
cuMemGetInfo_v2@3020 (size_t *free, size_t *total):
    current; need free, total; ask
cuMemAlloc_v2@3020 (CUdeviceptr *dptr, size_t bytesize):
    current; need dptr; refuse !bytesize; by bf_memory_allocate(context, bytesize, dptr)
cuMemAllocPitch_v2@3020 (CUdeviceptr *dptr, size_t *pPitch, size_t WidthInBytes, size_t Height, unsigned int
        ElementSizeBytes):
    hand
cuMemFree_v2@3020 (CUdeviceptr dptr):
    hand
cuMemGetAddressRange_v2@3020 (CUdeviceptr *pbase, size_t *psize, CUdeviceptr dptr):
    hand local
cuMemAllocHost_v2@3020 (void **pp, size_t bytesize):
    is cuMemHostAlloc(pp, bytesize, 0)
cuMemFreeHost@2000 (void *p):
    hand local
cuMemHostAlloc@2020 (void **pp, size_t bytesize, unsigned int Flags):
    hand local
# No device can reach it (attribute CAN_MAP_HOST_MEMORY is 0), so it has no address there.
cuMemHostGetDevicePointer_v2@3020 (CUdeviceptr *pdptr, void *p, unsigned int Flags):
    current; need pdptr; refuse Flags || !bf_pinned_covers(p, 1); is CUDA_ERROR_NOT_SUPPORTED
cuMemHostGetFlags@2030 (unsigned int *pFlags, void *p):
    hand local
cuMemHostRegister_v2@6050 (void *p, size_t bytesize, unsigned int Flags):
    hand local
cuMemHostUnregister@4000 (void *p):
    hand local
cuMemPoolTrimTo@11020 (CUmemoryPool pool, size_t minBytesToKeep):
    find pool pool as object; ask
cuMemPoolSetAttribute@11020 (CUmemoryPool pool, CUmemPool_attribute attr, void *value):
    find pool pool as object; need value; by bf_pools_set_attribute(object, attr, value)
cuMemPoolGetAttribute@11020 (CUmemoryPool pool, CUmemPool_attribute attr, void *value):
    find pool pool as object; need value; by bf_pools_get_attribute(object, attr, value)
cuMemPoolSetAccess@11020 (CUmemoryPool pool, const CUmemAccessDesc *map, size_t count):
    hand
cuMemPoolGetAccess@11020 (CUmemAccess_flags *flags, CUmemoryPool memPool, CUmemLocation *location):
    hand
# Of the places that a pool may be at, the devices are those whose pools are remoted.
cuMemGetDefaultMemPool@13000 (CUmemoryPool *pool_out, CUmemLocation *location, CUmemAllocationType type):
    ready; need location; refuse !lc_pool_place_is_known(location, type);
    refuse !lc_pool_place_is_device(location, type) with CUDA_ERROR_NOT_SUPPORTED;
    is cuDeviceGetDefaultMemPool(pool_out, location->id)
cuMemGetMemPool@13000 (CUmemoryPool *pool, CUmemLocation *location, CUmemAllocationType type):
    ready; need location; refuse !lc_pool_place_is_known(location, type);
    refuse !lc_pool_place_is_device(location, type) with CUDA_ERROR_NOT_SUPPORTED;
    is cuDeviceGetMemPool(pool, location->id)
cuMemSetMemPool@13000 (CUmemLocation *location, CUmemAllocationType type, CUmemoryPool pool):
    ready; need location; refuse !lc_pool_place_is_known(location, type);
    refuse !lc_pool_place_is_device(location, type) with CUDA_ERROR_NOT_SUPPORTED;
    is cuDeviceSetMemPool(location->id, pool)
cuMemPoolCreate@11020 (CUmemoryPool *pool, const CUmemPoolProps *poolProps):
    hand
cuMemPoolDestroy@11020 (CUmemoryPool pool):
    hand
cuPointerGetAttribute@4000 (void *data, CUpointer_attribute attribute, CUdeviceptr ptr):
    hand local
cuPointerGetAttributes@7000 (unsigned int numAttributes, CUpointer_attribute *attributes, void **data, CUdeviceptr
        ptr):
    hand local
cuMemHostRegister@4000 (void *p, size_t bytesize, unsigned int Flags):
    is cuMemHostRegister_v2(p, bytesize, Flags)
cuMemFreeAsync@11020 +ptsz@11020 (CUdeviceptr dptr, CUstream hStream):
    hand
cuMemAllocAsync@11020 +ptsz@11020 (CUdeviceptr *dptr, size_t bytesize, CUstream hStream):
    stream hStream; need dptr; by bf_memory_allocate_ordered(&order, NULL, bytesize, dptr)
cuMemAllocFromPoolAsync@11020 +ptsz@11020 (CUdeviceptr *dptr, size_t bytesize, CUmemoryPool pool, CUstream hStream):
    stream hStream; need dptr; find pool pool as object; refuse object->server != order.to.server;
    by bf_memory_allocate_ordered(&order, object, bytesize, dptr)
"""
)
