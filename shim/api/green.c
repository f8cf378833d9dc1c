/* Green contexts. The CUcontext of one is a second name of the device's primary context: everything but the streams
 * that are made while it is current is the primary context's. */
#include "green.h"

#include <stdlib.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/storage.h"
#include "../state/drop.h"
#include "../state/events.h"
#include "../state/streams.h"
#include "../state/waits.h"
#include "primary.h"

/* The device that a resource is of stands where the driver has nothing: at the end of what CUDA 13.1 left to resources
 * of any type. What follows is the address of a next resource there, and zero of all that a driver makes. */
enum { NEXT_BYTES = 8, MARK_AT = sizeof(CUdevResource) - NEXT_BYTES - sizeof(uint32_t), RESOURCES_MAX = 1024 };

/* ---- resources */

static void mark(CUdevResource *resource, const void *bytes, const struct bf_device *device)
{
    memcpy(resource, bytes, sizeof *resource);
    memset((uint8_t *)(resource + 1) - NEXT_BYTES, 0, NEXT_BYTES);
    uint32_t number = (uint32_t)device->ordinal + 1;
    if (resource->type == CU_DEV_RESOURCE_TYPE_SM)
        memcpy((uint8_t *)resource + MARK_AT, &number, sizeof number);
}

/* The resource as its server made it, and the device. */
static CUresult unmark(const CUdevResource *resource, CUdevResource *out, struct bf_device **device)
{
    uint32_t number;
    if (resource->type != CU_DEV_RESOURCE_TYPE_SM)
        return CUDA_ERROR_INVALID_RESOURCE_TYPE;
    *out = *resource;
    memcpy(&number, (const uint8_t *)resource + MARK_AT, sizeof number);
    memset((uint8_t *)out + MARK_AT, 0, sizeof number + NEXT_BYTES);
    *device = number && number <= bf_client.device_count ? bf_client_device((int)number - 1) : NULL;
    return *device ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* What a request for one resource gets. */
static CUresult take(CUresult result, struct bf_ask *ask, const struct bf_device *device, CUdevResource *out)
{
    if (!result && ask->values[0].bytes != sizeof *out)
        result = CUDA_ERROR_UNKNOWN;
    if (!result)
        mark(out, ask->values[0].p, device);
    bf_stream_ask_end(ask);
    return result;
}

CUresult bf_green_of_device(const struct bf_device *device, CUdevResource *out)
{
    struct bf_ask ask = {.held = NULL};
    CUresult result = BF_ASK_HELD(bf_on(device->server), NULL, &ask, green_of_device, bf_i(device->local));
    return take(result, &ask, device, out);
}

CUresult bf_green_of_context(struct bf_object *context, CUdevResource *out)
{
    struct bf_ask ask = {.held = NULL};
    if (context->context.green)
        return bf_green_of_green(context->context.green, out);
    if (context->context.primary && !context->context.active)
        return bf_green_of_device(context->context.device, out);
    CUresult result = BF_ASK_HELD(bf_on(context->server), NULL, &ask, green_of_context, bf_u(context->number));
    return take(result, &ask, context->context.device, out);
}

CUresult bf_green_of_green(const struct bf_object *green, CUdevResource *out)
{
    struct bf_ask ask = {.held = NULL};
    CUresult result = BF_ASK_HELD(bf_on(green->server), NULL, &ask, green_of_green, bf_u(green->number));
    return take(result, &ask, green->green.home->context.device, out);
}

CUresult bf_green_of_stream(CUstream stream, const struct bf_order *order, CUdevResource *out)
{
    const struct bf_object *green = bf_order_green(stream, order);
    return green ? bf_green_of_green(green, out) : bf_green_of_context(order->context, out);
}

CUresult bf_green_split(const CUdevResource *input, unsigned flags, unsigned least, CUdevResource *groups,
                        unsigned *count, CUdevResource *rest)
{
    CUdevResource plain;
    struct bf_device *device;
    struct bf_ask ask = {.held = NULL};
    CUresult result = unmark(input, &plain, &device);
    if (!result)
        result = BF_ASK_HELD(bf_on(device->server), NULL, &ask, green_split, bf_bytes(&plain, sizeof plain),
                             bf_u(groups ? *count : 0), bf_u(flags), bf_u(least));
    unsigned made = result ? 0 : (unsigned)ask.values[1].u;
    if (!result && (ask.values[2].bytes != sizeof plain || (groups && made > *count) ||
                    ask.values[0].bytes != (groups ? made * sizeof plain : 0)))
        result = CUDA_ERROR_UNKNOWN;
    for (unsigned i = 0; i < made && groups && !result; i++)
        mark(&groups[i], (const uint8_t *)ask.values[0].p + i * sizeof plain, device);
    if (!result && rest)
        mark(rest, ask.values[2].p, device);
    if (!result)
        *count = made;
    bf_stream_ask_end(&ask);
    return result;
}

/* All of one server: what else is wrong with them together is its driver's to say. */
static CUresult unmark_all(const CUdevResource *resources, unsigned count, CUdevResource *out,
                           struct bf_device **device)
{
    CUresult result = unmark(&resources[0], &out[0], device);
    for (unsigned i = 1; i < count && !result; i++) {
        struct bf_device *other;
        result = unmark(&resources[i], &out[i], &other);
        if (!result && other != *device)
            result = CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION;
    }
    return result;
}

static CUresult describe(const CUdevResource *plain, unsigned count, struct bf_device *device, CUdevResourceDesc *out)
{
    uint64_t number = bf_server_number(device->server);
    CUresult result =
        BF_ASK(bf_on(device->server), NULL, green_describe, bf_u(number), bf_bytes(plain, count * sizeof *plain));
    struct bf_object *made =
        result
            ? NULL
            : bf_objects_new(&(struct bf_object){
                  .kind = BF_RESOURCES, .server = device->server, .number = number, .resources = {.device = device}});
    if (made)
        *out = (CUdevResourceDesc)made;
    return made || result ? result : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult bf_green_describe(const CUdevResource *resources, unsigned count, CUdevResourceDesc *out)
{
    CUdevResource few[8],
        *plain = count <= 8 ? few : malloc((count < RESOURCES_MAX ? count : RESOURCES_MAX) * sizeof few[0]);
    struct bf_device *device;
    if (!plain)
        return CUDA_ERROR_OUT_OF_MEMORY;
    CUresult result = unmark_all(resources, count < RESOURCES_MAX ? count : RESOURCES_MAX, plain, &device);
    if (!result && count > RESOURCES_MAX)
        result = CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION;
    if (!result)
        result = describe(plain, count, device, out);
    if (plain != few)
        free(plain);
    return result;
}

/* ---- life */

/* Its CUcontext is an object of its own, so that it can be told from the primary context where that matters. */
static struct bf_object *new_green(struct bf_object *home, uint64_t number)
{
    struct bf_object *green = bf_objects_new(&(struct bf_object){
        .kind = BF_GREEN,
        .server = home->server,
        .number = number,
        .green = {.home = home, .home_number = home->number, .id = bf_server_number(home->server)}});
    if (!green)
        return NULL;
    struct bf_object like = {.kind = BF_CONTEXT, .server = home->server, .number = home->number, .owner = green};
    like.context.device = home->context.device;
    like.context.flags = home->context.flags;
    like.context.id = home->context.id;
    like.context.primary = 1;
    like.context.active = 1;
    like.context.home = home;
    like.context.green = green;
    green->green.as_context = bf_objects_new(&like);
    if (green->green.as_context)
        return green;
    bf_objects_free(green, bf_drop_object);
    return NULL;
}

CUresult bf_green_create(const struct bf_object *resources, unsigned flags, CUgreenCtx *out)
{
    struct bf_device *device = resources->resources.device;
    uint64_t number = bf_server_number(device->server);
    CUresult result = bf_primary_retain(device);
    if (result)
        return result;
    result = BF_ASK(bf_on(device->server), NULL, green_create, bf_u(number), bf_u(resources->number),
                    bf_i(device->local), bf_u(flags));
    struct bf_object *green = result ? NULL : new_green(device->primary, number);
    if (!green) {
        bf_primary_release(device);
        return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = (CUgreenCtx)green;
    return CUDA_SUCCESS;
}

/* For bf_objects_child: it is never the one. */
static bool orphan(const struct bf_object *stream, const void *green)
{
    if (stream->stream.green == green)
        ((struct bf_object *)(uintptr_t)stream)->stream.orphaned = 1;
    return false;
}

CUresult bf_green_destroy(struct bf_object *green)
{
    if (!bf_objects_claim(green))
        return CUDA_ERROR_INVALID_CONTEXT;
    struct bf_object *home = green->green.home;
    struct bf_target to = bf_on(green->server);
    uint64_t number = green->number;
    bf_objects_child(home, BF_STREAM, orphan, green);
    lc_storage_destroy((CUcontext)green->green.as_context);
    bf_objects_free(green, bf_drop_object);
    CUresult result = BF_ASK(to, NULL, cuGreenCtxDestroy, bf_u(number));
    bf_primary_release(home->context.device);
    return result;
}

CUresult bf_green_get_id(CUgreenCtx handle, unsigned long long *out)
{
    const struct bf_object *green = handle ? bf_objects_find(handle, BF_GREEN) : bf_contexts_green();
    if (!green)
        return CUDA_ERROR_INVALID_CONTEXT;
    if (!out)
        return CUDA_ERROR_INVALID_VALUE;
    *out = green->green.id;
    return CUDA_SUCCESS;
}

/* ---- its work */

/* As long as its primary context is the one that it was made in. */
static CUresult check(const struct bf_object *green)
{
    const struct bf_object *home = green->green.home;
    bool is_gone = !home->context.active || home->number != green->green.home_number;
    return is_gone ? CUDA_ERROR_CONTEXT_IS_DESTROYED : bf_contexts_check(home);
}

CUresult bf_green_make_stream(struct bf_object *green, unsigned flags, int priority, CUstream *out)
{
    CUresult result = check(green);
    if (!result && (!out || flags != CU_STREAM_NON_BLOCKING))
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result : bf_streams_create(green->green.home, green, flags, priority, out);
}

CUresult bf_green_record(struct bf_object *green, CUevent handle)
{
    struct bf_object *home = green->green.home;
    CUresult result = check(green);
    struct bf_object *event = bf_objects_find(handle, BF_EVENT);
    struct bf_put put = {0};
    if (!result && (!event || event->owner != home))
        result = CUDA_ERROR_INVALID_HANDLE;
    if (!result && !bf_contexts_progress(home))
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (result)
        return result;
    result = BF_TELL(bf_noted(bf_in(home), &put), cuGreenCtxRecordEvent, bf_u(green->number), bf_u(event->number));
    put.progress = atomic_load(&home->context.all);
    bf_events_recorded(event, &put);
    return result;
}

CUresult bf_green_wait(struct bf_object *green, CUevent handle)
{
    struct bf_object *home = green->green.home;
    CUresult result = check(green);
    struct bf_object *event = bf_objects_find(handle, BF_EVENT);
    if (!result && !event)
        result = CUDA_ERROR_INVALID_HANDLE;
    if (result)
        return result;
    if (event->server != home->server)
        return bf_waits_here(event);
    home->context.held = true;   /* no stream shows that it waits */
    return BF_TELL(bf_in(home), cuGreenCtxWaitEvent, bf_u(green->number), bf_u(event->number));
}
