// Histogram of bytes: atomics on shared memory in each block, then atomics on global memory.
#include <vector>

#include "check.h"

constexpr int BINS = 256;

__global__ void histogram(const unsigned char *data, int count, unsigned *bins)
{
    __shared__ unsigned local[BINS];
    for (int bin = threadIdx.x; bin < BINS; bin += blockDim.x)
        local[bin] = 0;
    __syncthreads();
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x)
        atomicAdd(&local[data[i]], 1u);
    __syncthreads();
    for (int bin = threadIdx.x; bin < BINS; bin += blockDim.x)
        if (local[bin])
            atomicAdd(&bins[bin], local[bin]);
}

int main()
{
    const int count = 1 << 20;
    std::vector<unsigned char> data(count);
    std::vector<unsigned> expected(BINS, 0), bins(BINS);
    unsigned state = 1;
    for (unsigned char &byte : data) {
        state = state * 1664525u + 1013904223u;
        // The product of two bytes is far from uniform, so that some bins are crowded.
        byte = static_cast<unsigned char>((state >> 24) * (state >> 16 & 255) >> 8);
        expected[byte]++;
    }
    print_device();
    Stopwatch watch;
    unsigned char *device_data;
    unsigned *device_bins;
    CHECK(cudaMalloc(&device_data, count));
    CHECK(cudaMalloc(&device_bins, BINS * sizeof(unsigned)));
    CHECK(cudaMemcpy(device_data, data.data(), count, cudaMemcpyHostToDevice));
    CHECK(cudaMemset(device_bins, 0, BINS * sizeof(unsigned)));
    histogram<<<32, 192>>>(device_data, count, device_bins);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(bins.data(), device_bins, BINS * sizeof(unsigned), cudaMemcpyDeviceToHost));
    const double elapsed = watch.milliseconds();
    CHECK(cudaFree(device_data));
    CHECK(cudaFree(device_bins));

    long wrong = 0;
    for (int bin = 0; bin < BINS; bin++)
        wrong += bins[bin] != expected[bin];
    std::printf("bins 0, 1, 64, 255: %u %u %u %u\n", bins[0], bins[1], bins[64], bins[255]);
    return report("bins", BINS, wrong, elapsed);
}
