/* Many threads, one client: everything that shares state in the client, mixed at random, with every byte checked.
 *
 *     stress [SEED]      prints "ok" and ends with 0, or says what was wrong */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda_api.h"

enum { THREADS = 6, ROUNDS = 120, BYTES_MAX = 300000 };

static const char CODE[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .global .align 4 .b8 scratch[64];\n"
    ".visible .entry add(.param .u64 values, .param .u32 count, .param .u32 what)\n{\n"
    "    .reg .pred %p;\n    .reg .b32 %i, %n, %v, %c, %w, %x;\n    .reg .b64 %a, %o;\n"
    "    ld.param.u64 %a, [values];\n    ld.param.u32 %n, [count];\n    ld.param.u32 %x, [what];\n"
    "    mov.u32 %c, %ctaid.x;\n    mov.u32 %w, %ntid.x;\n    mov.u32 %i, %tid.x;\n    mad.lo.u32 %i, %c, %w, %i;\n"
    "    setp.ge.u32 %p, %i, %n;\n    @%p bra END;\n"
    "    cvta.to.global.u64 %a, %a;\n    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n"
    "    ld.global.u32 %v, [%a];\n    add.u32 %v, %v, %x;\n    st.global.u32 [%a], %v;\n"
    "END:\n    ret;\n}\n";

static CUcontext context;
static CUlibrary library;
static CUmodule module;

static void check(CUresult result, const char *call)
{
    const char *name = "?";
    if (!result)
        return;
    cuGetErrorName(result, &name);
    fprintf(stderr, "%s: %d %s\n", call, (int)result, name);
    exit(1);
}

#define MUST(call) check((call), #call)

static void fail(const char *what, size_t at)
{
    fprintf(stderr, "%s is wrong at %zu\n", what, at);
    exit(1);
}

struct worker {
    unsigned seed;
    uint8_t *host, *back;
    CUstream stream;
    CUevent event;
};

static unsigned pick(struct worker *worker, unsigned below)
{
    worker->seed = worker->seed * 1664525u + 1013904223u;
    return (worker->seed >> 8) % below;
}

/* What was copied to pinned memory is there when something after it is seen complete. */
static void arrive(struct worker *worker)
{
    switch (pick(worker, 4)) {
    case 0: MUST(cuStreamSynchronize(worker->stream)); break;
    case 1: MUST(cuCtxSynchronize()); break;
    case 2:
        MUST(cuEventRecord(worker->event, worker->stream));
        MUST(cuEventSynchronize(worker->event));
        break;
    default:
        while (cuStreamQuery(worker->stream) == CUDA_ERROR_NOT_READY) {
        }
    }
}

/* There and back, whole or in rows, synchronous or not. */
static void copy_round(struct worker *worker)
{
    size_t bytes = 1 + pick(worker, pick(worker, 4) ? 9000 : BYTES_MAX), start = pick(worker, 64);
    CUdeviceptr device;
    for (size_t i = 0; i < bytes; i++)
        worker->host[i] = (uint8_t)(i * 7 + worker->seed);
    memset(worker->back, 0xee, bytes);
    MUST(cuMemAlloc_v2(&device, bytes + start));
    if (pick(worker, 2)) {
        MUST(cuMemcpyHtoDAsync_v2(device + start, worker->host, bytes, worker->stream));
        MUST(cuMemcpyDtoHAsync_v2(worker->back, device + start, bytes, worker->stream));
        arrive(worker);
    } else {
        MUST(cuMemcpyHtoD_v2(device + start, worker->host, bytes));
        MUST(cuMemcpyDtoH_v2(worker->back, device + start, bytes));
    }
    for (size_t i = 0; i < bytes; i++)
        if (worker->back[i] != worker->host[i])
            fail("a copy", i);
    MUST(cuMemFree_v2(device));
}

static void rows_round(struct worker *worker)
{
    size_t width = 1 + pick(worker, 700), height = 1 + pick(worker, 60), pitch;
    CUdeviceptr device;
    for (size_t i = 0; i < width * height; i++)
        worker->host[i] = (uint8_t)(i + worker->seed);
    MUST(cuMemAllocPitch_v2(&device, &pitch, width, height, 4));
    CUDA_MEMCPY2D to = {.srcMemoryType = CU_MEMORYTYPE_HOST,
                        .srcHost = worker->host,
                        .srcPitch = width,
                        .dstMemoryType = CU_MEMORYTYPE_DEVICE,
                        .dstDevice = device,
                        .dstPitch = pitch,
                        .WidthInBytes = width,
                        .Height = height};
    CUDA_MEMCPY2D from = {.srcMemoryType = CU_MEMORYTYPE_DEVICE,
                          .srcDevice = device,
                          .srcPitch = pitch,
                          .dstMemoryType = CU_MEMORYTYPE_HOST,
                          .dstHost = worker->back,
                          .dstPitch = width + 3,
                          .WidthInBytes = width,
                          .Height = height};
    MUST(cuMemcpy2DAsync_v2(&to, worker->stream));
    MUST(cuMemcpy2DAsync_v2(&from, worker->stream));
    arrive(worker);
    for (size_t row = 0; row < height; row++)
        if (memcmp(worker->back + row * (width + 3), worker->host + row * width, width))
            fail("a row", row);
    MUST(cuMemFree_v2(device));
}

static void launch_round(struct worker *worker)
{
    unsigned count = 1 + pick(worker, 2000), times = 1 + pick(worker, 40), what = pick(worker, 100),
             first = pick(worker, 9);
    CUstream stream = pick(worker, 2) ? worker->stream : CU_STREAM_PER_THREAD;
    CUdeviceptr device;
    CUfunction function;
    CUkernel kernel;
    CUevent event;
    MUST(cuModuleGetFunction(&function, module, "add"));
    MUST(cuLibraryGetKernel(&kernel, library, "add"));
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    MUST(cuMemAllocAsync(&device, count * 4u, stream));
    MUST(cuMemsetD32Async(device, first, count, stream));
    void *params[] = {&device, &count, &what};
    for (unsigned i = 0; i < times; i++)
        MUST(cuLaunchKernel(i % 2 ? function : (CUfunction)kernel, (count + 63) / 64, 1, 1, 64, 1, 1, 0, stream, params,
                            NULL));
    MUST(cuEventRecord(event, stream));
    MUST(cuStreamWaitEvent(worker->stream, event, 0));
    MUST(cuMemcpyDtoHAsync_v2(worker->back, device, count * 4u, worker->stream));
    arrive(worker);
    for (unsigned i = 0; i < count; i++) {
        unsigned value;
        memcpy(&value, worker->back + 4 * (size_t)i, 4);
        if (value != first + times * what)
            fail("a sum", i);
    }
    MUST(cuMemFreeAsync(device, stream));
    MUST(cuEventDestroy_v2(event));
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    worker->host = malloc(BYTES_MAX);
    worker->back = malloc(BYTES_MAX);
    MUST(cuCtxSetCurrent(context));
    MUST(cuEventCreate(&worker->event, CU_EVENT_DISABLE_TIMING));
    if (worker->seed % 3)
        MUST(cuMemHostRegister_v2(worker->back, BYTES_MAX, 0));
    MUST(cuStreamCreate(&worker->stream, CU_STREAM_NON_BLOCKING));
    for (int round = 0; round < ROUNDS; round++) {
        switch (pick(worker, 4)) {
        case 0: rows_round(worker); break;
        case 1: launch_round(worker); break;
        default: copy_round(worker);
        }
    }
    MUST(cuStreamDestroy_v2(worker->stream));
    MUST(cuEventDestroy_v2(worker->event));
    if (cuMemHostUnregister(worker->back) == CUDA_ERROR_INVALID_VALUE)
        fail("what was pinned", 0);
    free(worker->host);
    free(worker->back);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS] = {{0}};
    CUdevice device;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    MUST(cuModuleLoadData(&module, CODE));
    MUST(cuLibraryLoadData(&library, CODE, NULL, NULL, 0, NULL, NULL, 0));
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].seed = (argc > 1 ? (unsigned)atoi(argv[1]) : 1) * 1000 + i;
        if (pthread_create(&threads[i], NULL, work, &workers[i]))
            return 2;
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    MUST(cuCtxSynchronize());
    MUST(cuModuleUnload(module));
    MUST(cuLibraryUnload(library));
    MUST(cuDevicePrimaryCtxRelease_v2(device));
    puts("ok");
    return 0;
}
