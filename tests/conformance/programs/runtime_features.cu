// What programs do with NVIDIA's runtime beyond the plain: each part computes and checks itself, and prints what it found.
#include <cooperative_groups.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cuda_runtime.h>
#include <vector>

#define CHECK(call)                                                                             \
    do {                                                                                        \
        cudaError_t check_error = (call);                                                       \
        if (check_error != cudaSuccess) {                                                       \
            std::printf("%s: %s\n", #call, cudaGetErrorName(check_error));                      \
            std::exit(1);                                                                       \
        }                                                                                       \
    } while (0)

static long wrong_total = 0;

static void verdict(const char *part, long wrong)
{
    std::printf("%s: %ld wrong\n", part, wrong);
    wrong_total += wrong;
}

__constant__ float coefficients[4] = {1, 2, 3, 4};
__device__ int counter = 40;
__device__ float scratch[256];

__global__ void polynomial(const float *x, float *y, int count)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count)
        y[i] = ((coefficients[3] * x[i] + coefficients[2]) * x[i] + coefficients[1]) * x[i] + coefficients[0];
    if (i == 0)
        atomicAdd(&counter, 2);
    if (i < 256)
        scratch[i] = i;
}

static void symbols()
{
    const int count = 1000;
    const float replaced[2] = {10, 20};
    std::vector<float> x(count), y(count), back(256);
    for (int i = 0; i < count; i++)
        x[i] = i % 16;
    float *dx, *dy;
    int value = 0;
    size_t size = 0;
    CHECK(cudaMalloc(&dx, count * 4));
    CHECK(cudaMalloc(&dy, count * 4));
    CHECK(cudaMemcpy(dx, x.data(), count * 4, cudaMemcpyHostToDevice));
    CHECK(cudaMemcpyToSymbol(coefficients, replaced, sizeof replaced, 4));
    polynomial<<<4, 256>>>(dx, dy, count);
    CHECK(cudaMemcpy(y.data(), dy, count * 4, cudaMemcpyDeviceToHost));
    CHECK(cudaMemcpyFromSymbol(&value, counter, sizeof value));
    CHECK(cudaMemcpyFromSymbol(back.data(), scratch, 1024));
    CHECK(cudaGetSymbolSize(&size, scratch));
    long wrong = (value != 42) + (size != 1024);
    for (int i = 0; i < count; i++)
        wrong += y[i] != ((4 * x[i] + 20) * x[i] + 10) * x[i] + 1;
    for (int i = 0; i < 256; i++)
        wrong += back[i] != i;
    CHECK(cudaFree(dx));
    CHECK(cudaFree(dy));
    verdict("constants and variables", wrong);
}

__global__ void transpose(const unsigned char *in, size_t in_pitch, unsigned char *out, size_t out_pitch, int width, int height)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x < width && y < height)
        out[x * out_pitch + y] = in[y * in_pitch + x];
}

static void pitched()
{
    const int width = 75, height = 41;
    std::vector<unsigned char> in(width * height), out(width * height);
    for (size_t i = 0; i < in.size(); i++)
        in[i] = static_cast<unsigned char>(i * 7);
    unsigned char *din, *dout;
    size_t in_pitch, out_pitch;
    CHECK(cudaMallocPitch(&din, &in_pitch, width, height));
    CHECK(cudaMallocPitch(&dout, &out_pitch, height, width));
    CHECK(cudaMemset2D(dout, out_pitch, 0x5a, height, width));
    CHECK(cudaMemcpy2D(din, in_pitch, in.data(), width, width, height, cudaMemcpyHostToDevice));
    transpose<<<dim3(5, 3), dim3(16, 16)>>>(din, in_pitch, dout, out_pitch, width, height);
    CHECK(cudaMemcpy2D(out.data(), height, dout, out_pitch, height, width, cudaMemcpyDeviceToHost));
    long wrong = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            wrong += out[x * height + y] != in[y * width + x];
    CHECK(cudaFree(din));
    CHECK(cudaFree(dout));
    verdict("pitched memory", wrong);
}

__global__ void reverse_block(int *data)
{
    extern __shared__ int tile[];
    tile[threadIdx.x] = data[blockIdx.x * blockDim.x + threadIdx.x];
    __syncthreads();
    data[blockIdx.x * blockDim.x + threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
}

static void dynamic_shared_memory()
{
    const int blocks = 7, threads = 200;
    int *data, least = 0, best = 0;
    std::vector<int> host(blocks * threads);
    for (size_t i = 0; i < host.size(); i++)
        host[i] = static_cast<int>(i);
    CHECK(cudaMallocAsync(&data, host.size() * 4, nullptr));
    CHECK(cudaMemcpyAsync(data, host.data(), host.size() * 4, cudaMemcpyHostToDevice));
    CHECK(cudaFuncSetAttribute(reverse_block, cudaFuncAttributeMaxDynamicSharedMemorySize, 60 * 1024));
    reverse_block<<<blocks, threads, 60 * 1024>>>(data);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpyAsync(host.data(), data, host.size() * 4, cudaMemcpyDeviceToHost));
    CHECK(cudaFreeAsync(data, nullptr));
    CHECK(cudaDeviceSynchronize());
    CHECK(cudaOccupancyMaxPotentialBlockSize(&least, &best, reverse_block, 1024, 0));
    long wrong = least < 1 || best < 32;
    for (int block = 0; block < blocks; block++)
        for (int i = 0; i < threads; i++)
            wrong += host[block * threads + i] != block * threads + threads - 1 - i;
    verdict("dynamic shared memory", wrong);
}

// Every block adds to the next one's cell, `rounds` times, with the whole grid in step.
__global__ void in_step(int *cells, int rounds)
{
    const cooperative_groups::grid_group grid = cooperative_groups::this_grid();
    for (int round = 0; round < rounds; round++) {
        const int seen = cells[blockIdx.x];
        grid.sync();
        if (threadIdx.x == 0)
            cells[(blockIdx.x + 1) % gridDim.x] = seen + 1;
        grid.sync();
    }
}

static void cooperative()
{
    int supported = 0, *cells, host[2] = {0, 100}, rounds = 5;
    CHECK(cudaDeviceGetAttribute(&supported, cudaDevAttrCooperativeLaunch, 0));
    std::printf("cooperative launch: %d\n", supported);
    if (!supported)
        return;
    CHECK(cudaMalloc(&cells, sizeof host));
    CHECK(cudaMemcpy(cells, host, sizeof host, cudaMemcpyHostToDevice));
    void *arguments[] = {&cells, &rounds};
    CHECK(cudaLaunchCooperativeKernel(reinterpret_cast<const void *>(in_step), dim3(2), dim3(64), arguments, 0, nullptr));
    CHECK(cudaMemcpy(host, cells, sizeof host, cudaMemcpyDeviceToHost));
    CHECK(cudaFree(cells));
    verdict("cooperative grid", (host[0] != 105) + (host[1] != 5));
}

struct Operation {
    virtual __device__ ~Operation() {}
    virtual __device__ int apply(int x) const = 0;
};
struct Double : Operation {
    __device__ int apply(int x) const override { return 2 * x; }
};
struct Square : Operation {
    __device__ int apply(int x) const override { return x * x; }
};

__device__ int fibonacci(int n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

__global__ void calls(int *out)
{
    const Double twice;
    const Square square;
    const Operation *operation = threadIdx.x % 2 ? static_cast<const Operation *>(&twice) : &square;
    out[threadIdx.x] = operation->apply(threadIdx.x) + fibonacci(threadIdx.x % 8);
}

static void functions()
{
    const int fibonacci_of[8] = {0, 1, 1, 2, 3, 5, 8, 13};
    int *out, host[32];
    CHECK(cudaMalloc(&out, sizeof host));
    calls<<<1, 32>>>(out);
    CHECK(cudaGetLastError());
    CHECK(cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost));
    long wrong = 0;
    for (int i = 0; i < 32; i++)
        wrong += host[i] != (i % 2 ? 2 * i : i * i) + fibonacci_of[i % 8];
    CHECK(cudaFree(out));
    verdict("virtual calls and recursion", wrong);
}

struct Parameters {
    double scale;
    int offsets[50];
    char tag;
};

__global__ void by_value(Parameters parameters, double *out)
{
    out[threadIdx.x] = parameters.scale * parameters.offsets[threadIdx.x] + parameters.tag;
}

static void parameters()
{
    Parameters given = {0.5, {}, 'A'};
    for (int i = 0; i < 50; i++)
        given.offsets[i] = i * i - 9;
    double *out, host[50];
    CHECK(cudaMalloc(&out, sizeof host));
    cudaLaunchConfig_t config = {};
    config.gridDim = dim3(1);
    config.blockDim = dim3(50);
    CHECK(cudaLaunchKernelEx(&config, by_value, given, out));
    CHECK(cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost));
    long wrong = 0;
    for (int i = 0; i < 50; i++)
        wrong += host[i] != 0.5 * given.offsets[i] + 'A';
    CHECK(cudaFree(out));
    verdict("a structure as parameter", wrong);
}

static void registered()
{
    const size_t size = 1 << 20;
    char *host = static_cast<char *>(std::malloc(size)), *device;
    std::memset(host, 7, size);
    CHECK(cudaHostRegister(host, size, cudaHostRegisterDefault));
    CHECK(cudaMalloc(&device, size));
    CHECK(cudaMemcpyAsync(device, host, size, cudaMemcpyHostToDevice));
    CHECK(cudaMemsetAsync(device, 9, size / 2));
    CHECK(cudaMemcpyAsync(host, device, size, cudaMemcpyDeviceToHost));
    CHECK(cudaStreamSynchronize(nullptr));
    CHECK(cudaHostUnregister(host));
    long wrong = 0;
    for (size_t i = 0; i < size; i++)
        wrong += host[i] != (i < size / 2 ? 9 : 7);
    CHECK(cudaFree(device));
    std::free(host);
    verdict("registered memory", wrong);
}

int main()
{
    symbols();
    pitched();
    dynamic_shared_memory();
    functions();
    parameters();
    registered();
    cooperative();
    CHECK(cudaDeviceReset());
    return wrong_total ? 1 : 0;
}
