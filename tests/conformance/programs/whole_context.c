/* Events of whole contexts: one that stands for all that a context does, and a context that waits for one. A kernel that
 * waits for a flag decides what is still running. */
#include "show.h"

#include <pthread.h>

static const char WAIT[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry wait(.param .u64 flag)\n{\n"
    "    .reg .pred %p;\n    .reg .b32 %v;\n    .reg .b64 %a;\n    ld.param.u64 %a, [flag];\n"
    "AGAIN:\n    ld.volatile.global.u32 %v, [%a];\n    setp.eq.u32 %p, %v, 0;\n    @%p bra AGAIN;\n    ret;\n}\n";

static CUcontext context, second, keeper;
static CUfunction wait_for_flag;
static CUstream key; /* of a context that nobody holds */
static CUdeviceptr flag;

static void set_flag(unsigned value)
{
    MUST(cuMemsetD32Async(flag, value, 1, key));
    MUST(cuStreamSynchronize(key));
}

/* A stream with a kernel that runs until the flag is 1. */
static CUstream begin(unsigned flags)
{
    void *params[] = {&flag};
    CUstream stream;
    set_flag(0);
    MUST(cuStreamCreate(&stream, flags));
    MUST(cuLaunchKernel(wait_for_flag, 1, 1, 1, 1, 1, 1, 0, stream, params, NULL));
    return stream;
}

static void record(unsigned flags)
{
    CUstream stream = begin(flags), later;
    CUevent event;
    printf("# a record, with work in a stream of flags %u\n", flags);
    MUST(cuEventCreate(&event, 0));
    EXPECT(0, cuCtxRecordEvent(context, event));
    EXPECT(600, cuEventQuery(event));
    MUST(cuStreamCreate(&later, CU_STREAM_NON_BLOCKING));
    MUST(cuMemsetD32Async(flag + 8, 3, 1, later));
    EXPECT(0, cuStreamSynchronize(later));
    EXPECT(0, cuStreamWaitEvent(later, event, 0));
    MUST(cuMemsetD32Async(flag + 8, 4, 1, later));
    EXPECT(600, cuStreamQuery(later));
    set_flag(1);
    EXPECT(0, cuStreamSynchronize(later));
    EXPECT(0, cuEventSynchronize(event));
    EXPECT(0, cuEventQuery(event));
    EXPECT(0, cuStreamSynchronize(stream));
    EXPECT(0, cuCtxRecordEvent(context, event));
    EXPECT(0, cuEventSynchronize(event));
    MUST(cuEventDestroy_v2(event));
    MUST(cuStreamDestroy_v2(stream));
    MUST(cuStreamDestroy_v2(later));
}

static void *open_later(void *argument)
{
    (void)argument;
    for (int i = 0; i < 50; i++)
        MUST(cuStreamSynchronize(key));
    set_flag(1);
    return NULL;
}

static pthread_t start(void)
{
    pthread_t thread = 0;
    if (pthread_create(&thread, NULL, open_later, NULL))
        exit(2);
    return thread;
}

/* Work that the context has and that it gets only now waits, in whatever stream; so does who waits for the context. */
static void hold(CUcontext who, const char *way)
{
    CUstream before, after, own, work = begin(CU_STREAM_NON_BLOCKING);
    CUdeviceptr memory, spare;
    CUevent event;
    pthread_t thread = 0;
    unsigned values[4] = {0};
    printf("# a wait of %s, ended by %s\n", who == context ? "the event's context" : "another context", way);
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    MUST(cuEventRecord(event, work));
    MUST(cuCtxPushCurrent_v2(who));
    MUST(cuMemAlloc_v2(&memory, 16));
    MUST(cuMemAlloc_v2(&spare, 16));
    MUST(cuStreamCreate(&before, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&own, CU_STREAM_DEFAULT));
    EXPECT(0, cuCtxWaitEvent(who, event));
    if (!strcmp(way, "free")) {
        thread = start();
        EXPECT(0, cuMemFree_v2(spare));
        EXPECT(0, cuEventSynchronize(event));
    }
    MUST(cuStreamCreate(&after, CU_STREAM_NON_BLOCKING));
    MUST(cuMemsetD32Async(memory, 1, 1, before));
    MUST(cuMemsetD32Async(memory + 4, 2, 1, after));
    MUST(cuMemsetD32Async(memory + 8, 3, 1, own));
    MUST(cuMemsetD32Async(memory + 12, 4, 1, NULL));
    if (strcmp(way, "free")) {
        EXPECT(600, cuStreamQuery(before));
        EXPECT(600, cuStreamQuery(after));
        EXPECT(600, cuStreamQuery(own));
        EXPECT(600, cuStreamQuery(NULL));
        thread = start();
    }
    EXPECT(0, cuCtxSynchronize());
    pthread_join(thread, NULL);
    EXPECT(0, cuMemcpyDtoH_v2(values, memory, sizeof values));
    printf("%u %u %u %u\n", values[0], values[1], values[2], values[3]);
    EXPECT(0, cuCtxWaitEvent(who, event));
    EXPECT(0, cuStreamQuery(before));
    MUST(cuCtxPopCurrent_v2(NULL));
    MUST(cuEventDestroy_v2(event));
}

static void errors(void)
{
    CUcontext gone;
    CUevent event, foreign;
    puts("# wrong calls");
    MUST(cuEventCreate(&event, 0));
    MUST(cuCtxPushCurrent_v2(second));
    MUST(cuEventCreate(&foreign, 0));
    MUST(cuCtxPopCurrent_v2(NULL));
    MUST(cuCtxCreate_v2(&gone, 0, 0));
    MUST(cuCtxDestroy_v2(gone));
    EXPECT(201, cuCtxRecordEvent(NULL, event));
    EXPECT(201, cuCtxRecordEvent(NONSENSE(CUcontext), event));
    EXPECT(201, cuCtxRecordEvent(gone, event));
    EXPECT(400, cuCtxRecordEvent(context, NULL));
    EXPECT(400, cuCtxRecordEvent(context, NONSENSE(CUevent)));
    EXPECT(400, cuCtxRecordEvent(context, foreign));
    EXPECT(201, cuCtxWaitEvent(NULL, event));
    EXPECT(201, cuCtxWaitEvent(gone, event));
    EXPECT(400, cuCtxWaitEvent(context, NULL));
    EXPECT(400, cuCtxWaitEvent(context, NONSENSE(CUevent)));
    EXPECT(0, cuCtxWaitEvent(context, foreign));
    EXPECT(0, cuCtxRecordEvent(second, foreign));
    EXPECT(0, cuCtxWaitEvent(context, foreign));
    EXPECT(0, cuCtxSynchronize());
    MUST(cuEventDestroy_v2(event));
    EXPECT(400, cuCtxRecordEvent(context, event));
    EXPECT(400, cuCtxWaitEvent(context, event));
    /* Neither needs a context to be current. */
    MUST(cuCtxSetCurrent(NULL));
    EXPECT(0, cuCtxRecordEvent(second, foreign));
    EXPECT(0, cuCtxWaitEvent(context, foreign));
    EXPECT(0, cuEventSynchronize(foreign));
}

int main(void)
{
    CUmodule module;
    puts("# before cuInit");
    EXPECT(3, cuCtxRecordEvent(NULL, NULL));
    EXPECT(3, cuCtxWaitEvent(NULL, NULL));
    context = show_context();
    MUST(cuModuleLoadData(&module, WAIT));
    MUST(cuModuleGetFunction(&wait_for_flag, module, "wait"));
    MUST(cuMemAlloc_v2(&flag, 16));
    MUST(cuCtxCreate_v2(&second, 0, 0));
    MUST(cuCtxPopCurrent_v2(NULL));
    MUST(cuCtxCreate_v2(&keeper, 0, 0));
    MUST(cuStreamCreate(&key, CU_STREAM_NON_BLOCKING));
    MUST(cuCtxPopCurrent_v2(NULL));
    record(CU_STREAM_NON_BLOCKING);
    record(CU_STREAM_DEFAULT);
    hold(context, "synchronize");
    hold(second, "synchronize");
    hold(context, "free");
    hold(second, "free");
    errors();
    return 0;
}
