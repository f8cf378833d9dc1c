/* What one process exports on a server is nothing to a session on another one: OTHER_SERVERS names that. */
#include "pair.h"

struct given {
    CUipcMemHandle memory;
    CUipcEventHandle event;
};

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
    return pair_join(child);
}

static int opener(void)
{
    struct given given;
    CUdeviceptr memory = 99;
    CUevent event = NULL;
    const char *other = getenv("OTHER_SERVERS");
    if (!other || setenv("BF_SERVERS", other, 1))
        return 7;
    pair_take(&given, sizeof given);
    show_context();
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenMemHandle_v2(&memory, given.memory, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenEventHandle(&event, given.event));
    EXPECT_TRUE(memory == 99 && event == NULL);
    return 0;
}

int main(void)
{
    pid_t child;
    return pair_split(&child) ? opener() : owner(child);
}
