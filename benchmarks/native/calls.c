/* What an application sees: driver API calls of whatever libcuda.so.1 the process gets.
 *
 *   calls ask COUNT           µs of each of COUNT cuMemGetInfo, one a line
 *   calls launch COUNT        seconds for COUNT launches of an empty kernel and one synchronisation
 *   calls htod BYTES REPS     seconds of each copy to the device, synchronised
 *   calls dtoh BYTES REPS     seconds of each copy from the device
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cuda_types.h"

static const char empty_kernel[] =
    ".version 6.4\n.target sm_50\n.address_size 64\n"
    ".visible .entry empty(.param .u64 a, .param .u32 b)\n{\n ret;\n}\n";

static void *library;

static void check(CUresult result, const char *what)
{
    if (result) {
        fprintf(stderr, "%s: error %d\n", what, (int)result);
        exit(1);
    }
}

/* The entry point `name`; ISO C has no cast from object to function pointer, POSIX does. */
static void *entry(const char *name)
{
    void *symbol = dlsym(library, name);
    if (!symbol) {
        fprintf(stderr, "%s: not found\n", name);
        exit(1);
    }
    return symbol;
}
#define CALL(name, params, ...)                                     \
    do {                                                            \
        static CUresult(*call) params;                              \
        if (!call)                                                  \
            *(void **)&call = entry(name);                          \
        check(call(__VA_ARGS__), name);                             \
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
    void *params[] = { &a, &b };
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

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: calls ask COUNT | launch COUNT | htod BYTES REPS | dtoh BYTES REPS\n");
        return 2;
    }
    library = dlopen("libcuda.so.1", RTLD_NOW);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    CUdevice device;
    CUcontext context;
    CALL("cuInit", (unsigned), 0);
    CALL("cuDeviceGet", (CUdevice *, int), &device, 0);
    CALL("cuDevicePrimaryCtxRetain", (CUcontext *, CUdevice), &context, device);
    CALL("cuCtxSetCurrent", (CUcontext), context);
    if (!strcmp(argv[1], "ask"))
        ask(atol(argv[2]));
    else if (!strcmp(argv[1], "launch"))
        launch(atol(argv[2]));
    else
        copy(!strcmp(argv[1], "htod"), (size_t)atoll(argv[2]), argc > 3 ? atol(argv[3]) : 1);
    return 0;
}
