/* Functions of the program as work of a stream. */
#ifndef SG_CALLBACK_H
#define SG_CALLBACK_H

#include "../state/context.h"

/* cuLaunchHostFunc: not called if the context has failed by then. */
CUresult sg_callback_submit_function(struct sg_stream *stream, CUhostFn function, void *data);

/* cuStreamAddCallback: called in any case, and told what the context has failed with. `handle` is what the program calls
 * the stream. */
CUresult sg_callback_submit_callback(struct sg_stream *stream, CUstream handle, CUstreamCallback callback, void *data);

#endif
