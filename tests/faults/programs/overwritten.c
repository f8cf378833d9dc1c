/* Large copies to the device from memory that is overwritten as soon as each call returns: plain, and rows that are wide
 * or narrow. Each checks every byte that comes back. Prints a sum of them. */
#include "cuda_api.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"

enum { ROUNDS = 6, MOST = 12 << 20, GAP = 48 };

static unsigned char *source, *expected, *back;
static CUdeviceptr device;
static unsigned long sum;

static void fill(size_t bytes, unsigned seed)
{
    for (size_t i = 0; i < bytes; i++)
        source[i] = (unsigned char)((seed = seed * 1664525u + 1013904223u) >> 24);
}

static void check(size_t bytes, const char *what)
{
    MUST(cuMemcpyDtoH_v2(back, device, bytes));
    if (memcmp(expected, back, bytes)) {
        printf("WRONG: %s\n", what);
        exit(4);
    }
    for (size_t i = 0; i < bytes; i++)
        sum = sum * 31 + back[i];
}

static void copy_plain(size_t bytes, unsigned seed)
{
    fill(bytes, seed);
    memcpy(expected, source, bytes);
    MUST(cuMemcpyHtoD_v2(device, source, bytes));
    memset(source, 0xee, bytes);
    check(bytes, "plain");
}

static void copy_rows(size_t width, size_t height, unsigned seed)
{
    CUDA_MEMCPY2D plan = {.srcMemoryType = CU_MEMORYTYPE_HOST, .srcHost = source, .srcPitch = width + GAP};
    plan.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    plan.dstDevice = device;
    plan.dstPitch = plan.WidthInBytes = width;
    plan.Height = height;
    fill((width + GAP) * height, seed);
    for (size_t row = 0; row < height; row++)
        memcpy(expected + row * width, source + row * (width + GAP), width);
    MUST(cuMemcpy2D_v2(&plan));
    memset(source, 0xdd, (width + GAP) * height);
    check(width * height, "rows");
}

int main(void)
{
    CUdevice number;
    CUcontext context;
    source = malloc(MOST + (1 << 20));
    expected = malloc(MOST);
    back = malloc(MOST);
    MUST(cuInit(0));
    MUST(cuDeviceGet(&number, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, number));
    MUST(cuCtxSetCurrent(context));
    MUST(cuMemAlloc_v2(&device, MOST));
    for (unsigned round = 0; round < ROUNDS; round++) {
        copy_plain(MOST - round * 300001, round);
        copy_rows((1 << 20) + 77, 6, round + 100);
        copy_rows(300001, 13, round + 200);
        copy_rows(5000, 400, round + 300);
    }
    printf("%016lx\n", sum);
    return 0;
}
