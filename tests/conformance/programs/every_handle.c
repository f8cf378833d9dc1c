/* Every question about streams, events and functions, with every kind of handle: the answers are the same
 * everywhere. */
#include <stdbool.h>

#include "show.h"

enum { HANDLES = 8 };

struct world {
    CUmodule module, unloaded;
    CUlibrary library;
    CUkernel kernel;
    CUfunction fill, nothing, gone, of_kernel;
    CUstream stream, destroyed_stream;
    CUevent recorded, fresh, untimed, destroyed_event;
    CUdeviceptr memory;
};

static const char *const stream_names[HANDLES] = {"NULL",      "legacy",   "per thread", "a stream",
                                                  "destroyed", "nonsense", "an event",   "one"};

static void show_of(const char *what, const char *of, CUresult result)
{
    char line[160];
    snprintf(line, sizeof line, "%s of %s", what, of);
    show(line, result);
}

#define OF(name, call) show_of(#call, name, (call))

/* With a second mistake beside the handle it is anybody's choice which one is told. */
#define OF_GOOD(is_good, name, call)                                                                                   \
    do {                                                                                                               \
        if (is_good)                                                                                                   \
            OF(name, call);                                                                                            \
    } while (0)

static void about_stream(const struct world *w, CUstream s, const char *name)
{
    bool good = s == NULL || s == CU_STREAM_LEGACY || s == CU_STREAM_PER_THREAD || s == w->stream;
    CUcontext context;
    CUgreenCtx green;
    CUdevResource resource;
    CUstreamCaptureStatus status;
    CUdevice device;
    unsigned flags;
    unsigned long long id;
    cuuint64_t capture;
    int priority;
    OF(name, cuStreamQuery(s));
    OF(name, cuStreamSynchronize(s));
    OF(name, cuStreamGetPriority(s, &priority));
    OF_GOOD(good, name, cuStreamGetPriority(s, NULL));
    OF_GOOD(good, name, cuStreamGetFlags(s, &flags));
    OF_GOOD(good, name, cuStreamGetFlags(s, NULL));
    OF(name, cuStreamGetId(s, &id));
    OF_GOOD(good, name, cuStreamGetId(s, NULL));
    OF(name, cuStreamGetDevice(s, &device));
    OF_GOOD(good, name, cuStreamGetDevice(s, NULL));
    OF(name, cuStreamGetCtx(s, &context));
    OF_GOOD(good, name, cuStreamGetCtx(s, NULL));
    OF(name, cuStreamGetCtx_v2(s, &context, &green));
    OF_GOOD(good, name, cuStreamGetCtx_v2(s, NULL, &green));
    OF_GOOD(good, name, cuStreamGetCtx_v2(s, &context, NULL));
    OF(name, cuStreamGetGreenCtx(s, &green));
    OF(name, cuStreamGetDevResource(s, &resource, CU_DEV_RESOURCE_TYPE_SM));
    OF(name, cuStreamGetDevResource(s, &resource, CU_DEV_RESOURCE_TYPE_INVALID));
    OF_GOOD(good, name, cuStreamGetDevResource(s, NULL, CU_DEV_RESOURCE_TYPE_SM));
    OF(name, cuStreamIsCapturing(s, &status));
    OF_GOOD(good, name, cuStreamIsCapturing(s, NULL));
    OF(name, cuStreamGetCaptureInfo(s, &status, &capture));
    OF_GOOD(good, name, cuStreamGetCaptureInfo(s, NULL, &capture));
    OF_GOOD(good, name, cuStreamGetCaptureInfo(s, &status, NULL));
}

static void work_in_stream(const struct world *w, CUstream s, const char *name)
{
    bool good = s == NULL || s == CU_STREAM_LEGACY || s == CU_STREAM_PER_THREAD || s == w->stream;
    CUdeviceptr address = 0;
    unsigned word = 5;
    OF(name, cuStreamWaitEvent(s, w->recorded, 0));
    OF(name, cuStreamWaitEvent(s, w->fresh, 0));
    OF_GOOD(good, name, cuStreamWaitEvent(s, w->recorded, 9));
    OF_GOOD(good, name, cuStreamWaitEvent(s, NULL, 0));
    OF_GOOD(good, name, cuStreamWaitEvent(s, w->destroyed_event, 0));
    OF(name, cuEventRecord(w->recorded, s));
    OF_GOOD(good, name, cuEventRecord(NULL, s));
    OF_GOOD(good, name, cuEventRecordWithFlags(w->recorded, s, 9));
    OF(name, cuMemcpyDtoHAsync_v2(&word, w->memory, sizeof word, s));
    OF_GOOD(good, name, cuMemcpyDtoHAsync_v2(NULL, w->memory, sizeof word, s));
    OF_GOOD(good, name, cuMemcpyDtoHAsync_v2(&word, w->memory, 0, s));
    OF(name, cuMemcpyHtoDAsync_v2(w->memory, &word, sizeof word, s));
    OF_GOOD(good, name, cuMemcpyHtoDAsync_v2(w->memory, NULL, 0, s));
    OF_GOOD(good, name, cuMemcpyHtoDAsync_v2(0, &word, sizeof word, s));
    OF(name, cuMemcpyDtoDAsync_v2(w->memory, w->memory + 32, 16, s));
    OF_GOOD(good, name, cuMemcpyDtoDAsync_v2(w->memory, 0, 16, s));
    OF(name, cuMemcpyAsync(w->memory, w->memory + 32, 16, s));
    OF(name, cuMemsetD8Async(w->memory, 1, 4, s));
    OF_GOOD(good, name, cuMemsetD8Async(w->memory, 1, 0, s));
    OF_GOOD(good, name, cuMemsetD8Async(0, 1, 4, s));
    OF_GOOD(good, name, cuMemsetD32Async(w->memory + 2, 1, 4, s));
    OF_GOOD(good, name, cuMemAllocAsync(NULL, 4, s));
    OF(name, cuMemAllocAsync(&address, 16, s));
    OF(name, cuMemFreeAsync(address, s));
    OF(name, cuMemFreeAsync(0, s));
    OF_GOOD(good, name, cuMemFreeAsync(w->memory + 4, s));
    OF(name, cuLaunchKernel(w->nothing, 1, 1, 1, 1, 1, 1, 0, s, NULL, NULL));
    OF(name, cuLaunchKernel((CUfunction)w->kernel, 1, 1, 1, 1, 1, 1, 0, s, NULL, NULL));
    OF_GOOD(good, name, cuLaunchKernel(w->gone, 1, 1, 1, 1, 1, 1, 0, s, NULL, NULL));
    OF_GOOD(good, name, cuLaunchKernel(w->nothing, 0, 1, 1, 1, 1, 1, 0, s, NULL, NULL));
    OF_GOOD(good, name, cuLaunchKernel(NULL, 0, 1, 1, 1, 1, 1, 0, s, NULL, NULL));
    OF(name, cuStreamSynchronize(s));
}

static void streams(const struct world *w)
{
    CUstream handles[HANDLES] = {NULL,
                                 CU_STREAM_LEGACY,
                                 CU_STREAM_PER_THREAD,
                                 w->stream,
                                 w->destroyed_stream,
                                 NONSENSE(CUstream),
                                 (CUstream)w->fresh,
                                 (CUstream)(uintptr_t)3};
    for (int i = 0; i < HANDLES; i++) {
        about_stream(w, handles[i], stream_names[i]);
        work_in_stream(w, handles[i], stream_names[i]);
    }
    for (int i = 0; i < HANDLES; i++)
        if (handles[i] != w->stream)
            OF(stream_names[i], cuStreamDestroy_v2(handles[i]));
    CUstream made = NULL;
    for (unsigned flags = 0; flags < 4; flags++)
        OF("flags", cuStreamCreate(&made, flags));
    OF("no place", cuStreamCreate(NULL, 0));
    OF("no place", cuStreamCreateWithPriority(NULL, 0, 0));
}

static void events(const struct world *w)
{
    enum { EVENTS = 7 };
    static const char *const names[EVENTS] = {"NULL",      "recorded", "fresh",   "untimed",
                                              "destroyed", "nonsense", "a stream"};
    CUevent handles[EVENTS] = {
        NULL, w->recorded, w->fresh, w->untimed, w->destroyed_event, NONSENSE(CUevent), (CUevent)w->stream};
    float ms;
    CUevent made;
    for (int i = 0; i < EVENTS; i++) {
        bool good = handles[i] == w->recorded || handles[i] == w->fresh || handles[i] == w->untimed;
        OF(names[i], cuEventQuery(handles[i]));
        OF(names[i], cuEventSynchronize(handles[i]));
        for (int j = 0; j < EVENTS; j++) {
            OF(names[i], cuEventElapsedTime(&ms, handles[i], handles[j]));
            OF_GOOD(good && i == j, names[i], cuEventElapsedTime(NULL, handles[i], handles[j]));
        }
        for (unsigned flags = 0; flags < 4; flags++) {
            if (handles[i] != w->fresh)
                OF_GOOD(good, names[i], cuEventRecordWithFlags(handles[i], w->stream, flags));
            OF_GOOD(good, names[i], cuStreamWaitEvent(w->stream, handles[i], flags));
        }
    }
    OF("those that are none", cuEventDestroy_v2(NULL));
    OF("those that are none", cuEventDestroy_v2(w->destroyed_event));
    OF("those that are none", cuEventDestroy_v2(NONSENSE(CUevent)));
    OF("those that are none", cuEventDestroy_v2((CUevent)w->stream));
    for (unsigned flags = 0; flags < 10; flags++)
        OF("flags", cuEventCreate(&made, flags));
    OF("no place", cuEventCreate(NULL, 0));
}

static void about_function(CUfunction f, const char *name, bool good)
{
    CUmodule module;
    CUfunctionLoadingState state;
    const char *text;
    size_t offset, size;
    for (int attribute = -1; attribute <= CU_FUNC_ATTRIBUTE_MAX + 1; attribute++) {
        int value = -77;
        OF_GOOD(good, name, cuFuncGetAttribute(&value, (CUfunction_attribute)attribute, f));
        printf("attribute %d: %d\n", attribute, value);
        OF_GOOD(good, name, cuFuncGetAttribute(NULL, (CUfunction_attribute)attribute, f));
        OF_GOOD(good, name, cuFuncSetAttribute(f, (CUfunction_attribute)attribute, -2));
        OF_GOOD(good, name, cuFuncSetAttribute(f, (CUfunction_attribute)attribute, 1 << 28));
        OF_GOOD(good, name, cuFuncSetAttribute(f, (CUfunction_attribute)attribute, 1));
        OF_GOOD(good, name, cuFuncGetAttribute(&value, (CUfunction_attribute)attribute, f));
        printf("attribute %d after: %d\n", attribute, value);
    }
    OF(name, cuFuncGetName(&text, f));
    OF_GOOD(good, name, cuFuncGetName(NULL, f));
    OF(name, cuFuncGetModule(&module, f));
    OF_GOOD(good, name, cuFuncGetModule(NULL, f));
    OF(name, cuFuncIsLoaded(&state, f));
    OF_GOOD(good, name, cuFuncIsLoaded(NULL, f));
    OF(name, cuFuncLoad(f));
    for (size_t i = 0; i < 5; i++)
        OF_GOOD(good, name, cuFuncGetParamInfo(f, i, &offset, &size));
    OF_GOOD(good, name, cuFuncGetParamInfo(f, 0, NULL, &size));
    for (int config = -1; config < 6; config++) {
        OF_GOOD(good, name, cuFuncSetCacheConfig(f, (CUfunc_cache)config));
        OF_GOOD(good, name, cuFuncSetSharedMemConfig(f, (CUsharedconfig)config));
    }
    for (int size_wanted = -1; size_wanted < 3000; size_wanted += 1000) {
        int blocks = -7, grid = -7, block = -7;
        size_t shared = 7;
        OF_GOOD(good, name, cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, f, size_wanted, 0));
        OF_GOOD(good, name, cuOccupancyMaxActiveBlocksPerMultiprocessor(NULL, f, size_wanted, 0));
        OF_GOOD(good, name, cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(&blocks, f, size_wanted, 4000, 1));
        OF_GOOD(good, name, cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(&blocks, f, size_wanted, 0, 2));
        OF_GOOD(good, name, cuOccupancyMaxPotentialBlockSize(&grid, &block, f, NULL, 0, size_wanted));
        OF_GOOD(good, name, cuOccupancyMaxPotentialBlockSize(&grid, NULL, f, NULL, 0, size_wanted));
        OF_GOOD(good, name, cuOccupancyMaxPotentialBlockSizeWithFlags(&grid, &block, f, NULL, 100000, size_wanted, 0));
        OF_GOOD(good, name, cuOccupancyMaxPotentialBlockSizeWithFlags(&grid, &block, f, NULL, 0, size_wanted, 2));
        OF_GOOD(good, name, cuOccupancyAvailableDynamicSMemPerBlock(&shared, f, 1, size_wanted));
        OF_GOOD(good, name, cuOccupancyAvailableDynamicSMemPerBlock(&shared, f, 0, size_wanted));
        OF_GOOD(good, name, cuOccupancyAvailableDynamicSMemPerBlock(NULL, f, 1, size_wanted));
        printf("%d: blocks %d, grid %d, block %d, shared %zu\n", size_wanted, blocks, grid, block, shared);
    }
}

static void functions(const struct world *w)
{
    about_function(NULL, "NULL", false);
    about_function(w->fill, "a function", true);
    about_function(w->gone, "one of an unloaded module", false);
    about_function(NONSENSE(CUfunction), "nonsense", false);
    about_function((CUfunction)w->kernel, "a kernel", true);
    about_function(w->of_kernel, "a kernel's function", true);
    about_function((CUfunction)w->module, "a module", false);
}

static void about_kernel(CUkernel k, const char *name, bool good)
{
    CUfunction function;
    CUlibrary library;
    const char *text;
    size_t offset, size;
    for (CUdevice device = -1; device < 3; device++)
        for (int attribute = -1; attribute <= CU_FUNC_ATTRIBUTE_MAX + 1; attribute++) {
            int value = -77;
            OF_GOOD(good, name, cuKernelGetAttribute(&value, (CUfunction_attribute)attribute, k, device));
            printf("attribute %d: %d\n", attribute, value);
            OF_GOOD(good && device >= 0 && device < 2, name,
                    cuKernelGetAttribute(NULL, (CUfunction_attribute)attribute, k, device));
            OF_GOOD(good, name, cuKernelSetAttribute((CUfunction_attribute)attribute, -2, k, device));
            OF_GOOD(good, name, cuKernelSetAttribute((CUfunction_attribute)attribute, 1, k, device));
            OF_GOOD(good, name, cuKernelGetAttribute(&value, (CUfunction_attribute)attribute, k, device));
            printf("attribute %d after: %d\n", attribute, value);
        }
    OF(name, cuKernelSetCacheConfig(k, (CUfunc_cache)1, 0));
    OF_GOOD(good, name, cuKernelSetCacheConfig(k, (CUfunc_cache)9, 0));
    OF_GOOD(good, name, cuKernelSetCacheConfig(k, (CUfunc_cache)1, 5));
    OF(name, cuKernelGetName(&text, k));
    OF_GOOD(good, name, cuKernelGetName(NULL, k));
    OF(name, cuKernelGetFunction(&function, k));
    OF_GOOD(good, name, cuKernelGetFunction(NULL, k));
    OF(name, cuKernelGetLibrary(&library, k));
    OF_GOOD(good, name, cuKernelGetLibrary(NULL, k));
    OF(name, cuKernelGetParamInfo(k, 0, &offset, &size));
    OF(name, cuKernelGetParamInfo(k, 9, &offset, &size));
    OF_GOOD(good, name, cuKernelGetParamInfo(k, 0, NULL, &size));
}

static void about_code(CUmodule m, CUlibrary l, const char *name, bool good)
{
    CUfunction functions_found[9] = {0};
    CUkernel kernels_found[9] = {0}, kernel;
    CUmodule module;
    CUfunction function;
    CUdeviceptr address;
    unsigned count;
    size_t size;
    OF(name, cuModuleGetFunctionCount(&count, m));
    OF_GOOD(good, name, cuModuleGetFunctionCount(NULL, m));
    OF(name, cuModuleEnumerateFunctions(functions_found, 9, m));
    OF_GOOD(good, name, cuModuleEnumerateFunctions(functions_found, 0, m));
    OF_GOOD(good, name, cuModuleEnumerateFunctions(NULL, 9, m));
    OF_GOOD(good, name, cuModuleEnumerateFunctions(NULL, 0, m));
    OF(name, cuModuleGetFunction(&function, m, "fill"));
    OF_GOOD(good, name, cuModuleGetFunction(NULL, m, "fill"));
    OF_GOOD(good, name, cuModuleGetFunction(&function, m, NULL));
    OF_GOOD(good, name, cuModuleGetFunction(&function, m, "table"));
    OF_GOOD(good, name, cuModuleGetGlobal_v2(&address, &size, m, "table"));
    OF_GOOD(good, name, cuModuleGetGlobal_v2(NULL, NULL, m, "table"));
    OF_GOOD(good, name, cuModuleGetGlobal_v2(&address, &size, m, NULL));
    OF_GOOD(good, name, cuModuleGetGlobal_v2(&address, &size, m, ""));
    OF(name, cuLibraryGetKernelCount(&count, l));
    OF_GOOD(good, name, cuLibraryGetKernelCount(NULL, l));
    OF(name, cuLibraryEnumerateKernels(kernels_found, 9, l));
    OF_GOOD(good, name, cuLibraryEnumerateKernels(kernels_found, 0, l));
    OF_GOOD(good, name, cuLibraryEnumerateKernels(NULL, 9, l));
    OF_GOOD(good, name, cuLibraryEnumerateKernels(NULL, 0, l));
    OF(name, cuLibraryGetKernel(&kernel, l, "fill"));
    OF_GOOD(good, name, cuLibraryGetKernel(NULL, l, "fill"));
    OF_GOOD(good, name, cuLibraryGetKernel(&kernel, l, NULL));
    OF_GOOD(good, name, cuLibraryGetKernel(&kernel, l, "none"));
    OF(name, cuLibraryGetModule(&module, l));
    OF_GOOD(good, name, cuLibraryGetModule(NULL, l));
    OF_GOOD(good, name, cuLibraryGetGlobal(&address, &size, l, "table"));
    OF_GOOD(good, name, cuLibraryGetGlobal(NULL, NULL, l, "table"));
    OF_GOOD(good, name, cuLibraryGetGlobal(&address, NULL, l, "none"));
    OF_GOOD(good, name, cuLibraryGetGlobal(&address, NULL, l, NULL));
    OF_GOOD(good, name, cuLibraryGetManaged(&address, &size, l, "table"));
    OF_GOOD(good, name, cuLibraryGetManaged(&address, &size, l, "none"));
    OF_GOOD(good, name, cuLibraryGetManaged(NULL, NULL, l, "none"));
}

int main(void)
{
    struct world w;
    CUlibrary unloaded;
    CUkernel gone;
    show_context();
    MUST(cuModuleLoadData(&w.module, SHOW_MODULE));
    MUST(cuModuleLoadData(&w.unloaded, SHOW_MODULE));
    MUST(cuModuleGetFunction(&w.fill, w.module, "fill"));
    MUST(cuModuleGetFunction(&w.nothing, w.module, "nothing"));
    MUST(cuModuleGetFunction(&w.gone, w.unloaded, "nothing"));
    MUST(cuModuleUnload(w.unloaded));
    MUST(cuLibraryLoadData(&w.library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    MUST(cuLibraryGetKernel(&w.kernel, w.library, "nothing"));
    MUST(cuKernelGetFunction(&w.of_kernel, w.kernel));
    MUST(cuLibraryLoadData(&unloaded, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    MUST(cuLibraryGetKernel(&gone, unloaded, "nothing"));
    MUST(cuLibraryUnload(unloaded));
    MUST(cuStreamCreate(&w.stream, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&w.destroyed_stream, 0));
    MUST(cuStreamDestroy_v2(w.destroyed_stream));
    MUST(cuEventCreate(&w.recorded, 0));
    MUST(cuEventCreate(&w.fresh, 0));
    MUST(cuEventCreate(&w.untimed, CU_EVENT_DISABLE_TIMING));
    MUST(cuEventCreate(&w.destroyed_event, 0));
    MUST(cuEventDestroy_v2(w.destroyed_event));
    MUST(cuMemAlloc_v2(&w.memory, 64));
    MUST(cuEventRecord(w.recorded, NULL));
    MUST(cuEventRecord(w.untimed, NULL));
    MUST(cuCtxSynchronize());
    streams(&w);
    events(&w);
    about_code(w.module, w.library, "good ones", true);
    about_code(NULL, NULL, "NULL", false);
    about_code(w.unloaded, unloaded, "unloaded ones", false);
    about_code(NONSENSE(CUmodule), NONSENSE(CUlibrary), "nonsense", false);
    about_code((CUmodule)w.fill, (CUlibrary)w.module, "others", false);
    about_kernel(w.kernel, "a kernel", true);
    about_kernel(NULL, "NULL", false);
    about_kernel(gone, "one of an unloaded library", false);
    about_kernel(NONSENSE(CUkernel), "nonsense", false);
    about_kernel((CUkernel)w.fill, "a function", false);
    functions(&w);
    MUST(cuCtxSynchronize());
    return 0;
}
