/* Kernels: what a library has of functions, on whichever server needs one. */
#ifndef BF_KERNELS_H
#define BF_KERNELS_H

#include "call.h"

/* Ask for a kernel on one device, to have this number there; `ask` holds its description afterwards and is to be
 * ended. */
CUresult bf_kernels_ask(struct bf_object *library, const char *name, const struct bf_device *device, uint64_t number,
                        struct bf_ask *ask);

/* The function or kernel that the handle names; its number where `context` is, loading it there if need be. */
CUresult bf_kernels_find(CUfunction handle, const struct bf_object *context, struct bf_object **out, uint64_t *number);

#endif
