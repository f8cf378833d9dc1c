/* What captured streams are given to do, and what is asked about them. */
#include "capture_list.h"

static CUresult broken(struct lc_capture *capture, CUresult code)
{
    capture->invalidated = true;
    return code;
}

/* ---- nodes */

static CUresult enter(const struct lc_capture_stream *stream, struct lc_capture_place *place)
{
    const struct lc_member *member = lc_capture_list_member(stream->stream);
    if (!member)
        return CUDA_SUCCESS;
    if (member->capture->invalidated)
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    const struct lc_frontier *from = &member->frontier;
    if (!lc_frontier_set(&place->before, from->nodes, from->edges, from->count))
        return CUDA_ERROR_OUT_OF_MEMORY;
    place->graph = member->capture->graph;
    place->capture = member->capture->id;
    place->stream = stream->stream;
    return CUDA_SUCCESS;
}

CUresult lc_capture_work_enter(const struct lc_capture_stream *stream, struct lc_capture_place *place)
{
    *place = (struct lc_capture_place){0};
    if (stream->legacy)
        return lc_capture_rules_legacy(stream->context);
    lc_capture_list_lock();
    CUresult result = enter(stream, place);
    lc_capture_list_unlock();
    return result;
}

void lc_capture_work_leave(struct lc_capture_place *place, CUgraphNode node)
{
    lc_capture_list_lock();
    struct lc_member *member = lc_capture_list_member(place->stream);
    if (node && member && member->capture->id == place->capture) {
        member->excused = false;
        (void)lc_frontier_set(&member->frontier, &node, NULL, 1);
    }
    lc_capture_list_unlock();
    lc_frontier_free(&place->before);
}

CUresult lc_capture_work_refuse(const struct lc_capture_stream *stream)
{
    lc_capture_list_lock();
    struct lc_member *member = lc_capture_list_member(stream->stream);
    CUresult result = member ? broken(member->capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED) : CUDA_SUCCESS;
    lc_capture_list_unlock();
    return result;
}

/* ---- events */

static CUresult record(const struct lc_member *member, struct lc_capture_event *event)
{
    const struct lc_frontier *from = &member->frontier;
    if (member->capture->invalidated)
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    if (!lc_frontier_set(&event->before, from->nodes, from->edges, from->count))
        return CUDA_ERROR_OUT_OF_MEMORY;
    atomic_store(&event->capture, member->capture->id);
    return CUDA_SUCCESS;
}

bool lc_capture_work_record(const struct lc_capture_stream *stream, struct lc_capture_event *event, CUresult *result)
{
    if (stream->legacy) {
        *result = lc_capture_rules_legacy(stream->context);
        return *result;
    }
    lc_capture_list_lock();
    const struct lc_member *member = lc_capture_list_member(stream->stream);
    if (member)
        *result = record(member, event);
    lc_capture_list_unlock();
    return member;
}

void lc_capture_work_recorded(struct lc_capture_event *event)
{
    atomic_store_explicit(&event->capture, 0, memory_order_relaxed);
}

/* The event has recorded `capture`; the stream is in another, or in none. */
static CUresult come_in(struct lc_capture *capture, const struct lc_capture_stream *stream, struct lc_member **member)
{
    if (*member) {
        (void)broken((*member)->capture, CUDA_ERROR_STREAM_CAPTURE_MERGE);
        return broken(capture, CUDA_ERROR_STREAM_CAPTURE_MERGE);
    }
    if (stream->legacy)
        return broken(capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    *member = lc_capture_list_join(capture, stream);
    return *member ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult wait(const struct lc_capture_stream *stream, struct lc_member *member,
                     const struct lc_capture_event *event)
{
    uint64_t id = atomic_load(&event->capture);
    if (member && member->capture->invalidated)
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    if (!id)
        return broken(member->capture, CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
    struct lc_capture *capture = lc_capture_list_find(id);
    if (!capture || capture->invalidated)
        return CUDA_ERROR_INVALID_VALUE;
    if (!member || member->capture != capture) {
        CUresult result = come_in(capture, stream, &member);
        if (result)
            return result;
    }
    const struct lc_frontier *from = &event->before;
    if (!lc_frontier_add(&member->frontier, from->nodes, from->edges, from->count))
        return CUDA_ERROR_OUT_OF_MEMORY;
    member->excused = member->excused && !from->count;
    return CUDA_SUCCESS;
}

bool lc_capture_work_wait(const struct lc_capture_stream *stream, struct lc_capture_event *event, CUresult *result)
{
    if (!lc_capture_any() && !atomic_load(&event->capture))
        return false;
    *result = stream->legacy ? lc_capture_rules_legacy(stream->context) : CUDA_SUCCESS;
    if (*result)
        return true;
    lc_capture_list_lock();
    struct lc_member *member = lc_capture_list_member(stream->stream);
    bool concerned = member || atomic_load(&event->capture);
    if (concerned)
        *result = wait(stream, member, event);
    lc_capture_list_unlock();
    return concerned;
}

/* ---- questions */

CUresult lc_capture_work_ask(const struct lc_capture_stream *stream, struct lc_capture_info *out)
{
    *out = (struct lc_capture_info){.status = CU_STREAM_CAPTURE_STATUS_NONE};
    if (!lc_capture_any())
        return CUDA_SUCCESS;
    lc_capture_list_lock();
    bool busy = stream->legacy && lc_capture_rules_legacy_is_busy(stream->context);
    const struct lc_member *member = busy ? NULL : lc_capture_list_member(stream->stream);
    if (member && member->capture->invalidated)
        out->status = CU_STREAM_CAPTURE_STATUS_INVALIDATED;
    else if (member)
        *out = (struct lc_capture_info){CU_STREAM_CAPTURE_STATUS_ACTIVE, member->capture->id, member->capture->graph,
                                        &member->frontier};
    lc_capture_list_unlock();
    return busy ? CUDA_ERROR_STREAM_CAPTURE_IMPLICIT : CUDA_SUCCESS;
}

static CUresult update(struct lc_member *member, const struct lc_frontier *nodes, bool replace)
{
    if (!member)
        return CUDA_ERROR_ILLEGAL_STATE;
    if (member->capture->invalidated)
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    struct lc_frontier *frontier = &member->frontier, *released = &member->capture->released;
    bool enough = true;
    if (replace) {
        enough = lc_frontier_add(released, frontier->nodes, NULL, frontier->count);
        frontier->count = enough ? 0 : frontier->count;
        member->excused = enough;
    }
    enough = enough && lc_frontier_add(frontier, nodes->nodes, nodes->edges, nodes->count);
    return enough ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult lc_capture_work_update(const struct lc_capture_stream *stream, const struct lc_frontier *nodes, bool replace)
{
    lc_capture_list_lock();
    CUresult result = update(lc_capture_list_member(stream->stream), nodes, replace);
    lc_capture_list_unlock();
    return result;
}
