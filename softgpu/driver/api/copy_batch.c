/* Entry points of batches of copies. Each copy is one of the stream: its order in the batch is the program's. */
#include "../../../libcuda/copy_batch.h"
#include "../capture/capture_rules.h"
#include "../capture/issue.h"
#include "../sched/box.h"

static CUresult describe(const struct lc_copy_batch *batch, size_t index, struct sg_copy *out)
{
    *out = (struct sg_copy){.width = batch->bytes[index], .height = 1};
    TRY(sg_box_any_side(batch->to[index], batch->bytes[index], &out->to));
    return sg_box_any_side(batch->from[index], batch->bytes[index], &out->from);
}

static CUresult submit(const struct lc_copy_batch *batch, size_t *failed)
{
    struct sg_stream *stream;
    struct sg_copy copy;
    CUresult result = lc_copy_batch_check(batch);
    if (!result)
        result = sg_capture_rules_order(batch->stream, &stream);
    TRY(lc_copy_batch_failed(failed, SIZE_MAX, result));
    for (size_t i = 0; i < batch->count; i++)
        if (batch->bytes[i])
            TRY(lc_copy_batch_failed(failed, i, describe(batch, i, &copy)));
    bool waits = lc_copy_batch_reads_at_once(batch);
    for (size_t i = 0; i < batch->count; i++)
        if (batch->bytes[i] && !describe(batch, i, &copy))
            TRY(lc_copy_batch_failed(failed, i, sg_issue_copy(stream, &copy, waits)));
    return CUDA_SUCCESS;
}

CUresult cuMemcpyBatchAsync(CUdeviceptr *dsts, CUdeviceptr *srcs, size_t *sizes, size_t count,
                            CUmemcpyAttributes *attrs, size_t *attrsIdxs, size_t numAttrs, size_t *failIdx,
                            CUstream hStream)
{
    ENTER(cuMemcpyBatchAsync);
    return submit(&(struct lc_copy_batch){dsts, srcs, sizes, count, attrs, attrsIdxs, numAttrs, hStream}, failIdx);
}

CUresult cuMemcpyBatchAsync_v2(CUdeviceptr *dsts, CUdeviceptr *srcs, size_t *sizes, size_t count,
                               CUmemcpyAttributes *attrs, size_t *attrsIdxs, size_t numAttrs, CUstream hStream)
{
    ENTER(cuMemcpyBatchAsync_v2);
    return submit(&(struct lc_copy_batch){dsts, srcs, sizes, count, attrs, attrsIdxs, numAttrs, hStream}, NULL);
}
