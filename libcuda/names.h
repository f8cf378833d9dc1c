/* name@version -> symbol, as cuGetProcAddress answers it. The table is generated; the rule is in names.c. */
#ifndef LC_NAMES_H
#define LC_NAMES_H

#include <stddef.h>

#include "generated/cuda_types.h"

typedef void lc_symbol_fn(void);

/* One exported symbol: the base name that is asked for, the CUDA version from which it answers, whether it is the
 * per-thread-default-stream form. Sorted by base, per_thread, since. */
struct lc_name {
    const char *base;
    int since;
    int per_thread;
    lc_symbol_fn *symbol;
};

extern const struct lc_name lc_names[];
extern const size_t lc_names_count;

/* The symbol for `base` at CUDA version `version` (flags: bit 1 asks for the per-thread form, as in cuda.h's
 * CUdriverProcAddress_flags), or NULL with *status 1 (no such name) or 2 (name known, version too low).
 * `status` may be NULL. */
lc_symbol_fn *lc_names_find(const char *base, int version, unsigned long long flags,
                            CUdriverProcAddressQueryResult *status);

/* The whole of cuGetProcAddress_v2: 0 also when nothing is found (*pfn NULL, the reason in *status); 1 for flags above
 * 3 or a NULL name or out-pointer. Needs no cuInit. */
CUresult lc_names_get_proc_address_v2(const char *symbol, void **pfn, int version, cuuint64_t flags,
                                      CUdriverProcAddressQueryResult *status);

/* The whole of the older cuGetProcAddress: 500 and *pfn untouched when nothing is found. */
CUresult lc_names_get_proc_address(const char *symbol, void **pfn, int version, cuuint64_t flags);

#endif
