/* What is not to be done while something captures: each call says which of these it is before it does anything. All
 * return at once where no capture has begun. */
#ifndef SG_CAPTURE_RULES_H
#define SG_CAPTURE_RULES_H

#include "capture.h"

/* The stream of a call that puts work into it: as sg_context_order, but the legacy stream is refused while a stream
 * captures that it would wait for, and a stream whose capture is invalid. */
CUresult sg_capture_rules_order(CUstream handle, struct sg_stream **out);

/* The same for a call that asks how far the stream is, or waits for it: no such thing while it captures. */
CUresult sg_capture_rules_order_wait(CUstream handle, struct sg_stream **out);

/* The same for a call about the stream's capture: the legacy stream is refused, and nothing becomes invalid. */
CUresult sg_capture_rules_order_ask(CUstream handle, struct sg_stream **out);

/* A call that concerns all streams of the context: none may capture. */
CUresult sg_capture_rules_context(const struct sg_context *context);

/* A call that does something at once which the graph would not repeat: refused by the modes of the captures that go on
 * and of this thread. */
CUresult sg_capture_rules_unsafe(void);

/* Set the mode of this thread; returns the one before. */
CUstreamCaptureMode sg_capture_rules_exchange(CUstreamCaptureMode wanted);

/* A number of this thread, never 0. */
uint64_t sg_capture_rules_thread(void);

/* With the lock held: make the capture invalid, and return the code. */
CUresult sg_capture_rules_broken(struct sg_capture *capture, CUresult code);

#endif
