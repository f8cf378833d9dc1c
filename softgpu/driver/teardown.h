/* The end of a context. */
#ifndef SG_TEARDOWN_H
#define SG_TEARDOWN_H

#include "state/context.h"

/* Wait for its work, then free all that belongs to it. The context can be activated again, or retired. */
void sg_teardown_context(struct sg_context *context);

#endif
