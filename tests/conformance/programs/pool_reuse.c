/* Memory that streams free is used again by what comes later: in the same stream, in one that waits for it, and in one
 * that is made to wait; in each case only if the pool may. */
#include "show.h"

enum { BLOCK = 32 << 20 };

static CUdeviceptr flag;
static CUstream first, second, opener;
static CUmemoryPool pool;

/* What comes later in `first` waits until open(). */
static void close_gate(void)
{
    MUST(cuMemsetD32_v2(flag, 0, 1));
    MUST(cuCtxSynchronize());
    MUST(cuStreamWaitValue32_v2(first, flag, 1, CU_STREAM_WAIT_VALUE_EQ));
}

static void open_gate(void)
{
    MUST(cuMemsetD32Async(flag, 1, 1, opener));
    MUST(cuCtxSynchronize());
}

static void set_reuse(int events, int internal)
{
    MUST(cuMemPoolSetAttribute(pool, CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES, &events));
    MUST(cuMemPoolSetAttribute(pool, CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES, &internal));
}

/* An allocation that `first` is to free behind the gate. */
static CUdeviceptr leave(void)
{
    CUdeviceptr left;
    close_gate();
    MUST(cuMemAllocFromPoolAsync(&left, BLOCK, pool, first));
    MUST(cuMemFreeAsync(left, first));
    return left;
}

static void free_all(CUdeviceptr address, CUstream stream)
{
    cuuint64_t used = 1;
    open_gate();
    MUST(cuMemFreeAsync(address, stream));
    MUST(cuCtxSynchronize());
    EXPECT(CUDA_SUCCESS, cuMemPoolGetAttribute(pool, CU_MEMPOOL_ATTR_USED_MEM_CURRENT, &used));
    EXPECT_TRUE(used == 0);
}

static void in_the_same_stream(void)
{
    CUdeviceptr left = leave(), again = 0;
    EXPECT(CUDA_SUCCESS, cuMemAllocFromPoolAsync(&again, BLOCK, pool, first));
    EXPECT_TRUE(again == left);
    free_all(again, first);
}

static void in_one_that_waits(CUevent event)
{
    CUdeviceptr left = leave(), again = 0;
    MUST(cuEventRecord(event, first));
    EXPECT(CUDA_ERROR_OUT_OF_MEMORY, cuMemAllocFromPoolAsync(&again, BLOCK, pool, second));
    MUST(cuStreamWaitEvent(second, event, 0));
    EXPECT(CUDA_SUCCESS, cuMemAllocFromPoolAsync(&again, BLOCK, pool, second));
    EXPECT_TRUE(again == left);
    free_all(again, second);
}

static void only_if_the_pool_may(CUevent event)
{
    CUdeviceptr left = leave(), again = 0;
    MUST(cuEventRecord(event, first));
    MUST(cuStreamWaitEvent(second, event, 0));
    set_reuse(0, 0);
    EXPECT(CUDA_ERROR_OUT_OF_MEMORY, cuMemAllocFromPoolAsync(&again, BLOCK, pool, second));
    EXPECT(CUDA_SUCCESS, cuMemAllocFromPoolAsync(&again, BLOCK, pool, first));
    EXPECT_TRUE(again == left);
    free_all(again, first);
}

static void in_one_that_is_made_to_wait(void)
{
    CUdeviceptr again = 0;
    unsigned value = 0;
    (void)leave();
    set_reuse(0, 1);
    EXPECT(CUDA_SUCCESS, cuMemAllocFromPoolAsync(&again, BLOCK, pool, second));
    MUST(cuMemsetD32Async(again, 7, 1, second));
    EXPECT(CUDA_ERROR_NOT_READY, cuStreamQuery(second));
    open_gate();
    EXPECT(CUDA_SUCCESS, cuMemcpyDtoH_v2(&value, again, sizeof value));
    EXPECT_TRUE(value == 7);
    free_all(again, second);
}

int main(void)
{
    CUmemPoolProps props = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                            .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
                            .maxSize = BLOCK};
    CUevent event;
    show_context();
    MUST(cuMemAlloc_v2(&flag, 4));
    MUST(cuStreamCreate(&first, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&second, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&opener, CU_STREAM_NON_BLOCKING));
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    MUST(cuMemPoolCreate(&pool, &props));
    set_reuse(1, 0);
    in_the_same_stream();
    in_one_that_waits(event);
    only_if_the_pool_may(event);
    in_one_that_is_made_to_wait();
    MUST(cuMemPoolDestroy(pool));
    return 0;
}
