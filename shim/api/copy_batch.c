/* Batches of copies: each is a call of its own on the wire. */
#include "../../libcuda/copy_batch.h"
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
