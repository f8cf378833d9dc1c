// Lists the devices and what they can do, and checks that the answers agree with one another.
#include "check.h"

static int attribute(cudaDeviceAttr which, int device)
{
    int value = -1;
    CHECK(cudaDeviceGetAttribute(&value, which, device));
    return value;
}

static void print(int device, const cudaDeviceProp &p)
{
    std::printf("device %d: %s\n", device, p.name);
    std::printf("  compute capability        %d.%d\n", p.major, p.minor);
    std::printf("  global memory             %zu bytes\n", p.totalGlobalMem);
    std::printf("  multiprocessors           %d\n", p.multiProcessorCount);
    std::printf("  warp size                 %d\n", p.warpSize);
    std::printf("  threads a block           %d\n", p.maxThreadsPerBlock);
    std::printf("  block dimensions          %d x %d x %d\n", p.maxThreadsDim[0], p.maxThreadsDim[1], p.maxThreadsDim[2]);
    std::printf("  grid dimensions           %d x %d x %d\n", p.maxGridSize[0], p.maxGridSize[1], p.maxGridSize[2]);
    std::printf("  shared memory a block     %zu bytes\n", p.sharedMemPerBlock);
    std::printf("  registers a block         %d\n", p.regsPerBlock);
    std::printf("  constant memory           %zu bytes\n", p.totalConstMem);
    std::printf("  L2 cache                  %d bytes\n", p.l2CacheSize);
    std::printf("  memory bus width          %d bits\n", p.memoryBusWidth);
    std::printf("  concurrent kernels        %s\n", p.concurrentKernels ? "yes" : "no");
    std::printf("  unified addressing        %s\n", p.unifiedAddressing ? "yes" : "no");
    std::printf("  PCI                       %04x:%02x:%02x\n", p.pciDomainID, p.pciBusID, p.pciDeviceID);
    std::printf("  UUID                      ");
    for (char byte : p.uuid.bytes)
        std::printf("%02x", static_cast<unsigned char>(byte));
    std::printf("\n");
}

// Counts contradictions between the properties, the attributes and the memory information of a device.
static long contradictions(int device, const cudaDeviceProp &p)
{
    size_t available = 0, total = 0;
    char bus[32];
    int by_bus = -1;
    CHECK(cudaSetDevice(device));
    CHECK(cudaMemGetInfo(&available, &total));
    CHECK(cudaDeviceGetPCIBusId(bus, sizeof bus, device));
    CHECK(cudaDeviceGetByPCIBusId(&by_bus, bus));
    return (total != p.totalGlobalMem) + (available > total) + (by_bus != device) +
           (attribute(cudaDevAttrWarpSize, device) != p.warpSize) +
           (attribute(cudaDevAttrMaxThreadsPerBlock, device) != p.maxThreadsPerBlock) +
           (attribute(cudaDevAttrComputeCapabilityMajor, device) != p.major) +
           (attribute(cudaDevAttrComputeCapabilityMinor, device) != p.minor) +
           (attribute(cudaDevAttrMultiProcessorCount, device) != p.multiProcessorCount) +
           (p.maxThreadsDim[0] < 1 || p.warpSize != 32);
}

int main()
{
    int count = 0, driver = 0, runtime = 0;
    Stopwatch watch;
    CHECK(cudaGetDeviceCount(&count));
    CHECK(cudaDriverGetVersion(&driver));
    CHECK(cudaRuntimeGetVersion(&runtime));
    std::printf("driver %d.%d, runtime %d.%d, %d device(s)\n", driver / 1000, driver % 100 / 10, runtime / 1000,
                runtime % 100 / 10, count);
    long wrong = count < 1;
    for (int device = 0; device < count; device++) {
        cudaDeviceProp properties;
        CHECK(cudaGetDeviceProperties(&properties, device));
        print(device, properties);
        wrong += contradictions(device, properties);
    }
    return report("answers compared", 9L * count, wrong, watch.milliseconds());
}
