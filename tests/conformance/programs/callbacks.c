/* Functions of the program as work of streams: order, what they see, what they hold up, what they may not do. */
#include <pthread.h>
#include <semaphore.h>

#include "show.h"

static CUcontext context;
static CUstream first, second;
static CUdeviceptr memory;
static CUfunction fill;

/* ---- what the functions do */

static int line[256];
static _Atomic int length;
static sem_t told;

static void note(void *data)
{
    line[length++] = (int)(intptr_t)data;
}

static void print_line(const char *title)
{
    printf("%s:", title);
    for (int i = 0; i < length; i++)
        printf(" %d", line[i]);
    puts("");
    length = 0;
}

struct gate {
    sem_t entered, leaves;
};

static void hold(void *data)
{
    struct gate *gate = data;
    sem_post(&gate->entered);
    sem_wait(&gate->leaves);
}

static struct gate *put_gate(CUstream stream)
{
    struct gate *gate = malloc(sizeof *gate);
    sem_init(&gate->entered, 0, 0);
    sem_init(&gate->leaves, 0, 0);
    MUST(cuLaunchHostFunc(stream, hold, gate));
    return gate;
}

static void open_gate(struct gate *gate)
{
    sem_wait(&gate->entered);
    sem_post(&gate->leaves);
}

static void write_words(CUstream stream, unsigned value)
{
    unsigned count = 1024;
    void *arguments[] = {&memory, &count, &value};
    MUST(cuLaunchKernel(fill, 8, 1, 1, 128, 1, 1, 0, stream, arguments, NULL));
}

/* ---- the parts */

static void order(void)
{
    puts("# order");
    for (intptr_t i = 0; i < 200; i++)
        MUST(cuLaunchHostFunc(first, note, (void *)i));
    EXPECT(0, cuStreamSynchronize(first));
    print_line("in a stream");
    MUST(cuLaunchHostFunc(NULL, note, (void *)1));
    MUST(cuLaunchHostFunc(first, note, (void *)2));
    MUST(cuLaunchHostFunc(CU_STREAM_LEGACY, note, (void *)3));
    MUST(cuLaunchHostFunc(first, note, (void *)4));
    EXPECT(0, cuCtxSynchronize());
    print_line("around the legacy stream");
    MUST(cuLaunchHostFunc(CU_STREAM_PER_THREAD, note, (void *)5));
    EXPECT(0, cuStreamSynchronize(CU_STREAM_PER_THREAD));
    MUST(cuLaunchHostFunc_ptsz(NULL, note, (void *)6));
    EXPECT(0, cuStreamSynchronize(CU_STREAM_PER_THREAD));
    print_line("in the thread's stream");
}

static unsigned *words;
static int seen;

static void look(void *data)
{
    unsigned expected = (unsigned)(uintptr_t)data;
    for (unsigned i = 0; i < 1024; i++)
        seen += words[i] == expected + i;
}

static void copies(void)
{
    void *pinned;
    puts("# what was copied to the host before is there");
    MUST(cuMemHostAlloc(&pinned, 4096, 0));
    words = pinned;
    for (unsigned i = 1; i <= 20; i++) {
        write_words(first, i);
        MUST(cuMemcpyDtoHAsync_v2(words, memory, 4096, first));
        MUST(cuLaunchHostFunc(first, look, (void *)(uintptr_t)i));
    }
    EXPECT(0, cuStreamSynchronize(first));
    printf("%d words\n", seen);
    words = malloc(4096);
    seen = 0;
    write_words(first, 50);
    MUST(cuMemcpyDtoHAsync_v2(words, memory, 4096, first));
    MUST(cuLaunchHostFunc(first, look, (void *)50));
    EXPECT(0, cuStreamSynchronize(first));
    printf("%d words\n", seen);
    free(words);
    EXPECT(0, cuMemFreeHost(pinned));
}

enum { LARGE = 3 << 20 };

/* Writes what is copied to the device behind it. */
static void write_pattern(void *data)
{
    unsigned value = (unsigned)(uintptr_t)data;
    for (unsigned i = 0; i < LARGE / 4; i++)
        words[i] = value + i;
}

static void check_words(const char *title, CUdeviceptr from, unsigned value, size_t bytes)
{
    unsigned *copy = malloc(bytes), right = 0;
    MUST(cuMemcpyDtoH_v2(copy, from, bytes));
    for (unsigned i = 0; i < bytes / 4; i++)
        right += copy[i] == value + i;
    printf("%s: %u of %u words\n", title, right, (unsigned)(bytes / 4));
    free(copy);
}

/* Pinned memory is read when the copy has its turn, and not when it is made. */
static void sources(void)
{
    CUdeviceptr large;
    CUevent event;
    CUDA_MEMCPY2D rows = {0};
    puts("# what a function writes is what is copied behind it");
    MUST(cuMemAlloc_v2(&large, LARGE));
    MUST(cuEventCreate(&event, 0));
    MUST(cuMemHostAlloc((void **)&words, LARGE, 0));
    memset(words, 0, LARGE);
    MUST(cuLaunchHostFunc(first, write_pattern, (void *)100));
    MUST(cuMemcpyHtoDAsync_v2(large, words, 4096, first));
    MUST(cuStreamSynchronize(first));
    check_words("small", large, 100, 4096);
    for (unsigned i = 1; i <= 3; i++) {
        MUST(cuLaunchHostFunc(first, write_pattern, (void *)(uintptr_t)(1000 * i)));
        MUST(cuMemcpyHtoDAsync_v2(large, words, LARGE, first));
    }
    MUST(cuStreamSynchronize(first));
    check_words("large", large, 3000, LARGE);
    MUST(cuLaunchHostFunc(first, write_pattern, (void *)7000));
    MUST(cuEventRecord(event, first));
    MUST(cuStreamWaitEvent(second, event, 0));
    MUST(cuMemcpyHtoDAsync_v2(large, words, LARGE, second));
    MUST(cuStreamSynchronize(second));
    check_words("joined by an event", large, 7000, LARGE);
    rows.srcMemoryType = CU_MEMORYTYPE_HOST;
    rows.srcHost = words;
    rows.srcPitch = 4096;
    rows.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    rows.dstDevice = large;
    rows.dstPitch = 1024;
    rows.WidthInBytes = 1024;
    rows.Height = 64;
    MUST(cuLaunchHostFunc(first, write_pattern, (void *)9000));
    MUST(cuMemcpy2DAsync_v2(&rows, first));
    MUST(cuStreamSynchronize(first));
    check_words("first row", large, 9000, 1024);
    check_words("last row", large + 63 * 1024, 9000 + 63 * 1024, 1024);
    MUST(cuLaunchHostFunc(NULL, write_pattern, (void *)11000));
    MUST(cuMemcpyHtoD_v2(large, words, LARGE));
    check_words("that waits", large, 11000, LARGE);
    MUST(cuLaunchHostFunc(first, write_pattern, (void *)13000));
    MUST(cuMemcpyHtoDAsync_v2(large, words, LARGE, first));
    EXPECT(0, cuMemFreeHost(words));
    MUST(cuStreamSynchronize(first));
    check_words("freed at once", large, 13000, LARGE);
    MUST(cuEventDestroy_v2(event));
    MUST(cuMemFree_v2(large));
}

static void waiting(void)
{
    CUevent event;
    puts("# what is behind a function waits for it, and nothing else does");
    MUST(cuEventCreate(&event, 0));
    struct gate *gate = put_gate(first);
    MUST(cuEventRecord(event, first));
    EXPECT(600, cuStreamQuery(first));
    EXPECT(600, cuEventQuery(event));
    MUST(cuLaunchHostFunc(second, note, (void *)7));
    write_words(second, 3);
    EXPECT(0, cuStreamSynchronize(second));
    print_line("beside it");
    MUST(cuStreamWaitEvent(second, event, 0));
    MUST(cuLaunchHostFunc(second, note, (void *)8));
    EXPECT(600, cuStreamQuery(second));
    print_line("still");
    open_gate(gate);
    EXPECT(0, cuStreamSynchronize(second));
    print_line("behind the event");
    EXPECT(0, cuEventQuery(event));
    EXPECT(0, cuStreamQuery(first));
    MUST(cuEventDestroy_v2(event));
}

enum { MANY = 40 };

static void many_streams(void)
{
    CUstream streams[MANY];
    struct gate *gates[MANY];
    puts("# many that do not return");
    for (int i = 0; i < MANY; i++) {
        MUST(cuStreamCreate(&streams[i], CU_STREAM_NON_BLOCKING));
        gates[i] = put_gate(streams[i]);
    }
    MUST(cuLaunchHostFunc(second, note, (void *)9));
    write_words(second, 4);
    EXPECT(0, cuStreamSynchronize(second));
    print_line("beside them");
    for (int i = MANY - 1; i >= 0; i--) {
        open_gate(gates[i]);
        MUST(cuStreamSynchronize(streams[i]));
        MUST(cuStreamDestroy_v2(streams[i]));
    }
    puts("all returned");
}

/* ---- calls inside a function */

static CUresult codes[16];
static unsigned inside;

static void make_calls(void)
{
    CUdeviceptr more = 0;
    CUcontext current = NULL;
    size_t bytes;
    int count = 0;
    const char *name = NULL;
    inside = 0;
    codes[inside++] = cuMemAlloc_v2(&more, 64);
    codes[inside++] = cuMemFree_v2(memory);
    codes[inside++] = cuMemGetInfo_v2(&bytes, &bytes);
    codes[inside++] = cuStreamSynchronize(first);
    codes[inside++] = cuStreamQuery(second);
    codes[inside++] = cuCtxSynchronize();
    codes[inside++] = cuCtxGetCurrent(&current);
    codes[inside++] = cuCtxSetCurrent(context);
    codes[inside++] = cuDeviceGetCount(&count);
    codes[inside++] = cuLaunchHostFunc(second, note, NULL);
    codes[inside++] = cuStreamDestroy_v2(second);
    codes[inside++] = cuGetErrorName(CUDA_ERROR_NOT_PERMITTED, &name);
    codes[inside++] = cuInit(0);
    codes[inside++] = more || current || count ? CUDA_ERROR_UNKNOWN : CUDA_SUCCESS;
}

static void call_in_function(void *data)
{
    (void)data;
    make_calls();
}

static void call_in_callback(CUstream stream, CUresult status, void *data)
{
    (void)stream, (void)status, (void)data;
    make_calls();
}

static void print_codes(void)
{
    for (unsigned i = 0; i < inside; i++)
        printf(" %d", (int)codes[i]);
    puts("");
}

static void calls(void)
{
    puts("# calls inside");
    MUST(cuLaunchHostFunc(first, call_in_function, NULL));
    EXPECT(0, cuStreamSynchronize(first));
    print_codes();
    MUST(cuStreamAddCallback(first, call_in_callback, NULL, 0));
    EXPECT(0, cuStreamSynchronize(first));
    print_codes();
    EXPECT(0, cuStreamQuery(second));
}

/* ---- callbacks of streams */

static void tell(CUstream stream, CUresult status, void *data)
{
    line[length++] = stream == first ? 1 : stream == second ? 2 : !stream ? 0 : 9;
    line[length++] = (int)status;
    line[length++] = (int)(intptr_t)data;
    if (status)
        sem_post(&told);
}

static void callbacks(void)
{
    puts("# callbacks: stream, status, data");
    MUST(cuStreamAddCallback(first, tell, (void *)10, 0));
    MUST(cuLaunchHostFunc(first, note, (void *)11));
    MUST(cuStreamAddCallback(first, tell, (void *)12, 0));
    EXPECT(0, cuStreamSynchronize(first));
    MUST(cuStreamAddCallback(second, tell, (void *)13, 0));
    EXPECT(0, cuStreamSynchronize(second));
    MUST(cuStreamAddCallback(NULL, tell, (void *)14, 0));
    EXPECT(0, cuStreamSynchronize(NULL));
    print_line("callbacks");
}

static void wrong(void)
{
    puts("# wrong calls");
    TRY(cuLaunchHostFunc(first, NULL, NULL));
    TRY(cuLaunchHostFunc(NONSENSE(CUstream), note, NULL));
    TRY(cuLaunchHostFunc(NONSENSE(CUstream), NULL, NULL));
    TRY(cuStreamAddCallback(first, NULL, NULL, 0));
    TRY(cuStreamAddCallback(first, tell, NULL, 1));
    TRY(cuStreamAddCallback(NONSENSE(CUstream), tell, NULL, 1));
    MUST(cuCtxSetCurrent(NULL));
    TRY(cuLaunchHostFunc(NULL, note, NULL));
    TRY(cuStreamAddCallback(NULL, tell, NULL, 0));
    EXPECT(0, cuLaunchHostFunc(first, note, (void *)15));
    EXPECT(0, cuStreamSynchronize(first));
    MUST(cuCtxSetCurrent(context));
    print_line("without a context");
}

/* ---- ends */

static void destroyed(void)
{
    CUcontext ending;
    CUstream stream;
    puts("# the end of a stream, and of a context");
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    struct gate *gate = put_gate(stream);
    MUST(cuLaunchHostFunc(stream, note, (void *)16));
    EXPECT(0, cuStreamDestroy_v2(stream));
    open_gate(gate);
    EXPECT(0, cuCtxSynchronize());
    print_line("of a destroyed stream");
    MUST(cuCtxCreate_v2(&ending, 0, 0));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    for (intptr_t i = 0; i < 50; i++) {
        MUST(cuLaunchHostFunc(stream, note, (void *)i));
        MUST(cuStreamAddCallback(stream, tell, (void *)i, 0));
    }
    EXPECT(0, cuCtxDestroy_v2(ending));
    printf("called: %d\n", length);
    length = 0;
    MUST(cuCtxSetCurrent(context));
}

static void *free_memory(void *unused)
{
    (void)unused;
    MUST(cuCtxSetCurrent(context));
    MUST(cuMemFree_v2(memory));
    line[length++] = 17;
    return NULL;
}

/* Freeing waits for what the device does, and so for the function; meanwhile others call. */
static void freed(void)
{
    pthread_t thread;
    size_t free_bytes = 0, total = 0;
    puts("# memory is freed behind a function");
    struct gate *gate = put_gate(first);
    sem_wait(&gate->entered);
    pthread_create(&thread, NULL, free_memory, NULL);
    sem_post(&gate->leaves);
    pthread_join(thread, NULL);
    EXPECT(0, cuStreamSynchronize(first));
    EXPECT(0, cuMemGetInfo_v2(&free_bytes, &total));
    print_line("freed");
}

static void failed(void)
{
    CUdeviceptr nowhere = 0;
    unsigned count = 1, value = 0;
    void *arguments[] = {&nowhere, &count, &value};
    puts("# after an error of the device");
    sem_init(&told, 0, 0);
    struct gate *gate = put_gate(first);
    MUST(cuLaunchKernel(fill, 1, 1, 1, 1, 1, 1, 0, first, arguments, NULL));
    MUST(cuLaunchHostFunc(first, note, (void *)18));
    MUST(cuStreamAddCallback(first, tell, (void *)19, 0));
    open_gate(gate);
    EXPECT(700, cuStreamSynchronize(first));
    EXPECT(700, cuLaunchHostFunc(first, note, NULL));
    EXPECT(700, cuStreamAddCallback(first, tell, NULL, 0));
    sem_wait(&told);
    print_line("called");
}

int main(void)
{
    CUmodule module;
    setvbuf(stdout, NULL, _IOLBF, 0);
    context = show_context();
    MUST(cuStreamCreate(&first, CU_STREAM_DEFAULT));
    MUST(cuStreamCreate(&second, CU_STREAM_NON_BLOCKING));
    MUST(cuMemAlloc_v2(&memory, 4096));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    order();
    copies();
    sources();
    waiting();
    many_streams();
    calls();
    callbacks();
    wrong();
    destroyed();
    freed();
    failed();
    return 0;
}
