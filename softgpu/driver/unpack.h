/* Decompression with the system's libraries, found when first needed. */
#ifndef SG_UNPACK_H
#define SG_UNPACK_H

#include <stddef.h>

#include "../../libcuda/generated/cuda_types.h"

/* Unpack `bytes` at `from` into exactly `bytes_plain` or fewer at `to`; *got is how many. Returns 0, 200 if the data
 * is damaged, 303 (said on stderr) if the library is not installed. */
CUresult sg_unpack_zstd(const void *from, size_t bytes, void *to, size_t bytes_plain, size_t *got);
CUresult sg_unpack_lz4(const void *from, size_t bytes, void *to, size_t bytes_plain, size_t *got);

#endif
