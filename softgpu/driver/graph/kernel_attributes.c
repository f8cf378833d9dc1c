/* Attributes of kernel nodes: those that order the work are done, the others are about hardware that is not here. */
#include "kernel_attributes.h"

#include "../entry.h"

CUresult sg_kernel_attributes_set(struct sg_kernel_attributes *to, CUlaunchAttributeID id,
                                  const CUlaunchAttributeValue *value)
{
    switch (id) {
    case CU_LAUNCH_ATTRIBUTE_IGNORE: break;
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW:
        REQUIRE(value->accessPolicyWindow.hitRatio >= 0.0f && value->accessPolicyWindow.hitRatio <= 1.0f,
                CUDA_ERROR_INVALID_VALUE);
        to->window = value->accessPolicyWindow;
        break;
    case CU_LAUNCH_ATTRIBUTE_COOPERATIVE: to->cooperative = value->cooperative != 0; break;
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION:
        REQUIRE(value->clusterDim.x && value->clusterDim.y && value->clusterDim.z, CUDA_ERROR_INVALID_CLUSTER_SIZE);
        REQUIRE(value->clusterDim.x == 1 && value->clusterDim.y == 1 && value->clusterDim.z == 1,
                CUDA_ERROR_NOT_SUPPORTED);
        to->cluster[0] = to->cluster[1] = to->cluster[2] = 1;
        break;
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
        REQUIRE((unsigned)value->clusterSchedulingPolicyPreference <= CU_CLUSTER_SCHEDULING_POLICY_LOAD_BALANCING,
                CUDA_ERROR_INVALID_VALUE);
        to->policy = value->clusterSchedulingPolicyPreference;
        break;
    case CU_LAUNCH_ATTRIBUTE_PRIORITY: to->priority = value->priority; break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP: to->map = value->memSyncDomainMap; break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN:
        REQUIRE((unsigned)value->memSyncDomain <= CU_LAUNCH_MEM_SYNC_DOMAIN_REMOTE, CUDA_ERROR_INVALID_VALUE);
        to->domain = value->memSyncDomain;
        break;
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT: to->carveout = value->sharedMemCarveout; break;
    case CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE:
        REQUIRE(!value->deviceUpdatableKernelNode.deviceUpdatable, CUDA_ERROR_NOT_SUPPORTED);
        break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
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
    case CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE:
        value->deviceUpdatableKernelNode.deviceUpdatable = 0;
        value->deviceUpdatableKernelNode.devNode = NULL;
        break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}
