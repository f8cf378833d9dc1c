/* Kernels: what a library has of functions, on whichever server needs one. */
#ifndef BF_KERNELS_H
#define BF_KERNELS_H

#include "enumerate.h"

/* Of the kernels of a library: listed on the server where it was loaded first, asked for by name on others. */
struct bf_lister bf_kernels_lister(struct bf_object *library);

/* The function or kernel that the handle names; its number where `context` is, loading it there if need be. */
CUresult bf_kernels_find(CUfunction handle, const struct bf_object *context, struct bf_object **out, uint64_t *number);

#endif
