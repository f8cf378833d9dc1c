/* Copies to the device whose call waits, on the legacy stream: the driver returns from them when the bytes are there.
 *
 * Here they are tells. Who waits for the legacy stream sees no difference; but a stream that was made non-blocking,
 * and one of another context, may use the bytes as soon as the call has returned. So, if there are such: where the
 * legacy stream was idle, the server lets no later call begin before the bytes are there (`arrive`). Where it was not,
 * the caller waits as natively, because what the stream waits for may be a call that another thread has yet to make. */
#ifndef BF_ARRIVAL_H
#define BF_ARRIVAL_H

#include "order.h"

enum bf_arrival { BF_ARRIVAL_ANY_TIME, BF_ARRIVAL_BEFORE_OTHERS, BF_ARRIVAL_AWAITED };

/* How the bytes of a copy that is about to be made in `order` have to arrive. */
enum bf_arrival bf_arrival_find(const struct bf_order *order);

/* The copy was told, with this result; `told` if its call says BEFORE_OTHERS itself. Returns the result of the call. */
CUresult bf_arrival_end(const struct bf_order *order, enum bf_arrival how, bool told, CUresult result);

#endif
