/* What a thread of the application has of its own. */
#ifndef SG_THREAD_H
#define SG_THREAD_H

#include "context.h"

/* The stack of current contexts; the current one is on top. */
void *sg_thread_top(void);             /* handle or NULL */
bool sg_thread_push(void *handle);     /* false: the stack is full */
void *sg_thread_pop(void);

/* The thread's default stream in the context, made when first asked for. */
CUresult sg_thread_stream(struct sg_context *context, struct sg_stream **out);

#endif
