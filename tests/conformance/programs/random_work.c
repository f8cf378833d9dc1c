/* Does what its input says, one line a call: "THREAD CALL A B C". Each call is made by a thread of that number, one
 * after another, and its result is printed; at the end what is in memory, which functions ran, how often, and whether
 * after what comes before them. What runs at the same time commutes, so that the output is the same whichever comes
 * first. */
#include <semaphore.h>
#include <time.h>

#include "random_graphs.h"
#include "random_world.h"

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
    unsigned place = place_of(l->a % STREAMS);
    CUresult result =
        cuMemcpyDtoHAsync_v2(&pinned[l->number], places + LINES * 4 + l->b % LINES * 4, 4, streams[l->a % STREAMS]);
    if (!result)
        put_behind(place, l->a % STREAMS, l->number, true);
    return result;
}

static CUresult move(const struct line *l)
{
    return cuMemcpyDtoDAsync_v2(places + l->number * 4, places + LINES * 4 + l->b % LINES * 4, 4,
                                streams[l->a % STREAMS]);
}

/* The order is known of what is not captured: that of the stream. */
static void expect_note(const struct line *l)
{
    unsigned place = place_of(l->a % STREAMS);
    if (place == IN_STREAM)
        stream_of[l->number] = 1 + l->a % STREAMS;
    if (place != NO_PLACE)
        put_behind(place, l->a % STREAMS, l->number, false);
}

static CUresult call(const struct line *l)
{
    expect_note(l);
    return cuLaunchHostFunc(streams[l->a % STREAMS], note, (void *)(uintptr_t)l->number);
}

static void note_of_stream(CUstream stream, CUresult status, void *data)
{
    note(stream == streams[stream_of[(uintptr_t)data] - 1] && !status ? data : 0);
}

static CUresult callback(const struct line *l)
{
    expect_note(l);
    return cuStreamAddCallback(streams[l->a % STREAMS], note_of_stream, (void *)(uintptr_t)l->number, 0);
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
    {"callback", callback},
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
    {"add_put", add_put},
    {"add_get", add_get},
    {"add_child", add_child},
    {"own", own},
    {"clone", copy_graph},
    {"instantiate", instantiate},
    {"update", update},
    {"change_kernel", change_kernel},
    {"change_fill", change_fill},
    {"change_call", change_call},
    {"change_any", change_any},
    {"set_kernel", set_kernel},
    {"set_fill", set_fill},
    {"set_call", set_call},
    {"set_put", set_put},
    {"set_child", set_child},
    {"enable", enable},
    {"is_enabled", is_enabled},
    {"launch_graph", launch_graph},
    {"end_graph", end_graph},
};

static CUresult make(const struct line *line)
{
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

/* The functions of user objects run some time after nobody owns these any more. */
static void end_graphs(void)
{
    enum { PATIENCE_S = 60 };
    const struct timespec moment = {.tv_nsec = 100000};
    time_t began = time(NULL);
    unsigned ended = 0;
    for (unsigned i = 0; i < GRAPHS; i++)
        drop_graph(i);
    for (unsigned i = 0; i < EXECS; i++)
        if (execs[i])
            MUST(cuGraphExecDestroy(execs[i]));
    while (ended < owned && time(NULL) - began < PATIENCE_S) {
        nanosleep(&moment, NULL);
        ended = 0;
        pthread_mutex_lock(&ran_lock);
        for (unsigned i = 0; i < LINES; i++)
            ended += is_owned[i] && ran[i];
        pthread_mutex_unlock(&ran_lock);
    }
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
            printf("line %d: set %u, got %u, ran %u, too early %u\n", i, words[i], pinned[i], ran[i],
                   functions_replaced ? 0 : early[i]);
}

int main(void)
{
    static struct line lines[LINES];
    pthread_t handles[THREADS];
    unsigned count = 0;
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
    end_graphs();
    show_all();
    return 0;
}
