/* Copies in graphs that name memory of the program, pageable and pinned: read and written at every launch. */
#include "graphs.h"

enum { LARGE = 5 << 20 };

static unsigned from[8] = {1, 2, 3, 4, 5, 6, 7, 8}, to[8], seen;

static void print_all(const unsigned *words)
{
    for (int i = 0; i < 8; i++)
        printf("%u%c", words[i], i < 7 ? ' ' : '\n');
}

static void launch(CUgraphExec exec)
{
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
}

static void look(void *data)
{
    (void)data;
    seen = to[0];
    from[0] += 100;
}

static void make(CUgraph *graph, CUgraphNode nodes[4])
{
    const CUDA_MEMCPY3D up = copy_to_device(world_memory, from, sizeof from);
    const CUDA_MEMCPY3D down = copy_to_host(to, world_memory, sizeof to);
    const CUDA_HOST_NODE_PARAMS call = {look, NULL};
    MUST(cuGraphCreate(graph, 0));
    EXPECT(0, cuGraphAddMemcpyNode(&nodes[0], *graph, NULL, 0, &up, world_context));
    EXPECT(0, add_step(&nodes[1], *graph, &nodes[0], 1, world_memory));
    EXPECT(0, cuGraphAddMemcpyNode(&nodes[2], *graph, &nodes[1], 1, &down, world_context));
    EXPECT(0, cuGraphAddHostNode(&nodes[3], *graph, &nodes[2], 1, &call));
}

static void every_launch(void)
{
    puts("# before functions, and behind what they write");
    CUgraph graph;
    CUgraphNode nodes[4];
    CUgraphExec exec;
    make(&graph, nodes);
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (int i = 0; i < 3; i++) {
        from[7] = 10 * i;
        launch(exec);
        print_all(to);
        printf("a function saw %u\n", seen);
    }
    for (int i = 0; i < 20; i++)
        MUST(cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    print_all(to);
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
}

static void told(void)
{
    puts("# what is told of them");
    CUgraph graph, copy, inner;
    CUgraphNode nodes[4], list[8], cloned;
    CUgraphNodeType type;
    CUDA_MEMCPY3D params;
    size_t count = 8;
    make(&graph, nodes);
    EXPECT(0, cuGraphGetNodes(graph, list, &count));
    printf("%zu nodes\n", count);
    EXPECT(0, cuGraphNodeGetType(nodes[0], &type));
    printf("type %d\n", type);
    EXPECT(0, cuGraphMemcpyNodeGetParams(nodes[2], &params));
    printf("%s, %zu bytes\n", params.dstHost == to ? "to the program" : "elsewhere", params.WidthInBytes);
    EXPECT(1, cuGraphChildGraphNodeGetGraph(nodes[0], &inner));
    EXPECT(0, cuGraphClone(&copy, graph));
    EXPECT(0, cuGraphNodeFindInClone(&cloned, nodes[0], copy));
    EXPECT(0, cuGraphNodeGetType(cloned, &type));
    EXPECT(0, cuGraphMemcpyNodeGetParams(cloned, &params));
    printf("type %d, %s\n", type, params.srcHost == from ? "from the program" : "from elsewhere");
    EXPECT(0, cuGraphDestroy(graph));
    CUgraphExec exec;
    CUgraph outer;
    CUgraphNode child;
    MUST(cuGraphCreate(&outer, 0));
    EXPECT(0, cuGraphAddChildGraphNode(&child, outer, NULL, 0, copy));
    EXPECT(0, cuGraphDestroy(copy));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, outer, 0));
    EXPECT(0, cuGraphDestroy(outer));
    launch(exec);
    print_all(to);
    EXPECT(0, cuGraphExecDestroy(exec));
    params = copy_to_host(NULL, world_memory, 4);
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(1, cuGraphAddMemcpyNode(&child, graph, NULL, 0, &params, world_context));
    params = copy_to_host(to, 4096, 4);
    EXPECT(1, cuGraphAddMemcpyNode(&child, graph, NULL, 0, &params, world_context));
    EXPECT(0, cuGraphDestroy(graph));
}

static void changed(void)
{
    puts("# other memory: in the graph, in what is executable, by an update");
    static unsigned other[8] = {90, 91, 92, 93, 94, 95, 96, 97}, third[8] = {70, 71, 72, 73, 74, 75, 76, 77};
    CUgraph graph;
    CUgraphNode nodes[4];
    CUgraphExec exec;
    CUgraphExecUpdateResultInfo info;
    CUDA_MEMCPY3D params = copy_to_device(world_memory, other, sizeof other), read;
    make(&graph, nodes);
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphExecMemcpyNodeSetParams(exec, nodes[0], &params, world_context));
    EXPECT(1, cuGraphExecMemcpyNodeSetParams(exec, nodes[2], &params, world_context));
    launch(exec);
    print_all(to);
    params.srcHost = third;
    EXPECT(0, cuGraphMemcpyNodeSetParams(nodes[0], &params));
    EXPECT(0, cuGraphMemcpyNodeGetParams(nodes[0], &read));
    printf("%s\n", read.srcHost == third ? "the third" : "another");
    launch(exec);
    print_all(to);
    EXPECT(0, cuGraphExecUpdate_v2(exec, graph, &info));
    EXPECT(0, cuGraphDestroy(graph));
    for (int i = 0; i < 2; i++) {
        launch(exec);
        print_all(to);
    }
    EXPECT(0, cuGraphExecDestroy(exec));
}

static void rows(void)
{
    puts("# rows");
    static unsigned wide[4][8];
    CUgraph graph;
    CUgraphNode up, down;
    CUgraphExec exec;
    CUDA_MEMCPY3D params = {.srcMemoryType = CU_MEMORYTYPE_HOST, .srcHost = wide, .srcPitch = sizeof wide[0]};
    params.srcXInBytes = 4;
    params.srcY = 1;
    params.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    params.dstDevice = world_memory;
    params.dstPitch = 64;
    params.WidthInBytes = 8;
    params.Height = 3;
    params.Depth = 1;
    for (unsigned i = 0; i < 32; i++)
        wide[i / 8][i % 8] = i;
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, cuGraphAddMemcpyNode(&up, graph, NULL, 0, &params, world_context));
    CUDA_MEMCPY3D back = {.srcMemoryType = CU_MEMORYTYPE_DEVICE, .srcDevice = world_memory, .srcPitch = 64};
    back.dstMemoryType = CU_MEMORYTYPE_HOST;
    back.dstHost = wide;
    back.dstPitch = sizeof wide[0];
    back.dstXInBytes = 20;
    back.WidthInBytes = 8;
    back.Height = 3;
    back.Depth = 1;
    EXPECT(0, cuGraphAddMemcpyNode(&down, graph, &up, 1, &back, world_context));
    back.dstPitch = 4;
    EXPECT(1, cuGraphAddMemcpyNode(&down, graph, &up, 1, &back, world_context));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    launch(exec);
    for (int i = 0; i < 4; i++)
        print_all(wide[i]);
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
}

static void captured(void)
{
    puts("# captured, and too much for one piece");
    unsigned char *here, *there = calloc(1, LARGE);
    CUdeviceptr memory;
    CUgraph graph;
    CUgraphExec exec;
    MUST(cuMemAllocHost_v2((void **)&here, LARGE));
    MUST(cuMemAlloc_v2(&memory, LARGE));
    EXPECT(0, cuStreamBeginCapture_v2(world_stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(0, cuMemcpyHtoDAsync_v2(memory, here, LARGE, world_stream));
    EXPECT(0, cuMemcpyDtoHAsync_v2(there, memory, LARGE, world_stream));
    EXPECT(0, cuStreamEndCapture(world_stream, &graph));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphDestroy(graph));
    for (int i = 1; i < 4; i++) {
        for (size_t at = 0; at < LARGE; at++)
            here[at] = (unsigned char)(at * 7 + at / 4099 + i);
        launch(exec);
        printf("%s\n", memcmp(here, there, LARGE) == 0 ? "the same" : "WRONG");
    }
    puts("# one that is captured again, as a launch");
    EXPECT(0, cuStreamBeginCapture_v2(world_stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamEndCapture(world_stream, &graph));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphDestroy(graph));
    memset(here, 5, LARGE);
    launch(exec);
    printf("%s\n", memcmp(here, there, LARGE) == 0 ? "the same" : "WRONG");
    EXPECT(0, cuGraphExecDestroy(exec));
    MUST(cuMemFree_v2(memory));
    MUST(cuMemFreeHost(here));
    free(there);
}

int main(void)
{
    open_graphs();
    every_launch();
    told();
    changed();
    rows();
    captured();
    return 0;
}
