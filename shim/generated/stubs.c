/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
#include "../api/stub.h"

#include "../../libcuda/generated/cuda_api.h"

CUresult cuCtxSetLimit(CUlimit limit, size_t value)
{
    return bf_stub_call(&bf_calls[BF_CALL_cuCtxSetLimit], (struct bf_value[]){{.u = (uint64_t)limit}, {.u = (uint64_t)value}}, NULL);
}

CUresult cuCtxGetLimit(size_t *pvalue, CUlimit limit)
{
    return bf_stub_call(&bf_calls[BF_CALL_cuCtxGetLimit], (struct bf_value[]){{.u = (uint64_t)limit}}, (void *[]){pvalue});
}

CUresult cuCtxResetPersistingL2Cache(void)
{
    return bf_stub_call(&bf_calls[BF_CALL_cuCtxResetPersistingL2Cache], NULL, NULL);
}

CUresult cuMemGetInfo_v2(size_t *free, size_t *total)
{
    return bf_stub_call(&bf_calls[BF_CALL_cuMemGetInfo_v2], NULL, (void *[]){free, total});
}

CUresult cuMemPoolTrimTo(CUmemoryPool pool, size_t minBytesToKeep)
{
    return bf_stub_call(&bf_calls[BF_CALL_cuMemPoolTrimTo], (struct bf_value[]){{.u = (uint64_t)(uintptr_t)pool}, {.u = (uint64_t)minBytesToKeep}}, NULL);
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *numBlocks, CUfunction func, int blockSize, size_t dynamicSMemSize)
{
    return bf_stub_call(&bf_calls[BF_CALL_cuOccupancyMaxActiveBlocksPerMultiprocessor], (struct bf_value[]){{.u = (uint64_t)(uintptr_t)func}, {.s = (int64_t)blockSize}, {.u = (uint64_t)dynamicSMemSize}}, (void *[]){numBlocks});
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *numBlocks, CUfunction func, int blockSize, size_t dynamicSMemSize, unsigned int flags)
{
    return bf_stub_call(&bf_calls[BF_CALL_cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags], (struct bf_value[]){{.u = (uint64_t)(uintptr_t)func}, {.s = (int64_t)blockSize}, {.u = (uint64_t)dynamicSMemSize}, {.u = (uint64_t)flags}}, (void *[]){numBlocks});
}

CUresult cuOccupancyAvailableDynamicSMemPerBlock(size_t *dynamicSmemSize, CUfunction func, int numBlocks, int blockSize)
{
    return bf_stub_call(&bf_calls[BF_CALL_cuOccupancyAvailableDynamicSMemPerBlock], (struct bf_value[]){{.u = (uint64_t)(uintptr_t)func}, {.s = (int64_t)numBlocks}, {.s = (int64_t)blockSize}}, (void *[]){dynamicSmemSize});
}
