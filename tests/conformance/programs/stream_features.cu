// Streams that hand data to each other through memory, as programs of NVIDIA's runtime do it with the driver's functions,
// and the attributes that they set.
#include <cstdio>
#include <cstdlib>
#include <cuda.h>
#include <cuda_runtime.h>

#define CHECK(call)                                                                             \
    do {                                                                                        \
        int check_error = (int)(call);                                                          \
        if (check_error) {                                                                      \
            std::printf("%s: %d\n", #call, check_error);                                        \
            std::exit(1);                                                                       \
        }                                                                                       \
    } while (0)

template <typename Function> static Function *driver(const char *name)
{
    void *found = nullptr;
    cudaDriverEntryPointQueryResult status;
    CHECK(cudaGetDriverEntryPointByVersion(name, &found, 12000, cudaEnableDefault, &status));
    return reinterpret_cast<Function *>(found);
}

__global__ void fill(unsigned *to, unsigned count, unsigned round)
{
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count)
        to[i] = i * 3 + round;
}

__global__ void add_up(const unsigned *from, unsigned count, unsigned long long *sum)
{
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count)
        atomicAdd(sum, (unsigned long long)from[i]);
}

// One stream fills a buffer again and again, another reads it: two words in memory say whose turn it is.
static void turns()
{
    enum { COUNT = 10000, ROUNDS = 20 };
    auto wait = driver<decltype(cuStreamWaitValue32)>("cuStreamWaitValue32");
    auto write = driver<decltype(cuStreamWriteValue32)>("cuStreamWriteValue32");
    cudaStream_t fills, reads;
    unsigned *data, *words;
    unsigned long long *sums, found[ROUNDS];
    CHECK(cudaStreamCreateWithFlags(&fills, cudaStreamNonBlocking));
    CHECK(cudaStreamCreateWithFlags(&reads, cudaStreamNonBlocking));
    CHECK(cudaMalloc(&data, COUNT * sizeof *data));
    CHECK(cudaMalloc(&words, 2 * sizeof *words));
    CHECK(cudaMalloc(&sums, sizeof found));
    CHECK(cudaMemset(words, 0, 2 * sizeof *words));
    CHECK(cudaMemset(sums, 0, sizeof found));
    CHECK(cudaDeviceSynchronize());
    const CUdeviceptr filled = (CUdeviceptr)words, read = (CUdeviceptr)(words + 1);
    for (unsigned round = 0; round < ROUNDS; round++) {
        CHECK(wait(reads, filled, round + 1, CU_STREAM_WAIT_VALUE_GEQ));
        add_up<<<(COUNT + 255) / 256, 256, 0, reads>>>(data, COUNT, sums + round);
        CHECK(write(reads, read, round + 1, 0));
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        CHECK(wait(fills, read, round, CU_STREAM_WAIT_VALUE_EQ));
        fill<<<(COUNT + 255) / 256, 256, 0, fills>>>(data, COUNT, round);
        CHECK(write(fills, filled, round + 1, 0));
    }
    CHECK(cudaStreamSynchronize(reads));
    CHECK(cudaMemcpy(found, sums, sizeof found, cudaMemcpyDeviceToHost));
    long wrong = 0;
    for (unsigned long long round = 0; round < ROUNDS; round++)
        wrong += found[round] != 3ull * COUNT * (COUNT - 1) / 2 + round * COUNT;
    std::printf("turns: %ld wrong\n", wrong);
    CHECK(cudaStreamDestroy(fills));
    CHECK(cudaStreamDestroy(reads));
    CHECK(cudaFree(data));
    CHECK(cudaFree(words));
    CHECK(cudaFree(sums));
}

static void attributes()
{
    cudaDeviceProp properties;
    cudaStream_t one, two;
    cudaStreamAttrValue value = {}, found = {};
    float *data;
    CHECK(cudaGetDeviceProperties(&properties, 0));
    CHECK(cudaStreamCreate(&one));
    CHECK(cudaStreamCreate(&two));
    CHECK(cudaMalloc(&data, 4096));
    std::printf("%d %d\n", properties.persistingL2CacheMaxSize, properties.accessPolicyMaxWindowSize);
    std::printf("%s\n", cudaGetErrorName(cudaDeviceSetLimit(cudaLimitPersistingL2CacheSize, 1 << 20)));
    value.accessPolicyWindow.base_ptr = data;
    value.accessPolicyWindow.num_bytes = 4096;
    value.accessPolicyWindow.hitRatio = 0.5f;
    value.accessPolicyWindow.hitProp = cudaAccessPropertyPersisting;
    value.accessPolicyWindow.missProp = cudaAccessPropertyStreaming;
    std::printf("%s\n", cudaGetErrorName(cudaStreamSetAttribute(one, cudaStreamAttributeAccessPolicyWindow, &value)));
    CHECK(cudaStreamCopyAttributes(two, one));
    CHECK(cudaStreamGetAttribute(two, cudaStreamAttributeAccessPolicyWindow, &found));
    std::printf("%d %zu %g\n", found.accessPolicyWindow.base_ptr == data, found.accessPolicyWindow.num_bytes,
                (double)found.accessPolicyWindow.hitRatio);
    CHECK(cudaCtxResetPersistingL2Cache());
    value.syncPolicy = cudaSyncPolicyBlockingSync;
    CHECK(cudaStreamSetAttribute(two, cudaStreamAttributeSynchronizationPolicy, &value));
    CHECK(cudaStreamGetAttribute(two, cudaStreamAttributeSynchronizationPolicy, &found));
    std::printf("%d\n", (int)found.syncPolicy);
    CHECK(cudaFree(data));
}

int main()
{
    turns();
    attributes();
    std::printf("last: %s\n", cudaGetErrorName(cudaPeekAtLastError()));
    return 0;
}
