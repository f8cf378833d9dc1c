/* Two devices in one program: memory and streams of each, copies between them, events of one waited for by the
 * other. */
#include "show.h"

enum { COUNT = 20000, SIZE = COUNT * 4 };

struct side {
    CUcontext context;
    CUfunction fill;
    CUstream stream;
    CUdeviceptr data;
    CUevent ready;
};

static struct side side_open(int ordinal)
{
    struct side side;
    CUmodule module;
    MUST(cuDevicePrimaryCtxRetain(&side.context, ordinal));
    MUST(cuCtxPushCurrent_v2(side.context));
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetFunction(&side.fill, module, "fill"));
    MUST(cuStreamCreate(&side.stream, CU_STREAM_NON_BLOCKING));
    MUST(cuEventCreate(&side.ready, CU_EVENT_DISABLE_TIMING));
    MUST(cuMemAlloc_v2(&side.data, SIZE));
    MUST(cuCtxPopCurrent_v2(NULL));
    return side;
}

static void launch(struct side *side, unsigned value)
{
    unsigned count = COUNT;
    void *params[] = {&side->data, &count, &value};
    MUST(cuCtxPushCurrent_v2(side->context));
    MUST(cuLaunchKernel(side->fill, (COUNT + 255) / 256, 1, 1, 256, 1, 1, 0, side->stream, params, NULL));
    MUST(cuEventRecord(side->ready, side->stream));
    MUST(cuCtxPopCurrent_v2(NULL));
}

static void print_data(const char *what, struct side *side)
{
    static unsigned values[COUNT];
    unsigned long long sum = 0;
    MUST(cuCtxPushCurrent_v2(side->context));
    MUST(cuStreamSynchronize(side->stream));
    MUST(cuMemcpyDtoH_v2(values, side->data, SIZE));
    MUST(cuCtxPopCurrent_v2(NULL));
    for (int i = 0; i < COUNT; i++)
        sum += values[i];
    printf("%s: first %u, sum %llu\n", what, values[0], sum);
}

static void belonging(struct side *a, struct side *b)
{
    int ordinal = -7;
    CUdevice device = -7;
    CUcontext context = NULL;
    puts("# what belongs to which device");
    TRY(cuPointerGetAttribute(&ordinal, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, b->data));
    printf("ordinal %d\n", ordinal);
    MUST(cuCtxPushCurrent_v2(a->context));
    TRY(cuPointerGetAttribute(&context, CU_POINTER_ATTRIBUTE_CONTEXT, b->data));
    printf("context is the other's: %d\n", context == b->context);
    TRY(cuStreamGetCtx(b->stream, &context));
    printf("context is the other's: %d\n", context == b->context);
    TRY(cuCtxGetDevice(&device));
    TRY(cuStreamQuery(b->stream));
    TRY(cuEventRecord(a->ready, b->stream));
    TRY(cuLaunchKernel(a->fill, 1, 1, 1, 1, 1, 1, 0, b->stream, (void *[]){&a->data, &device, &device}, NULL));
    MUST(cuCtxPopCurrent_v2(&context));
    printf("popped the first: %d, device %d\n", context == a->context, device);
    TRY(cuCtxGetCurrent(&context));
    printf("current is %s\n", context ? "something" : "NULL");
}

static void between(struct side *a, struct side *b)
{
    int possible = -7;
    puts("# between the devices");
    TRY(cuDeviceCanAccessPeer(&possible, 0, 1));
    launch(a, 100);
    MUST(cuCtxPushCurrent_v2(b->context));
    TRY(cuStreamWaitEvent(b->stream, a->ready, 0));
    TRY(cuMemcpyPeerAsync(b->data, b->context, a->data, a->context, SIZE, b->stream));
    MUST(cuCtxPopCurrent_v2(NULL));
    print_data("copied from peer to peer", b);
    launch(b, 7);
    print_data("written by the second", b);
    MUST(cuCtxPushCurrent_v2(a->context));
    TRY(cuMemcpyPeer(a->data, a->context, b->data, b->context, SIZE));
    TRY(cuMemcpyPeer(a->data, a->context, b->data, b->context, SIZE + 1));
    TRY(cuMemcpyPeer(a->data, NULL, b->data, b->context, SIZE));
    MUST(cuCtxPopCurrent_v2(NULL));
    print_data("copied back", a);
    launch(a, 5);
    print_data("the first again", a);
    MUST(cuCtxPushCurrent_v2(b->context));
    TRY(cuMemcpyDtoD_v2(b->data, a->data, SIZE));
    TRY(cuMemFree_v2(a->data));
    TRY(cuCtxSynchronize());
    MUST(cuCtxPopCurrent_v2(NULL));
    print_data("copied by address", b);
}

int main(void)
{
    int count = 0;
    MUST(cuInit(0));
    MUST(cuDeviceGetCount(&count));
    printf("%d devices\n", count);
    struct side a = side_open(0), b = side_open(1);
    belonging(&a, &b);
    between(&a, &b);
    return 0;
}
