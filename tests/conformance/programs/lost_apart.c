/* A kernel fails in one of two contexts, while a thread works in the other: that one never hears of it.
 *
 *     lost_apart device|context      the other context is that of device 1, or a second one on device 0 */
#include "show.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { WORDS = 100 };

static CUcontext other;
static atomic_bool stop, failed;
static atomic_int rounds;

#define STEP(call)                                                                                                     \
    do {                                                                                                               \
        CUresult step = (call);                                                                                        \
        if (step) {                                                                                                    \
            show(#call, step);                                                                                         \
            return 0;                                                                                                  \
        }                                                                                                              \
    } while (0)

/* One of everything that a program does all the time; the first that fails is shown. */
static int work(CUfunction fill)
{
    unsigned got[WORDS] = {0}, count = WORDS, value = 7;
    CUdeviceptr memory;
    CUevent event;
    void *params[] = {&memory, &count, &value};
    STEP(cuMemAlloc_v2(&memory, sizeof got));
    STEP(cuEventCreate(&event, 0));
    STEP(cuMemsetD32_v2(memory, 1, WORDS));
    STEP(cuLaunchKernel(fill, 1, 1, 1, 128, 1, 1, 0, NULL, params, NULL));
    STEP(cuEventRecord(event, NULL));
    STEP(cuMemcpyDtoH_v2(got, memory, sizeof got));
    STEP(cuEventSynchronize(event));
    STEP(cuMemcpyHtoD_v2(memory, got, sizeof got));
    STEP(cuEventDestroy_v2(event));
    STEP(cuMemFree_v2(memory));
    STEP(cuCtxSynchronize());
    for (unsigned i = 0; i < WORDS; i++)
        if (got[i] != value + i)
            return printf("wrong value at %u\n", i), 0;
    return 1;
}

static CUfunction load(const char *name)
{
    CUmodule module;
    CUfunction function;
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&function, module, name));
    return function;
}

static void *work_in_other(void *unused)
{
    (void)unused;
    MUST(cuCtxSetCurrent(other));
    CUfunction fill = load("fill");
    while (!atomic_load(&stop) && !atomic_load(&failed)) {
        if (!work(fill))
            atomic_store(&failed, 1);
        atomic_fetch_add(&rounds, 1);
    }
    return NULL;
}

static void wait_for_rounds(int count)
{
    int from = atomic_load(&rounds);
    while (atomic_load(&rounds) - from < count && !atomic_load(&failed))
        sched_yield();
}

/* Poll with calls that do not wait, until one of them tells the fault. */
static void poll(CUdeviceptr memory, CUevent event, CUstream stream)
{
    unsigned word = 1;
    CUresult result = CUDA_SUCCESS;
    for (int i = 0; i < 100000 && !result; i++) {
        result = cuMemcpyHtoD_v2(memory, &word, sizeof word);
        if (!result)
            result = cuEventRecord(event, stream);
        wait_for_rounds(1);
    }
    show("the fault is told while polling", result);
}

int main(int argc, char **argv)
{
    pthread_t thread;
    CUcontext context = show_context();
    if (argc > 1 && strcmp(argv[1], "device") == 0) {
        MUST(cuDevicePrimaryCtxRetain(&other, 1));
    } else {
        MUST(cuCtxCreate_v2(&other, 0, 0));
        MUST(cuCtxSetCurrent(context));
    }
    CUstream stream;
    CUevent event;
    CUdeviceptr memory, nowhere = 0x10;
    unsigned count = 4, value = 1;
    CUfunction fill = load("fill");
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuEventCreate(&event, 0));
    MUST(cuMemAlloc_v2(&memory, 64));
    if (pthread_create(&thread, NULL, work_in_other, NULL))
        return 4;
    wait_for_rounds(5);
    void *params[] = {&nowhere, &count, &value};
    TRY(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, stream, params, NULL));
    poll(memory, event, stream);
    wait_for_rounds(20);
    TRY(cuCtxSynchronize());
    atomic_store(&stop, 1);
    pthread_join(thread, NULL);
    printf("the other thread: %s\n", atomic_load(&failed) ? "was told something" : "was told nothing");
    MUST(cuCtxSetCurrent(other));
    fill = load("fill");
    printf("this thread in the other context: %s\n", work(fill) ? "was told nothing" : "was told something");
    MUST(cuCtxSetCurrent(context));
    TRY(cuMemAlloc_v2(&memory, 64));
    TRY(cuDevicePrimaryCtxReset_v2(0));
    TRY(cuDevicePrimaryCtxRetain(&context, 0));
    fill = load("fill");
    printf("in a new context: %s\n", work(fill) ? "was told nothing" : "was told something");
    return 0;
}
