/* Stream memory operations. What the driver says at once about one is said here; no reply is waited for. */
#include "memop.h"

#include "issue.h"

#include "../../libcuda/generated/cuda_api.h"
#include "../state/order.h"
#include "../state/memory.h"
#include "../state/pinned.h"

static int attribute(const void *facts, CUdevice_attribute wanted)
{
    return ((const struct bf_device_facts *)facts)->attributes[wanted];
}

/* Memory of the stream's server. The device cannot reach that of this host. */
static CUresult check_place(struct bf_server *server, CUdeviceptr address, unsigned bytes)
{
    struct bf_place place;
    if (bf_memory_find(server, address, &place) && place.server == server)
        return place.range.base + place.range.bytes - address < bytes ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
    return bf_pinned_covers((const void *)(uintptr_t)address, bytes) ? CUDA_ERROR_NOT_SUPPORTED
                                                                     : CUDA_ERROR_INVALID_VALUE;
}

static CUresult prepare(CUstream stream, const CUstreamBatchMemOpParams *ops, unsigned count, bool second,
                        struct bf_order *order)
{
    bool waits = false;
    CUresult result = bf_order_find(stream, order);
    if (!result)
        result = bf_issue_check(order);
    if (result)
        return result;
    const struct lc_memop_rules rules = lc_memop_rules(attribute, order->context->context.device->facts, second);
    result = lc_memop_check(ops, count, &rules);
    for (unsigned i = 0; i < count && !result; i++) {
        unsigned bytes = lc_memop_bytes(&ops[i]);
        waits = waits || lc_memop_waits(&ops[i]);
        if (bytes)
            result = check_place(order->to.server, ops[i].waitValue.address, bytes);
    }
    if (!result && waits)
        atomic_store(&order->context->context.awaits, true);
    return result;
}

CUresult bf_memop_put(CUstream stream, CUstreamBatchMemOpParams op, bool second, const struct bf_call *call)
{
    struct bf_order order;
    CUresult result = prepare(stream, &op, 1, second, &order);
    if (result)
        return result;
    lc_memop_renew(&op);
    if (lc_capture_any() && bf_issue_memops(&order, &op, 1, &result))
        return result;
    const struct bf_value args[] = {bf_u(order.stream), bf_u(op.waitValue.address), bf_u(op.waitValue.value64),
                                    bf_u(op.waitValue.flags)};
    return bf_call_tell(order.to, call, args, NULL);
}

CUresult bf_memop_batch(CUstream stream, unsigned count, const CUstreamBatchMemOpParams *ops, bool second)
{
    CUstreamBatchMemOpParams renewed[BF_STREAM_BATCH_MAX];
    struct bf_order order;
    CUresult result = prepare(stream, ops, count, second, &order);
    if (result)
        return result;
    for (unsigned i = 0; i < count; i++) {
        renewed[i] = ops[i];
        lc_memop_renew(&renewed[i]);
    }
    if (lc_capture_any() && bf_issue_memops(&order, renewed, count, &result))
        return result;
    return BF_TELL(order.to, stream_batch, bf_u(order.stream), bf_bytes(renewed, count * sizeof *renewed));
}
