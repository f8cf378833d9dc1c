/* The rules of stream capture: CUDA programming guide, "Prohibited and Unhandled Operations" and "Invalidation"; the
 * driver API's cuThreadExchangeStreamCaptureMode for what is potentially unsafe. */
#include "capture_list.h"

static _Thread_local CUstreamCaptureMode mode
    __attribute__((tls_model("initial-exec"))) = CU_STREAM_CAPTURE_MODE_GLOBAL;

CUstreamCaptureMode lc_capture_rules_exchange(CUstreamCaptureMode wanted)
{
    CUstreamCaptureMode before = mode;
    mode = wanted;
    return before;
}

static CUresult broken(struct lc_capture *capture, CUresult code)
{
    capture->invalidated = true;
    return code;
}

/* Those that `concerns` are broken by a call that gets the code. */
static CUresult break_all(bool (*concerns)(const struct lc_capture *capture, const void *what), const void *what,
                          CUresult code)
{
    CUresult result = CUDA_SUCCESS;
    lc_capture_list_lock();
    for (struct lc_capture *capture = lc_capture_list_first(); capture; capture = capture->next)
        if (concerns(capture, what))
            result = broken(capture, code);
    lc_capture_list_unlock();
    return result;
}

static bool touches(const struct lc_capture *capture, const void *context)
{
    const struct lc_member *member = capture->members;
    while (member && (!member->is.stream || member->is.context != context))
        member = member->next;
    return member;
}

static bool touches_blocking(const struct lc_capture *capture, const void *context)
{
    const struct lc_member *member = capture->members;
    while (member && (!member->is.stream || member->is.context != context || !member->is.blocking))
        member = member->next;
    return member;
}

CUresult lc_capture_rules_context(const void *context)
{
    return lc_capture_any() ? break_all(touches, context, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED) : CUDA_SUCCESS;
}

CUresult lc_capture_rules_legacy(const void *context)
{
    return break_all(touches_blocking, context, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
}

bool lc_capture_rules_legacy_is_busy(const void *context)
{
    struct lc_capture *capture = lc_capture_list_first();
    while (capture && !touches_blocking(capture, context))
        capture = capture->next;
    return capture;
}

/* ---- modes */

static bool forbids(const struct lc_capture *capture, const void *thread)
{
    if (capture->thread == *(const uint64_t *)thread)
        return capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED;
    return capture->mode == CU_STREAM_CAPTURE_MODE_GLOBAL && mode == CU_STREAM_CAPTURE_MODE_GLOBAL;
}

CUresult lc_capture_rules_unsafe(void)
{
    if (!lc_capture_any() || mode == CU_STREAM_CAPTURE_MODE_RELAXED)
        return CUDA_SUCCESS;
    uint64_t thread = lc_capture_list_thread();
    return break_all(forbids, &thread, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
}

/* ---- what is in a capture */

static CUresult check_member(const struct lc_capture_stream *stream)
{
    lc_capture_list_lock();
    struct lc_member *member = lc_capture_list_member(stream->stream);
    CUresult result = !member                        ? CUDA_SUCCESS
                      : member->capture->invalidated ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
                                                     : broken(member->capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    lc_capture_list_unlock();
    return result;
}

CUresult lc_capture_rules_wait(const struct lc_capture_stream *stream)
{
    if (!lc_capture_any())
        return CUDA_SUCCESS;
    CUresult result = stream->legacy ? lc_capture_rules_legacy(stream->context) : check_member(stream);
    return result ? result : lc_capture_rules_unsafe();
}

CUresult lc_capture_rules_event(const struct lc_capture_event *event, CUresult code)
{
    uint64_t id = atomic_load(&event->capture);
    if (!id)
        return CUDA_SUCCESS;
    lc_capture_list_lock();
    struct lc_capture *capture = lc_capture_list_find(id);
    CUresult result = capture && !capture->invalidated ? broken(capture, code) : CUDA_ERROR_INVALID_VALUE;
    lc_capture_list_unlock();
    return result;
}
