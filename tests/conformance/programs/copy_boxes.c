/* Batches of copies of boxes: between the program's memory, the device's and arrays, whose elements count, with rows and
 * layers that are longer than what is copied; and what is refused of them. */
#include <stdbool.h>

#include "show.h"

enum { WIDTH = 24, HEIGHT = 10, DEPTH = 5, CELLS = WIDTH * HEIGHT * DEPTH, ELEMENT = 8 };

static CUmemcpy3DOperand pointer(CUdeviceptr at, size_t row, size_t layer)
{
    return (CUmemcpy3DOperand){.type = CU_MEMCPY_OPERAND_TYPE_POINTER,
                               .op.ptr = {.ptr = at, .rowLength = row, .layerHeight = layer}};
}

static CUmemcpy3DOperand of_array(CUarray array, size_t x, size_t y, size_t z)
{
    return (CUmemcpy3DOperand){.type = CU_MEMCPY_OPERAND_TYPE_ARRAY, .op.array = {array, {x, y, z}}};
}

static CUDA_MEMCPY3D_BATCH_OP copy(CUmemcpy3DOperand to, CUmemcpy3DOperand from, size_t width, size_t height,
                                   size_t depth)
{
    return (CUDA_MEMCPY3D_BATCH_OP){
        .src = from, .dst = to, .extent = {width, height, depth}, .srcAccessOrder = CU_MEMCPY_SRC_ACCESS_ORDER_STREAM};
}

static CUdeviceptr host(const void *at)
{
    return (CUdeviceptr)(uintptr_t)at;
}

static CUarray make_array(void)
{
    const CUDA_ARRAY3D_DESCRIPTOR shape = {
        .Width = WIDTH, .Height = HEIGHT, .Depth = DEPTH, .Format = CU_AD_FORMAT_UNSIGNED_INT32, .NumChannels = 2};
    CUarray array;
    MUST(cuArray3DCreate_v2(&array, &shape));
    return array;
}

static uint64_t first[CELLS], last[CELLS];

static size_t cell(size_t x, size_t y, size_t z)
{
    return (z * HEIGHT + y) * WIDTH + x;
}

/* The box of 5 x 4 x 3 at (7, 2, 1) of the source is at (3, 5, 2) of the end; all else is 0. */
static unsigned count_wrong(void)
{
    unsigned wrong = 0;
    for (size_t z = 0; z < DEPTH; z++)
        for (size_t y = 0; y < HEIGHT; y++)
            for (size_t x = 0; x < WIDTH; x++) {
                bool in = x - 3 < 5 && y - 5 < 4 && z - 2 < 3;
                wrong += last[cell(x, y, z)] != (in ? first[cell(x + 4, y - 3, z - 1)] : 0);
            }
    return wrong;
}

/* The program's memory, a device's, an array, another one, pinned memory, and back. */
static void all_ways(CUstream stream, CUdeviceptr memory, CUarray a, CUarray b, uint64_t *pinned)
{
    CUDA_MEMCPY3D_BATCH_OP steps[3];
    size_t failed = 77;
    for (size_t i = 0; i < CELLS; i++)
        first[i] = (i + 1) * 0x123456789abcdefu;
    memset(last, 0, sizeof last);
    steps[0] = copy(pointer(memory, 0, 0), pointer(host(first), 0, 0), sizeof first, 1, 1);
    steps[0].srcAccessOrder = CU_MEMCPY_SRC_ACCESS_ORDER_DURING_API_CALL;
    EXPECT(CUDA_SUCCESS, cuMemcpy3DBatchAsync(1, steps, &failed, 0, stream));
    steps[0] = copy(of_array(a, 7, 2, 1), pointer(memory + ELEMENT * cell(7, 2, 1), WIDTH, HEIGHT), 5, 4, 3);
    EXPECT(CUDA_SUCCESS, cuMemcpy3DBatchAsync_v2(1, steps, 0, stream));
    steps[0] = copy(of_array(b, 0, 1, 0), of_array(a, 7, 2, 1), 5, 4, 3);
    EXPECT(CUDA_SUCCESS, cuMemcpy3DBatchAsync_v2(1, steps, 0, stream));
    steps[0] = copy(pointer(host(pinned), 6, 7), of_array(b, 0, 1, 0), 5, 4, 3);
    EXPECT(CUDA_SUCCESS, cuMemcpy3DBatchAsync(1, steps, &failed, 0, stream));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
    /* From pinned to pageable memory: elements are bytes, so a layer is a copy of its own. */
    for (size_t z = 0; z < 3; z++)
        steps[z] = copy(pointer(host(&last[cell(3, 5, 2 + z)]), ELEMENT * WIDTH, 0),
                        pointer(host(pinned + z * 6 * 7), ELEMENT * 6, 0), 5 * ELEMENT, 4, 1);
    EXPECT(CUDA_SUCCESS, cuMemcpy3DBatchAsync_v2(3, steps, 0, stream));
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
    EXPECT_TRUE(count_wrong() == 0 && failed == 77);
}

static void refused(CUstream stream, CUdeviceptr memory, CUarray a)
{
    const CUDA_MEMCPY3D_BATCH_OP right = copy(of_array(a, 0, 0, 0), pointer(memory, 0, 0), 4, 4, 4);
    CUDA_MEMCPY3D_BATCH_OP two[2] = {right, right};
    size_t failed = 5;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy3DBatchAsync(2, two, &failed, 0, NULL));
    EXPECT_TRUE(failed == SIZE_MAX);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy3DBatchAsync_v2(2, two, 0, CU_STREAM_LEGACY));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy3DBatchAsync_v2(2, two, 1, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy3DBatchAsync_v2(0, two, 0, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy3DBatchAsync_v2(2, NULL, 0, stream));
#define WRONG_IF(change)                                                                                               \
    two[1] = right;                                                                                                    \
    failed = 5;                                                                                                        \
    change;                                                                                                            \
    show_expected(CUDA_ERROR_INVALID_VALUE, #change, cuMemcpy3DBatchAsync(2, two, &failed, 0, stream));                \
    EXPECT_TRUE(failed == 1)
    WRONG_IF(two[1].extent.height = 0);
    WRONG_IF(two[1].extent.width = SIZE_MAX / 4);
    WRONG_IF(two[1].srcAccessOrder = 0);
    WRONG_IF(two[1].flags = 2);
    WRONG_IF(two[1].src.type = 3);
    WRONG_IF(two[1].src.op.ptr.rowLength = 3);
    WRONG_IF(two[1].src.op.ptr.layerHeight = 3);
    WRONG_IF(two[1].src.op.ptr.ptr = 0);
    WRONG_IF(two[1].dst.op.array.offset.x = WIDTH - 3);
    WRONG_IF(two[1].dst.op.array.offset.z = DEPTH - 3);
    WRONG_IF(two[1].dst.op.array.array = NULL);
    EXPECT(CUDA_SUCCESS, cuStreamSynchronize(stream));
}

/* Elements of both arrays are of one size. */
static void unequal(CUstream stream, CUarray a)
{
    const CUDA_ARRAY3D_DESCRIPTOR shape = {.Width = 8, .Format = CU_AD_FORMAT_UNSIGNED_INT32, .NumChannels = 1};
    CUarray other;
    MUST(cuArray3DCreate_v2(&other, &shape));
    CUDA_MEMCPY3D_BATCH_OP step = copy(of_array(other, 0, 0, 0), of_array(a, 0, 0, 0), 4, 1, 1);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy3DBatchAsync_v2(1, &step, 0, stream));
    MUST(cuArrayDestroy(other));
}

int main(void)
{
    CUdeviceptr memory;
    CUstream stream;
    void *pinned;
    show_context();
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuMemAlloc_v2(&memory, sizeof first));
    MUST(cuMemHostAlloc(&pinned, sizeof first, 0));
    CUarray a = make_array(), b = make_array();
    all_ways(stream, memory, a, b, pinned);
    all_ways(CU_STREAM_PER_THREAD, memory, a, b, pinned);
    refused(stream, memory, a);
    unequal(stream, a);
    return 0;
}
