/* Wrong and edge calls to linear memory, pinned memory, copies, fills and pointer attributes. */
#include "show.h"

enum { SIZE = 4096 };

static unsigned char host[2 * SIZE];

static void allocation(void)
{
    CUdeviceptr a = 7, base = 7;
    size_t size = 7, pitch = 7, available = 0, total = 0;
    puts("# allocation");
    TRY(cuMemAlloc_v2(NULL, 16));
    TRY(cuMemAlloc_v2(&a, 0));
    TRY(cuMemAlloc_v2(&a, (size_t)1 << 50));
    TRY(cuMemAlloc_v2(&a, SIZE_MAX));
    printf("pointer untouched: %d\n", a == 7);
    TRY(cuMemFree_v2(0));
    TRY(cuMemFree_v2(0x123456));
    TRY(cuMemFree_v2((CUdeviceptr)(uintptr_t)host));
    TRY(cuMemAlloc_v2(&a, SIZE));
    printf("aligned to 256: %d\n", a % 256 == 0);
    TRY(cuMemFree_v2(a + 256));
    TRY(cuMemGetAddressRange_v2(&base, &size, a + 100));
    printf("range: from its start %d, %zu bytes\n", base == a, size);
    TRY(cuMemGetAddressRange_v2(&base, &size, 0x123456));
    TRY(cuMemGetAddressRange_v2(NULL, NULL, a));
    TRY(cuMemFree_v2(a));
    TRY(cuMemFree_v2(a));
    TRY(cuMemGetAddressRange_v2(&base, &size, a));
    TRY(cuMemAllocPitch_v2(&a, &pitch, 100, 10, 3));
    TRY(cuMemAllocPitch_v2(&a, &pitch, 0, 10, 4));
    TRY(cuMemAllocPitch_v2(&a, NULL, 100, 10, 4));
    TRY(cuMemAllocPitch_v2(&a, &pitch, 100, 10, 4));
    printf("pitch %zu\n", pitch);
    TRY(cuMemFree_v2(a));
    TRY(cuMemGetInfo_v2(&available, &total));
    printf("free is at most total: %d\n", available <= total);
}

static void copies(CUdeviceptr a)
{
    puts("# copies");
    TRY(cuMemcpyHtoD_v2(a, host, SIZE));
    TRY(cuMemcpyHtoD_v2(a, host, SIZE + 1));
    TRY(cuMemcpyHtoD_v2(a + SIZE, host, 1));
    TRY(cuMemcpyHtoD_v2(a + 1, host, SIZE));
    TRY(cuMemcpyHtoD_v2(a, host, 0));
    TRY(cuMemcpyHtoD_v2(0, host, 0));
    TRY(cuMemcpyHtoD_v2(0, host, 1));
    TRY(cuMemcpyHtoD_v2(a, NULL, 1));
    TRY(cuMemcpyDtoH_v2(NULL, a, 1));
    TRY(cuMemcpyDtoH_v2(host, a, SIZE + 1));
    TRY(cuMemcpyDtoH_v2(host, 0x123456, 1));
    TRY(cuMemcpyDtoD_v2(a, a + 16, 16));
    TRY(cuMemcpyDtoD_v2(a, a + SIZE - 8, 16));
    TRY(cuMemcpyDtoD_v2(a + SIZE - 8, a, 16));
    TRY(cuMemcpyHtoDAsync_v2(a, host, SIZE + 1, NULL));
    TRY(cuMemcpyHtoDAsync_v2(a, NULL, 1, NULL));
    TRY(cuMemcpyDtoHAsync_v2(host, a + 1, SIZE, NULL));
    TRY(cuMemcpyDtoDAsync_v2(a, a + SIZE - 8, 16, NULL));
    TRY(cuMemcpyHtoDAsync_v2(a, host, 16, NONSENSE(CUstream)));
    TRY(cuMemcpy(a, (CUdeviceptr)(uintptr_t)host, SIZE));
    TRY(cuMemcpy((CUdeviceptr)(uintptr_t)host, a, SIZE + 1));
    TRY(cuCtxSynchronize());
}

static void fills(CUdeviceptr a)
{
    puts("# fills");
    TRY(cuMemsetD8_v2(a, 1, SIZE));
    TRY(cuMemsetD8_v2(a, 1, SIZE + 1));
    TRY(cuMemsetD8_v2(a, 1, 0));
    TRY(cuMemsetD8_v2(0, 1, 1));
    TRY(cuMemsetD16_v2(a + 1, 1, 1));
    TRY(cuMemsetD16_v2(a, 1, SIZE / 2));
    TRY(cuMemsetD16_v2(a, 1, SIZE / 2 + 1));
    TRY(cuMemsetD32_v2(a + 2, 1, 1));
    TRY(cuMemsetD32_v2(a, 1, SIZE_MAX / 4 + 2));
    TRY(cuMemsetD2D8_v2(a, 64, 1, 65, 2));
    TRY(cuMemsetD2D8_v2(a, 64, 1, 32, SIZE / 64));
    TRY(cuMemsetD2D8_v2(a, 64, 1, 32, SIZE / 64 + 1));
    TRY(cuMemsetD2D32_v2(a + 1, 64, 1, 4, 4));
    TRY(cuMemsetD8Async(a, 1, SIZE + 1, NULL));
    TRY(cuMemsetD32Async(a + 2, 1, 1, NULL));
    TRY(cuMemsetD8Async(a, 1, 16, NONSENSE(CUstream)));
    TRY(cuCtxSynchronize());
}

static void rectangles(CUdeviceptr a)
{
    CUDA_MEMCPY2D copy = {0};
    puts("# rectangles");
    copy.srcMemoryType = CU_MEMORYTYPE_HOST;
    copy.srcHost = host;
    copy.srcPitch = 100;
    copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    copy.dstDevice = a;
    copy.dstPitch = 128;
    copy.WidthInBytes = 100;
    copy.Height = 32;
    TRY(cuMemcpy2D_v2(NULL));
    TRY(cuMemcpy2D_v2(&copy));
    copy.Height = 33;
    TRY(cuMemcpy2D_v2(&copy));
    TRY(cuMemcpy2DAsync_v2(&copy, NULL));
    copy.Height = 8;
    copy.srcPitch = 99;
    TRY(cuMemcpy2D_v2(&copy));
    TRY(cuMemcpy2DUnaligned_v2(&copy));
    copy.srcPitch = 100;
    copy.dstXInBytes = 29;
    TRY(cuMemcpy2D_v2(&copy));
    copy.dstXInBytes = 0;
    copy.srcMemoryType = (CUmemorytype)9;
    TRY(cuMemcpy2D_v2(&copy));
    copy.srcMemoryType = CU_MEMORYTYPE_HOST;
    copy.srcHost = NULL;
    TRY(cuMemcpy2D_v2(&copy));
    copy.WidthInBytes = 0;
    TRY(cuMemcpy2D_v2(&copy));
    TRY(cuCtxSynchronize());
}

static void pinned(void)
{
    void *p = NULL;
    CUdeviceptr address = 7;
    unsigned flags = 7;
    puts("# pinned memory");
    TRY(cuMemHostAlloc(NULL, 16, 0));
    TRY(cuMemHostAlloc(&p, 0, 0));
    TRY(cuMemHostAlloc(&p, 16, 0x100));
    TRY(cuMemAllocHost_v2(NULL, 16));
    TRY(cuMemFreeHost(NULL));
    TRY(cuMemFreeHost(host));
    TRY(cuMemHostGetFlags(&flags, host));
    TRY(cuMemHostGetDevicePointer_v2(&address, host, 0));
    TRY(cuMemHostAlloc(&p, SIZE, CU_MEMHOSTALLOC_PORTABLE));
    TRY(cuMemHostGetFlags(&flags, p));
    TRY(cuMemHostGetFlags(NULL, p));
    TRY(cuMemHostGetDevicePointer_v2(&address, p, 1));
    TRY(cuMemFreeHost((char *)p + 16));
    TRY(cuMemFreeHost(p));
    TRY(cuMemFreeHost(p));
}

static void attributes(CUdeviceptr a)
{
    CUmemorytype kind = (CUmemorytype)0;
    int ordinal = -7, managed = -7;
    CUdeviceptr address = 0;
    unsigned long long id = 0;
    puts("# pointer attributes");
    TRY(cuPointerGetAttribute(NULL, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, a));
    TRY(cuPointerGetAttribute(&kind, (CUpointer_attribute)0, a));
    TRY(cuPointerGetAttribute(&kind, (CUpointer_attribute)999, a));
    TRY(cuPointerGetAttribute(&kind, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, (CUdeviceptr)(uintptr_t)host));
    TRY(cuPointerGetAttribute(&kind, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, a + SIZE - 1));
    TRY(cuPointerGetAttribute(&address, CU_POINTER_ATTRIBUTE_DEVICE_POINTER, a + 5));
    TRY(cuPointerGetAttribute(&ordinal, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, a));
    TRY(cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED, a));
    TRY(cuPointerGetAttribute(&id, CU_POINTER_ATTRIBUTE_BUFFER_ID, a));
    printf("type %d, device pointer %d, ordinal %d, managed %d, has id %d\n", (int)kind, address == a + 5, ordinal,
           managed, id != 0);
    CUpointer_attribute which[] = {CU_POINTER_ATTRIBUTE_MEMORY_TYPE, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL};
    void *values[] = {&kind, &ordinal};
    TRY(cuPointerGetAttributes(2, which, values, (CUdeviceptr)(uintptr_t)host));
    printf("of the host: type %d, ordinal %d\n", (int)kind, ordinal);
    TRY(cuPointerGetAttributes(2, which, values, a));
    TRY(cuPointerGetAttributes(2, NULL, values, a));
}

int main(void)
{
    CUdeviceptr a;
    show_context();
    MUST(cuMemAlloc_v2(&a, SIZE));
    allocation();
    copies(a);
    fills(a);
    rectangles(a);
    pinned();
    attributes(a);
    TRY(cuMemFree_v2(a));
    TRY(cuMemcpyDtoH_v2(host, a, 1));
    TRY(cuMemsetD8_v2(a, 0, 1));
    TRY(cuPointerGetAttribute(&a, CU_POINTER_ATTRIBUTE_DEVICE_POINTER, a));
    return 0;
}
