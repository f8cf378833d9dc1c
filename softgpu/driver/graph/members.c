/* From a deed to the work that does it. */
#include "members.h"

#include "../sched/callback.h"
#include "../sched/memop.h"
#include "../state/event.h"

bool sg_members_is_nothing(const struct sg_deed *deed)
{
    switch (deed->type) {
    case CU_GRAPH_NODE_TYPE_GRAPH:
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
    case CU_GRAPH_NODE_TYPE_MEM_FREE:
    case CU_GRAPH_NODE_TYPE_EMPTY: return true;
    case CU_GRAPH_NODE_TYPE_MEMCPY: return !deed->action->is.copy.width;
    case CU_GRAPH_NODE_TYPE_MEMSET: return !deed->action->is.fill.width || !deed->action->is.fill.height;
    default: return false;
    }
}

static bool is_passed(struct sg_work *work)
{
    return sg_event_is_passed((const struct sg_record *)work->payload);
}

static void nothing(struct sg_work *work)
{
    (void)work;
}

static const struct sg_work_kind wait_kind = {.name = "wait for event", .ready = is_passed, .instant = nothing};

struct sg_work *sg_members_wait(const struct sg_record *record)
{
    struct sg_work *work = sg_sched_new(&wait_kind, sizeof *record);
    if (work)
        *(struct sg_record *)work->payload = *record;
    return work;
}

struct sg_work *sg_members_make(const struct sg_deed *deed, struct sg_stream *stream)
{
    const struct sg_action *action = deed->action;
    switch (deed->type) {
    case CU_GRAPH_NODE_TYPE_KERNEL:
        return sg_launch_work(&deed->launch, deed->info,
                              atomic_fetch_add_explicit(&stream->context->last_grid, 1, memory_order_relaxed) + 1);
    case CU_GRAPH_NODE_TYPE_MEMCPY: return sg_copy_work(&action->is.copy);
    case CU_GRAPH_NODE_TYPE_MEMSET: return sg_copy_fill_work(&action->is.fill);
    case CU_GRAPH_NODE_TYPE_HOST: return sg_callback_work(action->params.host.fn, action->params.host.userData);
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP:
        return sg_memop_work(action->params.memOp.paramArray, action->params.memOp.count);
    default: return NULL;
    }
}
