/* The end of a context: all that belongs to it. */
#include "teardown.h"

#include "../../libcuda/storage.h"
#include "../host/use.h"
#include "state/event.h"
#include "state/handles.h"
#include "state/module.h"

void sg_teardown_context(struct sg_context *context)
{
    sg_settle_context(context);
    /* Destructors may still call the driver with this context. */
    lc_storage_destroy((CUcontext)context->handle);
    sg_settle_context(context);
    atomic_store(&context->active, false);
    atomic_store(&context->incarnation, 0);
    sg_module_destroy_all(context);
    sg_event_destroy_all(context);
    while (context->streams) {
        struct sg_stream *stream = context->streams;
        if (stream->handle)
            sg_handles_drop(stream->handle);
        sg_stream_destroy(stream);
    }
    context->legacy = context->gathered = context->held = NULL;
    sg_context_heap_drop(context);
    sg_memory_free_owned(context);
    sg_use_context(context->device->use, -1);
}
