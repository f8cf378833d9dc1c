/* What the client says besides its calls: how much it has taken, and that it will not come back. Between frames, so
 * `sending` is held. */
#ifndef BF_ACK_H
#define BF_ACK_H

#include "stream.h"

/* Tell the server how much was taken, if that is much, together with what goes out next. */
void bf_ack_add_if_due(struct bf_stream *stream);
/* The same at once, unless somebody is sending, who does it by himself: for who reads. */
void bf_ack_if_due(struct bf_stream *stream);
void bf_ack_goodbye(struct bf_stream *stream);

#endif
