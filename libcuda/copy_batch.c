/* Batches of copies. */
#include "copy_batch.h"

#include "generated/cuda_api.h"

static bool is_attribute(const CUmemcpyAttributes *attribute)
{
    return attribute->srcAccessOrder >= CU_MEMCPY_SRC_ACCESS_ORDER_STREAM &&
           attribute->srcAccessOrder <= CU_MEMCPY_SRC_ACCESS_ORDER_ANY &&
           !(attribute->flags & ~(unsigned)CU_MEMCPY_FLAG_PREFER_OVERLAP_WITH_COMPUTE);
}

CUresult lc_copy_batch_check(const struct lc_copy_batch *batch)
{
    if (!batch->to || !batch->from || !batch->bytes || !batch->count || !batch->attributes || !batch->firsts)
        return CUDA_ERROR_INVALID_VALUE;
    if (!batch->attribute_count || batch->attribute_count > batch->count || batch->firsts[0])
        return CUDA_ERROR_INVALID_VALUE;
    if (!batch->stream || batch->stream == CU_STREAM_LEGACY)
        return CUDA_ERROR_INVALID_VALUE;
    for (size_t i = 0; i < batch->attribute_count; i++)
        if (!is_attribute(&batch->attributes[i]) || batch->firsts[i] >= batch->count ||
            (i && batch->firsts[i] <= batch->firsts[i - 1]))
            return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

bool lc_copy_batch_reads_at_once(const struct lc_copy_batch *batch)
{
    for (size_t i = 0; i < batch->attribute_count; i++)
        if (batch->attributes[i].srcAccessOrder == CU_MEMCPY_SRC_ACCESS_ORDER_DURING_API_CALL)
            return true;
    return false;
}

CUresult lc_copy_batch_failed(size_t *out, size_t index, CUresult result)
{
    if (out && result)
        *out = index;
    return result;
}
