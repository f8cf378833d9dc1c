/* Graphs made node by node: every kind of work in them, its order, and what is told about them. */
#include "graphs.h"

static void kernels_in_order(void)
{
    puts("# kernels in order");
    CUgraph graph;
    CUgraphNode nodes[4];
    CUgraphExec exec;
    MUST(cuGraphCreate(&graph, 0));
    CUdeviceptr out = world_memory;
    for (unsigned i = 0; i < 4; i++) {
        EXPECT(0, add_fill(&nodes[i], graph, nodes + i - 1, i > 0, out, 8, 10 * i));
    }
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (int i = 0; i < 3; i++)
        EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    print_words(out, 8);
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
}

static void every_kind(void)
{
    puts("# copies, memsets, host functions, empty nodes");
    static unsigned from[8] = {1, 2, 3, 4, 5, 6, 7, 8}, to[8];
    CUgraph graph;
    CUgraphNode in, set, host, none, out;
    CUgraphExec exec;
    MUST(cuGraphCreate(&graph, 0));
    const CUDA_MEMCPY3D up = copy_to_device(world_memory, from, sizeof from);
    const CUDA_MEMCPY3D down = copy_to_host(to, world_memory, sizeof to);
    const CUDA_MEMSET_NODE_PARAMS fill = {world_memory, 0, 77, 4, 2, 1};
    const CUDA_HOST_NODE_PARAMS call = {count_call, NULL};
    EXPECT(0, cuGraphAddMemcpyNode(&in, graph, NULL, 0, &up, world_context));
    EXPECT(0, cuGraphAddMemsetNode(&set, graph, &in, 1, &fill, world_context));
    EXPECT(0, cuGraphAddHostNode(&host, graph, &in, 1, &call));
    EXPECT(0, cuGraphAddEmptyNode(&none, graph, (CUgraphNode[]){set, host}, 2));
    EXPECT(0, cuGraphAddMemcpyNode(&out, graph, &none, 1, &down, world_context));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (unsigned i = 0; i < 3; i++) {
        from[7] = 100 + i;
        EXPECT(0, cuGraphLaunch(exec, world_stream));
        EXPECT(0, cuStreamSynchronize(world_stream));
        for (int j = 0; j < 8; j++)
            printf("%u ", to[j]);
        printf("after %d calls\n", atomic_load(&calls));
    }
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
}

static void child(void)
{
    puts("# a graph in a graph");
    CUgraph inner, outer, embedded;
    CUgraphNode nodes[3], inside[2], empty;
    CUgraphExec exec;
    size_t count = 8;
    CUgraphNode seen[8];
    MUST(cuGraphCreate(&inner, 0));
    MUST(cuGraphCreate(&outer, 0));
    MUST(add_fill(&inside[0], inner, NULL, 0, world_memory, 4, 50));
    MUST(add_fill(&inside[1], inner, &inside[0], 1, world_memory, 2, 60));
    EXPECT(0, add_fill(&nodes[0], outer, NULL, 0, world_memory, 8, 10));
    EXPECT(0, cuGraphAddChildGraphNode(&nodes[1], outer, &nodes[0], 1, inner));
    EXPECT(0, add_fill(&nodes[2], outer, &nodes[1], 1, world_memory, 1, 70));
    EXPECT(0, cuGraphDestroy(inner));
    EXPECT(0, cuGraphChildGraphNodeGetGraph(nodes[1], &embedded));
    EXPECT(0, cuGraphGetNodes(embedded, seen, &count));
    printf("%zu nodes inside, then %s\n", count, seen[2] ? "something" : "nothing");
    EXPECT(1, cuGraphDestroy(embedded));
    EXPECT(1, cuGraphInstantiateWithFlags(&exec, embedded, 0));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, outer, 0));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    print_words(world_memory, 8);
    EXPECT(0, cuGraphExecDestroy(exec));
    puts("# a graph without nodes in a graph");
    MUST(cuGraphCreate(&inner, 0));
    EXPECT(0, cuGraphAddChildGraphNode(&empty, outer, &nodes[2], 1, inner));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, outer, 0));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(outer));
    EXPECT(0, cuGraphDestroy(inner));
}

static void memory_operations(void)
{
    puts("# memory operations: a launch waits in its middle, and others do not");
    CUgraph graph;
    CUgraphNode wait, after;
    CUgraphExec exec;
    CUstreamBatchMemOpParams op;
    memset(&op, 0, sizeof op);
    op.waitValue.operation = CU_STREAM_MEM_OP_WAIT_VALUE_32;
    op.waitValue.address = world_memory + 256;
    op.waitValue.value = 5;
    op.waitValue.flags = CU_STREAM_WAIT_VALUE_EQ;
    CUDA_BATCH_MEM_OP_NODE_PARAMS params = {world_context, 1, &op, 0};
    MUST(cuMemsetD32_v2(world_memory, 0, 128));
    MUST(cuCtxSynchronize());
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, cuGraphAddBatchMemOpNode(&wait, graph, NULL, 0, &params));
    EXPECT(0, add_fill(&after, graph, &wait, 1, world_memory, 2, 30));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(600, cuStreamQuery(world_stream));
    EXPECT(0, cuStreamWriteValue32_v2(world_other, world_memory + 256, 5, 0));
    EXPECT(0, cuStreamSynchronize(world_stream));
    print_words(world_memory, 2);
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
}

static void events(void)
{
    puts("# events");
    CUgraph graph;
    CUgraphNode wait, record, fill;
    CUgraphExec exec;
    CUevent before, within;
    MUST(cuEventCreate(&before, 0));
    MUST(cuEventCreate(&within, 0));
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, cuGraphAddEventWaitNode(&wait, graph, NULL, 0, before));
    EXPECT(0, add_fill(&fill, graph, &wait, 1, world_memory, 4, 40));
    EXPECT(0, cuGraphAddEventRecordNode(&record, graph, &fill, 1, within));
    EXPECT(1, cuGraphAddEventRecordNode(&record, graph, &fill, 1, NONSENSE(CUevent)));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    MUST(cuMemsetD32_v2(world_memory, 0, 128));
    MUST(cuCtxSynchronize());
    EXPECT(0, cuStreamWaitValue32_v2(world_other, world_memory + 256, 6, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuEventRecord(before, world_other));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(600, cuEventQuery(within));
    EXPECT(0, cuStreamWriteValue32_v2(NULL, world_memory + 256, 6, 0));
    EXPECT(0, cuEventSynchronize(within));
    EXPECT(0, cuEventQuery(within));
    print_words(world_memory, 4);
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
    EXPECT(0, cuStreamSynchronize(world_stream));
    MUST(cuEventDestroy_v2(before));
    MUST(cuEventDestroy_v2(within));
}

static void orders(void)
{
    puts("# launches of one executable graph are done one after another, in whatever streams");
    CUgraph graph;
    CUgraphNode add;
    CUgraphExec exec;
    MUST(cuMemsetD32_v2(world_memory, 0, 4));
    MUST(cuCtxSynchronize());
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, add_step(&add, graph, NULL, 0, world_memory));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (int i = 0; i < 50; i++) {
        MUST(cuGraphLaunch(exec, world_stream));
        MUST(cuGraphLaunch(exec, world_other));
    }
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
    EXPECT(0, cuCtxSynchronize());
    print_words(world_memory, 1);
}

int main(void)
{
    open_graphs();
    kernels_in_order();
    every_kind();
    child();
    memory_operations();
    events();
    orders();
    return 0;
}
