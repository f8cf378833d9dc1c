/* Does what its input says, one line a call: "THREAD CALL A B C". Each call is made by a thread of that number, one
 * after another, and its result is printed; at the end what is in memory, and which functions ran. What runs at the same
 * time commutes, so that the output is the same whichever comes first. */
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

#include "show.h"

enum { THREADS = 4, STREAMS = 5, EVENTS = 4, GRAPHS = 4, EXECS = 4, NODES = 8, LINES = 256, COUNTERS = 8 };

static CUcontext context;
static CUfunction add;
static CUdeviceptr counters, places;     /* what kernels add to; a word for each line, which it sets */
static unsigned *pinned;                 /* a word for each line, which it gets */
static unsigned source[LINES], ran[LINES], order[LINES * 8], ran_count, stream_of[LINES];
static pthread_mutex_t ran_lock = PTHREAD_MUTEX_INITIALIZER;
static CUstream streams[STREAMS];        /* two that are non-blocking, two blocking, the legacy one */
static CUevent events[EVENTS];
static CUgraph graphs[GRAPHS];
static CUgraphExec execs[EXECS];
static CUgraphNode nodes[GRAPHS][NODES];

static const char ADD[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
                          ".visible .entry add(.param .u64 at, .param .u32 value)\n{\n"
                          "    .reg .b64 %a; .reg .b32 %v;\n"
                          "    ld.param.u64 %a, [at]; ld.param.u32 %v, [value];\n"
                          "    cvta.to.global.u64 %a, %a; red.global.add.u32 [%a], %v;\n    ret;\n}\n";

struct line {
    char call[24];
    unsigned thread, number, a, b, c;
};

/* A function of the program: which line asked for it. */
static void note(void *data)
{
    unsigned number = (unsigned)(uintptr_t)data;
    pthread_mutex_lock(&ran_lock);
    ran[number]++;
    if (ran_count < sizeof order / sizeof *order)
        order[ran_count++] = number;
    pthread_mutex_unlock(&ran_lock);
}

/* ---- work in a stream */

static CUresult launch(const struct line *l)
{
    CUdeviceptr at = counters + l->b % COUNTERS * 4;
    unsigned value = l->c;
    void *params[] = {&at, &value};
    return cuLaunchKernel(add, 1 + l->c % 3, 1, 1, 1, 1, 1, 0, streams[l->a % STREAMS], params, NULL);
}

static CUresult fill(const struct line *l)
{
    return cuMemsetD32Async(places + l->number * 4, l->b, 1, streams[l->a % STREAMS]);
}

static CUresult put(const struct line *l)
{
    return cuMemcpyHtoDAsync_v2(places + l->number * 4, &source[l->b % LINES], 4, streams[l->a % STREAMS]);
}

static CUresult get(const struct line *l)
{
    return cuMemcpyDtoHAsync_v2(&pinned[l->number], places + LINES * 4 + l->b % LINES * 4, 4, streams[l->a % STREAMS]);
}

static CUresult move(const struct line *l)
{
    return cuMemcpyDtoDAsync_v2(places + l->number * 4, places + LINES * 4 + l->b % LINES * 4, 4,
                                streams[l->a % STREAMS]);
}

/* The order is known of what is not captured: that of the stream. */
static CUresult call(const struct line *l)
{
    CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_ACTIVE;
    (void)cuStreamIsCapturing(streams[l->a % STREAMS], &status);
    if (status == CU_STREAM_CAPTURE_STATUS_NONE)
        stream_of[l->number] = 1 + l->a % STREAMS;
    return cuLaunchHostFunc(streams[l->a % STREAMS], note, (void *)(uintptr_t)l->number);
}

/* ---- events and waiting: what is not ready yet may be ready */

static CUresult ready(CUresult result)
{
    return result == CUDA_ERROR_NOT_READY ? CUDA_SUCCESS : result;
}

static CUresult record(const struct line *l)
{
    return cuEventRecordWithFlags(events[l->b % EVENTS], streams[l->a % STREAMS], l->c % 4 == 3);
}

static CUresult wait(const struct line *l)
{
    return cuStreamWaitEvent(streams[l->a % STREAMS], events[l->b % EVENTS], l->c % 4 == 3);
}

static CUresult query_event(const struct line *l)
{
    return ready(cuEventQuery(events[l->a % EVENTS]));
}

static CUresult synchronize_event(const struct line *l)
{
    return cuEventSynchronize(events[l->a % EVENTS]);
}

static CUresult query(const struct line *l)
{
    return ready(cuStreamQuery(streams[l->a % STREAMS]));
}

static CUresult synchronize(const struct line *l)
{
    return cuStreamSynchronize(streams[l->a % STREAMS]);
}

static CUresult synchronize_all(const struct line *l)
{
    (void)l;
    return cuCtxSynchronize();
}

static CUresult allocate(const struct line *l)
{
    CUdeviceptr at;
    CUresult result = cuMemAlloc_v2(&at, 64 + l->a);
    return result ? result : cuMemFree_v2(at);
}

static CUresult copy_now(const struct line *l)
{
    return cuMemcpyHtoD_v2(places + l->number * 4, &source[l->a % LINES], 4);
}

/* ---- capture */

static CUresult begin(const struct line *l)
{
    return cuStreamBeginCapture_v2(streams[l->a % STREAMS], (CUstreamCaptureMode)(l->b % 3));
}

static void drop_graph(unsigned slot)
{
    if (graphs[slot])
        show("  cuGraphDestroy", cuGraphDestroy(graphs[slot]));
    graphs[slot] = NULL;
    memset(nodes[slot], 0, sizeof nodes[slot]);
}

static CUresult end(const struct line *l)
{
    CUgraph graph = NULL;
    CUresult result = cuStreamEndCapture(streams[l->a % STREAMS], &graph);
    unsigned slot = l->b % GRAPHS;
    size_t count = NODES;
    if (result || !graph)
        return result;
    drop_graph(slot);
    graphs[slot] = graph;
    MUST(cuGraphGetNodes(graph, nodes[slot], &count));
    printf("  %zu nodes\n", count);
    return result;
}

static CUresult ask(const struct line *l)
{
    CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;
    size_t count = 0;
    CUresult result = cuStreamGetCaptureInfo_v2(streams[l->a % STREAMS], &status, NULL, NULL, NULL, &count);
    if (!result)
        printf("  status %d, %zu dependencies\n", (int)status, status == CU_STREAM_CAPTURE_STATUS_ACTIVE ? count : 0);
    return result;
}

static CUresult exchange(const struct line *l)
{
    CUstreamCaptureMode mode = (CUstreamCaptureMode)(l->a % 3);
    CUresult result = cuThreadExchangeStreamCaptureMode(&mode);
    printf("  was %d\n", (int)mode);
    return result;
}

/* ---- graphs by hand */

static CUresult new_graph(const struct line *l)
{
    drop_graph(l->a % GRAPHS);
    return cuGraphCreate(&graphs[l->a % GRAPHS], 0);
}

/* The place of the next node of a graph, and the node before it: NULL is none. */
static CUgraphNode *next_node(unsigned slot, const CUgraphNode **before)
{
    unsigned place = 0;
    while (place < NODES - 1 && nodes[slot][place])
        place++;
    *before = place && place % 3 ? &nodes[slot][place - 1] : NULL;
    return &nodes[slot][place];
}

static CUresult add_kernel(const struct line *l)
{
    const CUgraphNode *before;
    CUgraphNode *node = next_node(l->a % GRAPHS, &before);
    CUdeviceptr at = counters + l->b % COUNTERS * 4;
    unsigned value = l->c;
    void *params[] = {&at, &value};
    CUDA_KERNEL_NODE_PARAMS_v2 kernel = {.func = add,
                                         .gridDimX = 1,
                                         .gridDimY = 1,
                                         .gridDimZ = 1,
                                         .blockDimX = 1,
                                         .blockDimY = 1,
                                         .blockDimZ = 1,
                                         .kernelParams = params};
    return cuGraphAddKernelNode_v2(node, graphs[l->a % GRAPHS], before, before != NULL, &kernel);
}

static CUresult add_fill(const struct line *l)
{
    const CUgraphNode *before;
    CUgraphNode *node = next_node(l->a % GRAPHS, &before);
    CUDA_MEMSET_NODE_PARAMS fill_params = {
        .dst = places + l->number * 4, .value = l->b, .elementSize = 4, .width = 1, .height = 1};
    return cuGraphAddMemsetNode(node, graphs[l->a % GRAPHS], before, before != NULL, &fill_params, context);
}

static CUresult add_call(const struct line *l)
{
    const CUgraphNode *before;
    CUgraphNode *node = next_node(l->a % GRAPHS, &before);
    CUDA_HOST_NODE_PARAMS host = {note, (void *)(uintptr_t)l->number};
    return cuGraphAddHostNode(node, graphs[l->a % GRAPHS], before, before != NULL, &host);
}

static CUresult add_child(const struct line *l)
{
    const CUgraphNode *before;
    CUgraphNode *node = next_node(l->a % GRAPHS, &before);
    return cuGraphAddChildGraphNode(node, graphs[l->a % GRAPHS], before, before != NULL, graphs[l->b % GRAPHS]);
}

static CUresult copy_graph(const struct line *l)
{
    CUgraph copy = NULL;
    unsigned slot = l->b % GRAPHS;
    size_t count = NODES;
    CUresult result = cuGraphClone(&copy, graphs[l->a % GRAPHS]);
    if (result)
        return result;
    drop_graph(slot);
    graphs[slot] = copy;
    MUST(cuGraphGetNodes(copy, nodes[slot], &count));
    return result;
}

static CUresult instantiate(const struct line *l)
{
    CUgraphExec exec = NULL;
    CUresult result = cuGraphInstantiateWithFlags(&exec, graphs[l->a % GRAPHS], 0);
    if (result)
        return result;
    if (execs[l->b % EXECS])
        show("  cuGraphExecDestroy", cuGraphExecDestroy(execs[l->b % EXECS]));
    execs[l->b % EXECS] = exec;
    return result;
}

static CUresult update(const struct line *l)
{
    CUgraphExecUpdateResultInfo info = {0};
    CUresult result = cuGraphExecUpdate_v2(execs[l->b % EXECS], graphs[l->a % GRAPHS], &info);
    if (!result || result == CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE)
        printf("  result %d\n", (int)info.result);
    return result;
}

static CUresult set_kernel(const struct line *l)
{
    CUdeviceptr at = counters + l->b % COUNTERS * 4;
    unsigned value = l->c;
    void *params[] = {&at, &value};
    CUDA_KERNEL_NODE_PARAMS_v2 kernel = {.func = add,
                                         .gridDimX = 1,
                                         .gridDimY = 1,
                                         .gridDimZ = 1,
                                         .blockDimX = 1,
                                         .blockDimY = 1,
                                         .blockDimZ = 1,
                                         .kernelParams = params};
    return cuGraphExecKernelNodeSetParams_v2(execs[l->a % EXECS], nodes[l->b % GRAPHS][l->c % NODES], &kernel);
}

static CUresult enable(const struct line *l)
{
    return cuGraphNodeSetEnabled(execs[l->a % EXECS], nodes[l->b % GRAPHS][l->c % NODES], l->c / NODES % 2);
}

static CUresult launch_graph(const struct line *l)
{
    return cuGraphLaunch(execs[l->b % EXECS], streams[l->a % STREAMS]);
}

static CUresult end_graph(const struct line *l)
{
    drop_graph(l->a % GRAPHS);
    return CUDA_SUCCESS;
}

/* ---- the lines */

static const struct {
    const char *name;
    CUresult (*make)(const struct line *line);
} calls[] = {
    {"launch", launch},
    {"fill", fill},
    {"put", put},
    {"get", get},
    {"move", move},
    {"call", call},
    {"record", record},
    {"wait", wait},
    {"query_event", query_event},
    {"synchronize_event", synchronize_event},
    {"query", query},
    {"synchronize", synchronize},
    {"synchronize_all", synchronize_all},
    {"allocate", allocate},
    {"copy_now", copy_now},
    {"begin", begin},
    {"end", end},
    {"ask", ask},
    {"exchange", exchange},
    {"new_graph", new_graph},
    {"add_kernel", add_kernel},
    {"add_fill", add_fill},
    {"add_call", add_call},
    {"add_child", add_child},
    {"clone", copy_graph},
    {"instantiate", instantiate},
    {"update", update},
    {"set_kernel", set_kernel},
    {"enable", enable},
    {"launch_graph", launch_graph},
    {"end_graph", end_graph},
};

static char **left_out;      /* calls that are not made where they would become nodes */

static bool is_left_out(const struct line *line)
{
    CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;
    for (char **name = left_out; *name; name++)
        if (strcmp(*name, line->call) == 0) {
            (void)cuStreamIsCapturing(streams[line->a % STREAMS], &status);
            return strncmp(*name, "add", 3) == 0 || status != CU_STREAM_CAPTURE_STATUS_NONE;
        }
    return false;
}

static CUresult make(const struct line *line)
{
    if (is_left_out(line))
        return CUDA_ERROR_NOT_SUPPORTED;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (strcmp(calls[i].name, line->call) == 0)
            return calls[i].make(line);
    exit(5);
}

static struct {
    sem_t go, done;
    const struct line *line;      /* NULL: it ends */
    CUresult result;
} threads[THREADS];

static void *serve(void *argument)
{
    unsigned me = (unsigned)(uintptr_t)argument;
    MUST(cuCtxSetCurrent(context));
    for (;;) {
        sem_wait(&threads[me].go);
        if (!threads[me].line)
            return NULL;
        threads[me].result = make(threads[me].line);
        sem_post(&threads[me].done);
    }
}

static void make_in_thread(const struct line *line)
{
    unsigned thread = line->thread % THREADS;
    printf("%u: %s %u %u %u\n", thread, line->call, line->a, line->b, line->c);
    threads[thread].line = line;
    sem_post(&threads[thread].go);
    sem_wait(&threads[thread].done);
    show("", threads[thread].result);
}

static void open_all(pthread_t *handles)
{
    CUmodule module;
    context = show_context();
    MUST(cuModuleLoadData(&module, ADD));
    MUST(cuModuleGetFunction(&add, module, "add"));
    MUST(cuMemAlloc_v2(&counters, COUNTERS * 4));
    MUST(cuMemAlloc_v2(&places, 2 * LINES * 4));
    MUST(cuMemHostAlloc((void **)&pinned, LINES * 4, 0));
    memset(pinned, 0, LINES * 4);
    for (unsigned i = 0; i < LINES; i++)
        source[i] = 1000 + i;
    MUST(cuMemsetD32_v2(counters, 0, COUNTERS));
    MUST(cuMemsetD32_v2(places, 0, LINES));
    MUST(cuMemcpyHtoD_v2(places + LINES * 4, source, sizeof source));
    for (int i = 0; i < STREAMS - 1; i++)
        MUST(cuStreamCreate(&streams[i], i < 2 ? CU_STREAM_NON_BLOCKING : CU_STREAM_DEFAULT));
    for (int i = 0; i < EVENTS; i++)
        MUST(cuEventCreate(&events[i], 0));
    MUST(cuCtxSynchronize());
    for (uintptr_t i = 0; i < THREADS; i++) {
        sem_init(&threads[i].go, 0, 0);
        sem_init(&threads[i].done, 0, 0);
        if (pthread_create(&handles[i], NULL, serve, (void *)i))
            exit(4);
    }
}

/* Whatever still captures is given up. */
static void end_captures(void)
{
    for (int i = 0; i < STREAMS - 1; i++)
        MUST(cuStreamDestroy_v2(streams[i]));
    MUST(cuCtxSynchronize());
}

static void show_all(void)
{
    unsigned words[LINES], sums[COUNTERS];
    MUST(cuMemcpyDtoH_v2(sums, counters, sizeof sums));
    MUST(cuMemcpyDtoH_v2(words, places, sizeof words));
    for (unsigned stream = 1; stream <= STREAMS; stream++) {
        printf("functions in stream %u:", stream - 1);
        for (unsigned i = 0; i < ran_count; i++)
            if (stream_of[order[i]] == stream)
                printf(" %u", order[i]);
        puts("");
    }
    for (int i = 0; i < COUNTERS; i++)
        printf("counter %d: %u\n", i, sums[i]);
    for (int i = 0; i < LINES; i++)
        if (words[i] || pinned[i] || ran[i])
            printf("line %d: set %u, got %u, ran %u\n", i, words[i], pinned[i], ran[i]);
}

int main(int argc, char **argv)
{
    static struct line lines[LINES];
    pthread_t handles[THREADS];
    unsigned count = 0;
    left_out = argv + (argc ? 1 : 0);
    open_all(handles);
    while (count < LINES && scanf("%u %23s %u %u %u", &lines[count].thread, lines[count].call, &lines[count].a,
                                  &lines[count].b, &lines[count].c) == 5) {
        lines[count].number = count;
        make_in_thread(&lines[count]);
        count++;
    }
    for (int i = 0; i < THREADS; i++) {
        threads[i].line = NULL;
        sem_post(&threads[i].go);
        pthread_join(handles[i], NULL);
    }
    end_captures();
    show_all();
    return 0;
}
