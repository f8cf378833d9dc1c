/* Attributes of launches: which values are taken and which refused, and what they do. */
#include <limits.h>

#include "show.h"

/* Every thread counts; in `meet` it waits until all have, so that the blocks must be resident together. */
static const char MEET[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry nothing()\n{\n    ret;\n}\n"
    ".visible .entry come(.param .u64 counter)\n{\n"
    "    .reg .b64 %a;\n    ld.param.u64 %a, [counter];\n    cvta.to.global.u64 %a, %a;\n"
    "    red.global.add.u32 [%a], 1;\n    ret;\n}\n"
    ".visible .entry meet(.param .u64 counter)\n{\n"
    "    .reg .pred %p;\n    .reg .b32 %v, %n, %t;\n    .reg .b64 %a;\n"
    "    ld.param.u64 %a, [counter];\n    cvta.to.global.u64 %a, %a;\n    mov.u32 %n, %nctaid.x;\n"
    "    mov.u32 %t, %ntid.x;\n    mul.lo.u32 %n, %n, %t;\n"
    "    atom.global.add.u32 %v, [%a], 1;\n"
    "WAIT:\n    ld.volatile.global.u32 %v, [%a];\n    setp.lt.u32 %p, %v, %n;\n    @%p bra WAIT;\n    ret;\n}\n";

static CUfunction nothing, come, meet;

static CUresult run(CUlaunchAttributeID id, CUlaunchAttributeValue value)
{
    CUlaunchAttribute attribute = {.id = id, .value = value};
    CUlaunchConfig config = {4, 1, 1, 32, 1, 1, 0, NULL, &attribute, 1};
    CUresult result = cuLaunchKernelEx(&config, nothing, NULL, NULL);
    CUresult again = cuLaunchKernelEx(&config, nothing, NULL, NULL);
    if (again != result)
        printf("WRONG: the second time %d\n", (int)again);
    return result;
}

#define VALUE(...) ((CUlaunchAttributeValue){__VA_ARGS__})

static void scheduling(void)
{
    puts("# scheduling");
    EXPECT(CUDA_SUCCESS, run(CU_LAUNCH_ATTRIBUTE_IGNORE, VALUE(.priority = 99)));
    EXPECT(CUDA_SUCCESS, run(CU_LAUNCH_ATTRIBUTE_PRIORITY, VALUE(.priority = -1)));
    EXPECT(CUDA_SUCCESS, run(CU_LAUNCH_ATTRIBUTE_PRIORITY, VALUE(.priority = INT_MIN)));
    EXPECT(CUDA_SUCCESS, run(CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY, VALUE(.syncPolicy = CU_SYNC_POLICY_SPIN)));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY, VALUE(.syncPolicy = 9)));
    EXPECT(CUDA_SUCCESS, run(CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION,
                             VALUE(.programmaticStreamSerializationAllowed = 1)));
    EXPECT(CUDA_SUCCESS, run(CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE,
                             VALUE(.clusterSchedulingPolicyPreference = CU_CLUSTER_SCHEDULING_POLICY_SPREAD)));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE,
                                         VALUE(.clusterSchedulingPolicyPreference = 7)));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run((CUlaunchAttributeID)77, VALUE(.priority = 0)));
}

static CUlaunchAttributeValue domains(unsigned char standard, unsigned char remote)
{
    CUlaunchAttributeValue value = {.priority = 0};
    value.memSyncDomainMap.default_ = standard;
    value.memSyncDomainMap.remote = remote;
    return value;
}

static void memory(void)
{
    CUlaunchAttributeValue window = {.accessPolicyWindow = {.hitRatio = 0.5f}}, wide = window;
    wide.accessPolicyWindow.hitRatio = 2.0f;
    puts("# memory");
    EXPECT(CUDA_SUCCESS, run(CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW, window));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW, wide));
    EXPECT(CUDA_SUCCESS, run(CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN, VALUE(.memSyncDomain = 1)));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN, VALUE(.memSyncDomain = 2)));
    EXPECT(CUDA_SUCCESS, run(CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP, domains(0, 0)));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP, domains(0, 200)));
    EXPECT(CUDA_SUCCESS, run(CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, VALUE(.sharedMemCarveout = 100)));
    EXPECT(CUDA_SUCCESS,
           run(CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, VALUE(.sharedMemCarveout = (unsigned)-1)));
    EXPECT(CUDA_ERROR_INVALID_VALUE,
           run(CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, VALUE(.sharedMemCarveout = 101)));
    EXPECT(CUDA_SUCCESS,
           run(CU_LAUNCH_ATTRIBUTE_NVLINK_UTIL_CENTRIC_SCHEDULING, VALUE(.nvlinkUtilCentricScheduling = 1)));
    EXPECT(CUDA_ERROR_INVALID_VALUE,
           run(CU_LAUNCH_ATTRIBUTE_NVLINK_UTIL_CENTRIC_SCHEDULING, VALUE(.nvlinkUtilCentricScheduling = 2)));
}

static CUlaunchAttributeValue of_event(CUevent event)
{
    CUlaunchAttributeValue value = {.priority = 0};
    value.programmaticEvent.event = event;
    return value;
}

static void events(CUevent foreign)
{
    static const CUlaunchAttributeID ids[] = {CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT,
                                              CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT};
    CUevent untimed, timed;
    puts("# events");
    MUST(cuEventCreate(&timed, CU_EVENT_DEFAULT));
    for (int i = 0; i < 2; i++) {
        MUST(cuEventCreate(&untimed, CU_EVENT_DISABLE_TIMING));
        EXPECT(CUDA_SUCCESS, run(ids[i], of_event(untimed)));
        EXPECT(CUDA_SUCCESS, cuEventSynchronize(untimed));
        EXPECT(CUDA_SUCCESS, cuEventQuery(untimed));
        EXPECT(CUDA_ERROR_INVALID_VALUE, run(ids[i], of_event(timed)));
        EXPECT(CUDA_ERROR_INVALID_HANDLE, run(ids[i], of_event(foreign)));
        EXPECT(CUDA_ERROR_INVALID_HANDLE, run(ids[i], of_event(NULL)));
        MUST(cuEventDestroy_v2(untimed));
        EXPECT(CUDA_ERROR_INVALID_HANDLE, run(ids[i], of_event(untimed)));
    }
    MUST(cuEventDestroy_v2(timed));
}

/* Two events, both of this launch, and more attributes than there are kinds. */
static void many(void)
{
    enum { COUNT = 40 };
    CUlaunchAttribute attributes[COUNT] = {{.id = CU_LAUNCH_ATTRIBUTE_IGNORE}};
    CUlaunchConfig config = {4, 1, 1, 32, 1, 1, 0, NULL, attributes, COUNT};
    CUevent first, second;
    puts("# many");
    MUST(cuEventCreate(&first, CU_EVENT_DISABLE_TIMING));
    MUST(cuEventCreate(&second, CU_EVENT_DISABLE_TIMING));
    attributes[3].id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT;
    attributes[3].value = of_event(first);
    attributes[39].id = CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT;
    attributes[39].value = of_event(second);
    EXPECT(CUDA_SUCCESS, cuLaunchKernelEx(&config, nothing, NULL, NULL));
    EXPECT(CUDA_SUCCESS, cuEventSynchronize(second));
    EXPECT(CUDA_SUCCESS, cuEventSynchronize(first));
    EXPECT(CUDA_SUCCESS, cuEventQuery(first));
    config.attrs = NULL;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunchKernelEx(&config, nothing, NULL, NULL));
    config.numAttrs = 0;
    EXPECT(CUDA_SUCCESS, cuLaunchKernelEx(&config, nothing, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunchKernelEx(NULL, nothing, NULL, NULL));
}

static CUresult run_cooperative(CUfunction function, unsigned blocks, CUdeviceptr counter)
{
    void *arguments[] = {&counter};
    MUST(cuMemsetD32_v2(counter, 0, 1));
    return cuLaunchCooperativeKernel(function, blocks, 1, 1, 32, 1, 1, 0, NULL, arguments);
}

static unsigned came(CUdeviceptr counter)
{
    unsigned count = 0;
    EXPECT(CUDA_SUCCESS, cuCtxSynchronize());
    MUST(cuMemcpyDtoH_v2(&count, counter, sizeof count));
    return count;
}

static void cooperative(void)
{
    CUdeviceptr counter;
    int sms = 0, blocks = 0;
    puts("# cooperative");
    MUST(cuMemAlloc_v2(&counter, 4));
    MUST(cuDeviceGetAttribute(&sms, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, 0));
    MUST(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, meet, 32, 0));
    const unsigned most = (unsigned)(sms * blocks);
    EXPECT(CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE, run_cooperative(meet, most + 1, counter));
    EXPECT(CUDA_SUCCESS, run_cooperative(meet, most, counter));
    EXPECT_TRUE(came(counter) == 32 * most);
    EXPECT(CUDA_SUCCESS, run_cooperative(come, most, counter));
    EXPECT_TRUE(came(counter) == 32 * most);
    MUST(cuMemFree_v2(counter));
}

static CUresult set_cluster(int x, int y, int z)
{
    CUresult result = cuFuncSetAttribute(nothing, CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH, x);
    if (!result)
        result = cuFuncSetAttribute(nothing, CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT, y);
    return result ? result : cuFuncSetAttribute(nothing, CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH, z);
}

static CUresult run_plain(unsigned blocks)
{
    return cuLaunchKernel(nothing, blocks, 1, 1, 32, 1, 1, 0, NULL, NULL, NULL);
}

/* Clusters that a function demands of its launches. */
static void clusters(void)
{
    int value = 7;
    puts("# clusters of a function");
    EXPECT(CUDA_ERROR_INVALID_VALUE, set_cluster(-1, 1, 1));
    EXPECT(CUDA_SUCCESS, set_cluster(1, 1, 1));
    EXPECT(CUDA_SUCCESS, cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH, nothing));
    EXPECT_TRUE(value == 1);
    EXPECT(CUDA_SUCCESS, run_plain(3));
    EXPECT(CUDA_SUCCESS, set_cluster(2, 1, 1));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, run_plain(4));
    EXPECT(CUDA_ERROR_INVALID_CLUSTER_SIZE, run_plain(3));
    EXPECT(CUDA_SUCCESS, set_cluster(1, 0, 1));
    EXPECT(CUDA_ERROR_INVALID_CLUSTER_SIZE, run_plain(4));
    EXPECT(CUDA_SUCCESS, set_cluster(0, 0, 0));
    EXPECT(CUDA_SUCCESS, run_plain(3));
}

int main(void)
{
    CUcontext other, context;
    CUevent foreign;
    CUmodule module;
    MUST(cuInit(0));
    MUST(cuCtxCreate_v2(&other, 0, 0));
    MUST(cuEventCreate(&foreign, CU_EVENT_DISABLE_TIMING));
    MUST(cuCtxCreate_v2(&context, 0, 0));
    MUST(cuModuleLoadData(&module, MEET));
    MUST(cuModuleGetFunction(&nothing, module, "nothing"));
    MUST(cuModuleGetFunction(&come, module, "come"));
    MUST(cuModuleGetFunction(&meet, module, "meet"));
    scheduling();
    memory();
    events(foreign);
    many();
    clusters();
    cooperative();
    EXPECT(CUDA_SUCCESS, cuCtxSynchronize());
    MUST(cuCtxDestroy_v2(context));
    MUST(cuCtxDestroy_v2(other));
    return 0;
}
