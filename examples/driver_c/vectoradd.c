/* c = a + b on the first GPU through the CUDA driver API. Needs gcc only: the kernel is PTX text in this file and the
 * driver is opened by name, as any program that runs without a toolkit does. It knows nothing of bitfusion.
 *
 *     vectoradd [ELEMENTS]       exit code 0 if every sum is right, 1 if not
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef int CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;
typedef void *CUhandle;

static const char KERNEL[] =
    ".version 6.0\n"
    ".target sm_50\n"
    ".address_size 64\n"
    ".visible .entry vector_add(.param .u64 a, .param .u64 b, .param .u64 c, .param .u32 count)\n"
    "{\n"
    "    .reg .pred %outside;\n"
    "    .reg .b32 %i, %n, %block, %width;\n"
    "    .reg .b64 %pa, %pb, %pc, %offset;\n"
    "    .reg .f32 %x, %y, %sum;\n"
    "    ld.param.u32 %n, [count];\n"
    "    mov.u32 %block, %ctaid.x;\n"
    "    mov.u32 %width, %ntid.x;\n"
    "    mov.u32 %i, %tid.x;\n"
    "    mad.lo.s32 %i, %block, %width, %i;\n"
    "    setp.ge.u32 %outside, %i, %n;\n"
    "    @%outside bra DONE;\n"
    "    ld.param.u64 %pa, [a];\n"
    "    ld.param.u64 %pb, [b];\n"
    "    ld.param.u64 %pc, [c];\n"
    "    cvta.to.global.u64 %pa, %pa;\n"
    "    cvta.to.global.u64 %pb, %pb;\n"
    "    cvta.to.global.u64 %pc, %pc;\n"
    "    mul.wide.u32 %offset, %i, 4;\n"
    "    add.s64 %pa, %pa, %offset;\n"
    "    add.s64 %pb, %pb, %offset;\n"
    "    add.s64 %pc, %pc, %offset;\n"
    "    ld.global.f32 %x, [%pa];\n"
    "    ld.global.f32 %y, [%pb];\n"
    "    add.rn.f32 %sum, %x, %y;\n"
    "    st.global.f32 [%pc], %sum;\n"
    "DONE:\n"
    "    ret;\n"
    "}\n";

/* X(name, parameters): the driver functions that this program uses, under the names that the library exports. */
#define DRIVER(X)                                                                                                      \
    X(cuInit, (unsigned flags))                                                                                        \
    X(cuGetErrorName, (CUresult error, const char **name))                                                             \
    X(cuDeviceGet, (CUdevice * device, int ordinal))                                                                   \
    X(cuDeviceGetName, (char *name, int size, CUdevice device))                                                        \
    X(cuDevicePrimaryCtxRetain, (CUhandle * context, CUdevice device))                                                 \
    X(cuDevicePrimaryCtxRelease_v2, (CUdevice device))                                                                 \
    X(cuCtxSetCurrent, (CUhandle context))                                                                             \
    X(cuCtxSynchronize, (void))                                                                                        \
    X(cuModuleLoadData, (CUhandle * module, const void *image))                                                        \
    X(cuModuleGetFunction, (CUhandle * function, CUhandle module, const char *name))                                   \
    X(cuModuleUnload, (CUhandle module))                                                                               \
    X(cuMemAlloc_v2, (CUdeviceptr * address, size_t size))                                                             \
    X(cuMemFree_v2, (CUdeviceptr address))                                                                             \
    X(cuMemcpyHtoD_v2, (CUdeviceptr to, const void *from, size_t size))                                                \
    X(cuMemcpyDtoH_v2, (void *to, CUdeviceptr from, size_t size))                                                      \
    X(cuLaunchKernel, (CUhandle function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,             \
                       unsigned bz, unsigned shared, CUhandle stream, void **params, void **extra))

#define DECLARE(name, params) static CUresult(*name) params;
DRIVER(DECLARE)

static void driver_open(void)
{
    void *library = dlopen("libcuda.so.1", RTLD_NOW);
    if (!library) {
        fprintf(stderr, "no CUDA driver: %s\n", dlerror());
        exit(1);
    }
#define RESOLVE(function, params)                                                                                      \
    *(void **)&function = dlsym(library, #function);                                                                   \
    if (!function) {                                                                                                   \
        fprintf(stderr, "the driver has no %s\n", #function);                                                          \
        exit(1);                                                                                                       \
    }
    DRIVER(RESOLVE)
}

static void check(CUresult error, const char *what)
{
    const char *name = "unknown error";
    if (!error)
        return;
    cuGetErrorName(error, &name);
    fprintf(stderr, "%s: %s (%d)\n", what, name, error);
    exit(1);
}
#define CHECK(call) check(call, #call)

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Runs the kernel on `count` elements of a and b; fills c. */
static void add_on_gpu(CUhandle function, const float *a, const float *b, float *c, unsigned count)
{
    size_t size = count * sizeof *a;
    CUdeviceptr da, db, dc;
    CHECK(cuMemAlloc_v2(&da, size));
    CHECK(cuMemAlloc_v2(&db, size));
    CHECK(cuMemAlloc_v2(&dc, size));
    CHECK(cuMemcpyHtoD_v2(da, a, size));
    CHECK(cuMemcpyHtoD_v2(db, b, size));
    void *params[] = {&da, &db, &dc, &count};
    CHECK(cuLaunchKernel(function, (count + 255) / 256, 1, 1, 256, 1, 1, 0, NULL, params, NULL));
    CHECK(cuCtxSynchronize());
    CHECK(cuMemcpyDtoH_v2(c, dc, size));
    CHECK(cuMemFree_v2(da));
    CHECK(cuMemFree_v2(db));
    CHECK(cuMemFree_v2(dc));
}

static unsigned wrong_sums(const float *a, const float *b, const float *c, unsigned count)
{
    unsigned wrong = 0;
    for (unsigned i = 0; i < count; i++)
        wrong += c[i] != a[i] + b[i];
    return wrong;
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1u << 20;
    float *a = malloc(count * sizeof *a), *b = malloc(count * sizeof *b), *c = calloc(count, sizeof *c);
    if (!count || !a || !b || !c) {
        fprintf(stderr, "usage: %s [ELEMENTS]\n", argv[0]);
        return 2;
    }
    for (unsigned i = 0; i < count; i++) {
        a[i] = (float)i * 0.5f;
        b[i] = 1.0f / (float)(i + 1);
    }
    CUdevice device;
    CUhandle context, module, function;
    char name[256];
    driver_open();
    CHECK(cuInit(0));
    CHECK(cuDeviceGet(&device, 0));
    CHECK(cuDeviceGetName(name, sizeof name, device));
    printf("device: %s\n", name);
    CHECK(cuDevicePrimaryCtxRetain(&context, device));
    CHECK(cuCtxSetCurrent(context));
    CHECK(cuModuleLoadData(&module, KERNEL));
    CHECK(cuModuleGetFunction(&function, module, "vector_add"));
    double start = seconds();
    add_on_gpu(function, a, b, c, count);
    double end = seconds();
    CHECK(cuModuleUnload(module));
    CHECK(cuDevicePrimaryCtxRelease_v2(device));

    unsigned wrong = wrong_sums(a, b, c, count);
    printf("result: %u sums, %u wrong, last %.6f\n", count, wrong, (double)c[count - 1]);
    printf("time: %.3f ms with both copies\n", 1e3 * (end - start));
    free(a);
    free(b);
    free(c);
    return wrong ? 1 : 0;
}
