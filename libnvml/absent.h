/* Functions that are exported, whatever they can do. Each stub is weak: a library that answers a function defines
 * it, and the linker takes that definition. */
#ifndef LN_ABSENT_H
#define LN_ABSENT_H

#include "generated/nvml_types.h"

/* Defined by the library that links this: what function `name` returns, NVML_ERROR_UNINITIALIZED before nvmlInit and
 * `code` (NOT_SUPPORTED, or NO_PERMISSION for what would change the GPU) after it. */
nvmlReturn_t ln_absent(const char *name, nvmlReturn_t code);

#define LN_ABSENT(name, code)                                                                                          \
    __attribute__((visibility("default"), weak)) nvmlReturn_t name(void);                                              \
    nvmlReturn_t name(void)                                                                                            \
    {                                                                                                                  \
        return ln_absent(#name, code);                                                                                 \
    }

#endif
