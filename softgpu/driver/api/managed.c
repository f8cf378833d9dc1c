/* Managed memory. All memory of a device is the host's own. */
#include "../capture/capture_rules.h"
#include "../state/context.h"

CUresult cuMemAllocManaged(CUdeviceptr *dptr, size_t bytesize, unsigned int flags)
{
    ENTER(cuMemAllocManaged);
    struct sg_context *context;
    uint64_t address;
    TRY(sg_context_current(&context));
    TRY(sg_capture_rules_unsafe());
    REQUIRE(dptr && bytesize, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(flags == CU_MEM_ATTACH_GLOBAL || flags == CU_MEM_ATTACH_HOST, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_memory_alloc(context->device->memory, bytesize, 0, context, &address));
    *dptr = address;
    return CUDA_SUCCESS;
}
