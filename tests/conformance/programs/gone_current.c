/* A context ends while it is current on this thread and on another: what each is told then. */
#include "world.h"

#include <pthread.h>
#include <semaphore.h>

static struct world world;
static sem_t entered, ended;

static void *with_it_current(void *unused)
{
    CUcontext context = NULL;
    (void)unused;
    MUST(cuCtxSetCurrent(world.context));
    sem_post(&entered);
    sem_wait(&ended);
    puts("# on another thread");
    devices(&world);
    memory(&world);
    copies(&world);
    streams(&world);
    code(&world);
    contexts(&world);
    TRY(cuCtxPopCurrent_v2(&context));
    TRY(cuCtxGetCurrent(&context));
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    CUcontext context = show_context();
    int created = argc > 1 && strcmp(argv[1], "destroy") == 0;
    if (created)
        MUST(cuCtxCreate_v2(&context, 0, 0));
    open_world(&world, 0, context);
    sem_init(&entered, 0, 0);
    sem_init(&ended, 0, 0);
    if (pthread_create(&thread, NULL, with_it_current, NULL))
        return 4;
    sem_wait(&entered);
    if (created)
        TRY(cuCtxDestroy_v2(context));
    else
        TRY(cuDevicePrimaryCtxReset_v2(0));
    sem_post(&ended);
    pthread_join(thread, NULL);
    puts("# on the thread that ended it");
    memory(&world);
    copies(&world);
    streams(&world);
    code(&world);
    contexts(&world);
    return 0;
}
