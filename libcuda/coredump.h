/* Attributes of core dumps: kept as the program sets them. No core dump is written by this library. */
#ifndef LC_COREDUMP_H
#define LC_COREDUMP_H

#include <stddef.h>

#include "generated/cuda_types.h"

/* Of all contexts. `size`: how much there is room for; how much is needed, if `value` is NULL. */
CUresult lc_coredump_get_global(CUcoredumpSettings attribute, void *value, size_t *size);
CUresult lc_coredump_set_global(CUcoredumpSettings attribute, const void *value, size_t *size);

/* Of one context, which was created with `flags`: what was not set on it is as for all. */
CUresult lc_coredump_get(CUcontext context, unsigned flags, CUcoredumpSettings attribute, void *value, size_t *size);
CUresult lc_coredump_set(CUcontext context, CUcoredumpSettings attribute, const void *value, size_t *size);

#endif
