"""Device memory, pools, pinned host memory, pointer attributes."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuMemGetInfo_v2@3020 #30 (size_t *free, size_t *total):
    current; need free, total; set bf_virtual_look(); ask
    server: limited(free, total)
cuMemAlloc_v2@3020 #31 ask (CUdeviceptr *dptr, size_t bytesize):
    current; try lc_capture_rules_unsafe(); need dptr; refuse !bytesize;
    set bf_virtual_look(); by bf_memory_allocate(context, bytesize, dptr)
    server: allocates(bytesize)
cuMemAllocPitch_v2@3020 #32 ask (CUdeviceptr *dptr, size_t *pPitch, size_t WidthInBytes, size_t Height, unsigned int
        ElementSizeBytes):
    hand
    server: allocates(pPitch * Height, WidthInBytes)
cuMemFree_v2@3020 #33 tell (CUdeviceptr dptr):
    hand
    server: frees(dptr)
cuMemGetAddressRange_v2@3020 (CUdeviceptr *pbase, size_t *psize, CUdeviceptr dptr):
    hand local
cuMemAllocHost_v2@3020 (void **pp, size_t bytesize):
    is cuMemHostAlloc(pp, bytesize, 0)
cuMemFreeHost@2000 (void *p):
    hand local
cuMemHostAlloc@2020 (void **pp, size_t bytesize, unsigned int Flags):
    hand local
cuMemHostGetDevicePointer_v2@3020 (CUdeviceptr *pdptr, void *p, unsigned int Flags):
    hand local
cuMemHostGetFlags@2030 (unsigned int *pFlags, void *p):
    hand local
cuMemHostRegister_v2@6050 (void *p, size_t bytesize, unsigned int Flags):
    hand local
cuMemHostUnregister@4000 (void *p):
    hand local
cuMemPoolTrimTo@11020 #44 ask (CUmemoryPool pool, size_t minBytesToKeep):
    ready; try lc_capture_rules_unsafe(); find pool pool as object; by bf_pools_trim(object, minBytesToKeep)
cuMemPoolSetAttribute@11020 (CUmemoryPool pool, CUmemPool_attribute attr, void *value):
    ready; try lc_capture_rules_unsafe(); find pool pool as object; need value;
    by bf_pools_set_attribute(object, attr, value)
cuMemPoolGetAttribute@11020 (CUmemoryPool pool, CUmemPool_attribute attr, void *value):
    ready; try lc_capture_rules_unsafe(); find pool pool as object; need value;
    by bf_pools_get_attribute(object, attr, value)
# The whole list at once: it is granted or refused as one.
cuMemPoolSetAccess@11020 #47 (CUmemoryPool pool, const CUmemAccessDesc *map, size_t count):
    ready; try lc_capture_rules_unsafe(); find pool pool as object;
    refuse (!map && count) || count > BF_DEVICES_MAX; when !count is CUDA_SUCCESS;
    when object->pool.kept is bf_kept_pools_set_access(object, map, count);
    pack map[count]; ask
cuMemPoolGetAccess@11020 (CUmemAccess_flags *flags, CUmemoryPool memPool, CUmemLocation *location):
    hand
cuMemGetDefaultMemPool@13000 (CUmemoryPool *pool_out, CUmemLocation *location, CUmemAllocationType type):
    ready; need location; refuse !lc_pool_place_is_known(location, type);
    refuse location->type == CU_MEM_LOCATION_TYPE_DEVICE && !bf_client_device(location->id) with
        CUDA_ERROR_INVALID_DEVICE;
    when lc_pool_place_is_device(location, type) is cuDeviceGetDefaultMemPool(pool_out, location->id);
    need pool_out; *pool_out from bf_pool_places_default(location, type)
cuMemGetMemPool@13000 (CUmemoryPool *pool, CUmemLocation *location, CUmemAllocationType type):
    ready; need location; refuse !lc_pool_place_is_known(location, type);
    refuse location->type == CU_MEM_LOCATION_TYPE_DEVICE && !bf_client_device(location->id) with
        CUDA_ERROR_INVALID_DEVICE;
    when lc_pool_place_is_device(location, type) is cuDeviceGetMemPool(pool, location->id);
    need pool; *pool from bf_pool_places_current(location, type)
cuMemSetMemPool@13000 (CUmemLocation *location, CUmemAllocationType type, CUmemoryPool pool):
    ready; need location; refuse !lc_pool_place_is_known(location, type);
    refuse location->type == CU_MEM_LOCATION_TYPE_DEVICE && !bf_client_device(location->id) with
        CUDA_ERROR_INVALID_DEVICE;
    when lc_pool_place_is_device(location, type) is cuDeviceSetMemPool(location->id, pool);
    find pool pool as object; is bf_pool_places_use(location, type, object)
cuMemPoolCreate@11020 (CUmemoryPool *pool, const CUmemPoolProps *poolProps):
    hand
cuMemPoolDestroy@11020 #43 ask (CUmemoryPool pool):
    hand
    server: destroys(pool)
cuPointerGetAttribute@4000 (void *data, CUpointer_attribute attribute, CUdeviceptr ptr):
    hand local
cuPointerGetAttributes@7000 (unsigned int numAttributes, CUpointer_attribute *attributes, void **data, CUdeviceptr
        ptr):
    hand local
cuMemHostRegister@4000 (void *p, size_t bytesize, unsigned int Flags):
    is cuMemHostRegister_v2(p, bytesize, Flags)
cuMemFreeAsync@11020 #36 tell +ptsz@11020 (CUdeviceptr dptr, CUstream hStream):
    hand
    server: frees(dptr)
cuMemAllocAsync@11020 #34 ask +ptsz@11020 (CUdeviceptr *dptr, size_t bytesize, CUstream hStream):
    stream hStream; try bf_issue_check(&order); need dptr; set bf_virtual_look();
    by bf_issue_allocate(&order, NULL, bytesize, dptr)
    server: allocates(bytesize)
cuMemAllocFromPoolAsync@11020 #35 ask +ptsz@11020 (CUdeviceptr *dptr, size_t bytesize, CUmemoryPool pool, CUstream
        hStream):
    stream hStream; try bf_issue_check(&order); need dptr; find pool pool as object;
    refuse !object->pool.kept && object->server != order.to.server; set bf_virtual_look();
    by bf_issue_allocate(&order, object, bytesize, dptr)
    server: allocates(bytesize)
# Calls of the wire alone.
pool_of_device #40 ask (CUmemoryPool *pool, CUdevice dev, int is_default):
    server: cuDeviceGetDefaultMemPool(dev) if is_default else cuDeviceGetMemPool(dev)
    "Number the device's default (1) or current (0) pool."
pool_use #41 ask (CUdevice dev, CUmemoryPool pool):
    server: cuDeviceSetMemPool(dev, pool)
    "cuDeviceSetMemPool."
pool_create #42 ask (CUmemoryPool *pool, CUdevice dev, CUmemPoolProps props):
    server: cuMemPoolCreate(props)
    "A pinned-type pool of device memory; other kinds are refused in the client. `dev` is where it is."
pool_get_attribute #45 ask (CUmemoryPool pool, CUmemPool_attribute attr, cuuint64_t *value):
    server: cuMemPoolGetAttribute(pool, attr)
pool_set_attribute #46 ask (CUmemoryPool pool, CUmemPool_attribute attr, cuuint64_t value):
    server: cuMemPoolSetAttribute(pool, attr, int32(value)) if attr <=
        CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES else cuMemPoolSetAttribute(pool, attr,
        cuuint64_t(value))
pool_get_access #48 ask (CUmemoryPool pool, CUmemLocation location, CUmemAccess_flags *flags):
    server: cuMemPoolGetAccess(pool, location)
"""
)
