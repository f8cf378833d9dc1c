/* Physical memory that two processes share by a descriptor: who imports what, what each sees of the other's work, what
 * is refused, and what keeps the memory: handles, mappings and descriptors of any process. */
#include <fcntl.h>

#include "passed.h"

#define GRANULE ((size_t)2 << 20)
#define FILE_TYPE CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR
enum { WORDS = 1 << 19, ROUNDS = 3 };

static CUfunction fill_words;

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
}

static void fill(CUdeviceptr at, unsigned count, unsigned value)
{
    void *params[] = {&at, &count, &value};
    MUST(cuLaunchKernel(fill_words, (count + 127) / 128, 1, 1, 128, 1, 1, 0, NULL, params, NULL));
    MUST(cuCtxSynchronize());
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

static size_t free_bytes(void)
{
    size_t free = 0, total = 0;
    MUST(cuMemGetInfo_v2(&free, &total));
    return free;
}

static CUmemGenericAllocationHandle make(size_t bytes)
{
    CUmemAllocationProp prop = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
                                .requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
                                .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device}};
    CUmemGenericAllocationHandle handle;
    MUST(cuMemCreate(&handle, bytes, &prop, 0));
    return handle;
}

static CUdeviceptr map(CUmemGenericAllocationHandle handle, size_t bytes, size_t offset)
{
    CUmemAccessDesc all = {.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device},
                           .flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
    CUdeviceptr at;
    MUST(cuMemAddressReserve(&at, bytes, 0, 0, 0));
    MUST(cuMemMap(at, bytes, offset, handle, 0));
    MUST(cuMemSetAccess(at, bytes, &all, 1));
    return at;
}

static void unmap(CUdeviceptr at, size_t bytes)
{
    MUST(cuMemUnmap(at, bytes));
    MUST(cuMemAddressFree(at, bytes));
}

static CUmemGenericAllocationHandle import(int descriptor)
{
    CUmemGenericAllocationHandle handle = 0;
    MUST(cuMemImportFromShareableHandle(&handle, (void *)(intptr_t)descriptor, FILE_TYPE));
    return handle;
}

static int export(CUmemGenericAllocationHandle handle)
{
    int descriptor = -1;
    MUST(cuMemExportToShareableHandle(&descriptor, handle, FILE_TYPE, 0));
    return descriptor;
}

/* ---- the one that makes it */

static void refused(CUmemGenericAllocationHandle handle)
{
    int descriptor = -7;
    puts("# what is not exported");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemExportToShareableHandle(NULL, handle, FILE_TYPE, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemExportToShareableHandle(&descriptor, handle, FILE_TYPE, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemExportToShareableHandle(&descriptor, handle, CU_MEM_HANDLE_TYPE_NONE, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemExportToShareableHandle(&descriptor, handle, CU_MEM_HANDLE_TYPE_WIN32, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemExportToShareableHandle(&descriptor, 0, FILE_TYPE, 0));
    EXPECT_TRUE(descriptor == -7);
}

/* In one process, too, it is the same memory. */
static void own(CUmemGenericAllocationHandle handle, CUdeviceptr at)
{
    int descriptor = export(handle), again = export(handle);
    CUmemGenericAllocationHandle same = import(descriptor);
    CUdeviceptr there = map(same, GRANULE, GRANULE);
    puts("# a descriptor of its own");
    EXPECT_TRUE(descriptor != again);
    fill(there, WORDS, 9);
    EXPECT_TRUE(wrong_words(at + GRANULE, WORDS, 9) == 0);
    close(descriptor);
    close(again);
    MUST(cuMemRelease(same));
    EXPECT_TRUE(wrong_words(there, WORDS, 9) == 0);
    unmap(there, GRANULE);
}

static void descriptors_keep_it(size_t before)
{
    CUmemGenericAllocationHandle handle = make(GRANULE);
    int descriptor = export(handle), copy = dup(descriptor);
    CUdeviceptr at = map(handle, GRANULE, 0);
    puts("# a descriptor alone");
    fill(at, WORDS, 3);
    unmap(at, GRANULE);
    MUST(cuMemRelease(handle));
    close(descriptor);
    handle = import(copy);
    close(copy);
    at = map(handle, GRANULE, 0);
    EXPECT_TRUE(wrong_words(at, WORDS, 3) == 0);
    unmap(at, GRANULE);
    EXPECT(CUDA_SUCCESS, cuMemRelease(handle));
    EXPECT_TRUE(free_bytes() == before);
    handle = make(GRANULE);
    descriptor = export(handle);
    MUST(cuMemRelease(handle));
    close(descriptor);
    EXPECT_TRUE(free_bytes() == before);
}

/* What both have of the device but for the memory that is shared does not change. */
static int owner(pid_t child)
{
    CUmemGenericAllocationHandle handle;
    CUdeviceptr at;
    size_t before;
    int descriptor, able = 0;
    pair_wait();
    set_up();
    before = free_bytes();
    MUST(cuDeviceGetAttribute(&able, CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED, device));
    EXPECT_TRUE(able == 1);
    handle = make(2 * GRANULE);
    at = map(handle, 2 * GRANULE, 0);
    refused(handle);
    own(handle, at);
    descriptors_keep_it(before - 2 * GRANULE);
    fill(at, WORDS, 100);
    fill(at + GRANULE, WORDS, 200);
    descriptor = export(handle);
    passed_send(passed[0], descriptor);
    close(descriptor);
    pair_turn();
    for (unsigned round = 0; round < ROUNDS; round++) {
        pair_wait();
        EXPECT_TRUE(wrong_words(at, WORDS, 10 * round + 1000) == 0);
        fill(at, WORDS, 10 * round + 1005);
        pair_turn();
    }
    pair_wait();
    puts("# it is given back here");
    unmap(at, 2 * GRANULE);
    EXPECT(CUDA_SUCCESS, cuMemRelease(handle));
    pair_turn();
    pair_wait();
    EXPECT_TRUE(free_bytes() == before);
    puts("# of one that ends");
    pair_turn();
    descriptor = passed_take(passed[0]);
    handle = import(descriptor);
    close(descriptor);
    at = map(handle, GRANULE, 0);
    pair_turn();
    EXPECT_TRUE(pair_join(child) == 0);
    EXPECT_TRUE(wrong_words(at, WORDS, 77) == 0);
    fill(at, WORDS, 78);
    EXPECT_TRUE(wrong_words(at, WORDS, 78) == 0);
    unmap(at, GRANULE);
    EXPECT(CUDA_SUCCESS, cuMemRelease(handle));
    return 0;
}

/* ---- the other one */

static void import_badly(int good)
{
    CUmemGenericAllocationHandle handle = 5;
    int none = open("/dev/null", O_RDONLY), ends[2];
    void *descriptor = (void *)(intptr_t)good;
    puts("# what is not imported");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) || write(ends[1], "hello", 5) != 5)
        exit(9);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemImportFromShareableHandle(NULL, descriptor, FILE_TYPE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemImportFromShareableHandle(&handle, descriptor, CU_MEM_HANDLE_TYPE_NONE));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuMemImportFromShareableHandle(&handle, descriptor, CU_MEM_HANDLE_TYPE_WIN32));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemImportFromShareableHandle(&handle, (void *)(intptr_t)-1, FILE_TYPE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemImportFromShareableHandle(&handle, (void *)(intptr_t)none, FILE_TYPE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemImportFromShareableHandle(&handle, (void *)(intptr_t)ends[0], FILE_TYPE));
    EXPECT_TRUE(handle == 5);
    close(none);
    close(ends[0]);
    close(ends[1]);
}

static void look_at(CUmemGenericAllocationHandle handle)
{
    CUmemAllocationProp prop = {0};
    CUdeviceptr at;
    MUST(cuMemAddressReserve(&at, 4 * GRANULE, 0, 0, 0));
    EXPECT(CUDA_SUCCESS, cuMemGetAllocationPropertiesFromHandle(&prop, handle));
    EXPECT_TRUE(prop.type == CU_MEM_ALLOCATION_TYPE_PINNED && prop.location.type == CU_MEM_LOCATION_TYPE_DEVICE);
    EXPECT_TRUE(prop.location.id == device && prop.requestedHandleTypes == FILE_TYPE);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemMap(at, 3 * GRANULE, 0, handle, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemMap(at, GRANULE, 2 * GRANULE, handle, 0));
    MUST(cuMemAddressFree(at, 4 * GRANULE));
}

static int importer(void)
{
    CUmemGenericAllocationHandle handle, again = 0;
    CUdeviceptr low, high;
    size_t before;
    int descriptor;
    EXPECT(CUDA_ERROR_NOT_INITIALIZED, cuMemImportFromShareableHandle(&again, NULL, FILE_TYPE));
    set_up();
    pair_turn();
    descriptor = passed_take(passed[1]);
    pair_wait();
    import_badly(descriptor);
    before = free_bytes();
    puts("# what was given");
    EXPECT(CUDA_SUCCESS, cuMemImportFromShareableHandle(&handle, (void *)(intptr_t)descriptor, FILE_TYPE));
    EXPECT_TRUE(free_bytes() == before);
    look_at(handle);
    low = map(handle, GRANULE, 0);
    high = map(handle, GRANULE, GRANULE);
    EXPECT_TRUE(wrong_words(low, WORDS, 100) == 0);
    EXPECT_TRUE(wrong_words(high, WORDS, 200) == 0);
    for (unsigned round = 0; round < ROUNDS; round++) {
        fill(low, WORDS, 10 * round + 1000);
        pair_turn();
        pair_wait();
        EXPECT_TRUE(wrong_words(low, WORDS, 10 * round + 1005) == 0);
    }
    pair_turn();
    pair_wait();
    puts("# where it is left");
    EXPECT_TRUE(wrong_words(high, WORDS, 200) == 0);
    again = import(descriptor);
    close(descriptor);
    MUST(cuMemRelease(handle));
    unmap(low, GRANULE);
    low = map(again, GRANULE, GRANULE);
    fill(low, WORDS, 5);
    EXPECT_TRUE(wrong_words(high, WORDS, 5) == 0);
    descriptor = export(again);
    MUST(cuMemRelease(again));
    again = import(descriptor);
    close(descriptor);
    unmap(low, GRANULE);
    unmap(high, GRANULE);
    EXPECT(CUDA_SUCCESS, cuMemRelease(again));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemRelease(again));
    EXPECT_TRUE(free_bytes() == before);
    pair_turn();
    pair_wait();
    handle = make(GRANULE);
    low = map(handle, GRANULE, 0);
    fill(low, WORDS, 77);
    descriptor = export(handle);
    passed_send(passed[1], descriptor);
    pair_wait();
    return 0;
}

int main(void)
{
    pid_t child;
    passed_open();
    return pair_split(&child) ? importer() : owner(child);
}
