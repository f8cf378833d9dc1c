/* Functions of the program as work of a stream. */
#ifndef SG_CALLBACK_H
#define SG_CALLBACK_H

#include "../state/context.h"

/* cuLaunchHostFunc: not called if the context has failed by then. */
CUresult sg_callback_submit_function(struct sg_stream *stream, CUhostFn function, void *data);

/* cuStreamAddCallback: called in any case, and told what the context has failed with. `handle` is what the program calls
 * the stream. */
CUresult sg_callback_submit_callback(struct sg_stream *stream, CUstream handle, CUstreamCallback callback, void *data);

/* The same outside of a stream's queue, as often as a graph is launched: before the first. False if there can be no
 * thread for it. */
bool sg_callback_start(void);

/* A call of a function as work; NULL if out of memory. Under the scheduler's lock. */
struct sg_work *sg_callback_work(CUhostFn function, void *data);

/* Have a function called soon, behind no work. */
void sg_callback_call(CUhostFn function, void *data);

#endif
