/* Entry points of what can be set of a stream. Priorities order what is open; the rest are hints about hardware that is
 * not here, checked and remembered. */
#include "../../../libcuda/generated/cuda_api.h"
#include "../state/launch_attributes.h"

static CUresult set(struct sg_stream *stream, CUstreamAttrID attr, const CUstreamAttrValue *value)
{
    struct sg_stream_attributes *to = &stream->attributes;
    REQUIRE(sg_launch_attributes_suit(stream->context->device, attr, value), CUDA_ERROR_INVALID_VALUE);
    switch (attr) {
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW: to->window = value->accessPolicyWindow; break;
    case CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY: to->policy = value->syncPolicy; break;
    case CU_LAUNCH_ATTRIBUTE_PRIORITY: stream->priority = sg_stream_priority(value->priority); break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP: to->map = value->memSyncDomainMap; break;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN: to->domain = value->memSyncDomain; break;
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
