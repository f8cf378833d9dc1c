/* Page-locked memory that kernels use by the address that it has for the host. */
#include "show.h"

enum { WORDS = 20000 };

static CUfunction fill;

static void run(CUdeviceptr at, unsigned value)
{
    unsigned count = WORDS;
    void *params[] = {&at, &count, &value};
    MUST(cuLaunchKernel(fill, (WORDS + 255) / 256, 1, 1, 256, 1, 1, 0, NULL, params, NULL));
}

static unsigned sum(const unsigned *data)
{
    unsigned total = 0;
    for (unsigned i = 0; i < WORDS; i++)
        total += data[i];
    return total;
}

static void attributes(CUdeviceptr at, const void *host)
{
    CUmemorytype type = 0;
    CUdeviceptr device = 0;
    void *back = NULL;
    unsigned managed = 7, flags = 77;
    EXPECT(0, cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, at));
    EXPECT(0, cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED, at));
    EXPECT(0, cuPointerGetAttribute(&device, CU_POINTER_ATTRIBUTE_DEVICE_POINTER, at));
    EXPECT(0, cuPointerGetAttribute(&back, CU_POINTER_ATTRIBUTE_HOST_POINTER, at));
    EXPECT(0, cuMemHostGetFlags(&flags, (void *)(uintptr_t)at));
    printf("type %d, managed %u, flags %u\n", (int)type, managed & 1, flags);
    EXPECT_TRUE(device == at && back == host);
}

int main(void)
{
    CUdevice device;
    CUcontext context;
    CUmodule module;
    CUdeviceptr at = 0, plain;
    unsigned *host, copied[4] = {0, 0, 0, 0};
    void *memory;
    int maps = -1;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDeviceGetAttribute(&maps, CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY, device));
    printf("maps: %d\n", maps);
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    EXPECT(0, cuMemHostAlloc(&memory, 4 * WORDS, CU_MEMHOSTALLOC_DEVICEMAP | CU_MEMHOSTALLOC_PORTABLE));
    host = memory;
    EXPECT(0, cuMemHostGetDevicePointer_v2(&at, host, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemHostGetDevicePointer_v2(&at, host, 1));
    EXPECT_TRUE(at == (uintptr_t)host);
    attributes(at, host);
    for (unsigned i = 0; i < WORDS; i++)
        host[i] = i;
    for (unsigned round = 1; round < 4; round++) {
        run(at, 100 * round);
        MUST(cuCtxSynchronize());
        printf("%u\n", sum(host));
        host[round] = 5;
    }
    MUST(cuMemAlloc_v2(&plain, 4 * WORDS));
    EXPECT(0, cuMemcpyHtoD_v2(plain, host, 4 * WORDS));
    EXPECT(0, cuMemcpyDtoH_v2(copied, plain + 8, 16));
    printf("%u %u %u %u\n", copied[0], copied[1], copied[2], copied[3]);
    EXPECT(0, cuMemsetD32_v2(plain, 3, WORDS));
    EXPECT(0, cuMemcpyDtoHAsync_v2(host, plain, 2 * WORDS, NULL));
    MUST(cuCtxSynchronize());
    printf("%u\n", sum(host));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFree_v2(at));
    EXPECT(0, cuMemFreeHost(host));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemHostGetDevicePointer_v2(&at, host, 0));
    EXPECT(0, cuMemFree_v2(plain));
    MUST(cuDevicePrimaryCtxRelease_v2(device));
    return 0;
}
