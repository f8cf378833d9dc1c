/* Batches of copies: between all kinds of memory, with sources that change once the call has returned, and what is
 * refused of them. What no device here has besides: multicast objects, handles for address ranges. */
#include "show.h"

enum { WORDS = 4096, COPIES = 6 };

static CUmemcpyAttributes in_order(CUmemcpySrcAccessOrder order)
{
    return (CUmemcpyAttributes){.srcAccessOrder = order};
}

static CUdeviceptr host(const void *at)
{
    return (CUdeviceptr)(uintptr_t)at;
}

static unsigned count_wrong(const unsigned *words, unsigned first)
{
    unsigned wrong = 0;
    for (unsigned i = 0; i < WORDS; i++)
        wrong += words[i] != first + i;
    return wrong;
}

static void copies(CUstream stream, CUdeviceptr a, CUdeviceptr b, unsigned *pinned)
{
    static unsigned there[WORDS], back[WORDS];
    const size_t bytes = sizeof there;
    CUmemcpyAttributes orders[] = {in_order(CU_MEMCPY_SRC_ACCESS_ORDER_DURING_API_CALL),
                                   in_order(CU_MEMCPY_SRC_ACCESS_ORDER_STREAM)};
    CUdeviceptr to[COPIES] = {a, b}, from[COPIES] = {host(there), host(pinned)};
    size_t sizes[COPIES] = {bytes, bytes}, firsts[] = {0, 1}, failed = 77;
    for (unsigned i = 0; i < WORDS; i++) {
        there[i] = 100 + i;
        pinned[i] = 5000 + i;
    }
    EXPECT(CUDA_SUCCESS, cuMemcpyBatchAsync_v2(to, from, sizes, 2, orders, firsts, 1, stream));
    memset(there, 0, bytes);
    memset(pinned, 0, bytes);
    to[0] = host(back), from[0] = a;
    to[1] = host(pinned), from[1] = b;
    sizes[2] = 0;
    EXPECT(CUDA_SUCCESS, cuMemcpyBatchAsync(to, from, sizes, 3, orders + 1, firsts, 1, &failed, stream));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
    EXPECT_TRUE(count_wrong(back, 100) == 0 && count_wrong(pinned, 5000) == 0 && failed == 77);
    to[0] = a, from[0] = b;
    to[1] = host(back), from[1] = host(pinned);
    EXPECT(CUDA_SUCCESS, cuMemcpyBatchAsync(to, from, sizes, 2, orders, firsts, 2, &failed, stream));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
    EXPECT_TRUE(count_wrong(back, 5000) == 0);
    MUST(cuMemcpyDtoH_v2(there, a, bytes));
    EXPECT_TRUE(count_wrong(there, 5000) == 0);
}

static void refused(CUstream stream, CUdeviceptr a, CUdeviceptr b)
{
    CUmemcpyAttributes order = in_order(CU_MEMCPY_SRC_ACCESS_ORDER_STREAM), wrong = in_order(0), two[] = {order, order};
    CUdeviceptr to[] = {a, b}, from[] = {b, a};
    size_t sizes[] = {4, 4}, firsts[] = {0, 1}, same[] = {0, 0}, late[] = {1}, failed = 0;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync(to, from, sizes, 2, &order, firsts, 1, &failed, NULL));
    EXPECT_TRUE(failed == SIZE_MAX);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync_v2(to, from, sizes, 2, &order, firsts, 1, CU_STREAM_LEGACY));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync_v2(to, from, sizes, 0, &order, firsts, 1, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync_v2(to, from, sizes, 2, &order, firsts, 0, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync_v2(to, from, sizes, 1, two, firsts, 2, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync_v2(to, from, sizes, 2, two, same, 2, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync_v2(to, from, sizes, 2, &order, late, 1, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync_v2(to, from, sizes, 2, &wrong, firsts, 1, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync_v2(to, from, sizes, 2, NULL, firsts, 1, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync_v2(NULL, from, sizes, 2, &order, firsts, 1, stream));
    sizes[1] = (size_t)1 << 30;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpyBatchAsync(to, from, sizes, 2, &order, firsts, 1, &failed, stream));
    EXPECT_TRUE(failed == 1);
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
}

static void absent(CUdeviceptr a)
{
    CUmemGenericAllocationHandle made = 5;
    CUmulticastObjectProp prop = {.numDevices = 2, .size = 2 << 20};
    size_t granularity = 6;
    int descriptor = 7;
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuMulticastCreate(&made, &prop));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuMulticastGetGranularity(&granularity, &prop, CU_MULTICAST_GRANULARITY_MINIMUM));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED,
           cuMemGetHandleForAddressRange(&descriptor, a, 4096, CU_MEM_RANGE_HANDLE_TYPE_DMA_BUF_FD, 0));
    EXPECT_TRUE(made == 5 && granularity == 6 && descriptor == 7);
}

int main(void)
{
    CUdeviceptr a, b;
    CUstream stream;
    void *pinned;
    show_context();
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuMemAlloc_v2(&a, WORDS * sizeof(unsigned)));
    MUST(cuMemAlloc_v2(&b, WORDS * sizeof(unsigned)));
    MUST(cuMemHostAlloc(&pinned, WORDS * sizeof(unsigned), 0));
    copies(stream, a, b, pinned);
    copies(CU_STREAM_PER_THREAD, a, b, pinned);
    refused(stream, a, b);
    absent(a);
    return 0;
}
