/* Stream memory operations: every condition, both widths, both interfaces, batches, and wrong calls. */
#include "show.h"

static CUcontext context;
static CUstream waits, writes;
static CUdeviceptr word;

static void set(uint64_t value)
{
    MUST(cuMemcpyHtoDAsync_v2(word, &value, sizeof value, writes));
    MUST(cuStreamSynchronize(writes));
}

/* A wait for `value` that what is there does not fulfil, and then what is written does. */
static void condition(const char *name, unsigned flags, unsigned bytes, uint64_t value, uint64_t before, uint64_t after)
{
    uint64_t seen = 0;
    printf("# %s, %u bytes\n", name, bytes);
    set(before);
    MUST(cuMemsetD32Async(word + 8, 0, 1, writes));
    MUST(cuStreamSynchronize(writes));
    if (bytes == 4)
        EXPECT(0, cuStreamWaitValue32_v2(waits, word, (cuuint32_t)value, flags));
    else
        EXPECT(0, cuStreamWaitValue64_v2(waits, word, value, flags));
    EXPECT(0, cuStreamWriteValue32_v2(waits, word + 8, 77, 0));
    EXPECT(600, cuStreamQuery(waits));
    MUST(cuMemcpyDtoHAsync_v2(&seen, word + 8, 4, writes));
    MUST(cuStreamSynchronize(writes));
    printf("behind the wait: %u\n", (unsigned)seen);
    if (bytes == 4)
        EXPECT(0, cuStreamWriteValue32_v2(writes, word, (cuuint32_t)after, 0));
    else
        EXPECT(0, cuStreamWriteValue64_v2(writes, word, after, 0));
    EXPECT(0, cuStreamSynchronize(waits));
    MUST(cuMemcpyDtoH_v2(&seen, word + 8, 4));
    printf("behind the wait: %u\n", (unsigned)seen);
}

static void conditions(void)
{
    static const uint64_t BIG = 0x8000000000000000u;
    condition("geq", CU_STREAM_WAIT_VALUE_GEQ, 4, 5, 4, 5);
    condition("geq around", CU_STREAM_WAIT_VALUE_GEQ, 4, 0xfffffff0, 0xffffffe0, 3);
    condition("eq", CU_STREAM_WAIT_VALUE_EQ, 4, 5, 6, 5);
    condition("and", CU_STREAM_WAIT_VALUE_AND, 4, 0xf0, 0x0f, 0x1f);
    condition("nor", CU_STREAM_WAIT_VALUE_NOR, 4, 0xffff0000, 0xffff, 0x7fff);
    condition("geq", CU_STREAM_WAIT_VALUE_GEQ, 8, BIG, BIG - 1, BIG + 1);
    condition("eq", CU_STREAM_WAIT_VALUE_EQ, 8, BIG, 0, BIG);
    condition("and", CU_STREAM_WAIT_VALUE_AND, 8, BIG, ~BIG, BIG);
    condition("nor", CU_STREAM_WAIT_VALUE_NOR, 8, BIG, ~BIG, 0);
    puts("# at once");
    set(5);
    EXPECT(0, cuStreamWaitValue32_v2(waits, word, 5, 0));
    EXPECT(0, cuStreamSynchronize(waits));
}

static CUstreamBatchMemOpParams value(CUstreamBatchMemOpType type, CUdeviceptr address, uint64_t number, unsigned flags)
{
    CUstreamBatchMemOpParams op;
    memset(&op, 0, sizeof op);
    op.waitValue.operation = type;
    op.waitValue.address = address;
    op.waitValue.value64 = number;
    op.waitValue.flags = flags;
    return op;
}

static CUstreamBatchMemOpParams other(CUstreamBatchMemOpType type, unsigned flags)
{
    CUstreamBatchMemOpParams op;
    memset(&op, 0, sizeof op);
    op.memoryBarrier.operation = type;
    op.memoryBarrier.flags = flags;
    return op;
}

/* Two streams that answer each other, each in one batch. */
static void batches(void)
{
    const CUstreamBatchMemOpType WAIT = CU_STREAM_MEM_OP_WAIT_VALUE_32, WRITE = CU_STREAM_MEM_OP_WRITE_VALUE_64;
    CUstreamBatchMemOpParams ping[] = {value(WRITE, word, 1, 0),
                                       other(CU_STREAM_MEM_OP_BARRIER, CU_STREAM_MEMORY_BARRIER_TYPE_GPU),
                                       value(WAIT, word + 8, 1, CU_STREAM_WAIT_VALUE_EQ), value(WRITE, word, 2, 0),
                                       value(WAIT, word + 8, 2, CU_STREAM_WAIT_VALUE_EQ)};
    CUstreamBatchMemOpParams pong[] = {value(WAIT, word, 1, CU_STREAM_WAIT_VALUE_EQ), value(WRITE, word + 8, 1, 0),
                                       value(WAIT, word, 2, CU_STREAM_WAIT_VALUE_EQ), value(WRITE, word + 8, 2, 0)};
    CUstreamBatchMemOpParams many[255];
    uint64_t seen[2] = {0};
    CUevent done;
    puts("# batches");
    MUST(cuMemsetD32Async(word, 0, 4, writes));
    MUST(cuStreamSynchronize(writes));
    MUST(cuEventCreate(&done, 0));
    EXPECT(0, cuStreamBatchMemOp_v2(waits, 5, ping, 0));
    EXPECT(0, cuEventRecord(done, waits));
    EXPECT(600, cuEventQuery(done));
    EXPECT(0, cuStreamBatchMemOp_v2(writes, 4, pong, 0));
    EXPECT(0, cuEventSynchronize(done));
    EXPECT(0, cuCtxSynchronize());
    for (unsigned i = 0; i < 255; i++)
        many[i] = value(WRITE, word, i, 0);
    EXPECT(0, cuStreamBatchMemOp_v2(writes, 255, many, 0));
    MUST(cuMemcpyDtoH_v2(seen, word, sizeof seen));
    printf("%u %u\n", (unsigned)seen[0], (unsigned)seen[1]);
    MUST(cuEventDestroy_v2(done));
}

/* What compiled programs and old ones reach. */
static void forms(void)
{
    CUstreamBatchMemOpParams op = value(CU_STREAM_MEM_OP_WRITE_VALUE_32, word, 9, 1);
    unsigned seen = 0;
    puts("# the other forms");
    EXPECT(0, cuStreamWriteValue32(writes, word, 1, CU_STREAM_WRITE_VALUE_NO_MEMORY_BARRIER));
    EXPECT(0, cuStreamWaitValue32(writes, word, 1, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuStreamWriteValue64(writes, word, 2, 0));
    EXPECT(0, cuStreamWaitValue64(writes, word, 2, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuStreamSynchronize(writes));
    EXPECT(0, cuStreamWriteValue32_ptsz(writes, word, 3, 0));
    EXPECT(0, cuStreamWaitValue32_ptsz(writes, word, 3, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuStreamWriteValue64_ptsz(writes, word, 4, 0));
    EXPECT(0, cuStreamWaitValue64_ptsz(writes, word, 4, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuStreamWriteValue32_v2_ptsz(NULL, word, 5, 0));
    EXPECT(0, cuStreamWaitValue32_v2_ptsz(NULL, word, 5, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuStreamWriteValue64_v2_ptsz(NULL, word, 6, 0));
    EXPECT(0, cuStreamWaitValue64_v2_ptsz(NULL, word, 6, CU_STREAM_WAIT_VALUE_EQ));
    EXPECT(0, cuStreamSynchronize(CU_STREAM_PER_THREAD));
    EXPECT(0, cuStreamBatchMemOp(NULL, 1, &op, 0));
    EXPECT(801, cuStreamBatchMemOp_v2(NULL, 1, &op, 0));
    EXPECT(0, cuStreamBatchMemOp_ptsz(NULL, 1, &op, 0));
    op.writeValue.flags = 0;
    EXPECT(0, cuStreamBatchMemOp_v2_ptsz(NULL, 1, &op, 0));
    EXPECT(0, cuCtxSynchronize());
    EXPECT(0, cuStreamSynchronize(writes));
    MUST(cuMemcpyDtoH_v2(&seen, word, 4));
    printf("%u\n", seen);
}

static void errors(void)
{
    CUstreamBatchMemOpParams good = value(CU_STREAM_MEM_OP_WRITE_VALUE_32, word, 1, 0);
    CUstreamBatchMemOpParams pair[] = {good, value(CU_STREAM_MEM_OP_WRITE_VALUE_32, word + 1, 1, 0)};
    CUstreamBatchMemOpParams unknown = other((CUstreamBatchMemOpType)9, 0);
    CUstreamBatchMemOpParams flush = other(CU_STREAM_MEM_OP_FLUSH_REMOTE_WRITES, 0);
    CUstreamBatchMemOpParams bad_flush = other(CU_STREAM_MEM_OP_FLUSH_REMOTE_WRITES, 1);
    CUstreamBatchMemOpParams barrier = other(CU_STREAM_MEM_OP_BARRIER, 0), bad = other(CU_STREAM_MEM_OP_BARRIER, 2);
    unsigned seen = 0, on_host = 0;
    puts("# wrong calls");
    MUST(cuMemsetD32_v2(word, 0, 4));
    EXPECT(1, cuStreamWaitValue32_v2(waits, 0, 1, 0));
    EXPECT(1, cuStreamWaitValue32_v2(waits, word + 2, 1, 0));
    EXPECT(1, cuStreamWaitValue64_v2(waits, word + 4, 1, 0));
    EXPECT(1, cuStreamWaitValue32_v2(waits, word, 1, 4));
    EXPECT(801, cuStreamWaitValue32_v2(waits, word, 1, CU_STREAM_WAIT_VALUE_FLUSH));
    EXPECT(1, cuStreamWaitValue32_v2(waits, word, 1, CU_STREAM_WAIT_VALUE_FLUSH | 8));
    EXPECT(1, cuStreamWriteValue32_v2(waits, word + 16, 1, 0));
    EXPECT(1, cuStreamWriteValue64_v2(waits, word + 12, 1, 0));
    EXPECT(1, cuStreamWriteValue32_v2(waits, (CUdeviceptr)(uintptr_t)&on_host, 1, 0));
    EXPECT(1, cuStreamWriteValue32_v2(waits, word, 1, 2));
    EXPECT(801, cuStreamWriteValue32_v2(waits, word, 1, CU_STREAM_WRITE_VALUE_NO_MEMORY_BARRIER));
    EXPECT(1, cuStreamWriteValue32(waits, word, 1, 2));
    EXPECT(400, cuStreamWriteValue32_v2(NONSENSE(CUstream), word, 1, 0));
    EXPECT(400, cuStreamWaitValue64_v2(NONSENSE(CUstream), word, 1, 0));
    EXPECT(1, cuStreamBatchMemOp_v2(waits, 0, &good, 0));
    EXPECT(1, cuStreamBatchMemOp_v2(waits, 1, NULL, 0));
    EXPECT(1, cuStreamBatchMemOp_v2(waits, 1, &good, 1));
    EXPECT(1, cuStreamBatchMemOp_v2(waits, 256, &good, 0));
    EXPECT(1, cuStreamBatchMemOp_v2(waits, 2, pair, 0));
    EXPECT(1, cuStreamBatchMemOp_v2(waits, 1, &unknown, 0));
    EXPECT(801, cuStreamBatchMemOp_v2(waits, 1, &flush, 0));
    EXPECT(1, cuStreamBatchMemOp_v2(waits, 1, &bad_flush, 0));
    EXPECT(0, cuStreamBatchMemOp_v2(waits, 1, &barrier, 0));
    EXPECT(801, cuStreamBatchMemOp(waits, 1, &barrier, 0));
    EXPECT(1, cuStreamBatchMemOp_v2(waits, 1, &bad, 0));
    EXPECT(400, cuStreamBatchMemOp_v2(NONSENSE(CUstream), 1, &good, 0));
    EXPECT(0, cuStreamSynchronize(waits));
    MUST(cuMemcpyDtoH_v2(&seen, word, 4));
    printf("nothing was written: %u\n", seen);
    MUST(cuCtxSetCurrent(NULL));
    EXPECT(201, cuStreamWriteValue32_v2(NULL, word, 1, 0));
    EXPECT(0, cuStreamWriteValue32_v2(waits, word, 1, 0));
    MUST(cuCtxSetCurrent(context));
}

int main(void)
{
    puts("# before cuInit");
    EXPECT(3, cuStreamWriteValue32_v2(NULL, 0, 1, 0));
    EXPECT(3, cuStreamWaitValue64_v2(NULL, 0, 1, 0));
    EXPECT(3, cuStreamBatchMemOp_v2(NULL, 0, NULL, 0));
    context = show_context();
    MUST(cuMemAlloc_v2(&word, 16));
    MUST(cuStreamCreate(&waits, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&writes, CU_STREAM_NON_BLOCKING));
    conditions();
    batches();
    forms();
    errors();
    return 0;
}
