/* Life of green contexts, and what concerns all streams of one. */
#include "green.h"

#include <stdlib.h>

#include "event.h"
#include "handles.h"
#include "thread.h"

static struct sg_green *_Atomic greens;   /* written under sg_objects_lock; none ever leaves */
static _Atomic uint64_t last_id;

/* ---- resources */

CUresult sg_green_gather(const CUdevResource *resources, unsigned count, struct sg_green_parts **out)
{
    struct sg_resource first, each;
    TRY(sg_resource_read(&resources[0], &first));
    uint32_t all = first.count, begin = first.first;
    for (unsigned i = 1; i < count; i++) {
        TRY(sg_resource_read(&resources[i], &each));
        REQUIRE(each.ordinal == first.ordinal && each.split && each.split == first.split,
                CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION);
        all += each.count;
        begin = each.first < begin ? each.first : begin;
    }
    struct sg_green_parts *parts = malloc(sizeof *parts);
    REQUIRE(parts, CUDA_ERROR_OUT_OF_MEMORY);
    *parts = (struct sg_green_parts){.device = sg_device_at(first.ordinal), .first = begin, .count = all};
    parts->handle = sg_handles_new(SG_RESOURCES, parts);
    if (!parts->handle) {
        free(parts);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = parts;
    return CUDA_SUCCESS;
}

/* ---- life */

static CUresult make(const struct sg_green_parts *parts, struct sg_green *green)
{
    struct sg_context *context = parts->device->primary;
    *green = (struct sg_green){
        .context = context,
        .incarnation = atomic_load(&context->incarnation),
        .first = parts->first,
        .count = parts->count,
        .id = atomic_fetch_add(&last_id, 1) + 1,
        .all = sg_stream_new(context, CU_STREAM_NON_BLOCKING, 0),
        .held = sg_stream_new(context, CU_STREAM_NON_BLOCKING, 0),
    };
    green->handle = sg_handles_new(SG_GREEN, green);
    green->as_context = sg_handles_new(SG_CONTEXT, context);
    return green->all && green->held && green->handle && green->as_context ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult sg_green_create(const struct sg_green_parts *parts, struct sg_green **out)
{
    struct sg_green *green = malloc(sizeof *green);
    REQUIRE(green, CUDA_ERROR_OUT_OF_MEMORY);
    CUresult result = make(parts, green);
    sg_objects_lock();
    green->next = greens;
    greens = green;
    sg_objects_unlock();
    if (result)
        sg_green_destroy(green);
    else
        *out = green;
    return result;
}

static bool is_whole(const struct sg_green *green)
{
    return atomic_load(&green->context->active) && atomic_load(&green->context->incarnation) == green->incarnation;
}

void sg_green_destroy(struct sg_green *green)
{
    sg_handles_drop(green->handle);
    sg_handles_drop(green->as_context);
    if (!is_whole(green))
        return;   /* its streams have gone with its context */
    sg_sched_lock();
    for (struct sg_stream *each = green->context->streams; each; each = each->all_next)
        each->orphaned |= each->green == green;
    sg_sched_unlock();
    if (green->all)
        sg_stream_destroy(green->all);
    if (green->held)
        sg_stream_destroy(green->held);
}

CUresult sg_green_of(CUgreenCtx handle, struct sg_green **out)
{
    *out = sg_handles_get(handle, SG_GREEN);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
}

CUresult sg_green_check(const struct sg_green *green)
{
    REQUIRE(is_whole(green) && sg_handles_get(green->handle, SG_GREEN), CUDA_ERROR_CONTEXT_IS_DESTROYED);
    return sg_context_error(green->context);
}

struct sg_green *sg_green_named(CUcontext context)
{
    sg_objects_lock();
    struct sg_green *each = greens;
    while (each && (!context || (CUcontext)each->as_context != context))
        each = each->next;
    sg_objects_unlock();
    return each;
}

struct sg_green *sg_green_current(void)
{
    return greens ? sg_green_named((CUcontext)sg_thread_top()) : NULL;
}

/* ---- streams */

CUresult sg_green_stream(struct sg_green *green, unsigned flags, int priority, CUstream *out)
{
    struct sg_stream *stream = sg_stream_new(green->context, flags, sg_stream_priority(priority));
    REQUIRE(stream, CUDA_ERROR_OUT_OF_MEMORY);
    stream->green = green;
    stream->width_max = green->count;
    CUresult result = sg_event_wait_ticket(stream, green->held, green->held->enqueued);
    stream->handle = result ? NULL : sg_handles_new(SG_STREAM, stream);
    if (!stream->handle) {
        sg_stream_destroy(stream);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = (CUstream)stream->handle;
    return CUDA_SUCCESS;
}

/* The streams of `green`, as many as there is room for; how many there are. */
static size_t list_streams(const struct sg_green *green, struct sg_stream **out, uint64_t *tickets, size_t room)
{
    size_t count = 0;
    sg_sched_lock();
    for (struct sg_stream *each = green->context->streams; each; each = each->all_next) {
        if (each->green != green || each->destroyed)
            continue;
        if (count < room) {
            out[count] = each;
            tickets[count] = each->enqueued;
        }
        count++;
    }
    sg_sched_unlock();
    return count;
}

struct listed {
    struct sg_stream **streams;
    uint64_t *tickets;
    size_t count;
};

static void forget(struct listed *listed)
{
    free((void *)listed->streams);
    free(listed->tickets);
}

static CUresult list_all(const struct sg_green *green, struct listed *out)
{
    size_t room = 16;
    for (;; room = out->count) {
        *out = (struct listed){(struct sg_stream **)malloc(room * sizeof(struct sg_stream *)),
                               malloc(room * sizeof(uint64_t)), 0};
        if (!out->streams || !out->tickets) {
            forget(out);
            return CUDA_ERROR_OUT_OF_MEMORY;
        }
        out->count = list_streams(green, out->streams, out->tickets, room);
        if (out->count <= room)
            return CUDA_SUCCESS;
        forget(out);
    }
}

CUresult sg_green_record(struct sg_green *green, struct sg_event *event)
{
    struct listed listed;
    TRY(list_all(green, &listed));
    CUresult result = CUDA_SUCCESS;
    for (size_t i = 0; i < listed.count && !result; i++)
        result = sg_event_wait_ticket(green->all, listed.streams[i], listed.tickets[i]);
    forget(&listed);
    return result ? result : sg_event_record(event, green->all);
}

CUresult sg_green_wait(struct sg_green *green, struct sg_event *event)
{
    struct listed listed;
    TRY(list_all(green, &listed));
    CUresult result = sg_event_wait(green->held, event);
    for (size_t i = 0; i < listed.count && !result; i++)
        result = sg_event_wait(listed.streams[i], event);
    forget(&listed);
    return result;
}
