/* Allocates and frees at random by every way that there is, each call with one of two results: it works, or there is no
 * memory. argv: a seed, how often. Prints how much worked and was refused; "half" in between. */
#include <stdio.h>
#include <stdlib.h>

#include "cuda_api.h"

enum { LIVE_MAX = 40, STREAMS = 2 };

struct live {
    void (*end)(struct live *it);
    CUdeviceptr address;
    size_t bytes;
    void *object, *second;
};

static struct live live[LIVE_MAX];
static unsigned live_count, worked, refused;
static unsigned long long state;
static CUstream streams[STREAMS];
static CUmemoryPool own, managed, of_host;

static unsigned any(unsigned below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

static size_t any_bytes(void)
{
    static const size_t sizes[] = {1, 511, 512, 513, 100000, (1 << 20), 3 << 20, 20 << 20};
    unsigned which = any(10);
    return which < 8 ? sizes[which] : 1 + any(24 << 20);
}

static void must(const char *call, CUresult result)
{
    if (!result)
        return;
    printf("WRONG: %s gives %d\n", call, (int)result);
    exit(3);
}
#define MUST(call) must(#call, (call))

/* Whether it worked; there may be no memory for it. */
static int allowed(const char *call, CUresult result)
{
    if (result == CUDA_ERROR_OUT_OF_MEMORY) {
        refused++;
        return 0;
    }
    must(call, result);
    worked++;
    return 1;
}
#define ALLOWED(call) allowed(#call, (call))

static void add(struct live it)
{
    live[live_count++] = it;
}

static void free_now(struct live *it)
{
    MUST(cuMemFree_v2(it->address));
}

static void free_in_stream(struct live *it)
{
    MUST(cuMemFreeAsync(it->address, streams[any(STREAMS)]));
}

static void allocate(void)
{
    CUdeviceptr address;
    if (ALLOWED(cuMemAlloc_v2(&address, any_bytes())))
        add((struct live){any(2) ? free_now : free_in_stream, address, 0, NULL, NULL});
}

static void allocate_rows(void)
{
    CUdeviceptr address;
    size_t pitch;
    if (ALLOWED(cuMemAllocPitch_v2(&address, &pitch, 1 + any(5000), 1 + any(2000), 4)))
        add((struct live){free_now, address, 0, NULL, NULL});
}

static void allocate_in_stream(void)
{
    CUdeviceptr address;
    CUstream stream = streams[any(STREAMS)];
    size_t bytes = any_bytes();
    int made = any(2) ? ALLOWED(cuMemAllocAsync(&address, bytes, stream))
                      : ALLOWED(cuMemAllocFromPoolAsync(&address, bytes, own, stream));
    if (made) {
        MUST(cuMemsetD8Async(address, 1, bytes, stream));
        MUST(cuStreamSynchronize(stream));
        add((struct live){any(4) ? free_in_stream : free_now, address, 0, NULL, NULL});
    }
}

static void allocate_managed(void)
{
    CUdeviceptr address;
    if (ALLOWED(cuMemAllocManaged(&address, any_bytes(), CU_MEM_ATTACH_GLOBAL)))
        add((struct live){free_now, address, 0, NULL, NULL});
}

/* This client's own pools. */
static void allocate_managed_in_stream(void)
{
    CUdeviceptr address;
    CUstream stream = streams[any(STREAMS)];
    size_t bytes = any_bytes();
    if (!ALLOWED(cuMemAllocFromPoolAsync(&address, bytes, any(3) ? managed : of_host, stream)))
        return;
    if (any(2))
        MUST(cuMemsetD8Async(address, 1, bytes, stream));
    MUST(cuStreamSynchronize(stream));
    *((volatile char *)(size_t)address + any((unsigned)bytes)) = 2;
    add((struct live){any(4) ? free_in_stream : free_now, address, 0, NULL, NULL});
}

static void end_array(struct live *it)
{
    MUST(cuArrayDestroy(it->object));
}

static void end_mipmap(struct live *it)
{
    MUST(cuMipmappedArrayDestroy(it->object));
}

static void make_array(void)
{
    CUDA_ARRAY3D_DESCRIPTOR shape = {
        .Width = 1 + any(1000), .Height = 1 + any(1000), .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 1u << any(3)};
    CUarray array;
    CUmipmappedArray mipmap;
    if (any(2)) {
        if (ALLOWED(cuArray3DCreate_v2(&array, &shape)))
            add((struct live){end_array, 0, 0, array, NULL});
    } else if (ALLOWED(cuMipmappedArrayCreate(&mipmap, &shape, 1 + any(3)))) {
        add((struct live){end_mipmap, 0, 0, mipmap, NULL});
    }
}

static void end_physical(struct live *it)
{
    if (it->address) {
        MUST(cuMemUnmap(it->address, it->bytes));
        MUST(cuMemAddressFree(it->address, it->bytes));
    }
    MUST(cuMemRelease((CUmemGenericAllocationHandle)(size_t)it->object));
}

static void make_physical(void)
{
    CUmemAllocationProp properties = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
                                      .location = {CU_MEM_LOCATION_TYPE_DEVICE, 0}};
    CUmemGenericAllocationHandle handle;
    struct live it = {end_physical, 0, (size_t)(1 + any(8)) << 21, NULL, NULL};
    if (!ALLOWED(cuMemCreate(&handle, it.bytes, &properties, 0)))
        return;
    it.object = (void *)(size_t)handle;
    if (any(2)) {
        MUST(cuMemAddressReserve(&it.address, it.bytes, 0, 0, 0));
        MUST(cuMemMap(it.address, it.bytes, 0, handle, 0));
    }
    add(it);
}

static void end_graph(struct live *it)
{
    if (it->address)
        MUST(cuMemFree_v2(it->address));
    MUST(cuGraphExecDestroy(it->second));
    MUST(cuGraphDestroy(it->object));
}

static void launch_graph(void)
{
    CUDA_MEM_ALLOC_NODE_PARAMS params = {
        .poolProps = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED, .location = {CU_MEM_LOCATION_TYPE_DEVICE, 0}},
        .bytesize = any_bytes()};
    CUgraph graph;
    CUgraphExec executable;
    CUgraphNode node, end;
    MUST(cuGraphCreate(&graph, 0));
    MUST(cuGraphAddMemAllocNode(&node, graph, NULL, 0, &params));
    struct live it = {end_graph, params.dptr, 0, graph, NULL};
    if (any(2)) {
        MUST(cuGraphAddMemFreeNode(&end, graph, &node, 1, params.dptr));
        it.address = 0;
    }
    MUST(cuGraphInstantiateWithFlags(&executable, graph, 0));
    it.second = executable;
    if (!ALLOWED(cuGraphLaunch(executable, streams[0])))
        it.address = 0;
    MUST(cuStreamSynchronize(streams[0]));
    add(it);
}

static void end_module(struct live *it)
{
    MUST(cuModuleUnload(it->object));
}

static void load_module(void)
{
    char text[512];
    CUmodule module;
    snprintf(text, sizeof text,
             ".version 6.4\n.target sm_50\n.address_size 64\n%s.visible .global .align 8 .b8 large[%zu];\n"
             ".visible .const .align 4 .u32 few[4] = {1, 2, 3, 4};\n.visible .entry nothing() { ret; }\n",
             any(4) ? "" : ".extern .func (.param .b64 r) malloc(.param .b64 n);\n", any_bytes());
    if (ALLOWED(cuModuleLoadData(&module, text)))
        add((struct live){end_module, 0, 0, module, NULL});
}

static void change_pool(void)
{
    cuuint64_t keep = any(2) ? (cuuint64_t)any_bytes() : 0;
    CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                                 .location = {CU_MEM_LOCATION_TYPE_DEVICE, 0}};
    switch (any(4)) {
    case 0: MUST(cuMemPoolSetAttribute(own, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &keep)); break;
    case 1: MUST(cuMemPoolTrimTo(own, (size_t)keep)); break;
    case 2: MUST(cuCtxSynchronize()); break;
    default: MUST(cuMemPoolDestroy(own)); MUST(cuMemPoolCreate(&own, &properties));
    }
}

static void (*const ways[])(void) = {
    allocate,      allocate_rows, allocate_in_stream, allocate_in_stream, allocate_managed,          make_array,
    make_physical, launch_graph,  load_module,        change_pool,        allocate_managed_in_stream};

static void end_one(void)
{
    unsigned which = any(live_count);
    live[which].end(&live[which]);
    live[which] = live[--live_count];
}

int main(int argc, char **argv)
{
    CUcontext context;
    size_t free_bytes, total;
    unsigned count = argc > 2 ? (unsigned)atoi(argv[2]) : 100;
    state = (argc > 1 ? strtoull(argv[1], NULL, 0) : 1) * 0x9E3779B97F4A7C15u;
    CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                                 .location = {CU_MEM_LOCATION_TYPE_DEVICE, 0}};
    MUST(cuInit(0));
    MUST(cuDevicePrimaryCtxRetain(&context, 0));
    MUST(cuCtxSetCurrent(context));
    for (unsigned i = 0; i < STREAMS; i++)
        MUST(cuStreamCreate(&streams[i], CU_STREAM_NON_BLOCKING));
    MUST(cuMemPoolCreate(&own, &properties));
    properties.location.type = CU_MEM_LOCATION_TYPE_HOST;
    MUST(cuMemPoolCreate(&of_host, &properties));
    properties.allocType = CU_MEM_ALLOCATION_TYPE_MANAGED;
    MUST(cuMemPoolCreate(&managed, &properties));
    for (unsigned i = 0; i < count; i++) {
        if (live_count == LIVE_MAX || (live_count && !any(4)))
            end_one();
        else
            ways[any(sizeof ways / sizeof ways[0])]();
        MUST(cuMemGetInfo_v2(&free_bytes, &total));
        if (free_bytes > total) {
            printf("WRONG: %zu of %zu bytes are free\n", free_bytes, total);
            return 3;
        }
        if (i == count / 2) {
            printf("half\n");
            fflush(stdout);
        }
    }
    printf("%u worked, %u were refused\n", worked, refused);
    return 0;
}
