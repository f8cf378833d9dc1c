/* A captured graph of 2,000 kernel nodes, each of which adds one, is launched and waited for again and again. */
#include "show.h"

enum { NODES = 2000, REPLAYS = 5 };

static const char ADD[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
                          ".visible .entry add(.param .u64 at)\n{\n"
                          "    .reg .b64 %a; .reg .b32 %v;\n"
                          "    ld.param.u64 %a, [at]; ld.global.u32 %v, [%a]; add.u32 %v, %v, 1;\n"
                          "    st.global.u32 [%a], %v;\n    ret;\n}\n";

int main(void)
{
    CUmodule module;
    CUfunction add;
    CUdeviceptr at;
    CUstream stream;
    CUgraph graph;
    CUgraphExec exec;
    unsigned sum = 0;
    void *params[] = {&at};
    (void)show_context();
    MUST(cuModuleLoadData(&module, ADD));
    MUST(cuModuleGetFunction(&add, module, "add"));
    MUST(cuMemAlloc_v2(&at, sizeof sum));
    MUST(cuMemsetD32_v2(at, 0, 1));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuCtxSynchronize());
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    for (int i = 0; i < NODES; i++)
        MUST(cuLaunchKernel(add, 1, 1, 1, 1, 1, 1, 0, stream, params, NULL));
    MUST(cuStreamEndCapture(stream, &graph));
    MUST(cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (int i = 0; i < REPLAYS; i++) {
        MUST(cuGraphLaunch(exec, stream));
        MUST(cuStreamSynchronize(stream));
    }
    MUST(cuMemcpyDtoH_v2(&sum, at, sizeof sum));
    printf("%u\n", sum);
    return 0;
}
