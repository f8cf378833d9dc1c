/* Creation of contexts: for those chapters that make them. */
#ifndef SG_CONTEXT_LIFE_H
#define SG_CONTEXT_LIFE_H

#include "context.h"

CUresult sg_context_create(struct sg_device *device, unsigned flags, struct sg_context **out);
CUresult sg_context_activate(struct sg_context *context, unsigned flags);

/* Free one that has been torn down; its memory is used again. */
void sg_context_retire(struct sg_context *context);

#endif
