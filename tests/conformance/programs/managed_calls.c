/* System calls on managed memory, through the wire: of a page that the device has they say EFAULT, of one that was touched
 * they take the bytes. */
#include <errno.h>
#include <unistd.h>

#include "show.h"

enum { BYTES = 8192 };

static void run(CUfunction fill, CUdeviceptr at)
{
    unsigned count = BYTES / 4, value = 3;
    void *params[] = {&at, &count, &value};
    MUST(cuLaunchKernel(fill, BYTES / 1024, 1, 1, 256, 1, 1, 0, NULL, params, NULL));
    MUST(cuCtxSynchronize());
}

static const char *told(ssize_t result)
{
    static char texts[2][16];
    static unsigned next;
    char *text = texts[next++ % 2];
    snprintf(text, sizeof texts[0], "%d", (int)result);
    return result >= 0 ? text : errno == EFAULT ? "EFAULT" : "another error";
}

int main(void)
{
    CUdevice device;
    CUcontext context;
    CUmodule module;
    CUfunction fill;
    CUdeviceptr at;
    int ends[2];
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuMemAllocManaged(&at, BYTES, CU_MEM_ATTACH_GLOBAL));
    char *data = (char *)(uintptr_t)at, sample[BYTES] = {1};
    if (pipe(ends) || write(ends[1], sample, BYTES) != BYTES)
        return 4;
    run(fill, at);
    const char *out = told(write(ends[1], data, BYTES)), *in = told(read(ends[0], data, BYTES));
    printf("closed: %s %s\n", out, in);
    if (write(ends[1], sample, 1) != 1)
        return 4;
    data[0] = data[BYTES - 1] = 1;
    out = told(write(ends[1], data, BYTES));
    in = told(read(ends[0], data, BYTES));
    printf("open: %s %s\n", out, in);
    run(fill, at);
    printf("after the next kernel: %s\n", told(write(ends[1], data, BYTES)));
    MUST(cuMemFree_v2(at));
    MUST(cuDevicePrimaryCtxRelease_v2(device));
    return 0;
}
