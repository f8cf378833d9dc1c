/* Memory that two processes share: who opens what, what each sees of the other's work, what is refused, the end. */
#include "pair.h"

enum { SMALL = 1000, LARGE = 3 << 18, ROUNDS = 4, FIRST_DEVICE_POINTER = 4096 };

static CUfunction fill_words;

static void set_up(void)
{
    CUmodule module;
    show_context();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill_words, module, "fill"));
}

static void fill(CUdeviceptr at, unsigned count, unsigned value)
{
    void *params[] = {&at, &count, &value};
    MUST(cuLaunchKernel(fill_words, (count + 127) / 128, 1, 1, 128, 1, 1, 0, NULL, params, NULL));
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

/* ---- the one whose memory it is */

static void refused(CUdeviceptr memory)
{
    CUipcMemHandle handle = {{7}}, same = {{7}};
    CUdeviceptr other = 99;
    void *host;
    puts("# what cannot be shared");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcGetMemHandle(NULL, memory));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcGetMemHandle(&handle, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcGetMemHandle(&handle, FIRST_DEVICE_POINTER));
    MUST(cuMemAllocAsync(&other, 4096, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcGetMemHandle(&handle, other));
    MUST(cuMemFreeAsync(other, NULL));
    MUST(cuMemAllocManaged(&other, 4096, CU_MEM_ATTACH_GLOBAL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcGetMemHandle(&handle, other));
    MUST(cuMemFree_v2(other));
    MUST(cuMemHostAlloc(&host, 4096, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcGetMemHandle(&handle, (CUdeviceptr)(uintptr_t)host));
    MUST(cuMemFreeHost(host));
    MUST(cuMemAlloc_v2(&other, 4096));
    MUST(cuMemFree_v2(other));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcGetMemHandle(&handle, other));
    EXPECT_TRUE(memcmp(&handle, &same, sizeof handle) == 0);
}

static void own(CUdeviceptr memory)
{
    CUipcMemHandle handle, again;
    CUdeviceptr opened = 99;
    puts("# a handle of its own");
    EXPECT(CUDA_SUCCESS, cuIpcGetMemHandle(&handle, memory));
    EXPECT(CUDA_SUCCESS, cuIpcGetMemHandle(&again, memory + 400));
    EXPECT_TRUE(memcmp(&handle, &again, sizeof handle) == 0);
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuIpcOpenMemHandle_v2(&opened, handle, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcCloseMemHandle(memory));
    EXPECT_TRUE(opened == 99);
}

static void give_handle(CUdeviceptr memory)
{
    CUipcMemHandle handle;
    MUST(cuIpcGetMemHandle(&handle, memory));
    MUST(cuCtxSynchronize());
    pair_give(&handle, sizeof handle);
}

static int owner(pid_t child)
{
    CUdeviceptr small, large, near;
    int capable = -1;
    set_up();
    MUST(cuMemAlloc_v2(&near, 512));
    MUST(cuMemAlloc_v2(&small, SMALL * 4));
    MUST(cuMemAlloc_v2(&large, LARGE * 4));
    fill(near, 128, 5000);
    fill(small, SMALL, 100);
    fill(large, LARGE, 1);
    refused(small);
    own(small);
    MUST(cuPointerGetAttribute(&capable, CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE, small));
    EXPECT_TRUE(capable == 1);
    give_handle(small);
    give_handle(large);
    pair_wait();
    puts("# what the other one wrote");
    EXPECT_TRUE(wrong_words(small, SMALL, 7) == 0);
    EXPECT_TRUE(wrong_words(near, 128, 5000) == 0);
    EXPECT_TRUE(wrong_words(large, LARGE, 1000) == 0);
    for (unsigned round = 0; round < ROUNDS; round++) {
        EXPECT_TRUE(wrong_words(large, LARGE, 10 * round + 1000) == 0);
        fill(large, LARGE, 10 * round + 1005);
        MUST(cuCtxSynchronize());
        pair_turn();
        pair_wait();
    }
    puts("# it is freed");
    EXPECT(CUDA_SUCCESS, cuMemFree_v2(small));
    EXPECT(CUDA_SUCCESS, cuMemFree_v2(large));
    MUST(cuMemAlloc_v2(&large, LARGE * 4));
    fill(large, LARGE, 3);
    EXPECT_TRUE(wrong_words(large, LARGE, 3) == 0);
    EXPECT_TRUE(wrong_words(near, 128, 5000) == 0);
    pair_turn();
    pair_wait();
    MUST(cuMemAlloc_v2(&small, SMALL * 4));
    fill(small, SMALL, 55);
    give_handle(small);
    return pair_join(child);
}

/* ---- the other one */

static void open_badly(const CUipcMemHandle *good)
{
    CUipcMemHandle bad = {{0}};
    CUdeviceptr opened = 99;
    unsigned taken = 0;
    puts("# handles that nobody gave");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenMemHandle_v2(&opened, bad, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenMemHandle_v2(NULL, *good, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenMemHandle_v2(&opened, *good, 6));
    for (unsigned i = 0; i < 40; i++) {
        bad = *good;
        bad.reserved[i] ^= 1;
        taken += cuIpcOpenMemHandle_v2(&opened, bad, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS) == CUDA_SUCCESS;
    }
    EXPECT_TRUE(taken == 0);
    EXPECT_TRUE(opened == 99);
}

static CUdeviceptr open_well(const CUipcMemHandle *handle, size_t bytes)
{
    CUdeviceptr opened, again = 0, base = 0;
    CUcontext context = NULL, current = NULL;
    size_t size = 0, before = 0, after = 0, total;
    int device = -1, type = 0, managed = -1;
    MUST(cuMemGetInfo_v2(&before, &total));
    EXPECT(CUDA_SUCCESS, cuIpcOpenMemHandle_v2(&opened, *handle, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT(CUDA_SUCCESS, cuIpcOpenMemHandle_v2(&again, *handle, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT_TRUE(opened == again);
    EXPECT(CUDA_SUCCESS, cuMemGetAddressRange_v2(&base, &size, opened + bytes / 2));
    EXPECT_TRUE(base == opened && size == bytes);
    MUST(cuPointerGetAttribute(&device, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, opened));
    MUST(cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, opened));
    MUST(cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED, opened));
    MUST(cuPointerGetAttribute(&context, CU_POINTER_ATTRIBUTE_CONTEXT, opened));
    MUST(cuCtxGetCurrent(&current));
    EXPECT_TRUE(device == 0 && type == CU_MEMORYTYPE_DEVICE && !managed && context == current);
    MUST(cuMemGetInfo_v2(&after, &total));
    EXPECT_TRUE(before == after);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFree_v2(opened));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemFreeAsync(opened, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(opened, 1, bytes + 1));
    return opened;
}

static void close_all(const CUipcMemHandle *handle, CUdeviceptr opened, size_t bytes)
{
    CUipcMemHandle again;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcGetMemHandle(&again, opened));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcCloseMemHandle(opened + 8));
    EXPECT(CUDA_SUCCESS, cuIpcCloseMemHandle(opened));
    EXPECT(CUDA_SUCCESS, cuMemsetD8_v2(opened, 1, bytes));
    EXPECT(CUDA_SUCCESS, cuIpcCloseMemHandle(opened));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcCloseMemHandle(opened));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(opened, 1, bytes));
    EXPECT(CUDA_SUCCESS, cuIpcOpenMemHandle_v2(&opened, *handle, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT(CUDA_SUCCESS, cuIpcCloseMemHandle(opened));
}

static int opener(void)
{
    CUipcMemHandle handles[2];
    CUdeviceptr small, large, gone = 99;
    pair_take(handles, sizeof handles);
    EXPECT(CUDA_ERROR_NOT_INITIALIZED, cuIpcOpenMemHandle_v2(&gone, handles[0], CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    MUST(cuInit(0));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuIpcOpenMemHandle_v2(&gone, handles[0], CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuIpcCloseMemHandle(99));
    set_up();
    open_badly(&handles[0]);
    puts("# small memory");
    small = open_well(&handles[0], SMALL * 4);
    EXPECT_TRUE(wrong_words(small, SMALL, 100) == 0);
    fill(small, SMALL, 7);
    puts("# large memory");
    large = open_well(&handles[1], LARGE * 4);
    EXPECT_TRUE(wrong_words(large, LARGE, 1) == 0);
    fill(large, LARGE, 1000);
    MUST(cuCtxSynchronize());
    pair_turn();
    for (unsigned round = 0; round < ROUNDS; round++) {
        pair_wait();
        EXPECT_TRUE(wrong_words(large, LARGE, 10 * round + 1005) == 0);
        fill(large, LARGE, 10 * round + 1010);
        MUST(cuCtxSynchronize());
        if (round == ROUNDS - 1) {
            puts("# it is closed");
            close_all(&handles[0], small, SMALL * 4);
            close_all(&handles[1], large, LARGE * 4);
        }
        pair_turn();
    }
    pair_wait();
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenMemHandle_v2(&gone, handles[0], CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenMemHandle_v2(&gone, handles[1], CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    pair_turn();
    pair_take(handles, sizeof *handles);
    MUST(cuIpcOpenMemHandle(&small, handles[0], CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT_TRUE(wrong_words(small, SMALL, 55) == 0);
    return 0;
}

int main(void)
{
    pid_t child;
    return pair_split(&child) ? opener() : owner(child);
}
