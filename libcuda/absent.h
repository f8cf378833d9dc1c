/* Symbols that are exported and not implemented: each returns what lc_absent says, under its own name. */
#ifndef LC_ABSENT_H
#define LC_ABSENT_H

#include "generated/cuda_types.h"

/* Defined by the library that links this: returns CUDA_ERROR_NOT_SUPPORTED (801) and may say so, once a name, on stderr
 * at debug level. */
CUresult lc_absent(const char *name);

#define LC_ABSENT(name)                                                                                                \
    __attribute__((visibility("default"))) CUresult name(void);                                                        \
    CUresult name(void)                                                                                                \
    {                                                                                                                  \
        return lc_absent(#name);                                                                                       \
    }

#endif
