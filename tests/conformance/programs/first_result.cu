// The least that a program of the runtime does: memory, a kernel, its result.
#include <cstdio>

__global__ void add(float *values, float more, int count)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count)
        values[i] += more;
}

int main()
{
    const int count = 64;
    float *there, here[count];
    for (int i = 0; i < count; i++)
        here[i] = i;
    cudaError_t error = cudaMalloc(&there, sizeof here);
    if (!error)
        error = cudaMemcpy(there, here, sizeof here, cudaMemcpyHostToDevice);
    add<<<1, count>>>(there, 0.5f, count);
    if (!error)
        error = cudaMemcpy(here, there, sizeof here, cudaMemcpyDeviceToHost);
    printf("%s %g %g\n", cudaGetErrorName(error), here[0], here[count - 1]);
    return error != cudaSuccess;
}
