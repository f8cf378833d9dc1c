/* Waiting for the device. What is known to be complete is waited for without a system call. */
#ifndef BF_WAITS_H
#define BF_WAITS_H

#include "order.h"

/* Until all work of the stream is done. */
CUresult bf_waits_for(const struct bf_order *order);

/* Until all work of the context is done. */
CUresult bf_waits_for_context(struct bf_object *context);

/* Until what the event was recorded behind is done. */
CUresult bf_waits_for_event(struct bf_object *event);

/* What is complete is so with its text; it may carry an error of an earlier call, as the server's answer may. */
CUresult bf_waits_complete(struct bf_object *context);

/* Until nothing runs in the context and every copy has arrived: for calls before which the driver waits for all
 * that. It is waited for here, because the thread of the server that runs calls has others to run. */
void bf_waits_settle(struct bf_object *context);

#endif
