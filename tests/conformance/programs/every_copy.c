/* Every copy and fill between every two kinds of memory, with sizes that fit and that do not: same answers, same
 * bytes. */
#include "show.h"

enum { BYTES = 4096, PLACES = 9, SIZES = 5 };

struct place {
    const char *name;
    CUdeviceptr address;
    size_t left; /* bytes that may be touched from there on */
    int is_host;
};

static void show_copy(const char *what, const struct place *to, const struct place *from, size_t bytes, CUresult result)
{
    char line[160];
    snprintf(line, sizeof line, "%s to %s from %s, %zu", what, to->name, from->name, bytes);
    show(line, result);
}

/* Host memory is never touched beyond its end: there only the program itself would fault. */
static int is_beyond_host(const struct place *place, size_t bytes)
{
    return place->is_host && bytes > place->left;
}

static void copy(const struct place *to, const struct place *from, size_t bytes, CUstream stream)
{
    const void *from_host = (const void *)(uintptr_t)from->address;
    void *to_host = (void *)(uintptr_t)to->address;
    /* A pointer that nobody knows is the program's own memory to these two, which it touches. */
    if ((to->left || !to->address) && (from->left || !from->address)) {
        show_copy("cuMemcpy", to, from, bytes, cuMemcpy(to->address, from->address, bytes));
        show_copy("cuMemcpyAsync", to, from, bytes, cuMemcpyAsync(to->address, from->address, bytes, stream));
    }
    if (!to->is_host && !from->is_host) {
        show_copy("cuMemcpyDtoD", to, from, bytes, cuMemcpyDtoD_v2(to->address, from->address, bytes));
        show_copy("cuMemcpyDtoDAsync", to, from, bytes,
                  cuMemcpyDtoDAsync_v2(to->address, from->address, bytes, stream));
    }
    if (!to->is_host && from->is_host) {
        show_copy("cuMemcpyHtoD", to, from, bytes, cuMemcpyHtoD_v2(to->address, from_host, bytes));
        show_copy("cuMemcpyHtoDAsync", to, from, bytes, cuMemcpyHtoDAsync_v2(to->address, from_host, bytes, stream));
    }
    if (to->is_host && !from->is_host) {
        show_copy("cuMemcpyDtoH", to, from, bytes, cuMemcpyDtoH_v2(to_host, from->address, bytes));
        show_copy("cuMemcpyDtoHAsync", to, from, bytes, cuMemcpyDtoHAsync_v2(to_host, from->address, bytes, stream));
    }
    MUST(cuStreamSynchronize(stream));
}

static void rows(const struct place *to, const struct place *from, size_t pitch, size_t width, size_t height)
{
    CUDA_MEMCPY2D wanted = {
        .srcMemoryType = from->is_host ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE,
        .srcHost = (const void *)(uintptr_t)from->address,
        .srcDevice = from->address,
        .srcPitch = pitch,
        .dstMemoryType = to->is_host ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE,
        .dstHost = (void *)(uintptr_t)to->address,
        .dstDevice = to->address,
        .dstPitch = pitch,
        .WidthInBytes = width,
        .Height = height,
    };
    show_copy("cuMemcpy2D", to, from, width * height, cuMemcpy2D_v2(&wanted));
    wanted.srcXInBytes = 3;
    show_copy("cuMemcpy2DUnaligned", to, from, width * height, cuMemcpy2DUnaligned_v2(&wanted));
}

static void fills(const struct place *to, CUstream stream)
{
    static const size_t counts[] = {0, 1, 16, BYTES, BYTES + 1};
    for (int i = 0; i < SIZES; i++) {
        size_t n = counts[i];
        show_copy("cuMemsetD8", to, to, n, cuMemsetD8_v2(to->address, 7, n));
        show_copy("cuMemsetD16", to, to, n, cuMemsetD16_v2(to->address, 7, n));
        show_copy("cuMemsetD32", to, to, n, cuMemsetD32_v2(to->address, 7, n));
        show_copy("cuMemsetD32 at 2", to, to, n, cuMemsetD32_v2(to->address + 2, 7, n));
        show_copy("cuMemsetD8Async", to, to, n, cuMemsetD8Async(to->address, 7, n, stream));
        show_copy("cuMemsetD2D8", to, to, n, cuMemsetD2D8_v2(to->address, 64, 7, n, 2));
        show_copy("cuMemsetD2D32", to, to, n, cuMemsetD2D32_v2(to->address, 62, 7, n, 2));
    }
    MUST(cuStreamSynchronize(stream));
}

static void print_sum(const char *name, const void *bytes)
{
    unsigned sum = 0;
    for (int i = 0; i < BYTES; i++)
        sum = sum * 31 + ((const unsigned char *)bytes)[i];
    printf("%s: %08x\n", name, sum);
}

int main(void)
{
    static const size_t sizes[SIZES] = {0, 1, 64, BYTES, BYTES + 1};
    CUdeviceptr device, other, freed;
    CUstream stream;
    void *pinned, *registered = aligned_alloc(4096, BYTES), *plain = calloc(1, BYTES), *got = malloc(BYTES);
    show_context();
    MUST(cuStreamCreate(&stream, 0));
    MUST(cuMemAlloc_v2(&device, BYTES));
    MUST(cuMemAlloc_v2(&other, BYTES));
    MUST(cuMemAlloc_v2(&freed, BYTES));
    MUST(cuMemFree_v2(freed));
    MUST(cuMemHostAlloc(&pinned, BYTES, 0));
    memset(registered, 5, BYTES);
    memset(pinned, 9, BYTES);
    MUST(cuMemHostRegister_v2(registered, BYTES, 0));
    MUST(cuMemsetD8_v2(device, 1, BYTES));
    MUST(cuMemsetD8_v2(other, 2, BYTES));
    const struct place places[PLACES] = {
        {"device", device, BYTES, 0},
        {"inside device", device + 64, BYTES - 64, 0},
        {"another", other, BYTES, 0},
        {"freed", freed, 0, 0},
        {"one", 1, 0, 0},
        {"nothing", 0, 0, 0},
        {"pinned", (uintptr_t)pinned, BYTES, 1},
        {"registered", (uintptr_t)registered, BYTES, 1},
        {"plain", (uintptr_t)plain, BYTES, 1},
    };
    for (int to = 0; to < PLACES; to++) {
        for (int from = 0; from < PLACES; from++) {
            for (int i = 0; i < SIZES; i++)
                if (!is_beyond_host(&places[to], sizes[i]) && !is_beyond_host(&places[from], sizes[i]))
                    copy(&places[to], &places[from], sizes[i], stream);
            if (places[to].address > 1 && places[from].address > 1) {
                rows(&places[to], &places[from], 64, 32, 3);
                rows(&places[to], &places[from], 16, 32, 3);
                rows(&places[to], &places[from], 64, 0, 3);
                rows(&places[to], &places[from], 64, 32, 0);
            }
        }
        if (!places[to].is_host)
            fills(&places[to], stream);
    }
    MUST(cuCtxSynchronize());
    MUST(cuMemcpyDtoH_v2(got, device, BYTES));
    print_sum("device", got);
    print_sum("pinned", pinned);
    print_sum("registered", registered);
    print_sum("plain", plain);
    return 0;
}
