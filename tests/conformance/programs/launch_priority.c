/* On a device with one multiprocessor, what is urgent is done first: of two kernels that wait for it, the one whose
 * launch says so, whatever its stream. */
#include "show.h"

static const char MODULE[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry hold(.param .u64 gate)\n{\n"
    "    .reg .pred %p;\n    .reg .b32 %v;\n    .reg .b64 %a;\n"
    "    ld.param.u64 %a, [gate];\n    cvta.to.global.u64 %a, %a;\n    st.volatile.global.u32 [%a+4], 1;\n"
    "WAIT:\n    ld.volatile.global.u32 %v, [%a];\n    setp.eq.u32 %p, %v, 0;\n    @%p bra WAIT;\n    ret;\n}\n"
    ".visible .entry turn(.param .u64 gate, .param .u32 mine)\n{\n"
    "    .reg .b32 %v, %m;\n    .reg .b64 %a;\n"
    "    ld.param.u64 %a, [gate];\n    cvta.to.global.u64 %a, %a;\n    ld.param.u32 %m, [mine];\n"
    "    ld.global.u32 %v, [%a+8];\n    mad.lo.u32 %v, %v, 10, %m;\n    st.global.u32 [%a+8], %v;\n    ret;\n}\n";

static CUfunction hold, turn;
static CUdeviceptr gate;

static CUresult take_turn(unsigned mine, CUstream stream, int priority)
{
    void *arguments[] = {&gate, &mine};
    CUlaunchAttribute urgent = {.id = CU_LAUNCH_ATTRIBUTE_PRIORITY, .value = {.priority = priority}};
    CUlaunchConfig config = {1, 1, 1, 1, 1, 1, 0, stream, &urgent, priority ? 1 : 0};
    return cuLaunchKernelEx(&config, turn, arguments, NULL);
}

int main(void)
{
    CUcontext context;
    CUmodule module;
    CUstream streams[4];
    unsigned got[3] = {0};
    MUST(cuInit(0));
    MUST(cuCtxCreate_v2(&context, 0, 0));
    MUST(cuModuleLoadData(&module, MODULE));
    MUST(cuModuleGetFunction(&hold, module, "hold"));
    MUST(cuModuleGetFunction(&turn, module, "turn"));
    MUST(cuMemAlloc_v2(&gate, sizeof got));
    MUST(cuMemsetD32_v2(gate, 0, 3));
    MUST(cuCtxSynchronize());
    for (int i = 0; i < 3; i++)
        MUST(cuStreamCreate(&streams[i], CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreateWithPriority(&streams[3], CU_STREAM_NON_BLOCKING, -5));
    void *arguments[] = {&gate};
    EXPECT(CUDA_SUCCESS, cuLaunchKernel(hold, 1, 1, 1, 1, 1, 1, 0, streams[0], arguments, NULL));
    while (!got[1])
        MUST(cuMemcpyDtoHAsync_v2(got, gate, sizeof got, streams[2]));
    EXPECT(CUDA_SUCCESS, take_turn(1, streams[1], 0));
    EXPECT(CUDA_SUCCESS, take_turn(2, streams[2], -3));
    EXPECT(CUDA_SUCCESS, take_turn(3, streams[3], -1));
    MUST(cuMemsetD32Async(gate, 1, 1, 0));
    EXPECT(CUDA_SUCCESS, cuCtxSynchronize());
    MUST(cuMemcpyDtoH_v2(got, gate, sizeof got));
    printf("order %u\n", got[2]);
    MUST(cuCtxDestroy_v2(context));
    return 0;
}
