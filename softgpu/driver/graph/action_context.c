/* In which context an action is done. */
#include "action.h"

CUresult sg_action_context_set(CUcontext handle, struct sg_action *action)
{
    struct sg_context *context;
    TRY(sg_context_of(handle, &context));
    REQUIRE(atomic_load(&context->active), CUDA_ERROR_CONTEXT_IS_DESTROYED);
    TRY(sg_context_error(context));
    action->context = context;
    action->incarnation = atomic_load(&context->incarnation);
    return CUDA_SUCCESS;
}
