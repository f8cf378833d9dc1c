/* Fresh managed memory, also where memory was used before. */
#include <string.h>

#include "show.h"

int main(void)
{
    static const size_t sizes[] = {1, 300, 4096, 70001, (5 << 20) + 3};
    CUdevice device;
    CUcontext context;
    CUdeviceptr at, neighbour;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    /* Small ones share memory with it, which so is never given back. */
    MUST(cuMemAllocManaged(&neighbour, 1, CU_MEM_ATTACH_GLOBAL));
    for (unsigned turn = 0; turn < 2; turn++)
        for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            size_t others = 0;
            MUST(cuMemAllocManaged(&at, sizes[i], CU_MEM_ATTACH_GLOBAL));
            unsigned char *data = (unsigned char *)(uintptr_t)at;
            for (size_t k = 0; k < sizes[i]; k++)
                others += data[k] != 0;
            printf("%zu of %zu bytes are not 0\n", others, sizes[i]);
            memset(data, 0xa5, sizes[i]);
            MUST(cuMemsetD8_v2(at, 0x5a, sizes[i]));
            MUST(cuMemFree_v2(at));
        }
    return 0;
}
