/* Managed memory, touched by threads of the host, kernels, copies and fills in turn, against a model. */
#include <pthread.h>
#include <stdint.h>

#include "show.h"

enum { AREAS = 5, THREADS_MAX = 8, BLOCK = 256 };

/* data[i] = data[i] * 1664525 + salt, for count words. */
static const char ptx[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
                          ".visible .entry mix(.param .u64 data, .param .u32 salt, .param .u32 count)\n"
                          "{\n"
                          "    .reg .pred %p;\n    .reg .b32 %i, %b, %n, %t, %s, %x;\n    .reg .b64 %a, %o;\n"
                          "    ld.param.u64 %a, [data];\n    ld.param.u32 %s, [salt];\n    ld.param.u32 %n, [count];\n"
                          "    mov.u32 %t, %tid.x;\n    mov.u32 %b, %ctaid.x;\n    mad.lo.u32 %i, %b, 256, %t;\n"
                          "    setp.ge.u32 %p, %i, %n;\n    @%p ret;\n"
                          "    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n"
                          "    ld.global.u32 %x, [%a];\n    mad.lo.u32 %x, %x, 1664525, %s;\n"
                          "    st.global.u32 [%a], %x;\n    ret;\n}\n";

static const size_t words[AREAS] = {25, 1250, 17500, 1 << 18, 5 << 18};

static CUcontext context;
static CUfunction mix;
static unsigned operations;

struct area {
    uint32_t *data, *model;
    size_t words;
};

struct player {
    pthread_t thread;
    uint64_t random;
    unsigned long wrong;
    CUstream stream;
    struct area areas[AREAS];
    uint32_t *plain;
};

static uint32_t next(struct player *p, size_t below)
{
    p->random ^= p->random << 13;
    p->random ^= p->random >> 7;
    p->random ^= p->random << 17;
    return (uint32_t)((p->random >> 16) % below);
}

static void launch(struct player *p, struct area *area)
{
    size_t first = next(p, area->words);
    uint32_t count = next(p, area->words - first) + 1, salt = next(p, 1u << 30);
    CUdeviceptr data = (uintptr_t)(area->data + first);
    void *params[] = {&data, &salt, &count};
    count = count > 4096 ? 4096 : count;
    MUST(cuLaunchKernel(mix, (count + BLOCK - 1) / BLOCK, 1, 1, BLOCK, 1, 1, 0, p->stream, params, NULL));
    for (size_t i = first; i < first + count; i++)
        area->model[i] = area->model[i] * 1664525 + salt;
}

static void fill(struct player *p, struct area *area)
{
    size_t first = next(p, area->words), count = next(p, area->words - first) + 1;
    uint32_t value = next(p, 1u << 31);
    MUST(cuMemsetD32Async((uintptr_t)(area->data + first), value, count, p->stream));
    for (size_t i = first; i < first + count; i++)
        area->model[i] = value;
}

/* From one area to another, by the driver, with and without saying where they are. */
static void copy(struct player *p, struct area *to, struct area *from, unsigned how)
{
    size_t count = to->words < from->words ? to->words : from->words;
    size_t bytes = 4 * (count = next(p, count) + 1);
    CUdeviceptr target = (uintptr_t)to->data, source = (uintptr_t)from->data;
    if (how == 0)
        MUST(cuMemcpyDtoDAsync_v2(target, source, bytes, p->stream));
    else if (how == 1)
        MUST(cuMemcpyHtoDAsync_v2(target, from->data, bytes, p->stream));
    else if (how == 2)
        MUST(cuMemcpyDtoHAsync_v2(to->data, source, bytes, p->stream));
    else
        MUST(cuMemcpyAsync(target, source, bytes, p->stream));
    memmove(to->model, from->model, bytes);
}

/* Through ordinary memory. */
static void carry(struct player *p, struct area *to, struct area *from)
{
    size_t count = to->words < from->words ? to->words : from->words;
    size_t bytes = 4 * (count = next(p, count) + 1);
    MUST(cuMemcpyDtoHAsync_v2(p->plain, (uintptr_t)from->data, bytes, p->stream));
    MUST(cuStreamSynchronize(p->stream));
    MUST(cuMemcpyHtoDAsync_v2((uintptr_t)to->data, p->plain, bytes, p->stream));
    memmove(to->model, from->model, bytes);
}

static void touch(struct player *p, struct area *area)
{
    unsigned count = next(p, 50) + 1;
    MUST(cuStreamSynchronize(p->stream));
    for (unsigned i = 0; i < count; i++) {
        size_t at = next(p, area->words);
        p->wrong += area->data[at] != area->model[at];
        if (next(p, 2))
            area->data[at] = area->model[at] = next(p, 1u << 31);
    }
}

static void sweep(struct player *p, struct area *area)
{
    size_t first = next(p, area->words), count = next(p, area->words - first) + 1;
    MUST(cuStreamSynchronize(p->stream));
    p->wrong += memcmp(area->data + first, area->model + first, 4 * count) != 0;
    for (size_t i = first; i < first + count / 2; i++)
        area->data[i] = area->model[i] = area->model[i] ^ (uint32_t)i;
}

static void step(struct player *p)
{
    struct area *area = &p->areas[next(p, AREAS)], *other = &p->areas[next(p, AREAS)];
    unsigned what = next(p, 16);
    if (what < 5)
        launch(p, area);
    else if (what < 10)
        touch(p, area);
    else if (what < 12)
        sweep(p, area);
    else if (what == 12)
        fill(p, area);
    else if (what == 13 && area != other)
        copy(p, area, other, next(p, 4));
    else if (what == 14 && area != other)
        carry(p, area, other);
    else
        launch(p, other);
}

static void *play(void *argument)
{
    struct player *p = argument;
    MUST(cuCtxSetCurrent(context));
    for (unsigned i = 0; i < operations; i++)
        step(p);
    for (unsigned i = 0; i < AREAS; i++) {
        MUST(cuStreamSynchronize(p->stream));
        p->wrong += memcmp(p->areas[i].data, p->areas[i].model, 4 * p->areas[i].words) != 0;
    }
    return NULL;
}

static void enter(struct player *p, unsigned number)
{
    p->random = 0x9e3779b97f4a7c15u * (number + 1);
    MUST(cuStreamCreate(&p->stream, number % 2 ? CU_STREAM_NON_BLOCKING : 0));
    p->plain = malloc(4 * words[AREAS - 1]);
    for (unsigned i = 0; i < AREAS; i++) {
        CUdeviceptr at;
        p->areas[i].words = words[i];
        p->areas[i].model = calloc(words[i], 4);
        MUST(cuMemAllocManaged(&at, 4 * words[i], CU_MEM_ATTACH_GLOBAL));
        p->areas[i].data = (uint32_t *)(uintptr_t)at;
        memset(p->areas[i].data, 0, 4 * words[i]);
    }
}

/* What a program learns of it; a runtime decides by this how it copies. */
static void describe(const struct area *area)
{
    CUdeviceptr at = (uintptr_t)area->data + 4;
    unsigned type = 0, managed = 9;
    void *host = NULL;
    MUST(cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, at));
    MUST(cuPointerGetAttribute(&managed, CU_POINTER_ATTRIBUTE_IS_MANAGED, at));
    MUST(cuPointerGetAttribute(&host, CU_POINTER_ATTRIBUTE_HOST_POINTER, at));
    printf("type %u, managed %u, the host's pointer is %s\n", type, managed & 1,
           host == area->data + 1 ? "it" : "another");
}

static void leave(struct player *p)
{
    for (unsigned i = 0; i < AREAS; i++) {
        MUST(cuMemFree_v2((uintptr_t)p->areas[i].data));
        free(p->areas[i].model);
    }
    free(p->plain);
    MUST(cuStreamDestroy_v2(p->stream));
}

int main(int argc, char **argv)
{
    static struct player players[THREADS_MAX];
    unsigned threads = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    CUdevice device;
    CUmodule module;
    operations = argc > 2 ? (unsigned)atoi(argv[2]) : 1000;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    MUST(cuModuleLoadData(&module, ptx));
    MUST(cuModuleGetFunction(&mix, module, "mix"));
    for (unsigned i = 0; i < threads; i++)
        enter(&players[i], i);
    describe(&players[0].areas[0]);
    for (unsigned i = 0; i < threads; i++)
        pthread_create(&players[i].thread, NULL, play, &players[i]);
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(players[i].thread, NULL);
        printf("thread %u: %s\n", i, players[i].wrong ? "WRONG" : "as the model");
    }
    for (unsigned i = 0; i < threads; i++)
        leave(&players[i]);
    MUST(cuDevicePrimaryCtxRelease_v2(device));
    return 0;
}
