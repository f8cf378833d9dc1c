/* Managed memory, touched by threads of the host, kernels, copies and fills in turn, against a model.
 *
 * managed_random SEED THREADS OPERATIONS (of all threads together) */
#include "managed_random.h"

#include <unistd.h>

static struct device devices[DEVICES_MAX];
static unsigned device_count, players_count;
static unsigned long operations;
static bool may_free; /* else functions of the program are called */
static struct player players[PLAYERS_MAX];

/* Words of an area, for each of its players. */
static const size_t shared_words[SHARED] = {CELL, 40 * CELL, 1800 * CELL, 10000 * CELL, 50 * CELL, 0};
static const enum kind shared_kinds[SHARED] = {MANAGED, MANAGED, MANAGED, MANAGED, MAPPED, VARIABLE};
static const size_t own_words[OWN] = {CELL, 52 * CELL, 730 * CELL, 55000 * CELL, 180 * CELL};
static const enum kind own_kinds[OWN] = {MANAGED, MANAGED, OF_STREAM, MANAGED, MAPPED};

static void enter(const struct area *area)
{
    MUST(cuCtxSetCurrent(devices[area->device].context));
}

static void wait_for(const struct player *p, const struct area *area)
{
    MUST(cuStreamSynchronize(stream_of(p, area)));
}

/* ---- of the device */

static void put_kernel(const struct area *area, struct range range, uint32_t salt, CUstream stream)
{
    CUdeviceptr data = (uintptr_t)area->data;
    unsigned first = (unsigned)range.first, count = (unsigned)range.count, players = area->players, me = area->me;
    void *params[] = {&data, &first, &count, &players, &me, &salt};
    MUST(cuLaunchKernel(devices[area->device].mix, (count + BLOCK - 1) / BLOCK, 1, 1, BLOCK, 1, 1, 0, stream, params,
                        NULL));
}

static void mix_model(const struct area *area, struct range range, uint32_t salt)
{
    for (size_t i = range.first; i < range.first + range.count; i++)
        area->model[i] = mixed(area->model[i], salt);
}

static void launch(struct player *p, struct area *area)
{
    struct range range = some(p, area, 4096);
    uint32_t salt = next(p, 1u << 30);
    put_kernel(area, range, salt, stream_of(p, area));
    mix_model(area, range, salt);
}

static void fill(struct player *p, struct area *area)
{
    struct range cells = some_cells(p, area);
    uint32_t value = next(p, 1u << 31);
    MUST(cuMemsetD2D32Async((uintptr_t)word_of(area, cells.first * CELL), (size_t)4 * CELL * area->players, value, CELL,
                            cells.count, stream_of(p, area)));
    for (size_t i = cells.first * CELL; i < (cells.first + cells.count) * CELL; i++)
        area->model[i] = value;
}

static void name_side(CUDA_MEMCPY2D *copy, bool source, uint32_t *at, size_t pitch, unsigned how)
{
    static const CUmemorytype types[] = {CU_MEMORYTYPE_HOST, CU_MEMORYTYPE_DEVICE, CU_MEMORYTYPE_UNIFIED};
    if (source) {
        copy->srcMemoryType = types[how];
        copy->srcHost = at;
        copy->srcDevice = (uintptr_t)at;
        copy->srcPitch = pitch;
    } else {
        copy->dstMemoryType = types[how];
        copy->dstHost = at;
        copy->dstDevice = (uintptr_t)at;
        copy->dstPitch = pitch;
    }
}

/* Memory that is attached to a stream is used in that alone. */
static bool may_copy(const struct area *one, const struct area *other)
{
    return one->data != other->data && one->kind != OF_STREAM && other->kind != OF_STREAM;
}

/* What a copy may say that is there: of managed memory all; mapped memory is the host's. */
static unsigned some_type(struct player *p, const struct area *area)
{
    return area->kind == MAPPED ? 2 * next(p, 2) : next(p, 3);
}

/* Cells of one area become those of another on the same device. */
static void copy_cells(struct player *p, struct area *to, struct area *from)
{
    struct range cells = some_cells(p, to);
    size_t left = from->words / CELL, first = next(p, left);
    left -= first;
    cells.count = cells.count < left ? cells.count : left;
    CUDA_MEMCPY2D copy = {.WidthInBytes = 4 * CELL, .Height = cells.count};
    name_side(&copy, true, word_of(from, first * CELL), (size_t)4 * CELL * from->players, some_type(p, from));
    name_side(&copy, false, word_of(to, cells.first * CELL), (size_t)4 * CELL * to->players, some_type(p, to));
    MUST(cuMemcpy2DAsync_v2(&copy, stream_of(p, to)));
    memcpy(to->model + cells.first * CELL, from->model + first * CELL, 4 * CELL * cells.count);
}

static void copy_linear(CUdeviceptr to, CUdeviceptr from, size_t bytes, unsigned how, CUstream stream)
{
    if (how == 0)
        MUST(cuMemcpyDtoDAsync_v2(to, from, bytes, stream));
    else if (how == 1)
        MUST(cuMemcpyHtoDAsync_v2(to, (void *)(uintptr_t)from, bytes, stream));
    else if (how == 2)
        MUST(cuMemcpyDtoHAsync_v2((void *)(uintptr_t)to, from, bytes, stream));
    else
        MUST(cuMemcpyAsync(to, from, bytes, stream));
}

/* Of areas that are the player's alone; else within cells. */
static void copy_words(struct player *p, struct area *to, struct area *from)
{
    bool whole = to->players == 1 && from->players == 1;
    struct range a = some(p, to, whole ? 20000 : 1), b = some(p, from, whole ? 20000 : 1);
    size_t count = a.count < b.count ? a.count : b.count;
    if (from->device != to->device)
        wait_for(p, from);
    copy_linear((uintptr_t)word_of(to, a.first), (uintptr_t)word_of(from, b.first), 4 * count,
                from->kind == MAPPED || to->kind == MAPPED ? 3 : next(p, 4), stream_of(p, to));
    if (from->device != to->device)
        wait_for(p, to);
    memcpy(to->model + a.first, from->model + b.first, 4 * count);
}

/* Through ordinary memory. */
static void carry(struct player *p, struct area *to, struct area *from)
{
    struct range cells = some_cells(p, to);
    size_t left = from->words / CELL;
    cells.count = cells.count < left ? cells.count : left;
    CUDA_MEMCPY2D copy = {.WidthInBytes = 4 * CELL, .Height = cells.count};
    name_side(&copy, true, word_of(from, 0), (size_t)4 * CELL * from->players, some_type(p, from));
    name_side(&copy, false, p->plain, (size_t)4 * CELL, 0);
    MUST(cuMemcpy2DAsync_v2(&copy, stream_of(p, from)));
    wait_for(p, from);
    for (size_t i = 0; i < cells.count * CELL; i++)
        p->wrong += p->plain[i] != from->model[i];
    name_side(&copy, true, p->plain, (size_t)4 * CELL, 0);
    name_side(&copy, false, word_of(to, cells.first * CELL), (size_t)4 * CELL * to->players, some_type(p, to));
    enter(to);
    MUST(cuMemcpy2DAsync_v2(&copy, stream_of(p, to)));
    memcpy(to->model + cells.first * CELL, from->model, 4 * CELL * cells.count);
    memset(p->plain, 0xa5, 4 * CELL * cells.count); /* a copy of pageable memory has taken it */
}

struct work {
    struct area area;
    struct range range;
    uint32_t salt;
};

/* Called by the driver in the order of the stream. */
static void mix_here(void *data)
{
    struct work *work = data;
    for (size_t i = work->range.first; i < work->range.first + work->range.count; i++) {
        uint32_t *word = word_of(&work->area, i);
        *word = mixed(*word, work->salt);
    }
    free(work);
}

/* Of memory that is the player's alone: others' kernels are running. And not where others free memory, which waits for
 * the device. */
static void call_back(struct player *p, struct area *area)
{
    if (area->players > 1 || may_free)
        return;
    struct work *work = malloc(sizeof *work);
    *work = (struct work){*area, some(p, area, 300), next(p, 1u << 30)};
    mix_model(area, work->range, work->salt);
    MUST(cuLaunchHostFunc(stream_of(p, area), mix_here, work));
}

/* Kernels that are launched together, several times. */
static void launch_graph(struct player *p, struct area *area)
{
    CUstream stream = stream_of(p, area);
    CUgraph graph;
    CUgraphExec executable;
    struct range ranges[3];
    uint32_t salts[3];
    unsigned count = next(p, 3) + 1, launches = next(p, 3) + 1;
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    for (unsigned i = 0; i < count; i++) {
        ranges[i] = some(p, area, 2000);
        salts[i] = next(p, 1u << 30);
        put_kernel(area, ranges[i], salts[i], stream);
    }
    MUST(cuStreamEndCapture(stream, &graph));
    MUST(cuGraphInstantiateWithFlags(&executable, graph, 0));
    MUST(cuGraphDestroy(graph));
    for (unsigned i = 0; i < launches; i++) {
        MUST(cuGraphLaunch(executable, stream));
        for (unsigned k = 0; k < count; k++)
            mix_model(area, ranges[k], salts[k]);
    }
    MUST(cuGraphExecDestroy(executable));
}

/* What follows is in the other stream, behind what is in this one. */
static void change_streams(struct player *p, struct area *area)
{
    CUstream *streams = p->streams[area->device], before = streams[0];
    CUevent event;
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    MUST(cuEventRecord(event, before));
    MUST(cuStreamWaitEvent(streams[1], event, 0));
    MUST(cuEventDestroy_v2(event));
    streams[0] = streams[1];
    streams[1] = before;
}

/* ---- of the host */

static void touch(struct player *p, struct area *area)
{
    unsigned count = next(p, 50) + 1;
    wait_for(p, area);
    for (unsigned i = 0; i < count; i++) {
        size_t at = next(p, area->words);
        check(p, area, at);
        if (next(p, 2))
            *word_of(area, at) = area->model[at] = next(p, 1u << 31);
    }
}

static void sweep(struct player *p, struct area *area)
{
    struct range range = some(p, area, 30000);
    wait_for(p, area);
    for (size_t i = range.first; i < range.first + range.count; i++)
        check(p, area, i);
    for (size_t i = range.first; i < range.first + range.count / 2; i++)
        *word_of(area, i) = area->model[i] = area->model[i] ^ (uint32_t)i;
}

/* By libc, of memory that is the player's alone. */
static void copy_here(struct player *p, struct area *to, struct area *from)
{
    if (to->players > 1 || from->players > 1) {
        touch(p, to);
        return;
    }
    struct range a = some(p, to, 20000), b = some(p, from, 20000);
    size_t bytes = 4 * (a.count < b.count ? a.count : b.count);
    wait_for(p, to);
    wait_for(p, from);
    memmove(word_of(to, a.first), word_of(from, b.first), bytes);
    memmove(to->model + a.first, from->model + b.first, bytes);
}

/* ---- areas come and go */

static CUdeviceptr allocate(size_t bytes, enum kind kind)
{
    CUdeviceptr at;
    void *memory;
    if (kind == MAPPED) {
        MUST(cuMemHostAlloc(&memory, bytes, CU_MEMHOSTALLOC_DEVICEMAP | CU_MEMHOSTALLOC_PORTABLE));
        memset(memory, 0, bytes);
        return (uintptr_t)memory;
    }
    MUST(cuMemAllocManaged(&at, bytes, kind == OF_STREAM ? CU_MEM_ATTACH_HOST : CU_MEM_ATTACH_GLOBAL));
    return at;
}

static void begin_area(struct player *p, struct area *area)
{
    enter(area);
    area->data = (uint32_t *)(uintptr_t)allocate(4 * area->words, area->kind);
    area->model = calloc(area->words, 4);
    if (area->kind == OF_STREAM)
        MUST(cuStreamAttachMemAsync(stream_of(p, area), (uintptr_t)area->data, 0, CU_MEM_ATTACH_SINGLE));
}

static void check_all(struct player *p, struct area *area)
{
    enter(area);
    wait_for(p, area);
    for (size_t i = 0; i < area->words; i++)
        check(p, area, i);
}

static void release(void *data, enum kind kind)
{
    if (kind == MAPPED)
        MUST(cuMemFreeHost(data));
    else if (kind != VARIABLE)
        MUST(cuMemFree_v2((uintptr_t)data));
}

static void make_anew(struct player *p, struct area *area)
{
    bool own = area >= &p->areas[area->device][SHARED];
    if (!may_free || !own || area->kind == OF_STREAM) {
        touch(p, area);
        return;
    }
    check_all(p, area);
    release(area->data, area->kind);
    free(area->model);
    area->kind = next(p, 4) ? MANAGED : MAPPED;
    begin_area(p, area);
}

/* ---- players */

static void step(struct player *p)
{
    struct area *area = &p->areas[next(p, device_count)][next(p, AREAS)];
    struct area *other = &p->areas[next(p, device_count)][next(p, AREAS)];
    unsigned what = next(p, 64);
    enter(area);
    if (what < 16)
        launch(p, area);
    else if (what < 32)
        touch(p, area);
    else if (what < 38)
        sweep(p, area);
    else if (what < 42)
        fill(p, area);
    else if (what < 45)
        call_back(p, area);
    else if (what < 47)
        launch_graph(p, area);
    else if (what < 50)
        change_streams(p, area);
    else if (what < 52)
        make_anew(p, area);
    else if (!may_copy(area, other))
        sweep(p, area);
    else if (what < 54)
        copy_here(p, area, other);
    else if (what < 58 && area->device == other->device)
        copy_cells(p, area, other);
    else if (what < 61)
        copy_words(p, area, other);
    else
        carry(p, area, other);
}

static void *play(void *argument)
{
    struct player *p = argument;
    for (unsigned long i = 0; i < operations / players_count; i++)
        step(p);
    for (unsigned d = 0; d < device_count; d++)
        for (unsigned i = 0; i < AREAS; i++)
            check_all(p, &p->areas[d][i]);
    return NULL;
}

static void begin_device(unsigned number)
{
    struct device *device = &devices[number];
    CUdevice handle;
    CUlibrary library;
    CUmodule module;
    CUdeviceptr variable;
    size_t bytes;
    MUST(cuDeviceGet(&handle, (int)number));
    MUST(cuDevicePrimaryCtxRetain(&device->context, handle));
    MUST(cuCtxSetCurrent(device->context));
    MUST(cuLibraryLoadData(&library, PTX, NULL, NULL, 0, NULL, NULL, 0));
    MUST(cuLibraryGetModule(&module, library));
    MUST(cuModuleGetFunction(&device->mix, module, "mix"));
    MUST(cuLibraryGetManaged(&variable, &bytes, library, "variable"));
    for (unsigned i = 0; i + 1 < SHARED; i++) {
        CUdeviceptr at = allocate(4 * shared_words[i] * players_count, shared_kinds[i]);
        device->shared[i] = (uint32_t *)(uintptr_t)at;
    }
    device->shared[SHARED - 1] = (uint32_t *)(uintptr_t)variable;
}

static void end_device(unsigned number)
{
    MUST(cuCtxSetCurrent(devices[number].context));
    for (unsigned i = 0; i < SHARED; i++)
        release(devices[number].shared[i], shared_kinds[i]);
    MUST(cuDevicePrimaryCtxRelease_v2((CUdevice)number));
}

static void share(struct player *p, unsigned device, unsigned index)
{
    struct area *area = &p->areas[device][index];
    size_t words = shared_kinds[index] == VARIABLE ? 250 / players_count * CELL : shared_words[index];
    *area = (struct area){.data = devices[device].shared[index],
                          .model = calloc(words, 4),
                          .words = words,
                          .players = players_count,
                          .me = p->number,
                          .device = device,
                          .kind = shared_kinds[index]};
}

static void begin_player(struct player *p, unsigned number, uint64_t seed)
{
    p->number = number;
    p->random = 0x9e3779b97f4a7c15u * (seed * PLAYERS_MAX + number + 1);
    p->plain = malloc(4 * own_words[3]);
    for (unsigned d = 0; d < device_count; d++) {
        MUST(cuCtxSetCurrent(devices[d].context));
        MUST(cuStreamCreate(&p->streams[d][0], CU_STREAM_NON_BLOCKING));
        MUST(cuStreamCreate(&p->streams[d][1], CU_STREAM_NON_BLOCKING));
        MUST(cuStreamCreate(&p->apart[d], CU_STREAM_NON_BLOCKING));
        for (unsigned i = 0; i < SHARED; i++)
            share(p, d, i);
        for (unsigned i = 0; i < OWN; i++) {
            struct area *area = &p->areas[d][SHARED + i];
            *area = (struct area){.words = own_words[i], .players = 1, .device = d, .kind = own_kinds[i]};
            begin_area(p, area);
        }
    }
}

static void end_player(struct player *p)
{
    for (unsigned d = 0; d < device_count; d++) {
        MUST(cuCtxSetCurrent(devices[d].context));
        for (unsigned i = 0; i < AREAS; i++) {
            if (i >= SHARED)
                release(p->areas[d][i].data, p->areas[d][i].kind);
            free(p->areas[d][i].model);
        }
        MUST(cuStreamDestroy_v2(p->streams[d][0]));
        MUST(cuStreamDestroy_v2(p->streams[d][1]));
        MUST(cuStreamDestroy_v2(p->apart[d]));
    }
    free(p->plain);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    int count;
    players_count = (unsigned)atoi(argv[2]);
    operations = strtoul(argv[3], NULL, 10);
    may_free = strtoul(argv[1], NULL, 10) % 2;
    MUST(cuInit(0));
    MUST(cuDeviceGetCount(&count));
    device_count = count < DEVICES_MAX ? (unsigned)count : DEVICES_MAX;
    for (unsigned i = 0; i < device_count; i++)
        begin_device(i);
    for (unsigned i = 0; i < players_count; i++)
        begin_player(&players[i], i, strtoull(argv[1], NULL, 10));
    for (unsigned i = 0; i < players_count; i++)
        pthread_create(&players[i].thread, NULL, play, &players[i]);
    for (unsigned i = 0; i < players_count; i++) {
        pthread_join(players[i].thread, NULL);
        printf("player %u: %s, %u devices\n", i, players[i].wrong ? "WRONG" : "as the model", device_count);
    }
    for (unsigned i = 0; i < players_count; i++)
        end_player(&players[i]);
    for (unsigned i = 0; i < device_count; i++)
        end_device(i);
    return 0;
}
