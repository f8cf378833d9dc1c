/* Execution affinity: no context is limited to some of the multiprocessors, because cuCtxCreate_v3 refuses to make one. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/contexts.h"

CUresult cuDeviceGetExecAffinitySupport(int *pi, CUexecAffinityType type, CUdevice dev)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    if (!pi || (unsigned)type >= CU_EXEC_AFFINITY_TYPE_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    if (!bf_client_device(dev))
        return CUDA_ERROR_INVALID_DEVICE;
    *pi = 0;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetExecAffinity(CUexecAffinityParam *pExecAffinity, CUexecAffinityType type)
{
    struct bf_object *context;
    CUresult result = bf_contexts_current(&context);
    if (!result && (!pExecAffinity || (unsigned)type >= CU_EXEC_AFFINITY_TYPE_MAX))
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result : CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY;
}
