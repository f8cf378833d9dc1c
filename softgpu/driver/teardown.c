/* The end of a context: all that belongs to it. */
#include "teardown.h"

#include <sched.h>
#include <time.h>

#include "../../libcuda/storage.h"
#include "../host/use.h"
#include "../memory/opened.h"
#include "capture/capture.h"
#include "inside.h"
#include "state/array.h"
#include "state/event.h"
#include "state/handles.h"
#include "state/mipmap.h"
#include "state/module.h"
#include "state/reference.h"
#include "state/texture.h"

/* Until no other thread can be using the context: what they still put into it is done. A thread that has left a call by
 * siglongjmp and makes no other one seems to be inside: no wait is for ever. */
static void drain(struct sg_context *context)
{
    enum { PATIENCE_S = 10 };
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    now = begin;
    sg_inside_order();
    while (sg_inside_any(context) && now.tv_sec - begin.tv_sec < PATIENCE_S) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        sg_settle_context(context);
        (void)sched_yield();
    }
    sg_settle_context(context);
}

static void drop_handles(struct sg_context *context)
{
    sg_objects_lock();
    for (struct sg_event *event = context->events; event; event = event->next)
        sg_handles_drop(event->handle);
    for (struct sg_module *module = context->modules; module; module = module->next) {
        for (uint32_t i = 0; i < module->function_count; i++)
            sg_handles_drop(module->functions[i].handle);
        sg_reference_drop_handles(module->references);
        sg_handles_drop(module->handle);
    }
    sg_reference_drop_handles(context->references);
    sg_array_drop_handles(context);
    sg_mipmap_drop_handles(context);
    sg_objects_unlock();
    sg_sched_lock();
    for (struct sg_stream *stream = context->streams; stream; stream = stream->all_next)
        sg_handles_drop(stream->handle);
    sg_sched_unlock();
}

/* Nothing new is made in it, then nothing that is in it is found. */
static void close_to_others(struct sg_context *context)
{
    atomic_store(&context->active, false);
    atomic_store(&context->incarnation, 0);
    sg_handles_lose();
    drain(context);
    drop_handles(context);
    drain(context);
}

void sg_teardown_context(struct sg_context *context)
{
    sg_settle_context(context);
    /* Destructors may still call the driver with this context. */
    lc_storage_destroy((CUcontext)context->handle);
    sg_settle_context(context);
    close_to_others(context);
    sg_module_destroy_all(context);
    sg_event_destroy_all(context);
    sg_reference_free(context->references);
    context->references = NULL;
    sg_texture_destroy_all(context);
    sg_array_destroy_all(context);
    sg_mipmap_destroy_all(context);
    while (context->streams) {
        struct sg_stream *stream = context->streams;
        if (stream->handle)
            sg_handles_drop(stream->handle);
        sg_stream_destroy(stream);
    }
    sg_capture_drop_forsaken();
    context->legacy = context->gathered = context->held = NULL;
    sg_context_heap_drop(context);
    sg_memory_free_owned(context);
    sg_opened_close_owned(context);
    sg_use_context(context->device->use, -1);
}
