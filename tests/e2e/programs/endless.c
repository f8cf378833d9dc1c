/* Computes and copies until a call fails, then says which code, whether later calls fail as well, and how long they
 * took.
 *
 * Prints "running" once the first round is done; never ends by itself. */
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "cuda_api.h"

static const char PTX[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry bump(.param .u64 cell)\n{\n"
    "    .reg .b32 %v;\n    .reg .b64 %a;\n    ld.param.u64 %a, [cell];\n    cvta.to.global.u64 %a, %a;\n"
    "    ld.global.u32 %v, [%a];\n    add.u32 %v, %v, 1;\n    st.global.u32 [%a], %v;\n    ret;\n}\n";

enum { MEGABYTES = 256, TRIES = 5 };

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static CUresult start(CUfunction *function, CUdeviceptr *cell)
{
    CUcontext context;
    CUmodule module;
    CUdeviceptr ballast;
    CUresult result = cuInit(0);
    result = result ? result : cuDevicePrimaryCtxRetain(&context, 0);
    result = result ? result : cuCtxSetCurrent(context);
    result = result ? result : cuModuleLoadData(&module, PTX);
    result = result ? result : cuModuleGetFunction(function, module, "bump");
    result = result ? result : cuMemAlloc_v2(&ballast, (size_t)MEGABYTES << 20);
    result = result ? result : cuMemAlloc_v2(cell, 4);
    return result ? result : cuMemsetD32_v2(*cell, 0, 1);
}

int main(void)
{
    CUfunction function;
    CUdeviceptr cell;
    unsigned value = 0;
    CUresult result = start(&function, &cell);
    for (int announced = 0; !result;) {
        void *params[] = {&cell};
        result = cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, NULL, params, NULL);
        result = result ? result : cuMemcpyDtoH_v2(&value, cell, 4);
        if (!announced && !result) {
            announced = 1;
            puts("running");
            fflush(stdout);
        }
    }
    CUresult allocation = CUDA_SUCCESS, wait = CUDA_SUCCESS, copy = CUDA_SUCCESS;
    bool late = true;
    for (int i = 0; i < TRIES && late; i++) { /* others may have the processor just then */
        double before = seconds();
        CUdeviceptr more;
        allocation = cuMemAlloc_v2(&more, 16);
        wait = cuCtxSynchronize();
        copy = cuMemcpyDtoH_v2(&value, cell, 4);
        late = seconds() - before >= 0.5;
    }
    printf("%d, then %d %d %d %s\n", (int)result, (int)allocation, (int)wait, (int)copy, late ? "late" : "at once");
    return 0;
}
