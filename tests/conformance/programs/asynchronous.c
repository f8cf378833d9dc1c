/* Copies to pinned memory behind a kernel that waits for a flag: each returns at once, and its bytes are there when
 * something that comes after it is seen complete, by whatever call. Other streams and threads go on all the while. *
 *     asynchronous [flood]      flood: a stream with thousands of waiting launches, and a thousand threads that wait for it */
#include "show.h"

#include <pthread.h>

enum { SMALL = 5000, LARGE = 3000001, ROWS = 40, WIDTH = 700, PITCH = 1024, FLOOD = 3000, THREADS = 300 };

static const char WAIT[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry wait(.param .u64 flag)\n{\n"
    "    .reg .pred %p;\n    .reg .b32 %v;\n    .reg .b64 %a;\n    ld.param.u64 %a, [flag];\n"
    "AGAIN:\n    ld.volatile.global.u32 %v, [%a];\n    setp.eq.u32 %p, %v, 0;\n    @%p bra AGAIN;\n    ret;\n}\n"
    ".visible .entry count(.param .u64 word)\n{\n"
    "    .reg .b32 %v;\n    .reg .b64 %a;\n    ld.param.u64 %a, [word];\n    atom.global.add.u32 %v, [%a], 1;\n    "
    "ret;\n}\n";

static CUcontext context;
static CUfunction wait_for_flag, count;
static CUstream still, other, third;
static CUdeviceptr flag, source, words;

static void hold(void)
{
    void *params[] = {&flag};
    MUST(cuMemsetD32Async(flag, 0, 1, other));
    MUST(cuStreamSynchronize(other));
    MUST(cuLaunchKernel(wait_for_flag, 1, 1, 1, 1, 1, 1, 0, still, params, NULL));
}

static void let_go(void)
{
    MUST(cuMemsetD32Async(flag, 1, 1, other));
}

/* How many of the bytes are as they should be. */
static size_t right(const unsigned char *bytes, size_t size, unsigned char wanted)
{
    size_t good = 0;
    for (size_t i = 0; i < size; i++)
        good += bytes[i] == wanted;
    return good;
}

static void until(CUresult (*query)(void *), void *handle)
{
    CUresult result;
    while ((result = query(handle)) == CUDA_ERROR_NOT_READY) {
    }
    show("polled", result);
}

static CUresult query_event(void *event)
{
    return cuEventQuery(event);
}

static CUresult query_stream(void *stream)
{
    return cuStreamQuery(stream);
}

/* The ways to see that a copy in `still` is over: itself, by an event, by a stream that waited for the event, by a
 * copy behind it. */
static void see(int way, CUevent event)
{
    unsigned char byte;
    switch (way) {
    case 0: TRY(cuStreamSynchronize(still)); break;
    case 1: TRY(cuEventSynchronize(event)); break;
    case 2: TRY(cuCtxSynchronize()); break;
    case 3: until(query_stream, still); break;
    case 4: until(query_event, event); break;
    case 5: TRY(cuStreamSynchronize(third)); break;
    case 6: until(query_stream, third); break;
    case 7: TRY(cuMemcpyDtoHAsync_v2(&byte, source, 1, third)); break;
    default: TRY(cuMemcpyDtoHAsync_v2(&byte, source, 1, still));
    }
}

enum { WAYS = 9 };

static void copies(unsigned char *host, const char *kind)
{
    static const size_t sizes[] = {1, SMALL, LARGE};
    CUevent event;
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    for (int way = 0; way < WAYS; way++) {
        size_t size = sizes[way % 3];
        memset(host, 0xee, LARGE);
        MUST(cuMemsetD8Async(source, (unsigned char)(way + 1), LARGE, other));
        hold();
        if (way % 2)
            MUST(cuMemcpyAsync((CUdeviceptr)(uintptr_t)host, source, size, still));
        else
            MUST(cuMemcpyDtoHAsync_v2(host, source, size, still));
        MUST(cuEventRecord(event, still));
        MUST(cuStreamWaitEvent(third, event, 0));
        MUST(cuMemsetD8Async(source, 0x77, LARGE, still));
        TRY(cuStreamQuery(still));
        TRY(cuEventQuery(event));
        printf("%s, way %d: %zu before\n", kind, way, right(host, LARGE, 0xee));
        let_go();
        see(way, event);
        printf("%zu of %zu there, %zu not touched\n", right(host, size, (unsigned char)(way + 1)), size,
               right(host + size, LARGE - size, 0xee));
        MUST(cuCtxSynchronize());
    }
    MUST(cuEventDestroy_v2(event));
}

static void rectangle(unsigned char *host)
{
    memset(host, 0xee, ROWS * PITCH);
    MUST(cuMemsetD8Async(source, 0x42, LARGE, other));
    hold();
    CUDA_MEMCPY2D plan = {.srcMemoryType = CU_MEMORYTYPE_DEVICE,
                          .srcDevice = source,
                          .srcPitch = WIDTH,
                          .dstMemoryType = CU_MEMORYTYPE_HOST,
                          .dstHost = host,
                          .dstPitch = PITCH,
                          .WidthInBytes = WIDTH,
                          .Height = ROWS};
    TRY(cuMemcpy2DAsync_v2(&plan, still));
    printf("%zu before\n", right(host, ROWS * PITCH, 0xee));
    let_go();
    TRY(cuStreamSynchronize(still));
    printf("%zu bytes, %zu beside\n", right(host, ROWS * PITCH, 0x42), right(host, ROWS * PITCH, 0xee));
}

/* Memory of the host on the way from one place to another: each step sees the one before it. */
static void chains(unsigned char *host)
{
    CUdeviceptr target;
    CUevent event;
    MUST(cuMemAlloc_v2(&target, LARGE));
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    for (unsigned char round = 1; round < 20; round++) {
        MUST(cuMemsetD8Async(source, round, LARGE, still));
        MUST(cuMemsetD8Async(target, (unsigned char)(round + 100), LARGE, other));
        MUST(cuMemcpyDtoHAsync_v2(host, source, LARGE, still));
        MUST(cuMemcpyHtoDAsync_v2(source, host, LARGE, still));
        MUST(cuEventRecord(event, still));
        MUST(cuStreamWaitEvent(other, event, 0));
        MUST(cuMemcpyDtoHAsync_v2(host, target, LARGE, other));
        MUST(cuStreamSynchronize(other));
        MUST(cuMemcpyHtoDAsync_v2(target, host, 1000, other));
        printf("%zu later ones, ", right(host, LARGE, (unsigned char)(round + 100)));
        MUST(cuMemcpyDtoH_v2(host, source, LARGE));
        printf("%zu first ones\n", right(host, LARGE, round));
    }
    MUST(cuEventDestroy_v2(event));
    MUST(cuMemFree_v2(target));
}

/* A small copy in a stream that waited for a large one overtakes its bytes on no way: what lies between the two is
 * complete when all of the large one is there. */
static void overtaking(void)
{
    enum { BULK = 48 << 20, ROUNDS = 8 };
    unsigned char *host, *word;
    CUdeviceptr from;
    CUevent large, between;
    MUST(cuMemAlloc_v2(&from, BULK));
    MUST(cuMemHostAlloc((void **)&host, BULK, 0));
    MUST(cuMemHostAlloc((void **)&word, 4, 0));
    MUST(cuEventCreate(&large, CU_EVENT_DISABLE_TIMING));
    MUST(cuEventCreate(&between, CU_EVENT_DISABLE_TIMING));
    for (unsigned char round = 1; round <= ROUNDS; round++) {
        hold();
        MUST(cuMemsetD8Async(from, round, BULK, still));
        MUST(cuMemcpyDtoHAsync_v2(host, from, BULK, still));
        MUST(cuEventRecord(large, still));
        MUST(cuStreamWaitEvent(third, large, 0));
        MUST(cuEventRecord(between, third));
        MUST(cuMemcpyDtoHAsync_v2(word, from, 4, third));
        let_go();
        until(query_event, between);
        printf("%d %d\n", host[0] == round, host[BULK - 1] == round);
        MUST(cuCtxSynchronize());
    }
    MUST(cuEventDestroy_v2(large));
    MUST(cuEventDestroy_v2(between));
    MUST(cuMemFreeHost(word));
    MUST(cuMemFreeHost(host));
    MUST(cuMemFree_v2(from));
}

/* Pinned memory is filled in the order of the stream. */
static void fills(unsigned char *host)
{
    CUdeviceptr pinned = (CUdeviceptr)(uintptr_t)host;
    unsigned words_[4];
    MUST(cuMemsetD8Async(source, 0x11, LARGE, still));
    MUST(cuMemcpyDtoHAsync_v2(host, source, LARGE, still));
    TRY(cuMemsetD8Async(pinned, 0x22, SMALL, still));
    TRY(cuStreamSynchronize(still));
    printf("%zu filled, %zu copied\n", right(host, SMALL, 0x22), right(host + SMALL, LARGE - SMALL, 0x11));
    TRY(cuMemsetD16_v2(pinned, 0x1234, 3));
    TRY(cuMemsetD32_v2(pinned + 8, 0x89abcdef, 2));
    memcpy(words_, host, sizeof words_);
    printf("%x %x %x %x\n", words_[0], words_[1], words_[2], words_[3]);
    TRY(cuMemsetD2D8_v2(pinned, 100, 0x33, 10, 5));
    TRY(cuMemsetD2D16Async(pinned + 40, 100, 0x4444, 10, 5, still));
    TRY(cuMemsetD2D32Async(pinned + 80, 100, 0x55555555, 2, 5, NULL));
    TRY(cuCtxSynchronize());
    printf("%zu %zu %zu\n", right(host, 500, 0x33), right(host, 500, 0x44), right(host, 500, 0x55));
    TRY(cuMemsetD16_v2(pinned + 1, 1, 1));
    TRY(cuMemsetD8_v2(pinned, 1, (size_t)LARGE * 2));
}

/* What ends a copy's memory, stream or context waits for the copy. */
static void endings(void)
{
    unsigned char *host;
    CUstream stream;
    CUcontext created;
    CUdeviceptr device;
    MUST(cuMemsetD8Async(source, 0x21, LARGE, other));
    MUST(cuStreamSynchronize(other));
    MUST(cuMemAllocHost_v2((void **)&host, LARGE));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuMemcpyDtoHAsync_v2(host, source, LARGE, stream));
    TRY(cuStreamDestroy_v2(stream));
    TRY(cuMemFreeHost(host));
    host = malloc(LARGE);
    MUST(cuMemHostRegister_v2(host, LARGE, 0));
    MUST(cuMemcpyDtoHAsync_v2(host, source, LARGE, still));
    TRY(cuMemHostUnregister(host));
    printf("%zu there\n", right(host, LARGE, 0x21));
    MUST(cuCtxCreate_v2(&created, 0, 0));
    MUST(cuMemAlloc_v2(&device, LARGE));
    MUST(cuMemsetD8_v2(device, 0x22, LARGE));
    MUST(cuMemHostRegister_v2(host, LARGE, CU_MEMHOSTREGISTER_PORTABLE));
    MUST(cuMemcpyDtoHAsync_v2(host, device, LARGE, NULL));
    TRY(cuMemFree_v2(device));
    printf("%zu there after the free\n", right(host, LARGE, 0x22));
    TRY(cuCtxDestroy_v2(created));
    MUST(cuCtxSetCurrent(context));
    free(host);
}

static void *wait_too(void *stream)
{
    MUST(cuCtxSetCurrent(context));
    MUST(cuStreamSynchronize(stream));
    return NULL;
}

static void *fill_up(void *argument)
{
    void *params[] = {&words};
    (void)argument;
    MUST(cuCtxSetCurrent(context));
    for (int i = 0; i < FLOOD; i++)
        MUST(cuLaunchKernel(count, 1, 1, 1, 1, 1, 1, 0, still, params, NULL));
    return NULL;
}

static void flood(void)
{
    pthread_t filler, waiting[THREADS];
    unsigned counted = 0;
    MUST(cuMemsetD32Async(words, 0, 1, other));
    hold();
    if (pthread_create(&filler, NULL, fill_up, NULL))
        exit(2);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&waiting[i], NULL, wait_too, still))
            exit(2);
    for (int i = 0; i < 100; i++) {
        MUST(cuMemcpyDtoHAsync_v2(&counted, flag, sizeof counted, other));
        MUST(cuStreamSynchronize(other));
    }
    puts("others go on");
    let_go();
    pthread_join(filler, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(waiting[i], NULL);
    MUST(cuStreamSynchronize(still));
    MUST(cuMemcpyDtoH_v2(&counted, words, sizeof counted));
    printf("%u launches\n", counted);
}

int main(int argc, char **argv)
{
    CUmodule module;
    unsigned char *host, *registered = malloc(LARGE);
    context = show_context();
    MUST(cuModuleLoadData(&module, WAIT));
    MUST(cuModuleGetFunction(&wait_for_flag, module, "wait"));
    MUST(cuModuleGetFunction(&count, module, "count"));
    MUST(cuMemAlloc_v2(&flag, 4));
    MUST(cuMemAlloc_v2(&words, 4));
    MUST(cuMemAlloc_v2(&source, LARGE));
    MUST(cuStreamCreate(&still, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&other, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&third, CU_STREAM_NON_BLOCKING));
    if (argc > 1 && !strcmp(argv[1], "flood")) {
        flood();
        return 0;
    }
    MUST(cuMemHostAlloc((void **)&host, LARGE, CU_MEMHOSTALLOC_PORTABLE));
    copies(host, "allocated");
    rectangle(host);
    chains(host);
    overtaking();
    fills(host);
    MUST(cuMemHostRegister_v2(registered, LARGE, 0));
    copies(registered, "registered");
    MUST(cuMemHostUnregister(registered));
    endings();
    free(registered);
    return 0;
}
