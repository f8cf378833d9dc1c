/* What a handle or an ordinal names. */
#include "lookup.h"

#include <string.h>

/* By kind: what a handle of nothing is answered, and whether such objects are made in a context. */
static const struct {
    CUresult bad;
    bool is_of_context;
} kinds[] = {
#define ROW(kind, bad, is_of_context) [BF_##kind] = {bad, is_of_context},
    BF_KINDS(ROW)
#undef ROW
};

CUresult bf_lookup_missing(enum bf_kind kind)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    return kinds[kind].is_of_context ? bf_contexts_no_handle() : kinds[kind].bad;
}

CUresult bf_lookup_device(CUdevice ordinal, struct bf_device **out)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    *out = bf_client_device(ordinal);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

CUresult bf_lookup_name(const char *name)
{
    return strlen(name) > BF_NAME_BYTES_MAX ? CUDA_ERROR_NOT_FOUND : CUDA_SUCCESS;
}

CUresult bf_lookup_module(CUmodule handle, struct bf_object **out)
{
    CUresult result = bf_lookup_find(BF_MODULE, handle, out);
    return result ? result : bf_contexts_check_in((*out)->module.context, (*out)->module.context_number);
}

CUresult bf_lookup_function(CUfunction handle, struct bf_object **out)
{
    struct bf_object *context;
    if (!bf_lookup_find(BF_KERNEL, handle, out))
        return bf_contexts_current(&context);
    CUresult result = bf_lookup_find(BF_FUNCTION, handle, out);
    return result ? result : bf_contexts_check_in((*out)->function.context, (*out)->function.context_number);
}
