/* Names and texts of CUresult values, as cuGetErrorName and cuGetErrorString give them. */
#ifndef LC_ERRORS_H
#define LC_ERRORS_H

#include "generated/cuda_types.h"

const char *lc_errors_name(CUresult error);   /* "CUDA_ERROR_INVALID_VALUE"; NULL for an unknown value */
const char *lc_errors_text(CUresult error);   /* "invalid argument"; NULL for an unknown value */

/* The whole of cuGetErrorName and cuGetErrorString: 1 for an unknown value, and then *text is set to NULL, as the
 * documentation of both says. Need no cuInit. */
CUresult lc_errors_get_name(CUresult error, const char **text);
CUresult lc_errors_get_string(CUresult error, const char **text);

#endif
