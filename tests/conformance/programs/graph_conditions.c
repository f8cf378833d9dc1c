/* Conditional nodes: if, while and switch, in each other and in child graphs, and what is refused about them. */
#include "graphs.h"

/* down: word -= 1, and the condition is whether it is not 0. choose: the condition is the word. */
static const char SETTING[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
                              ".extern .func cudaGraphSetConditional(.param .b64 handle, .param .b32 value);\n"
                              ".visible .entry down(.param .u64 handle, .param .u64 word)\n"
                              "{\n"
                              "    .reg .b32 %v;\n    .reg .b64 %h, %a;\n"
                              "    ld.param.u64 %h, [handle];\n    ld.param.u64 %a, [word];\n"
                              "    cvta.to.global.u64 %a, %a;\n"
                              "    ld.global.u32 %v, [%a];\n    sub.u32 %v, %v, 1;\n    st.global.u32 [%a], %v;\n"
                              "    {\n    .param .b64 p0;\n    st.param.b64 [p0], %h;\n"
                              "    .param .b32 p1;\n    st.param.b32 [p1], %v;\n"
                              "    call.uni cudaGraphSetConditional, (p0, p1);\n    }\n    ret;\n}\n"
                              ".visible .entry choose(.param .u64 handle, .param .u64 word)\n"
                              "{\n"
                              "    .reg .b32 %v;\n    .reg .b64 %h, %a;\n"
                              "    ld.param.u64 %h, [handle];\n    ld.param.u64 %a, [word];\n"
                              "    cvta.to.global.u64 %a, %a;\n    ld.global.u32 %v, [%a];\n"
                              "    {\n    .param .b64 p0;\n    st.param.b64 [p0], %h;\n"
                              "    .param .b32 p1;\n    st.param.b32 [p1], %v;\n"
                              "    call.uni cudaGraphSetConditional, (p0, p1);\n    }\n    ret;\n}\n";

static CUfunction down, choose;

static CUresult add_setting(CUgraphNode *node, CUgraph graph, const CUgraphNode *after, size_t count,
                            CUfunction function, CUgraphConditionalHandle handle, CUdeviceptr word)
{
    return add_kernel(node, graph, after, count, function, 1, (void *[]){&handle, &word});
}

static CUresult add_conditional(CUgraphNode *node, CUgraph graph, const CUgraphNode *after, size_t count,
                                CUgraphConditionalHandle handle, CUgraphConditionalNodeType type, unsigned size,
                                CUgraph *bodies)
{
    CUgraphNodeParams params;
    memset(&params, 0, sizeof params);
    params.type = CU_GRAPH_NODE_TYPE_CONDITIONAL;
    params.conditional.handle = handle;
    params.conditional.type = type;
    params.conditional.size = size;
    params.conditional.ctx = world_context;
    CUresult result = cuGraphAddNode_v2(node, graph, after, NULL, count, &params);
    for (unsigned i = 0; !result && i < size; i++)
        bodies[i] = params.conditional.phGraph_out[i];
    return result;
}

static void put(CUdeviceptr at, unsigned value)
{
    MUST(cuMemsetD32_v2(at, value, 1));
    MUST(cuCtxSynchronize());
}

static void if_else(void)
{
    puts("# if, and else");
    CUgraph graph, bodies[2];
    CUgraphNode first, node, inside, last;
    CUgraphConditionalHandle handle;
    CUgraphExec exec;
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, cuGraphConditionalHandleCreate(&handle, graph, world_context, 0, 0));
    EXPECT(1, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, add_setting(&first, graph, NULL, 0, choose, handle, world_memory));
    EXPECT(0, add_conditional(&node, graph, &first, 1, handle, CU_GRAPH_COND_TYPE_IF, 2, bodies));
    EXPECT(1, add_conditional(&node, graph, &first, 1, handle, CU_GRAPH_COND_TYPE_IF, 1, bodies));
    MUST(add_fill(&inside, bodies[0], NULL, 0, world_memory + 64, 2, 100));
    MUST(add_fill(&inside, bodies[1], NULL, 0, world_memory + 64, 2, 200));
    MUST(add_fill(&last, graph, &node, 1, world_memory + 128, 2, 300));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (unsigned value = 0; value < 3; value++) {
        MUST(cuMemsetD32_v2(world_memory + 64, 0, 32));
        put(world_memory, value);
        EXPECT(0, cuGraphLaunch(exec, world_stream));
        EXPECT(0, cuStreamSynchronize(world_stream));
        print_words(world_memory + 64, 2);
        print_words(world_memory + 128, 2);
    }
    EXPECT(0, cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(graph));
}

static void loops(void)
{
    puts("# while: in the body steps are counted, in a child graph, too");
    CUgraph graph, body, child;
    CUgraphNode node, step, inner, set;
    CUgraphConditionalHandle handle;
    CUgraphExec exec;
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuGraphCreate(&child, 0));
    EXPECT(0, cuGraphConditionalHandleCreate(&handle, graph, world_context, 1, CU_GRAPH_COND_ASSIGN_DEFAULT));
    EXPECT(0, add_conditional(&node, graph, NULL, 0, handle, CU_GRAPH_COND_TYPE_WHILE, 1, &body));
    MUST(add_step(&step, child, NULL, 0, world_memory + 64));
    MUST(add_step(&step, body, NULL, 0, world_memory + 128));
    EXPECT(0, cuGraphAddChildGraphNode(&inner, body, &step, 1, child));
    EXPECT(0, add_setting(&set, body, &inner, 1, down, handle, world_memory));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    MUST(cuMemsetD32_v2(world_memory + 64, 0, 64));
    for (unsigned times = 1; times < 30; times += 10) {
        put(world_memory, times);
        EXPECT(0, cuGraphLaunch(exec, world_stream));
        EXPECT(0, cuStreamSynchronize(world_stream));
        print_words(world_memory + 64, 1);
        print_words(world_memory + 128, 1);
    }
    EXPECT(0, cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(graph));
    MUST(cuGraphDestroy(child));
}

static void switches(void)
{
    puts("# switch, in a loop");
    CUgraph graph, body, cases[3];
    CUgraphNode loop, node, set, read, inside;
    CUgraphConditionalHandle goes_on, which;
    CUgraphExec exec;
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuGraphConditionalHandleCreate(&goes_on, graph, world_context, 1, CU_GRAPH_COND_ASSIGN_DEFAULT));
    MUST(add_conditional(&loop, graph, NULL, 0, goes_on, CU_GRAPH_COND_TYPE_WHILE, 1, &body));
    EXPECT(0, cuGraphConditionalHandleCreate(&which, body, world_context, 0, 0));
    EXPECT(0, add_setting(&read, body, NULL, 0, choose, which, world_memory));
    EXPECT(0, add_conditional(&node, body, &read, 1, which, CU_GRAPH_COND_TYPE_SWITCH, 3, cases));
    EXPECT(0, add_setting(&set, body, &node, 1, down, goes_on, world_memory));
    for (unsigned i = 0; i < 3; i++)
        MUST(add_step(&inside, cases[i], NULL, 0, world_memory + 64 + 4 * i));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    MUST(cuMemsetD32_v2(world_memory + 64, 0, 64));
    put(world_memory, 5);
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    print_words(world_memory + 64, 3);
    EXPECT(0, cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(graph));
}

static void wrong(void)
{
    puts("# what is refused");
    CUgraph graph, bodies[2], copy, outer;
    CUgraphNode node, other;
    CUgraphConditionalHandle handle;
    CUgraphExec exec, second;
    CUevent event;
    MUST(cuEventCreate(&event, 0));
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuGraphCreate(&outer, 0));
    EXPECT(1, cuGraphConditionalHandleCreate(NULL, graph, world_context, 0, 0));
    EXPECT(1, cuGraphConditionalHandleCreate(&handle, graph, world_context, 0, 8));
    EXPECT(1, cuGraphConditionalHandleCreate(&handle, NULL, world_context, 0, 0));
    EXPECT(0, cuGraphConditionalHandleCreate(&handle, graph, world_context, 0, 0));
    EXPECT(1, add_conditional(&node, graph, NULL, 0, handle + 1, CU_GRAPH_COND_TYPE_IF, 1, bodies));
    EXPECT(1, add_conditional(&node, outer, NULL, 0, handle, CU_GRAPH_COND_TYPE_IF, 1, bodies));
    EXPECT(1, add_conditional(&node, graph, NULL, 0, handle, CU_GRAPH_COND_TYPE_IF, 3, bodies));
    EXPECT(1, add_conditional(&node, graph, NULL, 0, handle, CU_GRAPH_COND_TYPE_WHILE, 2, bodies));
    EXPECT(1, add_conditional(&node, graph, NULL, 0, handle, CU_GRAPH_COND_TYPE_SWITCH, 0, bodies));
    EXPECT(0, add_conditional(&node, graph, NULL, 0, handle, CU_GRAPH_COND_TYPE_IF, 1, bodies));
    EXPECT(801, cuGraphAddEventRecordNode(&other, bodies[0], NULL, 0, event));
    EXPECT(1, cuGraphDestroy(bodies[0]));
    EXPECT(801, cuGraphClone(&copy, graph));
    EXPECT(801, cuGraphAddChildGraphNode(&other, outer, NULL, 0, graph));
    const CUDA_HOST_NODE_PARAMS function = {count_call, NULL};
    EXPECT(0, cuGraphAddHostNode(&other, bodies[0], NULL, 0, &function));
    EXPECT(801, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphDestroyNode(other));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(1, cuGraphInstantiateWithFlags(&second, graph, 0));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    EXPECT(0, cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(outer));
    MUST(cuGraphDestroy(graph));
    MUST(cuEventDestroy_v2(event));
}

int main(void)
{
    CUmodule module;
    open_graphs();
    MUST(cuModuleLoadData(&module, SETTING));
    MUST(cuModuleGetFunction(&down, module, "down"));
    MUST(cuModuleGetFunction(&choose, module, "choose"));
    if_else();
    loops();
    switches();
    wrong();
    return 0;
}
