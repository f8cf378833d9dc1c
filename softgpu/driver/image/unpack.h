/* Decompression of code, and what is said if that is not possible here. */
#ifndef SG_UNPACK_H
#define SG_UNPACK_H

#include "../../../libcuda/generated/cuda_types.h"
#include "../../../libcuda/image.h"

/* Unpack a compressed entry into `bytes_plain` or fewer at `to`; *got is how many. Returns 0, 200 if the data is
 * damaged, 303 (said on stderr) if the library for it is not installed. */
CUresult sg_unpack_entry(const struct lc_fatbin_entry *entry, void *to, size_t *got);

#endif
