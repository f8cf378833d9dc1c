/* Attributes of launches that are captured: refused at the launch as without a capture, and what the node has of them. */
#include <limits.h>

#include "captured.h"

static CUstream stream;
static void *params[3];
static CUdeviceptr at;
static unsigned words = 2, value = 30;

#define VALUE(...) ((CUlaunchAttributeValue){__VA_ARGS__})
#define ATTRIBUTE(name) CU_LAUNCH_ATTRIBUTE_##name

static CUresult launch(CUlaunchAttribute *attributes, unsigned count)
{
    CUlaunchConfig config = {1, 1, 1, 2, 1, 1, 0, stream, attributes, count};
    return cuLaunchKernelEx(&config, captured_fill, params, NULL);
}

static void show_node(CUgraph graph, CUlaunchAttributeID id)
{
    CUkernelNodeAttrValue has = {.priority = 77};
    CUgraphNode node;
    size_t count = 1;
    MUST(cuGraphGetNodes(graph, &node, &count));
    if (!count) {
        puts("no node");
        return;
    }
    CUresult result = cuGraphKernelNodeGetAttribute(node, id, &has);
    printf("the node's: %d, %d\n", (int)result, result ? 0 : (int)has.priority);
    result = cuGraphKernelNodeGetAttribute(node, ATTRIBUTE(PRIORITY), &has);
    printf("its priority: %d, %d\n", (int)result, has.priority);
}

/* The same launch captured and not. */
static void both(const char *what, CUlaunchAttributeID id, CUlaunchAttributeValue of)
{
    CUlaunchAttribute attribute = {.id = id, .value = of};
    CUgraph graph = NULL;
    CUresult plain = launch(&attribute, 1);
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    CUresult captured = launch(&attribute, 1);
    printf("%s: %d\n", what, (int)captured);
    if (plain != captured)
        printf("WRONG: without a capture %d\n", (int)plain);
    show_status(stream);
    MUST(cuStreamEndCapture(stream, &graph));
    show_node(graph, id);
    run_graph(graph, stream, 1);
    MUST(cuGraphDestroy(graph));
}

#define BOTH(id, ...) both(#id, ATTRIBUTE(id), VALUE(__VA_ARGS__))

static void each(void)
{
    BOTH(IGNORE, .priority = 99);
    BOTH(PRIORITY, .priority = -1);
    BOTH(PRIORITY, .priority = INT_MIN);
    BOTH(COOPERATIVE, .cooperative = 1);
    BOTH(SYNCHRONIZATION_POLICY, .syncPolicy = CU_SYNC_POLICY_SPIN);
    BOTH(SYNCHRONIZATION_POLICY, .syncPolicy = 9);
    BOTH(PROGRAMMATIC_STREAM_SERIALIZATION, .programmaticStreamSerializationAllowed = 1);
    BOTH(CLUSTER_SCHEDULING_POLICY_PREFERENCE, .clusterSchedulingPolicyPreference = 1);
    BOTH(CLUSTER_SCHEDULING_POLICY_PREFERENCE, .clusterSchedulingPolicyPreference = 7);
    BOTH(CLUSTER_DIMENSION, .clusterDim = {1, 1, 1});
    BOTH(CLUSTER_DIMENSION, .clusterDim = {2, 1, 1});
    BOTH(CLUSTER_DIMENSION, .clusterDim = {0, 1, 1});
    BOTH(ACCESS_POLICY_WINDOW, .accessPolicyWindow = {.hitRatio = 0.5f});
    BOTH(ACCESS_POLICY_WINDOW, .accessPolicyWindow = {.hitRatio = 2.0f});
    BOTH(MEM_SYNC_DOMAIN, .memSyncDomain = 1);
    BOTH(MEM_SYNC_DOMAIN, .memSyncDomain = 2);
    BOTH(MEM_SYNC_DOMAIN_MAP, .memSyncDomainMap = {0, 200});
    BOTH(PREFERRED_SHARED_MEMORY_CARVEOUT, .sharedMemCarveout = 100);
    BOTH(PREFERRED_SHARED_MEMORY_CARVEOUT, .sharedMemCarveout = 101);
    BOTH(NVLINK_UTIL_CENTRIC_SCHEDULING, .nvlinkUtilCentricScheduling = 1);
    BOTH(NVLINK_UTIL_CENTRIC_SCHEDULING, .nvlinkUtilCentricScheduling = 2);
    BOTH(DEVICE_UPDATABLE_KERNEL_NODE, .deviceUpdatableKernelNode = {1, NULL});
    both("one that there is not", (CUlaunchAttributeID)77, VALUE(.priority = 0));
}

/* A grid that cannot be resident as a whole, and functions and shapes that are wrong. */
static void other_checks(void)
{
    CUgraph graph = NULL;
    puts("# what else a launch is refused for");
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE,
           cuLaunchCooperativeKernel(captured_fill, 1 << 20, 1, 1, 1024, 1, 1, 0, stream, params));
    EXPECT(1, cuLaunchCooperativeKernel(captured_fill, 1, 1, 1, 2048, 1, 1, 0, stream, params));
    EXPECT(1, cuLaunchCooperativeKernel(captured_fill, 1, 1, 1, 2, 1, 1, 0, stream, NULL));
    show_status(stream);
    MUST(cuStreamEndCapture(stream, &graph));
    show_nodes(graph);
    MUST(cuGraphDestroy(graph));
}

/* An event of the launch is captured with it, and the other attributes come to the node. */
static void with_events(void)
{
    CUevent event;
    CUgraph graph = NULL;
    CUlaunchAttribute attributes[2] = {{.id = ATTRIBUTE(LAUNCH_COMPLETION_EVENT)},
                                       {.id = ATTRIBUTE(PRIORITY), .value = {.priority = -1}}};
    puts("# with an event");
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    attributes[0].value.launchCompletionEvent.event = event;
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, launch(attributes, 2));
    EXPECT(CUDA_ERROR_CAPTURED_EVENT, cuEventQuery(event));
    (void)cuStreamEndCapture(stream, &graph);
    MUST(cuEventDestroy_v2(event));
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(400, launch(attributes, 2));
    show_status(stream);
    MUST(cuStreamEndCapture(stream, &graph));
    show_nodes(graph);
    MUST(cuGraphDestroy(graph));
}

/* What a launch does not say, its stream does. */
static void of_the_stream(void)
{
    CUstreamAttrValue window = {.accessPolicyWindow = {.num_bytes = 0, .hitRatio = 0.25f}};
    CUlaunchAttribute attribute = {.id = ATTRIBUTE(MEM_SYNC_DOMAIN), .value = {.memSyncDomain = 0}};
    CUkernelNodeAttrValue has = {.priority = 77};
    CUgraph graph;
    CUgraphNode nodes[2];
    size_t count = 2;
    puts("# a stream's own attributes");
    MUST(cuStreamCreateWithPriority(&stream, CU_STREAM_NON_BLOCKING, -1));
    EXPECT(0, cuStreamSetAttribute(stream, ATTRIBUTE(ACCESS_POLICY_WINDOW), &window));
    EXPECT(0, cuStreamSetAttribute(stream, ATTRIBUTE(MEM_SYNC_DOMAIN), &VALUE(.memSyncDomain = 1)));
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, launch(NULL, 0));
    EXPECT(0, launch(&attribute, 1));
    MUST(cuStreamEndCapture(stream, &graph));
    MUST(cuGraphGetNodes(graph, nodes, &count));
    for (size_t i = 0; i < count; i++) {
        EXPECT(0, cuGraphKernelNodeGetAttribute(nodes[i], ATTRIBUTE(PRIORITY), &has));
        printf("priority %d\n", has.priority);
        EXPECT(0, cuGraphKernelNodeGetAttribute(nodes[i], ATTRIBUTE(ACCESS_POLICY_WINDOW), &has));
        printf("ratio %.2f\n", (double)has.accessPolicyWindow.hitRatio);
        EXPECT(0, cuGraphKernelNodeGetAttribute(nodes[i], ATTRIBUTE(MEM_SYNC_DOMAIN), &has));
        printf("domain %d\n", (int)has.memSyncDomain);
    }
    MUST(cuGraphDestroy(graph));
}

int main(void)
{
    open_captured();
    at = captured_memory;
    params[0] = &at, params[1] = &words, params[2] = &value;
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    each();
    other_checks();
    with_events();
    of_the_stream();
    return 0;
}
