/* What the rules of stream capture say to a call (libcuda/capture.h), and the nodes that work becomes in a stream that is
 * in a capture. A call looks at one number while nothing captures. */
#ifndef BF_ISSUE_H
#define BF_ISSUE_H

#include "../../libcuda/capture.h"
#include "../../libcuda/launch_check.h"
#include "../state/events.h"
#include "../state/order.h"

struct lc_capture_stream bf_issue_stream(const struct bf_order *order);

/* Each returns true if the work has become a node, or *result says why not; false if it is to be done. */
bool bf_issue_copy(const struct bf_order *order, const CUDA_MEMCPY3D *copy, CUresult *result);
struct bf_issue_side {
    CUmemorytype type;
    CUdeviceptr address;
};
bool bf_issue_linear(const struct bf_order *order, struct bf_issue_side to, struct bf_issue_side from, size_t bytes,
                     CUresult *result);
void bf_issue_box_of(const CUDA_MEMCPY2D *rows, CUDA_MEMCPY3D *out);
bool bf_issue_rows(const struct bf_order *order, const CUDA_MEMCPY2D *rows, CUresult *result);
bool bf_issue_fill(const struct bf_order *order, const CUDA_MEMSET_NODE_PARAMS_v2 *fill, CUresult *result);
bool bf_issue_memops(const struct bf_order *order, const CUstreamBatchMemOpParams *ops, unsigned count,
                     CUresult *result);
bool bf_issue_free(const struct bf_order *order, CUdeviceptr address, CUresult *result);
bool bf_issue_graph(const struct bf_order *order, const struct bf_object *exec, CUresult *result);

struct bf_issue_kernel {
    CUfunction function;
    const struct lc_launch *shape;
    const CUlaunchAttribute *attributes;
    unsigned attribute_count;
    void **params, **extra;
};
bool bf_issue_launch(const struct bf_order *order, const struct bf_issue_kernel *kernel, CUresult *result);

/* Captured or not: what cuMemAllocAsync, cuLaunchHostFunc, cuEventRecord (and with flags) and cuStreamWaitEvent do. */
CUresult bf_issue_allocate(const struct bf_order *order, struct bf_object *pool, size_t bytes, CUdeviceptr *out);
CUresult bf_issue_function(const struct bf_order *order, CUhostFn function, void *data);
CUresult bf_issue_record(struct bf_object *event, const struct bf_order *order);
CUresult bf_issue_record_flagged(struct bf_object *event, const struct bf_order *order, unsigned flags);
CUresult bf_issue_wait(struct bf_object *event, const struct bf_order *order, unsigned flags);

/* Whether somebody may ask how far the stream is, or the event; whether work may come into the stream. */
CUresult bf_issue_check_wait(const struct bf_order *order);
CUresult bf_issue_check(const struct bf_order *order);
CUresult bf_issue_judge_event(const struct bf_object *event);

/* Inline, as loops ask for events: without captures it costs two loads. */
static inline CUresult bf_issue_check_event(const struct bf_object *event)
{
    bool concerned = lc_capture_any() || atomic_load_explicit(&event->event.captured.capture, memory_order_relaxed);
    return concerned ? bf_issue_judge_event(event) : CUDA_SUCCESS;
}

/* Of a call that no node can stand for. */
CUresult bf_issue_refuse(const struct bf_order *order);

#endif
