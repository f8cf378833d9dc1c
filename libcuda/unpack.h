/* Decompression of code with the system's libraries, found when first needed. */
#ifndef LC_UNPACK_H
#define LC_UNPACK_H

#include "image.h"

enum lc_unpacked { LC_UNPACK_DONE, LC_UNPACK_DAMAGED, LC_UNPACK_NO_ZSTD, LC_UNPACK_NO_LZ4 };

/* Unpack a compressed entry into `bytes_plain` or fewer at `to`; *got is how many. */
enum lc_unpacked lc_unpack(const struct lc_fatbin_entry *entry, void *to, size_t *got);

#endif
