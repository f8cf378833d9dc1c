/* Decompression of code, and what is said if that is not possible here. */
#ifndef SG_UNPACK_H
#define SG_UNPACK_H

#include "../../../libcuda/image.h"
#include "code.h"

/* The text of an entry, unpacked into memory of its own if it is compressed. Returns 0, 2, 200 if the data is damaged,
 * 303 (said on stderr) if the library for it is not installed. */
CUresult sg_unpack_code(const struct lc_fatbin_entry *entry, struct sg_code *out);

#endif
