/* The driver's log of errors: there is no message in it. What this library has to say goes to stderr, where somebody
 * reads it. */
#ifndef LC_LOGS_H
#define LC_LOGS_H

#include <stddef.h>

#include "generated/cuda_types.h"

CUresult lc_logs_current(CUlogIterator *out, unsigned flags);
CUresult lc_logs_to_file(const CUlogIterator *from, const char *path, unsigned flags);
CUresult lc_logs_to_memory(const CUlogIterator *from, char *buffer, size_t *size, unsigned flags);

#endif
