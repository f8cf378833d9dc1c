/* Wrong and edge calls to streams, events and memory pools. */
#include "show.h"

static void streams(void)
{
    CUstream stream = NULL, other = NULL;
    CUcontext context = NULL;
    int priority = -99, least = 0, greatest = 0;
    unsigned flags = 99;
    unsigned long long id = 0;
    puts("# streams");
    TRY(cuStreamCreate(NULL, 0));
    TRY(cuStreamCreate(&stream, 0x10));
    printf("stream untouched: %d\n", stream == NULL);
    TRY(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    TRY(cuStreamGetFlags(stream, &flags));
    printf("flags %u\n", flags);
    TRY(cuStreamGetPriority(stream, &priority));
    TRY(cuStreamGetPriority(stream, NULL));
    TRY(cuStreamGetCtx(stream, &context));
    TRY(cuStreamGetId(stream, &id));
    TRY(cuCtxGetStreamPriorityRange(&least, &greatest));
    TRY(cuStreamCreateWithPriority(&other, 0, greatest - 100));
    TRY(cuStreamGetPriority(other, &priority));
    printf("priority is the greatest: %d\n", priority == greatest);
    TRY(cuStreamQuery(stream));
    TRY(cuStreamQuery(NONSENSE(CUstream)));
    TRY(cuStreamSynchronize(NONSENSE(CUstream)));
    TRY(cuStreamDestroy_v2(NONSENSE(CUstream)));
    TRY(cuStreamDestroy_v2(NULL));
    TRY(cuStreamDestroy_v2(stream));
    TRY(cuStreamQuery(stream));
    TRY(cuStreamDestroy_v2(stream));
    TRY(cuStreamSynchronize(NULL));
    TRY(cuStreamSynchronize(CU_STREAM_LEGACY));
    TRY(cuStreamSynchronize(CU_STREAM_PER_THREAD));
    TRY(cuStreamDestroy_v2(other));
}

static void events(void)
{
    CUevent first = NULL, second = NULL, untimed = NULL;
    CUstream stream = NULL;
    float elapsed = -7.0f;
    puts("# events");
    MUST(cuStreamCreate(&stream, 0));
    TRY(cuEventCreate(NULL, 0));
    TRY(cuEventCreate(&first, 0x100));
    TRY(cuEventCreate(&first, CU_EVENT_INTERPROCESS));
    TRY(cuEventCreate(&first, 0));
    TRY(cuEventCreate(&second, 0));
    TRY(cuEventCreate(&untimed, CU_EVENT_DISABLE_TIMING));
    TRY(cuEventQuery(first));
    TRY(cuEventSynchronize(first));
    TRY(cuEventElapsedTime(&elapsed, first, second));
    TRY(cuEventRecord(NULL, stream));
    TRY(cuEventRecord(NONSENSE(CUevent), stream));
    TRY(cuEventRecord(first, NONSENSE(CUstream)));
    TRY(cuEventRecord(first, stream));
    TRY(cuEventElapsedTime(&elapsed, first, second));
    TRY(cuEventRecord(second, stream));
    TRY(cuEventRecord(untimed, stream));
    TRY(cuEventSynchronize(untimed));
    TRY(cuEventElapsedTime(&elapsed, first, untimed));
    TRY(cuEventElapsedTime(NULL, first, second));
    TRY(cuEventElapsedTime(&elapsed, NULL, second));
    printf("elapsed untouched: %d\n", elapsed < -6.0f);
    TRY(cuEventElapsedTime(&elapsed, first, second));
    printf("elapsed is a time: %d\n", elapsed >= 0.0f);
    TRY(cuEventQuery(NULL));
    TRY(cuEventQuery(NONSENSE(CUevent)));
    TRY(cuStreamWaitEvent(stream, NULL, 0));
    TRY(cuStreamWaitEvent(stream, first, 0x100));
    TRY(cuStreamWaitEvent(stream, first, 0));
    TRY(cuStreamWaitEvent(NONSENSE(CUstream), first, 0));
    TRY(cuEventDestroy_v2(first));
    TRY(cuEventDestroy_v2(first));
    TRY(cuEventQuery(first));
    TRY(cuEventDestroy_v2(NULL));
    TRY(cuStreamSynchronize(stream));
}

static void pools(void)
{
    CUmemoryPool pool = NULL;
    CUdeviceptr a = 7;
    CUstream stream;
    unsigned long long threshold = 7;
    puts("# memory in stream order");
    MUST(cuStreamCreate(&stream, 0));
    TRY(cuDeviceGetDefaultMemPool(NULL, 0));
    TRY(cuDeviceGetDefaultMemPool(&pool, 64));
    TRY(cuDeviceGetDefaultMemPool(&pool, 0));
    TRY(cuMemPoolGetAttribute(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &threshold));
    printf("threshold %llu\n", threshold);
    TRY(cuMemAllocAsync(NULL, 16, stream));
    TRY(cuMemAllocAsync(&a, 0, stream));
    TRY(cuMemAllocAsync(&a, (size_t)1 << 50, stream));
    TRY(cuMemAllocAsync(&a, 4096, NONSENSE(CUstream)));
    TRY(cuMemAllocAsync(&a, 4096, stream));
    TRY(cuMemsetD8Async(a, 3, 4096, stream));
    TRY(cuMemFreeAsync(a, NONSENSE(CUstream)));
    TRY(cuMemFreeAsync(a, stream));
    TRY(cuMemFreeAsync(0x123456, stream));
    EXPECT(CUDA_SUCCESS, cuMemFreeAsync(0, stream));
    TRY(cuStreamSynchronize(stream));
    TRY(cuMemsetD8_v2(a, 3, 1));
}

/* Pools by their place: those of devices are the ones that cuDeviceGetMemPool knows. */
static void places(void)
{
    CUmemLocation place = {CU_MEM_LOCATION_TYPE_DEVICE, 1}, wrong = {CU_MEM_LOCATION_TYPE_DEVICE, 99},
                  host = {CU_MEM_LOCATION_TYPE_HOST, 0}, nowhere = {CU_MEM_LOCATION_TYPE_NONE, 0};
    CUmemoryPool pool = NULL, same = NULL, own = NULL;
    const CUmemPoolProps props = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED, .location = place};
    puts("# pools by place");
    EXPECT(0, cuMemGetDefaultMemPool(&pool, &place, CU_MEM_ALLOCATION_TYPE_PINNED));
    EXPECT(0, cuDeviceGetDefaultMemPool(&same, 1));
    EXPECT_TRUE(pool == same);
    MUST(cuMemPoolCreate(&own, &props));
    EXPECT(0, cuMemSetMemPool(&place, CU_MEM_ALLOCATION_TYPE_PINNED, own));
    EXPECT(0, cuMemGetMemPool(&pool, &place, CU_MEM_ALLOCATION_TYPE_PINNED));
    EXPECT_TRUE(pool == own);
    EXPECT(0, cuDeviceGetMemPool(&pool, 1));
    EXPECT_TRUE(pool == own);
    EXPECT(0, cuMemSetMemPool(&place, CU_MEM_ALLOCATION_TYPE_PINNED, same));
    EXPECT(1, cuMemGetMemPool(&pool, NULL, CU_MEM_ALLOCATION_TYPE_PINNED));
    EXPECT(1, cuMemGetMemPool(NULL, &place, CU_MEM_ALLOCATION_TYPE_PINNED));
    EXPECT(1, cuMemGetDefaultMemPool(&pool, &place, CU_MEM_ALLOCATION_TYPE_INVALID));
    EXPECT(1, cuMemGetDefaultMemPool(&pool, &nowhere, CU_MEM_ALLOCATION_TYPE_PINNED));
    EXPECT(101, cuMemGetDefaultMemPool(&pool, &wrong, CU_MEM_ALLOCATION_TYPE_PINNED));
    EXPECT(CUDA_SUCCESS, cuMemGetDefaultMemPool(&pool, &host, CU_MEM_ALLOCATION_TYPE_PINNED));
    EXPECT(CUDA_SUCCESS, cuMemGetMemPool(&pool, &nowhere, CU_MEM_ALLOCATION_TYPE_MANAGED));
    EXPECT(1, cuMemSetMemPool(&place, CU_MEM_ALLOCATION_TYPE_PINNED, NULL));
    EXPECT(101, cuMemSetMemPool(&wrong, CU_MEM_ALLOCATION_TYPE_PINNED, own));
    EXPECT(0, cuMemPoolDestroy(own));
}

int main(void)
{
    show_context();
    streams();
    events();
    pools();
    places();
    return 0;
}
