/* A program that believes nothing and bears everything: it calls much of what the client answers with a server's words,
 * whatever comes of it, and ends with 0. What is written beside its buffers, and read beside the client's, is the
 * sanitizers' to see.
 *
 * Where a driver reads as much of the program's memory as the code says (a kernel's parameters), it has more than any
 * code says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda_api.h"

enum { BYTES = 5000, LARGE = 600000, PARAMETERS = 70000, PARAMETER_BYTES = 1 << 17, LISTED = 8 };

static const char CODE[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .global .align 4 .b8 scratch[64];\n"
    ".extern .func (.param .b32 r) vprintf(.param .b64 f, .param .b64 a);\n"
    ".global .align 1 .b8 text[4] = {104, 105, 10, 0};\n"
    ".visible .entry set(.param .u64 at, .param .u32 what)\n{\n"
    "    .reg .b32 %v;\n    .reg .b64 %a, %t;\n"
    "    ld.param.u64 %a, [at];\n    ld.param.u32 %v, [what];\n"
    "    cvta.to.global.u64 %a, %a;\n    st.global.u32 [%a], %v;\n"
    "    mov.u64 %t, text;\n    cvta.global.u64 %t, %t;\n"
    "    { .param .b64 p0; .param .b64 p1; .param .b32 r;\n    st.param.b64 [p0], %t;\n    mov.u64 %t, 0;\n"
    "    st.param.b64 [p1], %t;\n    call.uni (r), vprintf, (p0, p1); }\n    ret;\n}\n";

static CUcontext context;
static CUdeviceptr memory;
static CUmodule module;
static CUfunction function;
static CUstream stream;
static uint8_t parameter[PARAMETER_BYTES];
static void *parameters[PARAMETERS];

static void devices(void)
{
    int count = 0, value;
    size_t bytes;
    char *name = malloc(16);
    CUuuid uuid;
    (void)cuDeviceGetCount(&count);
    for (int i = 0; i < 2; i++) {
        (void)cuDeviceGetName(name, 16, i);
        (void)cuDeviceGetPCIBusId(name, 16, i);
        (void)cuDeviceGetUuid_v2(&uuid, i);
        (void)cuDeviceTotalMem_v2(&bytes, i);
        for (int attribute = -1; attribute < 160; attribute++)
            (void)cuDeviceGetAttribute(&value, (CUdevice_attribute)attribute, i);
    }
    free(name);
}

static void copies(size_t bytes)
{
    uint8_t *host = malloc(bytes), *back = malloc(bytes);
    size_t free_bytes, total;
    void *pinned = NULL;
    memset(host, 7, bytes);
    (void)cuMemAlloc_v2(&memory, bytes);
    (void)cuMemcpyHtoD_v2(memory, host, bytes);
    (void)cuMemcpyDtoH_v2(back, memory, bytes);
    (void)cuMemsetD8_v2(memory, 1, bytes);
    (void)cuMemcpyDtoHAsync_v2(back, memory, bytes, stream);
    (void)cuStreamSynchronize(stream);
    (void)cuMemGetInfo_v2(&free_bytes, &total);
    (void)cuMemHostAlloc(&pinned, bytes, 0);
    if (pinned)
        (void)cuMemcpyDtoH_v2(pinned, memory, bytes);
    (void)cuMemFreeHost(pinned);
    /* A copy that is under way has its memory until it is over, which no server can delay here for ever. */
    if (cuCtxSynchronize() && cuStreamQuery(stream) == CUDA_ERROR_NOT_READY)
        return;
    free(host);
    free(back);
}

static void code(void)
{
    CUfunction listed[LISTED];
    CUdeviceptr at;
    unsigned count = 0;
    size_t offset, bytes;
    int value;
    (void)cuModuleLoadData(&module, CODE);
    (void)cuModuleGetFunctionCount(&count, module);
    (void)cuModuleEnumerateFunctions(listed, LISTED, module);
    (void)cuModuleGetGlobal_v2(&at, &bytes, module, "scratch");
    (void)cuModuleGetFunction(&function, module, "set");
    (void)cuFuncGetParamInfo(function, 1, &offset, &bytes);
    for (int attribute = 0; attribute < 16; attribute++)
        (void)cuFuncGetAttribute(&value, (CUfunction_attribute)attribute, function);
    (void)cuOccupancyMaxActiveBlocksPerMultiprocessor(&value, function, 64, 0);
    for (unsigned i = 0; i < PARAMETERS; i++)
        parameters[i] = parameter;
    memcpy(parameter, &memory, sizeof memory);
    (void)cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, parameters, NULL);
    (void)cuStreamSynchronize(stream);
}

static void events(void)
{
    CUevent first, second;
    float ms;
    (void)cuEventCreate(&first, 0);
    (void)cuEventCreate(&second, 0);
    (void)cuEventRecord(first, stream);
    (void)cuEventRecord(second, stream);
    (void)cuEventQuery(second);
    (void)cuEventSynchronize(second);
    (void)cuEventElapsedTime(&ms, first, second);
    (void)cuEventDestroy_v2(first);
    (void)cuEventDestroy_v2(second);
}

static void graphs(void)
{
    CUgraph graph;
    CUgraphExec exec;
    CUgraphNode *nodes = malloc(LISTED * sizeof *nodes), node;
    size_t count = LISTED;
    CUDA_MEMSET_NODE_PARAMS fill = {.dst = memory, .elementSize = 1, .width = 16, .height = 1};
    (void)cuGraphCreate(&graph, 0);
    (void)cuGraphAddMemsetNode(&node, graph, NULL, 0, &fill, context);
    (void)cuGraphMemsetNodeGetParams(node, &fill);
    (void)cuGraphGetNodes(graph, nodes, &count);
    count = LISTED;
    (void)cuGraphGetRootNodes(graph, nodes, &count);
    (void)cuGraphInstantiateWithFlags(&exec, graph, 0);
    (void)cuGraphLaunch(exec, stream);
    (void)cuStreamSynchronize(stream);
    (void)cuGraphExecDestroy(exec);
    (void)cuGraphDestroy(graph);
    free(nodes);
}

static void links(void)
{
    CUlinkState link;
    void *cubin = NULL;
    size_t bytes = 0;
    if (cuLinkCreate_v2(0, NULL, NULL, &link))
        return;
    (void)cuLinkAddData_v2(link, CU_JIT_INPUT_PTX, (void *)CODE, sizeof CODE, "code", 0, NULL, NULL);
    if (!cuLinkComplete(link, &cubin, &bytes)) {
        unsigned sum = 0;
        for (size_t i = 0; i < bytes; i++)
            sum += ((volatile uint8_t *)cubin)[i];
        (void)sum;
    }
    (void)cuLinkDestroy(link);
}

int main(void)
{
    const size_t sizes[] = {BYTES, LARGE, 16};
    if (cuInit(0))
        return 0;
    devices();
    (void)cuDevicePrimaryCtxRetain(&context, 0);
    (void)cuCtxSetCurrent(context);
    (void)cuStreamCreate(&stream, 0);
    for (unsigned i = 0; i < 3; i++) {
        copies(sizes[i]);
        code();
        events();
        graphs();
        links();
        (void)cuModuleUnload(module);
        (void)cuMemFree_v2(memory);
    }
    (void)cuStreamDestroy_v2(stream);
    (void)cuDevicePrimaryCtxRelease_v2(0);
    return 0;
}
