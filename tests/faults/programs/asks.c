/* Holds memory of device 0, or of each of the devices that argv[1] counts. For each line of its input: a request to
 * each, and the results on a line. At the end of its input it forks a child that ends at once, if argv[2] is there, and
 * makes one more request before it ends itself. */
#include "cuda_api.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEVICES_MAX = 8, BYTES = 8 << 20 };

static CUcontext contexts[DEVICES_MAX];

static void ask(int count)
{
    for (int i = 0; i < count; i++) {
        size_t free_bytes, total;
        CUresult result = cuCtxSetCurrent(contexts[i]);
        printf("%d ", result ? result : cuMemGetInfo_v2(&free_bytes, &total));
    }
    puts("");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1;
    char line[64];
    if (cuInit(0))
        return 1;
    for (int i = 0; i < count; i++) {
        CUdevice device;
        CUdeviceptr memory;
        if (cuDeviceGet(&device, i) || cuDevicePrimaryCtxRetain(&contexts[i], device) || cuCtxSetCurrent(contexts[i]) ||
            cuMemAlloc_v2(&memory, BYTES) || cuCtxSynchronize())
            return 1;
    }
    ask(count);
    while (fgets(line, sizeof line, stdin))
        ask(count);
    if (argc > 2) {
        pid_t child = fork();
        if (!child)
            exit(0);
        waitpid(child, NULL, 0);
        ask(count);
    }
    return 0;
}
