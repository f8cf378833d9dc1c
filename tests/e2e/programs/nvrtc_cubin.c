/* Compiles a kernel for the GPU that is there, loads the code that NVRTC gives for it, runs it, and prints the
 * capability and the kernel's answer, or the code with which it was refused. With an argument the architecture is a
 * virtual one. */
#include <cuda.h>
#include <nvrtc.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const SOURCE = "extern \"C\" __global__ void answer(int *out) { *out = 42; }";

/* The cubin of SOURCE, or NULL if there is none. */
static char *compiled(const char *kind, int capability)
{
    char option[64];
    const char *options[] = {option};
    nvrtcProgram program;
    size_t bytes = 0;
    snprintf(option, sizeof option, "--gpu-architecture=%s_%d", kind, capability);
    if (nvrtcCreateProgram(&program, SOURCE, "answer.cu", 0, NULL, NULL) || nvrtcCompileProgram(program, 1, options) ||
        nvrtcGetCUBINSize(program, &bytes))
        exit(2);
    char *code = bytes ? malloc(bytes) : NULL;
    if (code && nvrtcGetCUBIN(program, code))
        exit(3);
    nvrtcDestroyProgram(&program);
    return code;
}

/* The kernel's answer, -1 without a cubin, or minus the driver's code. */
int answer(int capability, const char *kind);
int answer(int capability, const char *kind)
{
    CUcontext context;
    CUmodule module;
    CUfunction function;
    CUdeviceptr memory;
    int value = 0;
    char *code = compiled(kind ? kind : "sm", capability);
    if (!code)
        return -1;
    if (cuInit(0) || cuDevicePrimaryCtxRetain(&context, 0) || cuCtxSetCurrent(context) || cuMemAlloc(&memory, 4))
        exit(4);
    void *parameters[] = {&memory};
    CUresult result = cuModuleLoadData(&module, code);
    if (!result)
        result = cuModuleGetFunction(&function, module, "answer");
    if (!result)
        result = cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, NULL, parameters, NULL);
    if (!result)
        result = cuMemcpyDtoH(&value, memory, 4);
    free(code);
    return result ? -(int)result : value;
}

int main(int count, char **words)
{
    int major = 0, minor = 0;
    (void)words;
    if (cuInit(0) || cuDeviceGetAttribute(&major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 0) ||
        cuDeviceGetAttribute(&minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, 0))
        return 1;
    int value = answer(10 * major + minor, count > 1 ? "compute" : "sm");
    if (value == -1)
        printf("%d.%d: no cubin\n", major, minor);
    else
        printf("%d.%d: %d\n", major, minor, abs(value));
    return 0;
}
