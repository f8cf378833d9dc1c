/* Stream capture through the runtime: kernels, copies, host functions and a second stream, replayed and updated. */
#include <cstdio>
#include <cstdlib>

#include <cuda_runtime.h>

#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        cudaError_t must_result = (call);                                                                              \
        if (must_result != cudaSuccess) {                                                                              \
            printf("cannot go on: %s: %s\n", #call, cudaGetErrorName(must_result));                                    \
            exit(3);                                                                                                   \
        }                                                                                                              \
    } while (0)
#define TRY(call) printf("%-70s %s\n", #call, cudaGetErrorName(call))

static const int N = 1000;

__global__ void scale(float *x, float by)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < N)
        x[i] *= by;
}

__global__ void add(float *x, const float *y)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < N)
        x[i] += y[i];
}

static int called;

static void call(void *by)
{
    called += *(int *)by;
}

struct work {
    float *x, *y, *host, *result;
    cudaStream_t main, side;
    cudaEvent_t fork, join;
    int by;
};

static void enqueue(const work &w, float by)
{
    MUST(cudaMemcpyAsync(w.x, w.host, N * sizeof(float), cudaMemcpyHostToDevice, w.main));
    MUST(cudaEventRecord(w.fork, w.main));
    MUST(cudaStreamWaitEvent(w.side, w.fork, 0));
    MUST(cudaMemsetAsync(w.y, 0, N * sizeof(float), w.side));
    scale<<<(N + 255) / 256, 256, 0, w.main>>>(w.x, by);
    add<<<(N + 255) / 256, 256, 0, w.side>>>(w.y, w.y);
    MUST(cudaEventRecord(w.join, w.side));
    MUST(cudaStreamWaitEvent(w.main, w.join, 0));
    add<<<(N + 255) / 256, 256, 0, w.main>>>(w.x, w.y);
    MUST(cudaLaunchHostFunc(w.main, call, (void *)&w.by));
    MUST(cudaMemcpyAsync(w.result, w.x, N * sizeof(float), cudaMemcpyDeviceToHost, w.main));
}

static cudaGraph_t capture(const work &w, float by)
{
    cudaGraph_t graph;
    MUST(cudaStreamBeginCapture(w.main, cudaStreamCaptureModeThreadLocal));
    enqueue(w, by);
    MUST(cudaStreamEndCapture(w.main, &graph));
    return graph;
}

static void launch(const work &w, cudaGraphExec_t exec, float first)
{
    int wrong = 0;
    for (int i = 0; i < N; i++)
        w.host[i] = first + i;
    MUST(cudaGraphLaunch(exec, w.main));
    MUST(cudaStreamSynchronize(w.main));
    for (int i = 0; i < N; i++)
        wrong += w.result[i] != 3 * (first + i);
    printf("launched: %d wrong\n", wrong);
}

/* What is not to be done meanwhile is an error of the runtime, too. */
static void refused(const work &w)
{
    cudaGraph_t graph = nullptr;
    void *memory = nullptr;
    cudaStreamCaptureStatus status;
    TRY(cudaStreamBeginCapture(w.main, cudaStreamCaptureModeGlobal));
    TRY(cudaMalloc(&memory, 64));
    TRY(cudaStreamIsCapturing(w.main, &status));
    printf("status %d\n", (int)status);
    TRY(cudaMemsetAsync(w.x, 0, 4, w.main));
    TRY(cudaStreamEndCapture(w.main, &graph));
    printf("no graph: %d\n", graph == nullptr);
    TRY(cudaStreamBeginCapture(w.main, cudaStreamCaptureModeRelaxed));
    TRY(cudaStreamSynchronize(w.main));
    TRY(cudaStreamEndCapture(w.main, &graph));
    TRY(cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeGlobal));
    (void)cudaGetLastError();
}

int main()
{
    work w = {};
    cudaGraphExec_t exec;
    size_t count = 0;
    w.by = 5;
    MUST(cudaMalloc(&w.x, N * sizeof(float)));
    MUST(cudaMalloc(&w.y, N * sizeof(float)));
    MUST(cudaMallocHost(&w.host, N * sizeof(float)));
    MUST(cudaMallocHost(&w.result, N * sizeof(float)));
    MUST(cudaStreamCreateWithFlags(&w.main, cudaStreamNonBlocking));
    MUST(cudaStreamCreateWithFlags(&w.side, cudaStreamNonBlocking));
    MUST(cudaEventCreateWithFlags(&w.fork, cudaEventDisableTiming));
    MUST(cudaEventCreateWithFlags(&w.join, cudaEventDisableTiming));
    cudaGraph_t graph = capture(w, 3);
    MUST(cudaGraphGetNodes(graph, nullptr, &count));
    printf("%zu nodes\n", count);
    MUST(cudaGraphInstantiate(&exec, graph, 0));
    launch(w, exec, 1);
    launch(w, exec, 100);
    printf("called: %d\n", called);
    MUST(cudaGraphDestroy(graph));
    MUST(cudaGraphExecDestroy(exec));
    refused(w);
    return 0;
}
