/* Virtual memory management: what is reserved, made, mapped, for whom, counted and refused; copies and kernels across
 * mappings; an arena that grows and shrinks as PyTorch's expandable segments do. */
#include "show.h"

#define GRANULE ((size_t)2 << 20)
enum { SEGMENTS = 8 };

static CUmemAllocationProp on_device(int device)
{
    return (CUmemAllocationProp){.type = CU_MEM_ALLOCATION_TYPE_PINNED,
                                 .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device}};
}

static CUmemAccessDesc access_of(int device, CUmemAccess_flags flags)
{
    return (CUmemAccessDesc){.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device}, .flags = flags};
}

static size_t free_bytes(void)
{
    size_t free = 0, total = 0;
    MUST(cuMemGetInfo_v2(&free, &total));
    return free;
}

static void properties(void)
{
    CUmemAllocationProp prop = on_device(0), wrong;
    CUmemGenericAllocationHandle handle = 77;
    size_t granularity = 0;
    MUST(cuMemGetAllocationGranularity(&granularity, &prop, CU_MEM_ALLOC_GRANULARITY_MINIMUM));
    EXPECT_TRUE(granularity == GRANULE);
    MUST(cuMemGetAllocationGranularity(&granularity, &prop, CU_MEM_ALLOC_GRANULARITY_RECOMMENDED));
    EXPECT_TRUE(granularity % GRANULE == 0);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemGetAllocationGranularity(NULL, &prop, CU_MEM_ALLOC_GRANULARITY_MINIMUM));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemCreate(&handle, 0, &prop, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemCreate(&handle, 4096, &prop, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemCreate(&handle, GRANULE, &prop, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemCreate(&handle, GRANULE, NULL, 0));
    EXPECT(CUDA_ERROR_OUT_OF_MEMORY, cuMemCreate(&handle, GRANULE << 20, &prop, 0));
    wrong = on_device(99);
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuMemCreate(&handle, GRANULE, &wrong, 0));
    wrong = on_device(0);
    wrong.type = CU_MEM_ALLOCATION_TYPE_INVALID;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemCreate(&handle, GRANULE, &wrong, 0));
    wrong = on_device(0);
    wrong.location.type = CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemCreate(&handle, GRANULE, &wrong, 0));
    wrong = on_device(0);
    wrong.requestedHandleTypes = CU_MEM_HANDLE_TYPE_FABRIC;
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuMemCreate(&handle, GRANULE, &wrong, 0));
    EXPECT_TRUE(handle == 77);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemRelease(0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemRelease(NONSENSE(CUmemGenericAllocationHandle)));
}

static void addresses(void)
{
    CUdeviceptr at = 5, near = 0;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAddressReserve(&at, 0, 0, 0, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAddressReserve(&at, 100, 0, 0, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAddressReserve(&at, GRANULE, 3, 0, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAddressReserve(&at, GRANULE, 0, 0, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAddressReserve(NULL, GRANULE, 0, 0, 0));
    EXPECT_TRUE(at == 5);
    MUST(cuMemAddressReserve(&at, 16 * GRANULE, 0, 0, 0));
    MUST(cuMemAddressReserve(&near, GRANULE, (size_t)1 << 30, at, 0));
    EXPECT_TRUE(near % ((size_t)1 << 30) == 0);
    EXPECT_TRUE(near < at || near >= at + 16 * GRANULE);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAddressFree(at, GRANULE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAddressFree(at + GRANULE, 15 * GRANULE));
    EXPECT(CUDA_SUCCESS, cuMemAddressFree(at, 16 * GRANULE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAddressFree(at, 16 * GRANULE));
    EXPECT(CUDA_SUCCESS, cuMemAddressFree(near, GRANULE));
}

static void life(void)
{
    CUmemAllocationProp prop = on_device(0), told = {0};
    CUmemAccessDesc all = access_of(0, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CUmemGenericAllocationHandle handle, again = 0, plain = 9;
    CUmemLocation place = prop.location;
    unsigned long long flags = 99;
    CUdeviceptr at, memory;
    size_t before = free_bytes();
    MUST(cuMemAddressReserve(&at, 4 * GRANULE, 0, 0, 0));
    MUST(cuMemCreate(&handle, 2 * GRANULE, &prop, 0));
    EXPECT_TRUE(before - free_bytes() == 2 * GRANULE);
    EXPECT(CUDA_SUCCESS, cuMemGetAllocationPropertiesFromHandle(&told, handle));
    EXPECT_TRUE(told.type == prop.type && told.location.type == place.type && told.location.id == 0);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemMap(at, 3 * GRANULE, 0, handle, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemMap(at + 4096, GRANULE, 0, handle, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemMap(at + 4 * GRANULE, GRANULE, 0, handle, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemMap(at, 2 * GRANULE, 0, handle, 1));
    EXPECT(CUDA_SUCCESS, cuMemMap(at + GRANULE, 2 * GRANULE, 0, handle, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemMap(at, 2 * GRANULE, 0, handle, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemSetAccess(at, 2 * GRANULE, &all, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemSetAccess(at + GRANULE, 2 * GRANULE, &all, 0));
    EXPECT(CUDA_SUCCESS, cuMemGetAccess(&flags, &place, at + GRANULE));
    EXPECT_TRUE(flags == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD_v2(at + GRANULE, &flags, sizeof flags));
    EXPECT(CUDA_SUCCESS, cuMemSetAccess(at + GRANULE, 2 * GRANULE, &all, 1));
    EXPECT(CUDA_SUCCESS, cuMemGetAccess(&flags, &place, at + GRANULE + 9));
    EXPECT_TRUE(flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemGetAccess(&flags, &place, at));
    EXPECT(CUDA_SUCCESS, cuMemRelease(handle));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemRelease(handle));
    EXPECT_TRUE(before - free_bytes() == 2 * GRANULE);
    EXPECT(CUDA_SUCCESS, cuMemRetainAllocationHandle(&again, (void *)(uintptr_t)(at + GRANULE + 100)));
    EXPECT_TRUE(again == handle);
    EXPECT(CUDA_SUCCESS, cuMemRelease(again));
    MUST(cuMemAlloc_v2(&memory, 64));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemRetainAllocationHandle(&plain, (void *)(uintptr_t)memory));
    MUST(cuMemFree_v2(memory));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFree_v2(at + GRANULE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemUnmap(at + GRANULE, GRANULE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemAddressFree(at, 4 * GRANULE));
    EXPECT(CUDA_SUCCESS, cuMemUnmap(at + GRANULE, 2 * GRANULE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemUnmap(at + GRANULE, 2 * GRANULE));
    EXPECT_TRUE(before == free_bytes());
    EXPECT(CUDA_SUCCESS, cuMemAddressFree(at, 4 * GRANULE));
}

static void pointers(CUdeviceptr at)
{
    uint64_t range = 0, bytes = 0, mapping = 0, part = 0;
    unsigned type = 0, managed = 9, access = 9;
    CUdeviceptr base = 0;
    size_t size = 0;
    MUST(cuPointerGetAttribute(&range, CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, at + 3 * GRANULE + 8));
    MUST(cuPointerGetAttribute(&bytes, CU_POINTER_ATTRIBUTE_RANGE_SIZE, at + 3 * GRANULE + 8));
    MUST(cuPointerGetAttribute(&mapping, CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR, at + 3 * GRANULE + 8));
    MUST(cuPointerGetAttribute(&part, CU_POINTER_ATTRIBUTE_MAPPING_SIZE, at + 3 * GRANULE + 8));
    MUST(cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, at + 3 * GRANULE + 8));
    MUST(cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED, at + 3 * GRANULE + 8));
    MUST(cuPointerGetAttribute(&access, CU_POINTER_ATTRIBUTE_ACCESS_FLAGS, at + 3 * GRANULE + 8));
    EXPECT_TRUE(range == at && bytes == 4 * SEGMENTS * GRANULE);
    EXPECT_TRUE(mapping == at + 3 * GRANULE && part == GRANULE);
    EXPECT_TRUE(type == CU_MEMORYTYPE_DEVICE && managed == 0 && access == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    EXPECT(CUDA_SUCCESS, cuMemGetAddressRange_v2(&base, &size, at + 3 * GRANULE + 8));
    EXPECT_TRUE(base == at + 3 * GRANULE && size == GRANULE);
}

/* A large range, and memory that is made for more and more of it. */
static void arena(CUstream stream, CUfunction fill)
{
    CUmemAllocationProp prop = on_device(0);
    CUmemAccessDesc all = access_of(0, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CUmemGenericAllocationHandle handles[SEGMENTS];
    CUdeviceptr at, first;
    unsigned count = (unsigned)(SEGMENTS * GRANULE / 4 - 2), value = 7, wrong = 0;
    unsigned *words = malloc(SEGMENTS * GRANULE);
    void *arguments[] = {&first, &count, &value};
    size_t before = free_bytes();
    MUST(cuMemAddressReserve(&at, 4 * SEGMENTS * GRANULE, 0, 0, 0));
    for (unsigned i = 0; i < SEGMENTS; i++) {
        MUST(cuMemCreate(&handles[i], GRANULE, &prop, 0));
        MUST(cuMemMap(at + i * GRANULE, GRANULE, 0, handles[i], 0));
        MUST(cuMemSetAccess(at + i * GRANULE, GRANULE, &all, 1));
    }
    first = at + 8;
    MUST(cuMemsetD32Async(at, 1, SEGMENTS * GRANULE / 4, stream));
    MUST(cuLaunchKernel(fill, count / 256 + 1, 1, 1, 256, 1, 1, 0, stream, arguments, NULL));
    MUST(cuMemcpyDtoHAsync_v2(words, at, SEGMENTS * GRANULE, stream));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
    for (unsigned i = 0; i < count; i++)
        wrong += words[i + 2] != i + 7;
    EXPECT_TRUE(wrong == 0 && words[0] == 1 && words[1] == 1);
    pointers(at);
    MUST(cuMemcpyHtoD_v2(at + 4, words, SEGMENTS * GRANULE - 4));
    MUST(cuMemcpyDtoD_v2(at, at + 3 * GRANULE - 64, 128));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH_v2(words, at + 8, SEGMENTS * GRANULE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyHtoD_v2(at + SEGMENTS * GRANULE, words, 4));
    for (unsigned i = 2; i < SEGMENTS; i++) {
        MUST(cuMemUnmap(at + i * GRANULE, GRANULE));
        MUST(cuMemRelease(handles[i]));
    }
    EXPECT_TRUE(before - free_bytes() == 2 * GRANULE);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH_v2(words, at + GRANULE, 2 * GRANULE));
    EXPECT(CUDA_SUCCESS, cuMemcpyDtoH_v2(words, at, 2 * GRANULE));
    MUST(cuMemUnmap(at, 2 * GRANULE));
    MUST(cuMemRelease(handles[0]));
    MUST(cuMemRelease(handles[1]));
    EXPECT_TRUE(before == free_bytes());
    MUST(cuMemAddressFree(at, 4 * SEGMENTS * GRANULE));
    free(words);
}

/* Memory of one device that another has access to. */
static void peers(void)
{
    CUmemAllocationProp prop = on_device(1);
    CUmemAccessDesc both[] = {access_of(0, CU_MEM_ACCESS_FLAGS_PROT_READWRITE),
                              access_of(1, CU_MEM_ACCESS_FLAGS_PROT_READWRITE)};
    CUmemGenericAllocationHandle handle;
    unsigned long long flags = 9;
    unsigned word = 0;
    CUdeviceptr at;
    MUST(cuMemAddressReserve(&at, GRANULE, 0, 0, 0));
    MUST(cuMemCreate(&handle, GRANULE, &prop, 0));
    MUST(cuMemMap(at, GRANULE, 0, handle, 0));
    EXPECT(CUDA_SUCCESS, cuMemSetAccess(at, GRANULE, both, 2));
    EXPECT(CUDA_SUCCESS, cuMemGetAccess(&flags, &both[0].location, at));
    EXPECT_TRUE(flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    MUST(cuMemsetD32_v2(at, 3, 4));
    MUST(cuMemcpyDtoH_v2(&word, at + 4, 4));
    EXPECT_TRUE(word == 3);
    both[0].flags = (CUmemAccess_flags)2;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemSetAccess(at, GRANULE, both, 2));
    both[0] = access_of(99, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuMemSetAccess(at, GRANULE, both, 2));
    MUST(cuMemUnmap(at, GRANULE));
    MUST(cuMemRelease(handle));
    MUST(cuMemAddressFree(at, GRANULE));
}

static void not_shared(void)
{
    CUmemAllocationProp prop = on_device(0);
    CUmemGenericAllocationHandle handle, other = 4;
    int descriptor = -7;
    MUST(cuMemCreate(&handle, GRANULE, &prop, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE,
           cuMemExportToShareableHandle(&descriptor, handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE,
           cuMemExportToShareableHandle(NULL, handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuMemImportFromShareableHandle(&other, NULL, CU_MEM_HANDLE_TYPE_FABRIC));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemImportFromShareableHandle(&other, NULL, CU_MEM_HANDLE_TYPE_NONE));
    EXPECT_TRUE(descriptor == -7 && other == 4);
    MUST(cuMemRelease(handle));
}

int main(void)
{
    CUmodule module;
    CUfunction fill;
    CUstream stream;
    show_context();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    properties();
    addresses();
    life();
    arena(stream, fill);
    arena(NULL, fill);
    peers();
    not_shared();
    return 0;
}
