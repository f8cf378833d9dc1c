/* Attributes of streams. */
#ifndef BF_STREAM_ATTRIBUTES_H
#define BF_STREAM_ATTRIBUTES_H

#include "../state/order.h"

/* One that a stream has. */
bool bf_stream_attributes_has(CUstreamAttrID attr);

/* The member of `out` or `value` that is the attribute's is written or read, and no other byte. */
CUresult bf_stream_attributes_get(const struct bf_order *order, CUstreamAttrID attr, CUstreamAttrValue *out);
CUresult bf_stream_attributes_set(const struct bf_order *order, CUstreamAttrID attr, const CUstreamAttrValue *value);

#endif
