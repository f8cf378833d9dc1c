/* The bytes that come, frame by frame. For the thread that leads (wait.h). */
#ifndef BF_RECEIVE_H
#define BF_RECEIVE_H

#include "stream.h"

/* Read one frame, waiting for it, and do what it says. False if the server is lost. */
bool bf_receive_frame(struct bf_stream *stream);

/* Read ahead what is there, without waiting; 0 if nothing is, or the server is lost. */
size_t bf_receive_ahead(struct bf_stream *stream);

#endif
