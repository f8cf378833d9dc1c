/* Events in captures. One whose capture has ended or become invalid means nothing until it is recorded again. */
#include "capture_event.h"

#include "capture_node.h"
#include "capture_rules.h"

/* ---- record */

static CUresult record_node(struct sg_event *event, struct sg_member *member)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_EVENT_RECORD};
    params.eventRecord.event = (CUevent)event->handle;
    return sg_capture_node_add(member, &params, NULL);
}

static CUresult record(struct sg_event *event, struct sg_member *member)
{
    const struct lc_frontier *from = &member->frontier;
    REQUIRE(lc_frontier_set(&event->captured, from->nodes, from->edges, from->count), CUDA_ERROR_OUT_OF_MEMORY);
    atomic_store(&event->capture, member->capture->id);
    return CUDA_SUCCESS;
}

bool sg_capture_event_record(struct sg_event *event, struct sg_stream *stream, unsigned flags, CUresult *result)
{
    sg_capture_lock();
    struct sg_member *member = sg_capture_member(stream);
    if (member)
        *result = member->capture->invalidated       ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
                  : flags & CU_EVENT_RECORD_EXTERNAL ? record_node(event, member)
                                                     : record(event, member);
    sg_capture_unlock();
    return member;
}

/* ---- wait */

static CUresult wait_node(struct sg_event *event, struct sg_member *member)
{
    CUgraphNodeParams params = {.type = CU_GRAPH_NODE_TYPE_WAIT_EVENT};
    params.eventWait.event = (CUevent)event->handle;
    return sg_capture_node_add(member, &params, NULL);
}

/* The event has recorded `capture`; the stream is in another, or in none. */
static CUresult come_in(struct sg_capture *capture, struct sg_stream *stream, struct sg_member **member)
{
    if (*member) {
        sg_capture_rules_broken((*member)->capture, CUDA_ERROR_STREAM_CAPTURE_MERGE);
        return sg_capture_rules_broken(capture, CUDA_ERROR_STREAM_CAPTURE_MERGE);
    }
    if (stream->legacy)
        return sg_capture_rules_broken(capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    *member = sg_capture_join(capture, stream);
    return *member ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult wait(struct sg_event *event, struct sg_stream *stream, struct sg_member *member)
{
    uint64_t id = atomic_load(&event->capture);
    struct sg_capture *capture = sg_capture_find(id);
    if (!id)
        return sg_capture_rules_broken(member->capture, CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
    REQUIRE(capture && !capture->invalidated, CUDA_ERROR_INVALID_VALUE);
    if (!member || member->capture != capture)
        TRY(come_in(capture, stream, &member));
    const struct lc_frontier *from = &event->captured;
    REQUIRE(lc_frontier_add(&member->frontier, from->nodes, from->edges, from->count), CUDA_ERROR_OUT_OF_MEMORY);
    if (from->count)
        member->excused = false;
    return CUDA_SUCCESS;
}

bool sg_capture_event_wait(struct sg_event *event, struct sg_stream *stream, unsigned flags, CUresult *result)
{
    if (!sg_capture_any() && !atomic_load(&event->capture))
        return false;
    sg_capture_lock();
    struct sg_member *member = sg_capture_member(stream);
    bool concerned = member || atomic_load(&event->capture);
    if (member && member->capture->invalidated)
        *result = CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    else if (member && flags & CU_EVENT_WAIT_EXTERNAL)
        *result = wait_node(event, member);
    else if (concerned)
        *result = wait(event, stream, member);
    sg_capture_unlock();
    return concerned;
}

/* ---- questions */

static CUresult check(const struct sg_event *event, CUresult code)
{
    sg_capture_lock();
    struct sg_capture *capture = sg_capture_find(atomic_load(&event->capture));
    CUresult result = CUDA_SUCCESS;
    if (atomic_load(&event->capture))
        result = capture && !capture->invalidated ? sg_capture_rules_broken(capture, code) : CUDA_ERROR_INVALID_VALUE;
    sg_capture_unlock();
    return result;
}

CUresult sg_capture_event_check(const struct sg_event *event)
{
    return atomic_load(&event->capture) ? check(event, CUDA_ERROR_CAPTURED_EVENT) : CUDA_SUCCESS;
}

CUresult sg_capture_event_check_context(const struct sg_event *event)
{
    return atomic_load(&event->capture) ? check(event, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED) : CUDA_SUCCESS;
}
