/* A kernel with as many bytes of parameters as CUDA allows, given as pointers and as one block. */
#include "show.h"

enum { MOST = 32764, BYTES = MOST - 8 };

static const char MODULE[] = ".version 8.1\n.target sm_70\n.address_size 64\n"
                             ".visible .entry ends(.param .u64 out, .param .align 4 .b8 data[%d])\n{\n"
                             "    .reg .b32 %%v;\n    .reg .b64 %%a;\n"
                             "    ld.param.u64 %%a, [out];\n    cvta.to.global.u64 %%a, %%a;\n"
                             "    ld.param.u32 %%v, [data];\n    st.global.u32 [%%a], %%v;\n"
                             "    ld.param.u32 %%v, [data+%d];\n    st.global.u32 [%%a+4], %%v;\n"
                             "    ld.param.u32 %%v, [data+16384];\n    st.global.u32 [%%a+8], %%v;\n    ret;\n}\n";

static unsigned char block[MOST];

static void print(CUdeviceptr out)
{
    unsigned got[3] = {0};
    MUST(cuMemcpyDtoH_v2(got, out, sizeof got));
    printf("%08x %08x %08x\n", got[0], got[1], got[2]);
    MUST(cuMemsetD32_v2(out, 0, 3));
}

static CUresult load(CUmodule *module, int bytes)
{
    char text[2048];
    snprintf(text, sizeof text, MODULE, bytes, bytes - 4);
    return cuModuleLoadData(module, text);
}

int main(void)
{
    CUcontext context;
    CUmodule module;
    CUfunction ends;
    CUdeviceptr out;
    size_t bytes = sizeof block, offset = 0, size = 0;
    MUST(cuInit(0));
    MUST(cuCtxCreate_v2(&context, 0, 0));
    EXPECT(CUDA_ERROR_INVALID_PTX, load(&module, BYTES + 4));
    EXPECT(CUDA_SUCCESS, load(&module, BYTES));
    MUST(cuModuleGetFunction(&ends, module, "ends"));
    MUST(cuMemAlloc_v2(&out, 12));
    MUST(cuMemsetD32_v2(out, 0, 3));
    for (int i = 0; i < MOST; i++)
        block[i] = (unsigned char)(i * 7 + i / 256);
    memcpy(block, &out, sizeof out);
    EXPECT(CUDA_SUCCESS, cuFuncGetParamInfo(ends, 1, &offset, &size));
    printf("offset %zu, %zu bytes\n", offset, size);
    void *params[] = {&out, block + 8};
    EXPECT(CUDA_SUCCESS, cuLaunchKernel(ends, 1, 1, 1, 1, 1, 1, 0, NULL, params, NULL));
    print(out);
    void *extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, block, CU_LAUNCH_PARAM_BUFFER_SIZE, &bytes, CU_LAUNCH_PARAM_END};
    block[9] = 0xee;
    EXPECT(CUDA_SUCCESS, cuLaunchKernel(ends, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, extra));
    print(out);
    bytes--;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(ends, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, extra));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(ends, 1, 1, 1, 1, 1, 1, 0, NULL, params, extra));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(ends, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    print(out);
    MUST(cuCtxDestroy_v2(context));
    return 0;
}
