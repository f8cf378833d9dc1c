/* The thread that sends what nothing follows. */
#ifndef BF_FLUSHER_H
#define BF_FLUSHER_H

#include "stream.h"

/* False if there can be no thread. */
bool bf_flusher_start(struct bf_stream *stream);
/* The stream is closing: wake it and wait for its end. */
void bf_flusher_end(struct bf_stream *stream);

#endif
