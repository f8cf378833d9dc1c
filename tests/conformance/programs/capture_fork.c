/* Stream capture over several streams: forks and joins by events, what has not been joined, what must not be. */
#include <pthread.h>

#include "captured.h"

enum { STREAMS = 4, EVENTS = 4 };
static CUcontext context;
static CUstream s[STREAMS];
static CUevent e[EVENTS];

/* Streams and events that are in no capture. */
static void fresh(void)
{
    for (int i = 0; i < STREAMS; i++)
        MUST(cuStreamCreate(&s[i], CU_STREAM_NON_BLOCKING));
    for (int i = 0; i < EVENTS; i++)
        MUST(cuEventCreate(&e[i], 0));
}

static void gone(void)
{
    for (int i = 0; i < STREAMS; i++)
        MUST(cuStreamDestroy_v2(s[i]));
    for (int i = 0; i < EVENTS; i++)
        MUST(cuEventDestroy_v2(e[i]));
}

static void fork_to(int from, int event, int to)
{
    MUST(cuEventRecord(e[event], s[from]));
    MUST(cuStreamWaitEvent(s[to], e[event], 0));
}

static void end(CUresult expected)
{
    CUgraph graph = NONSENSE(CUgraph);
    show_expected(expected, "cuStreamEndCapture", cuStreamEndCapture(s[0], &graph));
    if (!expected) {
        show_nodes(graph);
        run_graph(graph, s[3], 1);
        show_words("words", 0, 8);
        MUST(cuGraphDestroy(graph));
    } else {
        EXPECT_TRUE(graph == NULL);
    }
    for (int i = 0; i < STREAMS; i++)
        show_status(s[i]);
}

static void forks(void)
{
    puts("# a fork and a join");
    fresh();
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, fill_words(s[0], 0, 2, 1));
    fork_to(0, 0, 1);
    fork_to(0, 0, 2);
    show_status(s[1]);
    EXPECT(0, fill_words(s[1], 2, 2, 11));
    EXPECT(0, cuMemsetD32Async(captured_memory + 16, 21, 2, s[2]));
    EXPECT(0, fill_words(s[0], 6, 2, 31));
    fork_to(1, 1, 0);
    fork_to(2, 2, 0);
    EXPECT(0, cuMemcpyDtoDAsync_v2(captured_memory + 128, captured_memory, 32, s[0]));
    end(0);
    puts("# streams without work, joined or not");
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_GLOBAL));
    fork_to(0, 0, 1);
    fork_to(0, 0, 2);
    fork_to(1, 1, 0);
    end(0);
    puts("# a stream that waits for itself, and a chain of streams");
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, fill_words(s[0], 0, 2, 7));
    fork_to(0, 0, 0);
    fork_to(0, 1, 1);
    EXPECT(0, fill_words(s[1], 1, 2, 8));
    fork_to(1, 2, 2);
    EXPECT(0, fill_words(s[2], 2, 2, 9));
    fork_to(2, 3, 0);
    end(0);
    puts("# an event that was recorded again stands for the newer record");
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, fill_words(s[0], 0, 1, 1));
    MUST(cuEventRecord(e[0], s[0]));
    EXPECT(0, fill_words(s[0], 0, 1, 2));
    MUST(cuEventRecord(e[0], s[0]));
    MUST(cuStreamWaitEvent(s[1], e[0], 0));
    EXPECT(0, fill_words(s[1], 1, 1, 3));
    fork_to(1, 1, 0);
    end(0);
    gone();
}

static void unjoined(void)
{
    CUstreamCaptureStatus status;
    const CUgraphNode *nodes;
    size_t count;
    CUgraph graph;
    puts("# work that is not joined");
    fresh();
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_GLOBAL));
    fork_to(0, 0, 1);
    EXPECT(0, fill_words(s[1], 2, 2, 11));
    end(904);
    puts("# work after the join");
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, fill_words(s[0], 0, 1, 1));
    fork_to(0, 0, 1);
    EXPECT(0, fill_words(s[1], 2, 1, 11));
    fork_to(1, 1, 0);
    EXPECT(0, fill_words(s[1], 3, 1, 11));
    end(904);
    puts("# the same, its stream destroyed");
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_GLOBAL));
    fork_to(0, 0, 1);
    EXPECT(0, fill_words(s[1], 2, 1, 11));
    MUST(cuStreamDestroy_v2(s[1]));
    MUST(cuStreamCreate(&s[1], CU_STREAM_NON_BLOCKING));
    end(904);
    puts("# joined by hand");
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, fill_words(s[0], 0, 1, 1));
    fork_to(0, 0, 1);
    EXPECT(0, fill_words(s[1], 2, 1, 11));
    MUST(cuStreamGetCaptureInfo_v2(s[1], &status, NULL, &graph, &nodes, &count));
    EXPECT(0, cuStreamUpdateCaptureDependencies(s[0], (CUgraphNode *)nodes, count, CU_STREAM_ADD_CAPTURE_DEPENDENCIES));
    end(0);
    puts("# taken out of the dependencies by the program");
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_GLOBAL));
    fork_to(0, 0, 1);
    EXPECT(0, fill_words(s[1], 2, 1, 11));
    EXPECT(0, cuStreamUpdateCaptureDependencies(s[1], NULL, 0, CU_STREAM_SET_CAPTURE_DEPENDENCIES));
    end(0);
    gone();
}

static void wrong_ends(void)
{
    CUgraph graph = NULL;
    puts("# ended in another stream of it");
    fresh();
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_RELAXED));
    fork_to(0, 0, 1);
    EXPECT(903, cuStreamEndCapture(s[1], &graph));
    EXPECT(901, fill_words(s[0], 2, 1, 11));
    end(901);
    gone();
}

/* A thread with the context of the first. */
static void elsewhere(void *(*run)(void *))
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, NULL) || pthread_join(thread, NULL))
        exit(4);
}

static void *end_elsewhere(void *unused)
{
    CUgraph graph = NULL;
    MUST(cuCtxSetCurrent(context));
    TRY(cuStreamEndCapture(s[0], &graph));
    if (graph)
        MUST(cuGraphDestroy(graph));
    return unused;
}

static void threads(void)
{
    static const CUstreamCaptureMode modes[] = {CU_STREAM_CAPTURE_MODE_GLOBAL, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL,
                                                CU_STREAM_CAPTURE_MODE_RELAXED};
    fresh();
    for (int i = 0; i < 3; i++) {
        CUgraph graph = NULL;
        printf("# ended in another thread, mode %d\n", i);
        MUST(cuStreamBeginCapture_v2(s[0], modes[i]));
        EXPECT(0, fill_words(s[0], 2, 1, 11));
        elsewhere(end_elsewhere);
        show_status(s[0]);
        TRY(cuStreamEndCapture(s[0], &graph));
    }
    gone();
}

static void merges(void)
{
    CUgraph graph = NULL;
    puts("# two captures must not become one");
    fresh();
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_RELAXED));
    MUST(cuStreamBeginCapture_v2(s[1], CU_STREAM_CAPTURE_MODE_RELAXED));
    MUST(fill_words(s[0], 2, 1, 11));
    MUST(cuEventRecord(e[0], s[0]));
    EXPECT(902, cuStreamWaitEvent(s[1], e[0], 0));
    show_status(s[0]);
    show_status(s[1]);
    EXPECT(901, cuStreamWaitEvent(s[1], e[0], 0));
    EXPECT(901, cuEventRecord(e[1], s[1]));
    EXPECT(1, cuStreamWaitEvent(s[2], e[0], 0));
    EXPECT(901, cuStreamEndCapture(s[1], &graph));
    end(901);
    gone();
}

static void isolation(void)
{
    CUgraph graph = NULL;
    puts("# nothing that is captured waits for what is not");
    fresh();
    MUST(cuEventRecord(e[0], s[1]));
    for (int i = 0; i < 2; i++) {
        MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_RELAXED));
        EXPECT(905, cuStreamWaitEvent(s[0], e[i], 0));
        show_status(s[0]);
        EXPECT(901, cuMemsetD8Async(captured_memory, 1, 1, s[0]));
        EXPECT(901, cuStreamEndCapture(s[0], &graph));
    }
    puts("# a default stream takes part in nothing");
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_RELAXED));
    MUST(cuEventRecord(e[0], s[0]));
    EXPECT(900, cuStreamWaitEvent(NULL, e[0], 0));
    EXPECT(901, cuStreamEndCapture(s[0], &graph));
    gone();
}

/* What an event that has recorded a capture answers: while it goes on, when it is invalid, and after its end. */
static void questions(void)
{
    CUgraph graph = NULL;
    float elapsed;
    fresh();
    puts("# events in a capture");
    MUST(cuEventRecord(e[1], s[1]));
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_RELAXED));
    MUST(cuEventRecord(e[0], s[0]));
    EXPECT(907, cuEventQuery(e[0]));
    EXPECT(1, cuEventQuery(e[0]));
    EXPECT(901, cuStreamEndCapture(s[0], &graph));
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_RELAXED));
    MUST(cuEventRecord(e[0], s[0]));
    EXPECT(907, cuEventSynchronize(e[0]));
    EXPECT(901, cuStreamEndCapture(s[0], &graph));
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_RELAXED));
    MUST(cuEventRecord(e[0], s[0]));
    EXPECT(907, cuEventElapsedTime(&elapsed, e[1], e[0]));
    EXPECT(901, cuStreamEndCapture(s[0], &graph));
    puts("# after its end");
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_RELAXED));
    MUST(cuEventRecord(e[0], s[0]));
    EXPECT(0, cuStreamEndCapture(s[0], &graph));
    MUST(cuGraphDestroy(graph));
    EXPECT(1, cuEventQuery(e[0]));
    EXPECT(1, cuEventSynchronize(e[0]));
    EXPECT(1, cuEventElapsedTime(&elapsed, e[1], e[0]));
    EXPECT(1, cuStreamWaitEvent(s[1], e[0], 0));
    EXPECT(0, cuEventRecord(e[0], s[1]));
    EXPECT(0, cuEventSynchronize(e[0]));
    EXPECT(0, cuEventElapsedTime(&elapsed, e[1], e[0]));
    gone();
}

/* External events are nodes: the graph records them, and waits for them, at every launch. */
static void external(void)
{
    CUgraph graph;
    float elapsed = -1;
    puts("# external events");
    fresh();
    EXPECT(1, cuEventRecordWithFlags(e[0], s[0], CU_EVENT_RECORD_EXTERNAL));
    EXPECT(1, cuStreamWaitEvent(s[0], e[0], CU_EVENT_WAIT_EXTERNAL));
    MUST(cuEventRecord(e[2], s[2]));
    MUST(cuStreamBeginCapture_v2(s[0], CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(0, cuEventRecordWithFlags(e[0], s[0], CU_EVENT_RECORD_EXTERNAL));
    EXPECT(0, cuStreamWaitEvent(s[0], e[2], CU_EVENT_WAIT_EXTERNAL));
    EXPECT(0, fill_words(s[0], 0, 2, 77));
    EXPECT(0, cuEventRecordWithFlags(e[1], s[0], CU_EVENT_RECORD_EXTERNAL));
    EXPECT(1, cuEventRecordWithFlags(e[1], s[0], 2));
    EXPECT(1, cuStreamWaitEvent(s[0], e[2], 4));
    EXPECT(0, cuStreamEndCapture(s[0], &graph));
    show_nodes(graph);
    EXPECT(400, cuEventElapsedTime(&elapsed, e[0], e[1]));
    run_graph(graph, s[0], 2);
    EXPECT(0, cuEventQuery(e[1]));
    EXPECT(0, cuEventElapsedTime(&elapsed, e[0], e[1]));
    EXPECT_TRUE(elapsed >= 0);
    show_words("words", 0, 2);
    MUST(cuGraphDestroy(graph));
    gone();
}

int main(void)
{
    context = open_captured();
    forks();
    unjoined();
    wrong_ends();
    threads();
    merges();
    isolation();
    questions();
    external();
    return 0;
}
