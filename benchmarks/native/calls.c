/* What an application sees: driver API calls of whatever libcuda.so.1 the process gets.
 *
 *   calls ask COUNT           µs of each of COUNT cuMemGetInfo, one a line
 *   calls launch COUNT        seconds for COUNT launches of an empty kernel and one synchronisation
 *   calls htod BYTES REPS     seconds of each copy to the device, synchronised
 *   calls dtoh BYTES REPS     seconds of each copy from the device
 *   calls async BYTES REPS    seconds of each asynchronous copy to pinned memory: of the call, and until it is complete
 *   calls query COUNT         µs of each of COUNT queries, on the average, of an event that was seen complete
 *   calls function COUNT      µs of each host function with the wait for it, on the average
 *   calls functions COUNT     µs of each of COUNT host functions one behind another, on average
 *   calls copies COUNT        µs of each of COUNT copies of 64 bytes to the device, on average, synchronised at the end;
 *                             likewise `default` (with cuMemcpyHtoD), `fills` (64 bytes) and `records` (of an event)
 *   calls replays COUNT       µs of each of COUNT launches of a captured graph of 2,000 kernel nodes with the wait for it
 *   calls steps COUNT         ms of each of COUNT steps of a training: a batch of 64 KiB to the device, 100 launches, and
 *                             the loss, 4 bytes, back
 *   calls start               ms of cuInit and a current primary context
 *   calls first               ms from before cuInit to the first result of a kernel
 *
 * Ends with 3 if the driver does not have what is called for.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cuda_types.h"

enum { GRAPH_NODES = 2000, STEP_THREADS = 256, CANNOT = 3 };   /* the last: how the program ends then */
enum { STEP_LAUNCHES = 100, BATCH_BYTES = 64 << 10 };
enum { SMALL_BYTES = 64, NON_BLOCKING = 1, NO_TIMING = 2 };   /* the last two are flags of a stream and of an event */

static const char empty_kernel[] = ".version 6.4\n.target sm_50\n.address_size 64\n"
                                   ".visible .entry empty(.param .u64 a, .param .u32 b)\n{\n ret;\n}\n";

static void *library;

static void check(CUresult result, const char *what)
{
    if (result) {
        fprintf(stderr, "%s: error %d\n", what, (int)result);
        exit(result == CUDA_ERROR_NOT_SUPPORTED ? CANNOT : 1);
    }
}

/* The entry point `name`; ISO C has no cast from object to function pointer, POSIX does. */
static void *entry(const char *name)
{
    void *symbol = dlsym(library, name);
    if (!symbol) {
        fprintf(stderr, "%s: not found\n", name);
        exit(CANNOT);
    }
    return symbol;
}
#define CALL(name, params, ...)                                                                                        \
    do {                                                                                                               \
        static CUresult(*call) params;                                                                                 \
        if (!call)                                                                                                     \
            *(void **)&call = entry(name);                                                                             \
        check(call(__VA_ARGS__), name);                                                                                \
    } while (0)

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void synchronize(void)
{
    CALL("cuCtxSynchronize", (void), );
}

static void ask(long count)
{
    for (long i = 0; i < count; i++) {
        size_t free_bytes, total;
        double start = now();
        CALL("cuMemGetInfo_v2", (size_t *, size_t *), &free_bytes, &total);
        printf("%.3f\n", (now() - start) * 1e6);
    }
}

static void launch(long count)
{
    CUmodule module;
    CUfunction kernel;
    CUdeviceptr a = 0;
    unsigned b = 7;
    void *params[] = {&a, &b};
    CALL("cuModuleLoadData", (CUmodule *, const void *), &module, empty_kernel);
    CALL("cuModuleGetFunction", (CUfunction *, CUmodule, const char *), &kernel, module, "empty");
    synchronize();
    double start = now();
    for (long i = 0; i < count; i++)
        CALL("cuLaunchKernel",
             (CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, CUstream, void **,
              void **),
             kernel, 1, 1, 1, 32, 1, 1, 0, NULL, params, NULL);
    double submitted = now() - start;
    synchronize();
    printf("%.6f %.6f\n", now() - start, submitted);
}

static void copy(int to_device, size_t bytes, long reps)
{
    CUdeviceptr device;
    char *host = malloc(bytes);
    CALL("cuMemAlloc_v2", (CUdeviceptr *, size_t), &device, bytes);
    if (!host)
        exit(1);
    for (size_t i = 0; i < bytes; i++)
        host[i] = (char)(i * 31 + (i >> 12));
    CALL("cuMemcpyHtoD_v2", (CUdeviceptr, const void *, size_t), device, host, bytes);
    synchronize();
    for (long i = 0; i < reps; i++) {
        double start = now();
        if (to_device)
            CALL("cuMemcpyHtoD_v2", (CUdeviceptr, const void *, size_t), device, host, bytes);
        else
            CALL("cuMemcpyDtoH_v2", (void *, CUdeviceptr, size_t), host, device, bytes);
        synchronize();
        printf("%.6f\n", now() - start);
    }
    free(host);
}

static void copy_async(size_t bytes, long reps)
{
    CUdeviceptr device;
    CUstream stream;
    void *host;
    CALL("cuMemAlloc_v2", (CUdeviceptr *, size_t), &device, bytes);
    CALL("cuMemHostAlloc", (void **, size_t, unsigned), &host, bytes, 0);
    CALL("cuStreamCreate", (CUstream *, unsigned), &stream, NON_BLOCKING);
    memset(host, 1, bytes);
    CALL("cuMemcpyHtoD_v2", (CUdeviceptr, const void *, size_t), device, host, bytes);
    synchronize();
    for (long i = 0; i < reps; i++) {
        double start = now();
        CALL("cuMemcpyDtoHAsync_v2", (void *, CUdeviceptr, size_t, CUstream), host, device, bytes, stream);
        double called = now() - start;
        CALL("cuStreamSynchronize", (CUstream), stream);
        printf("%.9f %.9f\n", called, now() - start);
    }
}

static void query(long count)
{
    CUevent event;
    CUstream stream;
    CALL("cuStreamCreate", (CUstream *, unsigned), &stream, NON_BLOCKING);
    CALL("cuEventCreate", (CUevent *, unsigned), &event, NO_TIMING);
    CALL("cuEventRecord", (CUevent, CUstream), event, stream);
    CALL("cuEventSynchronize", (CUevent), event);
    double start = now();
    for (long i = 0; i < count; i++)
        CALL("cuEventQuery", (CUevent), event);
    printf("%.4f\n", (now() - start) * 1e6 / (double)count);
}

/* One small call, the `i`th of those that are made one after another. */
static void small(char kind, CUdeviceptr to, const char *from, CUevent event, CUstream stream)
{
    if (kind == 'c')
        CALL("cuMemcpyHtoDAsync_v2", (CUdeviceptr, const void *, size_t, CUstream), to, from, SMALL_BYTES, stream);
    else if (kind == 'd')
        CALL("cuMemcpyHtoD_v2", (CUdeviceptr, const void *, size_t), to, from, SMALL_BYTES);
    else if (kind == 'f')
        CALL("cuMemsetD8Async", (CUdeviceptr, unsigned char, size_t, CUstream), to, 1, SMALL_BYTES, stream);
    else
        CALL("cuEventRecord", (CUevent, CUstream), event, stream);
}

static void pipeline(char kind, long count)
{
    char from[SMALL_BYTES] = {7};
    CUdeviceptr device;
    CUevent event;
    CUstream stream;
    CALL("cuMemAlloc_v2", (CUdeviceptr *, size_t), &device, (size_t)count * SMALL_BYTES);
    CALL("cuStreamCreate", (CUstream *, unsigned), &stream, NON_BLOCKING);
    CALL("cuEventCreate", (CUevent *, unsigned), &event, NO_TIMING);
    /* Softgpu's memory is the host's: what is touched first has to be cleared, which a GPU's has not. */
    CALL("cuMemsetD8_v2", (CUdeviceptr, unsigned char, size_t), device, 0, (size_t)count * SMALL_BYTES);
    synchronize();
    double start = now();
    for (long i = 0; i < count; i++)
        small(kind, device + (CUdeviceptr)i * SMALL_BYTES, from, event, stream);
    synchronize();
    printf("%.4f\n", (now() - start) * 1e6 / (double)count);
}

static void begin(void)
{
    CUdevice device;
    CUcontext context;
    CALL("cuInit", (unsigned), 0);
    CALL("cuDeviceGet", (CUdevice *, int), &device, 0);
    CALL("cuDevicePrimaryCtxRetain", (CUcontext *, CUdevice), &context, device);
    CALL("cuCtxSetCurrent", (CUcontext), context);
}

/* What a program does before it has its first number from the device. */
static void first(double start)
{
    CUmodule module;
    CUfunction kernel;
    CUdeviceptr a;
    unsigned b = 7, result;
    void *params[] = {&a, &b};
    CALL("cuModuleLoadData", (CUmodule *, const void *), &module, empty_kernel);
    CALL("cuModuleGetFunction", (CUfunction *, CUmodule, const char *), &kernel, module, "empty");
    CALL("cuMemAlloc_v2", (CUdeviceptr *, size_t), &a, sizeof b);
    CALL("cuMemcpyHtoD_v2", (CUdeviceptr, const void *, size_t), a, &b, sizeof b);
    CALL("cuLaunchKernel",
         (CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, CUstream, void **, void **),
         kernel, 1, 1, 1, 32, 1, 1, 0, NULL, params, NULL);
    CALL("cuMemcpyDtoH_v2", (void *, CUdeviceptr, size_t), &result, a, sizeof result);
    printf("%.4f\n", (now() - start) * 1e3);
    if (result != b)
        exit(1);
}

static void count_up(void *data)
{
    ++*(volatile long *)data;
}

static void functions(long count, int waits)
{
    CUstream stream;
    long called = 0;
    CALL("cuStreamCreate", (CUstream *, unsigned), &stream, NON_BLOCKING);
    CALL("cuLaunchHostFunc", (CUstream, CUhostFn, void *), stream, count_up, &called);
    CALL("cuStreamSynchronize", (CUstream), stream);
    double start = now();
    for (long i = 0; i < count; i++) {
        CALL("cuLaunchHostFunc", (CUstream, CUhostFn, void *), stream, count_up, &called);
        if (waits)
            CALL("cuStreamSynchronize", (CUstream), stream);
    }
    CALL("cuStreamSynchronize", (CUstream), stream);
    printf("%.4f\n", (now() - start) * 1e6 / (double)count);
    if (called != count + 1)
        exit(1);
}

/* Steps of a training, each of which adds the gradients to the weights. */
static const char step_kernel[] =
    ".version 6.4\n.target sm_50\n.address_size 64\n"
    ".visible .entry step(.param .u64 weights, .param .u64 gradients, .param .f32 rate)\n{\n"
    "    .reg .b64 %w, %g, %o; .reg .b32 %i; .reg .f32 %x, %y, %r;\n"
    "    ld.param.u64 %w, [weights]; ld.param.u64 %g, [gradients]; ld.param.f32 %r, [rate];\n"
    "    mov.u32 %i, %tid.x; mul.wide.u32 %o, %i, 4; add.u64 %w, %w, %o; add.u64 %g, %g, %o;\n"
    "    ld.global.f32 %x, [%w]; ld.global.f32 %y, [%g]; fma.rn.f32 %x, %y, %r, %x; st.global.f32 [%w], %x;\n"
    "    ret;\n}\n";

static CUgraphExec capture_steps(CUstream stream)
{
    CUmodule module;
    CUfunction kernel;
    CUdeviceptr weights, gradients;
    CUgraph graph;
    CUgraphExec exec;
    float rate = 0.5F;
    void *params[] = {&weights, &gradients, &rate};
    CALL("cuModuleLoadData", (CUmodule *, const void *), &module, step_kernel);
    CALL("cuModuleGetFunction", (CUfunction *, CUmodule, const char *), &kernel, module, "step");
    CALL("cuMemAlloc_v2", (CUdeviceptr *, size_t), &weights, STEP_THREADS * sizeof rate);
    CALL("cuMemAlloc_v2", (CUdeviceptr *, size_t), &gradients, STEP_THREADS * sizeof rate);
    CALL("cuMemsetD32_v2", (CUdeviceptr, unsigned, size_t), weights, 0, STEP_THREADS);
    CALL("cuMemsetD32_v2", (CUdeviceptr, unsigned, size_t), gradients, 0, STEP_THREADS);
    CALL("cuStreamBeginCapture_v2", (CUstream, CUstreamCaptureMode), stream, CU_STREAM_CAPTURE_MODE_GLOBAL);
    for (int i = 0; i < GRAPH_NODES; i++)
        CALL("cuLaunchKernel",
             (CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, CUstream, void **,
              void **),
             kernel, 1, 1, 1, STEP_THREADS, 1, 1, 0, stream, params, NULL);
    CALL("cuStreamEndCapture", (CUstream, CUgraph *), stream, &graph);
    CALL("cuGraphInstantiateWithFlags", (CUgraphExec *, CUgraph, unsigned long long), &exec, graph, 0);
    return exec;
}

static void replays(long count)
{
    CUstream stream;
    CALL("cuStreamCreate", (CUstream *, unsigned), &stream, NON_BLOCKING);
    CUgraphExec exec = capture_steps(stream);
    CALL("cuGraphLaunch", (CUgraphExec, CUstream), exec, stream);
    CALL("cuStreamSynchronize", (CUstream), stream);
    for (long i = 0; i < count; i++) {
        double start = now();
        CALL("cuGraphLaunch", (CUgraphExec, CUstream), exec, stream);
        CALL("cuStreamSynchronize", (CUstream), stream);
        printf("%.3f\n", (now() - start) * 1e6);
    }
}

static void steps(long count)
{
    CUmodule module;
    CUfunction kernel;
    CUstream stream;
    CUdeviceptr weights, batch;
    void *host;
    float rate = 0.5F, loss;
    void *params[] = {&weights, &batch, &rate};
    CALL("cuModuleLoadData", (CUmodule *, const void *), &module, step_kernel);
    CALL("cuModuleGetFunction", (CUfunction *, CUmodule, const char *), &kernel, module, "step");
    CALL("cuStreamCreate", (CUstream *, unsigned), &stream, NON_BLOCKING);
    CALL("cuMemAlloc_v2", (CUdeviceptr *, size_t), &weights, STEP_THREADS * sizeof rate);
    CALL("cuMemAlloc_v2", (CUdeviceptr *, size_t), &batch, BATCH_BYTES);
    CALL("cuMemHostAlloc", (void **, size_t, unsigned), &host, BATCH_BYTES, 0);
    memset(host, 0, BATCH_BYTES);
    CALL("cuMemsetD32_v2", (CUdeviceptr, unsigned, size_t), weights, 0, STEP_THREADS);
    synchronize();
    for (long i = 0; i < count; i++) {
        double start = now();
        CALL("cuMemcpyHtoDAsync_v2", (CUdeviceptr, const void *, size_t, CUstream), batch, host, BATCH_BYTES, stream);
        for (int k = 0; k < STEP_LAUNCHES; k++)
            CALL("cuLaunchKernel",
                 (CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, CUstream, void **,
                  void **),
                 kernel, 1, 1, 1, STEP_THREADS, 1, 1, 0, stream, params, NULL);
        CALL("cuMemcpyDtoHAsync_v2", (void *, CUdeviceptr, size_t, CUstream), &loss, weights, sizeof loss, stream);
        CALL("cuStreamSynchronize", (CUstream), stream);
        printf("%.4f\n", (now() - start) * 1e3);
    }
}

static void run(const char *what, long long amount, long reps)
{
    if (!strcmp(what, "ask"))
        ask((long)amount);
    else if (!strcmp(what, "launch"))
        launch((long)amount);
    else if (!strcmp(what, "async"))
        copy_async((size_t)amount, reps);
    else if (!strcmp(what, "replays"))
        replays((long)amount);
    else if (!strcmp(what, "steps"))
        steps((long)amount);
    else if (!strcmp(what, "query"))
        query((long)amount);
    else if (!strcmp(what, "function") || !strcmp(what, "functions"))
        functions((long)amount, !strcmp(what, "function"));
    else if (!strcmp(what, "htod") || !strcmp(what, "dtoh"))
        copy(what[0] == 'h', (size_t)amount, reps);
    else
        pipeline(what[0], (long)amount);
}

int main(int argc, char **argv)
{
    if (argc < 2 || (argc < 3 && strcmp(argv[1], "start") && strcmp(argv[1], "first"))) {
        fprintf(stderr, "usage: calls ask|launch|query|function|functions|copies|default|fills|records|replays|"
                        "steps COUNT | htod|dtoh|async BYTES REPS | start | first\n");
        return 2;
    }
    library = dlopen("libcuda.so.1", RTLD_NOW);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    double start = now();
    begin();
    if (!strcmp(argv[1], "start"))
        printf("%.4f\n", (now() - start) * 1e3);
    else if (!strcmp(argv[1], "first"))
        first(start);
    else
        run(argv[1], atoll(argv[2]), argc > 3 ? atol(argv[3]) : 1);
    return 0;
}
