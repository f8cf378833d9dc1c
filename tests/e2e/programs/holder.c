/* Takes N MiB of device 0, says so, and holds them until its input ends. */
#include <stdio.h>
#include <stdlib.h>

#include "cuda_api.h"

int main(int argc, char **argv)
{
    CUcontext context;
    CUdevice device;
    CUdeviceptr memory;
    size_t bytes = (size_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 1) << 20;
    if (cuInit(0) || cuDeviceGet(&device, 0) || cuDevicePrimaryCtxRetain(&context, device) ||
        cuCtxSetCurrent(context) || cuMemAlloc_v2(&memory, bytes) || cuCtxSynchronize())
        return 1;
    puts("held");
    fflush(stdout);
    while (getchar() != EOF) {
    }
    /* A call without a reply does not say whether the server is still there. */
    return cuMemFree_v2(memory) || cuCtxSynchronize() ? 1 : 0;
}
