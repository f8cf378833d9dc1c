/* Events that two processes share: each waits for what the other one records, on the host and in streams. */
#include "pair.h"

enum { WORDS = 1 << 16, ROUNDS = 6, BOTH = CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS };

static CUfunction fill_words;
static CUstream stream;

static void set_up(void)
{
    CUmodule module;
    show_context();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill_words, module, "fill"));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
}

static void fill(CUdeviceptr at, unsigned value)
{
    unsigned count = WORDS;
    void *params[] = {&at, &count, &value};
    MUST(cuLaunchKernel(fill_words, WORDS / 128, 1, 1, 128, 1, 1, 0, stream, params, NULL));
}

static unsigned wrong_words(CUdeviceptr at, unsigned value)
{
    static unsigned words[WORDS];
    unsigned wrong = 0;
    MUST(cuMemcpyDtoHAsync_v2(words, at, sizeof words, stream));
    MUST(cuStreamSynchronize(stream));
    for (unsigned i = 0; i < WORDS; i++)
        wrong += words[i] != value + i;
    return wrong;
}

/* The same in both: `mine` is recorded here, `other` there. What the other one wrote is there behind its record. */
static void play(CUdeviceptr memory, CUevent mine, CUevent other, unsigned first)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        if (round || first) {
            pair_wait();
            MUST(cuStreamWaitEvent(stream, other, 0));
            EXPECT_TRUE(wrong_words(memory, 2 * round + first - 1) == 0);
        }
        for (unsigned i = 0; i < 20; i++)
            fill(memory, 1000 + i);
        fill(memory, 2 * round + first);
        MUST(cuEventRecord(mine, stream));
        pair_turn();
    }
}

static void refused(void)
{
    CUipcEventHandle handle = {{7}}, same = {{7}};
    CUevent plain, shared = NULL, opened = NULL;
    puts("# what cannot be shared");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuEventCreate(&shared, CU_EVENT_INTERPROCESS));
    MUST(cuEventCreate(&plain, CU_EVENT_DISABLE_TIMING));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuIpcGetEventHandle(&handle, plain));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuIpcGetEventHandle(&handle, NULL));
    EXPECT(CUDA_SUCCESS, cuEventCreate(&shared, BOTH));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcGetEventHandle(NULL, shared));
    EXPECT_TRUE(memcmp(&handle, &same, sizeof handle) == 0);
    EXPECT(CUDA_SUCCESS, cuIpcGetEventHandle(&handle, shared));
    EXPECT(CUDA_SUCCESS, cuIpcGetEventHandle(&same, shared));
    EXPECT_TRUE(memcmp(&handle, &same, sizeof handle) == 0);
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuIpcOpenEventHandle(&opened, handle));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenEventHandle(NULL, handle));
    memset(&handle, 0, sizeof handle);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenEventHandle(&opened, handle));
    EXPECT_TRUE(opened == NULL);
    EXPECT(CUDA_SUCCESS, cuEventQuery(shared));
    MUST(cuEventRecord(shared, stream));
    EXPECT(CUDA_SUCCESS, cuEventSynchronize(shared));
    EXPECT(CUDA_SUCCESS, cuEventQuery(shared));
    MUST(cuEventDestroy_v2(shared));
    MUST(cuEventDestroy_v2(plain));
}

struct given {
    CUipcMemHandle memory;
    CUipcEventHandle first, second;
};

static int owner(pid_t child)
{
    struct given given;
    CUdeviceptr memory;
    CUevent first, second;
    set_up();
    refused();
    MUST(cuMemAlloc_v2(&memory, WORDS * 4));
    MUST(cuEventCreate(&first, BOTH));
    MUST(cuEventCreate(&second, BOTH));
    MUST(cuIpcGetMemHandle(&given.memory, memory));
    MUST(cuIpcGetEventHandle(&given.first, first));
    MUST(cuIpcGetEventHandle(&given.second, second));
    pair_give(&given, sizeof given);
    play(memory, first, second, 0);
    pair_wait(); /* it has had its last round */
    pair_wait();
    EXPECT(CUDA_SUCCESS, cuEventSynchronize(second));
    EXPECT(CUDA_SUCCESS, cuEventQuery(second));
    puts("# it is destroyed");
    EXPECT(CUDA_SUCCESS, cuEventDestroy_v2(first));
    MUST(cuCtxSynchronize());
    pair_turn();
    return pair_join(child);
}

static int opener(void)
{
    struct given given;
    CUdeviceptr memory;
    CUevent first, second, again = NULL;
    float time;
    pair_take(&given, sizeof given);
    set_up();
    EXPECT(CUDA_SUCCESS, cuIpcOpenMemHandle_v2(&memory, given.memory, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS));
    EXPECT(CUDA_SUCCESS, cuIpcOpenEventHandle(&first, given.first));
    EXPECT(CUDA_SUCCESS, cuIpcOpenEventHandle(&second, given.second));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuIpcGetEventHandle(&given.second, first));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuEventElapsedTime(&time, first, second));
    play(memory, second, first, 1);
    EXPECT(CUDA_SUCCESS, cuEventSynchronize(first));
    pair_turn();
    pair_wait();
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuIpcOpenEventHandle(&again, given.first));
    EXPECT(CUDA_SUCCESS, cuEventDestroy_v2(first));
    EXPECT(CUDA_SUCCESS, cuEventDestroy_v2(second));
    EXPECT(CUDA_SUCCESS, cuIpcCloseMemHandle(memory));
    return 0;
}

int main(void)
{
    pid_t child;
    return pair_split(&child) ? opener() : owner(child);
}
