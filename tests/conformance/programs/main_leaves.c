/* main ends by pthread_exit while another thread works on. */
#include "show.h"

#include <pthread.h>
#include <unistd.h>

static CUcontext context;
static CUfunction fill;
static pthread_t first;

static void *work(void *unused)
{
    CUdeviceptr out;
    unsigned count = 4, value = 42, got[4];
    void *params[] = {&out, &count, &value};
    (void)unused;
    /* The thread of main has ended, and its thread-local memory is gone. */
    pthread_join(first, NULL);
    MUST(cuCtxSetCurrent(context));
    MUST(cuMemAlloc_v2(&out, sizeof got));
    MUST(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, NULL, params, NULL));
    MUST(cuMemcpyDtoH_v2(got, out, sizeof got));
    printf("%u\n", got[3]);
    return NULL;
}

int main(void)
{
    CUmodule module;
    pthread_t thread;
    context = show_context();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    first = pthread_self();
    pthread_create(&thread, NULL, work, NULL);
    pthread_exit(NULL);
}
