/* Every attribute of pointers, devices, pools and contexts, with every kind of memory: the answers are the same
 * everywhere. Addresses are printed as what they are of. */
#include "show.h"

enum { BYTES = 4096, PLACES = 13, DEVICES = 2 };

struct place {
    const char *name;
    CUdeviceptr address;
};

static void show_of(const char *what, const char *of, int number, CUresult result)
{
    char line[160];
    snprintf(line, sizeof line, "%s, %s, %d", what, of, number);
    show(line, result);
}

#define OF(name, number, call) show_of(#call, name, number, (call))

/* The value as a number if it is small, else what kind of thing it is. */
static void print_value(uint64_t value, CUdeviceptr address, size_t bytes)
{
    if (bytes == 4 || value < 1 << 20)
        printf("  = %lld\n", bytes == 4 ? (long long)(int)value : (long long)value);
    else if (value <= address && address - value < BYTES)
        printf("  = the address less %llu\n", (unsigned long long)(address - value));
    else
        printf("  = another address\n");
}

/* What another machine's memory cannot have: an address on the device, access from there. */
static int is_withheld(int attribute, const char *name)
{
    int of_host = strstr(name, "pinned") || strstr(name, "registered");
    return of_host &&
           (attribute == CU_POINTER_ATTRIBUTE_DEVICE_POINTER || attribute == CU_POINTER_ATTRIBUTE_ACCESS_FLAGS);
}

static void about_pointer(const struct place *place)
{
    for (int attribute = -1; attribute <= CU_POINTER_ATTRIBUTE_IS_HW_DECOMPRESS_CAPABLE + 1; attribute++) {
        uint64_t value = 0, other = 0;
        CUpointer_attribute one = (CUpointer_attribute)attribute;
        void *to = &other;
        if (is_withheld(attribute, place->name))
            continue;
        CUresult result = cuPointerGetAttribute(&value, one, place->address);
        show_of("cuPointerGetAttribute", place->name, attribute, result);
        if (!result && attribute != CU_POINTER_ATTRIBUTE_BUFFER_ID && attribute != CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID)
            print_value(value, place->address, 8);
        result = cuPointerGetAttributes(1, &one, &to, place->address);
        show_of("cuPointerGetAttributes", place->name, attribute, result);
        printf("  same %d\n", value == other);
    }
}

static void about_memory(const struct place *place)
{
    CUdeviceptr base = 0;
    size_t size = 7;
    unsigned flags = 7;
    const char *name = place->name;
    OF(name, 0, cuMemGetAddressRange_v2(&base, &size, place->address));
    printf("  base less %lld, %zu bytes\n", base ? (long long)(place->address - base) : -1LL, size);
    OF(name, 0, cuMemGetAddressRange_v2(NULL, &size, place->address));
    OF(name, 0, cuMemGetAddressRange_v2(&base, NULL, place->address));
    OF(name, 0, cuMemHostGetFlags(&flags, (void *)(uintptr_t)place->address));
    printf("  flags %u\n", flags);
    OF(name, 0,
       cuMemHostUnregister((void *)(uintptr_t)(strstr(name, "registered") ? place->address + 64 : place->address)));
}

static void memory(struct place *places)
{
    for (int i = 0; i < PLACES; i++) {
        about_pointer(&places[i]);
        about_memory(&places[i]);
    }
    CUpointer_attribute attributes[2] = {CU_POINTER_ATTRIBUTE_MEMORY_TYPE, CU_POINTER_ATTRIBUTE_RANGE_SIZE};
    uint64_t value = 0;
    void *to[2] = {&value, NULL};
    CUdeviceptr device = places[0].address;
    OF("values", 0, cuPointerGetAttribute(NULL, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, device));
    OF("values", 0, cuPointerGetAttributes(0, attributes, to, device));
    OF("values", 0, cuPointerGetAttributes(2, NULL, to, device));
    OF("values", 0, cuPointerGetAttributes(2, attributes, NULL, device));
    OF("values", 0, cuPointerGetAttributes(2, attributes, to, device));
    for (int i = 0; i < PLACES; i++)
        if (strstr(places[i].name, "inside") || strstr(places[i].name, "global") || strstr(places[i].name, "plain"))
            OF(places[i].name, 0, cuMemFree_v2(places[i].address));
}

static void allocations(void)
{
    CUdeviceptr address;
    void *host = NULL;
    size_t pitch;
    char *plain = aligned_alloc(4096, 16384);
    OF("no bytes", 0, cuMemAlloc_v2(&address, 0));
    OF("no place", 0, cuMemAlloc_v2(NULL, 4));
    OF("too many", 0, cuMemAlloc_v2(&address, (size_t)1 << 50));
    OF("all", 0, cuMemAlloc_v2(&address, SIZE_MAX));
    for (unsigned element = 0; element < 20; element++)
        OF("elements", (int)element, cuMemAllocPitch_v2(&address, &pitch, 100, 3, element));
    OF("no width", 0, cuMemAllocPitch_v2(&address, &pitch, 0, 3, 4));
    OF("no height", 0, cuMemAllocPitch_v2(&address, &pitch, 100, 0, 4));
    OF("no place", 0, cuMemAllocPitch_v2(NULL, &pitch, 100, 3, 4));
    OF("no place", 0, cuMemAllocPitch_v2(&address, NULL, 100, 3, 4));
    OF("no bytes", 0, cuMemHostAlloc(&host, 0, 0));
    OF("no place", 0, cuMemHostAlloc(NULL, 4, 0));
    for (unsigned flags = 0; flags < 10; flags++)
        OF("flags", (int)flags, cuMemHostAlloc(&host, 64, flags));
    OF("no bytes", 0, cuMemAllocHost_v2(&host, 0));
    OF("nothing", 0, cuMemFreeHost(NULL));
    OF("plain memory", 0, cuMemFreeHost(plain));
    OF("inside", 0, cuMemFreeHost((char *)host + 16));
    OF("nothing", 0, cuMemFree_v2(0));
    OF("nothing", 0, cuMemHostRegister_v2(NULL, 64, 0));
    OF("no bytes", 0, cuMemHostRegister_v2(plain, 0, 0));
    for (unsigned flags = 0; flags < 18; flags++) {
        OF("flags", (int)flags, cuMemHostRegister_v2(plain, 64, flags));
        OF("flags", (int)flags, cuMemHostUnregister(plain));
    }
    MUST(cuMemHostRegister_v2(plain + 4096, 4096, 0));
    OF("the same", 0, cuMemHostRegister_v2(plain + 4096, 4096, 0));
    OF("around", 0, cuMemHostRegister_v2(plain, 16384, 0));
    OF("over the end", 0, cuMemHostRegister_v2(plain + 6000, 4096, 0));
    OF("over the beginning", 0, cuMemHostRegister_v2(plain + 2000, 4096, 0));
    OF("pinned memory", 0, cuMemHostRegister_v2(host, 16, 0));
    OF("nothing", 0, cuMemHostUnregister(NULL));
    OF("before", 0, cuMemHostUnregister(plain));
    OF("pinned memory", 0, cuMemHostUnregister(host));
    MUST(cuMemHostUnregister(plain + 4096));
    free(plain);
}

static void about_device(CUdevice device)
{
    char text[256] = "";
    CUuuid uuid;
    CUdevprop properties;
    unsigned flags = 7;
    size_t bytes = 7;
    int value = -7, minor = -7;
    for (int attribute = -2; attribute < 160; attribute++) {
        value = -77;
        OF("device", device, cuDeviceGetAttribute(&value, (CUdevice_attribute)attribute, device));
        printf("attribute %d asked\n", attribute);
    }
    for (int length = device < 0 || device >= DEVICES ? 1 : -1; length < 20; length++) {
        OF("length", length, cuDeviceGetName(text, length < 0 ? length : length * 2, device));
        printf("  %s\n", text);
        OF("length", length, cuDeviceGetPCIBusId(text, length, device));
        printf("  %s\n", text);
    }
    OF("device", device, cuDeviceGet(&value, device));
    OF("device", device, cuDeviceTotalMem_v2(&bytes, device));
    printf("  %zu\n", bytes);
    OF("device", device, cuDeviceGetUuid_v2(&uuid, device));
    OF("device", device, cuDeviceComputeCapability(&value, &minor, device));
    printf("  %d.%d\n", value, minor);
    OF("device", device, cuDeviceGetProperties(&properties, device));
    OF("device", device, cuDevicePrimaryCtxGetState(device, &flags, &value));
    printf("  %x %d\n", flags, value);
    for (CUdevice peer = -1; peer <= DEVICES; peer++) {
        OF("peers", peer, cuDeviceCanAccessPeer(&value, device, peer));
        for (int attribute = -1; attribute < 8; attribute++) {
            value = -7;
            if (device >= 0 && device < DEVICES && peer >= 0 && peer < DEVICES &&
                (device != peer || (attribute > 0 && attribute < 5)))
                OF("peers", peer, cuDeviceGetP2PAttribute(&value, (CUdevice_P2PAttribute)attribute, device, peer));
            printf("  %d\n", value);
        }
    }
    if (device < 0 || device >= DEVICES)
        return;
    OF("no place", device, cuDeviceGetAttribute(NULL, CU_DEVICE_ATTRIBUTE_WARP_SIZE, device));
    OF("no place", device, cuDeviceGetName(NULL, 20, device));
    OF("no place", device, cuDeviceGet(NULL, device));
    OF("no place", device, cuDeviceTotalMem_v2(NULL, device));
    OF("no place", device, cuDeviceGetUuid_v2(NULL, device));
    OF("no place", device, cuDeviceGetProperties(NULL, device));
    OF("no place", device, cuDevicePrimaryCtxGetState(device, NULL, &value));
    OF("no place", device, cuDevicePrimaryCtxGetState(device, &flags, NULL));
    OF("no place", device, cuDevicePrimaryCtxRetain(NULL, device));
    OF("no place", device, cuDeviceCanAccessPeer(NULL, device, 1 - device));
}

static void current_context(void)
{
    unsigned flags = 7;
    unsigned long long id;
    int least = -7, greatest = -7;
    CUfunc_cache cache;
    CUsharedconfig banks;
    for (int limit = -1; limit < 12; limit++) {
        size_t value = 7;
        OF("limit", limit, cuCtxGetLimit(&value, (CUlimit)limit));
        printf("  %zu\n", value);
        OF("limit", limit, cuCtxSetLimit((CUlimit)limit, 64));
        OF("limit", limit, cuCtxGetLimit(&value, (CUlimit)limit));
        printf("  %zu\n", value);
    }
    OF("no place", 0, cuCtxGetLimit(NULL, CU_LIMIT_STACK_SIZE));
    for (int config = -1; config < 6; config++) {
        OF("config", config, cuCtxSetCacheConfig((CUfunc_cache)config));
        OF("config", config, cuCtxGetCacheConfig(&cache));
        printf("  %d\n", (int)cache);
        OF("config", config, cuCtxSetSharedMemConfig((CUsharedconfig)config));
        OF("config", config, cuCtxGetSharedMemConfig(&banks));
        printf("  %d\n", (int)banks);
    }
    OF("no place", 0, cuCtxGetCacheConfig(NULL));
    OF("no place", 0, cuCtxGetSharedMemConfig(NULL));
    OF("no place", 0, cuCtxGetStreamPriorityRange(NULL, NULL));
    OF("no place", 0, cuCtxGetStreamPriorityRange(&least, NULL));
    OF("both", 0, cuCtxGetStreamPriorityRange(&least, &greatest));
    printf("  %d %d\n", least, greatest);
    OF("no place", 0, cuCtxGetFlags(NULL));
    OF("no place", 0, cuCtxGetDevice(NULL));
    OF("no place", 0, cuCtxGetId(NULL, NULL));
    OF("no place", 0, cuCtxGetApiVersion(NULL, NULL));
    OF("no place", 0, cuCtxGetCurrent(NULL));
    OF("current", 0, cuCtxGetApiVersion(NULL, &flags));
    printf("  %u\n", flags);
    OF("current", 0, cuCtxGetId(NULL, &id));
}

static void other_contexts(CUcontext context)
{
    unsigned flags = 7;
    unsigned long long id;
    CUdevice device;
    CUcontext other;
    OF("nonsense", 0, cuCtxGetId(NONSENSE(CUcontext), &id));
    OF("nonsense", 0, cuCtxGetApiVersion(NONSENSE(CUcontext), &flags));
    OF("nonsense", 0, cuCtxGetDevice_v2(&device, NONSENSE(CUcontext)));
    OF("nonsense", 0, cuCtxSetCurrent(NONSENSE(CUcontext)));
    OF("nonsense", 0, cuCtxPushCurrent_v2(NONSENSE(CUcontext)));
    OF("nonsense", 0, cuCtxDestroy_v2(NONSENSE(CUcontext)));
    OF("nonsense", 0, cuCtxDetach(NONSENSE(CUcontext)));
    OF("nonsense", 0, cuCtxSynchronize_v2(NONSENSE(CUcontext)));
    OF("nonsense", 0, cuCtxEnablePeerAccess(NONSENSE(CUcontext), 0));
    OF("nonsense", 0, cuCtxDisablePeerAccess(NONSENSE(CUcontext)));
    OF("NULL", 0, cuCtxPushCurrent_v2(NULL));
    OF("NULL", 0, cuCtxDestroy_v2(NULL));
    OF("NULL", 0, cuCtxDetach(NULL));
    OF("NULL", 0, cuCtxAttach(NULL, 0));
    OF("NULL", 0, cuCtxSynchronize_v2(NULL));
    OF("NULL", 0, cuCtxEnablePeerAccess(NULL, 0));
    OF("itself", 0, cuCtxEnablePeerAccess(context, 0));
    OF("itself", 0, cuCtxDisablePeerAccess(context));
    OF("primary", 0, cuCtxDestroy_v2(context));
    OF("flags", 1, cuCtxAttach(&other, 1));
    MUST(cuDevicePrimaryCtxRetain(&other, 1));
    OF("peer", 0, cuCtxDisablePeerAccess(other));
    OF("flags", 1, cuCtxEnablePeerAccess(other, 1));
    OF("peer", 0, cuCtxEnablePeerAccess(other, 0));
    OF("peer", 1, cuCtxEnablePeerAccess(other, 0));
    OF("peer", 0, cuCtxDisablePeerAccess(other));
    MUST(cuDevicePrimaryCtxRelease_v2(1));
    OF("released", 0, cuCtxSynchronize_v2(other));
    OF("released", 0, cuCtxEnablePeerAccess(other, 0));
    for (unsigned set = 0; set < 80; set++) {
        OF("flags", (int)set, cuDevicePrimaryCtxSetFlags_v2(1, set));
        OF("flags", (int)set, cuCtxSetFlags(set));
        OF("flags", (int)set, cuCtxGetFlags(&flags));
        printf("  %x\n", flags);
    }
}

static void pools(void)
{
    CUmemoryPool pool, made;
    CUmemPoolProps wanted = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED, .location = {CU_MEM_LOCATION_TYPE_DEVICE, 0}};
    CUmemAccess_flags flags;
    CUmemLocation place = {CU_MEM_LOCATION_TYPE_DEVICE, 0};
    CUmemAccessDesc access = {place, CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
    for (CUdevice device = -1; device <= DEVICES; device++) {
        OF("device", device, cuDeviceGetDefaultMemPool(&pool, device));
        OF("device", device, cuDeviceGetMemPool(&pool, device));
    }
    OF("no place", 0, cuDeviceGetDefaultMemPool(NULL, 0));
    OF("no place", 0, cuDeviceGetMemPool(NULL, 0));
    MUST(cuDeviceGetDefaultMemPool(&pool, 0));
    OF("default", 0, cuMemPoolDestroy(pool));
    OF("of another device", 0, cuDeviceSetMemPool(1, pool));
    OF("nonsense", 0, cuDeviceSetMemPool(0, NONSENSE(CUmemoryPool)));
    OF("nonsense", 0, cuMemPoolDestroy(NONSENSE(CUmemoryPool)));
    OF("NULL", 0, cuMemPoolDestroy(NULL));
    OF("nonsense", 0, cuMemPoolTrimTo(NONSENSE(CUmemoryPool), 0));
    OF("default", 0, cuMemPoolTrimTo(pool, 0));
    for (int attribute = -1; attribute < 12; attribute++) {
        cuuint64_t value = 0;
        OF("attribute", attribute, cuMemPoolGetAttribute(pool, (CUmemPool_attribute)attribute, &value));
        printf("  %llu\n", (unsigned long long)value);
        value = 1;
        OF("attribute", attribute, cuMemPoolSetAttribute(pool, (CUmemPool_attribute)attribute, &value));
        value = 0;
        OF("attribute", attribute, cuMemPoolSetAttribute(pool, (CUmemPool_attribute)attribute, &value));
    }
    OF("no place", 0, cuMemPoolGetAttribute(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, NULL));
    OF("no place", 0, cuMemPoolSetAttribute(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, NULL));
    OF("no place", 0, cuMemPoolGetAccess(NULL, pool, &place));
    OF("no place", 0, cuMemPoolGetAccess(&flags, pool, NULL));
    OF("itself", 0, cuMemPoolSetAccess(pool, &access, 1));
    OF("nobody", 0, cuMemPoolSetAccess(pool, &access, 0));
    OF("nobody", 0, cuMemPoolSetAccess(pool, NULL, 1));
    for (int right = 0; right < 5; right++) {
        access.flags = (CUmemAccess_flags)right;
        OF("right", right, cuMemPoolSetAccess(pool, &access, 1));
    }
    access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
    for (int id = -1; id < 4; id++) {
        place.id = access.location.id = id;
        OF("device", id, cuMemPoolGetAccess(&flags, pool, &place));
        OF("device", id, cuMemPoolSetAccess(pool, &access, 1));
        wanted.location.id = id;
        OF("device", id, cuMemPoolCreate(&made, &wanted));
    }
    wanted.location.id = 0;
    OF("no place", 0, cuMemPoolCreate(NULL, &wanted));
    OF("no place", 0, cuMemPoolCreate(&made, NULL));
    for (int type = 0; type < 4; type++) {
        wanted.allocType = (CUmemAllocationType)type;
        OF("type", type, cuMemPoolCreate(&made, &wanted));
    }
}

int main(void)
{
    CUcontext context = show_context();
    CUmodule module;
    CUmemoryPool pool;
    CUdeviceptr device, pooled, global, freed;
    void *pinned, *registered = aligned_alloc(4096, BYTES), *plain = malloc(BYTES);
    MUST(cuModuleLoadData(&module, SHOW_MODULE));
    MUST(cuModuleGetGlobal_v2(&global, NULL, module, "table"));
    MUST(cuMemAlloc_v2(&freed, 64));
    MUST(cuMemAlloc_v2(&device, BYTES));
    MUST(cuMemFree_v2(freed));
    MUST(cuDeviceGetDefaultMemPool(&pool, 0));
    MUST(cuMemAllocAsync(&pooled, BYTES, NULL));
    MUST(cuMemHostAlloc(&pinned, BYTES, CU_MEMHOSTALLOC_PORTABLE));
    MUST(cuMemHostRegister_v2(registered, BYTES, CU_MEMHOSTREGISTER_PORTABLE));
    struct place places[PLACES] = {
        {"device", device},
        {"inside device", device + 100},
        {"after device", device + BYTES},
        {"pool", pooled},
        {"inside pool", pooled + 8},
        {"global", global},
        {"freed", freed},
        {"pinned", (uintptr_t)pinned},
        {"pinned, inside", (uintptr_t)pinned + 100},
        {"registered", (uintptr_t)registered},
        {"plain", (uintptr_t)plain},
        {"nothing", 0},
        {"one", 1},
    };
    memory(places);
    allocations();
    for (CUdevice i = -1; i <= DEVICES; i++)
        about_device(i);
    current_context();
    other_contexts(context);
    pools();
    MUST(cuCtxSynchronize());
    return 0;
}
