/* The rule of cuGetProcAddress: of the rows of one base name and form, the newest that is not newer than asked for. */
#include "names.h"

#include <string.h>

enum { FLAG_PER_THREAD = 2, FLAGS_MAX = 3 };

/* The first row that does not come before (base, per_thread). */
static size_t first_row(const char *base, int per_thread)
{
    size_t low = 0, high = lc_names_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct lc_name *row = &lc_names[middle];
        int order = strcmp(row->base, base);
        if (order < 0 || (order == 0 && row->per_thread < per_thread))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The newest row of (base, per_thread) up to `version`; *known is set if there is a row of any version. */
static lc_symbol_fn *newest(const char *base, int per_thread, int version, int *known)
{
    lc_symbol_fn *found = NULL;
    for (size_t i = first_row(base, per_thread); i < lc_names_count; i++) {
        const struct lc_name *row = &lc_names[i];
        if (row->per_thread != per_thread || strcmp(row->base, base) != 0)
            break;
        *known = 1;
        if (row->since > version)
            break;
        found = row->symbol;
    }
    return found;
}

lc_symbol_fn *lc_names_find(const char *base, int version, unsigned long long flags,
                            CUdriverProcAddressQueryResult *status)
{
    int known = 0;
    lc_symbol_fn *found = NULL;
    if (flags & FLAG_PER_THREAD)
        found = newest(base, 1, version, &known);
    /* A function without a per-thread form, or with one only in later versions, answers with the ordinary symbol. */
    if (!found)
        found = newest(base, 0, version, &known);
    if (status)
        *status = found   ? CU_GET_PROC_ADDRESS_SUCCESS
                  : known ? CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT
                          : CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
    return found;
}

/* ISO C has no conversion from a function pointer to void *; POSIX defines both to have one representation. */
static void store(void **pfn, lc_symbol_fn *symbol)
{
    memcpy(pfn, &symbol, sizeof *pfn);
}

CUresult lc_names_get_proc_address_v2(const char *symbol, void **pfn, int version, cuuint64_t flags,
                                      CUdriverProcAddressQueryResult *status)
{
    if (!symbol || !pfn || flags > FLAGS_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    store(pfn, lc_names_find(symbol, version, flags, status));
    return CUDA_SUCCESS;
}

CUresult lc_names_get_proc_address(const char *symbol, void **pfn, int version, cuuint64_t flags)
{
    if (!symbol || !pfn || flags > FLAGS_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    lc_symbol_fn *found = lc_names_find(symbol, version, flags, NULL);
    if (!found)
        return CUDA_ERROR_NOT_FOUND;
    store(pfn, found);
    return CUDA_SUCCESS;
}
