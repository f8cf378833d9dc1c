/* Entry points of core dumps: what is set is kept, none is written. */
#include "../../../libcuda/coredump.h"

#include "../state/context.h"

CUresult cuCoredumpGetAttribute(CUcoredumpSettings attrib, void *value, size_t *size)
{
    ENTER(cuCoredumpGetAttribute);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    return lc_coredump_get((CUcontext)context->handle, context->flags, attrib, value, size);
}

CUresult cuCoredumpGetAttributeGlobal(CUcoredumpSettings attrib, void *value, size_t *size)
{
    ENTER_ALWAYS(cuCoredumpGetAttributeGlobal);
    return lc_coredump_get_global(attrib, value, size);
}

CUresult cuCoredumpSetAttribute(CUcoredumpSettings attrib, void *value, size_t *size)
{
    ENTER(cuCoredumpSetAttribute);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    return lc_coredump_set((CUcontext)context->handle, attrib, value, size);
}

CUresult cuCoredumpSetAttributeGlobal(CUcoredumpSettings attrib, void *value, size_t *size)
{
    ENTER_ALWAYS(cuCoredumpSetAttributeGlobal);
    return lc_coredump_set_global(attrib, value, size);
}
