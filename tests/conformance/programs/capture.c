/* Stream capture: what becomes of each kind of work, and what a program can ask meanwhile. */
#include <pthread.h>

#include "captured.h"

static CUstream stream, other;

static void begin_and_end(void)
{
    CUgraph graph = NULL;
    CUstream destroyed;
    puts("# begin and end");
    EXPECT(1, cuStreamBeginCapture_v2(stream, (CUstreamCaptureMode)3));
    EXPECT(1, cuStreamBeginCapture_v2(stream, (CUstreamCaptureMode)-1));
    EXPECT(400, cuStreamBeginCapture_v2(NONSENSE(CUstream), CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(900, cuStreamBeginCapture_v2(NULL, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(900, cuStreamBeginCapture_v2(CU_STREAM_LEGACY, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(401, cuStreamEndCapture(stream, &graph));
    EXPECT(401, cuStreamEndCapture(NULL, &graph));
    EXPECT(1, cuStreamEndCapture(stream, NULL));
    EXPECT(400, cuStreamEndCapture(NONSENSE(CUstream), &graph));
    show_status(stream);
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(401, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    show_status(stream);
    EXPECT(1, cuStreamEndCapture(stream, NULL));
    show_status(stream);
    EXPECT(0, cuStreamEndCapture(stream, &graph));
    EXPECT_TRUE(graph != NULL);
    show_status(stream);
    show_nodes(graph);
    EXPECT(401, cuStreamEndCapture(stream, &graph));
    run_graph(graph, stream, 1);
    EXPECT(0, cuGraphDestroy(graph));
    puts("# the oldest form, and a thread's own stream");
    EXPECT(0, cuStreamBeginCapture(CU_STREAM_PER_THREAD));
    show_status(CU_STREAM_PER_THREAD);
    EXPECT(0, fill_words(CU_STREAM_PER_THREAD, 0, 4, 5));
    EXPECT(0, cuStreamEndCapture_ptsz(NULL, &graph));
    show_nodes(graph);
    EXPECT(0, cuGraphDestroy(graph));
    puts("# a stream that is destroyed");
    MUST(cuStreamCreate(&destroyed, CU_STREAM_NON_BLOCKING));
    EXPECT(0, cuStreamBeginCapture_v2(destroyed, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, cuMemsetD8Async(captured_memory, 1, 4, destroyed));
    EXPECT(0, cuStreamDestroy_v2(destroyed));
    EXPECT(400, cuStreamEndCapture(destroyed, &graph));
    EXPECT(0, cuMemFree_v2(0));
}

/* Nothing is done until the graph is launched, and then as often as it is. */
static void work(void)
{
    CUgraph graph;
    CUdeviceptr memory = captured_memory;
    CUDA_MEMCPY2D rows = {.srcMemoryType = CU_MEMORYTYPE_DEVICE,
                          .srcDevice = memory,
                          .srcPitch = 8,
                          .dstMemoryType = CU_MEMORYTYPE_DEVICE,
                          .dstDevice = memory + 128,
                          .dstPitch = 16,
                          .WidthInBytes = 4,
                          .Height = 3};
    puts("# work");
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, fill_words(stream, 0, 8, 100));
    EXPECT(0, cuMemcpyDtoDAsync_v2(memory + 48, memory, 16, stream));
    EXPECT(0, cuMemcpyAsync(memory + 64, memory + 32, 4, stream));
    EXPECT(0, cuMemcpy2DAsync_v2(&rows, stream));
    EXPECT(0, cuMemsetD32Async(memory + 80, 9, 2, stream));
    EXPECT(0, cuMemsetD2D8Async(memory + 96, 8, 5, 2, 2, stream));
    EXPECT(0, cuStreamWriteValue32_v2(stream, memory + 116, 4321, 0));
    EXPECT(0, cuMemcpyDtoDAsync_v2(memory, memory + 48, 0, stream));
    EXPECT(0, cuMemsetD8Async(memory, 0, 0, stream));
    EXPECT(0, cuStreamEndCapture(stream, &graph));
    show_nodes(graph);
    show_words("before", 0, 40);
    MUST(cuMemsetD32_v2(memory + 32, 77, 1));
    MUST(cuCtxSynchronize());
    run_graph(graph, stream, 1);
    show_words("after", 0, 40);
    MUST(cuMemsetD8_v2(memory, 0, BYTES));
    MUST(cuCtxSynchronize());
    run_graph(graph, other, 2);
    show_words("again", 0, 40);
    EXPECT(0, cuGraphDestroy(graph));
}

static void wrong_work(void)
{
    CUgraph graph = NULL;
    CUDA_MEMCPY2D rows = {.srcMemoryType = CU_MEMORYTYPE_ARRAY, .WidthInBytes = 4, .Height = 3};
    puts("# a wrong argument is told at its call, and the capture goes on");
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(1, cuMemcpyDtoDAsync_v2(0x10, captured_memory, 4, stream));
    EXPECT(1, cuMemcpyHtoDAsync_v2(captured_memory, NULL, 4, stream));
    EXPECT(1, cuMemcpy2DAsync_v2(NULL, stream));
    EXPECT(1, cuMemcpy2DAsync_v2(&rows, stream));
    EXPECT(1, cuMemsetD32Async(captured_memory + 1, 9, 2, stream));
    EXPECT(1, cuLaunchKernel(captured_fill, 0, 1, 1, 1, 1, 1, 0, stream, NULL, NULL));
    EXPECT(1, cuLaunchKernel(captured_fill, 1, 1, 1, 4096, 1, 1, 0, stream, NULL, NULL));
    EXPECT(1, cuStreamWriteValue32_v2(stream, captured_memory + 2, 4321, 0));
    EXPECT(400, cuEventRecord(NONSENSE(CUevent), stream));
    EXPECT(400, cuStreamWaitEvent(stream, NONSENSE(CUevent), 0));
    show_status(stream);
    EXPECT(0, cuStreamEndCapture(stream, &graph));
    show_nodes(graph);
    EXPECT(0, cuGraphDestroy(graph));
}

static void info(void)
{
    CUstreamCaptureStatus status;
    cuuint64_t id = 7, first = 0;
    CUgraph graph = NULL, ended = NULL;
    const CUgraphNode *nodes = NULL;
    const CUgraphEdgeData *edges = NULL;
    size_t count = 99;
    puts("# what a program can ask");
    EXPECT(1, cuStreamIsCapturing(stream, NULL));
    EXPECT(0, cuStreamGetCaptureInfo_v2(stream, &status, &id, &graph, &nodes, &count));
    printf("%s, id %u, graph %d, count %zu\n", status_name(status), (unsigned)id, graph != NULL, count);
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    EXPECT(1, cuStreamGetCaptureInfo(stream, NULL, &id));
    EXPECT(1, cuStreamGetCaptureInfo_v2(stream, NULL, &id, &graph, &nodes, &count));
    EXPECT(1, cuStreamGetCaptureInfo_v3(stream, &status, NULL, NULL, NULL, &edges, NULL));
    EXPECT(0, cuStreamGetCaptureInfo(stream, &status, &first));
    EXPECT(0, cuStreamGetCaptureInfo_v2(stream, &status, &id, &graph, &nodes, &count));
    printf("%s, the same id %d, graph %d, count %zu\n", status_name(status), id == first, graph != NULL, count);
    EXPECT(0, fill_words(stream, 0, 1, 1));
    EXPECT(0, cuStreamGetCaptureInfo_v3(stream, &status, NULL, NULL, &nodes, &edges, &count));
    printf("count %zu, edge %u %u %u\n", count, edges->from_port, edges->to_port, edges->type);
    EXPECT(0, cuStreamEndCapture(stream, &ended));
    EXPECT_TRUE(ended == graph);
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    EXPECT(0, cuStreamGetCaptureInfo(stream, &status, &id));
    EXPECT_TRUE(id != first);
    EXPECT(0, cuStreamEndCapture(stream, &graph));
    EXPECT(0, cuGraphDestroy(graph));
    EXPECT(0, cuGraphDestroy(ended));
}

/* Nodes that the program adds itself come between captured ones. */
static void dependencies(void)
{
    CUstreamCaptureStatus status;
    CUgraph graph;
    CUgraphNode own[3], none = NULL;
    const CUgraphNode *nodes;
    size_t count;
    puts("# dependencies");
    EXPECT(401, cuStreamUpdateCaptureDependencies(stream, NULL, 0, 0));
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, fill_words(stream, 0, 1, 1));
    EXPECT(0, cuStreamGetCaptureInfo_v2(stream, &status, NULL, &graph, &nodes, &count));
    EXPECT(0, cuGraphAddEmptyNode(&own[0], graph, nodes, count));
    EXPECT(0, cuGraphAddEmptyNode(&own[1], graph, NULL, 0));
    EXPECT(1, cuStreamUpdateCaptureDependencies(stream, NULL, 1, 0));
    EXPECT(1, cuStreamUpdateCaptureDependencies(stream, own, 1, 20));
    EXPECT(1, cuStreamUpdateCaptureDependencies(stream, &none, 1, 0));
    EXPECT(0, cuStreamUpdateCaptureDependencies(stream, own, 2, CU_STREAM_ADD_CAPTURE_DEPENDENCIES));
    EXPECT(0, cuStreamGetCaptureInfo_v2(stream, &status, NULL, NULL, &nodes, &count));
    printf("count %zu\n", count);
    EXPECT(0, fill_words(stream, 1, 1, 2));
    EXPECT(0, cuGraphAddEmptyNode(&own[2], graph, NULL, 0));
    EXPECT(0, cuStreamUpdateCaptureDependencies_v2(stream, &own[2], NULL, 1, CU_STREAM_SET_CAPTURE_DEPENDENCIES));
    EXPECT(0, fill_words(stream, 2, 1, 3));
    EXPECT(0, cuStreamGetCaptureInfo_v2(stream, &status, NULL, NULL, &nodes, &count));
    printf("count %zu\n", count);
    EXPECT(0, cuStreamEndCapture(stream, &graph));
    show_nodes(graph);
    run_graph(graph, stream, 1);
    show_words("words", 0, 3);
    EXPECT(0, cuGraphDestroy(graph));
}

static void to_graph(void)
{
    CUgraph graph, same = NULL, stranger;
    CUgraphNode first, foreign;
    puts("# into a graph of the program's");
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuGraphCreate(&stranger, 0));
    MUST(cuGraphAddEmptyNode(&first, graph, NULL, 0));
    MUST(cuGraphAddEmptyNode(&foreign, stranger, NULL, 0));
    EXPECT(1, cuStreamBeginCaptureToGraph(stream, NULL, NULL, NULL, 0, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(1, cuStreamBeginCaptureToGraph(stream, graph, NULL, NULL, 1, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(1, cuStreamBeginCaptureToGraph(stream, graph, &foreign, NULL, 1, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(1, cuStreamBeginCaptureToGraph(stream, graph, &first, NULL, 1, (CUstreamCaptureMode)7));
    EXPECT(900, cuStreamBeginCaptureToGraph(NULL, graph, &first, NULL, 1, CU_STREAM_CAPTURE_MODE_GLOBAL));
    show_status(stream);
    EXPECT(0, cuStreamBeginCaptureToGraph(stream, graph, &first, NULL, 1, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(401, cuStreamBeginCaptureToGraph(stream, graph, &first, NULL, 1, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, fill_words(stream, 0, 2, 50));
    EXPECT(0, cuStreamEndCapture(stream, &same));
    EXPECT_TRUE(same == graph);
    EXPECT(0, cuStreamBeginCaptureToGraph(stream, graph, NULL, NULL, 0, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, fill_words(stream, 2, 2, 70));
    EXPECT(0, cuStreamEndCapture(stream, &same));
    show_nodes(graph);
    run_graph(graph, stream, 1);
    show_words("words", 0, 4);
    EXPECT(0, cuGraphDestroy(graph));
    EXPECT(0, cuGraphDestroy(stranger));
}

/* A launch that need not wait for the end of the kernel before it: its edge says so. */
static void overlap(void)
{
    CUstreamCaptureStatus status;
    CUgraph graph;
    CUgraphNode from[4], to[4];
    CUgraphEdgeData data[4];
    const CUgraphNode *nodes;
    const CUgraphEdgeData *edges;
    CUdeviceptr at = captured_memory;
    unsigned words = 2, value = 30;
    void *params[] = {&at, &words, &value};
    CUlaunchAttribute attributes[] = {{.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION},
                                      {.id = CU_LAUNCH_ATTRIBUTE_PRIORITY, .value = {.priority = -1}}};
    CUlaunchConfig config = {.gridDimX = 1,
                             .gridDimY = 1,
                             .gridDimZ = 1,
                             .blockDimX = 2,
                             .blockDimY = 1,
                             .blockDimZ = 1,
                             .hStream = stream,
                             .attrs = attributes,
                             .numAttrs = 2};
    size_t count = 4;
    puts("# edges with data");
    attributes[0].value.programmaticStreamSerializationAllowed = 1;
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, cuMemsetD32Async(captured_memory, 0, 8, stream));
    EXPECT(0, cuLaunchKernelEx(&config, captured_fill, params, NULL));
    EXPECT(0, cuLaunchKernelEx(&config, captured_fill, params, NULL));
    EXPECT(0, cuStreamGetCaptureInfo_v2(stream, &status, NULL, NULL, &nodes, &count));
    data[0] = (CUgraphEdgeData){.from_port = 9};
    EXPECT(1, cuStreamUpdateCaptureDependencies_v2(stream, (CUgraphNode *)nodes, data, 1, 1));
    data[0] = (CUgraphEdgeData){.from_port = CU_GRAPH_KERNEL_NODE_PORT_LAUNCH_ORDER};
    EXPECT(0, cuStreamUpdateCaptureDependencies_v2(stream, (CUgraphNode *)nodes, data, 1, 1));
    EXPECT(CUDA_ERROR_LOSSY_QUERY, cuStreamGetCaptureInfo_v2(stream, &status, NULL, NULL, &nodes, &count));
    EXPECT(0, cuStreamGetCaptureInfo_v3(stream, &status, NULL, NULL, &nodes, &edges, &count));
    printf("%zu: port %u, type %u\n", count, edges->from_port, edges->type);
    EXPECT(0, fill_words(stream, 2, 2, 60));
    EXPECT(0, cuStreamEndCapture(stream, &graph));
    count = 4;
    EXPECT(0, cuGraphGetEdges_v2(graph, from, to, data, &count));
    for (size_t i = 0; i < count; i++)
        printf("edge: port %u, type %u\n", data[i].from_port, data[i].type);
    run_graph(graph, stream, 1);
    show_words("words", 0, 4);
    EXPECT(0, cuGraphDestroy(graph));
}

/* The context, or the thread whose stream it is, ends before the capture does. */
static void *capture_and_end(void *context)
{
    MUST(cuCtxSetCurrent(context));
    EXPECT(0, cuStreamBeginCapture_v2(CU_STREAM_PER_THREAD, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, cuMemsetD32Async(captured_memory, 0, 8, CU_STREAM_PER_THREAD));
    return NULL;
}

static void left_behind(CUcontext context)
{
    CUcontext short_lived;
    CUstream in_it;
    CUdeviceptr memory;
    pthread_t thread;
    puts("# left behind by a context, and by a thread");
    MUST(cuCtxCreate_v2(&short_lived, 0, 0));
    MUST(cuStreamCreate(&in_it, CU_STREAM_NON_BLOCKING));
    EXPECT(0, cuStreamBeginCapture_v2(in_it, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, cuCtxDestroy_v2(short_lived));
    MUST(cuCtxSetCurrent(context));
    EXPECT(0, cuMemAlloc_v2(&memory, 64));
    if (pthread_create(&thread, NULL, capture_and_end, context) || pthread_join(thread, NULL))
        exit(4);
    EXPECT(0, cuMemFree_v2(memory));
    EXPECT(0, cuCtxSynchronize());
}

static unsigned called;

static void count_call(void *by)
{
    called += *(const unsigned *)by;
}

static void functions(void)
{
    static unsigned by = 3;
    CUgraph graph = NULL;
    puts("# functions of the program");
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(1, cuLaunchHostFunc(stream, NULL, NULL));
    EXPECT(0, cuLaunchHostFunc(stream, count_call, &by));
    EXPECT(0, fill_words(stream, 0, 2, 7));
    EXPECT(0, cuStreamEndCapture(stream, &graph));
    show_nodes(graph);
    run_graph(graph, stream, 2);
    printf("called: %u\n", called);
    EXPECT(0, cuGraphDestroy(graph));
}

static void never(CUstream s, CUresult result, void *data)
{
    (void)s, (void)result, (void)data;
    puts("WRONG: a callback that was refused");
}

static void callbacks(void)
{
    CUgraph graph = NULL;
    puts("# a callback cannot be captured");
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(900, cuStreamAddCallback(stream, never, NULL, 0));
    show_status(stream);
    EXPECT(901, cuStreamEndCapture(stream, &graph));
}

/* A launched graph becomes a node of the one that is captured. */
static void child(void)
{
    CUgraph inner, outer;
    CUgraphExec exec;
    puts("# a graph in a graph");
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    MUST(fill_words(stream, 0, 4, 10));
    MUST(cuStreamEndCapture(stream, &inner));
    MUST(cuGraphInstantiateWithFlags(&exec, inner, 0));
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, cuMemsetD32Async(captured_memory, 0, 8, stream));
    EXPECT(0, cuGraphLaunch(exec, stream));
    EXPECT(0, fill_words(stream, 2, 4, 20));
    EXPECT(0, cuStreamEndCapture(stream, &outer));
    show_nodes(outer);
    EXPECT(0, cuGraphExecDestroy(exec));
    EXPECT(0, cuGraphDestroy(inner));
    run_graph(outer, stream, 1);
    show_words("words", 0, 8);
    EXPECT(0, cuGraphDestroy(outer));
}

/* Memory that the graph allocates is at the same address at every launch. */
static void memory_nodes(void)
{
    CUgraph graph;
    CUdeviceptr at = 0;
    puts("# memory in stream order");
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(1, cuMemAllocAsync(NULL, 4096, stream));
    EXPECT(0, cuMemAllocAsync(&at, 4096, stream));
    EXPECT_TRUE(at != 0);
    CUdeviceptr nothing = 0;
    EXPECT(0, cuMemAllocAsync(&nothing, 0, stream));
    EXPECT_TRUE(nothing != 0 && nothing != at);
    EXPECT(0, cuMemFreeAsync(nothing, stream));
    EXPECT(0, cuMemsetD32Async(at, 33, 4, stream));
    EXPECT(0, cuMemcpyDtoDAsync_v2(captured_memory, at, 16, stream));
    EXPECT(0, cuMemFreeAsync(at, stream));
    EXPECT(1, cuMemFreeAsync(captured_memory, stream));
    EXPECT(0, cuStreamEndCapture(stream, &graph));
    show_nodes(graph);
    run_graph(graph, stream, 2);
    show_words("words", 0, 4);
    EXPECT(0, cuGraphDestroy(graph));
}

int main(void)
{
    CUcontext context = open_captured();
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&other, CU_STREAM_DEFAULT));
    begin_and_end();
    work();
    wrong_work();
    info();
    dependencies();
    to_graph();
    child();
    overlap();
    functions();
    callbacks();
    memory_nodes();
    left_behind(context);
    return 0;
}
