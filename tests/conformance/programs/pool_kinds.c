/* Pools of managed memory and of the host's: what can be made, what their memory is, that host and kernels use it in the
 * order of streams, and that it is given back. */
#include "show.h"

#include <stdbool.h>

enum { WORDS = 3000, BYTES = 4 * WORDS, LARGE = 3 << 20 };

static CUfunction fill;
static CUstream one, two;

static CUmemPoolProps properties(CUmemAllocationType type, CUmemLocationType place, int id)
{
    return (CUmemPoolProps){.allocType = type, .location = {.type = place, .id = id}};
}

static void run(unsigned *data, unsigned value, CUstream stream)
{
    CUdeviceptr at = (uintptr_t)data;
    unsigned count = WORDS;
    void *params[] = {&at, &count, &value};
    MUST(cuLaunchKernel(fill, 12, 1, 1, 256, 1, 1, 0, stream, params, NULL));
}

static unsigned *take(CUmemoryPool pool, size_t bytes, CUstream stream)
{
    CUdeviceptr at = 0;
    EXPECT(0, cuMemAllocFromPoolAsync(&at, bytes, pool, stream));
    return (unsigned *)(uintptr_t)at;
}

static unsigned sum(const unsigned *data)
{
    unsigned total = 0;
    for (unsigned i = 0; i < WORDS; i++)
        total += data[i];
    return total;
}

static unsigned long long get(CUmemoryPool pool, CUmemPool_attribute attribute)
{
    cuuint64_t value = 0;
    MUST(cuMemPoolGetAttribute(pool, attribute, &value));
    return value;
}

static void tell(unsigned *data, CUmemoryPool pool)
{
    CUdeviceptr at = (uintptr_t)data, device_side = 0, base = 0;
    CUmemoryPool of = NULL;
    void *host = NULL;
    unsigned type = 0, managed = 9, flags = 0;
    int ordinal = -9;
    size_t bytes = 0;
    EXPECT(0, cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, at));
    EXPECT(0, cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED, at));
    EXPECT(0, cuPointerGetAttribute(&of, CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE, at));
    EXPECT(0, cuPointerGetAttribute(&host, CU_POINTER_ATTRIBUTE_HOST_POINTER, at));
    EXPECT(0, cuPointerGetAttribute(&device_side, CU_POINTER_ATTRIBUTE_DEVICE_POINTER, at));
    EXPECT(0, cuPointerGetAttribute(&ordinal, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, at));
    EXPECT(0, cuMemGetAddressRange_v2(&base, &bytes, at + 100));
    printf("type %u, managed %u, device %d, %llu bytes\n", type, managed, ordinal, (unsigned long long)bytes);
    EXPECT_TRUE(of == pool && host == data && device_side == at && base == at);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFreeHost(data));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemHostGetFlags(&flags, data));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemHostGetDevicePointer_v2(&device_side, data, 0));
}

/* Host and kernels in turn, in two streams, each of which frees what it has used. */
static void use(CUmemoryPool pool)
{
    for (unsigned round = 0; round < 4; round++) {
        unsigned *a = take(pool, BYTES, one), *b = take(pool, BYTES, two);
        run(a, round, one);
        run(b, 2 * round, two);
        EXPECT(0, cuStreamSynchronize(one));
        EXPECT(0, cuStreamSynchronize(two));
        printf("%u: %u %u\n", round, sum(a), sum(b));
        a[round] = 77;
        b[WORDS - 1] = 5;
        EXPECT(0, cuMemcpyAsync((uintptr_t)b, (uintptr_t)a, BYTES / 2, one));
        EXPECT(0, cuStreamSynchronize(one));
        printf("%u: %u\n", round, sum(b));
        EXPECT(0, cuMemFreeAsync((uintptr_t)a, one));
        EXPECT(0, cuMemFreeAsync((uintptr_t)b, two));
    }
    EXPECT(0, cuCtxSynchronize());
    EXPECT_TRUE(get(pool, CU_MEMPOOL_ATTR_USED_MEM_CURRENT) == 0);
    EXPECT_TRUE(get(pool, CU_MEMPOOL_ATTR_USED_MEM_HIGH) >= 2 * BYTES);
    EXPECT_TRUE(get(pool, CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT) == 0);
}

static void touch(void *data)
{
    unsigned *words = data;
    words[1] += words[0];
}

/* What a stream frees is there until it gets there, and what comes later in the stream has it. */
static void in_order(CUmemoryPool pool)
{
    unsigned *a = take(pool, LARGE, one), *again, last[2] = {0, 0};
    CUdeviceptr copy;
    MUST(cuMemAlloc_v2(&copy, 8));
    run(a, 40, one);
    EXPECT(0, cuLaunchHostFunc(one, touch, a));
    EXPECT(0, cuMemcpyDtoDAsync_v2(copy, (uintptr_t)a, 8, one));
    EXPECT(0, cuMemFreeAsync((uintptr_t)a, one));
    again = take(pool, LARGE, one);
    EXPECT_TRUE(again != NULL);
    run(again, 6, one);
    EXPECT(0, cuStreamSynchronize(one));
    EXPECT(0, cuMemcpyDtoH_v2(last, copy, sizeof last));
    printf("%u %u, %u\n", last[0], last[1], sum(again));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFreeAsync((uintptr_t)again + 8, one));
    EXPECT(0, cuMemFree_v2((uintptr_t)again));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFree_v2((uintptr_t)again));
    EXPECT_TRUE(get(pool, CU_MEMPOOL_ATTR_USED_MEM_CURRENT) == 0);
    MUST(cuMemFree_v2(copy));
}

static void access(CUmemoryPool pool)
{
    CUmemAccess_flags flags = 9;
    CUmemLocation host = {.type = CU_MEM_LOCATION_TYPE_HOST}, device = {.type = CU_MEM_LOCATION_TYPE_DEVICE};
    CUmemAccessDesc grant = {device, CU_MEM_ACCESS_FLAGS_PROT_READWRITE},
                    deny = {device, CU_MEM_ACCESS_FLAGS_PROT_NONE};
    TRY(cuMemPoolGetAccess(&flags, pool, &host));
    printf("host: %u\n", (unsigned)flags);
    TRY(cuMemPoolGetAccess(&flags, pool, &device));
    printf("device: %u\n", (unsigned)flags);
    TRY(cuMemPoolSetAccess(pool, &grant, 1));
    TRY(cuMemPoolGetAccess(&flags, pool, &device));
    printf("device: %u\n", (unsigned)flags);
    TRY(cuMemPoolSetAccess(pool, &deny, 1));
    TRY(cuMemPoolGetAccess(&flags, pool, &device));
    printf("device: %u\n", (unsigned)flags);
    grant.location = host;
    TRY(cuMemPoolSetAccess(pool, &grant, 1));
}

/* None of it is another process's. */
static void sharing(CUmemoryPool pool)
{
    CUmemPoolPtrExportData data = {{0}};
    CUdeviceptr at = 0, imported = 0;
    int descriptor = -1;
    MUST(cuMemAllocFromPoolAsync(&at, BYTES, pool, one));
    EXPECT(CUDA_ERROR_INVALID_VALUE,
           cuMemPoolExportToShareableHandle(&descriptor, pool, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportPointer(&data, at));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportPointer(&imported, pool, &data));
    MUST(cuMemFree_v2(at));
}

static void settings(CUmemoryPool pool)
{
    for (int attribute = 0; attribute < 16; attribute++) {
        cuuint64_t value = 0;
        printf("%d: %d", attribute, cuMemPoolGetAttribute(pool, (CUmemPool_attribute)attribute, &value));
        bool counts = attribute >= CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT && attribute <= CU_MEMPOOL_ATTR_USED_MEM_HIGH;
        printf(" %llu", counts ? 0ull : (unsigned long long)value);
        value = 1;
        printf(" %d", cuMemPoolSetAttribute(pool, (CUmemPool_attribute)attribute, &value));
        value = 0;
        printf(" %d\n", cuMemPoolSetAttribute(pool, (CUmemPool_attribute)attribute, &value));
    }
}

/* A limit of its own, nothing, and an end while memory is in use. */
static void corners(CUmemPoolProps wanted)
{
    CUmemoryPool pool;
    CUdeviceptr other = 0, nothing = 0;
    wanted.maxSize = LARGE;
    MUST(cuMemPoolCreate(&pool, &wanted));
    unsigned *a = take(pool, LARGE, one);
    EXPECT(CUDA_ERROR_OUT_OF_MEMORY, cuMemAllocFromPoolAsync(&other, 1, pool, two));
    EXPECT(0, cuMemFreeAsync((uintptr_t)a, one));
    EXPECT(0, cuStreamSynchronize(one));
    EXPECT(0, cuMemAllocFromPoolAsync(&nothing, 0, pool, one));
    EXPECT_TRUE(nothing != 0);
    a = take(pool, BYTES, one);
    EXPECT(0, cuMemPoolTrimTo(pool, 0));
    EXPECT(0, cuMemPoolDestroy(pool));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAllocFromPoolAsync(&other, 1, pool, one));
    run(a, 3, one);
    EXPECT(0, cuStreamSynchronize(one));
    printf("%u\n", sum(a));
    EXPECT(0, cuMemFreeAsync((uintptr_t)a, one));
    EXPECT(0, cuMemFreeAsync(nothing, one));
    EXPECT(0, cuCtxSynchronize());
}

static void one_kind(CUmemPoolProps wanted)
{
    CUmemoryPool pool, current = NULL, first = NULL;
    printf("type %d, place %d %d\n", (int)wanted.allocType, (int)wanted.location.type, wanted.location.id);
    EXPECT(0, cuMemPoolCreate(&pool, &wanted));
    EXPECT(0, cuMemGetDefaultMemPool(&first, &wanted.location, wanted.allocType));
    EXPECT(0, cuMemGetMemPool(&current, &wanted.location, wanted.allocType));
    EXPECT_TRUE(first == current && first != pool);
    EXPECT(0, cuMemSetMemPool(&wanted.location, wanted.allocType, pool));
    EXPECT(0, cuMemGetMemPool(&current, &wanted.location, wanted.allocType));
    EXPECT_TRUE(current == pool);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceSetMemPool(0, pool));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolDestroy(first));
    unsigned *data = take(first, BYTES, one);
    tell(data, first);
    EXPECT(0, cuMemFreeAsync((uintptr_t)data, one));
    use(pool);
    in_order(pool);
    access(pool);
    sharing(pool);
    settings(pool);
    corners(wanted);
    EXPECT(0, cuMemPoolDestroy(pool));
    EXPECT(0, cuMemGetMemPool(&current, &wanted.location, wanted.allocType));
    EXPECT_TRUE(current == first);
}

static void wrong(void)
{
    CUmemoryPool pool = NULL;
    CUmemPoolProps wanted = properties(CU_MEM_ALLOCATION_TYPE_PINNED, CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT, 0);
    CUmemLocation place = wanted.location;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolCreate(&pool, &wanted));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemGetMemPool(&pool, &place, CU_MEM_ALLOCATION_TYPE_PINNED));
    wanted = properties(CU_MEM_ALLOCATION_TYPE_PINNED, CU_MEM_LOCATION_TYPE_NONE, 0);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolCreate(&pool, &wanted));
    wanted = properties(CU_MEM_ALLOCATION_TYPE_PINNED, CU_MEM_LOCATION_TYPE_HOST_NUMA, -1);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolCreate(&pool, &wanted));
    wanted = properties(CU_MEM_ALLOCATION_TYPE_MANAGED, CU_MEM_LOCATION_TYPE_DEVICE, 7);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolCreate(&pool, &wanted));
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuMemGetMemPool(&pool, &wanted.location, CU_MEM_ALLOCATION_TYPE_MANAGED));
    wanted = properties(CU_MEM_ALLOCATION_TYPE_PINNED, CU_MEM_LOCATION_TYPE_HOST, 0);
    wanted.handleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolCreate(&pool, &wanted));
    place.type = CU_MEM_LOCATION_TYPE_HOST;
    MUST(cuDeviceGetMemPool(&pool, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemSetMemPool(&place, CU_MEM_ALLOCATION_TYPE_PINNED, pool));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemSetMemPool(&place, CU_MEM_ALLOCATION_TYPE_PINNED, NONSENSE(CUmemoryPool)));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemGetDefaultMemPool(NULL, &place, CU_MEM_ALLOCATION_TYPE_PINNED));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemGetDefaultMemPool(&pool, NULL, CU_MEM_ALLOCATION_TYPE_PINNED));
}

/* A node allocates memory of a device alone. */
static void captured(void)
{
    CUmemLocation place = {.type = CU_MEM_LOCATION_TYPE_HOST};
    CUdeviceptr at = 0;
    CUmemoryPool pool;
    CUgraph graph = NULL;
    MUST(cuMemGetMemPool(&pool, &place, CU_MEM_ALLOCATION_TYPE_MANAGED));
    MUST(cuStreamBeginCapture_v2(one, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAllocFromPoolAsync(&at, BYTES, pool, one));
    unsigned *data = take(pool, BYTES, two);
    EXPECT(0, cuMemFreeAsync((uintptr_t)data, two));
    EXPECT(0, cuStreamEndCapture(one, &graph));
    EXPECT(0, cuGraphDestroy(graph));
}

int main(void)
{
    CUmodule module;
    show_context();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuStreamCreate(&one, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&two, 0));
    one_kind(properties(CU_MEM_ALLOCATION_TYPE_MANAGED, CU_MEM_LOCATION_TYPE_NONE, 0));
    one_kind(properties(CU_MEM_ALLOCATION_TYPE_MANAGED, CU_MEM_LOCATION_TYPE_DEVICE, 0));
    one_kind(properties(CU_MEM_ALLOCATION_TYPE_MANAGED, CU_MEM_LOCATION_TYPE_HOST, 0));
    one_kind(properties(CU_MEM_ALLOCATION_TYPE_PINNED, CU_MEM_LOCATION_TYPE_HOST, 0));
    one_kind(properties(CU_MEM_ALLOCATION_TYPE_PINNED, CU_MEM_LOCATION_TYPE_HOST_NUMA, 0));
    wrong();
    captured();
    return 0;
}
