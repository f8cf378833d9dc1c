/* Managed variables of modules: their addresses are managed memory, in whatever way a program asks for them. */
#include "show.h"

static const char PTX[] = ".version 7.0\n.target sm_75\n.address_size 64\n"
                          ".global .attribute(.managed) .align 4 .u32 hidden = 10;\n"
                          ".visible .global .attribute(.managed) .align 4 .u32 shown[3] = {1, 2, 3};\n"
                          ".visible .global .align 4 .u32 plain = 7;\n"
                          ".visible .entry add(.param .u64 at)\n"
                          "{\n"
                          "    .reg .b32 %r<5>;\n"
                          "    .reg .b64 %rd<3>;\n"
                          "    ld.param.u64 %rd1, [at];\n"
                          "    ld.global.u32 %r1, [%rd1];\n"
                          "    ld.global.u32 %r2, [plain];\n"
                          "    add.u32 %r1, %r1, %r2;\n"
                          "    st.global.u32 [%rd1], %r1;\n"
                          "    ld.global.u32 %r3, [shown+8];\n"
                          "    add.u32 %r3, %r3, 100;\n"
                          "    st.global.u32 [shown+8], %r3;\n"
                          "    ret;\n"
                          "}\n";

/* Whether a variable is managed, and where the host has it. */
static unsigned *tell(const char *name, CUdeviceptr at)
{
    unsigned managed = 9, type = 9;
    void *here = NULL;
    CUresult result = cuPointerGetAttribute(&here, CU_POINTER_ATTRIBUTE_HOST_POINTER, at);
    MUST(cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED, at));
    MUST(cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, at));
    printf("%s: managed %u, type %u, host pointer %d, one address %d\n", name, managed, type, (int)result,
           here == (void *)(uintptr_t)at);
    return here;
}

static void use(CUmodule module, CUdeviceptr hidden, CUdeviceptr shown, CUdeviceptr plain)
{
    CUfunction add;
    void *params[] = {&hidden};
    unsigned *first = tell("hidden", hidden), *second = tell("shown", shown), value;
    tell("plain", plain);
    printf("%u, %u %u %u\n", *first, second[0], second[1], second[2]);
    *first += 1;
    second[2] += 11;
    MUST(cuModuleGetFunction(&add, module, "add"));
    MUST(cuLaunchKernel(add, 1, 1, 1, 1, 1, 1, 0, NULL, params, NULL));
    MUST(cuCtxSynchronize());
    printf("%u, %u %u %u\n", *first, second[0], second[1], second[2]);
    MUST(cuMemcpyDtoH_v2(&value, hidden, sizeof value));
    printf("copied: %u\n", value);
}

static CUdeviceptr find(CUmodule module, const char *name)
{
    CUdeviceptr at;
    size_t bytes;
    MUST(cuModuleGetGlobal_v2(&at, &bytes, module, name));
    return at;
}

static CUdeviceptr find_of_library(CUlibrary library, const char *name)
{
    CUdeviceptr at;
    size_t bytes;
    MUST(cuLibraryGetGlobal(&at, &bytes, library, name));
    return at;
}

int main(void)
{
    CUdevice device;
    CUcontext context;
    CUmodule module;
    CUlibrary library;
    CUdeviceptr again;
    size_t bytes;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    for (int turn = 0; turn < 2; turn++) {
        MUST(cuModuleLoadData(&module, PTX));
        use(module, find(module, "hidden"), find(module, "shown"), find(module, "plain"));
        MUST(cuModuleUnload(module));
    }
    MUST(cuLibraryLoadData(&library, PTX, NULL, NULL, 0, NULL, NULL, 0));
    CUdeviceptr hidden = find_of_library(library, "hidden"), shown = find_of_library(library, "shown");
    MUST(cuLibraryGetModule(&module, library));
    MUST(cuLibraryGetManaged(&again, &bytes, library, "shown"));
    printf("one place: %d\n", again == shown && find(module, "shown") == shown && find(module, "hidden") == hidden);
    use(module, hidden, shown, find_of_library(library, "plain"));
    EXPECT(CUDA_ERROR_NOT_FOUND, cuLibraryGetManaged(&again, &bytes, library, "plain"));
    EXPECT(CUDA_SUCCESS, cuLibraryUnload(library));
    return 0;
}
