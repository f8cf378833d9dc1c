/* Entry points of executable graphs: made, launched, destroyed. */
#include "../capture/capture_node.h"
#include "../capture/capture_rules.h"
#include "../capture/issue.h"
#include "../graph/exec.h"

/* What is told of a graph that cannot be instantiated. */
struct trouble {
    CUgraphNode node;
    CUgraphInstantiateResult why;
};

static CUresult make(CUgraphExec *out, CUgraph handle, cuuint64_t flags, struct trouble *trouble)
{
    struct sg_graph *graph;
    struct sg_exec *exec;
    struct sg_node *bad = NULL;
    TRY(sg_graph_find(handle, &graph));
    REQUIRE(!graph->captures, CUDA_ERROR_INVALID_VALUE);
    CUresult result = sg_exec_make(graph, flags, &exec, &bad, &trouble->why);
    trouble->node = bad ? (CUgraphNode)bad->handle : NULL;
    if (!result)
        *out = (CUgraphExec)exec->handle;
    return result;
}

static CUresult instantiate(CUgraphExec *out, CUgraph graph, cuuint64_t flags, struct trouble *trouble)
{
    *trouble = (struct trouble){NULL, CUDA_GRAPH_INSTANTIATE_ERROR};
    REQUIRE(out, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(make(out, graph, flags, trouble));
}

/* The old forms write what is wrong where the program asks for it. */
static CUresult instantiate_first(CUgraphExec *out, CUgraph graph, CUgraphNode *bad, char *log, size_t bytes)
{
    struct trouble trouble;
    CUresult result = instantiate(out, graph, 0, &trouble);
    if (bad)
        *bad = trouble.node;
    if (log && bytes)
        log[0] = 0;
    return result;
}

CUresult cuGraphInstantiate(CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode, char *logBuffer,
                            size_t bufferSize)
{
    ENTER(cuGraphInstantiate);
    return instantiate_first(phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize);
}

CUresult cuGraphInstantiate_v2(CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode, char *logBuffer,
                               size_t bufferSize)
{
    ENTER(cuGraphInstantiate_v2);
    return instantiate_first(phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize);
}

/* The upload has no stream here. */
CUresult cuGraphInstantiateWithFlags(CUgraphExec *phGraphExec, CUgraph hGraph, unsigned long long flags)
{
    ENTER(cuGraphInstantiateWithFlags);
    struct trouble trouble;
    REQUIRE(!(flags & CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD), CUDA_ERROR_INVALID_VALUE);
    return instantiate(phGraphExec, hGraph, flags, &trouble);
}

CUresult cuGraphInstantiateWithParams(CUgraphExec *phGraphExec, CUgraph hGraph,
                                      CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams)
{
    ENTER(cuGraphInstantiateWithParams);
    struct trouble trouble;
    struct sg_stream *stream;
    REQUIRE(instantiateParams, CUDA_ERROR_INVALID_VALUE);
    if (instantiateParams->flags & CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD)
        TRY(sg_context_order(instantiateParams->hUploadStream, &stream));
    CUresult result = instantiate(phGraphExec, hGraph, instantiateParams->flags, &trouble);
    instantiateParams->hErrNode_out = trouble.node;
    instantiateParams->result_out = trouble.why;
    return result;
}

static CUresult get_flags(CUgraphExec handle, cuuint64_t *flags)
{
    struct sg_exec *exec;
    TRY(sg_exec_find(handle, &exec));
    *flags = exec->flags;
    return CUDA_SUCCESS;
}

CUresult cuGraphExecGetFlags(CUgraphExec hGraphExec, cuuint64_t *flags)
{
    ENTER(cuGraphExecGetFlags);
    REQUIRE(flags, CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(get_flags(hGraphExec, flags));
}

/* ---- launches */

static CUresult prepare(CUgraphExec handle, struct sg_work **work)
{
    struct sg_exec *exec;
    TRY(sg_exec_find(handle, &exec));
    return sg_exec_work(exec, work);
}

CUresult cuGraphLaunch(CUgraphExec hGraphExec, CUstream hStream)
{
    ENTER(cuGraphLaunch);
    struct sg_stream *stream;
    struct sg_work *work;
    CUresult result;
    TRY(sg_capture_rules_order(hStream, &stream));
    if (sg_capture_any() && sg_capture_node_take_graph(stream, hGraphExec, &result))
        return result;
    sg_graph_lock();
    TRY(sg_graph_unlock(prepare(hGraphExec, &work)));
    sg_workers_enqueue(stream, work, false);
    return CUDA_SUCCESS;
}

static CUresult exists(CUgraphExec handle)
{
    struct sg_exec *exec;
    return sg_exec_find(handle, &exec);
}

/* There is nothing that a later launch would find done. */
CUresult cuGraphUpload(CUgraphExec hGraphExec, CUstream hStream)
{
    ENTER(cuGraphUpload);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(hStream, &stream));
    TRY(sg_issue_refuse(stream));
    sg_graph_lock();
    return sg_graph_unlock(exists(hGraphExec));
}

/* Launches that are on their way have what they need. */
static CUresult destroy(CUgraphExec handle)
{
    struct sg_exec *exec;
    TRY(sg_exec_find(handle, &exec));
    sg_exec_destroy(exec);
    return CUDA_SUCCESS;
}

CUresult cuGraphExecDestroy(CUgraphExec hGraphExec)
{
    ENTER(cuGraphExecDestroy);
    sg_graph_lock();
    return sg_graph_unlock(destroy(hGraphExec));
}
