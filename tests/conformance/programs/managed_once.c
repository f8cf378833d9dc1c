/* Managed buffers that the host writes once and reads once, with kernels in between. */
#include "show.h"

enum { WORDS = 1 << 18, LAUNCHES = 10 };

/* c[i] = a[i] + b[i] + c[i] */
static const char ptx[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
                          ".visible .entry add(.param .u64 pa, .param .u64 pb, .param .u64 pc)\n"
                          "{\n"
                          "    .reg .b32 %i, %b, %t, %x, %y, %z;\n    .reg .b64 %a, %c, %d, %o;\n"
                          "    ld.param.u64 %a, [pa];\n    ld.param.u64 %c, [pb];\n    ld.param.u64 %d, [pc];\n"
                          "    mov.u32 %t, %tid.x;\n    mov.u32 %b, %ctaid.x;\n    mad.lo.u32 %i, %b, 256, %t;\n"
                          "    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n    add.u64 %c, %c, %o;\n"
                          "    add.u64 %d, %d, %o;\n    ld.global.u32 %x, [%a];\n    ld.global.u32 %y, [%c];\n"
                          "    ld.global.u32 %z, [%d];\n    add.u32 %x, %x, %y;\n    add.u32 %x, %x, %z;\n"
                          "    st.global.u32 [%d], %x;\n    ret;\n}\n";

int main(void)
{
    CUdevice device;
    CUcontext context;
    CUmodule module;
    CUfunction add;
    CUdeviceptr at[3];
    unsigned *data[3], wrong = 0;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    MUST(cuModuleLoadData(&module, ptx));
    MUST(cuModuleGetFunction(&add, module, "add"));
    for (unsigned i = 0; i < 3; i++) {
        MUST(cuMemAllocManaged(&at[i], 4 * WORDS, CU_MEM_ATTACH_GLOBAL));
        data[i] = (unsigned *)(uintptr_t)at[i];
    }
    MUST(cuMemsetD32_v2(at[2], 0, WORDS));
    for (unsigned i = 0; i < WORDS; i++) {
        data[0][i] = i;
        data[1][i] = 3 * i + 1;
    }
    void *params[] = {&at[0], &at[1], &at[2]};
    for (unsigned i = 0; i < LAUNCHES; i++)
        MUST(cuLaunchKernel(add, WORDS / 256, 1, 1, 256, 1, 1, 0, NULL, params, NULL));
    MUST(cuCtxSynchronize());
    for (unsigned i = 0; i < WORDS; i++)
        wrong += data[2][i] != LAUNCHES * (4 * i + 1);
    printf("%u are wrong\n", wrong);
    for (unsigned i = 0; i < 3; i++)
        MUST(cuMemFree_v2(at[i]));
    MUST(cuDevicePrimaryCtxRelease_v2(device));
    return 0;
}
