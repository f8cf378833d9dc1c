/* The body of a conditional node is captured into its graph, which the end of the capture need not tell. */
#include "graphs.h"

/* word -= 1, and the condition is whether it is not 0. */
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
                              "    call.uni cudaGraphSetConditional, (p0, p1);\n    }\n    ret;\n}\n";

int main(void)
{
    CUmodule module;
    CUfunction down;
    CUgraph graph, body;
    CUgraphNode node;
    CUgraphConditionalHandle handle;
    CUgraphExec exec;
    CUdeviceptr word;
    open_graphs();
    word = world_memory;
    MUST(cuModuleLoadData(&module, SETTING));
    MUST(cuModuleGetFunction(&down, module, "down"));
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuGraphConditionalHandleCreate(&handle, graph, world_context, 1, CU_GRAPH_COND_ASSIGN_DEFAULT));
    CUgraphNodeParams params;
    memset(&params, 0, sizeof params);
    params.type = CU_GRAPH_NODE_TYPE_CONDITIONAL;
    params.conditional.handle = handle;
    params.conditional.type = CU_GRAPH_COND_TYPE_WHILE;
    params.conditional.size = 1;
    params.conditional.ctx = world_context;
    MUST(cuGraphAddNode_v2(&node, graph, NULL, NULL, 0, &params));
    body = params.conditional.phGraph_out[0];
    EXPECT(0, cuStreamBeginCaptureToGraph(world_other, body, NULL, NULL, 0, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(0, cuLaunchKernel(down, 1, 1, 1, 1, 1, 1, 0, world_other, (void *[]){&handle, &word}, NULL));
    EXPECT(0, cuStreamEndCapture(world_other, NULL));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    MUST(cuMemsetD32_v2(world_memory, 7, 1));
    MUST(cuCtxSynchronize());
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    print_words(world_memory, 1);
    EXPECT(0, cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(graph));
    return 0;
}
