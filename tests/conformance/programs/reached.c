/* Page-locked memory that was not asked for as mapped: kernels reach it all the same, by the address of the host. */
#include <pthread.h>

#include "show.h"

enum { WORDS = 20000, BYTES = 4 * WORDS, SMALL = 16 };

static CUfunction fill;

/* Word i of `count` is value + i then. */
static void run(void *at, unsigned count, unsigned value, CUstream stream)
{
    CUdeviceptr out = (uintptr_t)at;
    void *params[] = {&out, &count, &value};
    MUST(cuLaunchKernel(fill, (count + 255) / 256, 1, 1, 256, 1, 1, 0, stream, params, NULL));
}

static unsigned sum(const unsigned *data, unsigned count)
{
    unsigned total = 0;
    for (unsigned i = 0; i < count; i++)
        total += data[i];
    return total;
}

static unsigned *take(size_t bytes)
{
    void *memory;
    MUST(cuMemAllocHost_v2(&memory, bytes));
    return memory;
}

/* Copies from and to it that are under way when the first kernel is given it. */
static void first_kernel(CUstream stream)
{
    unsigned *host = take(BYTES), back[4];
    CUdeviceptr memory;
    puts("# the first kernel");
    MUST(cuMemAlloc_v2(&memory, BYTES));
    MUST(cuMemsetD32Async(memory, 7, WORDS, stream));
    for (unsigned i = 0; i < WORDS; i++)
        host[i] = 1;
    TRY(cuMemcpyHtoDAsync_v2(memory, host, 400, stream));
    TRY(cuMemcpyDtoHAsync_v2(host, memory, BYTES, stream));
    run(host + 1000, 1000, 50, stream);
    MUST(cuStreamSynchronize(stream));
    printf("%u %u %u %u\n", host[0], host[100], host[1001], host[2000]);
    for (unsigned round = 1; round < 4; round++) {
        host[round] += 5;
        run(host + 5000, 1000 * round, round, stream);
        MUST(cuCtxSynchronize());
        printf("%u\n", sum(host, WORDS));
    }
    TRY(cuMemcpyDtoD_v2(memory, (uintptr_t)host, BYTES));
    TRY(cuMemcpyDtoH_v2(back, memory + 4004, 16));
    printf("%u %u %u %u\n", back[0], back[1], back[2], back[3]);
    TRY(cuMemsetD32_v2((uintptr_t)host, 3, WORDS));
    printf("%u\n", sum(host, WORDS));
    run(host, SMALL, 0, stream);
    TRY(cuMemFreeHost(host));
    TRY(cuMemFree_v2(memory));
}

static void attributes(void)
{
    unsigned *host = take(BYTES);
    CUdeviceptr at = (uintptr_t)host + 400, device = 0;
    unsigned managed = 7;
    int maps = -1, uses = -1;
    CUmemorytype type = 0;
    puts("# attributes, asked before and after a device reaches it");
    for (int reached = 0; reached < 2; reached++) {
        EXPECT(0, cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, at));
        EXPECT(0, cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED, at));
        EXPECT(0, cuPointerGetAttribute(&device, CU_POINTER_ATTRIBUTE_DEVICE_POINTER, at));
        printf("type %d, managed %u, at %d\n", (int)type, managed & 1, (int)(device - (uintptr_t)host));
        run(host, WORDS, 1, NULL);
    }
    EXPECT(0, cuMemHostGetDevicePointer_v2(&device, host + 3, 0));
    EXPECT_TRUE(device == (uintptr_t)(host + 3));
    MUST(cuDeviceGetAttribute(&maps, CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY, 0));
    MUST(cuDeviceGetAttribute(&uses, CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING, 0));
    printf("maps %d, unified %d\n", maps, uses);
    EXPECT(0, cuMemFreeHost(host));
    host = take(SMALL);
    EXPECT(0, cuMemHostGetDevicePointer_v2(&device, host, 0));
    EXPECT_TRUE(device == (uintptr_t)host);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFree_v2(device));
    EXPECT(0, cuMemFreeHost(host));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemHostGetDevicePointer_v2(&device, host, 0));
}

static void many(CUstream stream)
{
    enum { COUNT = 40 };
    unsigned *each[COUNT], total = 0;
    puts("# many small ones");
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < COUNT; i++) {
            each[i] = take(4 * SMALL);
            each[i][SMALL - 1] = i;
            run(each[i], SMALL - 1, i, stream);
        }
        MUST(cuStreamSynchronize(stream));
        for (unsigned i = 0; i < COUNT; i++) {
            total += sum(each[i], SMALL);
            MUST(cuMemFreeHost(each[i]));
        }
    }
    printf("%u\n", total);
}

static void add_one(void *data)
{
    ((unsigned *)data)[2] += 1;
}

/* Fills, kernels and copies of a graph; a function of the program between them. */
static void graphs(CUstream stream)
{
    unsigned *host = take(BYTES), *other = take(BYTES);
    CUgraph graph;
    CUgraphExec exec;
    puts("# graphs");
    memset(host, 0, BYTES);
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    TRY(cuMemsetD32Async((uintptr_t)host, 9, WORDS / 2, stream));
    run(host, SMALL, 100, stream);
    TRY(cuLaunchHostFunc(stream, add_one, host));
    TRY(cuMemcpyHtoDAsync_v2((uintptr_t)(host + 100), host, 4 * SMALL, stream));
    TRY(cuMemcpyDtoHAsync_v2(host + 200, (uintptr_t)host, 4 * SMALL, stream));
    TRY(cuMemcpyAsync((uintptr_t)(host + 300), (uintptr_t)host, 4 * SMALL, stream));
    MUST(cuStreamEndCapture(stream, &graph));
    TRY(cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (unsigned round = 0; round < 2; round++) {
        host[0] = 1;
        host[WORDS - 1] += 1;
        TRY(cuGraphLaunch(exec, stream));
        MUST(cuStreamSynchronize(stream));
        printf("%u %u %u %u %u, %u\n", host[0], host[2], host[102], host[202], host[302], sum(host, WORDS));
    }
    CUDA_MEMSET_NODE_PARAMS set = {.dst = (uintptr_t)other, .value = 4, .elementSize = 4, .width = 50, .height = 1};
    CUgraphNode node;
    CUcontext context;
    CUgraph filled;
    MUST(cuCtxGetCurrent(&context));
    MUST(cuGraphCreate(&filled, 0));
    memset(other, 0, BYTES);
    TRY(cuGraphAddMemsetNode(&node, filled, NULL, 0, &set, context));
    MUST(cuGraphExecDestroy(exec));
    TRY(cuGraphInstantiateWithFlags(&exec, filled, 0));
    TRY(cuGraphLaunch(exec, stream));
    MUST(cuStreamSynchronize(stream));
    printf("%u\n", sum(other, WORDS));
    set.dst += 400;
    set.value = 5;
    TRY(cuGraphExecMemsetNodeSetParams(exec, node, &set, context));
    TRY(cuGraphLaunch(exec, stream));
    MUST(cuStreamSynchronize(stream));
    printf("%u\n", sum(other, WORDS));
    MUST(cuGraphExecDestroy(exec));
    TRY(cuMemFreeHost(host));
    TRY(cuMemFreeHost(other));
}

/* It goes with its context, and nothing is left of it. */
static void contexts(void)
{
    CUcontext context;
    CUmodule module;
    unsigned *host;
    CUfunction before = fill;
    puts("# a context of its own");
    for (unsigned round = 0; round < 2; round++) {
        MUST(cuCtxCreate_v2(&context, 0, 0));
        MUST(cuModuleLoadData(&module, SHOW_MODULE));
        MUST(cuModuleGetFunction(&fill, module, "fill"));
        host = take(BYTES);
        memset(host, 0, BYTES);
        host[0] = 3;
        run(host + 1, SMALL, 2, NULL);
        MUST(cuCtxSynchronize());
        printf("%u\n", sum(host, WORDS));
        TRY(cuCtxDestroy_v2(context));
    }
    fill = before;
}

/* A kernel of the other device is the first that is given it. */
static void other_device(CUcontext home)
{
    unsigned *host = take(BYTES);
    CUcontext other;
    CUmodule module;
    CUfunction before = fill;
    puts("# the other device");
    memset(host, 0, BYTES);
    MUST(cuCtxCreate_v2(&other, 0, 1));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    run(host, 100, 1, NULL);
    MUST(cuCtxSynchronize());
    printf("%u\n", sum(host, WORDS));
    fill = before;
    MUST(cuCtxSetCurrent(home));
    run(host, 50, 2, NULL);
    MUST(cuCtxSynchronize());
    printf("%u\n", sum(host, WORDS));
    TRY(cuCtxDestroy_v2(other));
    TRY(cuMemFreeHost(host));
}

/* Copies of rows and boxes that name it as the host's. */
static void boxes(void)
{
    unsigned *host = take(BYTES), *managed, back[4];
    CUdeviceptr memory, shared;
    puts("# boxes");
    MUST(cuMemAlloc_v2(&memory, BYTES));
    MUST(cuMemAllocManaged(&shared, BYTES, CU_MEM_ATTACH_GLOBAL));
    managed = (unsigned *)(uintptr_t)shared;
    for (unsigned i = 0; i < WORDS; i++)
        host[i] = managed[i] = i;
    run(host, SMALL, 100, NULL);
    for (int of_managed = 0; of_managed < 2; of_managed++) {
        void *here = of_managed ? (void *)managed : host;
        CUDA_MEMCPY2D rows = {.srcMemoryType = CU_MEMORYTYPE_HOST,
                              .srcHost = here,
                              .srcPitch = 400,
                              .dstMemoryType = CU_MEMORYTYPE_DEVICE,
                              .dstDevice = memory,
                              .dstPitch = 800,
                              .WidthInBytes = 40,
                              .Height = 5};
        CUDA_MEMCPY3D box = {.srcMemoryType = CU_MEMORYTYPE_DEVICE,
                             .srcDevice = memory,
                             .srcPitch = 800,
                             .srcHeight = 2,
                             .dstMemoryType = CU_MEMORYTYPE_HOST,
                             .dstHost = (char *)here + 4000,
                             .dstPitch = 100,
                             .dstHeight = 3,
                             .WidthInBytes = 40,
                             .Height = 2,
                             .Depth = 2};
        EXPECT(0, cuMemcpy2D_v2(&rows));
        EXPECT(0, cuMemcpy3D_v2(&box));
        EXPECT(0, cuMemcpyDtoH_v2(back, memory + 800, 16));
        const unsigned *there = (const unsigned *)((const char *)here + 4000);
        printf("%u %u, %u %u %u\n", back[0], back[3], there[1], there[25], there[75]);
    }
    EXPECT(0, cuMemFree_v2(memory));
    EXPECT(0, cuMemFree_v2(shared));
    EXPECT(0, cuMemFreeHost(host));
}

/* The program's own pages, registered: the same. Two pieces that lie close together. */
static void registered(CUstream stream)
{
    enum { PAGES = 5, PIECE = PAGES * 4096, COUNT = PIECE / 4 };
    unsigned *both = aligned_alloc(4096, 3 * PIECE), *one = both, *two = both + 2 * COUNT;
    CUdeviceptr device = 0;
    CUcontext context, home;
    puts("# registered memory");
    MUST(cuCtxGetCurrent(&home));
    memset(both, 0, 3 * PIECE);
    EXPECT(0, cuMemHostRegister_v2(one, PIECE, CU_MEMHOSTREGISTER_DEVICEMAP));
    EXPECT(0, cuMemHostRegister_v2(two, PIECE, CU_MEMHOSTREGISTER_PORTABLE));
    EXPECT(0, cuMemHostGetDevicePointer_v2(&device, one + 4, 0));
    EXPECT_TRUE(device == (uintptr_t)(one + 4));
    for (unsigned round = 0; round < 3; round++) {
        one[COUNT - 1] += 7;
        both[COUNT + 1] += 1;
        run(one + 1, 2000, round, stream);
        run(two, COUNT, 10 * round, stream);
        MUST(cuStreamSynchronize(stream));
        printf("%u %u %u\n", sum(one, COUNT), sum(both + COUNT, COUNT), sum(two, COUNT));
    }
    run(one, 10, 500, stream);
    EXPECT(0, cuMemHostUnregister(one));
    printf("%u\n", sum(one, COUNT));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemHostGetDevicePointer_v2(&device, one, 0));
    run(two, 10, 900, stream);
    MUST(cuStreamSynchronize(stream));
    EXPECT(0, cuMemHostUnregister(two));
    printf("%u\n", sum(both, 3 * COUNT));
    memset(both, 1, 3 * PIECE);
    MUST(cuCtxCreate_v2(&context, 0, 0));
    CUmodule module;
    CUfunction before = fill;
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    EXPECT(0, cuMemHostRegister_v2(both, 3 * PIECE, 0));
    run(both, 100, 3, NULL);
    EXPECT(0, cuCtxDestroy_v2(context));
    printf("%u\n", sum(both, 3 * COUNT));
    fill = before;
    MUST(cuCtxSetCurrent(home));
    free(both);
}

static void *count_up(void *data)
{
    volatile unsigned *word = data;
    for (unsigned i = 0; i < 2000000; i++)
        *word += 1;
    return NULL;
}

/* A thread that writes a part of it from before the first kernel is given another part on. */
static void beside(CUstream stream)
{
    unsigned *host = take(BYTES);
    pthread_t thread;
    puts("# a thread beside");
    memset(host, 0, BYTES);
    pthread_create(&thread, NULL, count_up, host);
    for (unsigned round = 0; round < 5; round++) {
        run(host + 10 * round + 1, 10, round, stream);
        MUST(cuStreamSynchronize(stream));
    }
    pthread_join(thread, NULL);
    printf("%u, %u\n", host[0], sum(host, WORDS));
    TRY(cuMemFreeHost(host));
}

/* The same of memory that is registered and unregistered meanwhile. */
static void registered_beside(CUstream stream)
{
    enum { PIECE = 8 * 4096 };
    unsigned *host = aligned_alloc(4096, PIECE);
    pthread_t thread;
    puts("# a thread beside registered memory");
    memset(host, 0, PIECE);
    pthread_create(&thread, NULL, count_up, host);
    for (unsigned round = 0; round < 5; round++) {
        MUST(cuMemHostRegister_v2(host, PIECE, 0));
        run(host + 10 * round + 1, 10, round, stream);
        MUST(cuStreamSynchronize(stream));
        MUST(cuMemHostUnregister(host));
    }
    pthread_join(thread, NULL);
    printf("%u, %u\n", host[0], sum(host, PIECE / 4));
    free(host);
}

int main(void)
{
    CUmodule module;
    CUstream stream;
    CUcontext home = show_context();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    first_kernel(stream);
    attributes();
    many(stream);
    beside(stream);
    registered_beside(stream);
    boxes();
    registered(stream);
    graphs(stream);
    contexts();
    MUST(cuCtxSetCurrent(home));
    other_device(home);
    TRY(cuStreamDestroy_v2(stream));
    return 0;
}
