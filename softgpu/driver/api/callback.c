/* Entry points of functions of the program that run in a stream. */
#include "../capture/capture_rules.h"
#include "../capture/issue.h"
#include "../sched/callback.h"

CUresult cuLaunchHostFunc(CUstream hStream, CUhostFn fn, void *userData)
{
    ENTER(cuLaunchHostFunc);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(hStream, &stream));
    REQUIRE(fn, CUDA_ERROR_INVALID_VALUE);
    return sg_issue_function(stream, fn, userData);
}

CUresult cuStreamAddCallback(CUstream hStream, CUstreamCallback callback, void *userData, unsigned int flags)
{
    ENTER(cuStreamAddCallback);
    struct sg_stream *stream;
    TRY(sg_capture_rules_order(hStream, &stream));
    REQUIRE(callback && !flags, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_issue_refuse(stream));
    return sg_callback_submit_callback(stream, hStream, callback, userData);
}
