/* Attributes of streams: the server's driver keeps and checks them. Priorities are known here, too. */
#include "stream_attributes.h"

#include "../../libcuda/generated/cuda_api.h"

static CUresult set(const struct bf_order *order, CUstreamAttrID attr, const CUstreamAttrValue *value)
{
    return BF_ASK(order->to, NULL, stream_set_attribute, bf_u(order->stream), bf_u(attr),
                  bf_bytes(value, sizeof *value));
}

/* The members of different attributes share their memory: only that of this one is the program's to read. */
static size_t bytes_of(CUstreamAttrID attr)
{
    const CUstreamAttrValue *value = NULL;
    switch (attr) {
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW: return sizeof value->accessPolicyWindow;
    case CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY: return sizeof value->syncPolicy;
    case CU_LAUNCH_ATTRIBUTE_PRIORITY: return sizeof value->priority;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP: return sizeof value->memSyncDomainMap;
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN: return sizeof value->memSyncDomain;
    default: return 0;
    }
}

bool bf_stream_attributes_has(CUstreamAttrID attr)
{
    return bytes_of(attr) != 0;
}

CUresult bf_stream_attributes_get(const struct bf_order *order, CUstreamAttrID attr, CUstreamAttrValue *out)
{
    struct bf_ask ask;
    CUresult result = BF_ASK_HELD(order->to, NULL, &ask, stream_get_attribute, bf_u(order->stream), bf_u(attr));
    if (!result && ask.values[0].bytes == sizeof *out)
        memcpy(out, ask.values[0].p, bytes_of(attr));
    else if (!result)
        result = CUDA_ERROR_UNKNOWN;
    bf_stream_ask_end(&ask);
    return result;
}

static CUresult learn_priority(const struct bf_order *order)
{
    CUstreamAttrValue value;
    CUresult result = order->object ? bf_stream_attributes_get(order, CU_LAUNCH_ATTRIBUTE_PRIORITY, &value)
                                    : CUDA_SUCCESS;
    if (!result && order->object)
        order->object->stream.priority = value.priority;
    return result;
}

CUresult bf_stream_attributes_set(const struct bf_order *order, CUstreamAttrID attr, const CUstreamAttrValue *value)
{
    CUstreamAttrValue given = {0};
    memcpy(&given, value, bytes_of(attr));
    CUresult result = set(order, attr, &given);
    if (!result && order->object)
        atomic_store(&order->object->stream.attributed, 1);
    return !result && attr == CU_LAUNCH_ATTRIBUTE_PRIORITY ? learn_priority(order) : result;
}

CUresult cuStreamCopyAttributes(CUstream dst, CUstream src)
{
    struct bf_order to, from;
    CUresult result = bf_order_find(dst, &to);
    if (!result)
        result = bf_order_find(src, &from);
    if (!result && to.context != from.context)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = BF_ASK(to.to, NULL, cuStreamCopyAttributes, bf_u(to.stream), bf_u(from.stream));
    if (!result && to.object)
        atomic_store(&to.object->stream.attributed, 1);
    return result ? result : learn_priority(&to);
}
