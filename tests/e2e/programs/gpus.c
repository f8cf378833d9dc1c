/* Prints the devices and their memory; with an argument, takes device 0's memory in pieces of 500 MiB until there is
 * no more. *
 *     gpus [fill]         exit code: the CUresult of what failed, 0 if nothing did  */
#include <stdio.h>
#include <stdlib.h>

#include "cuda_api.h"

#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        CUresult must_result = (call);                                                                                 \
        if (must_result) {                                                                                             \
            printf("%s: %d\n", #call, (int)must_result);                                                               \
            exit((int)must_result & 0xff);                                                                             \
        }                                                                                                              \
    } while (0)

enum { PIECES_MAX = 64 };
#define MIB ((size_t)1 << 20)

static void list(void)
{
    int count;
    MUST(cuInit(0));
    MUST(cuDeviceGetCount(&count));
    for (int i = 0; i < count; i++) {
        CUdevice device;
        CUcontext context;
        char name[128];
        size_t total, available, seen;
        MUST(cuDeviceGet(&device, i));
        MUST(cuDeviceGetName(name, sizeof name, device));
        MUST(cuDeviceTotalMem_v2(&total, device));
        MUST(cuDevicePrimaryCtxRetain(&context, device));
        MUST(cuCtxSetCurrent(context));
        MUST(cuMemGetInfo_v2(&available, &seen));
        printf("%d: %s, %zu MiB, %zu MiB seen, %s\n", i, name, total / MIB, seen / MIB,
               available <= seen ? "some free" : "wrong");
    }
}

static void fill(void)
{
    CUdevice device;
    CUcontext context;
    CUdeviceptr pieces[PIECES_MAX];
    CUresult result = CUDA_SUCCESS;
    size_t count = 0, available, total;
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    while (count < PIECES_MAX && !(result = cuMemAlloc_v2(&pieces[count], 500 * MIB)))
        count++;
    MUST(cuMemGetInfo_v2(&available, &total));
    printf("%zu pieces, then %d; %zu MiB free\n", count, (int)result, available / MIB);
    while (count)
        MUST(cuMemFree_v2(pieces[--count]));
    MUST(cuMemGetInfo_v2(&available, &total));
    printf("all free again: %d\n", available == total);
}

int main(int argc, char **argv)
{
    (void)argv;
    list();
    if (argc > 1)
        fill();
    return 0;
}
