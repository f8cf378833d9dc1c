/* Work that a call has asked for, checked: put into its stream, or, if the stream is in a capture, made a node of the
 * graph. Each stream-ordered call comes through here, and costs one look at one number while nothing captures. */
#ifndef SG_ISSUE_H
#define SG_ISSUE_H

#include "../sched/copy.h"
#include "../sched/launch.h"
#include "../state/event.h"
#include "../state/pool.h"

CUresult sg_issue_copy(struct sg_stream *stream, const struct sg_copy *copy, bool synchronous);
/* The same of a copy that has an array, which was given as `box`. */
CUresult sg_issue_box(struct sg_stream *stream, const CUDA_MEMCPY3D *box, const struct sg_copy *copy, bool synchronous);
CUresult sg_issue_fill(struct sg_stream *stream, const struct sg_fill *fill);
CUresult sg_issue_memops(struct sg_stream *stream, const CUstreamBatchMemOpParams *ops, unsigned count);
CUresult sg_issue_function(struct sg_stream *stream, CUhostFn function, void *data);

/* As sg_launch_submit, with the rules of capture. */
CUresult sg_issue_launch(const struct sg_launch_request *request, struct sg_stream **stream);

/* The flags are CU_EVENT_RECORD_EXTERNAL, CU_EVENT_WAIT_EXTERNAL: only in a capture. */
CUresult sg_issue_record(struct sg_stream *stream, struct sg_event *event, unsigned flags);
CUresult sg_issue_wait(struct sg_stream *stream, struct sg_event *event, unsigned flags);

/* True if the stream is in a capture: there, memory belongs to the graph. */
bool sg_issue_alloc(struct sg_stream *stream, const struct sg_pool *pool, size_t bytes, CUdeviceptr *address,
                    CUresult *result);
bool sg_issue_free(struct sg_stream *stream, CUdeviceptr address, CUresult *result);

/* What cannot be captured is refused in a stream that captures, and makes the capture invalid. */
CUresult sg_issue_refuse(struct sg_stream *stream);

#endif
