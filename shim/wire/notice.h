/* What the server tells without being asked: the bodies of NOTICE frames, to whom they concern. */
#ifndef BF_NOTICE_H
#define BF_NOTICE_H

#include "stream.h"

/* Take the notices of one body. False if it is not what protocol.md says; some may have been taken then. */
bool bf_notice_take(struct bf_stream *stream, const uint8_t *body, size_t bytes);

#endif
