/* Every sort of call while a stream captures: what it returns, and whether the capture is valid afterwards. Which sort a
 * call is stands in `rows`, what a sort may do in `sorts`, with what says so. */
#include <pthread.h>

#include "captured.h"

enum sort { FREE, UNSAFE, LEGACY, LEGACY_WAIT, LEGACY_ASK, WHOLE, MEMBER, SORTS };

static const char *const sorts[SORTS] = {
    [FREE] = "allowed: it is in another stream's order, or in none",
    [UNSAFE] = "cuThreadExchangeStreamCaptureMode: potentially unsafe, prohibited by the modes of capture and thread",
    [LEGACY] = "programming guide: any use of the legacy stream is invalid while a blocking stream captures",
    [LEGACY_WAIT] = "the same of waiting for the legacy stream, which besides is potentially unsafe",
    [LEGACY_ASK] = "cuStreamIsCapturing: refused for the legacy stream, the capture stays valid",
    [WHOLE] = "programming guide: a handle that encompasses a capture must not be synchronised or queried",
    [MEMBER] = "programming guide: nor must the stream that is being captured",
};

struct situation {
    const char *title;
    CUstreamCaptureMode mode, own; /* of the capture; of the thread that calls */
    int elsewhere, blocking; /* the call is made in another thread; the stream is blocking */
};

#define MODE(name) CU_STREAM_CAPTURE_MODE_##name
static const struct situation situations[] = {
    {"relaxed", MODE(RELAXED), MODE(GLOBAL), 0, 0},
    {"global", MODE(GLOBAL), MODE(GLOBAL), 0, 0},
    {"thread-local", MODE(THREAD_LOCAL), MODE(GLOBAL), 0, 0},
    {"thread-local, thread thread-local", MODE(THREAD_LOCAL), MODE(THREAD_LOCAL), 0, 0},
    {"global, thread relaxed", MODE(GLOBAL), MODE(RELAXED), 0, 0},
    {"global, elsewhere", MODE(GLOBAL), MODE(GLOBAL), 1, 0},
    {"global, elsewhere thread-local", MODE(GLOBAL), MODE(THREAD_LOCAL), 1, 0},
    {"thread-local, elsewhere", MODE(THREAD_LOCAL), MODE(GLOBAL), 1, 0},
    {"relaxed, elsewhere", MODE(RELAXED), MODE(GLOBAL), 1, 0},
    {"relaxed, blocking", MODE(RELAXED), MODE(GLOBAL), 0, 1},
    {"thread-local, blocking, elsewhere relaxed", MODE(THREAD_LOCAL), MODE(RELAXED), 1, 1},
};
enum { SITUATIONS = sizeof situations / sizeof *situations };

static CUcontext context;
static CUstream captured, idle;
static CUevent event, second;
static CUmemoryPool pool;

/* What a call is made with, new for each. */
static struct {
    CUdeviceptr memory, pooled;
    void *pinned;
    CUmodule module;
    CUlibrary library;
    CUmemoryPool pool;
    CUstream stream;
    CUevent event;
    CUgraph graph;
    CUgraphExec exec;
} it;
static char plain[1 << 16] __attribute__((aligned(4096)));
static unsigned words[4];
static size_t number;
static cuuint64_t wide;
static unsigned attribute;

static int forbids(const struct situation *s)
{
    if (s->own == MODE(RELAXED) || s->mode == MODE(RELAXED))
        return 0;
    return !s->elsewhere || (s->mode == MODE(GLOBAL) && s->own == MODE(GLOBAL));
}

static CUresult expected(enum sort sort, const struct situation *s)
{
    switch (sort) {
    case UNSAFE: return forbids(s) ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED : CUDA_SUCCESS;
    case LEGACY:
    case LEGACY_ASK: return s->blocking ? CUDA_ERROR_STREAM_CAPTURE_IMPLICIT : CUDA_SUCCESS;
    case LEGACY_WAIT: return s->blocking ? CUDA_ERROR_STREAM_CAPTURE_IMPLICIT : expected(UNSAFE, s);
    case WHOLE:
    case MEMBER: return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    default: return CUDA_SUCCESS;
    }
}

#define CALL(name, body)                                                                                               \
    static CUresult name(void)                                                                                         \
    {                                                                                                                  \
        return body;                                                                                                   \
    }

CALL(alloc, cuMemAlloc_v2(&it.memory, 64))
CALL(alloc_pitch, cuMemAllocPitch_v2(&it.memory, &number, 64, 2, 4))
CALL(free_memory, cuMemFree_v2(it.memory))
CALL(alloc_host, cuMemAllocHost_v2(&it.pinned, 64))
CALL(host_alloc, cuMemHostAlloc(&it.pinned, 64, 0))
CALL(free_host, cuMemFreeHost(it.pinned))
CALL(host_register, cuMemHostRegister_v2(plain, sizeof plain, 0))
CALL(host_unregister, cuMemHostUnregister(plain))
CALL(pool_create, cuMemPoolCreate(&it.pool, &(CUmemPoolProps){.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                                                              .location = {CU_MEM_LOCATION_TYPE_DEVICE, 0}}))
CALL(pool_destroy, cuMemPoolDestroy(it.pool))
CALL(pool_trim, cuMemPoolTrimTo(pool, 0))
CALL(pool_get, cuMemPoolGetAttribute(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &wide))
CALL(pool_set, cuMemPoolSetAttribute(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &(cuuint64_t){0}))
CALL(pool_set_access, cuMemPoolSetAccess(pool, NULL, 0))
CALL(pool_get_access,
     cuMemPoolGetAccess(&(CUmemAccess_flags){0}, pool, &(CUmemLocation){CU_MEM_LOCATION_TYPE_DEVICE, 0}))
CALL(module_unload, cuModuleUnload(it.module))
CALL(library_unload, cuLibraryUnload(it.library))
CALL(event_query, cuEventQuery(event))
CALL(event_synchronize, cuEventSynchronize(event))
CALL(idle_query, cuStreamQuery(idle))
CALL(idle_synchronize, cuStreamSynchronize(idle))

CALL(get_info, cuMemGetInfo_v2(&number, &number))
CALL(get_range, cuMemGetAddressRange_v2(NULL, &number, captured_memory))
CALL(get_pointer, cuPointerGetAttribute(&attribute, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, captured_memory))
CALL(module_load, cuModuleLoadData(&it.module, SHOW_MODULE))
CALL(library_load, cuLibraryLoadData(&it.library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0))
CALL(stream_create, cuStreamCreate(&it.stream, CU_STREAM_NON_BLOCKING))
CALL(stream_destroy, cuStreamDestroy_v2(it.stream))
CALL(event_create, cuEventCreate(&it.event, 0))
CALL(event_destroy, cuEventDestroy_v2(it.event))
CALL(event_elapsed, cuEventElapsedTime(&(float){0}, event, second))
CALL(event_record, cuEventRecord(event, idle))
CALL(event_wait, cuStreamWaitEvent(idle, event, 0))
CALL(fill_idle, cuMemsetD8Async(captured_memory, 0, 4, idle))
CALL(copy_idle, cuMemcpyHtoDAsync_v2(captured_memory, words, 4, idle))
CALL(launch_idle, fill_words(idle, 0, 1, 1))
CALL(alloc_idle, cuMemAllocAsync(&it.pooled, 64, idle))
CALL(free_idle, cuMemFreeAsync(it.pooled, idle))
CALL(function_set, cuFuncSetAttribute(captured_fill, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 64))
CALL(get_limit, cuCtxGetLimit(&number, CU_LIMIT_STACK_SIZE))
CALL(is_capturing, cuStreamIsCapturing(captured, &(CUstreamCaptureStatus){0}))
CALL(get_priority, cuStreamGetPriority(captured, &(int){0}))
CALL(graph_create, cuGraphCreate(&it.graph, 0))
CALL(graph_destroy, cuGraphDestroy(it.graph))
CALL(graph_launch, cuGraphLaunch(it.exec, idle))

CALL(copy_to_device, cuMemcpyHtoD_v2(captured_memory, words, 4))
CALL(copy_to_host, cuMemcpyDtoH_v2(words, captured_memory, 4))
CALL(copy_between, cuMemcpyDtoD_v2(captured_memory, captured_memory + 64, 4))
CALL(copy_any, cuMemcpy(captured_memory, captured_memory + 64, 4))
CALL(copy_rows, cuMemcpy2D_v2(&(CUDA_MEMCPY2D){.srcMemoryType = CU_MEMORYTYPE_HOST,
                                               .srcHost = words,
                                               .dstMemoryType = CU_MEMORYTYPE_DEVICE,
                                               .dstDevice = captured_memory,
                                               .WidthInBytes = 4,
                                               .Height = 1}))
CALL(fill, cuMemsetD8_v2(captured_memory, 0, 4))
CALL(fill_rows, cuMemsetD2D8_v2(captured_memory, 16, 0, 4, 2))
CALL(copy_legacy, cuMemcpyHtoDAsync_v2(captured_memory, words, 4, NULL))
CALL(fill_legacy, cuMemsetD32Async(captured_memory, 0, 4, CU_STREAM_LEGACY))
CALL(launch_legacy, fill_words(NULL, 0, 1, 1))
CALL(record_legacy, cuEventRecord(event, NULL))
CALL(wait_legacy, cuStreamWaitEvent(NULL, event, 0))
CALL(alloc_legacy, cuMemAllocAsync(&it.pooled, 64, NULL))
CALL(free_legacy, cuMemFreeAsync(it.pooled, NULL))
CALL(write_legacy, cuStreamWriteValue32_v2(NULL, captured_memory, 1, 0))
CALL(graph_launch_legacy, cuGraphLaunch(it.exec, NULL))
CALL(query_legacy, cuStreamQuery(NULL))
CALL(synchronize_legacy, cuStreamSynchronize(CU_STREAM_LEGACY))
CALL(ask_legacy, cuStreamIsCapturing(NULL, &(CUstreamCaptureStatus){0}))
CALL(info_legacy, cuStreamGetCaptureInfo(NULL, &(CUstreamCaptureStatus){0}, NULL))

CALL(synchronize, cuCtxSynchronize())
CALL(synchronize_other, cuCtxSynchronize_v2(context))
CALL(record_context, cuCtxRecordEvent(context, event))
CALL(wait_context, cuCtxWaitEvent(context, event))
CALL(query_captured, cuStreamQuery(captured))
CALL(synchronize_captured, cuStreamSynchronize(captured))

static CUresult nothing(void)
{
    return CUDA_SUCCESS;
}

/* A call, its sort, what must have been done before it, and what undoes the one or the other. */
static const struct {
    const char *name;
    CUresult (*call)(void);
    enum sort sort;
    CUresult (*before)(void), (*undo)(void);
} rows[] = {
    {"cuMemAlloc", alloc, UNSAFE, nothing, free_memory},
    {"cuMemAllocPitch", alloc_pitch, UNSAFE, nothing, free_memory},
    {"cuMemFree", free_memory, UNSAFE, alloc, nothing},
    {"cuMemAllocHost", alloc_host, UNSAFE, nothing, free_host},
    {"cuMemHostAlloc", host_alloc, UNSAFE, nothing, free_host},
    {"cuMemFreeHost", free_host, UNSAFE, host_alloc, nothing},
    {"cuMemHostRegister", host_register, UNSAFE, nothing, host_unregister},
    {"cuMemHostUnregister", host_unregister, UNSAFE, host_register, nothing},
    {"cuMemPoolCreate", pool_create, UNSAFE, nothing, pool_destroy},
    {"cuMemPoolDestroy", pool_destroy, UNSAFE, pool_create, nothing},
    {"cuMemPoolTrimTo", pool_trim, UNSAFE, nothing, nothing},
    {"cuMemPoolGetAttribute", pool_get, UNSAFE, nothing, nothing},
    {"cuMemPoolSetAttribute", pool_set, UNSAFE, nothing, nothing},
    {"cuMemPoolSetAccess", pool_set_access, UNSAFE, nothing, nothing},
    {"cuMemPoolGetAccess", pool_get_access, UNSAFE, nothing, nothing},
    {"cuModuleUnload", module_unload, UNSAFE, module_load, nothing},
    {"cuLibraryUnload", library_unload, UNSAFE, library_load, nothing},
    {"cuEventQuery", event_query, UNSAFE, nothing, nothing},
    {"cuEventSynchronize", event_synchronize, UNSAFE, nothing, nothing},
    {"cuStreamQuery of another stream", idle_query, UNSAFE, nothing, nothing},
    {"cuStreamSynchronize of another stream", idle_synchronize, UNSAFE, nothing, nothing},

    {"cuMemGetInfo", get_info, FREE, nothing, nothing},
    {"cuMemGetAddressRange", get_range, FREE, nothing, nothing},
    {"cuPointerGetAttribute", get_pointer, FREE, nothing, nothing},
    {"cuModuleLoadData", module_load, FREE, nothing, module_unload},
    {"cuLibraryLoadData", library_load, FREE, nothing, library_unload},
    {"cuStreamCreate", stream_create, FREE, nothing, stream_destroy},
    {"cuStreamDestroy", stream_destroy, FREE, stream_create, nothing},
    {"cuEventCreate", event_create, FREE, nothing, event_destroy},
    {"cuEventDestroy", event_destroy, FREE, event_create, nothing},
    {"cuEventElapsedTime", event_elapsed, FREE, nothing, nothing},
    {"cuEventRecord in another stream", event_record, FREE, nothing, nothing},
    {"cuStreamWaitEvent of another stream", event_wait, FREE, nothing, nothing},
    {"cuMemsetD8Async in another stream", fill_idle, FREE, nothing, nothing},
    {"cuMemcpyHtoDAsync in another stream", copy_idle, FREE, nothing, nothing},
    {"cuLaunchKernel in another stream", launch_idle, FREE, nothing, nothing},
    {"cuMemAllocAsync in another stream", alloc_idle, FREE, nothing, free_idle},
    {"cuMemFreeAsync in another stream", free_idle, FREE, alloc_idle, nothing},
    {"cuFuncSetAttribute", function_set, FREE, nothing, nothing},
    {"cuCtxGetLimit", get_limit, FREE, nothing, nothing},
    {"cuStreamIsCapturing", is_capturing, FREE, nothing, nothing},
    {"cuStreamGetPriority", get_priority, FREE, nothing, nothing},
    {"cuGraphCreate", graph_create, FREE, nothing, graph_destroy},
    {"cuGraphDestroy", graph_destroy, FREE, graph_create, nothing},
    {"cuGraphLaunch in another stream", graph_launch, FREE, nothing, nothing},

    {"cuMemcpyHtoD", copy_to_device, LEGACY, nothing, nothing},
    {"cuMemcpyDtoH", copy_to_host, LEGACY, nothing, nothing},
    {"cuMemcpyDtoD", copy_between, LEGACY, nothing, nothing},
    {"cuMemcpy", copy_any, LEGACY, nothing, nothing},
    {"cuMemcpy2D", copy_rows, LEGACY, nothing, nothing},
    {"cuMemsetD8", fill, LEGACY, nothing, nothing},
    {"cuMemsetD2D8", fill_rows, LEGACY, nothing, nothing},
    {"cuMemcpyHtoDAsync in the legacy stream", copy_legacy, LEGACY, nothing, nothing},
    {"cuMemsetD32Async in the legacy stream", fill_legacy, LEGACY, nothing, nothing},
    {"cuLaunchKernel in the legacy stream", launch_legacy, LEGACY, nothing, nothing},
    {"cuEventRecord in the legacy stream", record_legacy, LEGACY, nothing, nothing},
    {"cuStreamWaitEvent of the legacy stream", wait_legacy, LEGACY, nothing, nothing},
    {"cuMemAllocAsync in the legacy stream", alloc_legacy, LEGACY, nothing, free_legacy},
    {"cuMemFreeAsync in the legacy stream", free_legacy, LEGACY, alloc_legacy, nothing},
    {"cuStreamWriteValue32 in the legacy stream", write_legacy, LEGACY, nothing, nothing},
    {"cuGraphLaunch in the legacy stream", graph_launch_legacy, LEGACY, nothing, nothing},
    {"cuStreamQuery of the legacy stream", query_legacy, LEGACY_WAIT, nothing, nothing},
    {"cuStreamSynchronize of the legacy stream", synchronize_legacy, LEGACY_WAIT, nothing, nothing},
    {"cuStreamIsCapturing of the legacy stream", ask_legacy, LEGACY_ASK, nothing, nothing},
    {"cuStreamGetCaptureInfo of the legacy stream", info_legacy, LEGACY_ASK, nothing, nothing},

    {"cuCtxSynchronize", synchronize, WHOLE, nothing, nothing},
    {"cuCtxSynchronize_v2", synchronize_other, WHOLE, nothing, nothing},
    {"cuCtxRecordEvent", record_context, WHOLE, nothing, nothing},
    {"cuCtxWaitEvent", wait_context, WHOLE, nothing, nothing},
    {"cuStreamQuery", query_captured, MEMBER, nothing, nothing},
    {"cuStreamSynchronize", synchronize_captured, MEMBER, nothing, nothing},
};
enum { ROWS = sizeof rows / sizeof *rows };

struct made {
    CUresult (*call)(void);
    CUstreamCaptureMode mode;
    CUresult result;
};

static void *make(void *argument)
{
    struct made *made = argument;
    CUstreamCaptureMode mode = made->mode;
    MUST(cuCtxSetCurrent(context));
    MUST(cuThreadExchangeStreamCaptureMode(&mode));
    made->result = made->call();
    MUST(cuThreadExchangeStreamCaptureMode(&mode));
    return NULL;
}

static CUresult call_in(const struct situation *s, CUresult (*call)(void))
{
    struct made made = {call, s->own, CUDA_SUCCESS};
    pthread_t thread;
    if (!s->elsewhere)
        make(&made);
    else if (pthread_create(&thread, NULL, make, &made) || pthread_join(thread, NULL))
        exit(4);
    return made.result;
}

static void settle(void)
{
    MUST(cuCtxSynchronize());
    MUST(cuEventRecord(event, idle));
    MUST(cuEventRecord(second, idle));
    MUST(cuEventSynchronize(second));
}

/* One call in one situation: its code, "!" if the capture is invalid afterwards. */
static void try_call(int row, const struct situation *s)
{
    CUgraph graph = NULL;
    CUstreamCaptureStatus status;
    settle();
    MUST(rows[row].before());
    MUST(cuCtxSynchronize());
    MUST(cuStreamCreate(&captured, s->blocking ? CU_STREAM_DEFAULT : CU_STREAM_NON_BLOCKING));
    MUST(cuStreamBeginCapture_v2(captured, s->mode));
    CUresult result = call_in(s, rows[row].call), right = expected(rows[row].sort, s);
    MUST(cuStreamIsCapturing(captured, &status));
    int invalid = status == CU_STREAM_CAPTURE_STATUS_INVALIDATED, broken = right && rows[row].sort != LEGACY_ASK;
    CUresult ended = cuStreamEndCapture(captured, &graph);
    MUST(cuStreamDestroy_v2(captured));
    if (!result)
        MUST(rows[row].undo());
    else if (rows[row].undo == nothing && rows[row].before != nothing)
        MUST(rows[row].call());
    if (graph)
        MUST(cuGraphDestroy(graph));
    printf(" %d%s", (int)result, invalid ? "!" : "");
    if (result != right || invalid != broken || ended != (broken ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED : 0))
        printf(" (WRONG: %s: %d, ended with %d; %s)", s->title, (int)right, (int)ended, sorts[rows[row].sort]);
}

int main(void)
{
    CUgraphNode node;
    context = open_captured();
    MUST(cuStreamCreate(&idle, CU_STREAM_NON_BLOCKING));
    MUST(cuEventCreate(&event, 0));
    MUST(cuEventCreate(&second, 0));
    MUST(cuDeviceGetDefaultMemPool(&pool, 0));
    MUST(cuGraphCreate(&it.graph, 0));
    MUST(cuGraphAddEmptyNode(&node, it.graph, NULL, 0));
    MUST(cuGraphInstantiateWithFlags(&it.exec, it.graph, 0));
    for (int i = 0; i < SITUATIONS; i++)
        printf("# %d: %s\n", i, situations[i].title);
    for (int row = 0; row < ROWS; row++) {
        printf("%-45s", rows[row].name);
        for (int i = 0; i < SITUATIONS; i++)
            try_call(row, &situations[i]);
        puts("");
    }
    return 0;
}
