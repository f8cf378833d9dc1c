/* A stream that waits for memory which nobody will write: others go on beside it, and it keeps neither its context nor
 * the program from its end. */
#include "show.h"

static CUdeviceptr memory;
static CUstream stuck, behind;

static void begin(void)
{
    CUstream blocking;
    CUevent event;
    unsigned *arriving, seen = 0;
    MUST(cuMemAlloc_v2(&memory, 64));
    MUST(cuMemAllocHost_v2((void **)&arriving, 64));
    MUST(cuMemsetD32_v2(memory, 0, 16));
    MUST(cuCtxSynchronize());
    MUST(cuStreamCreate(&stuck, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&behind, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&blocking, CU_STREAM_DEFAULT));
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    EXPECT(0, cuStreamWaitValue32_v2(stuck, memory, 1, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuStreamWriteValue32_v2(stuck, memory + 4, 1, 0));
    EXPECT(0, cuEventRecord(event, stuck));
    EXPECT(0, cuStreamWaitEvent(behind, event, 0));
    EXPECT(0, cuMemsetD32Async(memory + 8, 1, 1, behind));
    EXPECT(0, cuMemcpyDtoHAsync_v2(arriving, memory, 16, behind));
    for (int i = 0; i < 200; i++)
        MUST(cuStreamWaitValue32_v2(stuck, memory, 2, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(600, cuStreamQuery(stuck));
    EXPECT(600, cuStreamQuery(behind));
    EXPECT(600, cuEventQuery(event));
    EXPECT(0, cuMemsetD32Async(memory + 12, 5, 1, blocking));
    EXPECT(0, cuStreamSynchronize(blocking));
    EXPECT(0, cuMemcpyDtoH_v2(&seen, memory + 12, 4));
    printf("beside it: %u\n", seen);
}

static void again(void)
{
    unsigned seen = 0;
    MUST(cuMemAlloc_v2(&memory, 64));
    EXPECT(0, cuMemsetD32_v2(memory, 7, 16));
    EXPECT(0, cuMemcpyDtoH_v2(&seen, memory, 4));
    printf("afterwards: %u\n", seen);
    EXPECT(0, cuCtxSynchronize());
}

int main(int count, char **arguments)
{
    const char *way = count > 1 ? arguments[1] : "exit";
    CUcontext context = show_context();
    if (!strcmp(way, "destroy"))
        MUST(cuCtxCreate_v2(&context, 0, 0));
    begin();
    if (!strcmp(way, "destroy")) {
        EXPECT(0, cuCtxDestroy_v2(context));
    } else if (!strcmp(way, "reset")) {
        EXPECT(0, cuDevicePrimaryCtxReset_v2(0));
        MUST(cuDevicePrimaryCtxRetain(&context, 0));
        MUST(cuCtxSetCurrent(context));
    } else if (!strcmp(way, "release")) {
        EXPECT(0, cuDevicePrimaryCtxRelease_v2(0));
        MUST(cuDevicePrimaryCtxRetain(&context, 0));
        MUST(cuCtxSetCurrent(context));
    } else {
        return 0;
    }
    EXPECT(400, cuStreamQuery(stuck));
    again();
    return 0;
}
