/* Entry points of what can be set of a stream. Priorities order what is open; the rest are hints about hardware that is
 * not here, checked and remembered. */
#include "../../../libcuda/generated/cuda_api.h"
#include "../state/context.h"

static int attribute(const struct sg_stream *stream, CUdevice_attribute wanted)
{
    int value = 0;
    sg_attributes_read(stream->context->device, (int)wanted, &value);
    return value;
}

static bool is_window(const struct sg_stream *stream, const CUaccessPolicyWindow *window)
{
    size_t most = (size_t)attribute(stream, CU_DEVICE_ATTRIBUTE_MAX_ACCESS_POLICY_WINDOW_SIZE);
    return window->num_bytes <= most && window->hitRatio >= 0.0f && window->hitRatio <= 1.0f &&
           (unsigned)window->hitProp <= CU_ACCESS_PROPERTY_PERSISTING &&
           (unsigned)window->missProp <= CU_ACCESS_PROPERTY_STREAMING;
}

static CUresult set(struct sg_stream *stream, CUstreamAttrID attr, const CUstreamAttrValue *value)
{
    struct sg_stream_attributes *to = &stream->attributes;
    int domains = attribute(stream, CU_DEVICE_ATTRIBUTE_MEM_SYNC_DOMAIN_COUNT);
    switch (attr) {
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW:
        REQUIRE(is_window(stream, &value->accessPolicyWindow), CUDA_ERROR_INVALID_VALUE);
        to->window = value->accessPolicyWindow;
        break;
    case CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY:
        REQUIRE(value->syncPolicy >= CU_SYNC_POLICY_AUTO && value->syncPolicy <= CU_SYNC_POLICY_BLOCKING_SYNC,
                CUDA_ERROR_INVALID_VALUE);
        to->policy = value->syncPolicy;
        break;
    case CU_LAUNCH_ATTRIBUTE_PRIORITY: stream->priority = sg_stream_priority(value->priority); break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP:
        REQUIRE(value->memSyncDomainMap.default_ < domains && value->memSyncDomainMap.remote < domains,
                CUDA_ERROR_INVALID_VALUE);
        to->map = value->memSyncDomainMap;
        break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN:
        REQUIRE((unsigned)value->memSyncDomain <= CU_LAUNCH_MEM_SYNC_DOMAIN_REMOTE, CUDA_ERROR_INVALID_VALUE);
        to->domain = value->memSyncDomain;
        break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

static CUresult get(const struct sg_stream *stream, CUstreamAttrID attr, CUstreamAttrValue *value)
{
    const struct sg_stream_attributes *from = &stream->attributes;
    switch (attr) {
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW: value->accessPolicyWindow = from->window; break;
    case CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY: value->syncPolicy = from->policy; break;
    case CU_LAUNCH_ATTRIBUTE_PRIORITY: value->priority = stream->priority; break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP: value->memSyncDomainMap = from->map; break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN: value->memSyncDomain = from->domain; break;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

CUresult cuStreamSetAttribute(CUstream hStream, CUstreamAttrID attr, const CUstreamAttrValue *value)
{
    ENTER(cuStreamSetAttribute);
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    REQUIRE(value, CUDA_ERROR_INVALID_VALUE);
    sg_sched_lock();
    CUresult result = set(stream, attr, value);
    sg_sched_unlock();
    return result;
}

CUresult cuStreamGetAttribute(CUstream hStream, CUstreamAttrID attr, CUstreamAttrValue *value_out)
{
    ENTER(cuStreamGetAttribute);
    struct sg_stream *stream;
    TRY(sg_context_order(hStream, &stream));
    REQUIRE(value_out, CUDA_ERROR_INVALID_VALUE);
    sg_sched_lock();
    CUresult result = get(stream, attr, value_out);
    sg_sched_unlock();
    return result;
}

CUresult cuStreamCopyAttributes(CUstream dst, CUstream src)
{
    ENTER(cuStreamCopyAttributes);
    struct sg_stream *to, *from;
    TRY(sg_context_order(dst, &to));
    TRY(sg_context_order(src, &from));
    REQUIRE(to->context == from->context, CUDA_ERROR_INVALID_VALUE);
    sg_sched_lock();
    to->attributes = from->attributes;
    to->priority = from->priority;
    sg_sched_unlock();
    return CUDA_SUCCESS;
}
