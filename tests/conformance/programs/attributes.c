/* What can be set of streams, of memory and of contexts' level-2 cache, and execution affinity. */
#include "show.h"

static CUstream one, two;
static CUdeviceptr memory;

static void print(CUstream stream)
{
    CUstreamAttrValue value;
    static const CUstreamAttrID all[] = {CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW,
                                         CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY, CU_LAUNCH_ATTRIBUTE_PRIORITY,
                                         CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP, CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        memset(&value, 0x55, sizeof value);
        EXPECT(0, cuStreamGetAttribute(stream, all[i], &value));
        switch (all[i]) {
        case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW:
            printf("window %d %zu %g %d %d\n", (CUdeviceptr)(uintptr_t)value.accessPolicyWindow.base_ptr == memory,
                   value.accessPolicyWindow.num_bytes, (double)value.accessPolicyWindow.hitRatio,
                   (int)value.accessPolicyWindow.hitProp, (int)value.accessPolicyWindow.missProp);
            break;
        case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP:
            printf("map %d %d\n", value.memSyncDomainMap.default_, value.memSyncDomainMap.remote);
            break;
        default: printf("%d\n", (int)value.priority);
        }
        /* Nothing is written beyond the attribute's own member. */
        EXPECT_TRUE((unsigned char)value.pad[40] == 0x55);
    }
}

static CUresult set(CUstream stream, CUstreamAttrID attr, int number)
{
    CUstreamAttrValue value = {.priority = number};
    return cuStreamSetAttribute(stream, attr, &value);
}

static CUresult window(size_t bytes, float ratio, int hit, int miss)
{
    CUstreamAttrValue value = {.accessPolicyWindow = {.base_ptr = (void *)(uintptr_t)memory,
                                                      .num_bytes = bytes,
                                                      .hitRatio = ratio,
                                                      .hitProp = (CUaccessProperty)hit,
                                                      .missProp = (CUaccessProperty)miss}};
    return cuStreamSetAttribute(one, CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW, &value);
}

static void streams(int can_persist)
{
    CUstreamAttrValue value = {0};
    int priority = 9;
    puts("# as they are");
    print(one);
    print(NULL);
    puts("# set");
    EXPECT(can_persist ? 0 : 1, window(4096, 0.5f, CU_ACCESS_PROPERTY_PERSISTING, CU_ACCESS_PROPERTY_STREAMING));
    EXPECT(0, set(one, CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY, CU_SYNC_POLICY_YIELD));
    EXPECT(0, set(one, CU_LAUNCH_ATTRIBUTE_PRIORITY, -1000));
    EXPECT(0, set(one, CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN, CU_LAUNCH_MEM_SYNC_DOMAIN_REMOTE));
    EXPECT(0, set(one, CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP, 0));
    print(one);
    EXPECT(0, cuStreamGetPriority(one, &priority));
    printf("%d\n", priority);
    EXPECT(0, cuStreamCopyAttributes(two, one));
    print(two);
    EXPECT(0, cuStreamGetPriority(two, &priority));
    printf("%d\n", priority);
    EXPECT(0, window(0, 0, 0, 0));
    print(one);
    puts("# the thread's own");
    EXPECT(0, cuStreamCopyAttributes_ptsz(NULL, one));
    EXPECT(0, cuStreamSetAttribute_ptsz(NULL, CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY,
                                        &(CUstreamAttrValue){.syncPolicy = CU_SYNC_POLICY_SPIN}));
    EXPECT(0, cuStreamGetAttribute_ptsz(NULL, CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY, &value));
    printf("%d\n", (int)value.syncPolicy);
    print(NULL);
    puts("# wrong calls");
    EXPECT(1, window(4096, 1.5f, 0, 0));
    EXPECT(1, window(4096, -0.5f, 0, 0));
    EXPECT(1, window((size_t)1 << 40, 0.5f, 0, 0));
    EXPECT(1, window(0, 0.5f, 3, 0));
    EXPECT(1, window(0, 0.5f, 0, CU_ACCESS_PROPERTY_PERSISTING));
    EXPECT(1, set(one, CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY, 0));
    EXPECT(1, set(one, CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY, 5));
    EXPECT(1, set(one, CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN, 2));
    EXPECT(1, set(one, CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP, 0x0909));
    EXPECT(1, set(one, CU_LAUNCH_ATTRIBUTE_COOPERATIVE, 1));
    EXPECT(1, set(one, (CUstreamAttrID)99, 1));
    EXPECT(1, cuStreamGetAttribute(one, CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION, &value));
    EXPECT(1, cuStreamGetAttribute(one, (CUstreamAttrID)-1, &value));
    EXPECT(1, cuStreamGetAttribute(one, CU_LAUNCH_ATTRIBUTE_PRIORITY, NULL));
    EXPECT(1, cuStreamSetAttribute(one, CU_LAUNCH_ATTRIBUTE_PRIORITY, NULL));
    EXPECT(400, set(NONSENSE(CUstream), CU_LAUNCH_ATTRIBUTE_PRIORITY, 0));
    EXPECT(400, cuStreamGetAttribute(NONSENSE(CUstream), CU_LAUNCH_ATTRIBUTE_PRIORITY, &value));
    EXPECT(400, cuStreamCopyAttributes(NONSENSE(CUstream), one));
    EXPECT(400, cuStreamCopyAttributes(one, NONSENSE(CUstream)));
}

static void other_context(void)
{
    CUcontext second;
    CUstream foreign;
    MUST(cuCtxCreate_v2(&second, 0, 0));
    MUST(cuStreamCreate(&foreign, 0));
    EXPECT(1, cuStreamCopyAttributes(foreign, one));
    EXPECT(1, cuStreamCopyAttributes(NULL, one));
    MUST(cuCtxDestroy_v2(second));
}

static void limits(int most)
{
    size_t value = 7;
    puts("# level-2 cache");
    printf("%d\n", most);
    EXPECT(0, cuCtxGetLimit(&value, CU_LIMIT_PERSISTING_L2_CACHE_SIZE));
    printf("%zu\n", value);
    EXPECT(most ? 0 : 215, cuCtxSetLimit(CU_LIMIT_PERSISTING_L2_CACHE_SIZE, 1 << 20));
    EXPECT(0, cuCtxGetLimit(&value, CU_LIMIT_PERSISTING_L2_CACHE_SIZE));
    printf("%zu\n", value);
    EXPECT(most ? 0 : 215, cuCtxSetLimit(CU_LIMIT_PERSISTING_L2_CACHE_SIZE, (size_t)1 << 40));
    EXPECT(0, cuCtxGetLimit(&value, CU_LIMIT_PERSISTING_L2_CACHE_SIZE));
    EXPECT_TRUE(value == (size_t)most);
    EXPECT(0, cuCtxResetPersistingL2Cache());
    EXPECT(0, cuCtxSynchronize());
}

static void pointers(void)
{
    unsigned on = 1, off = 0, many = 2, seen = 9;
    void *pinned;
    puts("# memory");
    MUST(cuMemAllocHost_v2(&pinned, 64));
    EXPECT(0, cuPointerGetAttribute(&seen, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, memory));
    printf("%u\n", seen);
    EXPECT(0, cuPointerSetAttribute(&on, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, memory + 16));
    EXPECT(0, cuPointerGetAttribute(&seen, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, memory));
    printf("%u\n", seen);
    EXPECT(0, cuPointerSetAttribute(&on, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, (CUdeviceptr)(uintptr_t)pinned));
    EXPECT(0, cuPointerGetAttribute(&seen, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, (CUdeviceptr)(uintptr_t)pinned));
    printf("%u\n", seen);
    EXPECT(0, cuPointerSetAttribute(&off, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, memory));
    EXPECT(0, cuPointerGetAttribute(&seen, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, memory));
    printf("%u\n", seen);
    EXPECT(1, cuPointerSetAttribute(&many, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, memory));
    EXPECT(1, cuPointerSetAttribute(NULL, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, memory));
    EXPECT(1, cuPointerSetAttribute(&on, CU_POINTER_ATTRIBUTE_CONTEXT, memory));
    EXPECT(1, cuPointerSetAttribute(&on, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, (CUdeviceptr)(uintptr_t)&on));
    EXPECT(1, cuPointerSetAttribute(&on, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, 0));
}

static void affinity(void)
{
    CUexecAffinityParam param;
    int supported = 7;
    puts("# execution affinity");
    EXPECT(0, cuDeviceGetExecAffinitySupport(&supported, CU_EXEC_AFFINITY_TYPE_SM_COUNT, 0));
    printf("%d\n", supported);
    EXPECT(1, cuDeviceGetExecAffinitySupport(NULL, CU_EXEC_AFFINITY_TYPE_SM_COUNT, 0));
    EXPECT(1, cuDeviceGetExecAffinitySupport(&supported, CU_EXEC_AFFINITY_TYPE_MAX, 0));
    EXPECT(101, cuDeviceGetExecAffinitySupport(&supported, CU_EXEC_AFFINITY_TYPE_SM_COUNT, 99));
    EXPECT(224, cuCtxGetExecAffinity(&param, CU_EXEC_AFFINITY_TYPE_SM_COUNT));
    EXPECT(1, cuCtxGetExecAffinity(&param, CU_EXEC_AFFINITY_TYPE_MAX));
    EXPECT(1, cuCtxGetExecAffinity(NULL, CU_EXEC_AFFINITY_TYPE_SM_COUNT));
}

int main(void)
{
    int most = 0;
    puts("# before cuInit");
    EXPECT(3, cuStreamGetAttribute(NULL, CU_LAUNCH_ATTRIBUTE_PRIORITY, NULL));
    EXPECT(3, cuStreamSetAttribute(NULL, CU_LAUNCH_ATTRIBUTE_PRIORITY, NULL));
    EXPECT(3, cuStreamCopyAttributes(NULL, NULL));
    EXPECT(3, cuPointerSetAttribute(NULL, CU_POINTER_ATTRIBUTE_SYNC_MEMOPS, 0));
    EXPECT(3, cuDeviceGetExecAffinitySupport(NULL, CU_EXEC_AFFINITY_TYPE_SM_COUNT, 0));
    EXPECT(3, cuCtxGetExecAffinity(NULL, CU_EXEC_AFFINITY_TYPE_SM_COUNT));
    show_context();
    MUST(cuMemAlloc_v2(&memory, 4096));
    MUST(cuStreamCreate(&one, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&two, CU_STREAM_NON_BLOCKING));
    MUST(cuDeviceGetAttribute(&most, CU_DEVICE_ATTRIBUTE_MAX_PERSISTING_L2_CACHE_SIZE, 0));
    streams(most > 0);
    other_context();
    limits(most);
    pointers();
    affinity();
    MUST(cuCtxSetCurrent(NULL));
    EXPECT(201, cuCtxGetExecAffinity(NULL, CU_EXEC_AFFINITY_TYPE_SM_COUNT));
    EXPECT(201, cuStreamCopyAttributes(NULL, NULL));
    return 0;
}
