/* Waiting for the device. */
#ifndef BF_WAITS_H
#define BF_WAITS_H

#include "order.h"

/* Until all work of the stream is done. */
CUresult bf_waits_for(const struct bf_order *order);

#endif
