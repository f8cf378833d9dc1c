/* Calls without a reply, some of which fail the first time, as SOFTGPU_FAULT says. Directly the call itself returns
 * the error. Through the wire it returns success, and the next wait in the same context returns the error: once, and
 * after calls that make something have worked, and calls of another context, too. */
#include "show.h"

static CUcontext context, other;
static CUstream other_stream;

/* A round trip that carries nothing: what the server has to tell is here then. */
static void hear(CUcontext in)
{
    size_t available, total;
    MUST(cuCtxSetCurrent(in));
    MUST(cuMemGetInfo_v2(&available, &total));
}

static void say(const char *name, CUresult result, int has_context)
{
    CUdeviceptr more;
    CUevent event;
    hear(context);
    MUST(cuMemAlloc_v2(&more, 64));
    MUST(cuEventCreate(&event, 0));
    if (has_context) {
        hear(other);
        MUST(cuStreamQuery(other_stream));
        MUST(cuCtxSynchronize());
    }
    MUST(cuCtxSetCurrent(context));
    CUresult later = cuCtxSynchronize();
    for (int i = 0; i < 3; i++)
        MUST(cuCtxSynchronize());
    show(name, result ? result : later);
    if (result && later)
        show("and again", later);
}

#define SAY(call) say(#call, (call), 1)

int main(void)
{
    unsigned words[16] = {0};
    CUstream stream, doomed;
    CUdeviceptr memory, spare, pooled;
    CUmodule module;
    CUfunction function;
    CUlibrary library;
    CUkernel kernel;
    CUevent event;
    void *host;
    CUDA_MEMCPY2D rows = {0};
    context = show_context();
    MUST(cuCtxCreate_v2(&other, 0, 0));
    MUST(cuStreamCreate(&other_stream, CU_STREAM_NON_BLOCKING));
    MUST(cuCtxSetCurrent(context));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&doomed, 0));
    MUST(cuMemAlloc_v2(&memory, 4096));
    MUST(cuMemAlloc_v2(&spare, 4096));
    MUST(cuMemHostAlloc(&host, 4096, 0));
    MUST(cuMemAllocAsync(&pooled, 4096, stream));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&function, module, "nothing"));
    MUST(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    MUST(cuLibraryGetKernel(&kernel, library, "nothing"));
    MUST(cuEventCreate(&event, 0));
    MUST(cuCtxSynchronize());
    rows.srcMemoryType = rows.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    rows.srcDevice = memory;
    rows.dstDevice = memory + 1024;
    rows.srcPitch = rows.dstPitch = 32;
    rows.WidthInBytes = rows.Height = 4;
    SAY(cuMemcpyDtoHAsync_v2(host, memory, 4096, stream));
    SAY(cuMemcpyDtoDAsync_v2(memory, memory + 1024, 64, stream));
    SAY(cuMemcpyPeerAsync(memory, context, memory + 1024, context, 64, stream));
    SAY(cuMemcpy2DAsync_v2(&rows, stream));
    SAY(cuMemsetD2D32Async(memory, 32, 1, 4, 4, stream));
    SAY(cuCtxSetCacheConfig(CU_FUNC_CACHE_PREFER_L1));
    SAY(cuCtxSetSharedMemConfig(CU_SHARED_MEM_CONFIG_DEFAULT_BANK_SIZE));
    SAY(cuCtxResetPersistingL2Cache());
    SAY(cuFuncSetCacheConfig(function, CU_FUNC_CACHE_PREFER_L1));
    SAY(cuFuncSetSharedMemConfig(function, CU_SHARED_MEM_CONFIG_DEFAULT_BANK_SIZE));
    say("cuKernelSetCacheConfig(kernel)", cuKernelSetCacheConfig(kernel, CU_FUNC_CACHE_PREFER_L1, 0), 0);
    SAY(cuEventRecordWithFlags(event, stream, 0));
    SAY(cuMemcpyHtoDAsync_v2(memory, words, sizeof words, stream));
    SAY(cuMemsetD8Async(memory, 1, 64, stream));
    SAY(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, NULL, NULL));
    SAY(cuMemFreeAsync(pooled, stream));
    SAY(cuMemFree_v2(spare));
    SAY(cuStreamDestroy_v2(doomed));
    SAY(cuModuleUnload(module));
    say("cuLibraryUnload(library)", cuLibraryUnload(library), 0);
    return 0;
}
