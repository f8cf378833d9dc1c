/* Functions that are running, or have yet to run, when their context, their program, or its copy ends. */
#include <pthread.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

#include "show.h"

static CUcontext context;
static CUstream stream;
static sem_t entered, leaves, told;
static _Atomic int calls;
static CUresult status_told;

static void hold(void *data)
{
    (void)data;
    sem_post(&entered);
    sem_wait(&leaves);
    calls++;
}

static void count(void *data)
{
    (void)data;
    calls++;
}

static void note(CUstream of, CUresult status, void *data)
{
    (void)of, (void)data;
    status_told = status;
    calls++;
    sem_post(&told);
}

static void leave(void *data)
{
    (void)data;
    puts("the function ends the program");
    exit(0);
}

static void put_all(void)
{
    MUST(cuLaunchHostFunc(stream, hold, NULL));
    for (int i = 0; i < 20; i++)
        MUST(cuLaunchHostFunc(stream, count, NULL));
    MUST(cuStreamAddCallback(stream, note, NULL, 0));
    sem_wait(&entered);
}

static void *let_go(void *unused)
{
    usleep(20000);
    sem_post(&leaves);
    return unused;
}

/* What ends the context waits for the functions in it, which another thread lets return. */
static void end_context(const char *way)
{
    pthread_t thread;
    put_all();
    pthread_create(&thread, NULL, let_go, NULL);
    if (!strcmp(way, "destroy"))
        EXPECT(0, cuCtxDestroy_v2(context));
    else if (!strcmp(way, "reset"))
        EXPECT(0, cuDevicePrimaryCtxReset_v2(0));
    else
        EXPECT(0, cuDevicePrimaryCtxRelease_v2(0));
    printf("called: %d, told: %d\n", calls, (int)status_told);
    pthread_join(thread, NULL);
}

/* Memory that nobody writes: what is behind it will not run, but every callback is called. */
static void end_stuck(void)
{
    CUdeviceptr memory;
    MUST(cuMemAlloc_v2(&memory, 64));
    MUST(cuMemsetD32_v2(memory, 0, 16));
    MUST(cuCtxSynchronize());
    MUST(cuStreamWaitValue32_v2(stream, memory, 1, CU_STREAM_WAIT_VALUE_EQ));
    MUST(cuLaunchHostFunc(stream, count, NULL));
    MUST(cuStreamAddCallback(stream, note, NULL, 0));
    EXPECT(600, cuStreamQuery(stream));
    EXPECT(0, cuCtxDestroy_v2(context));
    sem_wait(&told);
    printf("called: %d, told: %d\n", calls, (int)status_told);
}

static void fork_child(void)
{
    int status, number = 0;
    put_all();
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        int code = (int)cuDeviceGetCount(&number) + (int)cuLaunchHostFunc(stream, count, NULL);
        _exit(code + calls);
    }
    waitpid(child, &status, 0);
    printf("the child: %d\n", WEXITSTATUS(status));
    sem_post(&leaves);
    EXPECT(0, cuStreamSynchronize(stream));
    printf("called: %d, told: %d\n", calls, (int)status_told);
}

int main(int arguments, char **argument)
{
    const char *way = arguments > 1 ? argument[1] : "exit";
    setvbuf(stdout, NULL, _IOLBF, 0);
    sem_init(&entered, 0, 0);
    sem_init(&leaves, 0, 0);
    sem_init(&told, 0, 0);
    context = show_context();
    if (!strcmp(way, "destroy") || !strcmp(way, "stuck"))
        MUST(cuCtxCreate_v2(&context, 0, 0));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    if (!strcmp(way, "exit"))
        put_all();
    else if (!strcmp(way, "fork"))
        fork_child();
    else if (!strcmp(way, "stuck"))
        end_stuck();
    else if (!strcmp(way, "inside"))
        MUST(cuLaunchHostFunc(stream, leave, NULL));
    else if (!strcmp(way, "lost"))
        put_all();
    else
        end_context(way);
    if (!strcmp(way, "inside") || !strcmp(way, "lost")) {
        puts("waits");
        sem_wait(&told);
        printf("told: %d\n", (int)status_told);
        TRY(cuCtxSynchronize());
        return 0;
    }
    puts("the end");
    return 0;
}
