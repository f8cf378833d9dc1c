/* When functions count as loaded: with their module, or when they are first used. */
#include "show.h"

static CUmodule module;
static CUfunction functions[8];

static void states(const char *when)
{
    CUfunctionLoadingState state;
    const char *name;
    printf("# %s\n", when);
    for (int i = 0; i < 3; i++) {
        MUST(cuFuncIsLoaded(&state, functions[i]));
        MUST(cuFuncGetName(&name, functions[i]));
        printf("%s %s\n", name, state == CU_FUNCTION_LOADING_STATE_LOADED ? "loaded" : "not loaded");
    }
}

static void enumerate(const char *when)
{
    unsigned count = 0;
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunctionCount(&count, module));
    MUST(cuModuleEnumerateFunctions(functions, count, module));
    states(when);
}

static void attributes(CUfunction function)
{
    for (int attribute = 0; attribute < CU_FUNC_ATTRIBUTE_MAX; attribute++) {
        int value = -7;
        CUresult result = cuFuncGetAttribute(&value, (CUfunction_attribute)attribute, function);
        printf("attribute %d: %d, %d\n", attribute, result, value);
    }
}

static void launch(CUfunction function)
{
    TRY(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    TRY(cuCtxSynchronize());
}

static void of_library(void)
{
    CUlibrary library;
    CUkernel kernels[3], kernel;
    CUfunction function;
    CUfunctionLoadingState state;
    int value;
    MUST(cuLibraryLoadData(&library, SHOW_MODULE, NULL, NULL, 0, NULL, NULL, 0));
    TRY(cuLibraryEnumerateKernels(kernels, 3, library));
    TRY(cuKernelGetAttribute(&value, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, kernels[1], 0));
    TRY(cuLibraryGetKernel(&kernel, library, "nothing"));
    TRY(cuKernelGetFunction(&function, kernel));
    TRY(cuFuncIsLoaded(&state, function));
    printf("%d\n", state);
    TRY(cuFuncLoad((CUfunction)kernels[0]));
    TRY(cuFuncIsLoaded(&state, (CUfunction)kernels[0]));
    printf("%d\n", state);
}

int main(void)
{
    CUmoduleLoadingMode mode;
    CUfunction named;
    int value = 0;
    show_context();
    TRY(cuModuleGetLoadingMode(&mode));
    TRY(cuModuleGetLoadingMode(NULL));
    printf("mode %d\n", mode);
    enumerate("enumerated");
    attributes(functions[0]);
    states("after their attributes");
    TRY(cuFuncLoad(functions[0]));
    TRY(cuFuncLoad(functions[0]));
    attributes(functions[0]);
    states("after cuFuncLoad of the first");
    TRY(cuModuleGetFunction(&named, module, "total"));
    EXPECT_TRUE(named == functions[1]);
    states("after cuModuleGetFunction of the second");
    launch(functions[2]);
    states("after a launch of the third");
    enumerate("of another module");
    TRY(cuOccupancyMaxActiveBlocksPerMultiprocessor(&value, functions[1], 64, 0));
    TRY(cuFuncSetAttribute(functions[2], CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 1024));
    states("after occupancy of the second, a setting of the third");
    TRY(cuFuncSetCacheConfig(functions[0], CU_FUNC_CACHE_PREFER_L1));
    states("after a cache's setting of the first");
    attributes(functions[2]);
    of_library();
    return 0;
}
