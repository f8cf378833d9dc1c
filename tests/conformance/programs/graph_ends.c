/* The ends of graphs: a kernel in one fails, a context ends while a launch waits, code is unloaded. */
#include "graphs.h"

static void unloaded(void)
{
    puts("# a graph whose code has been unloaded");
    CUgraph graph;
    CUgraphNode node;
    CUgraphExec exec;
    CUmodule module;
    CUfunction nothing;
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&nothing, module, "nothing"));
    MUST(cuGraphCreate(&graph, 0));
    MUST(add_kernel(&node, graph, NULL, 0, nothing, 1, NULL));
    MUST(cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuModuleUnload(module));
    EXPECT(400, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
    EXPECT(0, cuCtxSynchronize());
}

static void waiting(void)
{
    puts("# a context that ends while a launch waits");
    CUcontext context;
    CUgraph graph;
    CUgraphNode wait, host;
    CUgraphExec exec;
    CUstream stream;
    CUdeviceptr word;
    CUstreamBatchMemOpParams op;
    const CUDA_HOST_NODE_PARAMS call = {count_call, NULL};
    MUST(cuCtxCreate_v4(&context, NULL, 0, 0));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuMemAlloc_v2(&word, 4));
    MUST(cuMemsetD32_v2(word, 0, 1));
    MUST(cuCtxSynchronize());
    memset(&op, 0, sizeof op);
    op.waitValue.operation = CU_STREAM_MEM_OP_WAIT_VALUE_32;
    op.waitValue.address = word;
    op.waitValue.value = 5;
    op.waitValue.flags = CU_STREAM_WAIT_VALUE_EQ;
    const CUDA_BATCH_MEM_OP_NODE_PARAMS params = {context, 1, &op, 0};
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, cuGraphAddBatchMemOpNode(&wait, graph, NULL, 0, &params));
    EXPECT(0, cuGraphAddHostNode(&host, graph, &wait, 1, &call));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphLaunch(exec, stream));
    EXPECT(0, cuCtxDestroy_v2(context));
    printf("%d calls\n", atomic_load(&calls));
    MUST(cuCtxSetCurrent(world_context));
    EXPECT(709, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
}

static void failing(void)
{
    puts("# a kernel that fails");
    CUgraph graph;
    CUgraphNode nodes[3];
    CUgraphExec exec;
    const CUDA_HOST_NODE_PARAMS call = {count_call, NULL};
    MUST(cuGraphCreate(&graph, 0));
    MUST(add_fill(&nodes[0], graph, NULL, 0, 0, 4, 5));
    MUST(cuGraphAddHostNode(&nodes[1], graph, &nodes[0], 1, &call));
    MUST(add_fill(&nodes[2], graph, &nodes[1], 1, world_memory, 4, 5));
    MUST(cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(700, cuStreamSynchronize(world_stream));
    EXPECT(700, cuGraphLaunch(exec, world_stream));
    EXPECT(700, cuCtxSynchronize());
    printf("%d calls\n", atomic_load(&calls));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
}

int main(void)
{
    open_graphs();
    unloaded();
    waiting();
    failing();
    return 0;
}
