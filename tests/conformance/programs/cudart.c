/* NVIDIA's runtime of any release, opened by file name, with a kernel registered by hand the way that nvcc's output
 * does. *
 *     cudart FILE         e.g. libcudart.so.12
 * * The fat binary holds PTX text only and is put together here, so that no nvcc is needed. Release numbers are not
 * printed. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PTX                                                                                                            \
    ".version 6.0\n.target sm_50\n.address_size 64\n"                                                                  \
    ".visible .global .align 4 .f32 offset = 0f3F800000;\n"                                                            \
    ".visible .entry axpb(.param .u64 data, .param .f32 factor, .param .u32 count)\n{\n"                               \
    "    .reg .pred %p;\n    .reg .b32 %i, %n, %c, %w;\n    .reg .f32 %x, %f, %b;\n    .reg .b64 %a, %o;\n"            \
    "    ld.param.u64 %a, [data];\n    ld.param.f32 %f, [factor];\n    ld.param.u32 %n, [count];\n"                    \
    "    mov.u32 %c, %ctaid.x;\n    mov.u32 %w, %ntid.x;\n    mov.u32 %i, %tid.x;\n    mad.lo.u32 %i, %c, %w, %i;\n"   \
    "    setp.ge.u32 %p, %i, %n;\n    @%p bra END;\n    cvta.to.global.u64 %a, %a;\n    mul.wide.u32 %o, %i, 4;\n"     \
    "    add.u64 %a, %a, %o;\n    ld.global.f32 %x, [%a];\n    ld.global.f32 %b, [offset];\n"                          \
    "    fma.rn.f32 %x, %x, %f, %b;\n    st.global.f32 [%a], %x;\nEND:\n    ret;\n}\n"

/* The container: a header, then one entry with PTX, uncompressed; the payload is padded to 8 bytes with zeros. */
static const struct {
    uint32_t magic;
    uint16_t version, header_size;
    uint64_t entries_size;
    struct {
        uint16_t kind, version;
        uint32_t header_size;
        uint64_t payload_size;
        uint32_t compressed_size, options;
        uint16_t minor, major;
        uint32_t sm, name_offset, name_length;
        uint64_t flags, zero, plain_size;
    } entry;
    char ptx[(sizeof PTX + 7) / 8 * 8];
} fatbin = {
    0xba55ed50,
    1,
    16,
    64 + (sizeof PTX + 7) / 8 * 8,
    {1, 0x0101, 64, (sizeof PTX + 7) / 8 * 8, 0, 0, 0, 6, 50, 0, 0, 0x11, 0, 0},
    PTX,
};

static const struct {
    uint32_t magic, version;
    const void *data;
    const void *extra;
} wrapper = {0x466243b1, 1, &fatbin, NULL};

struct dim3 {
    unsigned x, y, z;
};

/* X(name, parameters) of the runtime; each returns cudaError_t. */
#define RUNTIME(X)                                                                                                     \
    X(cudaGetDeviceCount, (int *))                                                                                     \
    X(cudaMalloc, (void **, size_t))                                                                                   \
    X(cudaFree, (void *))                                                                                              \
    X(cudaMemcpy, (void *, const void *, size_t, int))                                                                 \
    X(cudaMemcpyAsync, (void *, const void *, size_t, int, void *))                                                    \
    X(cudaMemcpyToSymbol, (const void *, const void *, size_t, size_t, int))                                           \
    X(cudaMemset, (void *, int, size_t))                                                                               \
    X(cudaLaunchKernel, (const void *, struct dim3, struct dim3, void **, size_t, void *))                             \
    X(cudaDeviceSynchronize, (void))                                                                                   \
    X(cudaStreamCreate, (void **))                                                                                     \
    X(cudaStreamSynchronize, (void *))                                                                                 \
    X(cudaStreamDestroy, (void *))                                                                                     \
    X(cudaEventCreate, (void **))                                                                                      \
    X(cudaEventRecord, (void *, void *))                                                                               \
    X(cudaEventSynchronize, (void *))                                                                                  \
    X(cudaEventElapsedTime, (float *, void *, void *))                                                                 \
    X(cudaEventDestroy, (void *))                                                                                      \
    X(cudaMemGetInfo, (size_t *, size_t *))                                                                            \
    X(cudaOccupancyMaxActiveBlocksPerMultiprocessor, (int *, const void *, int, size_t))                               \
    X(cudaDeviceReset, (void))

#define DECLARE(name, params) static int(*name) params;
RUNTIME(DECLARE)
static const char *(*cudaGetErrorName)(int);
static void **(*__cudaRegisterFatBinary)(const void *);
static void (*__cudaRegisterFatBinaryEnd)(void **);
static void (*__cudaUnregisterFatBinary)(void **);
static void (*__cudaRegisterFunction)(void **, const void *, char *, const char *, int, void *, void *, void *, void *,
                                      int *);
static void (*__cudaRegisterVar)(void **, void *, char *, const char *, int, size_t, int, int);

/* Stand for the host's side of the kernel and of the variable, as nvcc makes them. */
static char kernel_stub;
static float offset_shadow;

static void resolve(void *library, const char *name, void *slot)
{
    void *found = dlsym(library, name);
    if (!found) {
        fprintf(stderr, "the runtime has no %s\n", name);
        exit(3);
    }
    memcpy(slot, &found, sizeof found);
}

static void **open_and_register(const char *file)
{
    void *library = dlopen(file, RTLD_NOW);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        exit(3);
    }
#define RESOLVE(name, params) resolve(library, #name, &name);
    RUNTIME(RESOLVE)
    RESOLVE(cudaGetErrorName, )
    RESOLVE(__cudaRegisterFatBinary, )
    RESOLVE(__cudaRegisterFatBinaryEnd, )
    RESOLVE(__cudaUnregisterFatBinary, )
    RESOLVE(__cudaRegisterFunction, )
    RESOLVE(__cudaRegisterVar, )
    void **handle = __cudaRegisterFatBinary(&wrapper);
    /* The runtime keeps the names' addresses. */
    static char kernel_name[] = "axpb", variable_name[] = "offset";
    __cudaRegisterFunction(handle, &kernel_stub, kernel_name, "axpb", -1, NULL, NULL, NULL, NULL, NULL);
    __cudaRegisterVar(handle, &offset_shadow, variable_name, "offset", 0, sizeof offset_shadow, 0, 0);
    __cudaRegisterFatBinaryEnd(handle);
    return handle;
}

static void try(const char *call, int error)
{
    printf("%-60s %s\n", call, cudaGetErrorName(error));
    if (error)
        exit(1);
}
#define TRY(call) try(#call, (call))

enum { COUNT = 1000, TO_DEVICE = 1, TO_HOST = 2 };

static long compute(void *stream, float offset)
{
    static float data[COUNT];
    float *device;
    float factor = 3.0f;
    unsigned count = COUNT;
    long wrong = 0;
    for (int i = 0; i < COUNT; i++)
        data[i] = (float)i;
    TRY(cudaMalloc((void **)&device, sizeof data));
    TRY(cudaMemset(device, 0, sizeof data));
    TRY(cudaMemcpy(device, data, sizeof data, TO_DEVICE));
    void *params[] = {&device, &factor, &count};
    TRY(cudaLaunchKernel(&kernel_stub, (struct dim3){8, 1, 1}, (struct dim3){128, 1, 1}, params, 0, stream));
    TRY(cudaMemcpyAsync(data, device, sizeof data, TO_HOST, stream));
    TRY(cudaStreamSynchronize(stream));
    TRY(cudaFree(device));
    for (int i = 0; i < COUNT; i++)
        wrong += data[i] != 3.0f * (float)i + offset;
    return wrong;
}

/* Which code a release makes of a launch that the driver refuses. */
static void launch_too_much(void)
{
    float *device = NULL, factor = 1.0f;
    unsigned count = 0;
    void *params[] = {&device, &factor, &count};
    static const struct {
        struct dim3 grid, block;
        size_t shared;
    } much[] = {{{1, 1, 1}, {2048, 1, 1}, 0}, {{0, 1, 1}, {1, 1, 1}, 0}, {{1, 1, 1}, {1, 1, 1}, (size_t)1 << 30}};
    for (size_t i = 0; i < sizeof much / sizeof much[0]; i++)
        printf("%u blocks of %u threads with %zu bytes: %s\n", much[i].grid.x, much[i].block.x, much[i].shared,
               cudaGetErrorName(
                   cudaLaunchKernel(&kernel_stub, much[i].grid, much[i].block, params, much[i].shared, NULL)));
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    void **handle = open_and_register(argv[1]);
    void *stream, *start, *end;
    size_t available, total;
    float elapsed = -1.0f, offset = 5.0f;
    int devices = 0, blocks = 0;
    TRY(cudaGetDeviceCount(&devices));
    TRY(cudaMemGetInfo(&available, &total));
    printf("%d devices, %zu bytes\n", devices, total);
    TRY(cudaStreamCreate(&stream));
    TRY(cudaEventCreate(&start));
    TRY(cudaEventCreate(&end));
    TRY(cudaEventRecord(start, stream));
    long wrong = compute(stream, 1.0f);
    TRY(cudaMemcpyToSymbol(&offset_shadow, &offset, sizeof offset, 0, TO_DEVICE));
    wrong += compute(stream, 5.0f);
    TRY(cudaEventRecord(end, stream));
    TRY(cudaEventSynchronize(end));
    TRY(cudaEventElapsedTime(&elapsed, start, end));
    TRY(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, &kernel_stub, 128, 0));
    printf("elapsed is a time: %d, blocks: %d\n", elapsed >= 0.0f, blocks);
    launch_too_much();
    TRY(cudaDeviceSynchronize());
    TRY(cudaEventDestroy(start));
    TRY(cudaEventDestroy(end));
    TRY(cudaStreamDestroy(stream));
    TRY(cudaDeviceReset());
    __cudaUnregisterFatBinary(handle);
    printf("result: %d elements, %ld wrong\n", 2 * COUNT, wrong);
    return wrong ? 1 : 0;
}
