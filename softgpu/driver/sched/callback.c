/* Host functions and stream callbacks: when their turn comes, one of the threads for them takes over, and what is
 * behind them in their stream waits until it is done. */
#include "callback.h"

#include <stddef.h>

#include "../../../libcuda/callers.h"
#include "sched_internal.h"

struct callback {
    struct lc_call call;
    CUhostFn function;            /* one of the two */
    CUstreamCallback callback;
    CUstream handle;
    void *data;
};

static void run(struct lc_call *call)
{
    struct callback *mine = (struct callback *)call;
    struct sg_work *work = (struct sg_work *)((unsigned char *)mine - offsetof(struct sg_work, payload));
    if (mine->function)
        mine->function(mine->data);
    else
        mine->callback(mine->handle, (CUresult)atomic_load(&work->stream->context->error), mine->data);
    sg_workers_done(work);
}

static void hand_over(struct sg_work *work, struct sg_wakes *wakes)
{
    sg_wake_later(wakes, lc_callers_put(&((struct callback *)work->payload)->call));
}

static const struct sg_work_kind function_kind = {.name = "host function", .hand_over = hand_over};
static const struct sg_work_kind callback_kind = {.name = "stream callback", .hand_over = hand_over, .always = true};

static CUresult submit(struct sg_stream *stream, const struct sg_work_kind *kind, struct callback callback)
{
    REQUIRE(lc_callers_start(), CUDA_ERROR_OUT_OF_MEMORY);
    struct sg_work *work = sg_sched_new(kind, sizeof callback);
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    callback.call.run = run;
    *(struct callback *)work->payload = callback;
    sg_entry_restrict();
    sg_workers_enqueue(stream, work, false);
    return CUDA_SUCCESS;
}

CUresult sg_callback_submit_function(struct sg_stream *stream, CUhostFn function, void *data)
{
    return submit(stream, &function_kind, (struct callback){.function = function, .data = data});
}

CUresult sg_callback_submit_callback(struct sg_stream *stream, CUstream handle, CUstreamCallback callback, void *data)
{
    return submit(stream, &callback_kind, (struct callback){.callback = callback, .handle = handle, .data = data});
}
