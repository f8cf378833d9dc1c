/* Host memory that the application calls pinned. It is ordinary memory of this process, of which only what is known about
 * it is kept, until a device is to reach it (reach.h). What is asked for to be mapped is reached from the start. */
#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/space.h"
#include "../state/contexts.h"
#include "../state/host_memory.h"
#include "../state/host_space.h"
#include "../state/managed_memory.h"
#include "../state/memory.h"
#include "../state/pinned.h"
#include "../state/reach.h"
#include "../state/sources.h"
#include "../state/waits.h"

enum { PAGE = 4096 };

/* False if there is no such memory: then it is the host's alone. */
static bool allocate_mapped(struct bf_object *context, size_t bytes, unsigned flags, void **out)
{
    CUdeviceptr at;
    if (bf_managed_memory_allocate_mapped(context, bytes, &at))
        return false;
    *out = (void *)(uintptr_t)at;
    if (bf_pinned_add_mapped(at, bytes, flags, context))
        return true;
    bf_managed_memory_free_mapped(&(struct bf_range){.base = at, .context = context});
    return false;
}

CUresult cuMemHostAlloc(void **pp, size_t bytesize, unsigned int Flags)
{
    const unsigned known = CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP | CU_MEMHOSTALLOC_WRITECOMBINED;
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = lc_capture_rules_unsafe();
    if (!result && (!pp || !bytesize || Flags & ~known))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && bytesize > SIZE_MAX - PAGE)
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (result)
        return result;
    if (Flags & CU_MEMHOSTALLOC_DEVICEMAP && allocate_mapped(context, bytesize, Flags, pp))
        return CUDA_SUCCESS;
    void *memory = bf_host_space_take(bytesize);
    if (!memory)
        return CUDA_ERROR_OUT_OF_MEMORY;
    if (!bf_pinned_add(memory, bytesize, Flags, context, true)) {
        bf_host_space_give(memory, bytesize);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *pp = memory;
    return CUDA_SUCCESS;
}

CUresult cuMemFreeHost(void *p)
{
    struct bf_object *context;
    struct bf_range range;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = lc_capture_rules_unsafe();
    if (result || !p)
        return result;
    if (!bf_pinned_remove(p, &range))
        return CUDA_ERROR_INVALID_VALUE;
    bf_host_memory_free(&range);
    return CUDA_SUCCESS;
}

/* A device reaches it by the address that it has here. */
CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr *pdptr, void *p, unsigned int Flags)
{
    struct bf_object *context;
    struct bf_range range;
    CUresult result = bf_contexts_current(&context);
    if (!result && (!pdptr || Flags || !bf_pinned_find(p, &range)))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && !bf_reach_address(context->server, (uintptr_t)p))
        result = CUDA_ERROR_NOT_SUPPORTED;
    if (!result)
        *pdptr = (uintptr_t)p;
    return result;
}

CUresult cuMemHostRegister_v2(void *p, size_t bytesize, unsigned int Flags)
{
    const unsigned known = CU_MEMHOSTREGISTER_PORTABLE | CU_MEMHOSTREGISTER_DEVICEMAP | CU_MEMHOSTREGISTER_IOMEMORY |
                           CU_MEMHOSTREGISTER_READ_ONLY;
    struct bf_object *context;
    struct bf_place place;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = lc_capture_rules_unsafe();
    if (!result && (!p || !bytesize || bytesize > UINTPTR_MAX - (uintptr_t)p || Flags & ~known))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && Flags & CU_MEMHOSTREGISTER_IOMEMORY)
        result = CUDA_ERROR_NOT_SUPPORTED;
    if (!result && bf_memory_find(context->server, (uintptr_t)p, &place) && !place.range.mapped)
        result = CUDA_ERROR_INVALID_VALUE; /* a device's */
    if (!result && !lc_space_is_mapped(p, bytesize))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result && bf_pinned_touches(p, bytesize))
        result = CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED;
    if (result)
        return result;
    return bf_pinned_add(p, bytesize, Flags, context, false) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult cuMemHostUnregister(void *p)
{
    struct bf_object *context;
    struct bf_range range;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = lc_capture_rules_unsafe();
    if (!result && !p)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    if (!bf_pinned_find(p, &range) || !bf_pinned_is_registered(&range))
        return CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
    if (range.base != (uintptr_t)p)
        return CUDA_ERROR_INVALID_VALUE;
    if (range.mapped)
        bf_waits_settle(range.context);
    bf_memory_settle_host(p, range.bytes, NULL);
    bf_sources_settle(p, range.bytes);
    bf_reach_return(&range);
    bf_pinned_unregister(p);
    return CUDA_SUCCESS;
}

CUresult cuMemHostGetFlags(unsigned int *pFlags, void *p)
{
    struct bf_object *context;
    struct bf_range range;
    CUresult result = bf_contexts_current(&context);
    /* Of what was allocated here alone. */
    if (!result && (!pFlags || !bf_pinned_find(p, &range) || bf_pinned_is_registered(&range)))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        *pFlags = range.flags;
    return result;
}
