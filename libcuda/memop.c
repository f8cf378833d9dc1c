/* Checks of stream memory operations. Knows no memory and no stream. */
#include "memop.h"

#include <string.h>

enum { BATCH_MAX = 255 };

struct lc_memop_rules lc_memop_rules(lc_memop_attribute *attribute, const void *device, bool second)
{
    if (!second)
        return (struct lc_memop_rules){
            .usable = attribute(device, CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_MEM_OPS_V1),
            .wide = attribute(device, CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS_V1),
            .nor = attribute(device, CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_WAIT_VALUE_NOR_V1),
            .flush = attribute(device, CU_DEVICE_ATTRIBUTE_CAN_FLUSH_REMOTE_WRITES),
        };
    return (struct lc_memop_rules){
        .second = true,
        .usable = true,
        .wide = attribute(device, CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS),
        .nor = attribute(device, CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_WAIT_VALUE_NOR),
        .flush = attribute(device, CU_DEVICE_ATTRIBUTE_CAN_FLUSH_REMOTE_WRITES),
    };
}

unsigned lc_memop_bytes(const CUstreamBatchMemOpParams *op)
{
    switch (op->operation) {
    case CU_STREAM_MEM_OP_WAIT_VALUE_32:
    case CU_STREAM_MEM_OP_WRITE_VALUE_32: return 4;
    case CU_STREAM_MEM_OP_WAIT_VALUE_64:
    case CU_STREAM_MEM_OP_WRITE_VALUE_64: return 8;
    default: return 0;
    }
}

bool lc_memop_waits(const CUstreamBatchMemOpParams *op)
{
    return op->operation == CU_STREAM_MEM_OP_WAIT_VALUE_32 || op->operation == CU_STREAM_MEM_OP_WAIT_VALUE_64;
}

static CUresult supported(bool is)
{
    return is ? CUDA_SUCCESS : CUDA_ERROR_NOT_SUPPORTED;
}

static CUresult check_wait(unsigned flags, const struct lc_memop_rules *rules)
{
    unsigned flush = flags & CU_STREAM_WAIT_VALUE_FLUSH, condition = flags & ~(unsigned)CU_STREAM_WAIT_VALUE_FLUSH;
    if (condition > CU_STREAM_WAIT_VALUE_NOR)
        return CUDA_ERROR_INVALID_VALUE;
    return supported((rules->flush || !flush) && (rules->nor || condition != CU_STREAM_WAIT_VALUE_NOR));
}

static CUresult check_write(unsigned flags, const struct lc_memop_rules *rules)
{
    if (flags > CU_STREAM_WRITE_VALUE_NO_MEMORY_BARRIER)
        return CUDA_ERROR_INVALID_VALUE;
    return supported(!flags || !rules->second);
}

/* Waits and writes have their fields at the same places. */
static CUresult check_value(const CUstreamBatchMemOpParams *op, const struct lc_memop_rules *rules)
{
    unsigned bytes = lc_memop_bytes(op), flags = op->waitValue.flags;
    if (!op->waitValue.address || op->waitValue.address % bytes)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = lc_memop_waits(op) ? check_wait(flags, rules) : check_write(flags, rules);
    return result ? result : supported(bytes == 4 || rules->wide);
}

static CUresult check(const CUstreamBatchMemOpParams *op, const struct lc_memop_rules *rules)
{
    if (lc_memop_bytes(op))
        return check_value(op, rules);
    switch (op->operation) {
    case CU_STREAM_MEM_OP_FLUSH_REMOTE_WRITES:
        return op->flushRemoteWrites.flags ? CUDA_ERROR_INVALID_VALUE : supported(rules->flush);
    case CU_STREAM_MEM_OP_BARRIER:
        return op->memoryBarrier.flags > CU_STREAM_MEMORY_BARRIER_TYPE_GPU ? CUDA_ERROR_INVALID_VALUE
                                                                           : supported(rules->second);
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}

CUresult lc_memop_check(const CUstreamBatchMemOpParams *ops, unsigned count, const struct lc_memop_rules *rules)
{
    if (!rules->usable)
        return CUDA_ERROR_NOT_SUPPORTED;
    if (!ops || !count || count > BATCH_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = CUDA_SUCCESS;
    for (unsigned i = 0; i < count && !result; i++)
        result = check(&ops[i], rules);
    return result;
}

void lc_memop_renew(CUstreamBatchMemOpParams *op)
{
    if (lc_memop_bytes(op) && !lc_memop_waits(op))
        op->writeValue.flags &= ~(unsigned)CU_STREAM_WRITE_VALUE_NO_MEMORY_BARRIER;
}

static CUstreamBatchMemOpParams make(bool waits, CUdeviceptr address, cuuint64_t value, unsigned bytes, unsigned flags)
{
    CUstreamBatchMemOpParams op;
    memset(&op, 0, sizeof op);
    if (waits)
        op.waitValue.operation = bytes == 4 ? CU_STREAM_MEM_OP_WAIT_VALUE_32 : CU_STREAM_MEM_OP_WAIT_VALUE_64;
    else
        op.writeValue.operation = bytes == 4 ? CU_STREAM_MEM_OP_WRITE_VALUE_32 : CU_STREAM_MEM_OP_WRITE_VALUE_64;
    op.waitValue.address = address;
    op.waitValue.value64 = value;
    op.waitValue.flags = flags;
    return op;
}

CUstreamBatchMemOpParams lc_memop_wait(CUdeviceptr address, cuuint64_t value, unsigned bytes, unsigned flags)
{
    return make(true, address, value, bytes, flags);
}

CUstreamBatchMemOpParams lc_memop_write(CUdeviceptr address, cuuint64_t value, unsigned bytes, unsigned flags)
{
    return make(false, address, value, bytes, flags);
}
