/* Batches of copies: what must be right about all of one before any copy is made. */
#ifndef LC_COPY_BATCH_H
#define LC_COPY_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "generated/cuda_types.h"

struct lc_copy_batch {
    const CUdeviceptr *to, *from;
    const size_t *bytes;
    size_t count;
    const CUmemcpyAttributes *attributes;
    const size_t *firsts; /* of each of the attributes: the first copy that it is for */
    size_t attribute_count;
    CUstream stream;
};

CUresult lc_copy_batch_check(const struct lc_copy_batch *batch);

/* Whether the sources of some may change once the call has returned. */
bool lc_copy_batch_reads_at_once(const struct lc_copy_batch *batch);

/* Write the index of the copy that failed; SIZE_MAX: of none. `out` may be NULL. Returns `result`. */
CUresult lc_copy_batch_failed(size_t *out, size_t index, CUresult result);

#endif
