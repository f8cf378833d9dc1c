/* Fills in the order of a stream. */
#ifndef BF_FILLS_H
#define BF_FILLS_H

#include "../state/order.h"

/* `height` rows of `width` elements, `pitch` bytes apart (0 if there is one row). */
CUresult bf_fills_fill(const struct bf_order *order, CUdeviceptr start, size_t pitch, unsigned value,
                       unsigned element_bytes, size_t width, size_t height);

#endif
