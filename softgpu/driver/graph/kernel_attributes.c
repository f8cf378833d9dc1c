/* Attributes of kernel nodes: those that order the work are done, the others are about hardware that is not here. */
#include "kernel_attributes.h"

/* Those that nodes have and which need no more than to be right. */
static bool is_plain(CUlaunchAttributeID id)
{
    switch (id) {
    case CU_LAUNCH_ATTRIBUTE_IGNORE:
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW:
    case CU_LAUNCH_ATTRIBUTE_COOPERATIVE:
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
    case CU_LAUNCH_ATTRIBUTE_PRIORITY:
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP:
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN:
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
    case CU_LAUNCH_ATTRIBUTE_NVLINK_UTIL_CENTRIC_SCHEDULING: return true;
    default: return false;
    }
}

static void keep(struct sg_kernel_attributes *to, CUlaunchAttributeID id, const CUlaunchAttributeValue *value)
{
    switch (id) {
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW: to->window = value->accessPolicyWindow; break;
    case CU_LAUNCH_ATTRIBUTE_COOPERATIVE: to->cooperative = value->cooperative != 0; break;
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
        to->policy = value->clusterSchedulingPolicyPreference;
        break;
    case CU_LAUNCH_ATTRIBUTE_PRIORITY: to->priority = value->priority; break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP: to->map = value->memSyncDomainMap; break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN: to->domain = value->memSyncDomain; break;
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT: to->carveout = value->sharedMemCarveout; break;
    case CU_LAUNCH_ATTRIBUTE_NVLINK_UTIL_CENTRIC_SCHEDULING: to->nvlink = value->nvlinkUtilCentricScheduling; break;
    default: break;
    }
}

static CUresult set_cluster(struct sg_kernel_attributes *to, unsigned x, unsigned y, unsigned z)
{
    REQUIRE(x && y && z, CUDA_ERROR_INVALID_CLUSTER_SIZE);
    REQUIRE(x == 1 && y == 1 && z == 1, CUDA_ERROR_NOT_SUPPORTED);
    to->cluster[0] = to->cluster[1] = to->cluster[2] = 1;
    return CUDA_SUCCESS;
}

CUresult sg_kernel_attributes_set(const struct sg_device *device, struct sg_kernel_attributes *to,
                                  CUlaunchAttributeID id, const CUlaunchAttributeValue *value)
{
    if (id == CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION)
        return set_cluster(to, value->clusterDim.x, value->clusterDim.y, value->clusterDim.z);
    if (id == CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE)
        return value->deviceUpdatableKernelNode.deviceUpdatable ? CUDA_ERROR_NOT_SUPPORTED : CUDA_SUCCESS;
    REQUIRE(is_plain(id) && sg_launch_attributes_suit(device, id, value), CUDA_ERROR_INVALID_VALUE);
    keep(to, id, value);
    return CUDA_SUCCESS;
}

CUresult sg_kernel_attributes_get(const struct sg_kernel_attributes *from, CUlaunchAttributeID id,
                                  CUlaunchAttributeValue *value)
{
    switch (id) {
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW: value->accessPolicyWindow = from->window; break;
    case CU_LAUNCH_ATTRIBUTE_COOPERATIVE: value->cooperative = from->cooperative; break;
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION:
        value->clusterDim.x = from->cluster[0];
        value->clusterDim.y = from->cluster[1];
        value->clusterDim.z = from->cluster[2];
        break;
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
        value->clusterSchedulingPolicyPreference = from->policy;
        break;
    case CU_LAUNCH_ATTRIBUTE_PRIORITY: value->priority = from->priority; break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP: value->memSyncDomainMap = from->map; break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN: value->memSyncDomain = from->domain; break;
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT: value->sharedMemCarveout = from->carveout; break;
    case CU_LAUNCH_ATTRIBUTE_NVLINK_UTIL_CENTRIC_SCHEDULING: value->nvlinkUtilCentricScheduling = from->nvlink; break;
    case CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE:
        value->deviceUpdatableKernelNode.deviceUpdatable = 0;
        value->deviceUpdatableKernelNode.devNode = NULL;
        break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}
