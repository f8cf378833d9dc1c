/* Managed memory. */
#include "../../libcuda/capture.h"
#include "../../libcuda/generated/cuda_api.h"
#include "../managed/managed.h"
#include "../state/contexts.h"
#include "../state/managed_memory.h"

CUresult cuMemAllocManaged(CUdeviceptr *dptr, size_t bytesize, unsigned int flags)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result)
        result = lc_capture_rules_unsafe();
    bool known = flags == CU_MEM_ATTACH_GLOBAL || flags == CU_MEM_ATTACH_HOST;
    if (!result && (!dptr || !bytesize || !known))
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result : bf_managed_memory_allocate(context, bytesize, flags == CU_MEM_ATTACH_HOST, dptr);
}
