/* Batches of copies of boxes. */
#include "copy_boxes.h"

#include "array_shape.h"

CUresult lc_copy_boxes_check(const struct lc_copy_boxes *batch)
{
    bool ordered = batch->stream && batch->stream != CU_STREAM_LEGACY;
    return batch->each && batch->count && !batch->flags && ordered ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

bool lc_copy_boxes_reads_at_once(const CUDA_MEMCPY3D_BATCH_OP *op)
{
    return op->srcAccessOrder == CU_MEMCPY_SRC_ACCESS_ORDER_DURING_API_CALL;
}

/* A side as both halves of a description have it, in elements. */
struct side {
    CUmemorytype type;
    CUdeviceptr at;
    CUarray array;
    CUoffset3D offset;
    size_t pitch, rows;
};

/* Bytes of an element to *element, which stays what it is where there is no array. */
static CUresult open_side(const CUmemcpy3DOperand *operand, const CUextent3D *extent, struct side *out,
                          lc_copy_boxes_array *find, uint32_t *element)
{
    const CUDA_ARRAY3D_DESCRIPTOR *found;
    struct lc_array_shape shape;
    switch (operand->type) {
    case CU_MEMCPY_OPERAND_TYPE_POINTER:
        if ((operand->op.ptr.rowLength && operand->op.ptr.rowLength < extent->width) ||
            (operand->op.ptr.layerHeight && operand->op.ptr.layerHeight < extent->height) ||
            operand->op.ptr.rowLength > INT32_MAX)
            return CUDA_ERROR_INVALID_VALUE;
        *out = (struct side){.type = CU_MEMORYTYPE_UNIFIED,
                             .at = operand->op.ptr.ptr,
                             .pitch = operand->op.ptr.rowLength,
                             .rows = operand->op.ptr.layerHeight};
        return CUDA_SUCCESS;
    case CU_MEMCPY_OPERAND_TYPE_ARRAY:
        found = find(operand->op.array.array);
        if (!found || lc_array_shape_of(found, &shape))
            return CUDA_ERROR_INVALID_VALUE;
        *out = (struct side){CU_MEMORYTYPE_ARRAY, 0, operand->op.array.array, operand->op.array.offset, 0, 0};
        *element = shape.element;
        return out->offset.x <= INT32_MAX ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}

CUresult lc_copy_boxes_describe(const CUDA_MEMCPY3D_BATCH_OP *op, lc_copy_boxes_array *find, CUDA_MEMCPY3D *out)
{
    struct side from, to;
    uint32_t of_source = 0, of_target = 0;
    const CUextent3D *extent = &op->extent;
    bool ordered = op->srcAccessOrder >= CU_MEMCPY_SRC_ACCESS_ORDER_STREAM &&
                   op->srcAccessOrder <= CU_MEMCPY_SRC_ACCESS_ORDER_ANY;
    if (!ordered || (op->flags & ~(unsigned)CU_MEMCPY_FLAG_PREFER_OVERLAP_WITH_COMPUTE) || !extent->width ||
        !extent->height || !extent->depth || extent->width > INT64_MAX / 64)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = open_side(&op->src, extent, &from, find, &of_source);
    if (!result)
        result = open_side(&op->dst, extent, &to, find, &of_target);
    if (!result && of_source && of_target && of_source != of_target)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    const size_t bytes = of_source ? of_source : of_target ? of_target : 1;
    *out = (CUDA_MEMCPY3D){.srcXInBytes = from.offset.x * bytes,
                           .srcY = from.offset.y,
                           .srcZ = from.offset.z,
                           .srcMemoryType = from.type,
                           .srcDevice = from.at,
                           .srcArray = from.array,
                           .srcPitch = from.pitch * bytes,
                           .srcHeight = from.rows,
                           .dstXInBytes = to.offset.x * bytes,
                           .dstY = to.offset.y,
                           .dstZ = to.offset.z,
                           .dstMemoryType = to.type,
                           .dstDevice = to.at,
                           .dstArray = to.array,
                           .dstPitch = to.pitch * bytes,
                           .dstHeight = to.rows,
                           .WidthInBytes = extent->width * bytes,
                           .Height = extent->height,
                           .Depth = extent->depth};
    return CUDA_SUCCESS;
}
