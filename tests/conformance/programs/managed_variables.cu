// Managed variables of the program: host code and kernels use them by their names. And what programs say of their
// managed memory, and are told again.
#include <cstdio>

__managed__ int counter = 40;
__managed__ float table[3000];
__managed__ double last = 0.5;
__device__ int hidden = 7;

__global__ void work(int rounds)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < 3000)
        table[i] = table[i] * 2 + (float)i;
    if (i == 0) {
        counter += hidden * rounds;
        last += 0.25;
    }
}

static int check(cudaError_t error, const char *what)
{
    printf("%s: %s\n", what, cudaGetErrorName(error));
    return error != cudaSuccess;
}

static double sum()
{
    double total = 0;
    for (int i = 0; i < 3000; i++)
        total += table[i];
    return total;
}

static void tell(const char *what, const void *memory, size_t bytes)
{
    int mostly = -7, preferred = -7, prefetched = -7, users[3] = {-7, -7, -7};
    check(cudaMemRangeGetAttribute(&mostly, 4, cudaMemRangeAttributeReadMostly, memory, bytes), "read mostly");
    check(cudaMemRangeGetAttribute(&preferred, 4, cudaMemRangeAttributePreferredLocation, memory, bytes), "preferred");
    check(cudaMemRangeGetAttribute(&prefetched, 4, cudaMemRangeAttributeLastPrefetchLocation, memory, bytes), "last");
    check(cudaMemRangeGetAttribute(users, 12, cudaMemRangeAttributeAccessedBy, memory, bytes), "users");
    printf("%s: %d %d %d, %d %d %d\n", what, mostly, preferred, prefetched, users[0], users[1], users[2]);
}

static cudaMemLocation place(cudaMemLocationType type, int id)
{
    cudaMemLocation out = {};
    out.type = type;
    out.id = id;
    return out;
}

static void advise_variable()
{
    const cudaMemLocation host = place(cudaMemLocationTypeHost, 0);
    cudaPointerAttributes about = {};
    tell("a variable", table, sizeof table);
    check(cudaMemAdvise(table, sizeof table, cudaMemAdviseSetReadMostly, host), "read mostly");
    check(cudaMemAdvise(table, sizeof table + 4, cudaMemAdviseUnsetReadMostly, host), "beyond its end");
    tell("its middle", table + 100, 400);
    check(cudaMemPrefetchAsync(table, sizeof table, host, 0, 0), "to the host");
    check(cudaPointerGetAttributes(&about, table), "pointer");
    printf("type %d, one address %d\n", (int)about.type, about.devicePointer == table && about.hostPointer == table);
}

static void advise()
{
    const cudaMemLocation device = place(cudaMemLocationTypeDevice, 0), host = place(cudaMemLocationTypeHost, 0);
    int *memory, plain;
    size_t bytes = 1 << 20;
    check(cudaMallocManaged(&memory, bytes), "managed");
    for (size_t i = 0; i < bytes / 4; i++)
        memory[i] = (int)i;
    tell("at first", memory, bytes);
    check(cudaMemAdvise(memory, bytes, cudaMemAdviseSetReadMostly, device), "read mostly");
    check(cudaMemAdvise(memory + 1024, 8192, cudaMemAdviseSetPreferredLocation, host), "preferred");
    check(cudaMemAdvise(memory, bytes, cudaMemAdviseSetAccessedBy, device), "accessed by");
    check(cudaMemAdvise(memory, bytes, cudaMemAdviseSetPreferredLocation, device), "preferred by the device");
    check(cudaMemAdvise(memory, bytes, cudaMemAdviseSetAccessedBy, host), "accessed by the host");
    tell("a part", memory + 1024, 8192);
    tell("all", memory, bytes);
    check(cudaMemPrefetchAsync(memory, bytes, device, 0, 0), "to the device");
    tell("on the device", memory, bytes);
    check(cudaMemPrefetchAsync(memory, 4096, host, 0, 0), "to the host");
    check(cudaMemAdvise(memory, bytes, cudaMemAdviseUnsetAccessedBy, device), "not by the device");
    tell("a page here", memory, 4096);
    check(cudaMemPrefetchAsync(&plain, 4, device, 0, 0), "what is not managed");
    check(cudaMemAdvise(memory, bytes + 1, cudaMemAdviseSetReadMostly, device), "too much");
    check(cudaMemAdvise(memory, bytes, cudaMemAdviseSetAccessedBy, place(cudaMemLocationTypeDevice, 77)), "no device");
    check(cudaDeviceSynchronize(), "synchronize");
    long total = 0;
    for (size_t i = 0; i < bytes / 4; i++)
        total += memory[i];
    printf("the sum is %ld\n", total);
    check(cudaFree(memory), "free");
}

int main()
{
    printf("%d %g %g\n", counter, last, sum());
    for (int i = 0; i < 3000; i++)
        table[i] = 1;
    for (int round = 1; round <= 3; round++) {
        work<<<12, 256>>>(round);
        if (check(cudaDeviceSynchronize(), "synchronize"))
            return 1;
        printf("%d %g %g\n", counter, last, sum());
        counter--;
        table[17] += 100;
    }
    int copied = 0;
    check(cudaMemcpy(&copied, &counter, sizeof copied, cudaMemcpyDefault), "copy");
    printf("%d\n", copied);
    advise();
    advise_variable();
    return 0;
}
