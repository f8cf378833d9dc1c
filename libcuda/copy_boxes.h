/* Batches of copies of boxes: what must be right about each, and each as the copy that it is. */
#ifndef LC_COPY_BOXES_H
#define LC_COPY_BOXES_H

#include <stdbool.h>
#include <stddef.h>

#include "generated/cuda_types.h"

struct lc_copy_boxes {
    const CUDA_MEMCPY3D_BATCH_OP *each;
    size_t count;
    unsigned long long flags;
    CUstream stream;
};

/* What is wrong with the batch as a whole. */
CUresult lc_copy_boxes_check(const struct lc_copy_boxes *batch);

/* What an array was made as; NULL if it is none. */
typedef const CUDA_ARRAY3D_DESCRIPTOR *lc_copy_boxes_array(CUarray array);

/* One of them: elements are those of the array on one of its sides, or bytes. */
CUresult lc_copy_boxes_describe(const CUDA_MEMCPY3D_BATCH_OP *op, lc_copy_boxes_array *find, CUDA_MEMCPY3D *out);

/* Whether its source may change once the call has returned. */
bool lc_copy_boxes_reads_at_once(const CUDA_MEMCPY3D_BATCH_OP *op);

#endif
