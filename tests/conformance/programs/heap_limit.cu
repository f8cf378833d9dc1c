/* cudaLimitMallocHeapSize: what kernels can take, and that it stands once a kernel has taken. */
#include <cstdio>

__global__ void take(void **to, size_t bytes) { *to = malloc(bytes); }

int main()
{
    void **to, *got;
    size_t limit = 0;
    cudaMalloc(&to, sizeof *to);
    printf("set: %s\n", cudaGetErrorName(cudaDeviceSetLimit(cudaLimitMallocHeapSize, 64 << 20)));
    for (size_t mib : {4, 20, 60}) {
        take<<<1, 1>>>(to, mib << 20);
        const cudaError_t error = cudaMemcpy(&got, to, sizeof got, cudaMemcpyDeviceToHost);
        printf("%zu MiB: %s, %s\n", mib, cudaGetErrorName(error), got ? "taken" : "no room");
    }
    printf("set again: %s\n", cudaGetErrorName(cudaDeviceSetLimit(cudaLimitMallocHeapSize, 128 << 20)));
    cudaDeviceGetLimit(&limit, cudaLimitMallocHeapSize);
    printf("limit: %zu\n", limit);
    return 0;
}
