/* A device is reset while other threads work on it: each is told at its next call, nobody hangs, and whoever retains
 * the context again goes on in a new one. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "show.h"

enum { THREADS = 4, RESETS = 20 };

static CUcontext primary;
static atomic_int working, told;

struct thread {
    pthread_t thread;
    CUfunction nothing;
    CUresult code;
};

/* What belonged to the context may be told as destroyed, or its handle as one of nothing. */
static bool is_an_end(CUresult code)
{
    return code == CUDA_ERROR_CONTEXT_IS_DESTROYED || code == CUDA_ERROR_INVALID_HANDLE ||
           code == CUDA_ERROR_INVALID_CONTEXT || code == CUDA_ERROR_INVALID_VALUE;
}

static CUresult work(const struct thread *self)
{
    CUdeviceptr memory;
    CUresult code = cuMemAlloc_v2(&memory, 4096);
    if (!code)
        code = cuMemsetD8Async(memory, 1, 4096, NULL);
    if (!code)
        code = cuLaunchKernel(self->nothing, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL);
    if (!code)
        code = cuCtxSynchronize();
    return code ? code : cuMemFree_v2(memory);
}

static void *run(void *argument)
{
    struct thread *self = argument;
    self->code = cuCtxSetCurrent(primary);
    for (bool first = true; !self->code; first = false) {
        self->code = work(self);
        if (first)
            atomic_fetch_add(&working, 1);
    }
    atomic_fetch_add(&told, 1);
    return NULL;
}

static void once(struct thread *threads)
{
    CUmodule module;
    MUST(cuDevicePrimaryCtxRetain(&primary, 0));
    MUST(cuCtxSetCurrent(primary));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    atomic_store(&working, 0);
    for (int i = 0; i < THREADS; i++) {
        MUST(cuModuleGetFunction(&threads[i].nothing, module, "nothing"));
        pthread_create(&threads[i].thread, NULL, run, &threads[i]);
    }
    while (atomic_load(&working) < THREADS)
        ;
    MUST(cuDevicePrimaryCtxReset_v2(0));
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i].thread, NULL);
        if (!is_an_end(threads[i].code))
            printf("WRONG: a thread was told %d\n", (int)threads[i].code);
    }
}

int main(void)
{
    struct thread threads[THREADS];
    unsigned flags;
    int active = 7;
    MUST(cuInit(0));
    for (int i = 0; i < RESETS; i++)
        once(threads);
    printf("%d threads were told\n", atomic_load(&told));
    EXPECT(CUDA_SUCCESS, cuDevicePrimaryCtxGetState(0, &flags, &active));
    EXPECT_TRUE(!active);
    EXPECT(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuCtxSynchronize());
    EXPECT(CUDA_SUCCESS, cuDevicePrimaryCtxRetain(&primary, 0));
    EXPECT(CUDA_SUCCESS, cuCtxSynchronize());
    return 0;
}
