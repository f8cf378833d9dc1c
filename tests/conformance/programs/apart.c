/* Device memory of two devices, taken and freed in random order from two threads: no address is given twice, and a
 * pointer alone says whose memory it is. Usage: apart [seed] [steps] */
#include "show.h"

#include <pthread.h>

enum { LIVE_MAX = 48, THREADS = 2, KINDS = 5 };

struct block {
    CUdeviceptr at;
    size_t bytes;
    int device, kind;   /* of memory.. */
    unsigned value;
};

static CUcontext contexts[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct block live[THREADS * LIVE_MAX];
static unsigned long overlaps, strangers, wrong_bytes, failures;

static unsigned next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33);
}

static void note(struct block *slot, const struct block *made)
{
    pthread_mutex_lock(&lock);
    for (int i = 0; i < THREADS * LIVE_MAX; i++)
        overlaps += live[i].bytes && made->at < live[i].at + live[i].bytes && live[i].at < made->at + made->bytes;
    *slot = *made;
    pthread_mutex_unlock(&lock);
}

static CUresult allocate(struct block *made, uint64_t *state)
{
    static const size_t sizes[] = {1, 256, 5000, 100000, 1 << 20, 3 << 20, (9 << 20) + 13};
    const CUdeviceptr wish = live[next_random(state) % LIVE_MAX].at & ~(CUdeviceptr)((2 << 20) - 1);
    size_t pitch;
    CUresult result;
    made->bytes = sizes[next_random(state) % (sizeof sizes / sizeof *sizes)];
    switch (made->kind) {
    case 0: return cuMemAlloc_v2(&made->at, made->bytes);
    case 1: return cuMemAllocAsync(&made->at, made->bytes, NULL);
    case 2:
        result = cuMemAllocPitch_v2(&made->at, &pitch, 100, made->bytes / 512 + 1, 4);
        made->bytes = pitch * (made->bytes / 512 + 1);
        return result;
    case 3: return cuMemAllocManaged(&made->at, made->bytes, CU_MEM_ATTACH_GLOBAL);
    default:
        made->bytes = (made->bytes / (2 << 20) + 1) * (2 << 20);
        return cuMemAddressReserve(&made->at, made->bytes, 0, next_random(state) % 2 ? wish : 0, 0);
    }
}

static void check(const struct block *block)
{
    int ordinal = -1;
    size_t bytes = block->bytes;
    CUdeviceptr base = 0;
    strangers += cuPointerGetAttribute(&ordinal, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, block->at + bytes - 1) != 0;
    strangers += ordinal != block->device;
    strangers += cuMemGetAddressRange_v2(&base, NULL, block->at + bytes / 2) != 0 || base != block->at;
}

static void fill(const struct block *block)
{
    MUST(cuCtxSetCurrent(contexts[block->device]));
    failures += cuMemsetD8_v2(block->at, (unsigned char)block->value, block->bytes) != 0;
    failures += cuCtxSynchronize() != 0;
}

/* From one device's memory to the other's, by their addresses alone. */
static void copy(const struct block *to, const struct block *from)
{
    unsigned char first = 0, last = 0;
    size_t bytes = to->bytes < from->bytes ? to->bytes : from->bytes;
    failures += cuMemcpy(to->at, from->at, bytes) != 0;
    failures += cuCtxSynchronize() != 0;
    failures += cuMemcpy((CUdeviceptr)(uintptr_t)&first, to->at, 1) != 0;
    failures += cuMemcpy((CUdeviceptr)(uintptr_t)&last, to->at + bytes - 1, 1) != 0;
    wrong_bytes += first != (unsigned char)from->value || last != (unsigned char)from->value;
}

static void take_back(struct block *slot)
{
    struct block block = *slot;
    pthread_mutex_lock(&lock);
    slot->bytes = 0;
    pthread_mutex_unlock(&lock);
    failures += (block.kind == 4 ? cuMemAddressFree(block.at, block.bytes) : cuMemFree_v2(block.at)) != 0;
}

static void step(struct block *mine, uint64_t *state)
{
    struct block *slot = &mine[next_random(state) % LIVE_MAX];
    struct block made = {.device = (int)(next_random(state) % 2), .kind = (int)(next_random(state) % KINDS)};
    const struct block *other = &mine[next_random(state) % LIVE_MAX];
    /* Whatever is current: a pointer is enough. */
    MUST(cuCtxSetCurrent(contexts[next_random(state) % 2]));
    if (slot->bytes) {
        take_back(slot);
        return;
    }
    MUST(cuCtxSetCurrent(contexts[made.device]));
    made.value = next_random(state) & 255;
    CUresult result = allocate(&made, state);
    failures += result != 0;
    if (result)
        return;
    note(slot, &made);
    if (made.kind == 4)
        return;
    fill(&made);
    MUST(cuCtxSetCurrent(contexts[next_random(state) % 2]));
    check(&made);
    if (other->bytes && other->kind != 4 && other != slot) {
        copy(slot, other);
        fill(&made);
    }
}

static uint64_t seed = 1;
static unsigned steps = 300;

static void *run(void *argument)
{
    unsigned thread = (unsigned)(uintptr_t)argument;
    uint64_t state = seed * 2 + thread;
    for (unsigned i = 0; i < steps; i++)
        step(&live[thread * LIVE_MAX], &state);
    for (unsigned i = 0; i < LIVE_MAX; i++)
        if (live[thread * LIVE_MAX + i].bytes)
            take_back(&live[thread * LIVE_MAX + i]);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        steps = (unsigned)strtoul(argv[2], NULL, 10);
    MUST(cuInit(0));
    for (int i = 0; i < 2; i++)
        MUST(cuDevicePrimaryCtxRetain(&contexts[i], i));
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, run, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("%lu addresses given twice, %lu pointers of strangers, %lu wrong bytes, %lu failures\n", overlaps, strangers,
           wrong_bytes, failures);
    return overlaps || strangers || wrong_bytes || failures;
}
