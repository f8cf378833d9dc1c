/* Waiting for the device. */
#ifndef BF_WAITS_H
#define BF_WAITS_H

#include "../state/order.h"

/* Until all work of the stream is done. */
CUresult bf_waits_for(const struct bf_order *order);

/* Until nothing runs in the context and every copy has arrived: for calls before which the driver waits for all
 * that. It is waited for here, because the thread of the server that runs calls has others to run. */
void bf_waits_settle(struct bf_object *context);

#endif
