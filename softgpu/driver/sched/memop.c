/* Stream memory operations: writes are done when their turn comes, waits end when the memory has what they wait for.
 * A batch is one piece of work, which goes on from the operation that it stood at. Memory is the host's own and
 * coherent, so that nothing is to be flushed. */
#include "memop.h"

#include "../../../libcuda/memop.h"
#include "poll.h"

struct op {
    uint64_t address, value;
    unsigned flags;
    uint8_t bytes;                  /* 0: a barrier, or a flush */
    bool waits;
};

struct batch {
    unsigned count, next;
    struct op ops[];
};

static bool holds(const struct op *op)
{
    bool wide = op->bytes == 8;
    uint64_t mask = wide ? UINT64_MAX : UINT32_MAX, value = op->value & mask;
    const void *at = (const void *)(uintptr_t)op->address;
    uint64_t now = wide ? __atomic_load_n((const uint64_t *)at, __ATOMIC_ACQUIRE)
                        : __atomic_load_n((const uint32_t *)at, __ATOMIC_ACQUIRE);
    switch (op->flags & ~(unsigned)CU_STREAM_WAIT_VALUE_FLUSH) {
    case CU_STREAM_WAIT_VALUE_GEQ: return wide ? (int64_t)(now - value) >= 0 : (int32_t)(uint32_t)(now - value) >= 0;
    case CU_STREAM_WAIT_VALUE_EQ: return now == value;
    case CU_STREAM_WAIT_VALUE_AND: return (now & value) != 0;
    default: return (~(now | value) & mask) != 0;
    }
}

static void store(const struct op *op)
{
    void *at = (void *)(uintptr_t)op->address;
    if (op->bytes == 8)
        __atomic_store_n((uint64_t *)at, op->value, __ATOMIC_SEQ_CST);
    else
        __atomic_store_n((uint32_t *)at, (uint32_t)op->value, __ATOMIC_SEQ_CST);
}

/* Memory that was freed meanwhile is an illegal address, as to a kernel. */
static bool is_there(const struct op *op)
{
    struct sg_extent extent;
    return sg_memory_find(op->address, &extent) && extent.end - op->address >= op->bytes;
}

static bool ready(struct sg_work *work)
{
    struct batch *mine = (struct batch *)work->payload;
    for (; mine->next < mine->count; mine->next++) {
        const struct op *op = &mine->ops[mine->next];
        if (!op->bytes) {
            atomic_thread_fence(memory_order_seq_cst);
            continue;
        }
        if (!is_there(op)) {
            int none = 0;
            atomic_compare_exchange_strong(&work->stream->context->error, &none, CUDA_ERROR_ILLEGAL_ADDRESS);
            return true;
        }
        if (op->waits && !holds(op))
            return false;
        if (!op->waits)
            store(op);
    }
    return true;
}

static void nothing(struct sg_work *work)
{
    (void)work;
}

static const struct sg_work_kind kind = {.name = "memory operations", .ready = ready, .instant = nothing};

static int attribute(const void *device, CUdevice_attribute wanted)
{
    int value = 0;
    sg_attributes_read(device, (int)wanted, &value);
    return value;
}

CUresult sg_memop_check(const struct sg_device *device, const CUstreamBatchMemOpParams *ops, unsigned count,
                        bool second)
{
    struct lc_memop_rules rules = lc_memop_rules(attribute, device, second);
    TRY(lc_memop_check(ops, count, &rules));
    for (unsigned i = 0; i < count; i++) {
        struct sg_extent extent;
        unsigned bytes = lc_memop_bytes(&ops[i]);
        REQUIRE(!bytes || (sg_memory_find(ops[i].waitValue.address, &extent) &&
                           extent.end - ops[i].waitValue.address >= bytes),
                CUDA_ERROR_INVALID_VALUE);
    }
    return CUDA_SUCCESS;
}

struct sg_work *sg_memop_work(const CUstreamBatchMemOpParams *ops, unsigned count)
{
    bool waits = false;
    struct sg_work *work = sg_sched_new(&kind, sizeof(struct batch) + count * sizeof(struct op));
    if (!work)
        return NULL;
    struct batch *batch = (struct batch *)work->payload;
    *batch = (struct batch){.count = count};
    for (unsigned i = 0; i < count; i++) {
        uint8_t bytes = (uint8_t)lc_memop_bytes(&ops[i]);
        waits = waits || lc_memop_waits(&ops[i]);
        batch->ops[i] = (struct op){.bytes = bytes};
        if (bytes)
            batch->ops[i] = (struct op){ops[i].waitValue.address, ops[i].waitValue.value64, ops[i].waitValue.flags,
                                        bytes, lc_memop_waits(&ops[i])};
    }
    if (waits && !sg_poll_start()) {
        sg_sched_discard(work);
        return NULL;
    }
    return work;
}

CUresult sg_memop_submit(struct sg_stream *stream, const CUstreamBatchMemOpParams *ops, unsigned count)
{
    struct sg_work *work = sg_memop_work(ops, count);
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    sg_workers_enqueue(stream, work, false);
    return CUDA_SUCCESS;
}
