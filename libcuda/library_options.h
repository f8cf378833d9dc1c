/* The options of a library load (CUlibraryOption). */
#ifndef LC_LIBRARY_OPTIONS_H
#define LC_LIBRARY_OPTIONS_H

#include <stdbool.h>

#include "generated/cuda_types.h"

/* *preserved: the program keeps the code readable as long as the library is loaded. INVALID_VALUE for an option that
 * does not exist; NOT_SUPPORTED for a table of host functions for device code to call. */
CUresult lc_library_options_read(unsigned count, const CUlibraryOption *options, void *const *values, bool *preserved);

#endif
