/* Entry points of device memory and of page-locked host memory. */
#include "../../../libcuda/advice.h"
#include "../../../libcuda/space.h"
#include "../../memory/opened.h"
#include "../capture/capture_rules.h"
#include "../graph/allotment.h"
#include "../state/context.h"
#include "../state/pool.h"
#include "../state/supply.h"

enum { PITCH_ALIGN = 512 };

/* ---- device memory */

static CUresult allocate(struct sg_context *context, size_t bytes, CUdeviceptr *dptr)
{
    uint64_t address;
    TRY(sg_pool_outside(context->device, bytes, SG_MEMORY_ALIGN, context, &address));
    *dptr = address;
    return CUDA_SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *dptr, size_t bytesize)
{
    ENTER(cuMemAlloc_v2);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(dptr && bytesize, CUDA_ERROR_INVALID_VALUE);
    return allocate(context, bytesize, dptr);
}

CUresult cuMemAllocPitch_v2(CUdeviceptr *dptr, size_t *pPitch, size_t WidthInBytes, size_t Height,
                            unsigned int ElementSizeBytes)
{
    ENTER(cuMemAllocPitch_v2);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(dptr && pPitch && WidthInBytes && Height, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(ElementSizeBytes == 4 || ElementSizeBytes == 8 || ElementSizeBytes == 16, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(WidthInBytes <= INT32_MAX - PITCH_ALIGN && Height <= UINT32_MAX, CUDA_ERROR_INVALID_VALUE);
    size_t pitch = (WidthInBytes + PITCH_ALIGN - 1) / PITCH_ALIGN * PITCH_ALIGN;
    TRY(allocate(context, pitch * Height, dptr));
    *pPitch = pitch;
    return CUDA_SUCCESS;
}

/* The native driver waits before it frees; so a kernel never loses memory that it was given. */
CUresult cuMemFree_v2(CUdeviceptr dptr)
{
    ENTER(cuMemFree_v2);
    struct sg_context *context;
    struct sg_extent extent;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(dptr, CUDA_SUCCESS);
    REQUIRE(sg_memory_find(dptr, &extent) && extent.begin == dptr, CUDA_ERROR_INVALID_VALUE);
    struct sg_pool *pool = sg_pool_of(&extent);
    REQUIRE(pool || (extent.kind == SG_MEMORY_DEVICE && sg_tag_is_program(extent.tag)), CUDA_ERROR_INVALID_VALUE);
    if (!pool && extent.tag == SG_TAG_GRAPH) {
        sg_wait_context(context, false);
        return sg_allotment_free(dptr);
    }
    if (extent.tag == SG_TAG_IMPORTED) {
        sg_wait_context(context, false);
        return (CUresult)sg_opened_close(dptr);
    }
    lc_advice_remove(dptr, extent.end - extent.begin);
    sg_wait_context(pool ? context : (struct sg_context *)(uintptr_t)extent.owner, false);
    TRY(sg_memory_free(dptr));
    if (pool)
        sg_pool_give(pool, extent.end - extent.begin);
    return sg_context_error(context);
}

CUresult cuMemGetInfo_v2(size_t *free, size_t *total)
{
    ENTER(cuMemGetInfo_v2);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(free && total, CUDA_ERROR_INVALID_VALUE);
    sg_pool_settle(context->device);
    *total = sg_memory_total(context->device->memory);
    *free = sg_supply_free(context->device);
    return CUDA_SUCCESS;
}

CUresult cuMemGetAddressRange_v2(CUdeviceptr *pbase, size_t *psize, CUdeviceptr dptr)
{
    ENTER(cuMemGetAddressRange_v2);
    struct sg_context *context;
    struct sg_extent extent;
    TRY(sg_context_current(&context));
    REQUIRE(sg_memory_find(dptr, &extent), CUDA_ERROR_NOT_FOUND);
    if (pbase)
        *pbase = extent.begin;
    if (psize)
        *psize = extent.end - extent.begin;
    return CUDA_SUCCESS;
}

/* ---- page-locked host memory: allocated where kernels can reach it, at the same address for both sides */

static CUresult allocate_host(void **pp, size_t bytes, unsigned flags)
{
    struct sg_context *context;
    uint64_t address;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(pp && bytes, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_memory_alloc(sg_device_host_memory(), bytes, 4096, context, &address));
    sg_memory_set_tag(address, flags);
    *pp = (void *)(uintptr_t)address;
    return CUDA_SUCCESS;
}

CUresult cuMemAllocHost_v2(void **pp, size_t bytesize)
{
    ENTER(cuMemAllocHost_v2);
    return allocate_host(pp, bytesize, 0);
}

CUresult cuMemHostAlloc(void **pp, size_t bytesize, unsigned int Flags)
{
    ENTER(cuMemHostAlloc);
    enum { KNOWN = CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP | CU_MEMHOSTALLOC_WRITECOMBINED };
    REQUIRE(!(Flags & ~(unsigned)KNOWN), CUDA_ERROR_INVALID_VALUE);
    return allocate_host(pp, bytesize, Flags);
}

/* What is not a pool's. */
static bool find_pinned(const void *p, struct sg_extent *extent)
{
    return sg_memory_find((uint64_t)(uintptr_t)p, extent) && extent->kind == SG_MEMORY_PINNED && !sg_pool_of(extent);
}

CUresult cuMemFreeHost(void *p)
{
    ENTER(cuMemFreeHost);
    struct sg_context *context;
    struct sg_extent extent;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(p, CUDA_SUCCESS);
    REQUIRE(find_pinned(p, &extent) && extent.begin == (uint64_t)(uintptr_t)p, CUDA_ERROR_INVALID_VALUE);
    sg_wait_context((struct sg_context *)(uintptr_t)extent.owner, false);
    TRY(sg_memory_free(extent.begin));
    return sg_context_error(context);
}

CUresult cuMemHostGetFlags(unsigned int *pFlags, void *p)
{
    ENTER(cuMemHostGetFlags);
    struct sg_context *context;
    struct sg_extent extent;
    TRY(sg_context_current(&context));
    REQUIRE(pFlags && find_pinned(p, &extent), CUDA_ERROR_INVALID_VALUE);
    *pFlags = extent.tag;
    return CUDA_SUCCESS;
}

CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr *pdptr, void *p, unsigned int Flags)
{
    ENTER(cuMemHostGetDevicePointer_v2);
    struct sg_context *context;
    struct sg_extent extent;
    TRY(sg_context_current(&context));
    REQUIRE(pdptr && p && Flags == 0, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(sg_memory_find((uint64_t)(uintptr_t)p, &extent) &&
                (extent.kind == SG_MEMORY_PINNED || extent.kind == SG_MEMORY_REGISTERED) && !sg_pool_of(&extent),
            CUDA_ERROR_INVALID_VALUE);
    *pdptr = (uint64_t)(uintptr_t)p;
    return CUDA_SUCCESS;
}

static CUresult register_host(void *p, size_t bytes, unsigned flags)
{
    enum {
        KNOWN = CU_MEMHOSTREGISTER_PORTABLE | CU_MEMHOSTREGISTER_DEVICEMAP | CU_MEMHOSTREGISTER_IOMEMORY |
        CU_MEMHOSTREGISTER_READ_ONLY
    };
    struct sg_context *context;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    uint64_t begin = (uint64_t)(uintptr_t)p;
    REQUIRE(p && bytes && bytes <= UINT64_MAX - begin && !(flags & ~(unsigned)KNOWN), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!(flags & CU_MEMHOSTREGISTER_IOMEMORY), CUDA_ERROR_NOT_SUPPORTED);
    REQUIRE(lc_space_is_mapped(p, bytes), CUDA_ERROR_INVALID_VALUE);
    return (CUresult)sg_memory_register(begin, bytes, context, flags);
}

CUresult cuMemHostRegister_v2(void *p, size_t bytesize, unsigned int Flags)
{
    ENTER(cuMemHostRegister_v2);
    return register_host(p, bytesize, Flags);
}

CUresult cuMemHostRegister(void *p, size_t bytesize, unsigned int Flags)
{
    ENTER(cuMemHostRegister);
    return register_host(p, bytesize, Flags);
}

CUresult cuMemHostUnregister(void *p)
{
    ENTER(cuMemHostUnregister);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(p, CUDA_ERROR_INVALID_VALUE);
    sg_wait_context(context, false);
    return (CUresult)sg_memory_unregister((uint64_t)(uintptr_t)p);
}
