/* Launches that cannot run: each is refused at the launch, with the driver's code, and no other call is told of it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "show.h"

static const char BOUNDED[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
                              ".visible .entry free()\n{\n    ret;\n}\n"
                              ".visible .entry at_most() .maxntid 64, 1, 1\n{\n    ret;\n}\n"
                              ".visible .entry exactly() .reqntid 32, 2, 1\n{\n    ret;\n}\n";

enum { TOO_MANY_BLOCKS = 1000000, DEFAULT_SHARED_BYTES = 48 << 10 };

static CUresult run(CUfunction function, unsigned grid, unsigned x, unsigned y, unsigned shared)
{
    return cuLaunchKernel(function, grid, 1, 1, x, y, 1, shared, NULL, NULL, NULL);
}

static CUresult run_with(CUfunction function, unsigned grid, unsigned block, CUlaunchAttribute attribute)
{
    CUlaunchConfig config = {grid, 1, 1, block, 1, 1, 0, NULL, &attribute, 1};
    return cuLaunchKernelEx(&config, function, NULL, NULL);
}

static CUresult run_cooperative(CUfunction function, unsigned grid)
{
    return cuLaunchCooperativeKernel(function, grid, 1, 1, 128, 1, 1, 0, NULL, NULL);
}

static CUlaunchAttribute cluster(unsigned x, unsigned y)
{
    CUlaunchAttribute attribute = {.id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION};
    attribute.value.clusterDim.x = x;
    attribute.value.clusterDim.y = y;
    attribute.value.clusterDim.z = 1;
    return attribute;
}

/* After each refusal an allocation, which must not hear of it. */
static void allocate(void)
{
    CUdeviceptr address = 0;
    EXPECT(CUDA_SUCCESS, cuMemAlloc_v2(&address, 64));
    EXPECT_TRUE(address != 0);
    MUST(cuMemFree_v2(address));
}

static void blocks(CUfunction at_most, CUfunction exactly)
{
    puts("# blocks");
    EXPECT(CUDA_SUCCESS, run(at_most, 1, 64, 1, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(at_most, 1, 65, 1, 0));
    allocate();
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(at_most, 1, 1024, 1, 0));
    EXPECT(CUDA_SUCCESS, run(exactly, 1, 32, 2, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(exactly, 1, 64, 1, 0));
    allocate();
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(exactly, 1, 32, 1, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(exactly, 1, 128, 1, 0));
    allocate();
    EXPECT(CUDA_SUCCESS, run(exactly, 7, 32, 2, 0));
    EXPECT(CUDA_SUCCESS, run(exactly, 7, 32, 2, 1024));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(exactly, 1, 32, 2, DEFAULT_SHARED_BYTES + 1));
    allocate();
}

static void grids(CUfunction function)
{
    CUlaunchAttribute cooperative = {.id = CU_LAUNCH_ATTRIBUTE_COOPERATIVE};
    CUlaunchAttribute urgent = {.id = CU_LAUNCH_ATTRIBUTE_PRIORITY};
    CUlaunchAttribute unknown = {.id = (CUlaunchAttributeID)77};
    CUlaunchAttribute of_node = {.id = CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE};
    cooperative.value.cooperative = 1;
    urgent.value.priority = -1;
    puts("# grids");
    EXPECT(CUDA_SUCCESS, run_cooperative(function, 1));
    EXPECT(CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE, run_cooperative(function, TOO_MANY_BLOCKS));
    allocate();
    EXPECT(CUDA_SUCCESS, run_with(function, 1, 128, cooperative));
    EXPECT(CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE, run_with(function, TOO_MANY_BLOCKS, 128, cooperative));
    allocate();
    EXPECT(CUDA_SUCCESS, run_with(function, 4, 1, cluster(1, 1)));
    EXPECT(CUDA_ERROR_INVALID_CLUSTER_SIZE, run_with(function, 3, 1, cluster(2, 1)));
    allocate();
    EXPECT(CUDA_ERROR_INVALID_CLUSTER_SIZE, run_with(function, 4, 1, cluster(2, 0)));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, run_with(function, 4, 1, cluster(2, 1)));
    allocate();
    EXPECT(CUDA_SUCCESS, run_with(function, 4, 1, urgent));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run_with(function, 4, 1, unknown));
    allocate();
    EXPECT(CUDA_SUCCESS, run_with(function, 4, 1, of_node));
    of_node.value.deviceUpdatableKernelNode.deviceUpdatable = 1;
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, run_with(function, 4, 1, of_node));
    allocate();
}

static void expect_shared(CUfunction function, int bytes)
{
    int value = -7;
    EXPECT(CUDA_SUCCESS, cuFuncGetAttribute(&value, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, function));
    EXPECT_TRUE(value == bytes);
}

/* A kernel of a library is the same in each context, and set for each device. */
static void kernels(CUcontext context, CUcontext other)
{
    CUlibrary library;
    CUkernel kernel;
    CUfunction function;
    MUST(cuLibraryLoadData(&library, BOUNDED, NULL, NULL, 0, NULL, NULL, 0));
    MUST(cuLibraryGetKernel(&kernel, library, "free"));
    puts("# kernels");
    EXPECT(CUDA_ERROR_INVALID_VALUE, run((CUfunction)kernel, 1, 1, 1, DEFAULT_SHARED_BYTES + 1));
    allocate();
    EXPECT(CUDA_SUCCESS, cuKernelSetAttribute(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 60000, kernel, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run((CUfunction)kernel, 1, 1, 1, 60000));
    MUST(cuCtxSetCurrent(other));
    EXPECT(CUDA_SUCCESS, run((CUfunction)kernel, 1, 1, 1, 60000));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run((CUfunction)kernel, 1, 1, 1, 60001));
    allocate();
    MUST(cuCtxSetCurrent(context));
    MUST(cuKernelGetFunction(&function, kernel));
    EXPECT(CUDA_SUCCESS, cuFuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 50000));
    EXPECT(CUDA_SUCCESS, run(function, 1, 1, 1, 50000));
    EXPECT(CUDA_SUCCESS, run((CUfunction)kernel, 1, 1, 1, 50000));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run((CUfunction)kernel, 1, 1, 1, 50001));
    allocate();
    /* What was set on a function stays, whatever is set on its kernel. */
    EXPECT(CUDA_SUCCESS, cuKernelSetAttribute(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 60000, kernel, 0));
    expect_shared(function, 50000);
    EXPECT(CUDA_ERROR_INVALID_VALUE, run((CUfunction)kernel, 1, 1, 1, 50001));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(function, 1, 1, 1, 50001));
    allocate();
    MUST(cuLibraryGetKernel(&kernel, library, "at_most"));
    MUST(cuKernelGetFunction(&function, kernel));
    EXPECT(CUDA_SUCCESS, cuKernelSetAttribute(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 55000, kernel, 0));
    expect_shared(function, 55000);
    EXPECT(CUDA_SUCCESS, run(function, 1, 1, 1, 55000));
    EXPECT(CUDA_SUCCESS, run((CUfunction)kernel, 1, 1, 1, 55000));
    EXPECT(CUDA_SUCCESS, cuKernelSetAttribute(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 100, kernel, 0));
    expect_shared(function, 100);
    EXPECT(CUDA_ERROR_INVALID_VALUE, run(function, 1, 1, 1, 55000));
    EXPECT(CUDA_ERROR_INVALID_VALUE, run((CUfunction)kernel, 1, 1, 1, 55000));
    allocate();
    MUST(cuCtxSynchronize());
    MUST(cuLibraryUnload(library));
}

static atomic_bool ended;
static atomic_int foreign_errors;

/* Another thread of the same context, which makes no mistake. */
static void *allocate_and_copy(void *context)
{
    CUdeviceptr address = 0;
    unsigned word = 7;
    int failed = cuCtxSetCurrent(context) != 0;
    do {
        failed += cuMemAlloc_v2(&address, 64) != 0;
        failed += cuMemcpyHtoD_v2(address, &word, sizeof word) != 0;
        failed += cuMemcpyDtoH_v2(&word, address, sizeof word) != 0;
        failed += cuMemFree_v2(address) != 0;
    } while (!atomic_load(&ended));
    atomic_store(&foreign_errors, failed);
    return NULL;
}

static void threads(CUcontext context, CUfunction exactly)
{
    enum { TIMES = 200 };
    int refused = 0;
    pthread_t thread;
    puts("# threads");
    if (pthread_create(&thread, NULL, allocate_and_copy, context))
        exit(3);
    for (int i = 0; i < TIMES; i++) {
        refused += run(exactly, 1, 64, 1, 0) == CUDA_ERROR_INVALID_VALUE;
        refused += run_cooperative(exactly, 1) == CUDA_ERROR_INVALID_VALUE;
    }
    atomic_store(&ended, true);
    pthread_join(thread, NULL);
    EXPECT_TRUE(refused == 2 * TIMES);
    EXPECT_TRUE(foreign_errors == 0);
}

int main(void)
{
    CUmodule module;
    CUfunction unbounded, at_most, exactly;
    CUcontext context = show_context(), other;
    MUST(cuDevicePrimaryCtxRetain(&other, 1));
    MUST(cuModuleLoadData(&module, BOUNDED));
    MUST(cuModuleGetFunction(&unbounded, module, "free"));
    MUST(cuModuleGetFunction(&at_most, module, "at_most"));
    MUST(cuModuleGetFunction(&exactly, module, "exactly"));
    blocks(at_most, exactly);
    grids(unbounded);
    kernels(context, other);
    threads(context, exactly);
    EXPECT(CUDA_SUCCESS, cuCtxSynchronize());
    return 0;
}
