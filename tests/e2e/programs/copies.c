/* Copies to or from the device over and over until its input ends, and looks whether the bytes are right.
 *
 *     copies to|from        prints "running" at the first copy, then "right"; exit code: the CUresult of what failed,
 *                           0 if nothing did */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda_api.h"

enum { BYTES = 64 << 20, WORD = 0x01020304 };

static void check(CUresult result, const char *call)
{
    if (result) {
        printf("%s: %d\n", call, (int)result);
        exit((int)result & 0xFF);
    }
}

static int input_ended(void)
{
    struct pollfd input = {.fd = 0, .events = POLLIN};
    return poll(&input, 1, 0) != 0;
}

static int is_right(const unsigned *words)
{
    for (size_t i = 0; i < BYTES / sizeof *words; i++)
        if (words[i] != WORD)
            return 0;
    return 1;
}

int main(int count, char **words)
{
    CUcontext context;
    CUdeviceptr device;
    unsigned *memory = malloc(BYTES);
    if (!memory || count != 2)
        return 1;
    for (size_t i = 0; i < BYTES / sizeof *memory; i++)
        memory[i] = WORD;
    check(cuInit(0), "cuInit");
    check(cuDevicePrimaryCtxRetain(&context, 0), "cuDevicePrimaryCtxRetain");
    check(cuCtxSetCurrent(context), "cuCtxSetCurrent");
    check(cuMemAlloc_v2(&device, BYTES), "cuMemAlloc");
    check(cuMemcpyHtoD_v2(device, memory, BYTES), "cuMemcpyHtoD");
    puts("running");
    fflush(stdout);
    while (!input_ended())
        if (strcmp(words[1], "to") == 0)
            check(cuMemcpyHtoD_v2(device, memory, BYTES), "cuMemcpyHtoD");
        else
            check(cuMemcpyDtoH_v2(memory, device, BYTES), "cuMemcpyDtoH");
    memset(memory, 0, BYTES);
    check(cuMemcpyDtoH_v2(memory, device, BYTES), "cuMemcpyDtoH");
    puts(is_right(memory) ? "right" : "wrong");
    return 0;
}
