// Copies and kernels on several streams with pinned memory; events order one stream after another and measure time.
#include <vector>

#include "check.h"

constexpr int STREAMS = 4;
constexpr int COUNT = 64 * 1024;

// x <- x * 3 + step, as integers, so that a kernel that ran too early or twice shows.
__global__ void advance(unsigned *x, int count, unsigned step)
{
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x)
        x[i] = x[i] * 3u + step;
}

struct Lane {
    cudaStream_t stream;
    cudaEvent_t ready;
    unsigned *host;
    unsigned *device;
};

static Lane lane_open(unsigned number)
{
    Lane lane;
    CHECK(cudaStreamCreateWithFlags(&lane.stream, cudaStreamNonBlocking));
    CHECK(cudaEventCreateWithFlags(&lane.ready, cudaEventDisableTiming));
    CHECK(cudaMallocHost(&lane.host, COUNT * sizeof(unsigned)));
    CHECK(cudaMalloc(&lane.device, COUNT * sizeof(unsigned)));
    for (unsigned i = 0; i < COUNT; i++)
        lane.host[i] = i + number;
    return lane;
}

static void lane_close(Lane &lane)
{
    CHECK(cudaFree(lane.device));
    CHECK(cudaFreeHost(lane.host));
    CHECK(cudaEventDestroy(lane.ready));
    CHECK(cudaStreamDestroy(lane.stream));
}

// Stream k works on the buffer of stream k - 1 after that stream is done with it, so every result needs the event.
static void run(Lane (&lanes)[STREAMS])
{
    const size_t size = COUNT * sizeof(unsigned);
    for (int k = 0; k < STREAMS; k++) {
        Lane &lane = lanes[k];
        CHECK(cudaMemcpyAsync(lane.device, lane.host, size, cudaMemcpyHostToDevice, lane.stream));
        for (unsigned step = 1; step <= 5; step++)
            advance<<<16, 128, 0, lane.stream>>>(lane.device, COUNT, step);
        CHECK(cudaGetLastError());
        if (k > 0) {
            Lane &before = lanes[k - 1];
            CHECK(cudaStreamWaitEvent(lane.stream, before.ready, 0));
            advance<<<16, 128, 0, lane.stream>>>(before.device, COUNT, 100u);
            CHECK(cudaMemcpyAsync(before.host, before.device, size, cudaMemcpyDeviceToHost, lane.stream));
        }
        CHECK(cudaEventRecord(lane.ready, lane.stream));
    }
    Lane &last = lanes[STREAMS - 1];
    CHECK(cudaMemcpyAsync(last.host, last.device, size, cudaMemcpyDeviceToHost, last.stream));
    for (Lane &lane : lanes)
        CHECK(cudaStreamSynchronize(lane.stream));
}

static long wrong_elements(Lane (&lanes)[STREAMS])
{
    long wrong = 0;
    for (unsigned k = 0; k < STREAMS; k++)
        for (unsigned i = 0; i < COUNT; i++) {
            unsigned value = i + k;
            for (unsigned step = 1; step <= 5; step++)
                value = value * 3u + step;
            if (k + 1 < STREAMS)
                value = value * 3u + 100u;
            wrong += lanes[k].host[i] != value;
        }
    return wrong;
}

int main()
{
    print_device();
    Lane lanes[STREAMS];
    for (unsigned k = 0; k < STREAMS; k++)
        lanes[k] = lane_open(k);
    cudaEvent_t start, stop;
    CHECK(cudaEventCreate(&start));
    CHECK(cudaEventCreate(&stop));
    Stopwatch watch;
    CHECK(cudaEventRecord(start));
    run(lanes);
    CHECK(cudaEventRecord(stop));
    CHECK(cudaEventSynchronize(stop));
    const double elapsed = watch.milliseconds();
    float between = -1.0f;
    CHECK(cudaEventElapsedTime(&between, start, stop));
    long wrong = wrong_elements(lanes);
    // The events lie inside what the host's clock saw.
    wrong += !(between >= 0.0f && between <= elapsed + 1.0);
    std::printf("time between the events: %.3f ms\n", between);
    for (Lane &lane : lanes)
        lane_close(lane);
    CHECK(cudaEventDestroy(start));
    CHECK(cudaEventDestroy(stop));
    return report("elements and the events' time", static_cast<long>(STREAMS) * COUNT + 1, wrong, elapsed);
}
