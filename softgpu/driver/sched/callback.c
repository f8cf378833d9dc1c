/* Host functions and stream callbacks: when their turn comes, one of the threads for them takes over, and what is
 * behind them in their stream waits until it is done. */
#include "callback.h"

#include <stddef.h>
#include <stdlib.h>

#include "../../../libcuda/callers.h"
#include "../../host/log.h"
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

bool sg_callback_start(void)
{
    bool started = lc_callers_start();
    if (started)
        sg_entry_restrict();
    return started;
}

struct sg_work *sg_callback_work(CUhostFn function, void *data)
{
    struct sg_work *work = sg_sched_new(&function_kind, sizeof(struct callback));
    if (work)
        *(struct callback *)work->payload = (struct callback){.call = {.run = run}, .function = function, .data = data};
    return work;
}

struct alone {
    struct lc_call call;
    CUhostFn function;
    void *data;
};

static void run_alone(struct lc_call *call)
{
    struct alone *mine = (struct alone *)call;
    mine->function(mine->data);
    free(mine);
}

void sg_callback_call(CUhostFn function, void *data)
{
    struct alone *alone = malloc(sizeof *alone);
    if (!alone) {
        sg_log_line("no memory to call a function of the program's: it is not called");
        return;
    }
    *alone = (struct alone){.call = {.run = run_alone}, .function = function, .data = data};
    (void)lc_callers_put(&alone->call);
    lc_callers_wake();
}

static CUresult submit(struct sg_stream *stream, const struct sg_work_kind *kind, struct callback callback)
{
    REQUIRE(sg_callback_start(), CUDA_ERROR_OUT_OF_MEMORY);
    struct sg_work *work = sg_sched_new(kind, sizeof callback);
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    callback.call.run = run;
    *(struct callback *)work->payload = callback;
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
