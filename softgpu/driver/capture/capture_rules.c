/* The rules of stream capture: CUDA programming guide, "Prohibited and Unhandled Operations" and "Invalidation"; the
 * driver API's cuThreadExchangeStreamCaptureMode for what is potentially unsafe. */
#include "capture_rules.h"

static _Thread_local CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_GLOBAL;

uint64_t sg_capture_rules_thread(void)
{
    static _Atomic uint64_t last;
    static _Thread_local uint64_t number;
    if (!number)
        number = atomic_fetch_add(&last, 1) + 1;
    return number;
}

CUstreamCaptureMode sg_capture_rules_exchange(CUstreamCaptureMode wanted)
{
    CUstreamCaptureMode before = mode;
    mode = wanted;
    return before;
}

CUresult sg_capture_rules_broken(struct sg_capture *capture, CUresult code)
{
    capture->invalidated = true;
    return code;
}

/* ---- streams */

/* What is put into the legacy stream waits for all blocking streams, and they for it. */
static CUresult check_legacy(const struct sg_context *context, bool harmless)
{
    CUresult result = CUDA_SUCCESS;
    for (struct sg_capture *capture = sg_capture_first(); capture; capture = capture->next) {
        if (!sg_capture_touches(capture, context, true))
            continue;
        result = CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
        if (!harmless)
            sg_capture_rules_broken(capture, result);
    }
    return result;
}

static CUresult check_work(const struct sg_stream *stream)
{
    sg_capture_lock();
    const struct sg_member *member = sg_capture_member(stream);
    CUresult result = stream->legacy                           ? check_legacy(stream->context, false)
                      : member && member->capture->invalidated ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
                                                               : CUDA_SUCCESS;
    sg_capture_unlock();
    return result;
}

CUresult sg_capture_rules_order(CUstream handle, struct sg_stream **out)
{
    TRY(sg_context_order(handle, out));
    return sg_capture_any() ? check_work(*out) : CUDA_SUCCESS;
}

CUresult sg_capture_rules_order_ask(CUstream handle, struct sg_stream **out)
{
    TRY(sg_context_order(handle, out));
    if (!sg_capture_any() || !(*out)->legacy)
        return CUDA_SUCCESS;
    sg_capture_lock();
    CUresult result = check_legacy((*out)->context, true);
    sg_capture_unlock();
    return result;
}

static CUresult check_member(const struct sg_stream *stream)
{
    sg_capture_lock();
    const struct sg_member *member = sg_capture_member(stream);
    CUresult result = !member                        ? CUDA_SUCCESS
                      : member->capture->invalidated ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
                                                     : CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    if (member)
        sg_capture_rules_broken(member->capture, result);
    sg_capture_unlock();
    return result;
}

CUresult sg_capture_rules_order_wait(CUstream handle, struct sg_stream **out)
{
    TRY(sg_context_order(handle, out));
    if (!sg_capture_any())
        return CUDA_SUCCESS;
    TRY((*out)->legacy ? check_work(*out) : check_member(*out));
    return sg_capture_rules_unsafe();
}

/* ---- contexts */

CUresult sg_capture_rules_context(const struct sg_context *context)
{
    CUresult result = CUDA_SUCCESS;
    if (!sg_capture_any())
        return result;
    sg_capture_lock();
    for (struct sg_capture *capture = sg_capture_first(); capture; capture = capture->next)
        if (sg_capture_touches(capture, context, false))
            result = sg_capture_rules_broken(capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    sg_capture_unlock();
    return result;
}

/* ---- modes */

static bool forbids(const struct sg_capture *capture, uint64_t thread)
{
    if (capture->thread == thread)
        return capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED;
    return capture->mode == CU_STREAM_CAPTURE_MODE_GLOBAL && mode == CU_STREAM_CAPTURE_MODE_GLOBAL;
}

CUresult sg_capture_rules_unsafe(void)
{
    if (!sg_capture_any() || mode == CU_STREAM_CAPTURE_MODE_RELAXED)
        return CUDA_SUCCESS;
    CUresult result = CUDA_SUCCESS;
    uint64_t thread = sg_capture_rules_thread();
    sg_capture_lock();
    for (struct sg_capture *capture = sg_capture_first(); capture; capture = capture->next)
        if (forbids(capture, thread))
            result = sg_capture_rules_broken(capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    sg_capture_unlock();
    return result;
}
