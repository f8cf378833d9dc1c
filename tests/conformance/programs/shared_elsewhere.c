/* What one process exports on a server is nothing to a session on another one: OTHER_SERVERS names that. */
#include "passed.h"

#define FILE_TYPE CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR

struct given {
    CUipcMemHandle memory;
    CUipcEventHandle event;
};

static void send_descriptors(void)
{
    CUmemLocation here = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 0};
    CUmemAllocationProp prop = {
        .type = CU_MEM_ALLOCATION_TYPE_PINNED, .requestedHandleTypes = FILE_TYPE, .location = here};
    CUmemPoolProps props = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED, .handleTypes = FILE_TYPE, .location = here};
    CUmemGenericAllocationHandle handle;
    CUmemoryPool pool;
    int descriptor;
    MUST(cuMemCreate(&handle, (size_t)2 << 20, &prop, 0));
    MUST(cuMemExportToShareableHandle(&descriptor, handle, FILE_TYPE, 0));
    passed_send(passed[0], descriptor);
    MUST(cuMemPoolCreate(&pool, &props));
    MUST(cuMemPoolExportToShareableHandle(&descriptor, pool, FILE_TYPE, 0));
    passed_send(passed[0], descriptor);
}

static int owner(pid_t child)
{
    struct given given;
    CUdeviceptr memory;
    CUevent event;
    show_context();
    MUST(cuMemAlloc_v2(&memory, 4096));
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS));
    MUST(cuIpcGetMemHandle(&given.memory, memory));
    MUST(cuIpcGetEventHandle(&given.event, event));
    pair_give(&given, sizeof given);
    send_descriptors();
    return pair_join(child);
}

static int opener(void)
{
    struct given given;
    CUdeviceptr memory = 99;
    CUevent event = NULL;
    CUmemGenericAllocationHandle handle = 99;
    CUmemoryPool pool = NULL;
    const char *other = getenv("OTHER_SERVERS");
    if (!other || setenv("BF_SERVERS", other, 1))
        return 7;
    pair_take(&given, sizeof given);
    void *of_memory = (void *)(intptr_t)passed_take(passed[1]), *of_pool = (void *)(intptr_t)passed_take(passed[1]);
    show_context();
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenMemHandle_v2(&memory, given.memory, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenEventHandle(&event, given.event));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemImportFromShareableHandle(&handle, of_memory, FILE_TYPE));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolImportFromShareableHandle(&pool, of_pool, FILE_TYPE, 0));
    EXPECT_TRUE(memory == 99 && event == NULL && handle == 99 && pool == NULL);
    return 0;
}

int main(void)
{
    pid_t child;
    passed_open();
    return pair_split(&child) ? opener() : owner(child);
}
