/* Executable graphs: made of graphs, launched, changed. A launch that the driver has accepted once is a one-way call. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/drop.h"
#include "../state/node_waits.h"
#include "issue.h"
#include "graph_execs.h"

struct instantiated {
    uint32_t result, asks;
    uint64_t wrong;
};

/* What a program is told besides the result. */
struct told {
    CUgraphNode *node;
    CUgraphInstantiateResult *result;
};

static CUresult take_outcome(struct bf_object *graph, const struct bf_ask *ask, struct bf_object *exec,
                             const struct told *told)
{
    struct instantiated outcome = {0, 0, 0};
    if (ask->values[0].bytes >= sizeof outcome)
        memcpy(&outcome, ask->values[0].p, sizeof outcome);
    struct bf_object *wrong = outcome.wrong ? bf_graphs_known(graph->server, outcome.wrong, BF_NODE, graph) : NULL;
    if (told->node)
        *told->node = (CUgraphNode)wrong;
    if (told->result)
        *told->result = (CUgraphInstantiateResult)outcome.result;
    exec->exec.asks = outcome.asks != 0;
    return bf_graphs_records(exec, &ask->values[1]);
}

static CUresult instantiate(CUgraphExec *out, CUgraph hGraph, uint64_t flags, uint64_t stream, const struct told *told)
{
    struct bf_object *graph;
    struct bf_ask ask;
    CUresult result = bf_lookup_find(BF_GRAPH, hGraph, &graph);
    if (!result && (!out || lc_capture_fills(hGraph)))
        result = CUDA_ERROR_INVALID_VALUE;
    if (told->node && result != CUDA_ERROR_NOT_INITIALIZED)
        *told->node = NULL;
    if (told->result && result != CUDA_ERROR_NOT_INITIALIZED)
        *told->result = CUDA_GRAPH_INSTANTIATE_ERROR;
    if (result)
        return result;
    struct bf_object *exec = bf_objects_new(
        &(struct bf_object){.kind = BF_EXEC, .server = graph->server, .number = bf_server_number(graph->server)});
    if (!exec)
        return CUDA_ERROR_OUT_OF_MEMORY;
    result = BF_ASK_HELD(bf_on(graph->server), NULL, &ask, graph_instantiate, bf_u(exec->number), bf_u(graph->number),
                         bf_u(flags), bf_u(stream));
    CUresult taken = take_outcome(graph, &ask, exec, told);
    bf_stream_ask_end(&ask);
    result = result ? result : taken;
    if (result)
        bf_graphs_free(exec);
    else
        *out = (CUgraphExec)exec;
    return result;
}

CUresult bf_graph_execs_make(CUgraphExec *out, CUgraph graph, cuuint64_t flags)
{
    return instantiate(out, graph, flags, 0, &(struct told){NULL, NULL});
}

CUresult cuGraphInstantiate_v2(CUgraphExec *phGraphExec, CUgraph hGraph, CUgraphNode *phErrorNode, char *logBuffer,
                               size_t bufferSize)
{
    CUresult result = instantiate(phGraphExec, hGraph, 0, 0, &(struct told){phErrorNode, NULL});
    if (result != CUDA_ERROR_NOT_INITIALIZED && logBuffer && bufferSize)
        *logBuffer = 0;
    return result;
}

CUresult cuGraphInstantiateWithParams(CUgraphExec *phGraphExec, CUgraph hGraph,
                                      CUDA_GRAPH_INSTANTIATE_PARAMS *instantiateParams)
{
    struct bf_order order = {.stream = 0};
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    if (!instantiateParams)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = CUDA_SUCCESS;
    if (instantiateParams->flags & CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD)
        result = bf_order_find(instantiateParams->hUploadStream, &order);
    return result ? result
                  : instantiate(phGraphExec, hGraph, instantiateParams->flags, order.stream,
                                &(struct told){&instantiateParams->hErrNode_out, &instantiateParams->result_out});
}

static CUresult find_place(CUgraphExec handle, CUstream stream, struct bf_object **exec, struct bf_order *order)
{
    CUresult result = bf_order_find(stream, order);
    if (!result)
        result = bf_issue_check(order);
    if (!result)
        result = bf_lookup_find(BF_EXEC, handle, exec);
    return result || (*exec)->server == order->to.server ? result : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGraphLaunch(CUgraphExec hGraph, CUstream hStream)
{
    struct bf_object *exec;
    struct bf_order order;
    struct bf_put put = {0};
    CUresult result = find_place(hGraph, hStream, &exec, &order);
    if (result || (lc_capture_any() && bf_issue_graph(&order, exec, &result)))
        return result;
    bf_node_waits_launched(order.context);
    uint64_t context = order.context->number, epoch = bf_drop_epoch();
    bool accepted = !exec->exec.asks && atomic_load(&exec->exec.accepted) == context &&
                    atomic_load(&exec->exec.epoch) == epoch;
    if (accepted) {
        result = BF_TELL(bf_noted(order.to, &put), cuGraphLaunch, bf_u(exec->number), bf_u(order.stream));
    } else {
        result = BF_ASK(order.to, NULL, graph_launch_first, bf_u(exec->number), bf_u(order.stream));
        put = (struct bf_put){.progress = order.to.progress, .number = atomic_load(&order.to.progress->last)};
        if (!result) {
            atomic_store(&exec->exec.epoch, epoch);
            atomic_store(&exec->exec.accepted, context);
        }
    }
    if (!result)
        bf_graphs_launched(exec, &put);
    return result;
}

struct updated {
    uint32_t result, zero;
    uint64_t wrong, from;
};

CUresult cuGraphExecUpdate_v2(CUgraphExec hGraphExec, CUgraph hGraph, CUgraphExecUpdateResultInfo *resultInfo)
{
    struct bf_object *exec, *graph;
    struct bf_ask ask;
    struct updated outcome = {CU_GRAPH_EXEC_UPDATE_ERROR, 0, 0, 0};
    CUresult result = bf_lookup_find(BF_EXEC, hGraphExec, &exec);
    if (!result)
        result = bf_lookup_find(BF_GRAPH, hGraph, &graph);
    if (!result && (!resultInfo || exec->server != graph->server))
        result = CUDA_ERROR_INVALID_VALUE;
    /* Why it is not done is told, whatever it is. */
    if (resultInfo && result != CUDA_ERROR_NOT_INITIALIZED)
        *resultInfo = (CUgraphExecUpdateResultInfo){CU_GRAPH_EXEC_UPDATE_ERROR, NULL, NULL};
    if (result)
        return result;
    result = BF_ASK_HELD(bf_on(exec->server), NULL, &ask, exec_update, bf_u(exec->number), bf_u(graph->number));
    if (ask.values[0].bytes >= sizeof outcome) {
        memcpy(&outcome, ask.values[0].p, sizeof outcome);
        *resultInfo = (CUgraphExecUpdateResultInfo){
            .result = (CUgraphExecUpdateResult)outcome.result,
            .errorNode =
                (CUgraphNode)(outcome.wrong ? bf_graphs_known(graph->server, outcome.wrong, BF_NODE, graph) : NULL),
            .errorFromNode =
                (CUgraphNode)(outcome.from ? bf_graphs_known(graph->server, outcome.from, BF_NODE, graph) : NULL),
        };
    }
    atomic_store(&exec->exec.accepted, 0);
    CUresult taken = result ? result : bf_graphs_records(exec, &ask.values[1]);
    bf_stream_ask_end(&ask);
    return taken;
}

CUresult cuGraphExecUpdate(CUgraphExec hGraphExec, CUgraph hGraph, CUgraphNode *hErrorNode_out,
                           CUgraphExecUpdateResult *updateResult_out)
{
    CUgraphExecUpdateResultInfo info = {CU_GRAPH_EXEC_UPDATE_ERROR, NULL, NULL};
    if (!updateResult_out && bf_client_ready())
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = cuGraphExecUpdate_v2(hGraphExec, hGraph, &info);
    if (result != CUDA_ERROR_NOT_INITIALIZED) {
        if (hErrorNode_out)
            *hErrorNode_out = info.errorNode;
        *updateResult_out = info.result;
    }
    return result;
}
