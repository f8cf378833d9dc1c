/* Entry points: primary contexts, created contexts, the current one, limits. */
#include <pthread.h>

#include "../capture/capture_rules.h"
#include "../state/context_life.h"
#include "../state/handles.h"
#include "../state/pool.h"
#include "../state/thread.h"
#include "../../../libcuda/flags.h"
#include "../teardown.h"
#include "context.h"

/* Activation and teardown exclude each other. Recursive: a destructor in the context's storage may release the
 * context. */
static pthread_mutex_t life = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

/* Who waits for it uses no context meanwhile, so that the end of one need not wait for him. */
static void lock_life(void)
{
    sg_inside_park(NULL);
    pthread_mutex_lock(&life);
    sg_inside_unpark();
}

/* ---- primary */

CUresult sg_context_retain_primary(const struct sg_device *device)
{
    struct sg_context *context = device->primary;
    lock_life();
    CUresult result = atomic_load(&context->active) ? CUDA_SUCCESS : sg_context_activate(context, context->flags);
    if (!result)
        context->retained++;
    pthread_mutex_unlock(&life);
    return result;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev)
{
    ENTER(cuDevicePrimaryCtxRetain);
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(pctx, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_context_retain_primary(device));
    *pctx = (CUcontext)device->primary->handle;
    return CUDA_SUCCESS;
}

CUresult sg_context_release_primary(const struct sg_device *device)
{
    struct sg_context *context = device->primary;
    lock_life();
    bool held = context->retained > 0, last = held && --context->retained == 0;
    if (last && atomic_load(&context->active))
        sg_teardown_context(context);
    pthread_mutex_unlock(&life);
    return held ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
}

static CUresult release_primary(CUdevice dev)
{
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    return sg_context_release_primary(device);
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice dev)
{
    ENTER(cuDevicePrimaryCtxRelease_v2);
    return release_primary(dev);
}

CUresult cuDevicePrimaryCtxRelease(CUdevice dev)
{
    ENTER(cuDevicePrimaryCtxRelease);
    return release_primary(dev);
}

static CUresult reset_primary(CUdevice dev)
{
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    lock_life();
    if (atomic_load(&device->primary->active))
        sg_teardown_context(device->primary);
    pthread_mutex_unlock(&life);
    return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxReset_v2(CUdevice dev)
{
    ENTER(cuDevicePrimaryCtxReset_v2);
    return reset_primary(dev);
}

CUresult cuDevicePrimaryCtxReset(CUdevice dev)
{
    ENTER(cuDevicePrimaryCtxReset);
    return reset_primary(dev);
}

CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice dev, unsigned int flags)
{
    ENTER(cuDevicePrimaryCtxSetFlags_v2);
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(lc_flags_suit_context(flags), CUDA_ERROR_INVALID_VALUE);
    device->primary->flags = flags;
    return CUDA_SUCCESS;
}

/* Before CUDA 11, the flags of an active context could not be changed. */
CUresult cuDevicePrimaryCtxSetFlags(CUdevice dev, unsigned int flags)
{
    ENTER(cuDevicePrimaryCtxSetFlags);
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(lc_flags_suit_context(flags), CUDA_ERROR_INVALID_VALUE);
    REQUIRE(!atomic_load(&device->primary->active) || device->primary->flags == flags,
            CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE);
    device->primary->flags = flags;
    return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxGetState(CUdevice dev, unsigned int *flags, int *active)
{
    ENTER(cuDevicePrimaryCtxGetState);
    const struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(flags && active, CUDA_ERROR_INVALID_VALUE);
    *flags = device->primary->flags;
    *active = atomic_load(&device->primary->active);
    return CUDA_SUCCESS;
}

/* ---- created */

/* `refused`: what is said of the rest if this is right. */
static CUresult create(CUcontext *pctx, unsigned flags, CUdevice dev, unsigned api_version, CUresult refused)
{
    struct sg_device *device = sg_device_at(dev);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    REQUIRE(pctx && lc_flags_suit_context(flags), CUDA_ERROR_INVALID_VALUE);
    TRY(refused);
    struct sg_context *context;
    TRY(sg_context_create(device, flags, &context));
    context->api_version = api_version;
    if (!sg_thread_push(context->handle)) {
        sg_handles_drop(context->handle);
        sg_teardown_context(context);
        sg_context_retire(context);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *pctx = (CUcontext)context->handle;
    return CUDA_SUCCESS;
}

CUresult cuCtxCreate(CUcontext *pctx, unsigned int flags, CUdevice dev)
{
    ENTER(cuCtxCreate);
    return create(pctx, flags, dev, 3010, CUDA_SUCCESS);
}

CUresult cuCtxCreate_v2(CUcontext *pctx, unsigned int flags, CUdevice dev)
{
    ENTER(cuCtxCreate_v2);
    return create(pctx, flags, dev, 3020, CUDA_SUCCESS);
}

CUresult cuCtxCreate_v3(CUcontext *pctx, CUexecAffinityParam *paramsArray, int numParams, unsigned int flags,
                        CUdevice dev)
{
    ENTER(cuCtxCreate_v3);
    bool wrong = numParams < 0 || (numParams && !paramsArray);
    CUresult refused = wrong       ? CUDA_ERROR_INVALID_VALUE
                       : numParams ? CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY
                                   : CUDA_SUCCESS;
    return create(pctx, flags, dev, 3020, refused);
}

CUresult cuCtxCreate_v4(CUcontext *pctx, CUctxCreateParams *ctxCreateParams, unsigned int flags, CUdevice dev)
{
    ENTER(cuCtxCreate_v4);
    CUresult refused = !ctxCreateParams                         ? CUDA_SUCCESS
                       : ctxCreateParams->numExecAffinityParams ? CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY
                       : ctxCreateParams->cigParams             ? CUDA_ERROR_NOT_SUPPORTED
                                                                : CUDA_SUCCESS;
    return create(pctx, flags, dev, 3020, refused);
}

static CUresult destroy(CUcontext ctx)
{
    REQUIRE(ctx, CUDA_ERROR_INVALID_VALUE);
    struct sg_context *context;
    lock_life();
    CUresult result = sg_context_of(ctx, &context);
    if (!result && context->primary)
        result = CUDA_ERROR_INVALID_CONTEXT;
    if (!result) {
        sg_teardown_context(context);
        /* Other threads that have it current are told at their next call. */
        if (sg_thread_top() == ctx)
            sg_thread_pop();
        sg_handles_drop(ctx);
        sg_context_retire(context);
    }
    pthread_mutex_unlock(&life);
    return result;
}

CUresult cuCtxDestroy_v2(CUcontext ctx)
{
    ENTER(cuCtxDestroy_v2);
    return destroy(ctx);
}

CUresult cuCtxDestroy(CUcontext ctx)
{
    ENTER(cuCtxDestroy);
    return destroy(ctx);
}

CUresult cuCtxAttach(CUcontext *pctx, unsigned int flags)
{
    ENTER(cuCtxAttach);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    REQUIRE(pctx && flags == 0, CUDA_ERROR_INVALID_VALUE);
    lock_life();
    context->attached++;
    pthread_mutex_unlock(&life);
    *pctx = (CUcontext)context->handle;
    return CUDA_SUCCESS;
}

CUresult cuCtxDetach(CUcontext ctx)
{
    ENTER(cuCtxDetach);
    REQUIRE(ctx && ctx == (CUcontext)sg_thread_top(), CUDA_ERROR_INVALID_CONTEXT);
    struct sg_context *context;
    TRY(sg_context_of(ctx, &context));
    lock_life();
    bool last = !context->attached;
    context->attached -= !last;
    pthread_mutex_unlock(&life);
    return last ? destroy(ctx) : CUDA_SUCCESS;
}

/* ---- current */

static CUresult push(CUcontext ctx)
{
    REQUIRE(ctx, CUDA_ERROR_INVALID_CONTEXT);
    struct sg_context *context;
    TRY(sg_context_of(ctx, &context));
    return sg_thread_push(ctx) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult pop(CUcontext *pctx)
{
    void *handle = sg_thread_pop();
    REQUIRE(handle, CUDA_ERROR_INVALID_CONTEXT);
    if (pctx)
        *pctx = (CUcontext)handle;
    return CUDA_SUCCESS;
}

CUresult cuCtxPushCurrent_v2(CUcontext ctx)
{
    ENTER(cuCtxPushCurrent_v2);
    return push(ctx);
}

CUresult cuCtxPushCurrent(CUcontext ctx)
{
    ENTER(cuCtxPushCurrent);
    return push(ctx);
}

CUresult cuCtxPopCurrent_v2(CUcontext *pctx)
{
    ENTER(cuCtxPopCurrent_v2);
    return pop(pctx);
}

CUresult cuCtxPopCurrent(CUcontext *pctx)
{
    ENTER(cuCtxPopCurrent);
    return pop(pctx);
}

CUresult cuCtxSetCurrent(CUcontext ctx)
{
    ENTER(cuCtxSetCurrent);
    struct sg_context *context;
    if (ctx)
        TRY(sg_context_of(ctx, &context));
    sg_thread_pop();
    if (ctx)
        sg_thread_push(ctx);
    return CUDA_SUCCESS;
}

CUresult cuCtxGetCurrent(CUcontext *pctx)
{
    ENTER(cuCtxGetCurrent);
    REQUIRE(pctx, CUDA_ERROR_INVALID_VALUE);
    *pctx = (CUcontext)sg_thread_top();
    return CUDA_SUCCESS;
}

static CUresult get_device(CUdevice *device, CUcontext ctx)
{
    struct sg_context *context;
    TRY(sg_context_of(ctx, &context));
    REQUIRE(device, CUDA_ERROR_INVALID_VALUE);
    *device = context->device->ordinal;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetDevice(CUdevice *device)
{
    ENTER(cuCtxGetDevice);
    return get_device(device, NULL);
}

CUresult cuCtxGetDevice_v2(CUdevice *device, CUcontext ctx)
{
    ENTER(cuCtxGetDevice_v2);
    return get_device(device, ctx);
}

CUresult cuCtxGetId(CUcontext ctx, unsigned long long *ctxId)
{
    ENTER(cuCtxGetId);
    struct sg_context *context;
    TRY(sg_context_of(ctx, &context));
    REQUIRE(ctxId, CUDA_ERROR_INVALID_VALUE);
    *ctxId = context->id;
    return CUDA_SUCCESS;
}

CUresult cuCtxGetApiVersion(CUcontext ctx, unsigned int *version)
{
    ENTER(cuCtxGetApiVersion);
    REQUIRE(version, CUDA_ERROR_INVALID_VALUE);
    struct sg_context *context;
    TRY(sg_context_of(ctx, &context));
    *version = context->api_version;
    return CUDA_SUCCESS;
}

static CUresult synchronize(struct sg_context *context)
{
    TRY(sg_capture_rules_context(context));
    TRY(sg_capture_rules_unsafe());
    sg_wait_context(context, false);
    sg_pool_synchronised();
    return sg_context_error(context);
}

CUresult cuCtxSynchronize(void)
{
    ENTER(cuCtxSynchronize);
    struct sg_context *context;
    TRY(sg_context_current(&context));
    return synchronize(context);
}

CUresult cuCtxSynchronize_v2(CUcontext ctx)
{
    ENTER(cuCtxSynchronize_v2);
    struct sg_context *context;
    TRY(sg_context_of(ctx, &context));
    REQUIRE(atomic_load(&context->active), CUDA_ERROR_CONTEXT_IS_DESTROYED);
    return synchronize(context);
}
