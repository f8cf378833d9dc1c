/* A kernel writes where nothing is: the error comes with the next wait and stays. */
#include "show.h"

static void after_the_fault(CUdeviceptr out, CUfunction function, CUstream stream, CUevent event)
{
    unsigned got[4] = {7, 7, 7, 7};
    CUdeviceptr more = 7;
    CUstream other = NULL;
    size_t available = 7, total = 7;
    int number = 0;
    puts("# after the fault");
    TRY(cuCtxSynchronize());
    TRY(cuStreamSynchronize(stream));
    TRY(cuStreamQuery(stream));
    TRY(cuMemcpyDtoH_v2(got, out, sizeof got));
    printf("memory untouched: %u %u\n", got[0], got[3]);
    TRY(cuMemcpyHtoD_v2(out, got, sizeof got));
    TRY(cuMemAlloc_v2(&more, 16));
    TRY(cuMemGetInfo_v2(&available, &total));
    TRY(cuMemsetD8_v2(out, 0, 16));
    TRY(cuStreamCreate(&other, 0));
    TRY(cuEventRecord(event, stream));
    TRY(cuEventSynchronize(event));
    TRY(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    TRY(cuDeviceGetCount(&number));
    TRY(cuMemFree_v2(out));
    TRY(cuStreamDestroy_v2(stream));
}

int main(int argc, char **argv)
{
    CUmodule module;
    CUfunction fill, nothing;
    CUstream stream;
    CUevent event;
    CUdeviceptr out, wrong;
    unsigned count = 4, value = 1;
    show_context();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuModuleGetFunction(&nothing, module, "nothing"));
    MUST(cuStreamCreate(&stream, 0));
    MUST(cuEventCreate(&event, 0));
    MUST(cuMemAlloc_v2(&out, 4096));
    /* Where to write: nowhere at all, just past the end, or at an address that 4 does not divide. */
    const char *where = argc > 1 ? argv[1] : "null";
    wrong = strcmp(where, "end") == 0 ? out + 4096 - 8 : strcmp(where, "misaligned") == 0 ? out + 2 : 0;
    void *params[] = {&wrong, &count, &value};
    MUST(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, stream, params, NULL));
    TRY(cuStreamSynchronize(stream));
    after_the_fault(out, nothing, stream, event);
    return 0;
}
