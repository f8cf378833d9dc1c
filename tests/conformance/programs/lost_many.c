/* Threads make contexts, work in them, let every second one fail, and destroy them, beside each other on two
 * devices: each is told of its own failure and of nobody else's. */
#include "show.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

enum { THREADS = 6, ROUNDS = 12, STEPS = 20, WORDS = 100, PATIENCE_S = 100 };

struct worker {
    int number;
    unsigned seed;
    int rounds, losses;
    CUstream stream;
    CUevent event;
    CUdeviceptr memory;
    CUfunction fill;
};

static atomic_int wrong;

static int is_wrong(const struct worker *w, const char *call, CUresult result, CUresult expected)
{
    if (result == expected)
        return 0;
    if (!atomic_fetch_add(&wrong, 1)) {
        printf("thread %d, round %d: ", w->number, w->rounds);
        show(call, result);
    }
    return 1;
}

#define STEP(call)                                                                                                     \
    do {                                                                                                               \
        if (is_wrong(w, #call, (call), CUDA_SUCCESS))                                                                  \
            return 0;                                                                                                  \
    } while (0)

static CUresult launch(const struct worker *w, CUdeviceptr to, unsigned value)
{
    unsigned count = WORDS;
    void *params[] = {&to, &count, &value};
    return cuLaunchKernel(w->fill, 1, 1, 1, 128, 1, 1, 0, w->stream, params, NULL);
}

static CUresult finished(CUevent event)
{
    CUresult result = CUDA_ERROR_NOT_READY;
    for (time_t end = time(NULL) + PATIENCE_S; result == CUDA_ERROR_NOT_READY && time(NULL) < end; sched_yield())
        result = cuEventQuery(event);
    return result;
}

static int work(struct worker *w)
{
    unsigned got[WORDS];
    for (unsigned step = 0; step < STEPS; step++) {
        STEP(launch(w, w->memory, step));
        STEP(cuEventRecord(w->event, w->stream));
        if (rand_r(&w->seed) % 4 == 0)
            STEP(finished(w->event));
        if (rand_r(&w->seed) % 4)
            continue;
        STEP(cuMemcpyDtoHAsync_v2(got, w->memory, sizeof got, w->stream));
        STEP(cuStreamSynchronize(w->stream));
        if (got[0] != step || got[WORDS - 1] != step + WORDS - 1)
            return is_wrong(w, "bytes", CUDA_ERROR_UNKNOWN, CUDA_SUCCESS), 0;
    }
    return 1;
}

/* Poll with calls that do not wait, then wait. */
static int fail(struct worker *w)
{
    CUresult result = CUDA_SUCCESS;
    STEP(launch(w, 0x10, 1));
    time_t end = time(NULL) + PATIENCE_S;
    for (int i = 0; !result && time(NULL) < end; i++)
        result = i % 2 ? cuMemsetD8Async(w->memory, 0, 16, w->stream) : cuEventRecord(w->event, w->stream);
    w->losses++;
    return !is_wrong(w, "polled", result, CUDA_ERROR_ILLEGAL_ADDRESS) &&
           !is_wrong(w, "cuCtxSynchronize()", cuCtxSynchronize(), CUDA_ERROR_ILLEGAL_ADDRESS);
}

static int live_once(struct worker *w)
{
    CUcontext context;
    CUmodule module;
    STEP(cuCtxCreate_v2(&context, 0, w->number % 2));
    STEP(cuModuleLoadData(&module, SHOW_MODULE));
    STEP(cuModuleGetFunction(&w->fill, module, "fill"));
    STEP(cuStreamCreate(&w->stream, rand_r(&w->seed) % 2));
    STEP(cuEventCreate(&w->event, 0));
    STEP(cuMemAlloc_v2(&w->memory, 4096));
    if (!work(w) || (w->rounds % 2 && !fail(w)))
        return 0;
    STEP(cuCtxDestroy_v2(context));
    return 1;
}

static void *live(void *argument)
{
    struct worker *w = argument;
    while (w->rounds < ROUNDS && !atomic_load(&wrong) && live_once(w))
        w->rounds++;
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    MUST(cuInit(0));
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.number = i, .seed = (unsigned)i + 1};
        if (pthread_create(&threads[i], NULL, live, &workers[i]))
            return 4;
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        printf("thread %d: %d rounds, %d losses\n", i, workers[i].rounds, workers[i].losses);
    }
    return atomic_load(&wrong) != 0;
}
