/* Green contexts: multiprocessors are split, a context gets some of them, streams of it run in the primary context. */
#include "show.h"

enum { COUNT = 256, GROUPS_MAX = 64 };

static CUcontext primary;
static CUfunction fill;
static CUdeviceptr out;

static void print(const char *what, const CUdevResource *resource)
{
    printf("%s: type %d, %u multiprocessors, at least %u, by %u\n", what, (int)resource->type, resource->sm.smCount,
           resource->sm.minSmPartitionSize, resource->sm.smCoscheduledAlignment);
}

/* Since CUDA 13.1 a resource ends with the address of a next one. */
static void show_no_next(const CUdevResource *resource)
{
    static const char zeros[sizeof(void *)];
    EXPECT_TRUE(memcmp((const char *)(resource + 1) - sizeof zeros, zeros, sizeof zeros) == 0);
}

static CUdevResource resources(void)
{
    CUdevResource all, rest, groups[GROUPS_MAX];
    int sms = 0;
    unsigned count = 0;
    puts("# resources");
    MUST(cuDeviceGetAttribute(&sms, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, 0));
    EXPECT(CUDA_SUCCESS, cuDeviceGetDevResource(0, &all, CU_DEV_RESOURCE_TYPE_SM));
    EXPECT_TRUE(all.sm.smCount == (unsigned)sms);
    print("the device", &all);
    show_no_next(&all);
    EXPECT(CUDA_ERROR_INVALID_RESOURCE_TYPE, cuDeviceGetDevResource(0, &all, CU_DEV_RESOURCE_TYPE_INVALID));
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuDeviceGetDevResource(7, &all, CU_DEV_RESOURCE_TYPE_SM));
    EXPECT(CUDA_SUCCESS, cuCtxGetDevResource(primary, &rest, CU_DEV_RESOURCE_TYPE_SM));
    print("the primary context", &rest);
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxGetDevResource(NULL, &rest, CU_DEV_RESOURCE_TYPE_SM));
    EXPECT(CUDA_SUCCESS, cuDevSmResourceSplitByCount(NULL, &count, &all, NULL, 0, 1));
    printf("%u groups\n", count);
    const unsigned most = count;
    EXPECT(CUDA_SUCCESS, cuDevSmResourceSplitByCount(groups, &count, &all, &rest, 0, 1));
    EXPECT_TRUE(count == most);
    print("the first", &groups[0]);
    print("the rest", &rest);
    count = 1;
    EXPECT(CUDA_SUCCESS, cuDevSmResourceSplitByCount(groups, &count, &all, &rest, 0, 1));
    print("one of them", &groups[0]);
    show_no_next(&groups[0]);
    print("the rest", &rest);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDevSmResourceSplitByCount(groups, &count, &all, NULL, 0, 100000));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDevSmResourceSplitByCount(groups, &count, &all, NULL, 4, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDevSmResourceSplitByCount(groups, NULL, &all, NULL, 0, 1));
    EXPECT(CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION,
           cuDevSmResourceSplitByCount(&rest, &count, &groups[0], NULL, 0, 1));
    return groups[0];
}

static CUgreenCtx create(CUdevResource *group)
{
    CUdevResource other, pair[2] = {*group, *group}, empty = {.type = CU_DEV_RESOURCE_TYPE_INVALID};
    CUdevResourceDesc desc;
    CUgreenCtx green = NULL;
    puts("# creation");
    MUST(cuDeviceGetDevResource(1, &other, CU_DEV_RESOURCE_TYPE_SM));
    pair[1] = other;
    EXPECT(CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION, cuDevResourceGenerateDesc(&desc, pair, 2));
    EXPECT(CUDA_ERROR_INVALID_RESOURCE_TYPE, cuDevResourceGenerateDesc(&desc, &empty, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDevResourceGenerateDesc(&desc, group, 0));
    EXPECT(CUDA_SUCCESS, cuDevResourceGenerateDesc(&desc, group, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGreenCtxCreate(&green, desc, 0, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGreenCtxCreate(&green, desc, 1, CU_GREEN_CTX_DEFAULT_STREAM));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGreenCtxCreate(&green, NULL, 0, CU_GREEN_CTX_DEFAULT_STREAM));
    EXPECT(CUDA_SUCCESS, cuGreenCtxCreate(&green, desc, 0, CU_GREEN_CTX_DEFAULT_STREAM));
    EXPECT(CUDA_SUCCESS, cuGreenCtxGetDevResource(green, &other, CU_DEV_RESOURCE_TYPE_SM));
    print("the green context", &other);
    return green;
}

static void run(const char *what, CUstream stream, unsigned value)
{
    unsigned got[COUNT], count = COUNT, right = 0;
    void *arguments[] = {&out, &count, &value};
    EXPECT(CUDA_SUCCESS, cuLaunchKernel(fill, COUNT / 16, 1, 1, 16, 1, 1, 0, stream, arguments, NULL));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
    MUST(cuMemcpyDtoH_v2(got, out, sizeof got));
    for (unsigned i = 0; i < COUNT; i++)
        right += got[i] == value + i;
    printf("%s: %u of %u\n", what, right, COUNT);
}

static void show_stream(const char *what, CUstream stream, CUgreenCtx green, CUcontext as_context)
{
    CUgreenCtx of = NULL, also = NULL;
    CUcontext context = NULL, named = NULL;
    MUST(cuStreamGetGreenCtx(stream, &of));
    MUST(cuStreamGetCtx_v2(stream, &context, &also));
    MUST(cuStreamGetCtx(stream, &named));
    CUdevResource resource;
    EXPECT(CUDA_SUCCESS, cuStreamGetDevResource(stream, &resource, CU_DEV_RESOURCE_TYPE_SM));
    print(what, &resource);
    show_no_next(&resource);
    printf("%s: %s, in %s, which is called %s\n", what,
           of == green && also == green ? "green"
           : of                         ? "other"
                                        : "plain",
           context == primary ? "the primary context" : "another", named == as_context ? "green" : "primary");
}

static void streams(CUgreenCtx green)
{
    CUcontext as_context, current;
    CUstream stream, made, plain;
    CUdevice device = 7;
    CUevent event;
    unsigned long long id = 0, again = 0;
    puts("# streams");
    EXPECT(CUDA_SUCCESS, cuCtxFromGreenCtx(&as_context, green));
    EXPECT_TRUE(as_context != primary);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGreenCtxStreamCreate(&stream, green, CU_STREAM_DEFAULT, 0));
    EXPECT(CUDA_SUCCESS, cuGreenCtxStreamCreate(&stream, green, CU_STREAM_NON_BLOCKING, -1));
    MUST(cuStreamCreate(&plain, 0));
    show_stream("made for it", stream, green, as_context);
    show_stream("made without it", plain, green, as_context);
    run("a stream of the green context", stream, 5);
    MUST(cuCtxSetCurrent(as_context));
    EXPECT(CUDA_SUCCESS, cuCtxGetCurrent(&current));
    EXPECT_TRUE(current == as_context);
    EXPECT(CUDA_SUCCESS, cuCtxGetDevice(&device));
    EXPECT_TRUE(device == 0);
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxDestroy_v2(as_context));
    EXPECT(CUDA_SUCCESS, cuGreenCtxGetId(green, &id));
    EXPECT(CUDA_SUCCESS, cuGreenCtxGetId(NULL, &again));
    EXPECT_TRUE(id == again);
    EXPECT(CUDA_SUCCESS, cuStreamCreate(&made, 0));
    show_stream("made while it was current", made, green, as_context);
    show_stream("the default stream", NULL, green, as_context);
    run("a stream that was made in it", made, 9);
    run("the default stream in it", NULL, 11);
    MUST(cuEventCreate(&event, 0));
    EXPECT(CUDA_SUCCESS, cuGreenCtxRecordEvent(green, event));
    EXPECT(CUDA_SUCCESS, cuGreenCtxWaitEvent(green, event));
    EXPECT(CUDA_SUCCESS, cuEventSynchronize(event));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuGreenCtxRecordEvent(green, NULL));
    MUST(cuCtxSetCurrent(primary));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuGreenCtxGetId(NULL, &again));
    MUST(cuStreamDestroy_v2(made));
    MUST(cuStreamDestroy_v2(plain));
    MUST(cuEventDestroy_v2(event));
    puts("# its end");
    MUST(cuCtxPushCurrent_v2(as_context));
    EXPECT(CUDA_SUCCESS, cuGreenCtxDestroy(green));
    EXPECT(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuCtxSynchronize());
    MUST(cuCtxPopCurrent_v2(&current));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuGreenCtxDestroy(green));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxPushCurrent_v2(as_context));
    EXPECT(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuStreamSynchronize(stream));
    EXPECT(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuStreamDestroy_v2(stream));
    run("the primary context goes on", NULL, 2);
}

/* What all streams of it do, recorded and waited for. */
static void whole(CUdevResource *group)
{
    CUdevResourceDesc desc;
    CUgreenCtx green;
    CUstream first, second, later;
    CUevent event;
    CUdeviceptr gate;
    puts("# all of it");
    MUST(cuDevResourceGenerateDesc(&desc, group, 1));
    MUST(cuGreenCtxCreate(&green, desc, 0, CU_GREEN_CTX_DEFAULT_STREAM));
    MUST(cuGreenCtxStreamCreate(&first, green, CU_STREAM_NON_BLOCKING, 0));
    MUST(cuGreenCtxStreamCreate(&second, green, CU_STREAM_NON_BLOCKING, 0));
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    MUST(cuMemAlloc_v2(&gate, 4));
    MUST(cuMemsetD32_v2(gate, 0, 1));
    MUST(cuCtxSynchronize());
    MUST(cuStreamWaitValue32_v2(first, gate, 1, CU_STREAM_WAIT_VALUE_GEQ));
    EXPECT(CUDA_SUCCESS, cuGreenCtxRecordEvent(green, event));
    EXPECT(CUDA_ERROR_NOT_READY, cuEventQuery(event));
    EXPECT(CUDA_SUCCESS, cuGreenCtxWaitEvent(green, event));
    MUST(cuMemsetD32Async(out, 3, COUNT, second));
    MUST(cuGreenCtxStreamCreate(&later, green, CU_STREAM_NON_BLOCKING, 0));
    MUST(cuMemsetD32Async(out, 3, COUNT, later));
    EXPECT(CUDA_ERROR_NOT_READY, cuStreamQuery(second));
    EXPECT(CUDA_ERROR_NOT_READY, cuStreamQuery(later));
    MUST(cuMemsetD32_v2(gate, 1, 1));
    EXPECT(CUDA_SUCCESS, cuEventSynchronize(event));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(second));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(later));
    MUST(cuStreamDestroy_v2(later));
    MUST(cuStreamDestroy_v2(first));
    MUST(cuMemFreeAsync(gate, second));
    MUST(cuStreamDestroy_v2(second));
    EXPECT(CUDA_SUCCESS, cuGreenCtxDestroy(green));
}

int main(void)
{
    CUmodule module;
    unsigned flags;
    int active;
    MUST(cuInit(0));
    MUST(cuDevicePrimaryCtxRetain(&primary, 0));
    MUST(cuCtxSetCurrent(primary));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuMemAlloc_v2(&out, COUNT * sizeof(unsigned)));
    CUdevResource group = resources();
    streams(create(&group));
    whole(&group);
    puts("# a device that nobody uses");
    MUST(cuDevicePrimaryCtxRelease_v2(0));
    CUgreenCtx green = create(&group);
    MUST(cuDevicePrimaryCtxGetState(0, &flags, &active));
    EXPECT_TRUE(active);
    EXPECT(CUDA_SUCCESS, cuGreenCtxDestroy(green));
    MUST(cuDevicePrimaryCtxGetState(0, &flags, &active));
    EXPECT_TRUE(!active);
    return 0;
}
