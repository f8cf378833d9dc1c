/* Eight threads, each with a stream and buffers of its own, and one shared counter that all of them add to. */
#include "show.h"

#include <pthread.h>

enum { THREADS = 8, ROUNDS = 50, COUNT = 1000 };

static const char ADD[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry add(.param .u64 values, .param .u32 count, .param .u64 total)\n"
    "{\n"
    "    .reg .pred %p;\n    .reg .b32 %i, %n, %v, %c, %w, %old;\n    .reg .b64 %a, %o, %t;\n"
    "    ld.param.u64 %a, [values];\n    ld.param.u32 %n, [count];\n    ld.param.u64 %t, [total];\n"
    "    mov.u32 %c, %ctaid.x;\n    mov.u32 %w, %ntid.x;\n    mov.u32 %i, %tid.x;\n    mad.lo.u32 %i, %c, %w, %i;\n"
    "    setp.ge.u32 %p, %i, %n;\n    @%p bra END;\n"
    "    cvta.to.global.u64 %a, %a;\n    cvta.to.global.u64 %t, %t;\n    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, "
    "%o;\n"
    "    ld.global.u32 %v, [%a];\n    add.u32 %v, %v, 1;\n    st.global.u32 [%a], %v;\n    atom.global.add.u32 %old, "
    "[%t], 1;\n"
    "END:\n    ret;\n}\n";

static CUcontext context;
static CUfunction function;
static CUdeviceptr total;
static unsigned sums[THREADS];

static void *work(void *argument)
{
    unsigned *sum = argument, values[COUNT] = {0}, count = COUNT;
    CUstream stream;
    CUdeviceptr buffer;
    MUST(cuCtxSetCurrent(context));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuMemAlloc_v2(&buffer, sizeof values));
    MUST(cuMemcpyHtoDAsync_v2(buffer, values, sizeof values, stream));
    void *params[] = {&buffer, &count, &total};
    for (int round = 0; round < ROUNDS; round++)
        MUST(cuLaunchKernel(function, (COUNT + 127) / 128, 1, 1, 128, 1, 1, 0, stream, params, NULL));
    MUST(cuMemcpyDtoHAsync_v2(values, buffer, sizeof values, stream));
    MUST(cuStreamSynchronize(stream));
    for (int i = 0; i < COUNT; i++)
        *sum += values[i];
    MUST(cuMemFree_v2(buffer));
    MUST(cuStreamDestroy_v2(stream));
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    CUmodule module;
    unsigned counted = 0;
    context = show_context();
    MUST(cuModuleLoadData(&module, ADD));
    MUST(cuModuleGetFunction(&function, module, "add"));
    MUST(cuMemAlloc_v2(&total, sizeof counted));
    MUST(cuMemsetD32_v2(total, 0, 1));
    MUST(cuCtxSynchronize());
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, &sums[i]))
            return 4;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        printf("thread %d: %u\n", i, sums[i]);
    MUST(cuMemcpyDtoH_v2(&counted, total, sizeof counted));
    printf("all: %u\n", counted);
    return counted == THREADS * ROUNDS * COUNT ? 0 : 1;
}
