/* Functions of the program in graphs: called at every launch, in their turn, and changed. */
#include "graphs.h"

static int first = 1, second = 2;
static _Atomic int seen, context_code = -1;

static void note(void *data)
{
    int *value = data;
    atomic_fetch_add(&seen, *value);
}

static void note_ten(void *data)
{
    int *value = data;
    atomic_fetch_add(&seen, 10 * *value);
}

/* What a function may not do. */
static void call_cuda(void *unused)
{
    CUcontext context;
    (void)unused;
    atomic_store(&context_code, (int)cuCtxGetCurrent(&context));
}

static void launch(CUgraphExec exec, int times)
{
    atomic_store(&seen, 0);
    for (int i = 0; i < times; i++)
        MUST(cuGraphLaunch(exec, i % 2 ? world_other : world_stream));
    MUST(cuCtxSynchronize());
    printf("seen: %d\n", atomic_load(&seen));
}

int main(void)
{
    CUgraph graph, clone;
    CUgraphNode nodes[3], copied;
    CUgraphExec exec, other;
    CUgraphNodeType type;
    CUgraphExecUpdateResultInfo info;
    const CUDA_HOST_NODE_PARAMS one = {note, &first}, two = {note, &second}, ten = {note_ten, &second},
                                cuda = {call_cuda, NULL}, none = {NULL, &first};
    CUDA_HOST_NODE_PARAMS told = {NULL, NULL};
    open_graphs();
    MUST(cuGraphCreate(&graph, 0));
    MUST(add_step(&nodes[0], graph, NULL, 0, world_memory));
    EXPECT(0, cuGraphAddHostNode(&nodes[1], graph, &nodes[0], 1, &one));
    MUST(add_step(&nodes[2], graph, &nodes[1], 1, world_memory));
    EXPECT(1, cuGraphAddHostNode(&nodes[1], graph, NULL, 0, &none));
    EXPECT(1, cuGraphAddHostNode(&nodes[1], graph, NULL, 0, NULL));
    EXPECT(0, cuGraphNodeGetType(nodes[1], &type));
    printf("type %d\n", (int)type);
    EXPECT(0, cuGraphHostNodeGetParams(nodes[1], &told));
    EXPECT_TRUE(told.fn == note && told.userData == &first);
    EXPECT(1, cuGraphHostNodeGetParams(nodes[0], &told));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    MUST(cuMemsetD32_v2(world_memory, 0, 1));
    MUST(cuCtxSynchronize());
    launch(exec, 20);
    print_words(world_memory, 1);
    puts("# changed in the graph");
    EXPECT(0, cuGraphHostNodeSetParams(nodes[1], &two));
    EXPECT(0, cuGraphHostNodeGetParams(nodes[1], &told));
    EXPECT_TRUE(told.fn == note && told.userData == &second);
    launch(exec, 3);
    EXPECT(0, cuGraphExecUpdate_v2(exec, graph, &info));
    launch(exec, 3);
    puts("# changed in the executable graph");
    EXPECT(0, cuGraphExecHostNodeSetParams(exec, nodes[1], &ten));
    launch(exec, 3);
    EXPECT(1, cuGraphExecHostNodeSetParams(exec, nodes[0], &ten));
    puts("# in a copy");
    EXPECT(0, cuGraphClone(&clone, graph));
    EXPECT(0, cuGraphNodeFindInClone(&copied, nodes[1], clone));
    EXPECT(0, cuGraphHostNodeGetParams(copied, &told));
    EXPECT_TRUE(told.fn == note && told.userData == &second);
    EXPECT(0, cuGraphDestroy(graph));
    EXPECT(0, cuGraphInstantiateWithFlags(&other, clone, 0));
    launch(other, 4);
    puts("# what calls CUDA");
    EXPECT(0, cuGraphExecHostNodeSetParams(other, copied, &cuda));
    launch(other, 1);
    printf("code %d\n", atomic_load(&context_code));
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphExecDestroy(other));
    EXPECT(0, cuGraphDestroy(clone));
    return 0;
}
