/* Captured copies from and to the memory of the program. */
#include "captured.h"

static CUstream stream, other;

/* What is in the host's memory at each launch is copied. */
static void copies(void)
{
    unsigned char host[BYTES], back[BYTES];
    CUgraph graph;
    CUdeviceptr memory = captured_memory;
    CUDA_MEMCPY2D rows = {.srcMemoryType = CU_MEMORYTYPE_HOST,
                          .srcHost = host,
                          .srcPitch = 8,
                          .dstMemoryType = CU_MEMORYTYPE_DEVICE,
                          .dstDevice = memory + 128,
                          .dstPitch = 16,
                          .WidthInBytes = 4,
                          .Height = 3};
    puts("# copies");
    memset(host, 7, sizeof host);
    memset(back, 0, sizeof back);
    EXPECT(0, cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
    EXPECT(1, cuMemcpyHtoDAsync_v2(0x10, host, 4, stream));
    EXPECT(0, fill_words(stream, 0, 8, 100));
    EXPECT(0, cuMemcpyHtoDAsync_v2(memory + 32, host, 16, stream));
    EXPECT(0, cuMemcpyAsync(memory + 64, memory + 32, 4, stream));
    EXPECT(0, cuMemcpy2DAsync_v2(&rows, stream));
    EXPECT(0, cuMemcpyDtoHAsync_v2(back, memory, BYTES, stream));
    EXPECT(0, cuMemcpyHtoDAsync_v2(memory, host, 0, stream));
    EXPECT(0, cuStreamEndCapture(stream, &graph));
    show_nodes(graph);
    show_words("before", 0, 40);
    memset(host, 3, 4);
    run_graph(graph, stream, 1);
    show_words("after", 0, 40);
    printf("back: %u %u %u\n", back[0], back[32], back[36]);
    memset(host, 4, sizeof host);
    MUST(cuMemsetD8_v2(memory, 0, BYTES));
    MUST(cuCtxSynchronize());
    run_graph(graph, other, 2);
    show_words("again", 0, 40);
    printf("back: %u %u %u\n", back[0], back[32], back[36]);
    EXPECT(0, cuGraphDestroy(graph));
}

int main(void)
{
    (void)open_captured();
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&other, CU_STREAM_NON_BLOCKING));
    copies();
    return 0;
}
