/* Copies from and to arrays as nodes of graphs, added and captured: with memory of the device and of the program, which
 * is read and written at every launch. */
#include <stdbool.h>

#include "show.h"

enum { WIDTH = 64, HEIGHT = 6, DEPTH = 3, ROWS = 7, PITCH = 80, BYTES = PITCH * ROWS * DEPTH, ROUNDS = 3 };

static uint8_t given[BYTES], taken[BYTES];

static CUDA_MEMCPY3D to_array(CUarray array, const uint8_t *host)
{
    return (CUDA_MEMCPY3D){.srcMemoryType = CU_MEMORYTYPE_HOST,
                           .srcHost = host,
                           .srcPitch = PITCH,
                           .srcHeight = ROWS,
                           .dstMemoryType = CU_MEMORYTYPE_ARRAY,
                           .dstArray = array,
                           .WidthInBytes = WIDTH,
                           .Height = HEIGHT,
                           .Depth = DEPTH};
}

static CUDA_MEMCPY3D from_array(CUarray array, uint8_t *host)
{
    return (CUDA_MEMCPY3D){.srcMemoryType = CU_MEMORYTYPE_ARRAY,
                           .srcArray = array,
                           .dstMemoryType = CU_MEMORYTYPE_HOST,
                           .dstHost = host,
                           .dstPitch = PITCH,
                           .dstHeight = ROWS,
                           .WidthInBytes = WIDTH,
                           .Height = HEIGHT,
                           .Depth = DEPTH};
}

static void fill(int round)
{
    for (int i = 0; i < BYTES; i++)
        given[i] = (uint8_t)(i * 7 + round * 13);
    memset(taken, 0xee, BYTES);
}

/* What is between the rows and slices is not written. */
static bool has_come(void)
{
    bool right = true;
    for (int z = 0; z < DEPTH; z++)
        for (int y = 0; y < ROWS; y++)
            for (int x = 0; x < PITCH; x++) {
                int at = (z * ROWS + y) * PITCH + x;
                right = right && taken[at] == (x < WIDTH && y < HEIGHT ? given[at] : 0xee);
            }
    return right;
}

static void launch(CUgraphExec exec, CUstream stream)
{
    for (int round = 0; round < ROUNDS; round++) {
        fill(round);
        MUST(cuGraphLaunch(exec, stream));
        MUST(cuStreamSynchronize(stream));
        EXPECT_TRUE(has_come());
    }
}

static void added(CUcontext context, CUstream stream, const CUarray *arrays, CUdeviceptr device)
{
    CUDA_MEMCPY3D in = to_array(arrays[0], given), across = {0}, down = {0}, out = from_array(arrays[1], taken), told;
    CUgraphNode nodes[4];
    CUgraphExec exec;
    CUgraph graph;
    puts("# added");
    across = (CUDA_MEMCPY3D){.srcMemoryType = CU_MEMORYTYPE_ARRAY,
                             .srcArray = arrays[0],
                             .dstMemoryType = CU_MEMORYTYPE_DEVICE,
                             .dstDevice = device,
                             .dstPitch = 128,
                             .dstHeight = 8,
                             .WidthInBytes = WIDTH,
                             .Height = HEIGHT,
                             .Depth = DEPTH};
    down = (CUDA_MEMCPY3D){.srcMemoryType = CU_MEMORYTYPE_DEVICE,
                           .srcDevice = device,
                           .srcPitch = 128,
                           .srcHeight = 8,
                           .dstMemoryType = CU_MEMORYTYPE_ARRAY,
                           .dstArray = arrays[1],
                           .WidthInBytes = WIDTH,
                           .Height = HEIGHT,
                           .Depth = DEPTH};
    MUST(cuGraphCreate(&graph, 0));
    EXPECT(CUDA_SUCCESS, cuGraphAddMemcpyNode(&nodes[0], graph, NULL, 0, &in, context));
    EXPECT(CUDA_SUCCESS, cuGraphAddMemcpyNode(&nodes[1], graph, &nodes[0], 1, &across, context));
    EXPECT(CUDA_SUCCESS, cuGraphAddMemcpyNode(&nodes[2], graph, &nodes[1], 1, &down, context));
    EXPECT(CUDA_SUCCESS, cuGraphAddMemcpyNode(&nodes[3], graph, &nodes[2], 1, &out, context));
    MUST(cuGraphMemcpyNodeGetParams(nodes[0], &told));
    EXPECT_TRUE(told.dstMemoryType == CU_MEMORYTYPE_ARRAY && told.dstArray == arrays[0] && told.srcHost == given);
    MUST(cuGraphMemcpyNodeGetParams(nodes[1], &told));
    EXPECT_TRUE(told.srcMemoryType == CU_MEMORYTYPE_ARRAY && told.srcArray == arrays[0] && told.dstDevice == device);
    MUST(cuGraphMemcpyNodeGetParams(nodes[3], &told));
    EXPECT_TRUE(told.srcArray == arrays[1] && told.dstHost == taken && told.dstHeight == ROWS);
    MUST(cuGraphInstantiateWithFlags(&exec, graph, 0));
    launch(exec, stream);
    across.srcXInBytes = 1;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphAddMemcpyNode(&nodes[1], graph, NULL, 0, &across, context));
    across.srcXInBytes = 0;
    across.srcArray = NULL;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphAddMemcpyNode(&nodes[1], graph, NULL, 0, &across, context));
    in.dstZ = 1;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphAddMemcpyNode(&nodes[1], graph, NULL, 0, &in, context));
    MUST(cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(graph));
}

static void captured(CUstream stream, const CUarray *arrays)
{
    const CUDA_MEMCPY3D in = to_array(arrays[0], given), out = from_array(arrays[1], taken);
    const CUDA_MEMCPY3D across = {.srcMemoryType = CU_MEMORYTYPE_ARRAY,
                                  .srcArray = arrays[0],
                                  .dstMemoryType = CU_MEMORYTYPE_ARRAY,
                                  .dstArray = arrays[1],
                                  .WidthInBytes = WIDTH,
                                  .Height = HEIGHT,
                                  .Depth = DEPTH};
    CUgraphExec exec;
    CUgraph graph;
    puts("# captured");
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    EXPECT(CUDA_SUCCESS, cuMemcpy3DAsync_v2(&in, stream));
    EXPECT(CUDA_SUCCESS, cuMemcpy3DAsync_v2(&across, stream));
    EXPECT(CUDA_SUCCESS, cuMemcpy3DAsync_v2(&out, stream));
    MUST(cuStreamEndCapture(stream, &graph));
    MUST(cuGraphInstantiateWithFlags(&exec, graph, 0));
    launch(exec, stream);
    MUST(cuGraphExecDestroy(exec));
    MUST(cuGraphDestroy(graph));
    MUST(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    CUarray array;
    const CUDA_ARRAY3D_DESCRIPTOR wanted = {16, 0, 0, CU_AD_FORMAT_FLOAT, 1, 0};
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, cuArray3DCreate_v2(&array, &wanted));
    EXPECT(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, cuStreamEndCapture(stream, &graph));
}

int main(void)
{
    const CUDA_ARRAY3D_DESCRIPTOR wanted = {WIDTH / 4, HEIGHT, DEPTH, CU_AD_FORMAT_FLOAT, 1, 0};
    CUcontext context = show_context();
    CUarray arrays[2];
    CUdeviceptr device;
    CUstream stream;
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuArray3DCreate_v2(&arrays[0], &wanted));
    MUST(cuArray3DCreate_v2(&arrays[1], &wanted));
    MUST(cuMemAlloc_v2(&device, 128 * 8 * DEPTH));
    added(context, stream, arrays, device);
    captured(stream, arrays);
    return 0;
}
