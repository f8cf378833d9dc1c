/* A context with something of each kind in it, and every call that there is, made with them and printed with its
 * result. */
#ifndef WORLD_H
#define WORLD_H

#include "show.h"

struct world {
    CUdevice device;
    CUcontext context;
    CUstream stream;
    CUevent first, second;
    CUdeviceptr memory, spare, pooled;
    void *host;
    CUmodule module;
    CUfunction fill, nothing;
    CUlibrary library;
    CUkernel kernel;
    CUmemoryPool pool;
};

static char registered[1 << 16] __attribute__((aligned(4096)));

static inline void open_world(struct world *w, CUdevice device, CUcontext context)
{
    w->device = device;
    w->context = context;
    MUST(cuCtxSetCurrent(context));
    MUST(cuStreamCreate(&w->stream, CU_STREAM_NON_BLOCKING));
    MUST(cuEventCreate(&w->first, 0));
    MUST(cuEventCreate(&w->second, 0));
    MUST(cuMemAlloc_v2(&w->memory, 4096));
    MUST(cuMemAlloc_v2(&w->spare, 4096));
    MUST(cuMemAllocAsync(&w->pooled, 4096, w->stream));
    MUST(cuMemHostAlloc(&w->host, 4096, 0));
    MUST(cuModuleLoadData(&w->module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&w->fill, w->module, "fill"));
    MUST(cuModuleGetFunction(&w->nothing, w->module, "nothing"));
    MUST(cuLibraryLoadData(&w->library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    MUST(cuLibraryGetKernel(&w->kernel, w->library, "nothing"));
    MUST(cuDeviceGetDefaultMemPool(&w->pool, device));
    MUST(cuEventRecord(w->first, w->stream));
    MUST(cuEventRecord(w->second, w->stream));
    MUST(cuStreamSynchronize(w->stream));
    MUST(cuEventSynchronize(w->second));
}

static inline void contexts(const struct world *w)
{
    CUcontext context = NULL;
    CUdevice device = -1;
    unsigned flags = 0, version = 0;
    unsigned long long id = 0;
    size_t limit = 0;
    int least = 0, greatest = 0, active = 0;
    CUfunc_cache cache;
    CUsharedconfig bank;
    TRY(cuCtxGetCurrent(&context));
    TRY(cuCtxGetDevice(&device));
    TRY(cuCtxGetDevice_v2(&device, w->context));
    TRY(cuCtxGetFlags(&flags));
    TRY(cuCtxSetFlags(0));
    TRY(cuCtxGetId(NULL, &id));
    TRY(cuCtxGetId(w->context, &id));
    TRY(cuCtxGetApiVersion(w->context, &version));
    TRY(cuCtxGetApiVersion(NULL, &version));
    TRY(cuCtxGetLimit(&limit, CU_LIMIT_STACK_SIZE));
    TRY(cuCtxSetLimit(CU_LIMIT_STACK_SIZE, 2048));
    TRY(cuCtxGetCacheConfig(&cache));
    TRY(cuCtxSetCacheConfig(CU_FUNC_CACHE_PREFER_L1));
    TRY(cuCtxGetSharedMemConfig(&bank));
    TRY(cuCtxSetSharedMemConfig(CU_SHARED_MEM_CONFIG_DEFAULT_BANK_SIZE));
    TRY(cuCtxGetStreamPriorityRange(&least, &greatest));
    TRY(cuCtxResetPersistingL2Cache());
    TRY(cuCtxSynchronize());
    TRY(cuCtxSynchronize_v2(w->context));
    TRY(cuCtxPushCurrent_v2(w->context));
    TRY(cuCtxPopCurrent_v2(&context));
    TRY(cuDevicePrimaryCtxGetState(w->device, &flags, &active));
    TRY(cuDevicePrimaryCtxRetain(&context, w->device));
    TRY(cuDevicePrimaryCtxRelease_v2(w->device));
    TRY(cuProfilerStart());
    TRY(cuProfilerStop());
}

static inline void devices(const struct world *w)
{
    char name[64];
    size_t bytes = 0;
    int value = 0;
    CUuuid uuid;
    CUmemoryPool pool;
    const char *text;
    TRY(cuInit(0));
    TRY(cuDriverGetVersion(&value));
    TRY(cuDeviceGetCount(&value));
    TRY(cuDeviceGet(&value, w->device));
    TRY(cuDeviceGetName(name, sizeof name, w->device));
    TRY(cuDeviceGetUuid_v2(&uuid, w->device));
    TRY(cuDeviceTotalMem_v2(&bytes, w->device));
    TRY(cuDeviceGetAttribute(&value, CU_DEVICE_ATTRIBUTE_WARP_SIZE, w->device));
    TRY(cuDeviceCanAccessPeer(&value, 0, 1));
    TRY(cuDeviceGetMemPool(&pool, w->device));
    TRY(cuDeviceGetDefaultMemPool(&pool, w->device));
    TRY(cuDeviceSetMemPool(w->device, w->pool));
    TRY(cuGetErrorName(CUDA_ERROR_UNKNOWN, &text));
    TRY(cuGetErrorString(CUDA_ERROR_UNKNOWN, &text));
}

static inline void memory(const struct world *w)
{
    CUdeviceptr more = 0;
    size_t a = 0, b = 0;
    void *host = NULL;
    unsigned flags = 0;
    int kind = 0;
    cuuint64_t threshold = 0;
    /* First what looks at addresses: those of a context that has ended may be given out again. */
    TRY(cuMemHostGetFlags(&flags, w->host));
    TRY(cuMemGetAddressRange_v2(&more, &a, w->memory));
    TRY(cuPointerGetAttribute(&kind, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, w->memory));
    TRY(cuMemGetInfo_v2(&a, &b));
    TRY(cuMemAlloc_v2(&more, 64));
    TRY(cuMemAllocPitch_v2(&more, &a, 64, 4, 4));
    TRY(cuMemAllocAsync(&more, 64, w->stream));
    TRY(cuMemAllocAsync(&more, 64, NULL));
    TRY(cuMemAllocFromPoolAsync(&more, 64, w->pool, w->stream));
    TRY(cuMemHostAlloc(&host, 64, 0));
    TRY(cuMemAllocHost_v2(&host, 64));
    TRY(cuMemHostRegister_v2(registered, 4096, 0));
    TRY(cuMemHostUnregister(registered));
    TRY(cuMemPoolGetAttribute(w->pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &threshold));
    TRY(cuMemPoolSetAttribute(w->pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &threshold));
    TRY(cuMemPoolTrimTo(w->pool, 0));
}

static inline void copies(const struct world *w)
{
    unsigned words[16] = {0};
    CUDA_MEMCPY2D rows = {0};
    rows.srcMemoryType = rows.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    rows.srcDevice = w->memory;
    rows.dstDevice = w->memory + 1024;
    rows.srcPitch = rows.dstPitch = 32;
    rows.WidthInBytes = rows.Height = 4;
    TRY(cuMemcpyHtoD_v2(w->memory, words, sizeof words));
    TRY(cuMemcpyHtoDAsync_v2(w->memory, words, sizeof words, w->stream));
    TRY(cuMemcpyDtoH_v2(words, w->memory, sizeof words));
    TRY(cuMemcpyDtoHAsync_v2(words, w->memory, sizeof words, w->stream));
    TRY(cuMemcpyDtoD_v2(w->memory, w->memory + 1024, 64));
    TRY(cuMemcpyDtoDAsync_v2(w->memory, w->memory + 1024, 64, w->stream));
    TRY(cuMemcpy(w->memory, (CUdeviceptr)(uintptr_t)words, sizeof words));
    TRY(cuMemcpyAsync((CUdeviceptr)(uintptr_t)words, w->memory, sizeof words, w->stream));
    TRY(cuMemcpyPeer(w->memory, w->context, w->memory + 1024, w->context, 64));
    TRY(cuMemcpyPeerAsync(w->memory, w->context, w->memory + 1024, w->context, 64, w->stream));
    TRY(cuMemcpy2D_v2(&rows));
    TRY(cuMemcpy2DAsync_v2(&rows, w->stream));
    TRY(cuMemsetD8_v2(w->memory, 1, 64));
    TRY(cuMemsetD16Async(w->memory, 1, 64, w->stream));
    TRY(cuMemsetD2D32_v2(w->memory, 32, 1, 4, 4));
    TRY(cuMemcpyHtoD_v2(w->memory, words, 0));
    TRY(cuMemsetD8_v2(w->memory, 1, 0));
}

static inline void streams(const struct world *w)
{
    CUstream stream = NULL;
    CUevent event = NULL;
    CUcontext context = NULL;
    CUdevice device = 0;
    unsigned flags = 0;
    int priority = 0;
    unsigned long long id = 0;
    float ms = 0;
    CUstreamCaptureStatus status;
    TRY(cuStreamCreate(&stream, 0));
    TRY(cuStreamCreateWithPriority(&stream, 0, 0));
    /* What is asked for has ended before: else the answer depends on the moment. */
    TRY(cuStreamSynchronize(w->stream));
    TRY(cuStreamSynchronize(NULL));
    TRY(cuStreamSynchronize(CU_STREAM_PER_THREAD));
    TRY(cuStreamQuery(w->stream));
    TRY(cuStreamQuery(NULL));
    TRY(cuStreamQuery(CU_STREAM_PER_THREAD));
    TRY(cuStreamGetFlags(w->stream, &flags));
    TRY(cuStreamGetPriority(w->stream, &priority));
    TRY(cuStreamGetId(w->stream, &id));
    TRY(cuStreamGetCtx(w->stream, &context));
    TRY(cuStreamGetDevice(w->stream, &device));
    TRY(cuStreamIsCapturing(w->stream, &status));
    TRY(cuStreamIsCapturing(NULL, &status));
    TRY(cuStreamWaitEvent(w->stream, w->first, 0));
    TRY(cuEventCreate(&event, 0));
    TRY(cuEventSynchronize(w->first));
    TRY(cuEventQuery(w->first));
    TRY(cuEventElapsedTime(&ms, w->first, w->second));
    TRY(cuEventRecord(w->first, w->stream));
    TRY(cuEventRecord(w->first, NULL));
    TRY(cuEventRecordWithFlags(w->first, w->stream, 0));
}

static inline void code(const struct world *w)
{
    CUmodule module = NULL;
    CUfunction function = NULL;
    CUlibrary library = NULL;
    CUkernel kernel = NULL;
    CUdeviceptr address = 0;
    size_t bytes = 0;
    unsigned count = 0;
    int value = 0;
    const char *name;
    CUmoduleLoadingMode mode;
    TRY(cuModuleGetLoadingMode(&mode));
    TRY(cuModuleLoadData(&module, SHOW_MODULE));
    TRY(cuModuleGetFunction(&function, w->module, "fill"));
    TRY(cuModuleGetFunction(&function, w->module, "total"));
    TRY(cuModuleGetFunctionCount(&count, w->module));
    TRY(cuModuleGetGlobal_v2(&address, &bytes, w->module, "table"));
    TRY(cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_NUM_REGS, w->fill));
    TRY(cuFuncSetAttribute(w->fill, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 64));
    TRY(cuFuncSetCacheConfig(w->fill, CU_FUNC_CACHE_PREFER_L1));
    TRY(cuFuncSetSharedMemConfig(w->fill, CU_SHARED_MEM_CONFIG_DEFAULT_BANK_SIZE));
    TRY(cuFuncGetModule(&module, w->fill));
    TRY(cuFuncGetName(&name, w->fill));
    TRY(cuFuncGetParamInfo(w->fill, 0, &bytes, NULL));
    TRY(cuFuncLoad(w->fill));
    TRY(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    TRY(cuLibraryGetKernel(&kernel, w->library, "fill"));
    TRY(cuLibraryGetKernelCount(&count, w->library));
    TRY(cuLibraryGetModule(&module, w->library));
    TRY(cuLibraryGetGlobal(&address, &bytes, w->library, "table"));
    TRY(cuKernelGetFunction(&function, w->kernel));
    TRY(cuKernelGetAttribute(&value, CU_FUNC_ATTRIBUTE_NUM_REGS, w->kernel, w->device));
    TRY(cuKernelSetAttribute(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 64, w->kernel, w->device));
    TRY(cuKernelSetCacheConfig(w->kernel, CU_FUNC_CACHE_PREFER_L1, w->device));
    TRY(cuKernelGetName(&name, w->kernel));
    TRY(cuOccupancyMaxActiveBlocksPerMultiprocessor(&value, w->fill, 64, 0));
    TRY(cuOccupancyAvailableDynamicSMemPerBlock(&bytes, w->fill, 1, 64));
    TRY(cuLaunchKernel(w->nothing, 1, 1, 1, 1, 1, 1, 0, w->stream, NULL, NULL));
    TRY(cuLaunchKernel(w->nothing, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    TRY(cuLaunchKernel((CUfunction)w->kernel, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    TRY(cuLibraryUnload(library));
}

static inline void destroy(struct world *w)
{
    TRY(cuMemFreeAsync(w->pooled, w->stream));
    TRY(cuMemFree_v2(w->spare));
    TRY(cuMemFreeHost(w->host));
    TRY(cuEventDestroy_v2(w->first));
    TRY(cuStreamDestroy_v2(w->stream));
    TRY(cuModuleUnload(w->module));
    TRY(cuLibraryUnload(w->library));
}

static inline void everything(const char *title, CUcontext in, const struct world *w)
{
    static void (*const groups[])(const struct world *) = {devices, contexts, memory, copies, streams, code};
    printf("# %s\n", title);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        MUST(cuCtxSetCurrent(in));
        groups[i](w);
    }
}

#endif
