/* Waiting for replies: of the threads that wait, one leads and reads for all. */
#ifndef BF_WAIT_H
#define BF_WAIT_H

#include "stream.h"

/* Until the reply has come, or the server is lost: the result. */
int bf_wait_for(struct bf_stream *stream, struct bf_ask *ask);
/* Until so much of the work that was put into a stream is known to be complete, or the server is lost. */
void bf_wait_passed(struct bf_stream *stream, struct bf_progress *progress, uint64_t passed);
/* Read one frame; `waiting` is held and nobody leads. */
void bf_wait_lead_one(struct bf_stream *stream);
/* Read what has come, without waiting, if no thread leads. */
void bf_wait_drain(struct bf_stream *stream);

#endif
