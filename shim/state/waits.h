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
/* The same for a stream of another server: between servers there is no waiting on the device, so it is done before
 * the stream goes on. */
CUresult bf_waits_here(struct bf_object *event);

/* cuCtxSynchronize, cuStreamSynchronize; cuStreamQuery, cuEventQuery. */
CUresult bf_waits_context(struct bf_object *context);
CUresult bf_waits_stream(const struct bf_order *order);
CUresult bf_waits_query(const struct bf_order *order);
CUresult bf_waits_query_event(struct bf_object *event);

/* What is complete is so with its text; it may carry an error of an earlier call, as the server's answer may. */
CUresult bf_waits_complete(struct bf_object *context);

/* Until nothing runs in the context and every copy has arrived: for calls before which the driver waits for all
 * that. It is waited for here, because the thread of the server that runs calls has others to run. */
void bf_waits_settle(struct bf_object *context);

#endif
