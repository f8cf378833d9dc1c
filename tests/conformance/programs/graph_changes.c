/* What a program may read, change and get wrong about graphs, nodes, edges and executable graphs. */
#include "graphs.h"

static CUgraph graph;
static CUgraphNode first, second, third;
static CUgraphExec exec;

static void open_three(void)
{
    MUST(cuGraphCreate(&graph, 0));
    MUST(add_fill(&first, graph, NULL, 0, world_memory, 4, 10));
    MUST(add_fill(&second, graph, &first, 1, world_memory + 64, 4, 20));
    MUST(add_fill(&third, graph, &second, 1, world_memory + 128, 4, 30));
}

static void close_three(void)
{
    MUST(cuGraphDestroy(graph));
}

static void run(void)
{
    MUST(cuMemsetD32_v2(world_memory, 0, 64));
    MUST(cuCtxSynchronize());
    MUST(cuGraphLaunch(exec, world_stream));
    MUST(cuStreamSynchronize(world_stream));
    print_words(world_memory, 2);
    print_words(world_memory + 64, 2);
    print_words(world_memory + 128, 2);
}

static int place_of(CUgraphNode node)
{
    return node == first ? 1 : node == second ? 2 : node == third ? 3 : node ? 9 : 0;
}

static void print_nodes(const char *what, const CUgraphNode *nodes, size_t room, size_t count)
{
    printf("%s: %zu:", what, count);
    for (size_t i = 0; i < room; i++)
        printf(" %d", place_of(nodes[i]));
    puts("");
}

static void topology(void)
{
    puts("# topology");
    CUgraphNode nodes[5], to[5];
    CUgraphNodeType type;
    size_t count;
    open_three();
    EXPECT(0, cuGraphGetNodes(graph, NULL, &count));
    printf("%zu\n", count);
    count = 5;
    EXPECT(0, cuGraphGetNodes(graph, nodes, &count));
    print_nodes("all", nodes, 5, count);
    count = 2;
    EXPECT(0, cuGraphGetNodes(graph, nodes, &count));
    print_nodes("two", nodes, 2, count);
    count = 5;
    EXPECT(0, cuGraphGetRootNodes(graph, nodes, &count));
    print_nodes("roots", nodes, 5, count);
    count = 5;
    EXPECT(0, cuGraphGetEdges(graph, nodes, to, &count));
    print_nodes("from", nodes, 5, count);
    print_nodes("to", to, 5, count);
    EXPECT(1, cuGraphGetEdges(graph, nodes, NULL, &count));
    count = 5;
    EXPECT(0, cuGraphNodeGetDependencies(second, nodes, &count));
    print_nodes("before", nodes, 5, count);
    count = 5;
    EXPECT(0, cuGraphNodeGetDependentNodes(second, nodes, &count));
    print_nodes("behind", nodes, 5, count);
    EXPECT(0, cuGraphNodeGetType(second, &type));
    printf("type %d\n", (int)type);
    EXPECT(1, cuGraphGetNodes(graph, nodes, NULL));
    EXPECT(1, cuGraphGetNodes(NULL, nodes, &count));
    EXPECT(1, cuGraphGetNodes(NONSENSE(CUgraph), nodes, &count));
    EXPECT(1, cuGraphNodeGetType(NONSENSE(CUgraphNode), &type));
    EXPECT(1, cuGraphNodeGetType(second, NULL));
    close_three();
}

static void edges(void)
{
    puts("# edges");
    CUgraph other;
    CUgraphNode stranger, node;
    size_t count = 4;
    CUgraphNode from[4], to[4];
    CUgraphEdgeData data[4],
        early = {.from_port = CU_GRAPH_KERNEL_NODE_PORT_PROGRAMMATIC, .type = CU_GRAPH_DEPENDENCY_TYPE_PROGRAMMATIC};
    CUgraphEdgeData wrong = {.to_port = 1};
    open_three();
    MUST(cuGraphCreate(&other, 0));
    MUST(cuGraphAddEmptyNode(&stranger, other, NULL, 0));
    EXPECT(1, cuGraphAddDependencies(graph, &first, &second, 1));
    EXPECT(1, cuGraphAddDependencies(graph, &first, &first, 1));
    EXPECT(1, cuGraphAddDependencies(graph, &first, &stranger, 1));
    EXPECT(1, cuGraphAddDependencies(other, &first, &third, 1));
    EXPECT(1, cuGraphAddDependencies(graph, NULL, &third, 1));
    EXPECT(0, cuGraphAddDependencies(graph, NULL, NULL, 0));
    EXPECT(1, cuGraphAddDependencies_v2(graph, &first, &third, &wrong, 1));
    puts("all or none");
    EXPECT(1, cuGraphAddDependencies(graph, (CUgraphNode[]){first, first}, (CUgraphNode[]){third, second}, 2));
    EXPECT(0, cuGraphAddDependencies_v2(graph, &first, &third, &early, 1));
    EXPECT(402, cuGraphGetEdges(graph, from, to, &count));
    EXPECT(0, cuGraphGetEdges(graph, NULL, NULL, &count));
    printf("%zu\n", count);
    count = 4;
    EXPECT(0, cuGraphGetEdges_v2(graph, from, to, data, &count));
    for (size_t i = 0; i < count; i++)
        printf("%d to %d: port %d type %d\n", place_of(from[i]), place_of(to[i]), data[i].from_port, data[i].type);
    count = 4;
    EXPECT(402, cuGraphNodeGetDependencies(third, from, &count));
    EXPECT(0, cuGraphNodeGetDependencies_v2(third, from, data, &count));
    print_nodes("before", from, count, count);
    EXPECT(402, cuGraphNodeGetDependentNodes_v2(first, from, NULL, &count));
    EXPECT(1, cuGraphRemoveDependencies(graph, &first, &third, 1));
    EXPECT(0, cuGraphRemoveDependencies_v2(graph, &first, &third, &early, 1));
    EXPECT(1, cuGraphRemoveDependencies(graph, &first, &third, 1));
    EXPECT(0, cuGraphRemoveDependencies(graph, &first, &second, 1));
    count = 4;
    EXPECT(0, cuGraphGetRootNodes(graph, from, &count));
    print_nodes("roots", from, 4, count);
    puts("a node twice, or another graph's, to wait for");
    EXPECT(1, cuGraphAddEmptyNode(&node, graph, (CUgraphNode[]){first, first}, 2));
    EXPECT(1, cuGraphAddEmptyNode(&node, graph, &stranger, 1));
    EXPECT(1, cuGraphAddEmptyNode(&node, graph, NULL, 1));
    EXPECT(0, cuGraphGetNodes(graph, NULL, &count));
    printf("%zu\n", count);
    MUST(cuGraphDestroy(other));
    close_three();
}

static void circles(void)
{
    puts("# circles are found at instantiation");
    CUDA_GRAPH_INSTANTIATE_PARAMS params = {0};
    CUgraphNode bad = NULL;
    open_three();
    EXPECT(0, cuGraphAddDependencies(graph, &third, &first, 1));
    EXPECT(1, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(1, cuGraphInstantiateWithParams(&exec, graph, &params));
    printf("result %d, %s\n", (int)params.result_out, place_of(params.hErrNode_out) ? "a node of it" : "no node");
    EXPECT(1, cuGraphInstantiate_v2(&exec, graph, &bad, NULL, 0));
    printf("%s\n", place_of(bad) ? "a node of it" : "no node");
    EXPECT(0, cuGraphRemoveDependencies(graph, &third, &first, 1));
    EXPECT(0, cuGraphInstantiateWithParams(&exec, graph, &params));
    printf("result %d, %s\n", (int)params.result_out, params.hErrNode_out ? "a node" : "no node");
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(1, cuGraphExecDestroy(exec));
    EXPECT(1, cuGraphLaunch(exec, world_stream));
    EXPECT(400, cuGraphLaunch(exec, NONSENSE(CUstream)));
    EXPECT(1, cuGraphInstantiateWithFlags(&exec, graph, 1 << 9));
    EXPECT(1, cuGraphInstantiateWithFlags(NULL, graph, 0));
    EXPECT(1, cuGraphInstantiateWithFlags(&exec, NULL, 0));
    close_three();
}

static void parameters(void)
{
    puts("# parameters of nodes");
    CUDA_KERNEL_NODE_PARAMS kernel;
    CUDA_MEMSET_NODE_PARAMS fill = {world_memory + 64, 0, 5, 4, 3, 1}, read;
    CUgraphNode node;
    open_three();
    EXPECT(0, cuGraphKernelNodeGetParams_v2(first, &kernel));
    printf("%u threads, value %u, %s\n", kernel.blockDimX, *(unsigned *)kernel.kernelParams[2],
           kernel.extra ? "extra" : "no extra");
    unsigned value = 70;
    CUdeviceptr out = world_memory;
    unsigned words = 4;
    kernel.kernelParams = (void *[]){&out, &words, &value};
    EXPECT(0, cuGraphKernelNodeSetParams_v2(first, &kernel));
    EXPECT(0, cuGraphKernelNodeGetParams_v2(first, &kernel));
    printf("value %u\n", *(unsigned *)kernel.kernelParams[2]);
    kernel.blockDimX = 4096;
    EXPECT(1, cuGraphKernelNodeSetParams_v2(first, &kernel));
    kernel.blockDimX = 4;
    kernel.extra = (void *[]){CU_LAUNCH_PARAM_END};
    EXPECT(1, cuGraphKernelNodeSetParams_v2(first, &kernel));
    EXPECT(1, cuGraphMemsetNodeGetParams(first, &read));
    EXPECT(0, cuGraphAddMemsetNode(&node, graph, &third, 1, &fill, world_context));
    fill.value = 6;
    EXPECT(0, cuGraphMemsetNodeSetParams(node, &fill));
    EXPECT(0, cuGraphMemsetNodeGetParams(node, &read));
    printf("value %u, %zu elements\n", read.value, read.width);
    fill.elementSize = 3;
    EXPECT(1, cuGraphMemsetNodeSetParams(node, &fill));
    fill.elementSize = 4;
    fill.dst = 16;
    EXPECT(1, cuGraphMemsetNodeSetParams(node, &fill));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    run();
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroyNode(node));
    EXPECT(1, cuGraphDestroyNode(node));
    close_three();
}

static CUDA_KERNEL_NODE_PARAMS filling(void **params)
{
    CUDA_KERNEL_NODE_PARAMS kernel = {.func = world_fill, .gridDimX = 1, .gridDimY = 1, .gridDimZ = 1};
    kernel.blockDimX = 4;
    kernel.blockDimY = kernel.blockDimZ = 1;
    kernel.kernelParams = params;
    return kernel;
}

static void executable(void)
{
    puts("# parameters of an executable graph");
    CUdeviceptr out = world_memory;
    unsigned words = 4, value = 90, enabled = 7;
    const CUDA_KERNEL_NODE_PARAMS kernel = filling((void *[]){&out, &words, &value});
    CUDA_MEMSET_NODE_PARAMS fill = {0};
    CUgraphNode late;
    open_three();
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphExecKernelNodeSetParams_v2(exec, first, &kernel));
    run();
    puts("the graph has not changed, and another of it neither");
    CUgraphExec again;
    EXPECT(0, cuGraphInstantiateWithFlags(&again, graph, 0));
    CUgraphExec before = exec;
    exec = again;
    run();
    EXPECT(0, cuGraphExecDestroy(again));
    exec = before;
    puts("a node that is left out");
    EXPECT(0, cuGraphNodeGetEnabled(exec, second, &enabled));
    printf("%u\n", enabled);
    EXPECT(0, cuGraphNodeSetEnabled(exec, second, 0));
    EXPECT(0, cuGraphNodeGetEnabled(exec, second, &enabled));
    printf("%u\n", enabled);
    run();
    EXPECT(0, cuGraphNodeSetEnabled(exec, second, 1));
    run();
    puts("nodes that are not in it");
    MUST(cuGraphAddEmptyNode(&late, graph, NULL, 0));
    EXPECT(1, cuGraphNodeSetEnabled(exec, late, 0));
    EXPECT(1, cuGraphExecKernelNodeSetParams_v2(exec, late, &kernel));
    EXPECT(1, cuGraphExecMemsetNodeSetParams(exec, first, &fill, world_context));
    MUST(cuGraphDestroyNode(third));
    EXPECT(1, cuGraphExecKernelNodeSetParams_v2(exec, third, &kernel));
    close_three();
    puts("it works without its graph");
    run();
    EXPECT(0, cuGraphExecDestroy(exec));
}

static void pending(void)
{
    puts("# what is on its way is not changed");
    CUdeviceptr out = world_memory;
    unsigned words = 4, value = 44;
    const CUDA_KERNEL_NODE_PARAMS kernel = filling((void *[]){&out, &words, &value});
    open_three();
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    MUST(cuMemsetD32_v2(world_memory, 0, 1024));
    MUST(cuCtxSynchronize());
    EXPECT(0, cuStreamWaitValue32_v2(world_stream, world_memory + 2048, 1, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuGraphExecKernelNodeSetParams_v2(exec, first, &kernel));
    EXPECT(0, cuGraphNodeSetEnabled(exec, third, 0));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuStreamWriteValue32_v2(world_other, world_memory + 2048, 1, 0));
    EXPECT(0, cuStreamSynchronize(world_stream));
    print_words(world_memory, 2);
    print_words(world_memory + 128, 2);
    close_three();
}

static void whole(void)
{
    puts("# an executable graph gets the parameters of another graph");
    CUgraph kept, other;
    CUgraphNode nodes[3];
    CUgraphExecUpdateResultInfo info;
    CUgraphExecUpdateResult result;
    CUgraphNode bad = NULL;
    open_three();
    kept = graph;
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    MUST(cuGraphCreate(&other, 0));
    MUST(add_fill(&nodes[0], other, NULL, 0, world_memory, 4, 11));
    MUST(add_fill(&nodes[1], other, &nodes[0], 1, world_memory + 64, 4, 21));
    EXPECT(910, cuGraphExecUpdate_v2(exec, other, &info));
    printf("result %d, %s\n", (int)info.result, info.errorNode ? "a node" : "no node");
    MUST(add_fill(&nodes[2], other, &nodes[0], 1, world_memory + 128, 4, 31));
    EXPECT(910, cuGraphExecUpdate_v2(exec, other, &info));
    printf("result %d, %s\n", (int)info.result, info.errorNode == nodes[2] ? "the last node" : "another");
    MUST(cuGraphRemoveDependencies(other, &nodes[0], &nodes[2], 1));
    MUST(cuGraphAddDependencies(other, &nodes[1], &nodes[2], 1));
    EXPECT(0, cuGraphExecUpdate_v2(exec, other, &info));
    printf("result %d, %s\n", (int)info.result, info.errorNode ? "a node" : "no node");
    run();
    puts("nodes of the first graph still name those of the executable one");
    EXPECT(0, cuGraphNodeSetEnabled(exec, second, 0));
    EXPECT(1, cuGraphNodeSetEnabled(exec, nodes[1], 0));
    run();
    puts("another type");
    MUST(cuGraphDestroyNode(nodes[2]));
    MUST(cuGraphAddEmptyNode(&nodes[2], other, &nodes[1], 1));
    EXPECT(910, cuGraphExecUpdate(exec, other, &bad, &result));
    printf("result %d, %s\n", (int)result, bad == nodes[2] ? "the last node" : "another");
    EXPECT(1, cuGraphExecUpdate_v2(exec, NULL, &info));
    EXPECT(1, cuGraphExecUpdate_v2(exec, other, NULL));
    EXPECT(0, cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(other));
    MUST(cuGraphDestroy(kept));
}

static void edges_in_another_order(void)
{
    puts("# in which order edges were made is nothing that an update minds");
    CUgraph graphs[2];
    CUgraphNode nodes[2][4];
    CUgraphExecUpdateResultInfo info;
    for (int i = 0; i < 2; i++) {
        MUST(cuGraphCreate(&graphs[i], 0));
        for (unsigned j = 0; j < 4; j++)
            MUST(add_fill(&nodes[i][j], graphs[i], NULL, 0, world_memory + 64 * j, 2, 10 * j + (unsigned)i));
        CUgraphNode from[4] = {nodes[i][0], nodes[i][0], nodes[i][1], nodes[i][2]};
        CUgraphNode to[4] = {nodes[i][1], nodes[i][2], nodes[i][3], nodes[i][3]};
        for (int j = 0; j < 4; j++)
            MUST(cuGraphAddDependencies(graphs[i], &from[i ? 3 - j : j], &to[i ? 3 - j : j], 1));
    }
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graphs[0], 0));
    EXPECT(0, cuGraphExecUpdate_v2(exec, graphs[1], &info));
    run();
    EXPECT(0, cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(graphs[0]));
    MUST(cuGraphDestroy(graphs[1]));
}

static void clones(void)
{
    puts("# clones");
    CUgraph copy, outer, embedded;
    CUgraphNode there, child, inside;
    size_t count = 0;
    open_three();
    EXPECT(0, cuGraphClone(&copy, graph));
    EXPECT(0, cuGraphNodeFindInClone(&there, second, copy));
    printf("%s\n", there == second ? "the same node" : "another node");
    EXPECT(0, cuGraphDestroyNode(there));
    EXPECT(1, cuGraphNodeFindInClone(&there, second, copy));
    EXPECT(1, cuGraphNodeFindInClone(&there, second, graph));
    EXPECT(0, cuGraphGetEdges(copy, NULL, NULL, &count));
    printf("%zu edges\n", count);
    EXPECT(0, cuGraphGetEdges(graph, NULL, NULL, &count));
    printf("%zu edges\n", count);
    MUST(cuGraphCreate(&outer, 0));
    EXPECT(0, cuGraphAddChildGraphNode(&child, outer, NULL, 0, graph));
    EXPECT(0, cuGraphChildGraphNodeGetGraph(child, &embedded));
    EXPECT(0, cuGraphNodeFindInClone(&inside, third, embedded));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, outer, 0));
    EXPECT(0, cuGraphNodeSetEnabled(exec, inside, 0));
    run();
    puts("the child gets the parameters of another graph");
    CUdeviceptr out = world_memory;
    unsigned words = 4, value = 55;
    const CUDA_KERNEL_NODE_PARAMS kernel = filling((void *[]){&out, &words, &value});
    EXPECT(0, cuGraphKernelNodeSetParams_v2(first, &kernel));
    EXPECT(0, cuGraphExecChildGraphNodeSetParams(exec, child, graph));
    run();
    EXPECT(1, cuGraphExecChildGraphNodeSetParams(exec, child, copy));
    EXPECT(0, cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(outer));
    MUST(cuGraphDestroy(copy));
    close_three();
}

static void attributes(void)
{
    puts("# attributes of kernel nodes");
    CUkernelNodeAttrValue value;
    CUgraphNode empty;
    open_three();
    memset(&value, 0, sizeof value);
    value.priority = -3;
    EXPECT(0, cuGraphKernelNodeSetAttribute(first, CU_LAUNCH_ATTRIBUTE_PRIORITY, &value));
    value.priority = 0;
    EXPECT(0, cuGraphKernelNodeGetAttribute(first, CU_LAUNCH_ATTRIBUTE_PRIORITY, &value));
    printf("%d\n", value.priority);
    EXPECT(0, cuGraphKernelNodeCopyAttributes(second, first));
    EXPECT(0, cuGraphKernelNodeGetAttribute(second, CU_LAUNCH_ATTRIBUTE_PRIORITY, &value));
    printf("%d\n", value.priority);
    value.cooperative = 1;
    EXPECT(0, cuGraphKernelNodeSetAttribute(third, CU_LAUNCH_ATTRIBUTE_COOPERATIVE, &value));
    EXPECT(1, cuGraphKernelNodeSetAttribute(first, (CUkernelNodeAttrID)77, &value));
    EXPECT(1, cuGraphKernelNodeGetAttribute(first, CU_LAUNCH_ATTRIBUTE_PRIORITY, NULL));
    MUST(cuGraphAddEmptyNode(&empty, graph, NULL, 0));
    EXPECT(1, cuGraphKernelNodeGetAttribute(empty, CU_LAUNCH_ATTRIBUTE_PRIORITY, &value));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, CUDA_GRAPH_INSTANTIATE_FLAG_USE_NODE_PRIORITY));
    cuuint64_t flags = 0;
    EXPECT(0, cuGraphExecGetFlags(exec, &flags));
    printf("flags %llu\n", (unsigned long long)flags);
    run();
    EXPECT(0, cuGraphExecDestroy(exec));
    close_three();
}

int main(void)
{
    open_graphs();
    topology();
    edges();
    circles();
    parameters();
    executable();
    pending();
    whole();
    edges_in_another_order();
    clones();
    attributes();
    return 0;
}
