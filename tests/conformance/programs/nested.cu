/* A kernel that starts another kernel (dynamic parallelism; nvcc -rdc=true). */
#include <cstdio>

__global__ void inner(int *out)
{
    *out = 5;
}

__global__ void outer(int *out)
{
    inner<<<1, 1>>>(out);
}

int main()
{
    int *device, got = 0;
    cudaMalloc(&device, sizeof got);
    cudaMemset(device, 0, sizeof got);
    outer<<<1, 1>>>(device);
    printf("%s\n", cudaGetErrorString(cudaGetLastError()));
    cudaMemcpy(&got, device, sizeof got, cudaMemcpyDeviceToHost);
    printf("got %d\n", got);
    return 0;
}
