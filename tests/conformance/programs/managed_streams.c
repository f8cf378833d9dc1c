/* Managed memory that is attached to a stream, or to the host, and a function of the program that uses it in the order of
 * its stream. */
#include "show.h"

enum { WORDS = 5000 };

static CUfunction fill;

static unsigned *allocate(unsigned flags)
{
    CUdeviceptr at;
    MUST(cuMemAllocManaged(&at, 4 * WORDS, flags));
    return (unsigned *)(uintptr_t)at;
}

static void run(unsigned *data, unsigned value, CUstream stream)
{
    CUdeviceptr at = (uintptr_t)data;
    unsigned count = WORDS;
    void *params[] = {&at, &count, &value};
    MUST(cuLaunchKernel(fill, 20, 1, 1, 256, 1, 1, 0, stream, params, NULL));
}

static unsigned sum(const unsigned *data)
{
    unsigned total = 0;
    for (unsigned i = 0; i < WORDS; i++)
        total += data[i];
    return total;
}

static void attached(CUstream one, CUstream two)
{
    unsigned *a = allocate(CU_MEM_ATTACH_GLOBAL), *b = allocate(CU_MEM_ATTACH_HOST);
    EXPECT(0, cuStreamAttachMemAsync(one, (uintptr_t)a, 0, CU_MEM_ATTACH_SINGLE));
    EXPECT(0, cuStreamAttachMemAsync(two, (uintptr_t)b, 4 * WORDS, CU_MEM_ATTACH_SINGLE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuStreamAttachMemAsync(one, (uintptr_t)b + 4, 0, CU_MEM_ATTACH_SINGLE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuStreamAttachMemAsync(one, (uintptr_t)b, 8, CU_MEM_ATTACH_SINGLE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuStreamAttachMemAsync(one, (uintptr_t)b, 0, 3));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuStreamAttachMemAsync(NULL, (uintptr_t)b, 0, CU_MEM_ATTACH_SINGLE));
    for (unsigned round = 0; round < 20; round++) {
        run(a, round, one);
        run(b, 2 * round, two);
        MUST(cuStreamSynchronize(two));
        printf("%u: b %u\n", round, sum(b));
        b[round] = 1;
        MUST(cuStreamSynchronize(one));
        printf("%u: a %u\n", round, sum(a));
        a[round] = 2;
    }
    EXPECT(0, cuStreamAttachMemAsync(one, (uintptr_t)a, 0, CU_MEM_ATTACH_HOST));
    MUST(cuStreamSynchronize(one));
    run(b, 9, two);
    a[3] = 77;
    printf("a %u\n", sum(a));
    MUST(cuStreamSynchronize(two));
    printf("b %u\n", sum(b));
    EXPECT(0, cuStreamAttachMemAsync(one, (uintptr_t)a, 0, CU_MEM_ATTACH_GLOBAL));
    MUST(cuStreamSynchronize(one));
    run(a, 4, two);
    MUST(cuCtxSynchronize());
    printf("a %u\n", sum(a));
    EXPECT(0, cuMemFree_v2((uintptr_t)a));
    EXPECT(0, cuMemFree_v2((uintptr_t)b));
}

static void add_up(void *data)
{
    unsigned *memory = data;
    memory[WORDS - 1] = sum(memory);
}

static void functions(CUstream stream)
{
    unsigned *a = allocate(CU_MEM_ATTACH_GLOBAL);
    CUdeviceptr copy;
    unsigned last[2] = {0, 0};
    MUST(cuMemAlloc_v2(&copy, 4 * WORDS));
    for (unsigned round = 0; round < 5; round++) {
        run(a, round, stream);
        EXPECT(0, cuLaunchHostFunc(stream, add_up, a));
        MUST(cuMemcpyDtoDAsync_v2(copy, (uintptr_t)a, 4 * WORDS, stream));
        MUST(cuMemcpyDtoHAsync_v2(last, copy + 4 * (WORDS - 2), 8, stream));
        MUST(cuStreamSynchronize(stream));
        printf("%u: %u %u, %u\n", round, last[0], last[1], a[WORDS - 1]);
    }
    MUST(cuMemFree_v2(copy));
    EXPECT(0, cuMemFree_v2((uintptr_t)a));
}

int main(void)
{
    CUdevice device;
    CUcontext context;
    CUmodule module;
    CUstream one, two;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuStreamCreate(&one, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&two, 0));
    attached(one, two);
    functions(one);
    functions(two);
    MUST(cuDevicePrimaryCtxRelease_v2(device));
    return 0;
}
