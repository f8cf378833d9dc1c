/* A context ends while a function of the program runs in it that waits for another thread, which makes calls in another
 * context meanwhile. One of its streams has waited for memory before. */
#include "show.h"

#include <pthread.h>
#include <semaphore.h>

enum { CALLS = 500 };

static CUcontext other;
static CUdeviceptr word;
static sem_t begun, go_on;

static void wait_for_it(void *unused)
{
    (void)unused;
    sem_post(&begun);
    sem_wait(&go_on);
}

/* Once the function has begun, it ends only after these calls. */
static void *call_then_go_on(void *result)
{
    unsigned value;
    sem_wait(&begun);
    CUresult failed = cuCtxSetCurrent(other);
    for (int i = 0; i < CALLS && !failed; i++)
        failed = cuMemcpyDtoH_v2(&value, word, sizeof value);
    *(CUresult *)result = failed;
    sem_post(&go_on);
    return NULL;
}

static void make_busy(void)
{
    CUstream stream;
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    EXPECT(0, cuStreamWaitValue32_v2(stream, word, 1, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuLaunchHostFunc(stream, wait_for_it, NULL));
}

static CUresult destroyed(void)
{
    CUcontext context;
    MUST(cuCtxCreate_v4(&context, NULL, 0, 0));
    make_busy();
    return cuCtxDestroy_v2(context);
}

static CUresult released(void)
{
    CUcontext context;
    MUST(cuDevicePrimaryCtxRetain(&context, 1));
    MUST(cuCtxSetCurrent(context));
    make_busy();
    return cuDevicePrimaryCtxRelease_v2(1);
}

static CUresult reset(void)
{
    CUcontext context;
    MUST(cuDevicePrimaryCtxRetain(&context, 1));
    MUST(cuCtxSetCurrent(context));
    make_busy();
    CUresult result = cuDevicePrimaryCtxReset_v2(1);
    MUST(cuDevicePrimaryCtxRelease_v2(1));
    return result;
}

static void end_beside_calls(const char *what, CUresult (*end)(void))
{
    pthread_t thread;
    CUresult failed = CUDA_ERROR_UNKNOWN;
    printf("# %s\n", what);
    if (pthread_create(&thread, NULL, call_then_go_on, &failed))
        exit(4);
    show("the end of the context", end());
    pthread_join(thread, NULL);
    show("calls in another one", failed);
    MUST(cuCtxSetCurrent(other));
}

int main(void)
{
    other = show_context();
    MUST(cuMemAlloc_v2(&word, 4));
    MUST(cuMemsetD32_v2(word, 1, 1));
    MUST(cuCtxSynchronize());
    sem_init(&begun, 0, 0);
    sem_init(&go_on, 0, 0);
    end_beside_calls("destroyed", destroyed);
    end_beside_calls("released", released);
    end_beside_calls("reset", reset);
    return 0;
}
