/* Which processors and memory nodes of this host are near a device: it is behind the network, equally far from all. */
#include "../../libnvml/affinity.h"

#include "../../libnvml/generated/nvml_api.h"
#include "client.h"

static nvmlReturn_t answer(nvmlDevice_t device, unsigned words, unsigned long *set, nvmlAffinityScope_t scope,
                           nvmlReturn_t (*of_host)(unsigned words, unsigned long *set))
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    bool good = bf_nvml_client_device(device) && words && set && scope <= LN_SCOPE_SOCKET;
    result = good ? of_host(words, set) : NVML_ERROR_INVALID_ARGUMENT;
    bf_nvml_client_leave();
    return result;
}

nvmlReturn_t nvmlDeviceGetCpuAffinity(nvmlDevice_t device, unsigned int cpuSetSize, unsigned long *cpuSet)
{
    return answer(device, cpuSetSize, cpuSet, LN_SCOPE_NODE, ln_affinity_cpus);
}

nvmlReturn_t nvmlDeviceGetCpuAffinityWithinScope(nvmlDevice_t device, unsigned int cpuSetSize, unsigned long *cpuSet,
                                                 nvmlAffinityScope_t scope)
{
    return answer(device, cpuSetSize, cpuSet, scope, ln_affinity_cpus);
}

nvmlReturn_t nvmlDeviceGetMemoryAffinity(nvmlDevice_t device, unsigned int nodeSetSize, unsigned long *nodeSet,
                                         nvmlAffinityScope_t scope)
{
    return answer(device, nodeSetSize, nodeSet, scope, ln_affinity_nodes);
}
