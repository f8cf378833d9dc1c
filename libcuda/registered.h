/* Modules that a runtime library loaded from a fatbin which it later unregisters by the fatbin's address (cudart
 * 11.8). */
#ifndef LC_REGISTERED_H
#define LC_REGISTERED_H

#include "generated/cuda_types.h"

/* Remember that `module` came from `wrapper`. Returns 0 or 2. */
CUresult lc_registered_add(const void *wrapper, CUmodule module);

/* Forget one module of `wrapper` and return it; NULL if there is none left. */
CUmodule lc_registered_take(const void *wrapper);

#endif
