/* Small questions with odd arguments: each has one right answer in cuda.h, which is what is expected here. */
#include <pthread.h>

#include "show.h"

static const char TEXT[] = ".version 6.0\n.target sm_50\n.address_size 64\n.visible .entry k(.param .u64 p) { ret; }\n";

static void limits(void)
{
    size_t value = 7;
    puts("# limits");
    for (int limit = CU_LIMIT_SHMEM_SIZE; limit <= CU_LIMIT_CIG_SHMEM_FALLBACK_ENABLED; limit++) {
        EXPECT(CUDA_SUCCESS, cuCtxGetLimit(&value, (CUlimit)limit));
        EXPECT_TRUE(value == 0);
    }
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuCtxGetLimit(&value, CU_LIMIT_MAX));
}

static void devices(void)
{
    CUdevice device = -7;
    char id[32], form[64];
    int value = -7;
    unsigned domain, bus, slot;
    puts("# devices");
    MUST(cuDeviceGetPCIBusId(id, sizeof id, 0));
    if (sscanf(id, "%x:%x:%x", &domain, &bus, &slot) != 3)
        exit(3);
    EXPECT(CUDA_SUCCESS, cuDeviceGetByPCIBusId(&device, id));
    EXPECT_TRUE(device == 0);
    snprintf(form, sizeof form, "%x:%x.0", bus, slot);
    EXPECT(CUDA_SUCCESS, cuDeviceGetByPCIBusId(&device, form));
    snprintf(form, sizeof form, "%x:%x:%x", domain, bus, slot);
    EXPECT(CUDA_SUCCESS, cuDeviceGetByPCIBusId(&device, form));
    snprintf(form, sizeof form, "%x:%x", bus, slot);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceGetByPCIBusId(&device, form));
    snprintf(form, sizeof form, "%x:%x.1", bus, slot);
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuDeviceGetByPCIBusId(&device, form));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceGetByPCIBusId(&device, ""));
    for (int attribute = 0; attribute <= 6; attribute++) {
        TRY(cuDeviceGetP2PAttribute(&value, (CUdevice_P2PAttribute)attribute, 0, 1));
        printf("attribute %d of the link: %d\n", attribute, value);
    }
    EXPECT(CUDA_ERROR_INVALID_VALUE,
           cuDeviceGetP2PAttribute(NULL, CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED, 0, 1));
    EXPECT(CUDA_ERROR_INVALID_DEVICE,
           cuDeviceGetP2PAttribute(&value, CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED, 1, 1));
}

static void names(CUmodule module, CUfunction function)
{
    const char *name = NULL;
    size_t offset = 7, size = 7;
    CUdeviceptr address = 7;
    CUmodule none = NULL;
    puts("# names");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuFuncGetName(&name, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuFuncGetName(NULL, function));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuKernelGetName(&name, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuFuncGetParamInfo(NULL, 0, &offset, &size));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuKernelGetParamInfo(NULL, 0, &offset, &size));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuModuleGetGlobal_v2(NULL, NULL, module, "none"));
    EXPECT(CUDA_ERROR_NOT_FOUND, cuModuleGetGlobal_v2(&address, NULL, module, "none"));
    EXPECT(CUDA_ERROR_FILE_NOT_FOUND, cuModuleLoad(&none, "/"));
    EXPECT(CUDA_ERROR_FILE_NOT_FOUND, cuModuleLoad(&none, "/no/such/file"));
}

static void host_memory(void)
{
    unsigned long long first = 0, second = 0;
    unsigned mapped = 7;
    void *pinned = NULL, *other = NULL;
    char *plain = aligned_alloc(4096, 8192);
    puts("# host memory");
    MUST(cuMemHostAlloc(&pinned, 4096, 0));
    MUST(cuMemHostAlloc(&other, 4096, 0));
    EXPECT(CUDA_SUCCESS, cuPointerGetAttribute(&first, CU_POINTER_ATTRIBUTE_BUFFER_ID, (CUdeviceptr)(uintptr_t)pinned));
    EXPECT(CUDA_SUCCESS, cuPointerGetAttribute(&second, CU_POINTER_ATTRIBUTE_BUFFER_ID, (CUdeviceptr)(uintptr_t)other));
    EXPECT_TRUE(first && second && first != second);
    EXPECT(CUDA_SUCCESS, cuPointerGetAttribute(&mapped, CU_POINTER_ATTRIBUTE_MAPPED, (CUdeviceptr)(uintptr_t)pinned));
    EXPECT_TRUE(mapped == 1);
    EXPECT(CUDA_SUCCESS, cuMemHostRegister_v2(plain, 4096, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemHostUnregister(plain + 80));
    EXPECT(CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED, cuMemHostUnregister(plain + 4096));
    EXPECT(CUDA_SUCCESS, cuMemHostUnregister(plain));
    EXPECT(CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED, cuMemHostUnregister(plain));
    MUST(cuMemFreeHost(other));
    MUST(cuMemFreeHost(pinned));
    free(plain);
}

static void pools(CUstream stream)
{
    CUdeviceptr nothing = 0;
    CUmemoryPool pool;
    CUmemAccess_flags flags = (CUmemAccess_flags)7;
    CUmemLocation peer = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 1},
                  own = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 0};
    CUmemAccessDesc access = {.location = peer, .flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
    puts("# pools");
    EXPECT(CUDA_SUCCESS, cuMemAllocAsync(&nothing, 0, stream));
    EXPECT(CUDA_SUCCESS, cuMemFreeAsync(nothing, stream));
    MUST(cuDeviceGetDefaultMemPool(&pool, 0));
    EXPECT(CUDA_SUCCESS, cuMemAllocFromPoolAsync(&nothing, 0, pool, stream));
    EXPECT(CUDA_SUCCESS, cuMemFreeAsync(nothing, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAllocAsync(NULL, 0, stream));
    EXPECT(CUDA_SUCCESS, cuMemPoolGetAccess(&flags, pool, &own));
    EXPECT_TRUE(flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    EXPECT(CUDA_SUCCESS, cuMemPoolGetAccess(&flags, pool, &peer));
    EXPECT_TRUE(flags == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    EXPECT(CUDA_SUCCESS, cuMemPoolSetAccess(pool, &access, 1));
    EXPECT(CUDA_SUCCESS, cuMemPoolGetAccess(&flags, pool, &peer));
    EXPECT_TRUE(flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    access.flags = CU_MEM_ACCESS_FLAGS_PROT_NONE;
    EXPECT(CUDA_SUCCESS, cuMemPoolSetAccess(pool, &access, 1));
    EXPECT(CUDA_SUCCESS, cuMemPoolGetAccess(&flags, pool, &peer));
    EXPECT_TRUE(flags == CU_MEM_ACCESS_FLAGS_PROT_NONE);
}

static void green_contexts(CUstream stream)
{
    CUgreenCtx green = NONSENSE(CUgreenCtx);
    puts("# green contexts");
    EXPECT(CUDA_SUCCESS, cuStreamGetGreenCtx(NULL, &green));
    EXPECT_TRUE(green == NULL);
    green = NONSENSE(CUgreenCtx);
    EXPECT(CUDA_SUCCESS, cuStreamGetGreenCtx(stream, &green));
    EXPECT_TRUE(green == NULL);
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuStreamGetGreenCtx(NONSENSE(CUstream), &green));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuStreamGetGreenCtx(stream, NULL));
}

static void destroyed_contexts(CUcontext primary)
{
    CUcontext below, above, current = NULL;
    void *pinned = NULL;
    unsigned version = 7;
    unsigned long long id = 7;
    CUdevice device = -7;
    puts("# destroyed contexts");
    MUST(cuCtxCreate_v2(&below, 0, 0));
    MUST(cuMemHostAlloc(&pinned, 64, 0));
    MUST(cuCtxCreate_v2(&above, 0, 0));
    EXPECT(CUDA_SUCCESS, cuCtxDestroy_v2(below));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFreeHost(pinned));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxGetApiVersion(below, &version));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxGetId(below, &id));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxSetCurrent(below));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxPushCurrent_v2(below));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxDestroy_v2(below));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxGetDevice_v2(&device, below));
    EXPECT(CUDA_SUCCESS, cuCtxDestroy_v2(above));
    /* The one below is current now, and stays so although it is gone. */
    EXPECT(CUDA_SUCCESS, cuCtxGetCurrent(&current));
    EXPECT_TRUE(current == below);
    EXPECT(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuCtxGetApiVersion(NULL, &version));
    EXPECT(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuCtxGetDevice(&device));
    EXPECT(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuCtxGetFlags(&version));
    EXPECT(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuCtxSynchronize());
    EXPECT(CUDA_SUCCESS, cuCtxPopCurrent_v2(&current));
    EXPECT_TRUE(current == below);
    MUST(cuCtxSetCurrent(primary));
    EXPECT(CUDA_SUCCESS, cuCtxAttach(&current, 0));
    EXPECT_TRUE(current == primary);
    EXPECT(CUDA_SUCCESS, cuCtxDetach(current));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxDetach(current));
}

struct things {
    CUmodule module;
    CUfunction function;
    CUstream stream;
    CUevent event;
    CUdeviceptr memory;
};

/* A handle carries its context: only what has none needs a current one. */
static void *without_context(void *user)
{
    struct things *t = user;
    CUdeviceptr more = 0;
    CUfunction again = NULL;
    unsigned word = 7;
    int value = -7;
    void *params[] = {&t->memory};
    EXPECT(CUDA_SUCCESS, cuLaunchKernel(t->function, 1, 1, 1, 1, 1, 1, 0, t->stream, params, NULL));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuLaunchKernel(t->function, 1, 1, 1, 1, 1, 1, 0, NULL, params, NULL));
    EXPECT(CUDA_SUCCESS, cuEventRecord(t->event, t->stream));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuEventRecord(t->event, NULL));
    EXPECT(CUDA_SUCCESS, cuEventSynchronize(t->event));
    EXPECT(CUDA_SUCCESS, cuEventQuery(t->event));
    EXPECT(CUDA_SUCCESS, cuStreamWaitEvent(t->stream, t->event, 0));
    EXPECT(CUDA_SUCCESS, cuMemcpyDtoHAsync_v2(&word, t->memory, sizeof word, t->stream));
    EXPECT(CUDA_SUCCESS, cuMemsetD8Async(t->memory, 1, 4, t->stream));
    EXPECT(CUDA_SUCCESS, cuMemAllocAsync(&more, 64, t->stream));
    EXPECT(CUDA_SUCCESS, cuMemFreeAsync(more, t->stream));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuMemAllocAsync(&more, 64, NULL));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(t->stream));
    EXPECT(CUDA_SUCCESS, cuStreamQuery(t->stream));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuStreamSynchronize(NULL));
    EXPECT(CUDA_SUCCESS, cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_NUM_REGS, t->function));
    EXPECT(CUDA_SUCCESS, cuModuleGetFunction(&again, t->module, "k"));
    EXPECT(CUDA_SUCCESS, cuModuleUnload(t->module));
    EXPECT(CUDA_SUCCESS, cuEventDestroy_v2(t->event));
    EXPECT(CUDA_SUCCESS, cuStreamDestroy_v2(t->stream));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuStreamDestroy_v2(t->stream));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuEventDestroy_v2(t->event));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuModuleUnload(t->module));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuMemFree_v2(t->memory));
    return NULL;
}

int main(void)
{
    struct things things;
    pthread_t thread;
    CUcontext primary = show_context();
    MUST(cuModuleLoadData(&things.module, TEXT));
    MUST(cuModuleGetFunction(&things.function, things.module, "k"));
    MUST(cuStreamCreate(&things.stream, 0));
    MUST(cuEventCreate(&things.event, 0));
    MUST(cuMemAlloc_v2(&things.memory, 64));
    limits();
    devices();
    names(things.module, things.function);
    host_memory();
    pools(things.stream);
    green_contexts(things.stream);
    destroyed_contexts(primary);
    puts("# no current context");
    if (pthread_create(&thread, NULL, without_context, &things))
        return 3;
    pthread_join(thread, NULL);
    return 0;
}
