/* Host memory that the application calls pinned. It is ordinary memory of this process: the server cannot reach it,
 * so it is never mapped into a device, and only what is known about it is kept. */
#include <stdlib.h>

#include "../../libcuda/generated/cuda_api.h"
#include "memory.h"
#include "../wire/outstanding.h"
#include "../state/unreachable.h"

enum { PAGE = 4096 };

static struct bf_map host = {.lock = PTHREAD_RWLOCK_INITIALIZER};
static const struct bf_object registered; /* as `module` of a range: memory that is the application's own */

bool bf_host_find(const void *address, struct bf_range *out)
{
    return bf_map_find(&host, (uintptr_t)address, out);
}

bool bf_host_covers(const void *address, size_t bytes)
{
    return bf_map_covers(&host, (uintptr_t)address, bytes);
}

void bf_host_settle(const void *address, size_t bytes, const struct bf_progress *except)
{
    for (unsigned i = 0; i < bf_client.server_count; i++)
        bf_outstanding_wait(&bf_client.servers[i].stream, address, bytes, except);
}

static CUresult add(void *memory, size_t bytes, unsigned flags, struct bf_object *context, bool own)
{
    struct bf_range range = {.base = (uintptr_t)memory,
                             .bytes = bytes,
                             .id = bf_memory_new_id(),
                             .flags = flags,
                             .context = context,
                             .module = own ? NULL : (struct bf_object *)(uintptr_t)&registered};
    if (!bf_map_add(&host, &range))
        return CUDA_ERROR_OUT_OF_MEMORY;
    bf_unreachable_pinned(memory, bytes);
    return CUDA_SUCCESS;
}

CUresult cuMemHostAlloc(void **pp, size_t bytesize, unsigned int Flags)
{
    const unsigned known = CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP | CU_MEMHOSTALLOC_WRITECOMBINED;
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result && (!pp || !bytesize || Flags & ~known || bytesize > SIZE_MAX - PAGE))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    void *memory = aligned_alloc(PAGE, (bytesize + PAGE - 1) / PAGE * PAGE);
    if (!memory)
        return CUDA_ERROR_OUT_OF_MEMORY;
    result = add(memory, bytesize, Flags, context, true);
    if (result)
        free(memory);
    else
        *pp = memory;
    return result;
}

CUresult cuMemAllocHost_v2(void **pp, size_t bytesize)
{
    return cuMemHostAlloc(pp, bytesize, 0);
}

CUresult cuMemFreeHost(void *p)
{
    struct bf_object *context;
    struct bf_range range;
    CUresult result = bf_contexts_current(&context);
    if (result || !p)
        return result;
    if (!bf_map_remove(&host, (uintptr_t)p, &range))
        return CUDA_ERROR_INVALID_VALUE;
    bf_host_settle(p, range.bytes, NULL);
    free(p);
    return CUDA_SUCCESS;
}

void bf_host_end_context(const struct bf_object *context)
{
    struct bf_range range;
    while (bf_map_take_of(&host, context, &range)) {
        bf_host_settle((void *)(uintptr_t)range.base, range.bytes, NULL);
        if (!range.module)
            free((void *)(uintptr_t)range.base);
    }
}

CUresult cuMemHostRegister_v2(void *p, size_t bytesize, unsigned int Flags)
{
    const unsigned known = CU_MEMHOSTREGISTER_PORTABLE | CU_MEMHOSTREGISTER_DEVICEMAP | CU_MEMHOSTREGISTER_READ_ONLY;
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result && Flags & CU_MEMHOSTREGISTER_IOMEMORY)
        result = CUDA_ERROR_NOT_SUPPORTED;
    if (!result && (!p || !bytesize || Flags & ~known))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    if (bf_map_touches(&host, (uintptr_t)p, bytesize))
        return CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED;
    return add(p, bytesize, Flags, context, false);
}

CUresult cuMemHostRegister(void *p, size_t bytesize, unsigned int Flags)
{
    return cuMemHostRegister_v2(p, bytesize, Flags);
}

CUresult cuMemHostUnregister(void *p)
{
    struct bf_object *context;
    struct bf_range range;
    CUresult result = bf_contexts_current(&context);
    if (!result && !p)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    if (!bf_host_find(p, &range) || range.module != &registered)
        return CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
    if (range.base != (uintptr_t)p)
        return CUDA_ERROR_INVALID_VALUE;
    bf_host_settle(p, range.bytes, NULL);
    bf_map_drop(&host, (uintptr_t)p);
    return CUDA_SUCCESS;
}

CUresult cuMemHostGetFlags(unsigned int *pFlags, void *p)
{
    struct bf_object *context;
    struct bf_range range;
    CUresult result = bf_contexts_current(&context);
    /* Of what was allocated here alone. */
    if (!result && (!pFlags || !bf_host_find(p, &range) || range.module == &registered))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        *pFlags = range.flags;
    return result;
}

/* No device can reach it (attribute CAN_MAP_HOST_MEMORY is 0), so it has no address there. */
CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr *pdptr, void *p, unsigned int Flags)
{
    struct bf_object *context;
    struct bf_range range;
    CUresult result = bf_contexts_current(&context);
    if (!result && (!pdptr || Flags || !bf_host_find(p, &range)))
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result : CUDA_ERROR_NOT_SUPPORTED;
}
