/* What the programs about graphs share: a context with streams and memory, and nodes that are easily made. */
#ifndef GRAPHS_H
#define GRAPHS_H

#include <stdatomic.h>

#include "show.h"

/* Not atomic: what runs beside itself loses steps. */
static const char STEP_MODULE[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
                                  ".visible .entry step(.param .u64 word)\n"
                                  "{\n"
                                  "    .reg .b32 %v;\n    .reg .b64 %a;\n    .reg .b32 %i;\n    .reg .pred %p;\n"
                                  "    ld.param.u64 %a, [word];\n    cvta.to.global.u64 %a, %a;\n"
                                  "    ld.global.u32 %v, [%a];\n    mov.u32 %i, 0;\n"
                                  "AGAIN:\n    add.u32 %i, %i, 1;\n    setp.lt.u32 %p, %i, 100;\n    @%p bra AGAIN;\n"
                                  "    add.u32 %v, %v, 1;\n    st.global.u32 [%a], %v;\n    ret;\n}\n";

static CUcontext world_context;
static CUstream world_stream, world_other;
static CUdeviceptr world_memory;
static CUfunction world_fill, world_nothing, world_step;
static _Atomic int calls;

static inline void open_graphs(void)
{
    CUmodule module, step;
    world_context = show_context();
    MUST(cuStreamCreate(&world_stream, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&world_other, CU_STREAM_NON_BLOCKING));
    MUST(cuMemAlloc_v2(&world_memory, 1 << 16));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleLoadData(&step, STEP_MODULE));
    MUST(cuModuleGetFunction(&world_fill, module, "fill"));
    MUST(cuModuleGetFunction(&world_nothing, module, "nothing"));
    MUST(cuModuleGetFunction(&world_step, step, "step"));
}

static inline void count_call(void *unused)
{
    (void)unused;
    atomic_fetch_add(&calls, 1);
}

static inline CUresult add_kernel(CUgraphNode *node, CUgraph graph, const CUgraphNode *after, size_t count,
                                  CUfunction function, unsigned threads, void **params)
{
    CUDA_KERNEL_NODE_PARAMS kernel = {.func = function, .gridDimX = 1, .gridDimY = 1, .gridDimZ = 1};
    kernel.blockDimX = threads;
    kernel.blockDimY = kernel.blockDimZ = 1;
    kernel.kernelParams = params;
    return cuGraphAddKernelNode_v2(node, graph, after, count, &kernel);
}

/* out[i] = value + i */
static inline CUresult add_fill(CUgraphNode *node, CUgraph graph, const CUgraphNode *after, size_t count,
                                CUdeviceptr out, unsigned words, unsigned value)
{
    return add_kernel(node, graph, after, count, world_fill, words, (void *[]){&out, &words, &value});
}

static inline CUresult add_step(CUgraphNode *node, CUgraph graph, const CUgraphNode *after, size_t count,
                                CUdeviceptr word)
{
    return add_kernel(node, graph, after, count, world_step, 1, (void *[]){&word});
}

static inline CUDA_MEMCPY3D copy_to_device(CUdeviceptr to, const void *from, size_t bytes)
{
    CUDA_MEMCPY3D copy = {.srcMemoryType = CU_MEMORYTYPE_HOST, .srcHost = from, .dstMemoryType = CU_MEMORYTYPE_DEVICE};
    copy.dstDevice = to;
    copy.WidthInBytes = bytes;
    copy.Height = copy.Depth = 1;
    return copy;
}

static inline CUDA_MEMCPY3D copy_to_host(void *to, CUdeviceptr from, size_t bytes)
{
    CUDA_MEMCPY3D copy = {
        .srcMemoryType = CU_MEMORYTYPE_DEVICE, .srcDevice = from, .dstMemoryType = CU_MEMORYTYPE_HOST};
    copy.dstHost = to;
    copy.WidthInBytes = bytes;
    copy.Height = copy.Depth = 1;
    return copy;
}

static inline void print_words(CUdeviceptr from, unsigned count)
{
    unsigned words[64];
    MUST(cuMemcpyDtoH_v2(words, from, count * sizeof *words));
    for (unsigned i = 0; i < count; i++)
        printf("%u%c", words[i], i + 1 < count ? ' ' : '\n');
}

#endif
