/* Memory that works: every kind of copy and fill moves the right bytes, in stream order where it must. */
#include "show.h"

enum { SIZE = 1 << 16, WIDTH = 100, HEIGHT = 37 };

static unsigned char from[SIZE], to[SIZE];

static unsigned long checksum(const unsigned char *bytes, size_t size)
{
    unsigned long sum = 5381;
    for (size_t i = 0; i < size; i++)
        sum = (sum * 33 + bytes[i]) & 0xffffffff;
    return sum;
}

static void print_back(const char *what, CUdeviceptr a, size_t size)
{
    memset(to, 0xee, sizeof to);
    MUST(cuMemcpyDtoH_v2(to, a, size));
    printf("%s: %08lx\n", what, checksum(to, sizeof to));
}

static void linear(CUdeviceptr a, CUdeviceptr b)
{
    MUST(cuMemcpyHtoD_v2(a, from, SIZE));
    print_back("to the device and back", a, SIZE);
    MUST(cuMemcpyHtoD_v2(a + 1001, from, 5));
    print_back("five bytes at an odd place", a, SIZE);
    MUST(cuMemcpyDtoD_v2(b, a + 3, SIZE - 3));
    print_back("on the device", b, SIZE - 3);
    MUST(cuMemcpy(b, (CUdeviceptr)(uintptr_t)from, SIZE));
    print_back("cuMemcpy from the host", b, SIZE);
    MUST(cuMemcpy((CUdeviceptr)(uintptr_t)to, a, SIZE));
    printf("cuMemcpy to the host: %08lx\n", checksum(to, sizeof to));
    MUST(cuMemsetD8_v2(a + 1, 0xab, 77));
    MUST(cuMemsetD16_v2(a + 100, 0x1234, 50));
    MUST(cuMemsetD32_v2(a + 400, 0xdeadbeef, 25));
    MUST(cuMemsetD2D8_v2(a + 1000, 64, 0x11, 33, 9));
    MUST(cuMemsetD2D16_v2(a + 4000, 128, 0x2222, 20, 7));
    MUST(cuMemsetD2D32_v2(a + 8000, 256, 0x33333333, 11, 5));
    print_back("fills", a, SIZE);
}

static void rectangles(void)
{
    CUdeviceptr plane;
    size_t pitch;
    MUST(cuMemAllocPitch_v2(&plane, &pitch, WIDTH, HEIGHT, 4));
    MUST(cuMemsetD8_v2(plane, 0x55, pitch * HEIGHT));
    CUDA_MEMCPY2D in = {0}, out = {0};
    in.srcMemoryType = CU_MEMORYTYPE_HOST;
    in.srcHost = from;
    in.srcPitch = 301;
    in.srcXInBytes = 7;
    in.srcY = 2;
    in.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    in.dstDevice = plane;
    in.dstPitch = pitch;
    in.dstXInBytes = 3;
    in.dstY = 1;
    in.WidthInBytes = WIDTH - 10;
    in.Height = HEIGHT - 5;
    MUST(cuMemcpy2D_v2(&in));
    memset(to, 0xee, sizeof to);
    out.srcMemoryType = CU_MEMORYTYPE_DEVICE;
    out.srcDevice = plane;
    out.srcPitch = pitch;
    out.dstMemoryType = CU_MEMORYTYPE_HOST;
    out.dstHost = to;
    out.dstPitch = 111;
    out.dstXInBytes = 5;
    out.dstY = 3;
    out.WidthInBytes = WIDTH;
    out.Height = HEIGHT;
    MUST(cuMemcpy2DUnaligned_v2(&out));
    printf("rectangles: %08lx\n", checksum(to, sizeof to));
    MUST(cuMemcpy2DAsync_v2(&in, NULL));
    MUST(cuMemcpy2DAsync_v2(&out, NULL));
    MUST(cuCtxSynchronize());
    printf("rectangles again: %08lx\n", checksum(to, sizeof to));
    MUST(cuMemFree_v2(plane));
}

static void in_order(CUdeviceptr a, CUdeviceptr b)
{
    CUstream first, second;
    CUevent ready;
    unsigned char *pinned;
    MUST(cuStreamCreate(&first, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&second, CU_STREAM_NON_BLOCKING));
    MUST(cuEventCreate(&ready, CU_EVENT_DISABLE_TIMING));
    MUST(cuMemHostAlloc((void **)&pinned, SIZE, CU_MEMHOSTALLOC_PORTABLE));
    memcpy(pinned, from, SIZE);
    /* The fill is on the default stream, which these two do not wait for. */
    MUST(cuMemsetD8_v2(b, 0, SIZE));
    MUST(cuCtxSynchronize());
    MUST(cuMemcpyHtoDAsync_v2(a, pinned, SIZE, first));
    MUST(cuMemsetD8Async(a, 0x77, 1000, first));
    MUST(cuMemsetD32Async(a + 2000, 0x01020304, 100, first));
    MUST(cuEventRecord(ready, first));
    MUST(cuStreamWaitEvent(second, ready, 0));
    MUST(cuMemcpyDtoDAsync_v2(b, a, SIZE / 2, second));
    MUST(cuMemcpyDtoHAsync_v2(pinned, b, SIZE, second));
    MUST(cuStreamSynchronize(second));
    printf("two streams: %08lx\n", checksum(pinned, SIZE));
    MUST(cuMemFreeHost(pinned));
    MUST(cuEventDestroy_v2(ready));
    MUST(cuStreamDestroy_v2(first));
    MUST(cuStreamDestroy_v2(second));
}

/* The bytes of a pageable buffer belong to the program again as soon as the asynchronous copy returns. */
static void buffer_reused(CUdeviceptr a)
{
    unsigned char piece[512];
    for (unsigned i = 0; i < SIZE / sizeof piece; i++) {
        memset(piece, (int)(i * 7), sizeof piece);
        MUST(cuMemcpyHtoDAsync_v2(a + i * sizeof piece, piece, sizeof piece, NULL));
    }
    memset(piece, 0, sizeof piece);
    print_back("a buffer used again at once", a, SIZE);
}

static void module_variables(void)
{
    CUmodule module;
    CUfunction total;
    CUdeviceptr table, out;
    size_t size;
    unsigned values[4], sum = 0;
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetGlobal_v2(&table, &size, module, "table"));
    MUST(cuModuleGetFunction(&total, module, "total"));
    MUST(cuMemcpyDtoH_v2(values, table, sizeof values));
    printf("initial values: %u %u %u %u\n", values[0], values[1], values[2], values[3]);
    values[2] = 1000;
    MUST(cuMemcpyHtoD_v2(table, values, sizeof values));
    MUST(cuMemAlloc_v2(&out, sizeof sum));
    void *params[] = {&out};
    MUST(cuLaunchKernel(total, 1, 1, 1, 1, 1, 1, 0, NULL, params, NULL));
    MUST(cuMemcpyDtoH_v2(&sum, out, sizeof sum));
    printf("total: %u\n", sum);
    MUST(cuModuleUnload(module));
    MUST(cuMemFree_v2(out));
}

int main(void)
{
    CUdeviceptr a, b;
    for (size_t i = 0; i < SIZE; i++)
        from[i] = (unsigned char)(i * 31 + (i >> 8));
    show_context();
    MUST(cuMemAlloc_v2(&a, SIZE));
    MUST(cuMemAlloc_v2(&b, SIZE));
    linear(a, b);
    rectangles();
    in_order(a, b);
    buffer_reused(a);
    module_variables();
    MUST(cuMemFree_v2(a));
    MUST(cuMemFree_v2(b));
    puts("done");
    return 0;
}
