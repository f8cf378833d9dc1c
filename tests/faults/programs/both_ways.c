/* Copies of many sizes, both ways at the same time, from two threads; each checks every byte that comes back. Prints a
 * sum of them. */
#include "cuda_api.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"

enum { THREADS = 2, ROUNDS = 14, MOST = 5 << 20 };

static CUcontext context;
static unsigned long sums[THREADS];

static size_t size_of(unsigned round)
{
    static const size_t sizes[] = {1, 4096, 8193, 65536, 300001, 1 << 20, (1 << 20) + 1, (3 << 20) - 5, MOST};
    return sizes[round % (sizeof sizes / sizeof *sizes)];
}

static void fill(unsigned char *data, size_t bytes, unsigned seed)
{
    for (size_t i = 0; i < bytes; i++)
        data[i] = (unsigned char)((seed = seed * 1664525u + 1013904223u) >> 24);
}

static void *copy(void *argument)
{
    unsigned self = (unsigned)(size_t)argument;
    unsigned char *out = malloc(MOST), *back = malloc(MOST), *pinned;
    CUdeviceptr first, second;
    CUstream stream;
    MUST(cuCtxSetCurrent(context));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuMemAlloc_v2(&first, MOST));
    MUST(cuMemAlloc_v2(&second, MOST));
    MUST(cuMemAllocHost_v2((void **)&pinned, MOST));
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t bytes = size_of(round);
        fill(out, bytes, round * 7 + self);
        MUST(cuMemcpyHtoDAsync_v2(first, out, bytes, stream));
        MUST(cuMemcpyDtoDAsync_v2(second, first, bytes, stream));
        MUST(cuMemcpyDtoHAsync_v2(pinned, second, bytes, stream));
        MUST(cuStreamSynchronize(stream));
        MUST(cuMemcpyDtoH_v2(back, first, bytes));
        if (memcmp(out, back, bytes) || memcmp(out, pinned, bytes)) {
            printf("WRONG in round %u\n", round);
            exit(4);
        }
        for (size_t i = 0; i < bytes; i++)
            sums[self] = sums[self] * 31 + pinned[i];
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    CUdevice device;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    for (size_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, copy, (void *)i))
            return 2;
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("%016lx %016lx\n", sums[0], sums[1]);
    return 0;
}
