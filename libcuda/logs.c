/* An empty log: an iterator is at its beginning and its end, 0. */
#include "logs.h"

#include <stdio.h>

static int is_place(const CUlogIterator *from)
{
    return !from || *from == 0;
}

CUresult lc_logs_current(CUlogIterator *out, unsigned flags)
{
    if (!out || flags)
        return CUDA_ERROR_INVALID_VALUE;
    *out = 0;
    return CUDA_SUCCESS;
}

CUresult lc_logs_to_file(const CUlogIterator *from, const char *path, unsigned flags)
{
    FILE *file = path && !flags && is_place(from) ? fopen(path, "we") : NULL;
    if (!file)
        return CUDA_ERROR_INVALID_VALUE;
    return fclose(file) ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

/* With no message, the size alone is written. */
CUresult lc_logs_to_memory(const CUlogIterator *from, char *buffer, size_t *size, unsigned flags)
{
    if (!buffer || !size || flags || !is_place(from))
        return CUDA_ERROR_INVALID_VALUE;
    if (*size)
        *buffer = 0;
    *size = 0;
    return CUDA_SUCCESS;
}
