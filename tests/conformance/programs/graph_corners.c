/* What graphs are seldom asked for: corners where another layer between the program and the driver would show. */
#include "graphs.h"

static unsigned from[4] = {1, 2, 3, 4}, to[4];

static void show_copy(const char *what, CUgraph graph)
{
    CUgraphExec exec;
    MUST(cuGraphInstantiateWithFlags(&exec, graph, 0));
    MUST(cuGraphLaunch(exec, world_stream));
    MUST(cuStreamSynchronize(world_stream));
    MUST(cuGraphExecDestroy(exec));
    printf("%s: %u %u %u %u\n", what, to[0], to[1], to[2], to[3]);
}

static void another_side(void)
{
    CUgraph graph;
    CUgraphExec exec;
    CUgraphNode first, copy, last, list[4], before;
    CUgraphNodeType type;
    size_t count = 4;
    CUDA_MEMCPY3D inside = copy_to_device(world_memory + 256, NULL, 16), in, out;
    puts("# a copy on the device becomes one of the program's memory, and again one on the device");
    inside.srcMemoryType = CU_MEMORYTYPE_DEVICE;
    inside.srcDevice = world_memory;
    in = copy_to_device(world_memory + 256, from, 16);
    out = copy_to_host(to, world_memory + 256, 16);
    memset(to, 0, sizeof to);
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, add_fill(&first, graph, NULL, 0, world_memory, 4, 500));
    EXPECT(0, cuGraphAddMemcpyNode(&copy, graph, &first, 1, &inside, world_context));
    EXPECT(0, cuGraphAddMemcpyNode(&last, graph, &copy, 1, &out, world_context));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(1, cuGraphExecMemcpyNodeSetParams(exec, copy, &in, world_context));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphMemcpyNodeSetParams(copy, &in));
    EXPECT(0, cuGraphNodeGetType(copy, &type));
    printf("type %d\n", type);
    EXPECT(0, cuGraphMemcpyNodeGetParams(copy, &in));
    EXPECT_TRUE(in.srcHost == from);
    EXPECT(0, cuGraphGetNodes(graph, list, &count));
    printf("%zu nodes\n", count);
    count = 1;
    EXPECT(0, cuGraphNodeGetDependencies(last, &before, &count));
    EXPECT_TRUE(count == 1 && before == copy);
    count = 1;
    EXPECT(0, cuGraphNodeGetDependencies(copy, &before, &count));
    EXPECT_TRUE(count == 1 && before == first);
    show_copy("from the program", graph);
    EXPECT(0, cuGraphMemcpyNodeSetParams(copy, &inside));
    show_copy("on the device", graph);
    EXPECT(0, cuGraphDestroy(graph));
}

static void launch_and_show(CUgraphExec exec)
{
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    printf("words %u %u\n", to[0], to[1]);
}

static void enabled(void)
{
    CUgraph graph;
    CUgraphExec exec;
    CUgraphNode in, out;
    unsigned on = 9;
    CUDA_MEMCPY3D up = copy_to_device(world_memory, from, 16), down = copy_to_host(to, world_memory, 16);
    puts("# nodes that are left out");
    MUST(cuMemsetD32_v2(world_memory, 4242, 4));
    MUST(cuCtxSynchronize());
    memset(to, 0, sizeof to);
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, cuGraphAddMemcpyNode(&in, graph, NULL, 0, &up, world_context));
    EXPECT(0, cuGraphAddMemcpyNode(&out, graph, &in, 1, &down, world_context));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (unsigned i = 0; i < 4; i++) {
        EXPECT(0, cuGraphNodeSetEnabled(exec, in, i & 1));
        EXPECT(0, cuGraphNodeSetEnabled(exec, out, i >> 1));
        EXPECT(0, cuGraphNodeGetEnabled(exec, in, &on));
        printf("enabled %u, ", on);
        EXPECT(0, cuGraphNodeGetEnabled(exec, out, &on));
        printf("%u\n", on);
        launch_and_show(exec);
    }
    puts("# they stay out when the graph is updated, and when their parameters are set");
    static unsigned other[4] = {70, 71, 72, 73};
    CUgraphExecUpdateResultInfo info;
    EXPECT(0, cuGraphNodeSetEnabled(exec, in, 0));
    EXPECT(0, cuGraphExecUpdate_v2(exec, graph, &info));
    up.srcHost = other;
    EXPECT(0, cuGraphExecMemcpyNodeSetParams(exec, in, &up, world_context));
    MUST(cuMemsetD32_v2(world_memory, 55, 4));
    MUST(cuCtxSynchronize());
    launch_and_show(exec);
    EXPECT(0, cuGraphNodeSetEnabled(exec, out, 0));
    EXPECT(0, cuGraphNodeSetEnabled(exec, in, 1));
    launch_and_show(exec);
    EXPECT(0, cuGraphNodeSetEnabled(exec, out, 1));
    launch_and_show(exec);
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
}

static void update(CUgraphExec exec, CUgraph graph, const CUgraphNode *nodes, int count)
{
    CUgraphExecUpdateResultInfo info = {.result = 77};
    CUresult result = cuGraphExecUpdate_v2(exec, graph, &info);
    int wrong = -1, first = -1;
    for (int i = 0; i < count; i++) {
        wrong = info.errorNode == nodes[i] ? i : wrong;
        first = info.errorFromNode == nodes[i] ? i : first;
    }
    printf("update: %d, %d, node %d from %d\n", (int)result, (int)info.result, wrong, first);
}

static void updates(void)
{
    CUgraph old, new;
    CUgraphExec exec;
    CUgraphNode nodes[3], others[3];
    static unsigned elsewhere[4];
    CUDA_MEMCPY3D up = copy_to_device(world_memory, from, 16), down = copy_to_host(to, world_memory, 16), other;
    puts("# why an executable graph is not updated");
    MUST(cuGraphCreate(&old, 0));
    MUST(cuGraphAddMemcpyNode(&nodes[0], old, NULL, 0, &up, world_context));
    MUST(add_step(&nodes[1], old, &nodes[0], 1, world_memory));
    MUST(cuGraphAddMemcpyNode(&nodes[2], old, &nodes[1], 1, &down, world_context));
    MUST(cuGraphInstantiateWithFlags(&exec, old, 0));
    for (int i = 0; i < 5; i++) {
        other = up;
        MUST(cuGraphCreate(&new, 0));
        if (i == 1)
            other.srcHost = elsewhere;
        if (i == 2)
            other.srcMemoryType = CU_MEMORYTYPE_DEVICE, other.srcDevice = world_memory + 64;
        if (i == 3)
            MUST(add_step(&others[0], new, NULL, 0, world_memory));
        else
            MUST(cuGraphAddMemcpyNode(&others[0], new, NULL, 0, &other, world_context));
        if (i == 4)
            MUST(cuGraphAddMemcpyNode(&others[1], new, &others[0], 1, &other, world_context));
        else
            MUST(add_step(&others[1], new, &others[0], 1, world_memory));
        MUST(cuGraphAddMemcpyNode(&others[2], new, &others[1], 1, &down, world_context));
        printf("%d: ", i);
        update(exec, new, others, 3);
        MUST(cuGraphDestroy(new));
    }
    MUST(cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(old));
}

static unsigned count_in(const char *text, const char *word)
{
    unsigned count = 0;
    for (text = strstr(text, word); text; text = strstr(text + 1, word))
        count++;
    return count;
}

static void picture(void)
{
    CUgraph graph;
    CUgraphNode nodes[3];
    static char text[1 << 16];
    CUDA_MEMCPY3D up = copy_to_device(world_memory, from, 16), down = copy_to_host(to, world_memory, 16);
    const char *path = "picture.dot";
    puts("# a picture");
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuGraphAddMemcpyNode(&nodes[0], graph, NULL, 0, &up, world_context));
    MUST(add_step(&nodes[1], graph, &nodes[0], 1, world_memory));
    MUST(cuGraphAddMemcpyNode(&nodes[2], graph, &nodes[1], 1, &down, world_context));
    EXPECT(0, cuGraphDebugDotPrint(graph, path, 0));
    FILE *file = fopen(path, "r");
    size_t bytes = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[bytes] = 0;
    if (file)
        (void)fclose(file);
    (void)remove(path);
    printf("%u copies, %u kernels, %u functions, %u graphs, %u edges\n", count_in(text, "MEMCPY"),
           count_in(text, "KERNEL"), count_in(text, "HOST"), count_in(text, "subgraph"), count_in(text, "->"));
    MUST(cuGraphDestroy(graph));
}

static void clones(void)
{
    CUgraph graph, clone;
    CUgraphNode node, found = NULL;
    puts("# where a node is in a clone");
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuGraphAddEmptyNode(&node, graph, NULL, 0));
    MUST(cuGraphClone(&clone, graph));
    EXPECT(0, cuGraphNodeFindInClone(&found, node, clone));
    EXPECT_TRUE(found && found != node);
    printf("in its own graph: %d\n", (int)cuGraphNodeFindInClone(&found, node, graph));
    MUST(cuGraphDestroy(clone));
    MUST(cuGraphDestroy(graph));
}

static void long_names(void)
{
    static char name[80000], text[100000];
    CUmodule module;
    CUlibrary library;
    CUfunction function;
    CUkernel kernel;
    CUdeviceptr at;
    size_t bytes;
    puts("# names of more than 64 KiB");
    memset(name, 'x', sizeof name - 1);
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    EXPECT(500, cuModuleGetFunction(&function, module, name));
    EXPECT(500, cuModuleGetGlobal_v2(&at, &bytes, module, name));
    EXPECT(500, cuLibraryGetKernel(&kernel, library, name));
    EXPECT(500, cuLibraryGetGlobal(&at, &bytes, library, name));
    printf("managed: %d\n", (int)cuLibraryGetManaged(&at, &bytes, library, name));
    (void)snprintf(text, sizeof text,
                   ".version 6.0\n.target sm_50\n.address_size 64\n.visible .entry %s()\n{\n    ret;\n}\n", name);
    CUmodule large;
    CUresult result = cuModuleLoadData(&large, text);
    printf("a kernel with such a name: %d", (int)result);
    if (!result) {
        result = cuModuleGetFunction(&function, large, name);
        printf(", %d", (int)result);
    }
    puts("");
}

static void after_reset(void)
{
    CUcontext primary;
    CUmodule module;
    CUfunction function;
    CUkernel kernel;
    CUlibrary library;
    CUgraph graph;
    CUgraphNode node, other;
    CUDA_KERNEL_NODE_PARAMS params = {.gridDimX = 1, .gridDimY = 1, .gridDimZ = 1, .blockDimX = 1, .blockDimY = 1},
                            read;
    puts("# parameters of kernels when their context was reset");
    params.blockDimZ = 1;
    MUST(cuDevicePrimaryCtxRetain(&primary, 0));
    MUST(cuCtxSetCurrent(primary));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&function, module, "nothing"));
    MUST(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    MUST(cuLibraryGetKernel(&kernel, library, "nothing"));
    MUST(cuGraphCreate(&graph, 0));
    params.func = function;
    MUST(cuGraphAddKernelNode_v2(&node, graph, NULL, 0, &params));
    params.func = NULL;
    params.kern = kernel;
    MUST(cuGraphAddKernelNode_v2(&other, graph, NULL, 0, &params));
    EXPECT(0, cuDevicePrimaryCtxReset_v2(0));
    printf("of a function: %d\n", (int)cuGraphKernelNodeGetParams_v2(node, &read));
    printf("of a kernel: %d\n", (int)cuGraphKernelNodeGetParams_v2(other, &read));
    MUST(cuCtxSetCurrent(world_context));
    MUST(cuGraphDestroy(graph));
}

int main(void)
{
    open_graphs();
    another_side();
    enabled();
    updates();
    picture();
    clones();
    long_names();
    after_reset();
    return 0;
}
