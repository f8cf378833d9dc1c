/* Wrong and edge calls to modules, libraries, functions, launches and occupancy. */
#include "show.h"

static void modules(void)
{
    CUmodule module = NULL;
    CUfunction function = NULL;
    CUdeviceptr address = 7;
    size_t size = 7;
    char log[512] = "";
    CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
    void *values[] = {log, (void *)(uintptr_t)sizeof log};
    puts("# modules");
    TRY(cuModuleLoadData(NULL, SHOW_MODULE));
    TRY(cuModuleLoadData(&module, NULL));
    TRY(cuModuleLoadData(&module, ""));
    TRY(cuModuleLoadData(&module, "this is no image"));
    TRY(cuModuleLoadData(&module,
                         ".version 6.0\n.target sm_50\n.address_size 64\n.entry k() { frobnicate.u32 %r1; }\n"));
    TRY(cuModuleLoadDataEx(&module, ".version 6.0\n.target sm_50\n.address_size 64\n.entry k() { ret }\n", 2, options,
                           values));
    printf("error log written: %d\n", log[0] != 0);
    TRY(cuModuleLoadDataEx(&module, SHOW_MODULE, 2, NULL, NULL));
    TRY(cuModuleLoad(&module, "no/such/file.ptx"));
    TRY(cuModuleLoad(&module, NULL));
    printf("module untouched: %d\n", module == NULL);
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    TRY(cuModuleGetFunction(&function, module, "no_such_kernel"));
    TRY(cuModuleGetFunction(&function, module, "table"));
    TRY(cuModuleGetFunction(&function, module, NULL));
    TRY(cuModuleGetFunction(&function, module, ""));
    TRY(cuModuleGetFunction(NULL, module, "fill"));
    TRY(cuModuleGetFunction(&function, NULL, "fill"));
    TRY(cuModuleGetFunction(&function, NONSENSE(CUmodule), "fill"));
    TRY(cuModuleGetGlobal_v2(&address, &size, module, "no_such_variable"));
    TRY(cuModuleGetGlobal_v2(&address, &size, module, "fill"));
    TRY(cuModuleGetGlobal_v2(NULL, &size, module, "table"));
    printf("size of the variable: %zu\n", size);
    TRY(cuModuleGetGlobal_v2(&address, NULL, module, "table"));
    TRY(cuMemFree_v2(address));
    TRY(cuModuleUnload(NULL));
    TRY(cuModuleUnload(NONSENSE(CUmodule)));
    TRY(cuModuleUnload(module));
    TRY(cuModuleGetFunction(&function, module, "fill"));
    TRY(cuModuleUnload(module));
}

static void libraries(void)
{
    CUlibrary library = NULL;
    CUkernel kernel = NULL;
    CUfunction function = NULL;
    CUdeviceptr address = 7;
    const char *name = NULL;
    size_t size = 7;
    unsigned count = 7;
    int value = -7;
    puts("# libraries");
    TRY(cuLibraryLoadData(NULL, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    TRY(cuLibraryLoadData(&library, NULL, NULL, NULL, 0, NULL, NULL, 0));
    TRY(cuLibraryLoadFromFile(&library, "no/such/file.ptx", NULL, NULL, 0, NULL, NULL, 0));
    MUST(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    TRY(cuLibraryGetKernelCount(&count, library));
    printf("kernels: %u\n", count);
    TRY(cuLibraryGetKernel(&kernel, library, "no_such_kernel"));
    TRY(cuLibraryGetKernel(&kernel, NULL, "fill"));
    TRY(cuLibraryGetKernel(&kernel, library, "fill"));
    TRY(cuKernelGetName(&name, kernel));
    printf("name: %s\n", name ? name : "NULL");
    TRY(cuKernelGetFunction(&function, kernel));
    TRY(cuKernelGetFunction(&function, NULL));
    TRY(cuKernelGetAttribute(&value, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, kernel, 0));
    TRY(cuKernelGetAttribute(&value, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, kernel, 64));
    TRY(cuKernelGetAttribute(&value, (CUfunction_attribute)99, kernel, 0));
    TRY(cuLibraryGetGlobal(&address, &size, library, "no_such_variable"));
    TRY(cuLibraryGetGlobal(&address, &size, library, "table"));
    printf("size of the variable: %zu\n", size);
    TRY(cuLibraryUnload(library));
    TRY(cuLibraryGetKernel(&kernel, library, "fill"));
    TRY(cuLibraryUnload(library));
    TRY(cuLibraryUnload(NULL));
}

static void functions(CUfunction fill)
{
    int value = -7;
    size_t offset = 7, size = 7;
    const char *name = NULL;
    puts("# functions");
    TRY(cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, NULL));
    TRY(cuFuncGetAttribute(NULL, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, fill));
    TRY(cuFuncGetAttribute(&value, (CUfunction_attribute)99, fill));
    TRY(cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, fill));
    printf("static shared memory: %d\n", value);
    TRY(cuFuncSetAttribute(fill, CU_FUNC_ATTRIBUTE_NUM_REGS, 1));
    TRY(cuFuncSetAttribute(fill, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, -1));
    TRY(cuFuncSetAttribute(fill, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 1 << 30));
    TRY(cuFuncSetAttribute(fill, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 1024));
    TRY(cuFuncSetCacheConfig(fill, (CUfunc_cache)99));
    TRY(cuFuncGetName(&name, fill));
    printf("name: %s\n", name ? name : "NULL");
    for (size_t i = 0; i < 3; i++) {
        TRY(cuFuncGetParamInfo(fill, i, &offset, &size));
        printf("parameter %zu: offset %zu, size %zu\n", i, offset, size);
    }
    TRY(cuFuncGetParamInfo(fill, 3, &offset, &size));
    TRY(cuFuncGetParamInfo(fill, 0, NULL, &size));
    TRY(cuFuncGetParamInfo(fill, 0, &offset, NULL));
}

static void launches(CUfunction fill, CUfunction nothing, CUdeviceptr out)
{
    unsigned count = 4, value = 5, got[4];
    void *params[] = {&out, &count, &value};
    struct {
        CUdeviceptr out;
        unsigned count, value;
    } packed = {out, count, 6};
    size_t size = sizeof packed, small = 8;
    void *extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, &packed, CU_LAUNCH_PARAM_BUFFER_SIZE, &size, CU_LAUNCH_PARAM_END};
    void *too_small[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, &packed, CU_LAUNCH_PARAM_BUFFER_SIZE, &small,
                         CU_LAUNCH_PARAM_END};
    puts("# launches");
    TRY(cuLaunchKernel(NULL, 1, 1, 1, 4, 1, 1, 0, NULL, params, NULL));
    TRY(cuLaunchKernel(NONSENSE(CUfunction), 1, 1, 1, 4, 1, 1, 0, NULL, params, NULL));
    TRY(cuLaunchKernel(fill, 0, 1, 1, 4, 1, 1, 0, NULL, params, NULL));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 0, 1, 1, 0, NULL, params, NULL));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 1025, 1, 1, 0, NULL, params, NULL));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 64, 64, 1, 0, NULL, params, NULL));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 1, 1, 65, 0, NULL, params, NULL));
    TRY(cuLaunchKernel(fill, 1, 65536, 1, 4, 1, 1, 0, NULL, params, NULL));
    TRY(cuLaunchKernel(fill, 1, 1, 65536, 4, 1, 1, 0, NULL, params, NULL));
    TRY(cuLaunchKernel(fill, 0x80000000u, 1, 1, 4, 1, 1, 0, NULL, params, NULL));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 1 << 20, NULL, params, NULL));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, NONSENSE(CUstream), params, NULL));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, NULL, params, extra));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, NULL, NULL, NULL));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, NULL, NULL, too_small));
    TRY(cuCtxSynchronize());
    TRY(cuLaunchKernel(nothing, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    TRY(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, NULL, params, NULL));
    TRY(cuMemcpyDtoH_v2(got, out, sizeof got));
    printf("%u %u %u %u\n", got[0], got[1], got[2], got[3]);
    TRY(cuLaunchKernel(fill, 1, 1, 1, 4, 1, 1, 0, NULL, NULL, extra));
    TRY(cuMemcpyDtoH_v2(got, out, sizeof got));
    printf("%u %u %u %u\n", got[0], got[1], got[2], got[3]);
}

static void occupancy(CUfunction fill)
{
    int blocks = -7, grid = -7, block = -7;
    size_t shared = 7;
    puts("# occupancy");
    TRY(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, NULL, 128, 0));
    TRY(cuOccupancyMaxActiveBlocksPerMultiprocessor(NULL, fill, 128, 0));
    TRY(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, fill, 0, 0));
    TRY(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, fill, 128, 0));
    printf("blocks of 128: %d\n", blocks);
    TRY(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, fill, 2048, 0));
    printf("blocks of 2048: %d\n", blocks);
    TRY(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, fill, 128, 1 << 30));
    printf("blocks with too much shared memory: %d\n", blocks);
    TRY(cuOccupancyMaxPotentialBlockSize(&grid, &block, fill, NULL, 0, 0));
    printf("grid %d, block %d\n", grid, block);
    TRY(cuOccupancyAvailableDynamicSMemPerBlock(&shared, fill, 1, 128));
    printf("shared memory for one block: %zu\n", shared);
    TRY(cuOccupancyAvailableDynamicSMemPerBlock(&shared, fill, 0, 128));
}

int main(void)
{
    CUmodule module;
    CUfunction fill, nothing;
    CUdeviceptr out;
    show_context();
    modules();
    libraries();
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&fill, module, "fill"));
    MUST(cuModuleGetFunction(&nothing, module, "nothing"));
    MUST(cuMemAlloc_v2(&out, 16));
    functions(fill);
    launches(fill, nothing, out);
    occupancy(fill);
    return 0;
}
