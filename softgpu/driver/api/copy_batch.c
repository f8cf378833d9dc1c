/* Entry points of batches of copies. Each copy is one of the stream: its order in the batch is the program's. */
#include "../../../libcuda/copy_batch.h"
#include "../../../libcuda/copy_boxes.h"
#include "../capture/capture_rules.h"
#include "../capture/issue.h"
#include "../sched/box.h"
#include "../state/array.h"
#include "../state/handles.h"

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

static const CUDA_ARRAY3D_DESCRIPTOR *find_array(CUarray handle)
{
    const struct sg_array *array = sg_handles_get(handle, SG_ARRAY);
    return array ? &array->descriptor : NULL;
}

/* Of boxes: none is begun before all are known to be right. */
static CUresult describe_box(const CUDA_MEMCPY3D_BATCH_OP *op, CUDA_MEMCPY3D *box, struct sg_copy *out)
{
    TRY(lc_copy_boxes_describe(op, find_array, box));
    return sg_box_copy(box, out);
}

static CUresult submit_boxes(const struct lc_copy_boxes *batch, size_t *failed)
{
    struct sg_stream *stream;
    struct sg_copy copy;
    CUDA_MEMCPY3D box;
    CUresult result = lc_copy_boxes_check(batch);
    if (!result)
        result = sg_capture_rules_order(batch->stream, &stream);
    TRY(lc_copy_batch_failed(failed, SIZE_MAX, result));
    for (size_t i = 0; i < batch->count; i++)
        TRY(lc_copy_batch_failed(failed, i, describe_box(&batch->each[i], &box, &copy)));
    for (size_t i = 0; i < batch->count; i++)
        if (!describe_box(&batch->each[i], &box, &copy))
            TRY(lc_copy_batch_failed(failed, i,
                                     sg_issue_box(stream, &box, &copy, lc_copy_boxes_reads_at_once(&batch->each[i]))));
    return CUDA_SUCCESS;
}

CUresult cuMemcpy3DBatchAsync(size_t numOps, CUDA_MEMCPY3D_BATCH_OP *opList, size_t *failIdx, unsigned long long flags,
                              CUstream hStream)
{
    ENTER(cuMemcpy3DBatchAsync);
    return submit_boxes(&(struct lc_copy_boxes){opList, numOps, flags, hStream}, failIdx);
}

CUresult cuMemcpy3DBatchAsync_v2(size_t numOps, CUDA_MEMCPY3D_BATCH_OP *opList, unsigned long long flags,
                                 CUstream hStream)
{
    ENTER(cuMemcpy3DBatchAsync_v2);
    return submit_boxes(&(struct lc_copy_boxes){opList, numOps, flags, hStream}, NULL);
}
