/* Streams that are destroyed while a kernel in them waits for a flag: what is in them goes on, whoever waits for it
 * waits, and other threads of the program go on meanwhile. */
#include "show.h"

#include <pthread.h>

static const char WAIT[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry wait(.param .u64 flag)\n{\n"
    "    .reg .pred %p;\n    .reg .b32 %v;\n    .reg .b64 %a;\n    ld.param.u64 %a, [flag];\n"
    "AGAIN:\n    ld.volatile.global.u32 %v, [%a];\n    setp.eq.u32 %p, %v, 0;\n    @%p bra AGAIN;\n    ret;\n}\n";

enum { COPIES = 50 };

static CUcontext context;
static CUfunction wait_for_flag;
static CUstream other;
static CUdeviceptr flag;

/* What shows that others go on comes before the kernel may end. */
static void *let_go_later(void *argument)
{
    unsigned value;
    (void)argument;
    MUST(cuCtxSetCurrent(context));
    for (int i = 0; i < COPIES; i++)
        MUST(cuMemcpyDtoHAsync_v2(&value, flag, sizeof value, other));
    MUST(cuMemsetD32Async(flag, 1, 1, other));
    return NULL;
}

static void wait_in(const char *way)
{
    unsigned value = 0;
    CUdeviceptr memory;
    CUmodule module;
    MUST(cuMemAlloc_v2(&memory, 64));
    MUST(cuModuleLoadData(&module, WAIT));
    if (!strcmp(way, "context"))
        TRY(cuCtxSynchronize());
    else if (!strcmp(way, "free"))
        TRY(cuMemFree_v2(memory));
    else if (!strcmp(way, "unload"))
        TRY(cuModuleUnload(module));
    else if (!strcmp(way, "legacy"))
        TRY(cuStreamSynchronize(NULL));
    else
        TRY(cuMemcpyDtoH_v2(&value, flag, sizeof value));
}

static void leave(unsigned flags, const char *way)
{
    void *params[] = {&flag};
    CUstream stream;
    CUevent event;
    pthread_t thread;
    MUST(cuMemsetD32Async(flag, 0, 1, other));
    MUST(cuStreamSynchronize(other));
    MUST(cuStreamCreate(&stream, flags));
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    MUST(cuLaunchKernel(wait_for_flag, 1, 1, 1, 1, 1, 1, 0, stream, params, NULL));
    MUST(cuEventRecord(event, stream));
    MUST(cuStreamDestroy_v2(stream));
    printf("# %s, flags %u\n", way, flags);
    TRY(cuEventQuery(event));
    if (pthread_create(&thread, NULL, let_go_later, NULL))
        exit(2);
    wait_in(way);
    TRY(cuEventQuery(event));
    pthread_join(thread, NULL);
    TRY(cuCtxSynchronize());
    TRY(cuEventQuery(event));
    MUST(cuEventDestroy_v2(event));
}

int main(void)
{
    static const char *const ways[] = {"context", "free", "unload", "legacy", "copy"};
    CUmodule module;
    context = show_context();
    MUST(cuModuleLoadData(&module, WAIT));
    MUST(cuModuleGetFunction(&wait_for_flag, module, "wait"));
    MUST(cuMemAlloc_v2(&flag, 4));
    MUST(cuStreamCreate(&other, CU_STREAM_NON_BLOCKING));
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        leave(CU_STREAM_DEFAULT, ways[i]);
    for (int i = 0; i < 3; i++)
        leave(CU_STREAM_NON_BLOCKING, ways[i]);
    return 0;
}
