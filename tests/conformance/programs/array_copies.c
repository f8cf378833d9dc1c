/* Random boxes copied between memory of the program (pageable and pinned), of the device, and arrays of every
 * geometry, against a model of all of them; then what copies refuse. */
#include <stdbool.h>

#include "show.h"

enum { PLACES = 10, ROUNDS = 400, ELEMENT = 4 };

/* Rows of `pitch` bytes, slices of `rows` rows. An array's model has no gaps. */
struct place {
    const char *name;
    CUmemorytype type;
    size_t width, height, depth, pitch, rows;
    uint8_t *model, *host;
    CUdeviceptr device;
    CUarray array;
};

static uint32_t seed = 12345;

static size_t below(size_t bound)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % bound;
}

static size_t bytes_of(const struct place *place)
{
    return place->pitch * place->rows * place->depth;
}

static void give_model(struct place *place)
{
    place->model = malloc(bytes_of(place));
    for (size_t i = 0; i < bytes_of(place); i++)
        place->model[i] = (uint8_t)(below(256));
}

/* The half of a copy that is about a place; the two halves of the structure are alike. */
static void describe(const struct place *place, size_t x, size_t y, size_t z, CUDA_MEMCPY3D *half)
{
    half->srcXInBytes = x;
    half->srcY = y;
    half->srcZ = z;
    half->srcMemoryType = place->type;
    half->srcHost = place->host;
    half->srcDevice = place->type == CU_MEMORYTYPE_UNIFIED && !place->device ? (CUdeviceptr)(uintptr_t)place->host
                                                                             : place->device;
    half->srcArray = place->array;
    half->srcPitch = place->pitch;
    half->srcHeight = place->rows;
}

static CUDA_MEMCPY3D copy_of(const CUDA_MEMCPY3D *to, const CUDA_MEMCPY3D *from, size_t width, size_t height,
                             size_t depth)
{
    enum { HALF = offsetof(CUDA_MEMCPY3D, dstXInBytes) };
    CUDA_MEMCPY3D copy = *from;
    memcpy((uint8_t *)&copy + HALF, to, HALF);
    copy.WidthInBytes = width;
    copy.Height = height;
    copy.Depth = depth;
    return copy;
}

static void put_all(const struct place *place, bool in)
{
    struct place host = *place;
    CUDA_MEMCPY3D here = {0}, there = {0};
    host.type = CU_MEMORYTYPE_HOST;
    host.host = in ? place->model : malloc(bytes_of(place));
    describe(&host, 0, 0, 0, &here);
    describe(place, 0, 0, 0, &there);
    CUDA_MEMCPY3D copy = in ? copy_of(&there, &here, place->width, place->height, place->depth)
                            : copy_of(&here, &there, place->width, place->height, place->depth);
    MUST(cuMemcpy3D_v2(&copy));
    if (in)
        return;
    bool same = true;
    for (size_t z = 0; z < place->depth; z++)
        for (size_t y = 0; y < place->height; y++) {
            size_t at = (z * place->rows + y) * place->pitch;
            same = same && !memcmp(host.host + at, place->model + at, place->width);
        }
    printf("%s%s\n", same ? "as the model: " : "WRONG: ", place->name);
    free(host.host);
}

static struct place places[PLACES] = {
    {"pageable", CU_MEMORYTYPE_HOST, 100, 12, 7, 128, 13, NULL, NULL, 0, NULL},
    {"pinned", CU_MEMORYTYPE_HOST, 120, 10, 9, 124, 10, NULL, NULL, 0, NULL},
    {"pinned, unified", CU_MEMORYTYPE_UNIFIED, 64, 16, 4, 64, 16, NULL, NULL, 0, NULL},
    {"device", CU_MEMORYTYPE_DEVICE, 256, 20, 6, 512, 21, NULL, NULL, 0, NULL},
    {"device, unified", CU_MEMORYTYPE_UNIFIED, 80, 30, 3, 80, 30, NULL, NULL, 0, NULL},
    {"line", CU_MEMORYTYPE_ARRAY, 400, 1, 1, 400, 1, NULL, NULL, 0, NULL},
    {"plane", CU_MEMORYTYPE_ARRAY, 132, 17, 1, 132, 17, NULL, NULL, 0, NULL},
    {"space", CU_MEMORYTYPE_ARRAY, 96, 9, 8, 96, 9, NULL, NULL, 0, NULL},
    {"layers", CU_MEMORYTYPE_ARRAY, 60, 11, 5, 60, 11, NULL, NULL, 0, NULL},
    {"lines", CU_MEMORYTYPE_ARRAY, 200, 1, 6, 200, 1, NULL, NULL, 0, NULL},
};

static void open_place(struct place *place)
{
    bool is_line = place->height == 1, is_layered = strstr(place->name, "layers") || strstr(place->name, "lines");
    give_model(place);
    if (place->type == CU_MEMORYTYPE_ARRAY) {
        const CUDA_ARRAY3D_DESCRIPTOR wanted = {place->width / ELEMENT,
                                                is_line ? 0 : place->height,
                                                place->depth == 1 ? 0 : place->depth,
                                                CU_AD_FORMAT_UNSIGNED_INT8,
                                                ELEMENT,
                                                is_layered ? CUDA_ARRAY3D_LAYERED : 0};
        MUST(cuArray3DCreate_v2(&place->array, &wanted));
    } else if (strstr(place->name, "device")) {
        MUST(cuMemAlloc_v2(&place->device, bytes_of(place)));
    } else if (strstr(place->name, "pinned")) {
        void *memory;
        MUST(cuMemHostAlloc(&memory, bytes_of(place), 0));
        place->host = memory;
    } else {
        place->host = malloc(bytes_of(place));
    }
    put_all(place, true);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void copy_model(struct place *to, const struct place *from, const CUDA_MEMCPY3D *copy)
{
    for (size_t z = 0; z < copy->Depth; z++)
        for (size_t y = 0; y < copy->Height; y++)
            memmove(to->model + ((copy->dstZ + z) * to->rows + copy->dstY + y) * to->pitch + copy->dstXInBytes,
                    from->model + ((copy->srcZ + z) * from->rows + copy->srcY + y) * from->pitch + copy->srcXInBytes,
                    copy->WidthInBytes);
}

static CUresult make_flat(const CUDA_MEMCPY3D *box, CUstream stream, bool synchronous)
{
    const CUDA_MEMCPY2D flat = {.srcXInBytes = box->srcXInBytes,
                                .srcY = box->srcY,
                                .srcMemoryType = box->srcMemoryType,
                                .srcHost = box->srcHost,
                                .srcDevice = box->srcDevice,
                                .srcArray = box->srcArray,
                                .srcPitch = box->srcPitch,
                                .dstXInBytes = box->dstXInBytes,
                                .dstY = box->dstY,
                                .dstMemoryType = box->dstMemoryType,
                                .dstHost = box->dstHost,
                                .dstDevice = box->dstDevice,
                                .dstArray = box->dstArray,
                                .dstPitch = box->dstPitch,
                                .WidthInBytes = box->WidthInBytes,
                                .Height = box->Height};
    return !synchronous ? cuMemcpy2DAsync_v2(&flat, stream)
           : below(2)   ? cuMemcpy2D_v2(&flat)
                        : cuMemcpy2DUnaligned_v2(&flat);
}

static CUresult make(const CUDA_MEMCPY3D *box, CUstream stream)
{
    bool synchronous = below(2);
    CUDA_MEMCPY3D_PEER peer;
    if (synchronous)
        MUST(cuStreamSynchronize(stream));
    if (box->Depth == 1 && !box->srcZ && !box->dstZ && below(2))
        return make_flat(box, stream, synchronous);
    if (below(3))
        return synchronous ? cuMemcpy3D_v2(box) : cuMemcpy3DAsync_v2(box, stream);
    memcpy(&peer, box, sizeof peer);
    MUST(cuCtxGetCurrent(&peer.srcContext));
    MUST(cuCtxGetCurrent(&peer.dstContext));
    return synchronous ? cuMemcpy3DPeer(&peer) : cuMemcpy3DPeerAsync(&peer, stream);
}

/* Within one place nothing is copied: boxes that overlap are nobody's business. */
static void copy_some(CUstream stream)
{
    size_t i = below(PLACES), k = below(PLACES - 1);
    struct place *to = &places[i], *from = &places[k < i ? k : k + 1];
    size_t width = ELEMENT * (1 + below(least(to->width, from->width) / ELEMENT));
    size_t height = 1 + below(least(to->height, from->height)), depth = 1 + below(least(to->depth, from->depth));
    CUDA_MEMCPY3D here = {0}, there = {0};
    describe(from, ELEMENT * below((from->width - width) / ELEMENT + 1), below(from->height - height + 1),
             below(from->depth - depth + 1), &here);
    describe(to, ELEMENT * below((to->width - width) / ELEMENT + 1), below(to->height - height + 1),
             below(to->depth - depth + 1), &there);
    CUDA_MEMCPY3D copy = copy_of(&there, &here, width, height, depth);
    CUresult result = make(&copy, stream);
    if (result)
        printf("WRONG: %d from %s to %s\n", (int)result, from->name, to->name);
    copy_model(to, from, &copy);
}

/* Runs of bytes, each way that there is for them. */
static void runs(CUstream stream)
{
    struct place *line = &places[5], *device = &places[3], *pinned = &places[1], *pageable = &places[0];
    CUarray other;
    const CUDA_ARRAY3D_DESCRIPTOR like = {100, 0, 0, CU_AD_FORMAT_FLOAT, 1, 0};
    MUST(cuArray3DCreate_v2(&other, &like));
    puts("# runs");
    EXPECT(CUDA_SUCCESS, cuMemcpyHtoA_v2(line->array, 40, pageable->host, 80));
    EXPECT(CUDA_SUCCESS, cuMemcpyHtoAAsync_v2(line->array, 200, pinned->host, 40, stream));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
    EXPECT(CUDA_SUCCESS, cuMemcpyDtoA_v2(line->array, 300, device->device, 100));
    EXPECT(CUDA_SUCCESS, cuMemcpyAtoA_v2(other, 0, line->array, 0, 400));
    EXPECT(CUDA_SUCCESS, cuMemcpyAtoD_v2(device->device, other, 200, 200));
    EXPECT(CUDA_SUCCESS, cuMemcpyAtoH_v2(pageable->host, other, 20, 100));
    EXPECT(CUDA_SUCCESS, cuMemcpyAtoHAsync_v2(pinned->host, other, 300, 100, stream));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
    memcpy(line->model + 40, pageable->model, 80);
    memcpy(line->model + 200, pinned->model, 40);
    memcpy(line->model + 300, device->model, 100);
    memcpy(device->model, line->model + 200, 200);
    memcpy(pageable->model, line->model + 20, 100);
    memcpy(pinned->model, line->model + 300, 100);
    TRY(cuMemcpyHtoA_v2(line->array, 396, pageable->host, 8));
    TRY(cuMemcpyHtoA_v2(line->array, 2, pageable->host, 8));
    TRY(cuMemcpyHtoA_v2(line->array, 0, pageable->host, 6));
    TRY(cuMemcpyHtoA_v2(places[6].array, 0, pageable->host, 8));
    TRY(cuMemcpyAtoA_v2(other, 0, places[7].array, 0, 8));
    TRY(cuMemcpyAtoD_v2(device->device, NULL, 0, 8));
    TRY(cuMemcpyAtoD_v2(0, line->array, 0, 8));
    TRY(cuMemcpyAtoH_v2(NULL, line->array, 0, 8));
    TRY(cuMemcpyAtoH_v2(NULL, line->array, 0, 0));
    MUST(cuArrayDestroy(other));
}

static void refused(void)
{
    const struct place *space = &places[7], *pageable = &places[0], *device = &places[3];
    CUDA_MEMCPY3D here = {0}, there = {0}, good, bad;
    describe(pageable, 0, 0, 0, &here);
    describe(space, 0, 0, 0, &there);
    good = copy_of(&there, &here, 96, 9, 7);
    puts("# refused");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy3D_v2(NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy3DPeer(NULL));
#define REFUSED(...) (bad = good, __VA_ARGS__, cuMemcpy3D_v2(&bad))
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.dstZ = 2));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.dstY = 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.dstXInBytes = 4));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.dstXInBytes = SIZE_MAX));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.WidthInBytes = 95));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.WidthInBytes = 92, bad.dstXInBytes = 2));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.srcPitch = 95));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.srcHeight = 8));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.srcHost = NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.dstArray = NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.dstArray = NONSENSE(CUarray)));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.srcLOD = 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.dstLOD = 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, REFUSED(bad.dstMemoryType = (CUmemorytype)5));
    EXPECT(CUDA_SUCCESS, REFUSED(bad.Depth = 0));
    EXPECT(CUDA_SUCCESS, REFUSED(bad.Height = 0, bad.dstArray = NULL));
    CUDA_MEMCPY3D_PEER peer;
    describe(device, 0, 0, 0, &here);
    good = copy_of(&there, &here, 96, 9, 6);
    memcpy(&peer, &good, sizeof peer);
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuMemcpy3DPeer(&peer));
    peer.srcContext = NONSENSE(CUcontext);
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuMemcpy3DPeer(&peer));
    MUST(cuCtxGetCurrent(&peer.srcContext));
    EXPECT(CUDA_SUCCESS, cuMemcpy3DPeer(&peer));
    copy_model(&places[7], device, &good);
}

/* From an array of one device to memory and to an array of another one, and back. */
static void between_devices(void)
{
    enum { WIDTH = 48, HEIGHT = 10, DEPTH = 3, BYTES = WIDTH * HEIGHT * DEPTH };
    const CUDA_ARRAY3D_DESCRIPTOR wanted = {WIDTH / 4, HEIGHT, DEPTH, CU_AD_FORMAT_SIGNED_INT16, 2, 0};
    static uint8_t given[BYTES], back[BYTES];
    struct place ends[4] = {{.type = CU_MEMORYTYPE_ARRAY},
                            {.type = CU_MEMORYTYPE_DEVICE, .pitch = 64, .rows = 11},
                            {.type = CU_MEMORYTYPE_ARRAY},
                            {.type = CU_MEMORYTYPE_DEVICE, .pitch = 64, .rows = 11}};
    CUcontext contexts[2];
    CUDA_MEMCPY3D from = {0}, to = {0}, copy;
    CUDA_MEMCPY3D_PEER peer;
    puts("# between devices");
    MUST(cuCtxGetCurrent(&contexts[0]));
    MUST(cuDevicePrimaryCtxRetain(&contexts[1], 1));
    for (int i = 0; i < 2; i++) {
        MUST(cuCtxSetCurrent(contexts[i]));
        MUST(cuArray3DCreate_v2(&ends[2 * i].array, &wanted));
        MUST(cuMemAlloc_v2(&ends[2 * i + 1].device, (size_t)64 * 11 * DEPTH));
    }
    MUST(cuCtxSetCurrent(contexts[0]));
    for (int i = 0; i < BYTES; i++)
        given[i] = (uint8_t)below(256);
    struct place host = {.type = CU_MEMORYTYPE_HOST, .host = given, .pitch = WIDTH, .rows = HEIGHT};
    describe(&host, 0, 0, 0, &from);
    describe(&ends[0], 0, 0, 0, &to);
    copy = copy_of(&to, &from, WIDTH, HEIGHT, DEPTH);
    EXPECT(CUDA_SUCCESS, cuMemcpy3D_v2(&copy));
    /* Each to the next, round the four, each of another device: 0 3 1 2 0. */
    const int round[] = {0, 3, 1, 2, 0};
    for (int i = 0; i < 4; i++) {
        describe(&ends[round[i]], 0, 0, 0, &from);
        describe(&ends[round[i + 1]], 0, 0, 0, &to);
        copy = copy_of(&to, &from, WIDTH, HEIGHT, DEPTH);
        memcpy(&peer, &copy, sizeof peer);
        peer.srcContext = contexts[round[i] / 2];
        peer.dstContext = contexts[round[i + 1] / 2];
        EXPECT(CUDA_SUCCESS, cuMemcpy3DPeer(&peer));
    }
    host.host = back;
    describe(&ends[0], 0, 0, 0, &from);
    describe(&host, 0, 0, 0, &to);
    copy = copy_of(&to, &from, WIDTH, HEIGHT, DEPTH);
    EXPECT(CUDA_SUCCESS, cuMemcpy3D_v2(&copy));
    EXPECT_TRUE(memcmp(given, back, BYTES) == 0);
}

/* A copy of some of a plane that is wider than what a server takes at a time. */
static void large(void)
{
    enum { WIDTH = 131072, HEIGHT = 12, PIXEL = 16 };
    const CUDA_ARRAY3D_DESCRIPTOR wanted = {WIDTH, HEIGHT, 0, CU_AD_FORMAT_FLOAT, 4, 0};
    uint32_t *given = malloc((size_t)WIDTH * HEIGHT * PIXEL), *back = calloc(WIDTH * HEIGHT, PIXEL);
    CUDA_MEMCPY2D in = {.srcMemoryType = CU_MEMORYTYPE_HOST,
                        .srcHost = given,
                        .dstMemoryType = CU_MEMORYTYPE_ARRAY,
                        .WidthInBytes = (size_t)WIDTH * PIXEL,
                        .Height = HEIGHT};
    CUDA_MEMCPY2D out = {.srcMemoryType = CU_MEMORYTYPE_ARRAY,
                         .dstMemoryType = CU_MEMORYTYPE_HOST,
                         .dstHost = back,
                         .WidthInBytes = (size_t)WIDTH * PIXEL,
                         .Height = HEIGHT};
    puts("# large");
    for (uint32_t i = 0; i < WIDTH * HEIGHT * PIXEL / 4; i++)
        given[i] = i * 2654435761u;
    MUST(cuArray3DCreate_v2(&in.dstArray, &wanted));
    out.srcArray = in.dstArray;
    EXPECT(CUDA_SUCCESS, cuMemcpy2D_v2(&in));
    EXPECT(CUDA_SUCCESS, cuMemcpy2D_v2(&out));
    EXPECT_TRUE(memcmp(given, back, (size_t)WIDTH * HEIGHT * PIXEL) == 0);
    MUST(cuArrayDestroy(in.dstArray));
    free(given);
    free(back);
}

int main(void)
{
    CUstream stream;
    show_context();
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    for (int i = 0; i < PLACES; i++)
        open_place(&places[i]);
    for (int i = 0; i < ROUNDS; i++)
        copy_some(stream);
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
    MUST(cuCtxSynchronize());
    for (int i = 0; i < PLACES; i++)
        put_all(&places[i], false);
    runs(stream);
    refused();
    for (int i = 0; i < PLACES; i++)
        put_all(&places[i], false);
    large();
    between_devices();
    return 0;
}
