/* Creation and destruction of contexts and the thread's stack: for api/context.c alone. */
#ifndef SG_CONTEXT_STACK_H
#define SG_CONTEXT_STACK_H

#include "context.h"

CUresult sg_context_create(struct sg_device *device, unsigned flags, struct sg_context **out);
CUresult sg_context_activate(struct sg_context *context, unsigned flags);

/* Wait for its work, then free all that belongs to it. The context can be activated again, or retired. */
void sg_context_teardown(struct sg_context *context);
void sg_context_retire(struct sg_context *context);

void *sg_context_top(void);             /* handle or NULL */
bool sg_context_push(void *handle);     /* false: the stack is full */
void *sg_context_pop(void);

#endif
