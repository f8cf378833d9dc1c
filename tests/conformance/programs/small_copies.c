/* Small copies to the device: many in a row, each of what the source held at its call, in order with whatever comes
 * between them. A copy that waits on the legacy stream is over before a stream that does not wait for that one
 * begins anything later. */
#include "show.h"

enum { MANY = 3000, STRIDE = 97, LEGACY = 50, BUSY = 300000 };

static const char MODULE[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    /* Adds the word at `from` to the one at `to`, after `turns` turns of a loop. */
    ".visible .entry add(.param .u64 to, .param .u64 from, .param .u32 turns)\n"
    "{\n"
    "    .reg .pred %p;\n    .reg .b32 %x, %y, %t;\n    .reg .b64 %a, %b;\n"
    "    ld.param.u64 %a, [to];\n    ld.param.u64 %b, [from];\n    ld.param.u32 %t, [turns];\n"
    "LOOP:\n    setp.eq.u32 %p, %t, 0;\n    @%p bra DONE;\n    sub.u32 %t, %t, 1;\n    bra LOOP;\n"
    "DONE:\n    ld.global.u32 %x, [%a];\n    ld.global.u32 %y, [%b];\n    add.u32 %x, %x, %y;\n    st.global.u32 [%a], "
    "%x;\n    ret;\n}\n";

static CUfunction add;
static CUstream apart; /* does not wait for the legacy stream */
static CUdeviceptr sum, value, spare;

static void launch(CUdeviceptr to, CUdeviceptr from, unsigned turns, CUstream stream)
{
    void *params[] = {&to, &from, &turns};
    MUST(cuLaunchKernel(add, 1, 1, 1, 1, 1, 1, 0, stream, params, NULL));
}

static unsigned word(CUdeviceptr at)
{
    unsigned found;
    MUST(cuMemcpyDtoH_v2(&found, at, sizeof found));
    return found;
}

/* Sizes from 1 up, at places that fit no alignment; the source is another one's as soon as the call has returned. */
static void many(CUstream stream)
{
    static unsigned char expected[MANY * STRIDE], back[MANY * STRIDE], source[STRIDE];
    CUdeviceptr to;
    MUST(cuMemAlloc_v2(&to, sizeof expected));
    MUST(cuMemsetD8_v2(to, 0, sizeof expected));
    MUST(cuCtxSynchronize());
    memset(expected, 0, sizeof expected);
    for (int i = 0; i < MANY; i++) {
        size_t size = 1 + (size_t)i % STRIDE;
        memset(source, i * 7 + 1, size);
        memset(expected + i * STRIDE, i * 7 + 1, size);
        MUST(cuMemcpyHtoDAsync_v2(to + (CUdeviceptr)i * STRIDE, source, size, stream));
        memset(source, 0xff, size);
    }
    MUST(cuMemcpyDtoHAsync_v2(back, to, sizeof back, stream));
    MUST(cuStreamSynchronize(stream));
    printf("%d copies: %s\n", MANY, memcmp(back, expected, sizeof back) ? "WRONG" : "right");
    MUST(cuMemFree_v2(to));
}

/* Around the sizes at which copies travel in another way. */
static void borders(void)
{
    static unsigned char from[70000], back[70000];
    static const size_t sizes[] = {0, 1, 255, 256, 257, 8191, 8192, 8193, 65535, 65536, 65537};
    CUdeviceptr to;
    MUST(cuMemAlloc_v2(&to, sizeof from));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t at = 0; at < sizeof from; at++)
            from[at] = (unsigned char)(at * 31 + i * 17 + 1);
        MUST(cuMemsetD8_v2(to, 0, sizeof from));
        MUST(cuMemcpyHtoD_v2(to + 1, from, sizes[i]));
        MUST(cuMemcpyDtoH_v2(back, to, sizeof back));
        printf("%zu bytes: %s\n", sizes[i],
               memcmp(back + 1, from, sizes[i]) || back[0] || back[1 + sizes[i]] ? "WRONG" : "right");
    }
    MUST(cuMemFree_v2(to));
}

/* Copies between kernels of the same stream. */
static void in_order(CUstream stream)
{
    unsigned zero = 0;
    MUST(cuMemcpyHtoDAsync_v2(sum, &zero, sizeof zero, stream));
    for (unsigned i = 1; i <= 1000; i++) {
        MUST(cuMemcpyHtoDAsync_v2(value, &i, sizeof i, stream));
        launch(sum, value, i % 10, stream);
    }
    MUST(cuStreamSynchronize(stream));
    printf("sum of what was copied: %u\n", word(sum));
}

/* The legacy stream is busy when `value` is copied twice, and the call that comes next is in a stream of its own. */
static void busy_copy(unsigned first, unsigned last)
{
    launch(spare, spare, BUSY, NULL);
    MUST(cuMemcpyHtoD_v2(value, &first, sizeof first));
    MUST(cuMemcpyHtoD_v2(value, &last, sizeof last));
}

static void over_for_others(void)
{
    unsigned zero = 0, found = 0;
    void *pinned;
    MUST(cuMemcpyHtoD_v2(sum, &zero, sizeof zero));
    MUST(cuMemAllocHost_v2(&pinned, sizeof found));
    for (unsigned i = 0; i < LEGACY; i++) {
        busy_copy(0, i);
        launch(sum, value, 0, apart);
        MUST(cuStreamSynchronize(apart));
    }
    printf("a kernel saw %u\n", word(sum));
    busy_copy(1, 2);
    MUST(cuMemcpyDtoDAsync_v2(sum, value, sizeof zero, apart));
    MUST(cuStreamSynchronize(apart));
    printf("a copy on the device saw %u\n", word(sum));
    busy_copy(3, 4);
    MUST(cuMemcpyDtoHAsync_v2(pinned, value, sizeof found, apart));
    MUST(cuStreamSynchronize(apart));
    memcpy(&found, pinned, sizeof found);
    printf("a copy to the host saw %u\n", found);
    busy_copy(5, 6);
    MUST(cuMemsetD32Async(value, 7, 1, apart));
    MUST(cuCtxSynchronize());
    printf("a fill came after: %u\n", word(value));
    busy_copy(8, 9);
    MUST(cuMemcpyHtoDAsync_v2(value, &zero, sizeof zero, apart));
    MUST(cuCtxSynchronize());
    printf("another copy came after: %u\n", word(value));
    MUST(cuMemFreeHost(pinned));
}

/* The other context has streams and a legacy stream of its own. */
static void another_context(CUcontext here)
{
    CUcontext there;
    unsigned found;
    MUST(cuCtxCreate_v2(&there, 0, 0));
    MUST(cuCtxSetCurrent(here));
    busy_copy(10, 11);
    MUST(cuCtxSetCurrent(there));
    MUST(cuMemcpyDtoH_v2(&found, value, sizeof found));
    printf("another context saw %u\n", found);
    MUST(cuCtxSetCurrent(here));
    MUST(cuCtxDestroy_v2(there));
}

static void wrong(void)
{
    unsigned x = 1;
    TRY(cuMemcpyHtoD_v2(value, &x, sizeof x));
    TRY(cuMemcpyHtoD_v2(64, &x, sizeof x));
    x = 12;
    TRY(cuMemcpyHtoD_v2(value, &x, sizeof x));
    TRY(cuMemcpyHtoD_v2(value, NULL, sizeof x));
    TRY(cuMemcpyHtoDAsync_v2(0, &x, sizeof x, apart));
    printf("what came between two wrong ones: %u\n", word(value));
}

int main(void)
{
    CUcontext here = show_context();
    CUmodule module;
    MUST(cuModuleLoadData(&module, MODULE));
    MUST(cuModuleGetFunction(&add, module, "add"));
    MUST(cuStreamCreate(&apart, CU_STREAM_NON_BLOCKING));
    MUST(cuMemAlloc_v2(&sum, 4));
    MUST(cuMemAlloc_v2(&value, 4));
    MUST(cuMemAlloc_v2(&spare, 4));
    many(NULL);
    many(apart);
    borders();
    in_order(NULL);
    in_order(apart);
    over_for_others();
    another_context(here);
    wrong();
    return 0;
}
