/* Copies to the device on the legacy stream while it waits for a kernel in a blocking stream, which waits for a flag
 * that another thread sets through a non-blocking stream: who is not to wait goes on, and the bytes are there when a
 * call that waits returns. */
#include "show.h"

#include <pthread.h>

static const char WAIT[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry wait(.param .u64 flag)\n{\n"
    "    .reg .pred %p;\n    .reg .b32 %v;\n    .reg .b64 %a;\n    ld.param.u64 %a, [flag];\n"
    "AGAIN:\n    ld.volatile.global.u32 %v, [%a];\n    setp.eq.u32 %p, %v, 0;\n    @%p bra AGAIN;\n    ret;\n}\n";

enum { OTHERS = 50, SMALL = 64, LARGE = 1 << 20, PITCH = 256, ROWS = 100, MANY = 2000, IDLE_ROUNDS = 300 };

static CUcontext context;
static CUfunction wait_for_flag;
static CUstream still, other;
static CUdeviceptr flag, target;
static unsigned char bytes[LARGE], *pinned;

/* What shows that others go on comes before the kernel may end. */
static void *let_go_later(void *argument)
{
    unsigned value;
    (void)argument;
    MUST(cuCtxSetCurrent(context));
    for (int i = 0; i < OTHERS; i++)
        MUST(cuMemcpyDtoHAsync_v2(&value, flag, sizeof value, other));
    MUST(cuMemsetD32Async(flag, 1, 1, other));
    return NULL;
}

static void rows_in(void)
{
    CUDA_MEMCPY2D plan = {.srcMemoryType = CU_MEMORYTYPE_HOST,
                          .srcHost = bytes,
                          .srcPitch = SMALL,
                          .dstMemoryType = CU_MEMORYTYPE_DEVICE,
                          .dstDevice = target,
                          .dstPitch = PITCH,
                          .WidthInBytes = SMALL,
                          .Height = ROWS};
    TRY(cuMemcpy2D_v2(&plan));
}

static void many(void)
{
    CUresult first = CUDA_SUCCESS;
    for (int i = 0; i < MANY && !first; i++)
        first = cuMemcpyHtoDAsync_v2(target, bytes, SMALL, NULL);
    show("many small ones", first);
}

static void copy(int way)
{
    switch (way) {
    case 0: TRY(cuMemcpyHtoD_v2(target, bytes, SMALL)); break;
    case 1: TRY(cuMemcpyHtoD_v2(target, bytes, LARGE)); break;
    case 2: TRY(cuMemcpyHtoDAsync_v2(target, bytes, SMALL, NULL)); break;
    case 3: TRY(cuMemcpyHtoDAsync_v2(target, pinned, LARGE, NULL)); break;
    case 4: TRY(cuMemcpy(target, (CUdeviceptr)(uintptr_t)bytes, SMALL)); break;
    case 5: rows_in(); break;
    default: many();
    }
}

enum { WAYS = 7 };

static void behind(int way)
{
    void *params[] = {&flag};
    unsigned char seen = 0;
    pthread_t thread;
    memset(bytes, way + 1, sizeof bytes);
    memset(pinned, way + 1, sizeof bytes);
    MUST(cuMemsetD32Async(flag, 0, 1, other));
    MUST(cuMemsetD8Async(target, 0xee, LARGE, other));
    MUST(cuStreamSynchronize(other));
    MUST(cuLaunchKernel(wait_for_flag, 1, 1, 1, 1, 1, 1, 0, still, params, NULL));
    if (pthread_create(&thread, NULL, let_go_later, NULL))
        exit(3);
    copy(way);
    if (way == 2 || way == 3 || way == 6)
        TRY(cuStreamSynchronize(NULL));
    MUST(cuMemcpyDtoHAsync_v2(&seen, target, 1, other));
    MUST(cuStreamSynchronize(other));
    printf("way %d: %u\n", way, seen);
    pthread_join(thread, NULL);
    MUST(cuCtxSynchronize());
}

/* Nothing waits here; a stream that does not wait for the legacy one still never sees what was before the copy. */
static void idle(void)
{
    unsigned wrong = 0, value;
    for (unsigned i = 1; i <= IDLE_ROUNDS; i++) {
        MUST(cuMemcpyHtoD_v2(target, &i, sizeof i));
        MUST(cuMemcpyDtoHAsync_v2(&value, target, sizeof value, other));
        MUST(cuStreamSynchronize(other));
        wrong += value != i;
        memset(bytes, (int)(i % 200), sizeof bytes);
        MUST(cuMemcpyHtoD_v2(target, bytes, i % 2 ? LARGE : SMALL));
        MUST(cuMemcpyDtoDAsync_v2(flag, target, sizeof value, other));
        MUST(cuMemcpyDtoHAsync_v2(&value, flag, sizeof value, other));
        MUST(cuStreamSynchronize(other));
        wrong += value != 0x01010101u * (i % 200);
    }
    printf("%u wrong\n", wrong);
}

int main(void)
{
    CUmodule module;
    setvbuf(stdout, NULL, _IOLBF, 0);
    MUST(cuInit(0));
    MUST(cuDevicePrimaryCtxRetain(&context, 0));
    MUST(cuCtxSetCurrent(context));
    MUST(cuModuleLoadData(&module, WAIT));
    MUST(cuModuleGetFunction(&wait_for_flag, module, "wait"));
    MUST(cuMemAlloc_v2(&flag, 64));
    MUST(cuMemAlloc_v2(&target, LARGE));
    MUST(cuMemHostAlloc((void **)&pinned, LARGE, 0));
    MUST(cuStreamCreate(&still, CU_STREAM_DEFAULT));
    MUST(cuStreamCreate(&other, CU_STREAM_NON_BLOCKING));
    for (int way = 0; way < WAYS; way++)
        behind(way);
    idle();
    return 0;
}
