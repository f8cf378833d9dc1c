/* Threads that are cancelled in the middle of their first call after a pause: the others go on. */
#include "show.h"

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

enum { THREADS = 10, WORDS = 64 };

static CUcontext context;
static CUstream stream;
static CUdeviceptr memory;
static sem_t entered, cancelled;

static void *call_once(void *unused)
{
    const struct timespec pause = {.tv_nsec = 30 * 1000 * 1000};
    int state;
    (void)unused;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    MUST(cuCtxSetCurrent(context));
    sem_post(&entered);
    sem_wait(&cancelled);
    nanosleep(&pause, NULL);
    /* From here on the first function that may end the thread does. */
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &state);
    cuMemsetD32Async(memory, 7, WORDS, stream);
    pthread_testcancel();
    return memory ? &cancelled : NULL;
}

int main(void)
{
    unsigned words[WORDS] = {0};
    void *returned;
    context = show_context();
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuMemAlloc_v2(&memory, sizeof words));
    MUST(cuCtxSynchronize());
    sem_init(&entered, 0, 0);
    sem_init(&cancelled, 0, 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, call_once, NULL))
            return 4;
        sem_wait(&entered);
        pthread_cancel(thread);
        sem_post(&cancelled);
        pthread_join(thread, &returned);
        printf("thread %d was cancelled: %d\n", i, returned == PTHREAD_CANCELED);
        TRY(cuCtxSynchronize());
    }
    TRY(cuMemcpyDtoH_v2(words, memory, sizeof words));
    printf("%u %u\n", words[0], words[WORDS - 1]);
    return 0;
}
