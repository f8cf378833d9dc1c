/* Attributes of launches, streams and kernel nodes: which values are right, and what they ask for. */
#ifndef SG_LAUNCH_ATTRIBUTES_H
#define SG_LAUNCH_ATTRIBUTES_H

#include "context.h"

struct sg_event;

/* What is done for a launch. The rest only advises hardware that is not here. */
struct sg_launch_wishes {
    bool cooperative;
    const int *priority;                    /* NULL: that of the stream */
    struct sg_event *blocks, *completion;   /* recorded with the launch, or NULL */
};

/* Whether the device takes this value of an attribute that says nothing of a grid and names no object. */
bool sg_launch_attributes_suit(const struct sg_device *device, CUlaunchAttributeID id,
                               const CUlaunchAttributeValue *value);

/* Those of a launch in `context`, which is not captured. */
CUresult sg_launch_attributes_read(const struct sg_context *context, const CUlaunchConfig *config,
                                   struct sg_launch_wishes *out);

#endif
