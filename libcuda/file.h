/* Files of code. */
#ifndef LC_FILE_H
#define LC_FILE_H

#include <stddef.h>

#include "generated/cuda_types.h"

/* The whole file, with a NUL behind it; the caller frees it. FILE_NOT_FOUND if there is none that can be read,
 * INVALID_IMAGE for one of more than `most` bytes, OUT_OF_MEMORY. */
CUresult lc_file_read(const char *path, size_t most, void **data, size_t *bytes);

#endif
