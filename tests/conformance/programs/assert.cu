/* A kernel that prints and fails an assertion: where the texts come out. The error is seen by a call that waits, or by a query. */
#include <cassert>
#include <cstdio>
#include <cstring>

__global__ void check(int limit)
{
    printf("thread %d\n", threadIdx.x);
    assert((int)threadIdx.x < limit);
}

int main(int, char **arguments)
{
    cudaError_t result = cudaErrorNotReady;
    cudaFree(0);
    printf("host first\n");
    check<<<1, 4>>>(2);
    if (!strcmp(arguments[1], "sync"))
        result = cudaDeviceSynchronize();
    while (result == cudaErrorNotReady)
        result = cudaStreamQuery(0);
    printf("after the error was seen: %d\n", (int)result);
    fflush(stdout);
    fprintf(stderr, "host last\n");
    return 0;
}
