/* What a handle or an ordinal names, or the CUresult that a call returns to whom it means nothing. */
#ifndef BF_LOOKUP_H
#define BF_LOOKUP_H

#include "contexts.h"

/* The object of that kind. Of kinds that are made in a context, the current context's trouble is told first. */
CUresult bf_lookup_find(enum bf_kind kind, const void *handle, struct bf_object **out);

CUresult bf_lookup_device(CUdevice ordinal, struct bf_device **out);

/* A function, which is its module's context's and need not be current, or a kernel, which stands for its function in
 * the current context. Usable. */
CUresult bf_lookup_function(CUfunction handle, struct bf_object **out);

#endif
