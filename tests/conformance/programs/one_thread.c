/* What one thread has: how deep its stack of contexts is, a default stream in each of many contexts; and what a launch
 * takes for parameters in `extra`. */
#include "show.h"

#include <stdint.h>

enum { CONTEXTS = 12, PUSHES_MAX = 1000 };

static const char CODE[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
                           ".visible .entry none()\n{\n    ret;\n}\n"
                           ".visible .entry store(.param .u64 to, .param .u32 value)\n{\n"
                           "    .reg .b32 %v;\n    .reg .b64 %a;\n    ld.param.u64 %a, [to];\n"
                           "    ld.param.u32 %v, [value];\n    st.global.u32 [%a], %v;\n    ret;\n}\n";

static void push_until_full(CUcontext context)
{
    unsigned depth = 0;
    CUresult result = CUDA_SUCCESS;
    while (depth < PUSHES_MAX && !(result = cuCtxPushCurrent_v2(context)))
        depth++;
    printf("# %u more contexts are pushed, then %d\n", depth, (int)result);
    while (depth--)
        MUST(cuCtxPopCurrent_v2(NULL));
}

static void use_many(CUdevice device)
{
    CUcontext contexts[CONTEXTS];
    printf("# a default stream of the thread in each of %d contexts\n", CONTEXTS);
    for (int i = 0; i < CONTEXTS; i++) {
        CUdeviceptr memory;
        unsigned value = 0;
        MUST(cuCtxCreate_v2(&contexts[i], 0, device));
        MUST(cuMemAlloc_v2(&memory, 4));
        EXPECT(0, cuMemsetD32Async(memory, 7, 1, CU_STREAM_PER_THREAD));
        EXPECT(0, cuStreamSynchronize(CU_STREAM_PER_THREAD));
        MUST(cuMemcpyDtoH_v2(&value, memory, 4));
        printf("# %u\n", value);
        MUST(cuCtxPopCurrent_v2(NULL));
    }
    for (int i = 0; i < CONTEXTS; i++)
        MUST(cuCtxDestroy_v2(contexts[i]));
}

static CUresult launch(CUfunction function, void **extra)
{
    CUresult result = cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, extra);
    return result ? result : cuCtxSynchronize();
}

static void pass_extra(void)
{
    CUmodule module;
    CUfunction none, store;
    CUdeviceptr memory;
    unsigned value = 0;
    MUST(cuModuleLoadData(&module, CODE));
    MUST(cuModuleGetFunction(&none, module, "none"));
    MUST(cuModuleGetFunction(&store, module, "store"));
    MUST(cuMemAlloc_v2(&memory, 4));
    struct {
        CUdeviceptr to;
        unsigned value;
    } block = {memory, 9};
    size_t bytes = sizeof block, few = 8;
    void *const pointer = CU_LAUNCH_PARAM_BUFFER_POINTER, *const size = CU_LAUNCH_PARAM_BUFFER_SIZE,
                *const end = CU_LAUNCH_PARAM_END;
    printf("# extra\n");
    EXPECT(0, launch(store, (void *[]){pointer, &block, size, &bytes, end}));
    EXPECT(0, launch(store, (void *[]){size, &bytes, pointer, NULL, pointer, &block, end}));
    EXPECT(1, launch(store, (void *[]){pointer, &block, size, &few, end}));
    EXPECT(1, launch(store, (void *[]){pointer, &block, size, NULL, end}));
    EXPECT(1, launch(store, (void *[]){pointer, NULL, size, &bytes, end}));
    EXPECT(1, launch(store, (void *[]){pointer, &block, end}));
    EXPECT(1, launch(store, (void *[]){end}));
    EXPECT(0, launch(none, (void *[]){end}));
    EXPECT(0, launch(none, (void *[]){pointer, &block, size, &bytes, end}));
    EXPECT(1, launch(none, (void *[]){(void *)(uintptr_t)3, &block, end}));
    MUST(cuMemcpyDtoH_v2(&value, memory, 4));
    printf("# %u\n", value);
    MUST(cuModuleUnload(module));
}

int main(void)
{
    CUdevice device;
    CUcontext context;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    push_until_full(context);
    use_many(device);
    pass_extra();
    return 0;
}
