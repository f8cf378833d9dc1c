/* How much memory a device has and who uses it. */
#include <stdint.h>
#include <string.h>

#include "nvml.h"
#include "view.h"

/* Each process has the whole memory to itself, so together they may use more than there is. */
static uint64_t used_bytes(unsigned number)
{
    struct sg_view_use uses[SG_REGISTRY_SLOTS + 1];
    unsigned count = sg_view_uses(number, uses, SG_REGISTRY_SLOTS + 1);
    uint64_t used = 0;
    for (unsigned i = 0; i < count; i++)
        used += uses[i].bytes;
    return used < sg_settings()->memory ? used : sg_settings()->memory;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory)
{
    ENTER_FOR(device, memory);
    uint64_t used = used_bytes(device->number), total = sg_settings()->memory;
    *memory = (nvmlMemory_t){.total = total, .free = total - used, .used = used};
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory)
{
    ENTER_FOR(device, memory);
    REQUIRE_VERSION(memory->version, nvmlMemory_v2_t, 2);
    uint64_t used = used_bytes(device->number), total = sg_settings()->memory;
    *memory = (nvmlMemory_v2_t){.version = memory->version, .total = total, .free = total - used, .used = used};
    return NVML_SUCCESS;
}

/* The host can reach all of the memory, as through a BAR1 that covers it. */
nvmlReturn_t nvmlDeviceGetBAR1MemoryInfo(nvmlDevice_t device, nvmlBAR1Memory_t *bar1Memory)
{
    ENTER_FOR(device, bar1Memory);
    uint64_t used = used_bytes(device->number), total = sg_settings()->memory;
    *bar1Memory = (nvmlBAR1Memory_t){.bar1Total = total, .bar1Free = total - used, .bar1Used = used};
    return NVML_SUCCESS;
}

/* ---- processes */

/* The structures of three versions begin alike and differ in size. */
static nvmlReturn_t processes(nvmlDevice_t device, unsigned *count, void *infos, size_t bytes)
{
    struct sg_view_use uses[SG_REGISTRY_SLOTS + 1];
    ENTER_FOR(device, count);
    REQUIRE(infos || !*count, NVML_ERROR_INVALID_ARGUMENT);
    unsigned room = *count, found = sg_view_uses(device->number, uses, SG_REGISTRY_SLOTS + 1);
    *count = found;
    REQUIRE(found <= room, NVML_ERROR_INSUFFICIENT_SIZE);
    for (unsigned i = 0; i < found; i++) {
        nvmlProcessInfo_v2_t info = {.pid = (unsigned)uses[i].pid,
                                     .usedGpuMemory = uses[i].bytes,
                                     .gpuInstanceId = UINT32_MAX,
                                     .computeInstanceId = UINT32_MAX};
        memcpy((char *)infos + i * bytes, &info, bytes);
    }
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses(nvmlDevice_t device, unsigned int *infoCount,
                                                  nvmlProcessInfo_v1_t *infos)
{
    return processes(device, infoCount, infos, sizeof *infos);
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(nvmlDevice_t device, unsigned int *infoCount,
                                                     nvmlProcessInfo_v2_t *infos)
{
    return processes(device, infoCount, infos, sizeof *infos);
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t device, unsigned int *infoCount,
                                                     nvmlProcessInfo_t *infos)
{
    return processes(device, infoCount, infos, sizeof *infos);
}

/* Nothing draws, and there is no MPS. */
static nvmlReturn_t no_processes(nvmlDevice_t device, unsigned *count)
{
    ENTER_FOR(device, count);
    *count = 0;
    return NVML_SUCCESS;
}

#define NO_PROCESSES(name, type)                                                                                       \
    nvmlReturn_t name(nvmlDevice_t device, unsigned int *infoCount, type *infos)                                       \
    {                                                                                                                  \
        (void)infos;                                                                                                   \
        return no_processes(device, infoCount);                                                                        \
    }

NO_PROCESSES(nvmlDeviceGetGraphicsRunningProcesses, nvmlProcessInfo_v1_t)
NO_PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v2, nvmlProcessInfo_v2_t)
NO_PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v3, nvmlProcessInfo_t)
NO_PROCESSES(nvmlDeviceGetMPSComputeRunningProcesses, nvmlProcessInfo_v1_t)
NO_PROCESSES(nvmlDeviceGetMPSComputeRunningProcesses_v2, nvmlProcessInfo_v2_t)
NO_PROCESSES(nvmlDeviceGetMPSComputeRunningProcesses_v3, nvmlProcessInfo_t)
