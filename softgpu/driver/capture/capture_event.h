/* Events in captures: what one has recorded there, and waiting for it. */
#ifndef SG_CAPTURE_EVENT_H
#define SG_CAPTURE_EVENT_H

#include "capture.h"
#include "../state/event.h"

/* Record it in the stream's capture, or, with CU_EVENT_RECORD_EXTERNAL, make a node that will. False: the stream is in
 * none, and the event is to be recorded for real. */
bool sg_capture_event_record(struct sg_event *event, struct sg_stream *stream, unsigned flags, CUresult *result);

/* Let what the stream captures next come after the event, which may take the stream into a capture. False: neither
 * captures, and the stream is to wait for real. */
bool sg_capture_event_wait(struct sg_event *event, struct sg_stream *stream, unsigned flags, CUresult *result);

/* A call that asks how far the event is, or waits for it: no such thing where it has recorded a capture. */
CUresult sg_capture_event_check(const struct sg_event *event);

/* A context that waits for the event: not for one that is part of a capture that goes on. */
CUresult sg_capture_event_check_context(const struct sg_event *event);

#endif
