/* Primary and created contexts: their life. The server is asked when one begins to exist or ends. */
#include <stddef.h>

#include "../../libcuda/flags.h"
#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/storage.h"
#include "../state/callbacks.h"
#include "../state/drop.h"
#include "../state/code.h"
#include "../state/host_memory.h"
#include "../state/lookup.h"
#include "../state/reach.h"
#include "../state/sources.h"
#include "../state/waits.h"
#include "../state/faults.h"
#include "../state/memory.h"
#include "capture.h"
#include "primary.h"

/* Everything that belonged to it is gone. A stream that waits for memory may do so for ever: then the driver is left to
 * end it. Storage destructors run while the handle can still be looked up. */
static void empty(struct bf_object *context)
{
    if (!atomic_load(&context->context.awaits)) {
        bf_waits_settle(context);
        bf_reach_return_all(context);
    }
    bf_drop_begin_epoch();
    lc_storage_destroy((CUcontext)context);
    bf_map_remove_of(&context->server->memory, context);
    bf_objects_free_children(context, bf_drop_object);
    bf_capture_end_left();
}

static void retain_arrived(struct bf_ask *ask)
{
    struct bf_device *device = (struct bf_device *)((char *)ask - offsetof(struct bf_device, retaining));
    atomic_store(&device->primary->context.refused, (unsigned)ask->result);
}

/* As long as nothing was heard of the session, the round trip to its server is still to be made by the next call
 * that waits. This one travels with it, and if the server cannot make the context, that call and every later one in
 * it says why. */
static CUresult retain(struct bf_device *device, uint64_t number)
{
    struct bf_stream *stream = &device->server->stream;
    const struct bf_value args[] = {bf_u(number), bf_i(device->local)};
    atomic_store(&device->primary->context.refused, 0);
    if (atomic_load(&stream->greeting) &&
        bf_stream_post(stream, 0, &bf_calls[BF_CALL_ctx_retain_primary], args, &device->retaining, retain_arrived))
        return CUDA_SUCCESS;
    return BF_ASK(bf_on(device->server), NULL, ctx_retain_primary, args[0], args[1]);
}

/* `device->lock` is held. */
static CUresult activate(struct bf_device *device)
{
    struct bf_object *context = device->primary;
    if (context->context.active)
        return CUDA_SUCCESS;
    uint64_t number = bf_server_number(device->server);
    CUresult result = retain(device, number);
    if (!result) {
        bf_faults_enter(context, number);
        bf_contexts_renumber(context, number);
        context->context.active = 1;
    }
    return result;
}

CUresult bf_primary_retain(struct bf_device *device)
{
    pthread_mutex_lock(&device->lock);
    CUresult result = activate(device);
    if (!result)
        device->retained++;
    pthread_mutex_unlock(&device->lock);
    return result;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (!result && !pctx)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = bf_primary_retain(device);
    if (!result)
        *pctx = (CUcontext)device->primary;
    return result;
}

/* What is known here of a context that has ended. */
static void forget(struct bf_server *server, const struct bf_object *context)
{
    bf_memory_end_context(context);
    bf_host_memory_end_context(server, context);
    bf_callbacks_lose(context);
    bf_sources_lose(context);
}

CUresult bf_primary_release(struct bf_device *device)
{
    pthread_mutex_lock(&device->lock);
    struct bf_object *context = device->primary;
    bool last = device->retained == 1;
    CUresult result = device->retained ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
    device->retained -= device->retained ? 1 : 0;
    bool ends = last && context->context.active;
    pthread_mutex_unlock(&device->lock);
    if (!ends)
        return result;
    empty(context);
    pthread_mutex_lock(&device->lock);
    if (!device->retained && context->context.active) {
        context->context.active = 0;
        bf_faults_leave(context);
        bf_contexts_renumber(context, 0);
        result = BF_ASK(bf_on(device->server), NULL, ctx_release_primary, bf_i(device->local));
        forget(device->server, context);
        if (atomic_exchange(&context->context.refused, 0))
            result = CUDA_SUCCESS;   /* there was nothing to release */
    }
    pthread_mutex_unlock(&device->lock);
    return result;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    return result ? result : bf_primary_release(device);
}

/* The number of holders stays; who goes on using the device retains it again. */
CUresult cuDevicePrimaryCtxReset_v2(CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (result || !device->primary->context.active)
        return result;
    empty(device->primary);
    pthread_mutex_lock(&device->lock);
    device->primary->context.active = 0;
    bf_faults_leave(device->primary);
    bf_contexts_renumber(device->primary, 0);
    result = BF_ASK(bf_on(device->server), NULL, ctx_reset_primary, bf_i(device->local));
    forget(device->server, device->primary);
    atomic_store(&device->primary->context.refused, 0);
    pthread_mutex_unlock(&device->lock);
    return result;
}

CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice dev, unsigned int flags)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (!result && !lc_flags_suit_context(flags))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    pthread_mutex_lock(&device->lock);
    result = BF_ASK(bf_on(device->server), NULL, ctx_set_primary_flags, bf_i(device->local), bf_u(flags));
    if (!result)
        device->primary->context.flags = flags;
    pthread_mutex_unlock(&device->lock);
    return result;
}

CUresult cuCtxCreate_v2(CUcontext *pctx, unsigned int flags, CUdevice dev)
{
    struct bf_device *device;
    CUresult result = bf_lookup_device(dev, &device);
    if (!result && (!pctx || !lc_flags_suit_context(flags)))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    uint64_t number = bf_server_number(device->server);
    result = BF_ASK(bf_on(device->server), NULL, ctx_create, bf_u(number), bf_u(flags), bf_i(device->local));
    if (result)
        return result;
    struct bf_object *context = bf_objects_new(&(struct bf_object){
        .kind = BF_CONTEXT,
        .server = device->server,
        .number = number,
        .context = {.device = device, .flags = flags, .id = number + ((uint64_t)(device->server->index + 1) << 40)}});
    if (!context)
        return CUDA_ERROR_OUT_OF_MEMORY;
    bf_faults_enter(context, number);
    result = bf_contexts_push(context);
    if (!result)
        *pctx = (CUcontext)context;
    return result;
}

/* The form before CUDA 3.2. */
CUresult cuCtxCreate(CUcontext *pctx, unsigned int flags, CUdevice dev)
{
    CUresult result = cuCtxCreate_v2(pctx, flags, dev);
    if (!result)
        ((struct bf_object *)*pctx)->context.is_old = 1;
    return result;
}

CUresult cuCtxDestroy_v2(CUcontext ctx)
{
    struct bf_object *current, *context = bf_objects_find(ctx, BF_CONTEXT);
    CUresult result = bf_contexts_peek(&current);
    if (result)
        return result;
    if (!ctx)
        return CUDA_ERROR_INVALID_VALUE;
    if (!context)
        return CUDA_ERROR_INVALID_CONTEXT;
    if (context->context.primary || !bf_objects_claim(context))
        return CUDA_ERROR_INVALID_CONTEXT;
    empty(context);
    if (current == context)
        bf_contexts_leave();
    struct bf_target to = bf_on(context->server);
    uint64_t number = context->number;
    bf_faults_leave(context);
    bf_contexts_renumber(context, 0);
    bf_objects_free(context, bf_drop_object);
    result = BF_ASK(to, NULL, ctx_destroy, bf_u(number));
    forget(to.server, context);
    return result;
}

CUresult cuCtxDetach(CUcontext ctx)
{
    struct bf_object *current;
    CUresult result = bf_contexts_peek(&current);
    if (result)
        return result;
    if (!ctx || (CUcontext)current != ctx)
        return CUDA_ERROR_INVALID_CONTEXT;
    /* A primary context cannot be destroyed, so cuCtxDestroy refuses it. */
    if (!current->context.attached)
        return cuCtxDestroy_v2(ctx);
    current->context.attached--;
    return CUDA_SUCCESS;
}
