/* Kernels and registered memory through the network: the program that gives a kernel an address of it is told why it
 * fails. With the argument "device" no kernel is given one, and the same error has another cause. */
#include "show.h"

int main(int argc, char **argv)
{
    CUmodule module;
    CUfunction fill;
    CUdeviceptr out;
    void *pinned;
    unsigned count = 4, value = 1;
    void *params[] = {&out, &count, &value};
    int wrong = argc > 1 && strcmp(argv[1], "device") == 0;
    show_context();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    pinned = malloc(4096);
    MUST(cuMemHostRegister_v2(pinned, 4096, 0));
    MUST(cuMemAlloc_v2(&out, 16));
    MUST(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, NULL, params, NULL));
    MUST(cuCtxSynchronize());
    out = wrong ? 64 : (CUdeviceptr)(uintptr_t)pinned + 16;
    MUST(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, NULL, params, NULL));
    TRY(cuCtxSynchronize());
    TRY(cuCtxSynchronize());
    return 0;
}
