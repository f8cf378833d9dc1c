/* When the bytes of a copy to the device are there. arrival.h has the theory. */
#include "arrival.h"

#include "call.h"
#include "waits.h"

enum bf_arrival bf_arrival_find(const struct bf_order *order)
{
    if (!order->waits || order->stream || !atomic_load(&order->to.server->is_divided))
        return BF_ARRIVAL_ANY_TIME;
    uint64_t last = atomic_load(&order->to.progress->last);
    bool idle = bf_progress_is_done(order->to.progress, last) || atomic_load(&order->context->context.arrived) == last;
    return idle ? BF_ARRIVAL_BEFORE_OTHERS : BF_ARRIVAL_AWAITED;
}

/* A copy behind another one of its kind need not wait for that: so it is remembered that there was nothing else. A
 * call that another thread puts in between is taken for such a copy; it came at the same time. */
static CUresult let_come_first(const struct bf_order *order, bool told)
{
    atomic_store(&order->context->context.arrived, atomic_load(&order->to.progress->last));
    return told ? CUDA_SUCCESS : bf_call_tell(bf_in(order->context), &bf_calls[BF_CALL_arrive], NULL, NULL);
}

CUresult bf_arrival_end(const struct bf_order *order, enum bf_arrival how, bool told, CUresult result)
{
    /* Also if the result is the error of an earlier call: this one has been made. */
    CUresult arrival = how == BF_ARRIVAL_BEFORE_OTHERS ? let_come_first(order, told) : CUDA_SUCCESS;
    if (!result && how == BF_ARRIVAL_AWAITED)
        arrival = bf_waits_for(order);
    return result ? result : arrival;
}
