/* Batches of copies: each is a call of its own on the wire. */
#include "../../libcuda/copy_batch.h"
#include "../../libcuda/copy_boxes.h"
#include "../../libcuda/generated/cuda_api.h"
#include "../state/waits.h"
#include "copies.h"

static CUresult submit(const struct lc_copy_batch *batch, size_t *failed)
{
    struct bf_order order;
    if (!bf_client_ready())
        return bf_client_refusal();
    CUresult result = lc_copy_batch_check(batch);
    if (!result)
        result = bf_order_find(batch->stream, &order);
    if (result)
        return lc_copy_batch_failed(failed, SIZE_MAX, result);
    for (size_t i = 0; i < batch->count && !result; i++)
        if (batch->bytes[i])
            result =
                lc_copy_batch_failed(failed, i, bf_copies_any(&order, batch->to[i], batch->from[i], batch->bytes[i]));
    bool waits = !result && lc_copy_batch_reads_at_once(batch);
    return waits ? lc_copy_batch_failed(failed, SIZE_MAX, bf_waits_stream(&order)) : result;
}

CUresult cuMemcpyBatchAsync(CUdeviceptr *dsts, CUdeviceptr *srcs, size_t *sizes, size_t count,
                            CUmemcpyAttributes *attrs, size_t *attrsIdxs, size_t numAttrs, size_t *failIdx,
                            CUstream hStream)
{
    return submit(&(struct lc_copy_batch){dsts, srcs, sizes, count, attrs, attrsIdxs, numAttrs, hStream}, failIdx);
}

CUresult cuMemcpyBatchAsync_v2(CUdeviceptr *dsts, CUdeviceptr *srcs, size_t *sizes, size_t count,
                               CUmemcpyAttributes *attrs, size_t *attrsIdxs, size_t numAttrs, CUstream hStream)
{
    return submit(&(struct lc_copy_batch){dsts, srcs, sizes, count, attrs, attrsIdxs, numAttrs, hStream}, NULL);
}

static const CUDA_ARRAY3D_DESCRIPTOR *find_array(CUarray handle)
{
    const struct bf_object *array = bf_objects_find(handle, BF_ARRAY);
    return array ? &array->array.descriptor : NULL;
}

/* Of boxes: none is begun before all have been looked at. */
static CUresult look_at(const struct lc_copy_boxes *batch, size_t *failed, bool *waits)
{
    CUDA_MEMCPY3D box;
    CUresult result = CUDA_SUCCESS;
    for (size_t i = 0; i < batch->count && !result; i++) {
        result = lc_copy_batch_failed(failed, i, lc_copy_boxes_describe(&batch->each[i], find_array, &box));
        *waits |= lc_copy_boxes_reads_at_once(&batch->each[i]);
    }
    return result;
}

static CUresult submit_boxes(const struct lc_copy_boxes *batch, size_t *failed)
{
    struct bf_order order;
    CUDA_MEMCPY3D box;
    bool waits = false;
    if (!bf_client_ready())
        return bf_client_refusal();
    CUresult result = lc_copy_boxes_check(batch);
    if (!result)
        result = bf_order_find(batch->stream, &order);
    if (result)
        return lc_copy_batch_failed(failed, SIZE_MAX, result);
    result = look_at(batch, failed, &waits);
    for (size_t i = 0; i < batch->count && !result; i++)
        if (!lc_copy_boxes_describe(&batch->each[i], find_array, &box))
            result = lc_copy_batch_failed(failed, i, bf_copies_box(&order, &box));
    return !result && waits ? lc_copy_batch_failed(failed, SIZE_MAX, bf_waits_stream(&order)) : result;
}

CUresult cuMemcpy3DBatchAsync(size_t numOps, CUDA_MEMCPY3D_BATCH_OP *opList, size_t *failIdx, unsigned long long flags,
                              CUstream hStream)
{
    return submit_boxes(&(struct lc_copy_boxes){opList, numOps, flags, hStream}, failIdx);
}

CUresult cuMemcpy3DBatchAsync_v2(size_t numOps, CUDA_MEMCPY3D_BATCH_OP *opList, unsigned long long flags,
                                 CUstream hStream)
{
    return submit_boxes(&(struct lc_copy_boxes){opList, numOps, flags, hStream}, NULL);
}
