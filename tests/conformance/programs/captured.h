/* What the programs about stream capture share. */
#ifndef CAPTURED_H
#define CAPTURED_H

#include "show.h"

enum { WORDS = 64, BYTES = WORDS * 4 };

static CUfunction captured_fill, captured_total;
static CUdeviceptr captured_memory;

/* The current context, with the kernels of SHOW_MODULE and a little memory. */
static inline CUcontext open_captured(void)
{
    CUcontext context = show_context();
    CUmodule module;
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&captured_fill, module, "fill"));
    MUST(cuModuleGetFunction(&captured_total, module, "total"));
    MUST(cuMemAlloc_v2(&captured_memory, BYTES));
    MUST(cuMemsetD8_v2(captured_memory, 0, BYTES));
    MUST(cuCtxSynchronize());
    return context;
}

/* Words from `first` on become value, value + 1 and so on. */
static inline CUresult fill_words(CUstream stream, unsigned first, unsigned count, unsigned value)
{
    CUdeviceptr at = captured_memory + first * 4;
    void *params[] = {&at, &count, &value};
    return cuLaunchKernel(captured_fill, 1, 1, 1, count, 1, 1, 0, stream, params, NULL);
}

static inline void show_words(const char *what, unsigned first, unsigned count)
{
    unsigned words[WORDS];
    MUST(cuMemcpyDtoH_v2(words, captured_memory, BYTES));
    printf("%s:", what);
    for (unsigned i = first; i < first + count; i++)
        printf(" %u", words[i]);
    puts("");
}

static inline const char *status_name(CUstreamCaptureStatus status)
{
    static const char *const names[] = {"none", "active", "invalidated"};
    return (unsigned)status < 3 ? names[status] : "?";
}

static inline void show_status(CUstream stream)
{
    CUstreamCaptureStatus status = (CUstreamCaptureStatus)9;
    CUresult result = cuStreamIsCapturing(stream, &status);
    printf("capture: %s (%d)\n", result ? "not known" : status_name(status), (int)result);
}

static inline void show_nodes(CUgraph graph)
{
    static const char *const names[] = {"kernel",
                                        "memcpy",
                                        "memset",
                                        "host",
                                        "graph",
                                        "empty",
                                        "wait event",
                                        "record event",
                                        "signal",
                                        "wait semaphore",
                                        "alloc",
                                        "free",
                                        "memory operations",
                                        "conditional"};
    CUgraphNode nodes[64];
    size_t count = 64, edges = 0;
    MUST(cuGraphGetNodes(graph, nodes, &count));
    MUST(cuGraphGetEdges_v2(graph, NULL, NULL, NULL, &edges));
    printf("nodes:");
    for (size_t i = 0; i < count; i++) {
        CUgraphNodeType type = CU_GRAPH_NODE_TYPE_EMPTY;
        size_t before = 0;
        MUST(cuGraphNodeGetType(nodes[i], &type));
        MUST(cuGraphNodeGetDependencies_v2(nodes[i], NULL, NULL, &before));
        printf("%s %s/%zu", i ? "," : "", (unsigned)type < 14 ? names[type] : "?", before);
    }
    printf("; %zu edges\n", edges);
}

/* Instantiate and launch it, and end it. */
static inline void run_graph(CUgraph graph, CUstream stream, unsigned times)
{
    CUgraphExec exec;
    MUST(cuGraphInstantiateWithFlags(&exec, graph, 0));
    for (unsigned i = 0; i < times; i++)
        MUST(cuGraphLaunch(exec, stream));
    MUST(cuStreamSynchronize(stream));
    MUST(cuGraphExecDestroy(exec));
}

#endif
