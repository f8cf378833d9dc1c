/* Random graphs, launched by several threads at once: a node runs once a launch, and after all that it waits for. Each
 * node writes down a number that is greater than those of the nodes before it, or a mark that something was wrong. */
#include <pthread.h>

#include "graphs.h"

enum { THREADS = 3, GRAPHS = 6, NODES = 40, EDGES_MAX = 4, LAUNCHES = 3 };

/* check(mine, count, others...): mine = 1 + the greatest of the others, or 0 if one of these is 0. */
static const char CHECK[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry check(.param .u64 base, .param .u32 mine, .param .u32 count,\n"
    "    .param .align 4 .b8 others[16])\n"
    "{\n"
    "    .reg .b32 %m, %n, %i, %o, %v, %most;\n    .reg .b64 %a, %b, %p;\n    .reg .pred %q;\n"
    "    ld.param.u64 %a, [base];\n    ld.param.u32 %m, [mine];\n    ld.param.u32 %n, [count];\n"
    "    cvta.to.global.u64 %a, %a;\n    mov.u32 %most, 0;\n    mov.u32 %i, 0;\n"
    "    mov.b64 %p, others;\n"
    "NEXT:\n    setp.ge.u32 %q, %i, %n;\n    @%q bra DONE;\n"
    "    ld.param.u32 %o, [%p];\n"
    "    mul.wide.u32 %b, %o, 4;\n    add.u64 %b, %a, %b;\n    ld.global.u32 %v, [%b];\n"
    "    setp.eq.u32 %q, %v, 0;\n    @%q bra WRONG;\n"
    "    max.u32 %most, %most, %v;\n    add.u32 %i, %i, 1;\n    add.u64 %p, %p, 4;\n"
    "    bra NEXT;\n"
    "DONE:\n    mul.wide.u32 %b, %m, 4;\n    add.u64 %b, %a, %b;\n    ld.global.u32 %v, [%b];\n"
    "    setp.ne.u32 %q, %v, 0;\n    @%q bra WRONG;\n"
    "    add.u32 %most, %most, 1;\n    st.global.u32 [%b], %most;\n    ret;\n"
    "WRONG:\n    st.global.u32 [%a], 1;\n    ret;\n}\n";

static CUfunction check;

struct worker {
    unsigned seed;
    CUdeviceptr words;           /* the first is for what is wrong; node i has word i + 1 */
    CUstream stream;
    unsigned wrong;
    _Atomic int calls;
};

static unsigned pick(struct worker *worker, unsigned below)
{
    worker->seed = worker->seed * 1664525 + 1013904223;
    return (worker->seed >> 8) % below;
}

static void count_own(void *calls_of)
{
    atomic_fetch_add((_Atomic int *)calls_of, 1);
}

/* Now and then an empty node or a host function between: these take part in the order as well. */
static CUgraphNode between(struct worker *worker, CUgraph graph, CUgraphNode before, unsigned *hosts)
{
    CUgraphNode node;
    const CUDA_HOST_NODE_PARAMS call = {count_own, &worker->calls};
    switch (pick(worker, 6)) {
    case 0: MUST(cuGraphAddEmptyNode(&node, graph, &before, 1)); return node;
    case 1:
        MUST(cuGraphAddHostNode(&node, graph, &before, 1, &call));
        ++*hosts;
        return node;
    default: return before;
    }
}

static CUgraph make(struct worker *worker, unsigned *hosts)
{
    CUgraph graph;
    CUgraphNode nodes[NODES], after[EDGES_MAX];
    MUST(cuGraphCreate(&graph, 0));
    for (unsigned i = 0; i < NODES; i++) {
        unsigned others[EDGES_MAX] = {0}, count = 0, mine = i + 1;
        for (unsigned tries = i ? pick(worker, EDGES_MAX + 1) : 0; tries; tries--) {
            unsigned other = pick(worker, i) + 1, j = 0;
            while (j < count && others[j] != other)
                j++;
            if (j == count)
                others[count++] = other;
        }
        for (unsigned j = 0; j < count; j++)
            after[j] = between(worker, graph, nodes[others[j] - 1], hosts);
        MUST(add_kernel(&nodes[i], graph, after, count, check, 1, (void *[]){&worker->words, &mine, &count, others}));
    }
    return graph;
}

static void *run(void *argument)
{
    struct worker *worker = argument;
    unsigned words[NODES + 1];
    MUST(cuCtxSetCurrent(world_context));
    MUST(cuStreamCreate(&worker->stream, CU_STREAM_NON_BLOCKING));
    MUST(cuMemAlloc_v2(&worker->words, sizeof words));
    for (unsigned g = 0; g < GRAPHS; g++) {
        CUgraphExec exec;
        unsigned hosts = 0;
        CUgraph graph = make(worker, &hosts);
        MUST(cuGraphInstantiateWithFlags(&exec, graph, 0));
        MUST(cuGraphDestroy(graph));
        for (int i = 0; i < LAUNCHES; i++) {
            atomic_store(&worker->calls, 0);
            MUST(cuMemsetD32Async(worker->words, 0, NODES + 1, worker->stream));
            MUST(cuGraphLaunch(exec, worker->stream));
            MUST(cuMemcpyDtoHAsync_v2(words, worker->words, sizeof words, worker->stream));
            MUST(cuStreamSynchronize(worker->stream));
            worker->wrong += words[0] != 0 || atomic_load(&worker->calls) != (int)hosts;
            for (unsigned j = 1; j <= NODES; j++)
                worker->wrong += words[j] == 0;
        }
        MUST(cuGraphExecDestroy(exec));
    }
    MUST(cuMemFree_v2(worker->words));
    MUST(cuStreamDestroy_v2(worker->stream));
    return NULL;
}

int main(void)
{
    static struct worker workers[THREADS];
    pthread_t threads[THREADS];
    CUmodule module;
    open_graphs();
    MUST(cuModuleLoadData(&module, CHECK));
    MUST(cuModuleGetFunction(&check, module, "check"));
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].seed = 77 + i;
        pthread_create(&threads[i], NULL, run, &workers[i]);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_TRUE(workers[i].wrong == 0);
    }
    return 0;
}
