/* Calls without a reply that fail, as SOFTGPU_FAULT says, made while another context is current than the one that
 * they concern. Directly each returns its error itself. Through the wire it is the next wait in one of the two
 * contexts that returns it, and that of the other returns nothing: a line says in which. */
#include "show.h"

static CUcontext first, second;

static CUresult wait_in(CUcontext context)
{
    size_t available, total;
    MUST(cuCtxSetCurrent(context));
    /* What the server has to tell is here after a round trip, which carries nothing. */
    MUST(cuMemGetInfo_v2(&available, &total));
    return cuCtxSynchronize();
}

static void say(const char *call, CUresult itself)
{
    CUresult in_second = wait_in(second), in_first = wait_in(first);
    const char *where = itself && !in_first && !in_second   ? "the call itself"
                        : !itself && in_first && !in_second ? "the first context"
                        : !itself && !in_first && in_second ? "the second context"
                                                            : "somewhere else";
    printf("%s: %d by %s\n", call, (int)(itself ? itself : in_first ? in_first : in_second), where);
    MUST(wait_in(first));
    MUST(wait_in(second));
}

/* Made while the second context is current. */
#define SAY(call)                                                                                                      \
    do {                                                                                                               \
        MUST(cuCtxSetCurrent(second));                                                                                 \
        say(#call, (call));                                                                                            \
    } while (0)

int main(void)
{
    unsigned words[16] = {0}, size = 64;
    CUstream stream, doomed;
    CUevent event;
    CUdeviceptr memory, spare;
    CUmodule module;
    CUfunction function;
    first = show_context();
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    MUST(cuStreamCreate(&doomed, CU_STREAM_NON_BLOCKING));
    MUST(cuEventCreate(&event, 0));
    MUST(cuMemAlloc_v2(&memory, 4096));
    MUST(cuMemAlloc_v2(&spare, 4096));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&function, module, "nothing"));
    MUST(cuDevicePrimaryCtxRetain(&second, 1));
    /* In the stream's context, whichever is current. */
    SAY(cuMemsetD8Async(memory, 1, size, stream));
    SAY(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, NULL, NULL));
    SAY(cuMemcpyPeerAsync(memory, first, memory + 1024, first, size, stream));
    SAY(cuEventRecordWithFlags(event, stream, 0));
    SAY(cuStreamDestroy_v2(doomed));
    SAY(cuEventDestroy_v2(event));
    /* On the default stream: of the current context, whatever the address is. */
    SAY(cuMemcpyHtoD_v2(memory, words, sizeof words));
    SAY(cuMemFree_v2(spare));
    return 0;
}
