/* The heap of a context, from which malloc in kernels takes: one for all of its modules, made for the first launch
 * of a kernel of a module that calls malloc or free. Until then CU_LIMIT_MALLOC_HEAP_SIZE sets its size. */
#include "../../run/heap.h"
#include "context.h"
#include "module.h"
#include "pool.h"

static CUresult make(struct sg_context *context, struct sg_heap **out)
{
    uint64_t bytes = context->limits[CU_LIMIT_MALLOC_HEAP_SIZE], address;
    TRY(sg_pool_outside(context->device, bytes ? bytes : 1, 0, context, &address));
    sg_memory_set_tag(address, SG_TAG_MODULE);
    *out = sg_heap_create(address, bytes);
    if (*out)
        return CUDA_SUCCESS;
    sg_memory_free(address);
    return CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult sg_context_heap_ensure(struct sg_context *context, struct sg_module *module)
{
    CUresult result = CUDA_SUCCESS;
    if (!module->lacks_heap)
        return CUDA_SUCCESS;
    sg_objects_lock();
    if (!context->heap)
        result = make(context, &context->heap);
    if (!result) {
        sg_program_set_heap(module->program, context->heap);
        module->lacks_heap = false;
    }
    sg_objects_unlock();
    return result;
}

/* The limit counts when the heap is made, and cannot change what is there. */
CUresult sg_context_heap_set_bytes(struct sg_context *context, size_t bytes)
{
    sg_objects_lock();
    bool early = !context->heap;
    if (early)
        context->limits[CU_LIMIT_MALLOC_HEAP_SIZE] = bytes;
    sg_objects_unlock();
    return early ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

void sg_context_heap_drop(struct sg_context *context)
{
    sg_heap_destroy(context->heap);
    context->heap = NULL;
}
