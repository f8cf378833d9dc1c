/* printf in kernels: what comes out at which synchronisation, between what the host prints. */
#include <cstdio>

__global__ void say(int k)
{
    printf("%d of %d: %5.2f|%-6s|%c|%#llx|%%\n", threadIdx.x, blockDim.x, 1.5 * k, "text", 'a' + k, 1ull << (40 + k));
}

int main()
{
    int value = -1, *device;
    cudaStream_t stream;
    cudaEvent_t event;
    printf("host first\n");
    say<<<1, 3>>>(1);
    cudaDeviceSynchronize();
    printf("after the device was synchronised\n");
    cudaStreamCreate(&stream);
    say<<<1, 1, 0, stream>>>(2);
    cudaStreamSynchronize(stream);
    printf("after the stream was synchronised\n");
    cudaEventCreate(&event);
    say<<<1, 1, 0, stream>>>(3);
    cudaEventRecord(event, stream);
    cudaEventSynchronize(event);
    printf("after the event was synchronised\n");
    cudaMalloc(&device, sizeof value);
    cudaMemset(device, 0, sizeof value);
    say<<<1, 1>>>(4);
    cudaMemcpy(&value, device, sizeof value, cudaMemcpyDeviceToHost);
    printf("after a copy to the host: %d\n", value);
    return cudaGetLastError();
}
