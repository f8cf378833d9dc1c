// Wrong and edge calls to NVIDIA's runtime: what it makes of the driver's answers. No address and no time is printed.
#include <cstdio>
#include <cuda_runtime.h>

#define TRY(call) show(#call, (call))

static void show(const char *call, cudaError_t error)
{
    std::printf("%-86s %d %s\n", call, static_cast<int>(error), cudaGetErrorName(error));
}

__global__ void nothing() {}

__global__ void write_to(int *where)
{
    *where = 1;
}

__global__ void __launch_bounds__(64) narrow(int *out)
{
    out[threadIdx.x] = threadIdx.x;
}

static void devices()
{
    int count = -1, device = -1, value = -1;
    cudaDeviceProp properties;
    TRY(cudaGetDeviceCount(&count));
    TRY(cudaSetDevice(count));
    TRY(cudaSetDevice(-1));
    TRY(cudaGetDevice(&device));
    TRY(cudaGetDeviceProperties(&properties, count));
    TRY(cudaDeviceGetAttribute(&value, cudaDevAttrWarpSize, count));
    TRY(cudaDeviceGetAttribute(&value, static_cast<cudaDeviceAttr>(9999), 0));
    TRY(cudaDeviceCanAccessPeer(&value, 0, count));
    TRY(cudaDeviceEnablePeerAccess(0, 0));
    TRY(cudaGetLastError());
    TRY(cudaGetLastError());
    std::printf("%d devices, current %d\n", count, device);
}

static void memory()
{
    char host[64] = "";
    void *p = nullptr;
    size_t pitch = 0;
    TRY(cudaMalloc(nullptr, 16));
    TRY(cudaMalloc(&p, 0));
    std::printf("no bytes are no pointer: %d\n", p == nullptr);
    TRY(cudaMalloc(&p, size_t(1) << 50));
    TRY(cudaFree(nullptr));
    TRY(cudaFree(host));
    TRY(cudaMalloc(&p, 64));
    TRY(cudaMemcpy(p, host, 65, cudaMemcpyHostToDevice));
    TRY(cudaMemcpy(p, host, 64, static_cast<cudaMemcpyKind>(9)));
    TRY(cudaMemcpy(host, p, 64, cudaMemcpyDefault));
    TRY(cudaMemcpy(nullptr, p, 0, cudaMemcpyDeviceToHost));
    TRY(cudaMemset(p, 0, 65));
    TRY(cudaMemcpy2D(p, 8, host, 16, 16, 2, cudaMemcpyHostToDevice));
    TRY(cudaMallocPitch(&p, &pitch, 0, 4));
    TRY(cudaFreeHost(host));
    TRY(cudaHostRegister(host, 0, 0));
    TRY(cudaHostUnregister(host));
    cudaPointerAttributes where;
    TRY(cudaPointerGetAttributes(&where, host));
    std::printf("type of a host pointer: %d\n", static_cast<int>(where.type));
    TRY(cudaPeekAtLastError());
    TRY(cudaGetLastError());
}

static void launches()
{
    int *out = nullptr, blocks = -1;
    cudaFuncAttributes attributes;
    TRY(cudaMalloc(&out, 4096));
    nothing<<<0, 1>>>();
    TRY(cudaGetLastError());
    nothing<<<1, 0>>>();
    TRY(cudaGetLastError());
    nothing<<<1, 1025>>>();
    TRY(cudaGetLastError());
    nothing<<<1, dim3(1, 1, 65)>>>();
    TRY(cudaGetLastError());
    nothing<<<dim3(1, 65536), 1>>>();
    TRY(cudaGetLastError());
    nothing<<<1, 1, 1 << 20>>>();
    TRY(cudaGetLastError());
    narrow<<<1, 65>>>(out);
    TRY(cudaGetLastError());
    narrow<<<1, 64>>>(out);
    TRY(cudaGetLastError());
    TRY(cudaFuncGetAttributes(&attributes, narrow));
    std::printf("threads at most: %d\n", attributes.maxThreadsPerBlock);
    TRY(cudaFuncGetAttributes(&attributes, reinterpret_cast<const void *>(&devices)));
    TRY(cudaFuncSetAttribute(narrow, cudaFuncAttributeMaxDynamicSharedMemorySize, 1 << 30));
    TRY(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, narrow, 65, 0));
    std::printf("blocks: %d\n", blocks);
    TRY(cudaDeviceSynchronize());
    TRY(cudaGetLastError());
}

static void streams()
{
    cudaStream_t stream;
    cudaEvent_t start, end;
    float elapsed;
    TRY(cudaStreamCreateWithFlags(&stream, 99));
    TRY(cudaStreamCreate(&stream));
    TRY(cudaEventCreateWithFlags(&start, 99));
    TRY(cudaEventCreate(&start));
    TRY(cudaEventCreateWithFlags(&end, cudaEventDisableTiming));
    TRY(cudaEventElapsedTime(&elapsed, start, start));
    TRY(cudaEventRecord(start, stream));
    TRY(cudaEventRecord(end, stream));
    TRY(cudaEventSynchronize(end));
    TRY(cudaEventElapsedTime(&elapsed, start, end));
    TRY(cudaEventQuery(end));
    TRY(cudaStreamDestroy(stream));
    TRY(cudaEventDestroy(start));
    TRY(cudaEventDestroy(end));
    TRY(cudaGetLastError());
}

static void fault()
{
    int *out = nullptr;
    TRY(cudaMalloc(&out, 16));
    write_to<<<1, 1>>>(out + 4);
    TRY(cudaDeviceSynchronize());
    TRY(cudaGetLastError());
    TRY(cudaMalloc(&out, 16));
    TRY(cudaMemset(out, 0, 16));
    nothing<<<1, 1>>>();
    TRY(cudaGetLastError());
    TRY(cudaDeviceSynchronize());
    TRY(cudaFree(out));
}

int main()
{
    devices();
    memory();
    launches();
    streams();
    fault();
    return 0;
}
