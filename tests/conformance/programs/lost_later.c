/* A kernel works for a while and fails then, while the program only makes calls of one kind, none of which waits for
 * it: the first one after the failure returns the error. *
 *     lost_later KIND  */
#include "show.h"

#include <time.h>

static const char MODULE[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry late(.param .u64 out, .param .u32 rounds)\n"
    "{\n"
    "    .reg .pred %p;\n    .reg .b32 %i, %n, %x;\n    .reg .b64 %a;\n"
    "    ld.param.u64 %a, [out];\n    ld.param.u32 %n, [rounds];\n    mov.u32 %i, 0;\n    mov.u32 %x, 1;\n"
    "LOOP:\n    mad.lo.u32 %x, %x, 1664525, 1013904223;\n    add.u32 %i, %i, 1;\n    setp.lt.u32 %p, %i, %n;\n    @%p "
    "bra LOOP;\n"
    "    st.global.u32 [%a], %x;\n    ret;\n}\n";

enum { ROUNDS = 1500000, BOUND_S = 60 };

static CUstream stream, other;
static CUevent event;
static CUdeviceptr memory;
static CUfunction function;

static CUresult host_alloc(void)
{
    void *host;
    CUresult result = cuMemHostAlloc(&host, 64, 0);
    return result ? result : cuMemFreeHost(host);
}

static CUresult make_stream(void)
{
    CUstream made;
    CUresult result = cuStreamCreate(&made, 0);
    return result ? result : cuStreamDestroy_v2(made);
}

static CUresult get_flags(void)
{
    unsigned flags;
    return cuStreamGetFlags(other, &flags);
}

static CUresult get_range(void)
{
    size_t bytes;
    return cuMemGetAddressRange_v2(NULL, &bytes, memory);
}

static CUresult query_event(void)
{
    CUresult result = cuEventQuery(event);
    return result == CUDA_ERROR_NOT_READY ? CUDA_SUCCESS : result;
}

static CUresult record(void)
{
    return cuEventRecord(event, other);
}

static CUresult fill(void)
{
    return cuMemsetD8Async(memory, 0, 16, other);
}

static CUresult get_attribute(void)
{
    int value;
    return cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_NUM_REGS, function);
}

static const struct kind {
    const char *name;
    CUresult (*call)(void);
} kinds[] = {
    {"host_alloc", host_alloc},
    {"make_stream", make_stream},
    {"get_flags", get_flags},
    {"get_range", get_range},
    {"query_event", query_event},
    {"record", record},
    {"fill", fill},
    {"get_attribute", get_attribute},
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    const struct timespec pause = {.tv_nsec = 1000 * 1000};
    CUmodule module;
    CUdeviceptr nowhere = 0x10;
    unsigned rounds = ROUNDS;
    void *params[] = {&nowhere, &rounds};
    const struct kind *kind = &kinds[0];
    while (argc > 1 && strcmp(kind->name, argv[1]) != 0)
        kind++;
    show_context();
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&other, CU_STREAM_NON_BLOCKING));
    MUST(cuEventCreate(&event, 0));
    MUST(cuMemAlloc_v2(&memory, 4096));
    MUST(cuModuleLoadData(&module, MODULE));
    MUST(cuModuleGetFunction(&function, module, "late"));
    MUST(cuCtxSynchronize());
    MUST(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, params, NULL));
    CUresult result = CUDA_SUCCESS;
    for (double end = now_s() + BOUND_S; !result && now_s() < end;) {
        result = kind->call();
        nanosleep(&pause, NULL);
    }
    show("it is told", result);
    TRY(cuCtxSynchronize());
    return 0;
}
