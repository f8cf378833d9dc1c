/* What a handle or an ordinal names, or the CUresult that a call returns to whom it means nothing. */
#ifndef BF_LOOKUP_H
#define BF_LOOKUP_H

#include "contexts.h"

/* What a call is answered whose handle names nothing of the kind. */
CUresult bf_lookup_missing(enum bf_kind kind);

/* The object of that kind. Of kinds that are made in a context, the current context's trouble is told first. */
static inline CUresult bf_lookup_find(enum bf_kind kind, const void *handle, struct bf_object **out)
{
    *out = bf_client_ready() ? bf_objects_find(handle, kind) : NULL;
    if (*out)
        return CUDA_SUCCESS;
    /* It is an error: said so that the compiler knows, which else warns of the NULL that a caller might use. */
    CUresult missing = bf_lookup_missing(kind);
    return missing ? missing : CUDA_ERROR_UNKNOWN;
}

CUresult bf_lookup_device(CUdevice ordinal, struct bf_device **out);

/* Whether a server can be asked for something of that name: none has one that is too long to be sent. */
CUresult bf_lookup_name(const char *name);

/* A module, usable. */
CUresult bf_lookup_module(CUmodule handle, struct bf_object **out);

/* A function, which is its module's context's and need not be current, or a kernel, which stands for its function in
 * the current context. Usable. */
CUresult bf_lookup_function(CUfunction handle, struct bf_object **out);

#endif
