/* Streams as this process knows them, and those that a thread has of its own. */
#ifndef BF_STREAMS_H
#define BF_STREAMS_H

#include "contexts.h"

/* A stream of this context, still to be told to the server. NULL if memory ran out. */
struct bf_object *bf_streams_new(struct bf_object *context, unsigned flags, int priority);

/* A stream of `context`, and of `green`, unless that is NULL, told to the server. The priority may be out of range. */
CUresult bf_streams_create(struct bf_object *context, struct bf_object *green, unsigned flags, int priority,
                           CUstream *out);

/* The thread's own stream in a context, made at first use; it ends with the thread. */
CUresult bf_streams_of_thread(struct bf_object *context, struct bf_object **out);

/* The handle means nothing any more; what is in the stream is still done. */
CUresult bf_streams_destroy(struct bf_object *stream);

#endif
