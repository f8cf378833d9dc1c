/* Nodes that allocate and free memory. */
#include "graphs.h"

static CUDA_MEM_ALLOC_NODE_PARAMS wanted(size_t bytes)
{
    CUDA_MEM_ALLOC_NODE_PARAMS params;
    memset(&params, 0, sizeof params);
    params.poolProps.allocType = CU_MEM_ALLOCATION_TYPE_PINNED;
    params.poolProps.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
    params.poolProps.location.id = 0;
    params.bytesize = bytes;
    return params;
}

static void print_use(void)
{
    cuuint64_t used = 0, high = 0;
    MUST(cuDeviceGetGraphMemAttribute(0, CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT, &used));
    MUST(cuDeviceGetGraphMemAttribute(0, CU_GRAPH_MEM_ATTR_USED_MEM_HIGH, &high));
    printf("used: %s, at most: %s\n", used ? "some" : "none", high ? "some" : "none");
    cuuint64_t reserved = 0, reserved_high = 0;
    MUST(cuDeviceGetGraphMemAttribute(0, CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT, &reserved));
    MUST(cuDeviceGetGraphMemAttribute(0, CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH, &reserved_high));
    EXPECT_TRUE(used <= reserved && high <= reserved_high);
    EXPECT_TRUE(!used || used == reserved);
}

static void own(void)
{
    puts("# memory that its graph frees");
    CUgraph graph, copy, outer;
    CUgraphNode alloc, fill, down, end, node;
    CUgraphExec exec, second;
    CUdeviceptr freed = 0;
    static unsigned words[4];
    cuuint64_t zero = 0, one = 1;
    CUDA_MEM_ALLOC_NODE_PARAMS params = wanted(4096), read;
    MUST(cuGraphCreate(&graph, 0));
    print_use();
    EXPECT(0, cuGraphAddMemAllocNode(&alloc, graph, NULL, 0, &params));
    printf("%s\n", params.dptr ? "an address" : "none");
    EXPECT(0, cuGraphMemAllocNodeGetParams(alloc, &read));
    printf("%zu bytes, %s\n", read.bytesize, read.dptr == params.dptr ? "the same address" : "another");
    MUST(add_fill(&fill, graph, &alloc, 1, params.dptr, 4, 60));
    const CUDA_MEMCPY3D copy_down = copy_to_host(words, params.dptr, sizeof words);
    MUST(cuGraphAddMemcpyNode(&down, graph, &fill, 1, &copy_down, world_context));
    EXPECT(0, cuGraphAddMemFreeNode(&end, graph, &down, 1, params.dptr));
    EXPECT(0, cuGraphMemFreeNodeGetParams(end, &freed));
    printf("%s\n", freed == params.dptr ? "the same address" : "another");
    EXPECT(1, cuGraphAddMemFreeNode(&node, graph, &end, 1, params.dptr));
    EXPECT(1, cuGraphAddMemFreeNode(&node, graph, &end, 1, world_memory));
    EXPECT(801, cuGraphDestroyNode(fill));
    EXPECT(801, cuGraphRemoveDependencies(graph, &alloc, &fill, 1));
    EXPECT(801, cuGraphClone(&copy, graph));
    MUST(cuGraphCreate(&outer, 0));
    EXPECT(801, cuGraphAddChildGraphNode(&node, outer, NULL, 0, graph));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(1, cuGraphInstantiateWithFlags(&second, graph, 0));
    for (int i = 0; i < 2; i++)
        EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    printf("%u %u\n", words[0], words[3]);
    print_use();
    EXPECT(1, cuMemFree_v2(params.dptr));
    EXPECT(0, cuDeviceSetGraphMemAttribute(0, CU_GRAPH_MEM_ATTR_USED_MEM_HIGH, &zero));
    EXPECT(1, cuDeviceSetGraphMemAttribute(0, CU_GRAPH_MEM_ATTR_USED_MEM_HIGH, &one));
    EXPECT(1, cuDeviceSetGraphMemAttribute(0, CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT, &zero));
    print_use();
    EXPECT(0, cuDeviceGraphMemTrim(0));
    EXPECT(101, cuDeviceGraphMemTrim(99));
    MUST(cuDeviceGetGraphMemAttribute(0, CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT, &one));
    printf("reserved: %llu\n", (unsigned long long)one);
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphInstantiateWithFlags(&second, graph, 0));
    EXPECT(0, cuGraphExecDestroy(second));
    MUST(cuGraphDestroy(graph));
    MUST(cuGraphDestroy(outer));
}

static void left(void)
{
    puts("# memory that the program frees, or another graph, or the next launch");
    CUgraph graph, freeing;
    CUgraphNode alloc, fill, end;
    CUgraphExec exec, again;
    static const unsigned words[4] = {31, 32, 33, 34};
    CUDA_MEM_ALLOC_NODE_PARAMS params = wanted(64);
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, cuGraphAddMemAllocNode(&alloc, graph, NULL, 0, &params));
    MUST(add_fill(&fill, graph, &alloc, 1, params.dptr, 4, 80));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(1, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    print_words(params.dptr, 4);
    print_use();
    EXPECT(0, cuMemFreeAsync(params.dptr, world_stream));
    EXPECT(1, cuMemFreeAsync(params.dptr, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    EXPECT(1, cuMemFree_v2(params.dptr + 4));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    EXPECT(0, cuMemcpyHtoD_v2(params.dptr, words, sizeof words));
    EXPECT(0, cuMemsetD32_v2(params.dptr, 3, 2));
    print_words(params.dptr, 4);
    EXPECT(0, cuMemFree_v2(params.dptr));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    MUST(cuGraphCreate(&freeing, 0));
    EXPECT(0, cuGraphAddMemFreeNode(&end, freeing, NULL, 0, params.dptr));
    EXPECT(1, cuGraphAddMemFreeNode(&end, graph, &fill, 1, params.dptr));
    EXPECT(0, cuGraphInstantiateWithFlags(&again, freeing, 0));
    EXPECT(0, cuGraphLaunch(again, world_stream));
    EXPECT(1, cuGraphLaunch(again, world_stream));
    EXPECT(0, cuGraphExecDestroy(again));
    EXPECT(0, cuGraphDestroy(freeing));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH));
    for (int i = 0; i < 3; i++)
        EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
    puts("it outlives its graph");
    print_words(params.dptr, 4);
    EXPECT(0, cuMemFreeAsync(params.dptr, world_stream));
    print_use();
    puts("# wrong ones");
    MUST(cuGraphCreate(&graph, 0));
    params = wanted(0);
    EXPECT(1, cuGraphAddMemAllocNode(&alloc, graph, NULL, 0, &params));
    params = wanted(16);
    params.poolProps.location.id = 77;
    EXPECT(1, cuGraphAddMemAllocNode(&alloc, graph, NULL, 0, &params));
    EXPECT(1, cuGraphAddMemAllocNode(&alloc, graph, NULL, 0, NULL));
    MUST(cuGraphDestroy(graph));
}

static void moved(void)
{
    puts("# a graph with memory is moved into another");
    CUgraph graph, outer;
    CUgraphNode alloc, end, node;
    CUgraphExec exec;
    CUgraphNodeParams params;
    CUDA_MEM_ALLOC_NODE_PARAMS memory = wanted(64);
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuGraphCreate(&outer, 0));
    MUST(cuGraphAddMemAllocNode(&alloc, graph, NULL, 0, &memory));
    MUST(add_fill(&node, graph, &alloc, 1, memory.dptr, 4, 90));
    MUST(cuGraphAddMemFreeNode(&end, graph, &node, 1, memory.dptr));
    memset(&params, 0, sizeof params);
    params.type = CU_GRAPH_NODE_TYPE_GRAPH;
    params.graph.graph = graph;
    params.graph.ownership = CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE;
    EXPECT(0, cuGraphAddNode_v2(&node, outer, NULL, NULL, 0, &params));
    EXPECT(1, cuGraphDestroy(graph));
    EXPECT(1, cuGraphInstantiateWithFlags(&exec, graph, 0));
    memory = wanted(64);
    EXPECT(801, cuGraphAddMemAllocNode(&alloc, graph, NULL, 0, &memory));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, outer, 0));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(outer));
}

int main(void)
{
    open_graphs();
    own();
    left();
    moved();
    return 0;
}
