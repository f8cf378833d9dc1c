/* Primary contexts, for other chapters that hold one. */
#ifndef SG_API_CONTEXT_H
#define SG_API_CONTEXT_H

#include "../state/device.h"

CUresult sg_context_retain_primary(const struct sg_device *device);

/* INVALID_CONTEXT if nobody holds it. */
CUresult sg_context_release_primary(const struct sg_device *device);

#endif
