/* Primary contexts, for other chapters that hold one. */
#ifndef BF_PRIMARY_H
#define BF_PRIMARY_H

#include "../state/contexts.h"

CUresult bf_primary_retain(struct bf_device *device);
CUresult bf_primary_release(struct bf_device *device);

#endif
