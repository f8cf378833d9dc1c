/* Memory and events that processes share. How often memory it was opened is counted here, and by the driver. */
#include "sharing.h"

#include <string.h>

#include "reserve.h"
#include "waits.h"

enum { TICKET_BYTES = sizeof(CUipcMemHandle) };
_Static_assert(sizeof(CUipcEventHandle) == TICKET_BYTES, "a ticket for either");

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

bool bf_sharing_is_possible(const struct bf_range *range)
{
    return !range->pool && !range->module && !range->of_graph && !range->managed && !range->mapped &&
           !range->physical && !range->opened;
}

/* What a request for a ticket gets. */
static CUresult take(CUresult result, struct bf_ask *ask, void *out)
{
    if (!result && ask->values[0].bytes != TICKET_BYTES)
        result = CUDA_ERROR_UNKNOWN;
    if (!result)
        memcpy(out, ask->values[0].p, TICKET_BYTES);
    bf_stream_ask_end(ask);
    return result;
}

CUresult bf_sharing_export(struct bf_object *context, CUdeviceptr address, CUipcMemHandle *out)
{
    struct bf_place place;
    struct bf_ask ask = {.held = NULL};
    if (!bf_memory_find(context->server, address, &place) || !bf_sharing_is_possible(&place.range))
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_target to = place.server == context->server ? bf_in(context) : bf_in(place.range.context);
    return take(BF_ASK_HELD(to, NULL, &ask, ipc_memory_export, bf_u(address)), &ask, out);
}

/* With the lock held. */
static CUresult note(struct bf_object *context, uint64_t base, uint64_t bytes)
{
    struct bf_map *map = &context->server->memory;
    struct bf_range range;
    if (!bf_map_find(map, base, &range) || range.base != base || !range.opened) {
        range = (struct bf_range){.base = base, .bytes = bytes, .id = bf_map_new_id(), .context = context};
        bf_reserve(base, bytes);
    }
    range.opened++;
    return bf_map_add(map, &range) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult bf_sharing_open(struct bf_object *context, const CUipcMemHandle *handle, unsigned flags, CUdeviceptr *out)
{
    struct bf_value values[2];
    pthread_mutex_lock(&lock);
    CUresult result = BF_ASK(bf_in(context), values, ipc_memory_open, bf_bytes(handle, sizeof *handle), bf_u(flags));
    if (!result)
        result = note(context, values[0].u, values[1].u);
    pthread_mutex_unlock(&lock);
    if (!result)
        *out = values[0].u;
    return result;
}

/* With the lock held: one opening less. */
static void forget(struct bf_place *place)
{
    bf_map_drop(&place->server->memory, place->range.base);
    if (--place->range.opened)
        (void)bf_map_add(&place->server->memory, &place->range);
}

CUresult bf_sharing_close(struct bf_object *context, CUdeviceptr address)
{
    struct bf_place place;
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    bf_waits_settle(context);
    pthread_mutex_lock(&lock);
    if (bf_memory_find(context->server, address, &place) && place.range.opened && place.range.base == address)
        result = BF_ASK(place.server == context->server ? bf_in(context) : bf_in(place.range.context), NULL,
                        cuIpcCloseMemHandle, bf_u(address));
    if (!result)
        forget(&place);
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult bf_sharing_export_event(const struct bf_object *event, CUipcEventHandle *out)
{
    struct bf_ask ask = {.held = NULL};
    return take(BF_ASK_HELD(bf_in(event->owner), NULL, &ask, ipc_event_export, bf_u(event->number)), &ask, out);
}

CUresult bf_sharing_open_event(struct bf_object *context, const CUipcEventHandle *handle, CUevent *out)
{
    uint64_t number = bf_server_number(context->server);
    CUresult result = BF_ASK(bf_in(context), NULL, ipc_event_open, bf_u(number), bf_bytes(handle, sizeof *handle));
    if (result)
        return result;
    struct bf_object *made = bf_objects_new(&(struct bf_object){
        .kind = BF_EVENT,
        .server = context->server,
        .number = number,
        .owner = context,
        .event = {.flags = CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS, .opened = true},
    });
    if (!made)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *out = (CUevent)made;
    return CUDA_SUCCESS;
}
