/* Attributes of kernel nodes. */
#ifndef SG_KERNEL_ATTRIBUTES_H
#define SG_KERNEL_ATTRIBUTES_H

#include "../state/launch_attributes.h"

struct sg_kernel_attributes {
    CUaccessPolicyWindow window;
    int cooperative, priority;
    unsigned cluster[3];
    CUclusterSchedulingPolicy policy;
    CUlaunchMemSyncDomainMap map;
    CUlaunchMemSyncDomain domain;
    unsigned carveout, nvlink;
};

/* INVALID_VALUE for one that kernel nodes have not, NOT_SUPPORTED for a value that the device cannot do. */
CUresult sg_kernel_attributes_set(const struct sg_device *device, struct sg_kernel_attributes *to,
                                  CUlaunchAttributeID id, const CUlaunchAttributeValue *value);
CUresult sg_kernel_attributes_get(const struct sg_kernel_attributes *from, CUlaunchAttributeID id,
                                  CUlaunchAttributeValue *value);

#endif
