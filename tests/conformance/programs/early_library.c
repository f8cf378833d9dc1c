/* A library that is loaded before there is a context, as the runtime does: its kernels are known all the same. */
#include "show.h"

enum { COUNT = 32 };

static void parameters(CUkernel kernel, CUresult expected)
{
    size_t offset = 0, bytes = 0;
    for (size_t i = 0; i < 3; i++) {
        EXPECT(expected, cuKernelGetParamInfo(kernel, i, &offset, &bytes));
        printf("%zu bytes at %zu\n", bytes, offset);
    }
}

int main(void)
{
    CUlibrary library;
    CUkernel kernel;
    CUcontext context;
    CUdeviceptr out;
    unsigned got[COUNT], count = COUNT, value = 7, right = 0, flags;
    int active;
    MUST(cuInit(0));
    EXPECT(CUDA_SUCCESS, cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    EXPECT(CUDA_SUCCESS, cuLibraryGetKernel(&kernel, library, "fill"));
    parameters(kernel, CUDA_ERROR_INVALID_CONTEXT);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuKernelGetParamInfo(NULL, 0, NULL, NULL));
    MUST(cuDevicePrimaryCtxGetState(0, &flags, &active));
    printf("active: %d\n", active);
    MUST(cuDevicePrimaryCtxRetain(&context, 0));
    MUST(cuCtxSetCurrent(context));
    parameters(kernel, CUDA_SUCCESS);
    MUST(cuMemAlloc_v2(&out, sizeof got));
    void *arguments[] = {&out, &count, &value};
    EXPECT(CUDA_SUCCESS, cuLaunchKernel((CUfunction)kernel, 1, 1, 1, COUNT, 1, 1, 0, NULL, arguments, NULL));
    EXPECT(CUDA_SUCCESS, cuMemcpyDtoH_v2(got, out, sizeof got));
    for (unsigned i = 0; i < COUNT; i++)
        right += got[i] == value + i;
    printf("%u of %d\n", right, COUNT);
    EXPECT(CUDA_SUCCESS, cuLibraryUnload(library));
    return 0;
}
