/* Graphs are looked through, changed, copied and launched again; nothing in them names memory of the program. */
#include "graphs.h"

static void show_list(const char *what, const CUgraphNode *nodes, size_t count, const CUgraphNode *known, size_t all)
{
    printf("%s:", what);
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < all && known[at] != nodes[i])
            at++;
        printf(at < all ? " %zu" : nodes[i] ? " other" : " none", at);
    }
    puts("");
}

static void look_through(void)
{
    puts("# nodes, edges, neighbours");
    CUgraph graph;
    CUgraphNode nodes[4], seen[8], to[8];
    CUgraphEdgeData edges[8];
    CUgraphNodeType type;
    size_t count = 0;
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, cuGraphGetNodes(graph, NULL, &count));
    printf("%zu nodes\n", count);
    for (unsigned i = 0; i < 4; i++)
        MUST(add_fill(&nodes[i], graph, NULL, 0, world_memory + 64 * i, 4, i));
    EXPECT(0, cuGraphAddDependencies(graph, (CUgraphNode[]){nodes[0], nodes[0], nodes[1]},
                                     (CUgraphNode[]){nodes[1], nodes[2], nodes[3]}, 3));
    EXPECT(1, cuGraphAddDependencies(graph, (CUgraphNode[]){nodes[0], NONSENSE(CUgraphNode)}, &nodes[1], 2));
    count = 8;
    EXPECT(0, cuGraphGetNodes(graph, seen, &count));
    show_list("nodes", seen, count, nodes, 4);
    show_list("behind them", seen + count, 8 - count, nodes, 4);
    count = 2;
    EXPECT(0, cuGraphGetNodes(graph, seen, &count));
    show_list("two of them", seen, count, nodes, 4);
    count = 8;
    EXPECT(0, cuGraphGetRootNodes(graph, seen, &count));
    show_list("roots", seen, count, nodes, 4);
    EXPECT(0, cuGraphGetEdges(graph, NULL, NULL, &count));
    printf("%zu edges\n", count);
    count = 8;
    EXPECT(0, cuGraphGetEdges(graph, seen, to, &count));
    show_list("from", seen, count, nodes, 4);
    show_list("to", to, count, nodes, 4);
    EXPECT(1, cuGraphGetEdges(graph, seen, NULL, &count));
    count = 8;
    EXPECT(0, cuGraphGetEdges_v2(graph, seen, to, edges, &count));
    printf("%zu edges, %u %u %u\n", count, edges[0].from_port, edges[0].to_port, edges[0].type);
    count = 8;
    EXPECT(0, cuGraphNodeGetDependencies(nodes[3], seen, &count));
    show_list("before 3", seen, count, nodes, 4);
    count = 8;
    EXPECT(0, cuGraphNodeGetDependentNodes_v2(nodes[0], seen, edges, &count));
    show_list("after 0", seen, count, nodes, 4);
    EXPECT(0, cuGraphNodeGetType(nodes[0], &type));
    printf("type %d\n", (int)type);
    EXPECT(1, cuGraphNodeGetType(nodes[0], NULL));
    EXPECT(1, cuGraphNodeGetType(NONSENSE(CUgraphNode), &type));
    EXPECT(0, cuGraphRemoveDependencies(graph, &nodes[0], &nodes[2], 1));
    EXPECT(1, cuGraphRemoveDependencies(graph, &nodes[0], &nodes[2], 1));
    EXPECT(0, cuGraphDestroyNode(nodes[1]));
    EXPECT(1, cuGraphDestroyNode(nodes[1]));
    count = 8;
    EXPECT(0, cuGraphGetNodes(graph, seen, &count));
    show_list("left", seen, count, nodes, 4);
    EXPECT(0, cuGraphDestroy(graph));
    EXPECT(1, cuGraphDestroy(graph));
    EXPECT(1, cuGraphGetNodes(graph, seen, &count));
    EXPECT(1, cuGraphNodeGetType(nodes[0], &type));
}

static void edges_with_data(void)
{
    puts("# edges with data");
    CUgraph graph;
    CUgraphNode nodes[2], seen[2], to[2];
    size_t count = 2;
    CUgraphEdgeData programmatic = {.from_port = 1, .type = 1}, told[2];
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_KERNEL};
    MUST(cuGraphCreate(&graph, 0));
    MUST(add_kernel(&nodes[0], graph, NULL, 0, world_nothing, 1, NULL));
    params.kernel.func = world_nothing;
    params.kernel.gridDimX = params.kernel.gridDimY = params.kernel.gridDimZ = 1;
    params.kernel.blockDimX = params.kernel.blockDimY = params.kernel.blockDimZ = 1;
    EXPECT(0, cuGraphAddNode_v2(&nodes[1], graph, &nodes[0], &programmatic, 1, &params));
    EXPECT(402, cuGraphGetEdges(graph, seen, to, &count));
    EXPECT(402, cuGraphNodeGetDependencies(nodes[1], seen, &count));
    count = 2;
    EXPECT(0, cuGraphGetEdges_v2(graph, seen, to, told, &count));
    printf("%zu: from port %u, type %u\n", count, told[0].from_port, told[0].type);
    EXPECT(0, cuGraphDestroy(graph));
}

static void copies(void)
{
    puts("# copies of graphs");
    CUgraph graph, clone;
    CUgraphNode nodes[2], copied[2], seen[4];
    CUgraphExec exec;
    size_t count = 4;
    MUST(cuGraphCreate(&graph, 0));
    MUST(add_fill(&nodes[0], graph, NULL, 0, world_memory, 4, 1));
    MUST(add_fill(&nodes[1], graph, &nodes[0], 1, world_memory, 2, 7));
    EXPECT(0, cuGraphClone(&clone, graph));
    EXPECT(0, cuGraphNodeFindInClone(&copied[0], nodes[0], clone));
    EXPECT(0, cuGraphNodeFindInClone(&copied[1], nodes[1], clone));
    EXPECT(1, cuGraphNodeFindInClone(&copied[1], nodes[1], graph));
    EXPECT(0, cuGraphGetNodes(clone, seen, &count));
    show_list("copied", seen, count, copied, 2);
    count = 4;
    EXPECT(0, cuGraphNodeGetDependencies(copied[1], seen, &count));
    show_list("before 1", seen, count, copied, 2);
    EXPECT(0, cuGraphDestroyNode(copied[0]));
    EXPECT(0, cuGraphDestroy(graph));
    MUST(cuMemsetD32_v2(world_memory, 0, 4));
    MUST(cuCtxSynchronize());
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, clone, 0));
    EXPECT(0, cuGraphDestroy(clone));
    EXPECT(0, cuGraphUpload(exec, world_stream));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuStreamSynchronize(world_stream));
    print_words(world_memory, 4);
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(1, cuGraphExecDestroy(exec));
    EXPECT(1, cuGraphLaunch(exec, world_stream));
}

static void trouble(void)
{
    puts("# what cannot be made");
    CUgraph graph;
    CUgraphNode nodes[2], wrong = (CUgraphNode)1;
    CUgraphExec exec;
    char log[8] = "untold";
    CUDA_GRAPH_INSTANTIATE_PARAMS params = {.flags = 0, .hErrNode_out = (CUgraphNode)1};
    cuuint64_t flags = 77;
    EXPECT(1, cuGraphCreate(&graph, 1));
    EXPECT(1, cuGraphCreate(NULL, 0));
    MUST(cuGraphCreate(&graph, 0));
    MUST(add_fill(&nodes[0], graph, NULL, 0, world_memory, 4, 1));
    MUST(add_fill(&nodes[1], graph, &nodes[0], 1, world_memory, 4, 1));
    EXPECT(0, cuGraphAddDependencies(graph, &nodes[1], &nodes[0], 1));
    EXPECT(1, cuGraphInstantiate_v2(&exec, graph, &wrong, log, sizeof log));
    printf("wrong: %s, log '%s'\n", wrong == nodes[0] || wrong == nodes[1] ? "one of them" : "none", log);
    EXPECT(1, cuGraphInstantiateWithParams(&exec, graph, &params));
    printf("result %d, %s\n", (int)params.result_out, params.hErrNode_out == wrong ? "the same" : "another");
    EXPECT(0, cuGraphRemoveDependencies(graph, &nodes[1], &nodes[0], 1));
    EXPECT(1, cuGraphInstantiateWithFlags(&exec, graph, CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD));
    EXPECT(1, cuGraphInstantiateWithFlags(&exec, graph, 1 << 20));
    EXPECT(1, cuGraphInstantiateWithFlags(NULL, graph, 0));
    params.flags = CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD;
    params.hUploadStream = world_stream;
    EXPECT(0, cuGraphInstantiateWithParams(&exec, graph, &params));
    printf("result %d, %s\n", (int)params.result_out, params.hErrNode_out ? "a node" : "no node");
    EXPECT(0, cuGraphExecGetFlags(exec, &flags));
    printf("flags %llu\n", (unsigned long long)flags);
    EXPECT(1, cuGraphExecGetFlags(exec, NULL));
    EXPECT(400, cuGraphLaunch(exec, NONSENSE(CUstream)));
    EXPECT(1, cuGraphLaunch(NONSENSE(CUgraphExec), world_stream));
    EXPECT(0, cuGraphExecDestroy(exec));
    CUDA_KERNEL_NODE_PARAMS none = {.func = NULL, .gridDimX = 1, .gridDimY = 1, .gridDimZ = 1};
    EXPECT(1, cuGraphAddKernelNode_v2(&nodes[0], graph, NULL, 0, &none));
    EXPECT(1, cuGraphAddKernelNode_v2(&nodes[0], graph, NULL, 0, NULL));
    EXPECT(1, add_kernel(&nodes[0], graph, NULL, 0, world_nothing, 4096, NULL));
    none.blockDimX = none.blockDimY = none.blockDimZ = 1;
    none.func = world_nothing;
    none.ctx = NONSENSE(CUcontext);
    EXPECT(0, cuGraphAddKernelNode_v2(&nodes[0], graph, NULL, 0, &none));
    EXPECT(1, cuGraphAddEmptyNode(&nodes[0], graph, NULL, 1));
    EXPECT(1, cuGraphAddEmptyNode(NULL, graph, NULL, 0));
    EXPECT(1, cuGraphAddEmptyNode(&nodes[0], NONSENSE(CUgraph), NULL, 0));
    EXPECT(1, cuGraphAddChildGraphNode(&nodes[0], graph, NULL, 0, NONSENSE(CUgraph)));
    EXPECT(0, cuGraphDestroy(graph));
}

/* A large launch is one message, so it takes no longer here to begin than a small one. */
static void many(void)
{
    puts("# many nodes");
    enum { NODES = 300, LAUNCHES = 50 };
    static CUgraphNode nodes[NODES], seen[NODES + 1];
    CUgraph graph;
    CUgraphExec exec;
    size_t count = NODES + 1;
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuMemsetD32_v2(world_memory, 0, 4));
    MUST(cuCtxSynchronize());
    for (unsigned i = 0; i < NODES; i++)
        MUST(add_step(&nodes[i], graph, nodes + i - 1, i > 0, world_memory));
    EXPECT(0, cuGraphGetNodes(graph, seen, &count));
    EXPECT_TRUE(count == NODES && !memcmp(seen, nodes, sizeof nodes));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (int i = 0; i < LAUNCHES; i++)
        MUST(cuGraphLaunch(exec, i % 2 ? world_stream : NULL));
    EXPECT(0, cuCtxSynchronize());
    print_words(world_memory, 1);
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(graph));
}

/* More dependencies than go into one call of the wire. */
static void wide(void)
{
    puts("# many edges at once");
    enum { NODES = 9000 };
    static CUgraphNode nodes[NODES], same[NODES];
    CUgraph graph;
    CUgraphNode end, last;
    size_t count = 0;
    MUST(cuGraphCreate(&graph, 0));
    for (unsigned i = 0; i < NODES; i++)
        MUST(cuGraphAddEmptyNode(&nodes[i], graph, NULL, 0));
    EXPECT(0, cuGraphAddEmptyNode(&end, graph, nodes, NODES));
    EXPECT(0, cuGraphAddEmptyNode(&last, graph, NULL, 0));
    for (unsigned i = 0; i < NODES; i++)
        same[i] = last;
    EXPECT(0, cuGraphAddDependencies_v2(graph, nodes, same, NULL, NODES));
    EXPECT(0, cuGraphGetEdges_v2(graph, NULL, NULL, NULL, &count));
    printf("%zu edges\n", count);
    EXPECT(0, cuGraphRemoveDependencies_v2(graph, nodes, same, NULL, NODES));
    MUST(cuGraphAddDependencies_v2(graph, &nodes[NODES - 1], &last, NULL, 1));
    EXPECT(1, cuGraphAddDependencies_v2(graph, nodes, same, NULL, NODES));
    nodes[0] = nodes[NODES - 1];
    EXPECT(1, cuGraphAddEmptyNode(&last, graph, nodes, NODES));
    EXPECT(0, cuGraphGetEdges_v2(graph, NULL, NULL, NULL, &count));
    printf("%zu edges\n", count);
    EXPECT(0, cuGraphGetNodes(graph, NULL, &count));
    printf("%zu nodes\n", count);
    EXPECT(0, cuGraphDestroy(graph));
}

int main(void)
{
    open_graphs();
    look_through();
    edges_with_data();
    copies();
    trouble();
    many();
    wide();
    return 0;
}
