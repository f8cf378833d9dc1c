/* Wrong calls before initialisation, to devices, and without or with a wrong context. */
#include "show.h"

static void before_init(void)
{
    int number = -7;
    CUcontext context = NONSENSE(CUcontext);
    CUdeviceptr address = 1;
    puts("# before cuInit");
    TRY(cuDriverGetVersion(NULL));
    TRY(cuDriverGetVersion(&number));
    TRY(cuDeviceGetCount(&number));
    TRY(cuDeviceGet(&number, 0));
    TRY(cuCtxGetCurrent(&context));
    TRY(cuMemAlloc_v2(&address, 16));
    TRY(cuCtxSynchronize());
    TRY(cuDevicePrimaryCtxRetain(&context, 0));
    TRY(cuInit(1));
    TRY(cuInit(0));
    TRY(cuInit(0));
}

static void devices(void)
{
    int number = -7;
    CUdevice device = -7;
    size_t size = 7;
    char name[16] = "unchanged";
    CUuuid uuid;
    puts("# devices");
    TRY(cuDeviceGetCount(NULL));
    TRY(cuDeviceGet(NULL, 0));
    TRY(cuDeviceGet(&device, -1));
    TRY(cuDeviceGet(&device, 64));
    printf("device untouched: %d\n", device);
    TRY(cuDeviceGetName(NULL, 16, 0));
    TRY(cuDeviceGetName(name, 0, 0));
    TRY(cuDeviceGetName(name, 16, 64));
    printf("name untouched: %s\n", name);
    TRY(cuDeviceGetName(name, 5, 0));
    printf("name in five bytes: '%s'\n", name);
    TRY(cuDeviceTotalMem_v2(NULL, 0));
    TRY(cuDeviceTotalMem_v2(&size, 64));
    TRY(cuDeviceGetAttribute(NULL, CU_DEVICE_ATTRIBUTE_WARP_SIZE, 0));
    TRY(cuDeviceGetAttribute(&number, CU_DEVICE_ATTRIBUTE_WARP_SIZE, 64));
    TRY(cuDeviceGetAttribute(&number, CU_DEVICE_ATTRIBUTE_WARP_SIZE, -1));
    TRY(cuDeviceGetAttribute(&number, (CUdevice_attribute)0, 0));
    TRY(cuDeviceGetAttribute(&number, (CUdevice_attribute)9999, 0));
    TRY(cuDeviceGetUuid_v2(NULL, 0));
    TRY(cuDeviceGetUuid_v2(&uuid, 64));
    TRY(cuDeviceComputeCapability(NULL, &number, 0));
    TRY(cuDeviceCanAccessPeer(&number, 0, 64));
    TRY(cuDeviceCanAccessPeer(NULL, 0, 0));
    TRY(cuDeviceCanAccessPeer(&number, 0, 0));
    printf("numbers untouched: %d %zu\n", number, size);
}

static void bus_ids(void)
{
    CUdevice device = -7;
    char bus[16] = "unchanged";
    puts("# bus ids");
    TRY(cuDeviceGetPCIBusId(NULL, 16, 0));
    TRY(cuDeviceGetPCIBusId(bus, 4, 0));
    TRY(cuDeviceGetPCIBusId(bus, 16, 64));
    TRY(cuDeviceGetByPCIBusId(NULL, "0000:01:00.0"));
    TRY(cuDeviceGetByPCIBusId(&device, NULL));
    TRY(cuDeviceGetByPCIBusId(&device, "no bus"));
    TRY(cuDeviceGetByPCIBusId(&device, "ffff:7f:1f.0"));
    TRY(cuDeviceGetPCIBusId(bus, 16, 0));
    TRY(cuDeviceGetByPCIBusId(&device, bus));
    printf("%s is device %d\n", bus, device);
}

static void no_context(void)
{
    CUcontext context = NONSENSE(CUcontext);
    CUdevice device = -7;
    CUdeviceptr address = 1;
    CUmodule module;
    CUstream stream;
    CUevent event;
    size_t size;
    unsigned flags;
    puts("# no context");
    TRY(cuCtxGetCurrent(&context));
    printf("current is %s\n", context ? "something" : "NULL");
    TRY(cuCtxGetDevice(&device));
    TRY(cuCtxGetFlags(&flags));
    TRY(cuCtxSynchronize());
    TRY(cuCtxPopCurrent_v2(&context));
    TRY(cuCtxGetLimit(&size, CU_LIMIT_STACK_SIZE));
    TRY(cuMemAlloc_v2(&address, 16));
    TRY(cuMemGetInfo_v2(&size, &size));
    TRY(cuMemFree_v2(256));
    TRY(cuModuleLoadData(&module, SHOW_MODULE));
    TRY(cuStreamCreate(&stream, 0));
    TRY(cuStreamSynchronize(NULL));
    TRY(cuEventCreate(&event, 0));
    TRY(cuMemsetD8_v2(256, 0, 1));
    TRY(cuMemcpyHtoD_v2(256, &size, 1));
}

static void contexts(void)
{
    CUcontext context = NULL, other = NULL;
    CUdevice device = -7;
    unsigned flags = 0, version = 0;
    int active = -7;
    puts("# contexts");
    TRY(cuCtxCreate_v2(NULL, 0, 0));
    TRY(cuCtxCreate_v2(&context, 0, 64));
    TRY(cuCtxCreate_v2(&context, 0x80000000u, 0));
    TRY(cuCtxCreate_v2(&context, CU_CTX_SCHED_YIELD, 0));
    TRY(cuCtxGetFlags(&flags));
    printf("scheduling flags %u\n", flags & CU_CTX_SCHED_MASK);
    TRY(cuCtxGetApiVersion(context, NULL));
    TRY(cuCtxGetApiVersion(context, &version));
    TRY(cuCtxSetCurrent(NONSENSE(CUcontext)));
    TRY(cuCtxPushCurrent_v2(NONSENSE(CUcontext)));
    TRY(cuCtxPushCurrent_v2(NULL));
    TRY(cuCtxDestroy_v2(NULL));
    TRY(cuCtxDestroy_v2(NONSENSE(CUcontext)));
    TRY(cuCtxGetCurrent(NULL));
    TRY(cuCtxGetDevice(NULL));
    TRY(cuCtxGetDevice(&device));
    TRY(cuCtxSetLimit((CUlimit)99, 1));
    TRY(cuCtxSetCacheConfig((CUfunc_cache)99));
    TRY(cuCtxEnablePeerAccess(context, 0));
    TRY(cuCtxEnablePeerAccess(NONSENSE(CUcontext), 0));
    TRY(cuCtxDestroy_v2(context));
    TRY(cuCtxGetCurrent(&other));
    printf("current is %s\n", other ? "something" : "NULL");
    TRY(cuCtxSetCurrent(context));
    TRY(cuCtxDestroy_v2(context));
    TRY(cuDevicePrimaryCtxGetState(0, &flags, &active));
    printf("primary context active: %d\n", active);
    TRY(cuDevicePrimaryCtxRelease_v2(0));
    TRY(cuDevicePrimaryCtxRetain(NULL, 0));
    TRY(cuDevicePrimaryCtxRetain(&context, 64));
    TRY(cuDevicePrimaryCtxRetain(&context, 0));
    TRY(cuDevicePrimaryCtxGetState(0, &flags, &active));
    printf("primary context active: %d\n", active);
    TRY(cuDevicePrimaryCtxRelease_v2(0));
    TRY(cuDevicePrimaryCtxGetState(0, &flags, &active));
    printf("primary context active: %d\n", active);
    TRY(cuCtxDestroy_v2(context));
}

static void lookups(void)
{
    const char *text = "unchanged";
    void *function = (void *)&text;
    const void *table = &text;
    const CUuuid nobody = {"no such table"};
    CUdriverProcAddressQueryResult status = (CUdriverProcAddressQueryResult)-7;
    puts("# look-ups");
    TRY(cuGetErrorName(CUDA_ERROR_INVALID_VALUE, NULL));
    TRY(cuGetErrorName((CUresult)12345, &text));
    printf("text is %s\n", text ? text : "NULL");
    TRY(cuGetErrorString((CUresult)12345, &text));
    TRY(cuGetProcAddress_v2("cuNoSuchFunction", &function, 13000, 0, &status));
    printf("function %s, status %d\n", function ? "found" : "NULL", (int)status);
    TRY(cuGetProcAddress_v2("cuMemAlloc", &function, 1000, 0, &status));
    printf("function %s, status %d\n", function ? "found" : "NULL", (int)status);
    TRY(cuGetProcAddress_v2("cuMemAlloc", &function, 3020, 0, NULL));
    printf("function is cuMemAlloc_v2: %d\n", function == (void *)(uintptr_t)&cuMemAlloc_v2);
    TRY(cuGetProcAddress_v2("cuMemAlloc_v2", &function, 13000, 0, &status));
    printf("function %s, status %d\n", function ? "found" : "NULL", (int)status);
    TRY(cuGetProcAddress_v2("", &function, 0, 0, &status));
    TRY(cuGetProcAddress_v2("cuInit", &function, 13000, 4, &status));
    TRY(cuGetProcAddress("cuNoSuchFunction", &function, 11030, 0));
    TRY(cuGetExportTable(&table, &nobody));
    printf("table is %s\n", table ? "something" : "NULL");
}

int main(void)
{
    before_init();
    devices();
    bus_ids();
    no_context();
    contexts();
    lookups();
    return 0;
}
