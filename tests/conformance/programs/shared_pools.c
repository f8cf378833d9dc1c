/* Pools that two processes share: which can be, what is refused, what each sees of the other's work, the order in which
 * memory is freed. */
#include <fcntl.h>

#include "passed.h"

#define FILE_TYPE CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR
enum { SMALL = 1000, LARGE = 3 << 18 };

static CUfunction fill_words;
static CUstream stream;

static int device; /* SHARED_DEVICE, or the first */

static void use_device(void)
{
    const char *wanted = getenv("SHARED_DEVICE");
    CUcontext context;
    show_context();
    device = wanted ? atoi(wanted) : 0;
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
}

static void set_up(void)
{
    CUmodule module;
    use_device();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill_words, module, "fill"));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
}

static void fill(CUdeviceptr at, unsigned count, unsigned value)
{
    void *params[] = {&at, &count, &value};
    MUST(cuLaunchKernel(fill_words, (count + 127) / 128, 1, 1, 128, 1, 1, 0, stream, params, NULL));
    MUST(cuStreamSynchronize(stream));
}

static unsigned wrong_words(CUdeviceptr at, unsigned count, unsigned value)
{
    unsigned wrong = 0, *words = malloc(count * sizeof *words);
    MUST(cuMemcpyDtoH_v2(words, at, count * sizeof *words));
    for (unsigned i = 0; i < count; i++)
        wrong += words[i] != value + i;
    free(words);
    return wrong;
}

static CUmemoryPool make(CUmemAllocationHandleType types)
{
    CUmemPoolProps props = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                            .handleTypes = types,
                            .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device}};
    CUmemoryPool pool;
    MUST(cuMemPoolCreate(&pool, &props));
    return pool;
}

static CUdeviceptr take(CUmemoryPool pool, size_t bytes)
{
    CUdeviceptr memory;
    MUST(cuMemAllocFromPoolAsync(&memory, bytes, pool, stream));
    MUST(cuStreamSynchronize(stream));
    return memory;
}

/* ---- the one whose pool it is */

static void refused(CUmemoryPool pool, CUdeviceptr memory)
{
    CUmemPoolProps props = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                            .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device}};
    CUmemPoolPtrExportData data = {{7}}, same = {{7}};
    CUmemoryPool own = make(CU_MEM_HANDLE_TYPE_NONE), other = NULL;
    CUdeviceptr plain = take(own, 4096), made;
    int descriptor = -7;
    puts("# what is not exported");
    props.handleTypes = CU_MEM_HANDLE_TYPE_WIN32;
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuMemPoolCreate(&other, &props));
    props.handleTypes = (CUmemAllocationHandleType)64;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolCreate(&other, &props));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportToShareableHandle(&descriptor, own, FILE_TYPE, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportToShareableHandle(&descriptor, NULL, FILE_TYPE, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportToShareableHandle(NULL, pool, FILE_TYPE, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportToShareableHandle(&descriptor, pool, FILE_TYPE, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportToShareableHandle(&descriptor, pool, CU_MEM_HANDLE_TYPE_WIN32, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportToShareableHandle(&descriptor, pool, CU_MEM_HANDLE_TYPE_NONE, 0));
    MUST(cuMemAlloc_v2(&made, 4096));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportPointer(NULL, memory));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportPointer(&data, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportPointer(&data, plain));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportPointer(&data, made));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportPointer(&made, pool, &data));
    EXPECT_TRUE(descriptor == -7 && other == NULL && memcmp(&data, &same, sizeof data) == 0);
    MUST(cuMemFree_v2(made));
    MUST(cuMemFree_v2(plain));
    MUST(cuMemPoolDestroy(own));
}

static void give_pointer(CUdeviceptr memory)
{
    CUmemPoolPtrExportData data;
    MUST(cuMemPoolExportPointer(&data, memory));
    pair_give(&data, sizeof data);
}

static int owner(pid_t child)
{
    CUmemoryPool pool, second;
    CUdeviceptr small, large, other;
    unsigned long long types = 0;
    int descriptor = -1, able = 0;
    set_up();
    MUST(cuDeviceGetAttribute(&able, CU_DEVICE_ATTRIBUTE_MEMPOOL_SUPPORTED_HANDLE_TYPES, device));
    EXPECT_TRUE(able == FILE_TYPE);
    pool = make(FILE_TYPE);
    second = make(FILE_TYPE);
    small = take(pool, SMALL * 4);
    large = take(pool, LARGE * 4);
    other = take(second, SMALL * 4);
    MUST(cuPointerGetAttribute(&types, CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES, small));
    EXPECT_TRUE(types == FILE_TYPE);
    refused(pool, small);
    fill(small, SMALL, 100);
    fill(large, LARGE, 1);
    EXPECT(CUDA_SUCCESS, cuMemPoolExportToShareableHandle(&descriptor, pool, FILE_TYPE, 0));
    passed_send(passed[0], descriptor);
    close(descriptor);
    give_pointer(small);
    give_pointer(large);
    give_pointer(other);
    pair_wait();
    puts("# what the other one wrote");
    EXPECT_TRUE(wrong_words(small, SMALL, 7) == 0);
    EXPECT_TRUE(wrong_words(large, LARGE, 1000) == 0);
    EXPECT(CUDA_SUCCESS, cuMemFreeAsync(small, stream));
    EXPECT(CUDA_SUCCESS, cuMemFree_v2(large));
    small = take(pool, LARGE * 4);
    fill(small, LARGE, 50);
    give_pointer(small);
    pair_wait();
    MUST(cuMemFree_v2(small));
    EXPECT(CUDA_SUCCESS, cuMemPoolDestroy(pool));
    return pair_join(child);
}

/* ---- the other one */

static void import_badly(int good)
{
    CUmemoryPool pool = NULL;
    void *descriptor = (void *)(intptr_t)good;
    int none = open("/dev/null", O_RDONLY);
    puts("# what is not imported");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportFromShareableHandle(NULL, descriptor, FILE_TYPE, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportFromShareableHandle(&pool, descriptor, FILE_TYPE, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportFromShareableHandle(&pool, descriptor, CU_MEM_HANDLE_TYPE_NONE, 0));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED,
           cuMemPoolImportFromShareableHandle(&pool, descriptor, CU_MEM_HANDLE_TYPE_WIN32, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportFromShareableHandle(&pool, (void *)(intptr_t)none, FILE_TYPE, 0));
    EXPECT_TRUE(pool == NULL);
    close(none);
}

static void allocate_badly(CUmemoryPool pool)
{
    CUdeviceptr memory = 9;
    int descriptor = -7;
    puts("# an imported pool gives nothing out");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAllocFromPoolAsync(&memory, 4096, pool, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceSetMemPool(device, pool));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolExportToShareableHandle(&descriptor, pool, FILE_TYPE, 0));
    EXPECT_TRUE(memory == 9 && descriptor == -7);
}

static void point_badly(CUmemoryPool pool, CUmemPoolPtrExportData *good, CUmemPoolPtrExportData *other)
{
    CUmemPoolPtrExportData none = {{0}};
    CUmemoryPool own = make(FILE_TYPE);
    CUdeviceptr memory = 9;
    puts("# pointers of nothing");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportPointer(NULL, pool, good));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportPointer(&memory, NULL, good));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportPointer(&memory, pool, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportPointer(&memory, pool, &none));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportPointer(&memory, own, good));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportPointer(&memory, pool, other));
    EXPECT_TRUE(memory == 9);
    MUST(cuMemPoolDestroy(own));
}

static CUdeviceptr open_well(CUmemoryPool pool, CUmemPoolPtrExportData *data, size_t bytes)
{
    CUmemoryPool told = NULL;
    CUdeviceptr memory = 0, base = 0;
    size_t size = 0;
    int type = 0;
    EXPECT(CUDA_SUCCESS, cuMemPoolImportPointer(&memory, pool, data));
    EXPECT(CUDA_SUCCESS, cuMemGetAddressRange_v2(&base, &size, memory + bytes / 2));
    EXPECT_TRUE(base == memory && size == bytes);
    MUST(cuPointerGetAttribute(&told, CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE, memory));
    MUST(cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, memory));
    EXPECT_TRUE(told == pool && type == CU_MEMORYTYPE_DEVICE);
    return memory;
}

static int importer(void)
{
    CUmemoryPool pool;
    CUmemPoolPtrExportData small_data, large_data, other_data;
    CUmemAccess_flags access = CU_MEM_ACCESS_FLAGS_PROT_NONE;
    CUmemLocation here = {.type = CU_MEM_LOCATION_TYPE_DEVICE};
    CUdeviceptr small, large;
    int descriptor = passed_take(passed[1]);
    set_up();
    here.id = device;
    pair_take(&small_data, sizeof small_data);
    pair_take(&large_data, sizeof large_data);
    pair_take(&other_data, sizeof other_data);
    import_badly(descriptor);
    EXPECT(CUDA_SUCCESS, cuMemPoolImportFromShareableHandle(&pool, (void *)(intptr_t)descriptor, FILE_TYPE, 0));
    close(descriptor);
    EXPECT(CUDA_SUCCESS, cuMemPoolGetAccess(&access, pool, &here));
    EXPECT_TRUE(access == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    allocate_badly(pool);
    point_badly(pool, &small_data, &other_data);
    puts("# memory of the pool");
    small = open_well(pool, &small_data, SMALL * 4);
    large = open_well(pool, &large_data, LARGE * 4);
    EXPECT_TRUE(wrong_words(small, SMALL, 100) == 0);
    EXPECT_TRUE(wrong_words(large, LARGE, 1) == 0);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(small, 1, SMALL * 4 + 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcCloseMemHandle(small));
    fill(small, SMALL, 7);
    fill(large, LARGE, 1000);
    EXPECT(CUDA_SUCCESS, cuMemFree_v2(small));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFree_v2(small));
    EXPECT(CUDA_SUCCESS, cuMemFreeAsync(large, stream));
    MUST(cuStreamSynchronize(stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(large, 1, LARGE * 4));
    pair_turn();
    pair_take(&large_data, sizeof large_data);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportPointer(&small, pool, &small_data));
    large = open_well(pool, &large_data, LARGE * 4);
    EXPECT(CUDA_SUCCESS, cuMemPoolDestroy(pool));
    EXPECT_TRUE(wrong_words(large, LARGE, 50) == 0);
    EXPECT(CUDA_SUCCESS, cuMemFree_v2(large));
    pair_turn();
    return 0;
}

int main(void)
{
    pid_t child;
    passed_open();
    return pair_split(&child) ? importer() : owner(child);
}
