// Sum, minimum and maximum of an array: shuffles within a warp, shared memory within a block, one atomic a block.
#include <climits>
#include <vector>

#include "check.h"

struct Totals {
    unsigned long long sum;
    int smallest;
    int largest;
};

constexpr int BLOCK = 256;
constexpr unsigned ALL_LANES = 0xffffffffu;

__device__ Totals merge(Totals left, Totals right)
{
    return {left.sum + right.sum, min(left.smallest, right.smallest), max(left.largest, right.largest)};
}

__device__ Totals warp_reduce(Totals value)
{
    for (int distance = warpSize / 2; distance > 0; distance /= 2) {
        Totals other;
        other.sum = __shfl_down_sync(ALL_LANES, value.sum, distance);
        other.smallest = __shfl_xor_sync(ALL_LANES, value.smallest, distance);
        other.largest = __shfl_xor_sync(ALL_LANES, value.largest, distance);
        value = merge(value, other);
    }
    return value;
}

__global__ void reduce(const int *data, int count, Totals *out)
{
    __shared__ Totals partial[BLOCK / 32];
    Totals mine = {0, INT_MAX, INT_MIN};
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x)
        mine = merge(mine, {static_cast<unsigned long long>(data[i]), data[i], data[i]});
    mine = warp_reduce(mine);
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    if (lane == 0)
        partial[warp] = mine;
    __syncthreads();
    if (warp != 0)
        return;
    mine = lane < BLOCK / 32 ? partial[lane] : Totals{0, INT_MAX, INT_MIN};
    mine = warp_reduce(mine);
    if (lane == 0) {
        atomicAdd(&out->sum, mine.sum);
        atomicMin(&out->smallest, mine.smallest);
        atomicMax(&out->largest, mine.largest);
    }
}

int main()
{
    const int count = 300007;
    std::vector<int> data(count);
    Totals expected = {0, INT_MAX, INT_MIN};
    for (int i = 0; i < count; i++) {
        data[i] = static_cast<int>((i * 2654435761u) >> 4);
        expected.sum += static_cast<unsigned long long>(data[i]);
        expected.smallest = data[i] < expected.smallest ? data[i] : expected.smallest;
        expected.largest = data[i] > expected.largest ? data[i] : expected.largest;
    }
    print_device();
    Stopwatch watch;
    int *device_data;
    Totals *device_out, out = {0, INT_MAX, INT_MIN};
    CHECK(cudaMalloc(&device_data, count * sizeof(int)));
    CHECK(cudaMalloc(&device_out, sizeof out));
    CHECK(cudaMemcpy(device_data, data.data(), count * sizeof(int), cudaMemcpyHostToDevice));
    CHECK(cudaMemcpy(device_out, &out, sizeof out, cudaMemcpyHostToDevice));
    reduce<<<24, BLOCK>>>(device_data, count, device_out);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(&out, device_out, sizeof out, cudaMemcpyDeviceToHost));
    const double elapsed = watch.milliseconds();
    CHECK(cudaFree(device_data));
    CHECK(cudaFree(device_out));
    std::printf("sum %llu, smallest %d, largest %d\n", out.sum, out.smallest, out.largest);
    const long wrong = (out.sum != expected.sum) + (out.smallest != expected.smallest) + (out.largest != expected.largest);
    return report("totals", 3, wrong, elapsed);
}
