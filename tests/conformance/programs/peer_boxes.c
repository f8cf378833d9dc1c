/* Random boxes from one device to another in both directions at once, one thread for each: rows and slices of linear
 * memory, arrays and layered arrays on either end, against a model; one of them larger than a piece that is sent. */
#include "show.h"

#include <pthread.h>

enum { PLACES = 3, ROUNDS = 24, ELEMENT = 4 };

struct extent {
    size_t width, height, depth;   /* in elements */
};

/* `pitch` 0: an array. */
struct place {
    CUdeviceptr at;
    CUarray array;
    size_t pitch;
};

struct way {
    int from, to;
    uint32_t seed, wrong, failures;
    pthread_t thread;
};

static CUcontext contexts[2];

static size_t below(struct way *way, size_t bound)
{
    way->seed = way->seed * 1664525u + 1013904223u;
    return (way->seed >> 8) % bound;
}

static struct place make(int device, unsigned kind, const struct extent *extent)
{
    struct place place = {.pitch = kind ? 0 : extent->width * ELEMENT + 32};
    const CUDA_ARRAY3D_DESCRIPTOR shape = {.Width = extent->width,
                                           .Height = extent->height,
                                           .Depth = extent->depth,
                                           .Format = CU_AD_FORMAT_UNSIGNED_INT32,
                                           .NumChannels = 1,
                                           .Flags = kind == 2 ? CUDA_ARRAY3D_LAYERED : 0};
    MUST(cuCtxSetCurrent(contexts[device]));
    if (kind)
        MUST(cuArray3DCreate_v2(&place.array, &shape));
    else
        MUST(cuMemAlloc_v2(&place.at, place.pitch * extent->height * extent->depth));
    return place;
}

static void end(int device, const struct place *place)
{
    MUST(cuCtxSetCurrent(contexts[device]));
    MUST(place->array ? cuArrayDestroy(place->array) : cuMemFree_v2(place->at));
}

static void describe(const struct place *place, const struct extent *extent, const struct extent *at,
                     CUDA_MEMCPY3D_PEER *half)
{
    half->srcXInBytes = at->width * ELEMENT;
    half->srcY = at->height;
    half->srcZ = at->depth;
    half->srcMemoryType = place->array ? CU_MEMORYTYPE_ARRAY : CU_MEMORYTYPE_DEVICE;
    half->srcDevice = place->at;
    half->srcArray = place->array;
    half->srcPitch = place->pitch;
    half->srcHeight = extent->height;
}

/* The two halves of the structure are alike. */
static CUDA_MEMCPY3D_PEER copy_of(const CUDA_MEMCPY3D_PEER *to, const CUDA_MEMCPY3D_PEER *from,
                                  const struct extent *extent)
{
    enum { HALF = offsetof(CUDA_MEMCPY3D_PEER, dstXInBytes) };
    CUDA_MEMCPY3D_PEER copy = *from;
    memcpy((uint8_t *)&copy + HALF, to, HALF);
    copy.WidthInBytes = extent->width * ELEMENT;
    copy.Height = extent->height;
    copy.Depth = extent->depth;
    return copy;
}

/* All of a place, to or from the program's memory. */
static void move(int device, const struct place *place, const struct extent *extent, uint32_t *cells, int loads)
{
    const struct extent origin = {0, 0, 0};
    CUDA_MEMCPY3D_PEER there = {0}, copy;
    CUDA_MEMCPY3D_PEER here = {.srcMemoryType = CU_MEMORYTYPE_HOST, .srcHost = cells, .srcHeight = extent->height};
    CUDA_MEMCPY3D box;
    here.srcPitch = extent->width * ELEMENT;
    describe(place, extent, &origin, &there);
    copy = loads ? copy_of(&there, &here, extent) : copy_of(&here, &there, extent);
    memcpy(&box, &copy, sizeof box);
    box.reserved0 = box.reserved1 = NULL;
    MUST(cuCtxSetCurrent(contexts[device]));
    MUST(cuMemcpy3D_v2(&box));
    MUST(cuCtxSynchronize());
}

static size_t cell(const struct extent *extent, const struct extent *at)
{
    return (at->depth * extent->height + at->height) * extent->width + at->width;
}

static uint32_t count_wrong(const uint32_t *a, const uint32_t *b, size_t count)
{
    uint32_t wrong = 0;
    for (size_t i = 0; i < count; i++)
        wrong += a[i] != b[i];
    return wrong;
}

static struct extent any_of(struct way *way, const struct extent *whole, const struct extent *box)
{
    return (struct extent){below(way, whole->width - box->width + 1), below(way, whole->height - box->height + 1),
                           below(way, whole->depth - box->depth + 1)};
}

static void copy_once(struct way *way, const struct extent *whole, const struct extent *box, uint32_t *memory)
{
    const size_t count = whole->width * whole->height * whole->depth;
    uint32_t *source = memory, *model = memory + count, *found = memory + 2 * count;
    struct place from = make(way->from, (unsigned)below(way, PLACES), whole);
    struct place to = make(way->to, (unsigned)below(way, PLACES), whole);
    const struct extent there = any_of(way, whole, box), here = any_of(way, whole, box);
    CUDA_MEMCPY3D_PEER source_half = {0}, target_half = {0}, copy;
    for (size_t i = 0; i < count; i++) {
        source[i] = (uint32_t)below(way, 1 << 24);
        model[i] = (uint32_t)i;
    }
    move(way->from, &from, whole, source, 1);
    move(way->to, &to, whole, model, 1);
    describe(&from, whole, &here, &source_half);
    describe(&to, whole, &there, &target_half);
    copy = copy_of(&target_half, &source_half, box);
    copy.srcContext = contexts[way->from];
    copy.dstContext = contexts[way->to];
    MUST(cuCtxSetCurrent(contexts[below(way, 2)]));
    way->failures += (below(way, 2) ? cuMemcpy3DPeer(&copy) : cuMemcpy3DPeerAsync(&copy, NULL)) != 0;
    way->failures += cuCtxSynchronize() != 0;
    for (size_t z = 0; z < box->depth; z++)
        for (size_t y = 0; y < box->height; y++)
            memcpy(&model[cell(whole, &(struct extent){there.width, there.height + y, there.depth + z})],
                   &source[cell(whole, &(struct extent){here.width, here.height + y, here.depth + z})],
                   box->width * ELEMENT);
    move(way->to, &to, whole, found, 0);
    way->wrong += count_wrong(found, model, count);
    end(way->from, &from);
    end(way->to, &to);
}

static void *run(void *argument)
{
    struct way *way = argument;
    const struct extent large = {600, 900, 2}, part = {590, 880, 2};
    uint32_t *memory = malloc(3 * large.width * large.height * large.depth * ELEMENT);
    for (unsigned i = 0; i < ROUNDS; i++) {
        const struct extent whole = {1 + below(way, 60), 1 + below(way, 20), 1 + below(way, 6)};
        const struct extent box = {1 + below(way, whole.width), 1 + below(way, whole.height),
                                   1 + below(way, whole.depth)};
        copy_once(way, &whole, &box, memory);
    }
    copy_once(way, &large, &part, memory);
    free(memory);
    return NULL;
}

int main(void)
{
    struct way ways[2] = {{.from = 0, .to = 1, .seed = 1}, {.from = 1, .to = 0, .seed = 2}};
    MUST(cuInit(0));
    for (int i = 0; i < 2; i++)
        MUST(cuDevicePrimaryCtxRetain(&contexts[i], i));
    for (int i = 0; i < 2; i++)
        pthread_create(&ways[i].thread, NULL, run, &ways[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(ways[i].thread, NULL);
    for (int i = 0; i < 2; i++)
        printf("from %d to %d: %u wrong, %u failures\n", ways[i].from, ways[i].to, ways[i].wrong, ways[i].failures);
    return 0;
}
