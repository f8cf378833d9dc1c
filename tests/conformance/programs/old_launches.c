/* Launches of CUDA before 4.0: shape, shared memory and parameters are set on the function first. */
#include "show.h"

enum { COUNT = 64 };

static CUdeviceptr out;

static void wipe(void)
{
    MUST(cuMemsetD32_v2(out, 0, COUNT));
}

static void print(const char *what)
{
    unsigned got[COUNT];
    unsigned sum = 0, last = 0;
    MUST(cuMemcpyDtoH_v2(got, out, sizeof got));
    for (unsigned i = 0; i < COUNT; i++) {
        sum += got[i];
        last = got[i] ? i : last;
    }
    printf("%s: first %u, last place %u, sum %u\n", what, got[0], last, sum);
    wipe();
}

static void set(CUfunction fill, unsigned value)
{
    EXPECT(CUDA_SUCCESS, cuParamSetv(fill, 0, &out, sizeof out));
    EXPECT(CUDA_SUCCESS, cuParamSeti(fill, 8, COUNT));
    EXPECT(CUDA_SUCCESS, cuParamSeti(fill, 12, value));
}

static void launches(CUfunction fill, CUstream stream)
{
    puts("# launches");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunch(fill));
    EXPECT(CUDA_SUCCESS, cuFuncSetBlockShape(fill, 16, 1, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunch(fill));
    EXPECT(CUDA_SUCCESS, cuParamSetSize(fill, 16));
    set(fill, 100);
    EXPECT(CUDA_SUCCESS, cuLaunch(fill));
    print("one block");
    EXPECT(CUDA_SUCCESS, cuLaunchGrid(fill, 3, 1));
    print("three blocks");
    EXPECT(CUDA_SUCCESS, cuFuncSetSharedSize(fill, 1024));
    EXPECT(CUDA_SUCCESS, cuParamSeti(fill, 12, 7));
    EXPECT(CUDA_SUCCESS, cuLaunchGridAsync(fill, 4, 1, stream));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
    print("in a stream");
    EXPECT(CUDA_SUCCESS, cuParamSetf(fill, 12, 1.0f));
    EXPECT(CUDA_SUCCESS, cuFuncSetBlockShape(fill, 1, 1, 1));
    EXPECT(CUDA_SUCCESS, cuLaunch(fill));
    print("the bits of 1.0");
}

static void errors(CUfunction fill, CUstream stream)
{
    puts("# errors");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuFuncSetBlockShape(fill, 0, 1, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuFuncSetBlockShape(fill, 1, -1, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuParamSeti(fill, -4, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuParamSeti(fill, 1 << 20, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuParamSetv(fill, 0, NULL, 4));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuParamSetSize(fill, 1 << 20));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunchGrid(fill, 0, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunchGrid(fill, 1, -1));
    EXPECT(CUDA_SUCCESS, cuFuncSetBlockShape(fill, 2048, 1, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunch(fill));
    EXPECT(CUDA_SUCCESS, cuFuncSetBlockShape(fill, 1, 1, 1));
    EXPECT(CUDA_SUCCESS, cuFuncSetSharedSize(fill, 1 << 20));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunch(fill));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuLaunch(NONSENSE(CUfunction)));
    EXPECT(CUDA_SUCCESS, cuFuncSetSharedSize(fill, 0));
    MUST(cuStreamDestroy_v2(stream));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuLaunchGridAsync(fill, 1, 1, stream));
}

/* A kernel of a library is the function in the current context. */
static void kernels(void)
{
    CUlibrary library;
    CUkernel kernel;
    CUfunction function;
    puts("# a kernel");
    MUST(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    MUST(cuLibraryGetKernel(&kernel, library, "fill"));
    MUST(cuKernelGetFunction(&function, kernel));
    EXPECT(CUDA_SUCCESS, cuFuncSetBlockShape((CUfunction)kernel, 8, 1, 1));
    EXPECT(CUDA_SUCCESS, cuParamSetSize(function, 16));
    set(function, 3);
    EXPECT(CUDA_SUCCESS, cuLaunch((CUfunction)kernel));
    print("by its kernel");
    MUST(cuLibraryUnload(library));
}

int main(void)
{
    CUcontext context;
    CUmodule module;
    CUfunction fill;
    CUstream stream;
    MUST(cuInit(0));
    MUST(cuCtxCreate_v2(&context, 0, 0));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuMemAlloc_v2(&out, COUNT * sizeof(unsigned)));
    MUST(cuStreamCreate(&stream, 0));
    wipe();
    launches(fill, stream);
    errors(fill, stream);
    kernels();
    MUST(cuCtxDestroy_v2(context));
    return 0;
}
