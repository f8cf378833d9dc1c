/* What is exported and not remoted. */
#include "../../libcuda/absent.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "../wire/report.h"

/* True the first time that a name is seen, as long as the list has room. */
static bool is_new(const char *name)
{
    enum { NAMES_MAX = 512 };
    static _Atomic(const char *) seen[NAMES_MAX];
    for (size_t i = 0; i < NAMES_MAX; i++) {
        const char *before = NULL;
        if (atomic_compare_exchange_strong(&seen[i], &before, name))
            return true;
        if (before == name)
            return false;
    }
    return false;
}

CUresult lc_absent(const char *name)
{
    if (bf_report_debugs() && is_new(name))
        bf_report_debug("%s is not remoted: CUDA_ERROR_NOT_SUPPORTED (801)", name);
    return CUDA_ERROR_NOT_SUPPORTED;
}
