// Host functions and stream callbacks of the runtime: a pipeline of copies, kernels and functions in several streams.
#include <cstdio>
#include <cstdlib>

#include <cuda_runtime.h>

#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        cudaError_t error = (call);                                                                                    \
        if (error != cudaSuccess) {                                                                                    \
            printf("%s: %s\n", #call, cudaGetErrorName(error));                                                        \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

enum { STREAMS = 8, ROUNDS = 25, COUNT = 4096 };

__global__ void twice(int *values)
{
    values[blockIdx.x * blockDim.x + threadIdx.x] *= 2;
}

struct Pipeline {
    cudaStream_t stream;
    int *host, *device, round, wrong, told;
};

// The source of the copy that follows.
static void fill(void *data)
{
    auto *mine = static_cast<Pipeline *>(data);
    for (int i = 0; i < COUNT; i++)
        mine->host[i] = mine->round + i;
}

static void check(void *data)
{
    auto *mine = static_cast<Pipeline *>(data);
    for (int i = 0; i < COUNT; i++)
        mine->wrong += mine->host[i] != 2 * (mine->round + i);
    mine->round++;
}

static void tell(cudaStream_t stream, cudaError_t status, void *data)
{
    auto *mine = static_cast<Pipeline *>(data);
    mine->told += stream == mine->stream && status == cudaSuccess;
}

static void call(void *data)
{
    *static_cast<cudaError_t *>(data) = cudaMalloc(reinterpret_cast<void **>(&data), 64);
}

int main()
{
    Pipeline all[STREAMS] = {};
    int wrong = 0, rounds = 0, told = 0;
    cudaError_t inside = cudaSuccess;
    for (auto &each : all) {
        MUST(cudaStreamCreateWithFlags(&each.stream, cudaStreamNonBlocking));
        MUST(cudaMallocHost(&each.host, COUNT * sizeof(int)));
        MUST(cudaMalloc(&each.device, COUNT * sizeof(int)));
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (auto &each : all) {
            MUST(cudaLaunchHostFunc(each.stream, fill, &each));
            MUST(cudaMemcpyAsync(each.device, each.host, COUNT * sizeof(int), cudaMemcpyHostToDevice, each.stream));
            twice<<<COUNT / 128, 128, 0, each.stream>>>(each.device);
            MUST(cudaMemcpyAsync(each.host, each.device, COUNT * sizeof(int), cudaMemcpyDeviceToHost, each.stream));
            MUST(cudaLaunchHostFunc(each.stream, check, &each));
            MUST(cudaStreamAddCallback(each.stream, tell, &each, 0));
        }
    }
    for (auto &each : all) {
        MUST(cudaStreamSynchronize(each.stream));
        wrong += each.wrong;
        rounds += each.round;
        told += each.told;
    }
    MUST(cudaLaunchHostFunc(all[0].stream, call, &inside));
    MUST(cudaDeviceSynchronize());
    printf("%d rounds, %d told: %d wrong\n", rounds, told, wrong);
    printf("inside: %s\n", cudaGetErrorName(inside));
    return 0;
}
