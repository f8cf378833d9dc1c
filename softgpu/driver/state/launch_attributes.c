/* Attributes of launches, streams and kernel nodes. There are no clusters, whatever the compute capability: a cluster
 * of one block is what every block is. */
#include "launch_attributes.h"

#include "event.h"
#include "handles.h"

static int limit(const struct sg_device *device, CUdevice_attribute wanted)
{
    int value = 0;
    sg_attributes_read(device, (int)wanted, &value);
    return value;
}

static bool is_window(const struct sg_device *device, const CUaccessPolicyWindow *window)
{
    size_t most = (size_t)limit(device, CU_DEVICE_ATTRIBUTE_MAX_ACCESS_POLICY_WINDOW_SIZE);
    return window->num_bytes <= most && window->hitRatio >= 0.0f && window->hitRatio <= 1.0f &&
           (unsigned)window->hitProp <= CU_ACCESS_PROPERTY_PERSISTING &&
           (unsigned)window->missProp <= CU_ACCESS_PROPERTY_STREAMING;
}

static bool is_map(const struct sg_device *device, const CUlaunchMemSyncDomainMap *map)
{
    int domains = limit(device, CU_DEVICE_ATTRIBUTE_MEM_SYNC_DOMAIN_COUNT);
    return map->default_ < domains && map->remote < domains;
}

bool sg_launch_attributes_suit(const struct sg_device *device, CUlaunchAttributeID id,
                               const CUlaunchAttributeValue *value)
{
    switch (id) {
    case CU_LAUNCH_ATTRIBUTE_IGNORE:
    case CU_LAUNCH_ATTRIBUTE_COOPERATIVE:
    case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION:
    case CU_LAUNCH_ATTRIBUTE_PRIORITY: return true;
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW: return is_window(device, &value->accessPolicyWindow);
    case CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY:
        return value->syncPolicy >= CU_SYNC_POLICY_AUTO && value->syncPolicy <= CU_SYNC_POLICY_BLOCKING_SYNC;
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
        return (unsigned)value->clusterSchedulingPolicyPreference <= CU_CLUSTER_SCHEDULING_POLICY_LOAD_BALANCING;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP: return is_map(device, &value->memSyncDomainMap);
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN: return (unsigned)value->memSyncDomain <= CU_LAUNCH_MEM_SYNC_DOMAIN_REMOTE;
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
        return value->sharedMemCarveout + 1 <= 101; /* from -1 on */
    case CU_LAUNCH_ATTRIBUTE_NVLINK_UTIL_CENTRIC_SCHEDULING: return value->nvlinkUtilCentricScheduling <= 1;
    default: return false;
    }
}

static CUresult check_cluster(const CUlaunchConfig *config, unsigned x, unsigned y, unsigned z)
{
    REQUIRE(x && y && z && !(config->gridDimX % x) && !(config->gridDimY % y) && !(config->gridDimZ % z),
            CUDA_ERROR_INVALID_CLUSTER_SIZE);
    return x == 1 && y == 1 && z == 1 ? CUDA_SUCCESS : CUDA_ERROR_NOT_SUPPORTED;
}

/* One that a kernel triggers is recorded behind it: later than it could be, never earlier. */
static CUresult find_event(const struct sg_context *context, CUevent handle, struct sg_event **out)
{
    struct sg_event *event = sg_handles_get(handle, SG_EVENT);
    REQUIRE(event && event->context == context, CUDA_ERROR_INVALID_HANDLE);
    REQUIRE(event->flags & CU_EVENT_DISABLE_TIMING && !(event->flags & CU_EVENT_INTERPROCESS),
            CUDA_ERROR_INVALID_VALUE);
    *out = event;
    return CUDA_SUCCESS;
}

static CUresult read_one(const struct sg_context *context, const CUlaunchConfig *config,
                         const CUlaunchAttribute *attribute, struct sg_launch_wishes *out)
{
    const CUlaunchAttributeValue *value = &attribute->value;
    switch (attribute->id) {
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION:
        return check_cluster(config, value->clusterDim.x, value->clusterDim.y, value->clusterDim.z);
    /* What larger clusters would be better where there are any. */
    case CU_LAUNCH_ATTRIBUTE_PREFERRED_CLUSTER_DIMENSION: return CUDA_SUCCESS;
    case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT:
        return find_event(context, value->programmaticEvent.event, &out->blocks);
    case CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT:
        return find_event(context, value->launchCompletionEvent.event, &out->completion);
    /* Of nodes of a graph alone. */
    case CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE:
        return value->deviceUpdatableKernelNode.deviceUpdatable ? CUDA_ERROR_NOT_SUPPORTED : CUDA_SUCCESS;
    default: break;
    }
    REQUIRE(sg_launch_attributes_suit(context->device, attribute->id, value), CUDA_ERROR_INVALID_VALUE);
    if (attribute->id == CU_LAUNCH_ATTRIBUTE_PRIORITY)
        out->priority = &value->priority;
    out->cooperative |= attribute->id == CU_LAUNCH_ATTRIBUTE_COOPERATIVE && value->cooperative;
    return CUDA_SUCCESS;
}

CUresult sg_launch_attributes_read(const struct sg_context *context, const CUlaunchConfig *config,
                                   struct sg_launch_wishes *out)
{
    *out = (struct sg_launch_wishes){0};
    REQUIRE(!config->numAttrs || config->attrs, CUDA_ERROR_INVALID_VALUE);
    for (unsigned i = 0; i < config->numAttrs; i++)
        TRY(read_one(context, config, &config->attrs[i], out));
    return CUDA_SUCCESS;
}
