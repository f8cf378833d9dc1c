/* Which processors and memory nodes are near a device: a kernel may run on any CPU that the process may use, in any
 * memory. */
#include "../../libnvml/affinity.h"

#include "nvml.h"

nvmlReturn_t nvmlDeviceGetCpuAffinity(nvmlDevice_t device, unsigned int cpuSetSize, unsigned long *cpuSet)
{
    ENTER_FOR(device, cpuSetSize && cpuSet);
    return ln_affinity_cpus(cpuSetSize, cpuSet);
}

nvmlReturn_t nvmlDeviceGetCpuAffinityWithinScope(nvmlDevice_t device, unsigned int cpuSetSize, unsigned long *cpuSet,
                                                 nvmlAffinityScope_t scope)
{
    ENTER_FOR(device, cpuSetSize && cpuSet && scope <= LN_SCOPE_SOCKET);
    return ln_affinity_cpus(cpuSetSize, cpuSet);
}

nvmlReturn_t nvmlDeviceGetMemoryAffinity(nvmlDevice_t device, unsigned int nodeSetSize, unsigned long *nodeSet,
                                         nvmlAffinityScope_t scope)
{
    ENTER_FOR(device, nodeSetSize && nodeSet && scope <= LN_SCOPE_SOCKET);
    return ln_affinity_nodes(nodeSetSize, nodeSet);
}
