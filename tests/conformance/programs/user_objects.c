/* User objects: who owns them, and when their function is called. */
#include <time.h>

#include "graphs.h"

/* Called soon, on a thread of the driver: so it is waited for, for a long time at most. */
static void wait_for_calls(int wanted)
{
    struct timespec nap = {0, 1000000};
    for (int i = 0; i < 60000 && atomic_load(&calls) < wanted; i++)
        nanosleep(&nap, NULL);
    printf("%d calls\n", atomic_load(&calls));
}

static CUresult in_function;

static void call_cuda(void *unused)
{
    CUdevice device;
    in_function = cuCtxGetDevice(&device);
    count_call(unused);
}

static void alone(void)
{
    puts("# nobody but the program");
    CUuserObject object;
    EXPECT(1, cuUserObjectCreate(NULL, NULL, count_call, 1, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
    EXPECT(1, cuUserObjectCreate(&object, NULL, NULL, 1, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
    EXPECT(1, cuUserObjectCreate(&object, NULL, count_call, 0, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
    EXPECT(1, cuUserObjectCreate(&object, NULL, count_call, 1, 0));
    EXPECT(0, cuUserObjectCreate(&object, NULL, count_call, 2, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
    EXPECT(0, cuUserObjectRetain(object, 3));
    EXPECT(1, cuUserObjectRetain(object, 0));
    EXPECT(0, cuUserObjectRelease(object, 4));
    printf("%d calls\n", atomic_load(&calls));
    EXPECT(0, cuUserObjectRelease(object, 1));
    wait_for_calls(1);
    EXPECT(1, cuUserObjectRelease(object, 1));
    EXPECT(1, cuUserObjectRetain(NONSENSE(CUuserObject), 1));
}

static void owned(void)
{
    puts("# graphs, clones and executable graphs");
    CUgraph graph, copy;
    CUgraphNode node;
    CUgraphExec exec;
    CUuserObject object;
    MUST(cuGraphCreate(&graph, 0));
    MUST(add_fill(&node, graph, NULL, 0, world_memory, 4, 5));
    EXPECT(0, cuUserObjectCreate(&object, NULL, call_cuda, 1, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
    EXPECT(0, cuGraphRetainUserObject(graph, object, 2, 0));
    EXPECT(0, cuUserObjectRelease(object, 1));
    EXPECT(0, cuGraphReleaseUserObject(graph, object, 1));
    EXPECT(1, cuGraphReleaseUserObject(graph, object, 2));
    EXPECT(1, cuGraphRetainUserObject(graph, object, 1, 2));
    EXPECT(0, cuGraphClone(&copy, graph));
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, graph, 0));
    EXPECT(0, cuGraphDestroy(graph));
    EXPECT(0, cuGraphDestroy(copy));
    EXPECT(0, cuStreamWaitValue32_v2(world_stream, world_memory + 256, 1, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuGraphExecDestroy(exec));
    printf("%d calls while a launch is on its way\n", atomic_load(&calls));
    EXPECT(0, cuStreamWriteValue32_v2(world_other, world_memory + 256, 1, 0));
    EXPECT(0, cuStreamSynchronize(world_stream));
    wait_for_calls(2);
    printf("CUDA in it: %d\n", (int)in_function);
}

static void moved(void)
{
    puts("# references that are moved");
    CUgraph graph;
    CUuserObject object;
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(0, cuUserObjectCreate(&object, NULL, count_call, 3, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
    EXPECT(0, cuGraphRetainUserObject(graph, object, 3, CU_GRAPH_USER_OBJECT_MOVE));
    EXPECT(0, cuGraphDestroy(graph));
    wait_for_calls(3);
}

static CUgraph owning(unsigned value)
{
    CUgraph graph;
    CUgraphNode node;
    CUuserObject object;
    MUST(cuGraphCreate(&graph, 0));
    MUST(add_fill(&node, graph, NULL, 0, world_memory, 4, value));
    MUST(cuUserObjectCreate(&object, NULL, count_call, 1, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
    MUST(cuGraphRetainUserObject(graph, object, 1, CU_GRAPH_USER_OBJECT_MOVE));
    return graph;
}

static void updated(void)
{
    puts("# an update has those of the new graph in place of the old one's");
    CUgraphExec exec;
    CUgraphExecUpdateResultInfo info;
    CUgraph old = owning(5), new = owning(6), last = owning(7);
    const int before = atomic_load(&calls);
    EXPECT(0, cuGraphInstantiateWithFlags(&exec, old, 0));
    MUST(cuGraphDestroy(old));
    EXPECT(0, cuGraphExecUpdate_v2(exec, new, &info));
    wait_for_calls(before + 1);
    MUST(cuGraphDestroy(new));
    EXPECT(0, cuStreamWaitValue32_v2(world_stream, world_memory + 256, 2, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuGraphLaunch(exec, world_stream));
    EXPECT(0, cuGraphExecUpdate_v2(exec, last, &info));
    MUST(cuGraphDestroy(last));
    printf("%d calls while a launch is on its way\n", atomic_load(&calls) - before);
    EXPECT(0, cuStreamWriteValue32_v2(world_other, world_memory + 256, 2, 0));
    EXPECT(0, cuStreamSynchronize(world_stream));
    EXPECT(0, cuGraphExecDestroy(exec));
    wait_for_calls(before + 3);
}

enum { MANY = 300 };
static _Atomic int called[MANY];

static void count_own(void *own)
{
    atomic_fetch_add((_Atomic int *)own, 1);
    count_call(NULL);
}

static void many(void)
{
    puts("# many of one graph, some of another as well");
    CUgraph graph, child;
    CUgraphNode node;
    CUuserObject object;
    int once = 0, before = atomic_load(&calls);
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuGraphCreate(&child, 0));
    for (int i = 0; i < MANY; i++) {
        MUST(cuUserObjectCreate(&object, &called[i], count_own, 1, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
        MUST(cuGraphRetainUserObject(i % 2 ? child : graph, object, 1, CU_GRAPH_USER_OBJECT_MOVE));
    }
    EXPECT(0, cuGraphAddChildGraphNode(&node, graph, NULL, 0, child));
    EXPECT(0, cuGraphDestroy(child));
    EXPECT(0, cuGraphDestroy(graph));
    wait_for_calls(before + MANY);
    for (int i = 0; i < MANY; i++)
        once += atomic_load(&called[i]) == 1;
    printf("%d called once\n", once);
}

static void captured(void)
{
    puts("# a graph while it is captured");
    CUgraph graph, whole;
    CUuserObject object;
    CUstreamCaptureStatus status;
    int before = atomic_load(&calls);
    EXPECT(0, cuStreamBeginCapture_v2(world_stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(0, cuUserObjectCreate(&object, NULL, count_call, 1, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
    EXPECT(0, cuStreamGetCaptureInfo_v2(world_stream, &status, NULL, &graph, NULL, NULL));
    EXPECT(0, cuGraphRetainUserObject(graph, object, 1, CU_GRAPH_USER_OBJECT_MOVE));
    EXPECT(0, cuStreamEndCapture(world_stream, &whole));
    printf("%d more calls\n", atomic_load(&calls) - before);
    EXPECT(0, cuGraphDestroy(whole));
    wait_for_calls(before + 1);
}

static void given_up(void)
{
    puts("# a capture whose stream, or context, ends before it");
    CUcontext context;
    CUgraph graph;
    CUstream stream;
    CUuserObject object;
    CUstreamCaptureStatus status;
    for (int with_context = 0; with_context < 2; with_context++) {
        int before = atomic_load(&calls);
        MUST(cuCtxCreate_v4(&context, NULL, 0, 0));
        MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
        EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
        EXPECT(0, cuUserObjectCreate(&object, NULL, count_call, 1, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
        EXPECT(0, cuStreamGetCaptureInfo_v2(stream, &status, NULL, &graph, NULL, NULL));
        EXPECT(0, cuGraphRetainUserObject(graph, object, 1, CU_GRAPH_USER_OBJECT_MOVE));
        if (!with_context)
            EXPECT(0, cuStreamDestroy_v2(stream));
        if (!with_context)
            wait_for_calls(before + 1);
        EXPECT(0, cuCtxDestroy_v2(context));
        wait_for_calls(before + 1);
    }
}

static void outlived(void)
{
    puts("# the context in which it was made has ended");
    CUcontext context;
    CUuserObject object;
    int before = atomic_load(&calls);
    MUST(cuCtxCreate_v4(&context, NULL, 0, 0));
    EXPECT(0, cuUserObjectCreate(&object, NULL, count_call, 1, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
    EXPECT(0, cuCtxDestroy_v2(context));
    printf("%d more calls\n", atomic_load(&calls) - before);
    EXPECT(0, cuUserObjectRelease(object, 1));
    wait_for_calls(before + 1);
}

__attribute__((unused)) static void call_late(void *unused)
{
    (void)unused;
    puts("WRONG: called although the program owns it");
}

__attribute__((unused)) static void left(void)
{
    puts("# one that the program owns at its end");
    CUuserObject object;
    EXPECT(0, cuUserObjectCreate(&object, NULL, call_late, 1, CU_USER_OBJECT_NO_DESTRUCTOR_SYNC));
}

int main(void)
{
    open_graphs();
    MUST(cuMemsetD32_v2(world_memory, 0, 128));
    MUST(cuCtxSynchronize());
    alone();
    owned();
    moved();
    updated();
    many();
    captured();
    given_up();
    outlived();
#ifndef __SANITIZE_ADDRESS__   /* it would call this a leak, which it is */
    left();
#endif
    return 0;
}
