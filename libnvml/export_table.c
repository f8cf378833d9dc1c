/* nvmlInternalGetExportTable: the private table without which nvidia-smi says that it and NVML are of different
 * versions.
 *
 * nvidia-smi calls a few of its functions and goes on when they are not supported: a log, and one that is asked before
 * each device handle is fetched. It lists processes, reads PCI addresses and compares places (`topo -m`) through the
 * table alone. The first word is the size of the table in bytes. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generated/nvml_api.h"

enum { WORDS = 400 };

static const unsigned char known_id[16] = {0xc4, 0xfe, 0x3e, 0x6c, 0xc9, 0x8f, 0x6c, 0x4e,
                                           0xa3, 0x27, 0xee, 0x69, 0x6e, 0x12, 0xf7, 0xc4};

static nvmlReturn_t not_supported(void)
{
    return NVML_ERROR_NOT_SUPPORTED;
}

/* A process as the table's lists have it: what nvmlDeviceGetComputeRunningProcesses_v3 says, and its name. */
struct process {
    unsigned pid;
    unsigned long long memory;
    unsigned gpu_instance, compute_instance;
    unsigned long long protected_memory;
    char name[4096];
};
_Static_assert(sizeof(struct process) == 0x1020, "the size of nvidia-smi's records");

typedef nvmlReturn_t list_fn(nvmlDevice_t device, unsigned *count, nvmlProcessInfo_t *infos);

static nvmlReturn_t list(list_fn *get, nvmlDevice_t device, unsigned *count, struct process *out)
{
    if (!count || !out)
        return NVML_ERROR_INVALID_ARGUMENT;
    nvmlProcessInfo_t *infos = calloc(*count + 1, sizeof *infos);
    if (!infos)
        return NVML_ERROR_MEMORY;
    nvmlReturn_t result = get(device, count, infos);
    for (unsigned i = 0; !result && i < *count; i++) {
        out[i] = (struct process){.pid = infos[i].pid,
                                  .memory = infos[i].usedGpuMemory,
                                  .gpu_instance = infos[i].gpuInstanceId,
                                  .compute_instance = infos[i].computeInstanceId};
        /* One that has ended meanwhile has none. */
        if (nvmlSystemGetProcessName(infos[i].pid, out[i].name, sizeof out[i].name))
            out[i].name[0] = 0;
    }
    free(infos);
    return result;
}

static nvmlReturn_t compute_processes(nvmlDevice_t device, unsigned *count, struct process *out)
{
    return list(nvmlDeviceGetComputeRunningProcesses_v3, device, count, out);
}

static nvmlReturn_t mps_processes(nvmlDevice_t device, unsigned *count, struct process *out)
{
    return list(nvmlDeviceGetMPSComputeRunningProcesses_v3, device, count, out);
}

static nvmlReturn_t graphics_processes(nvmlDevice_t device, unsigned *count, struct process *out)
{
    return list(nvmlDeviceGetGraphicsRunningProcesses_v3, device, count, out);
}

/* What the user gave to -i: [domain:]bus:device.function */
static nvmlReturn_t read_address(const char *text, unsigned *domain, unsigned *bus, unsigned *device,
                                 unsigned *function)
{
    if (!text || !domain || !bus || !device || !function)
        return NVML_ERROR_INVALID_ARGUMENT;
    if (sscanf(text, "%x:%x:%x.%x", domain, bus, device, function) == 4)
        return NVML_SUCCESS;
    *domain = 0;
    return sscanf(text, "%x:%x.%x", bus, device, function) == 3 ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

static nvmlReturn_t address_of(unsigned index, unsigned *domain, unsigned *bus, unsigned *device)
{
    nvmlDevice_t found;
    nvmlPciInfo_t pci;
    if (!domain || !bus || !device)
        return NVML_ERROR_INVALID_ARGUMENT;
    nvmlReturn_t result = nvmlDeviceGetHandleByIndex_v2(index, &found);
    if (!result)
        result = nvmlDeviceGetPciInfo_v3(found, &pci);
    if (!result) {
        *domain = pci.domain;
        *bus = pci.bus;
        *device = pci.device;
    }
    return result;
}

/* How far apart two devices are: 0 for the same bridge up to 4 for another processor, as `topo -m` counts. */
static nvmlReturn_t distance(const char *first, const char *second, unsigned *level)
{
    nvmlDevice_t one, other;
    nvmlGpuTopologyLevel_t found = NVML_TOPOLOGY_INTERNAL;
    if (!level)
        return NVML_ERROR_INVALID_ARGUMENT;
    nvmlReturn_t result = nvmlDeviceGetHandleByPciBusId_v2(first, &one);
    if (!result)
        result = nvmlDeviceGetHandleByPciBusId_v2(second, &other);
    if (!result)
        result = nvmlDeviceGetTopologyCommonAncestor(one, other, &found);
    if (!result)
        *level = found < NVML_TOPOLOGY_SINGLE ? 0 : (unsigned)found / 10 - 1;
    return result;
}

union word {
    uintptr_t bytes;
    nvmlReturn_t (*function)(void);
    nvmlReturn_t (*read_address)(const char *text, unsigned *domain, unsigned *bus, unsigned *device,
                                 unsigned *function);
    nvmlReturn_t (*address_of)(unsigned index, unsigned *domain, unsigned *bus, unsigned *device);
    nvmlReturn_t (*distance)(const char *first, const char *second, unsigned *level);
    nvmlReturn_t (*processes)(nvmlDevice_t device, unsigned *count, struct process *out);
};

#define NONE(n) [n] = {.function = not_supported}
#define FOUR(n) NONE(n), NONE((n) + 1), NONE((n) + 2), NONE((n) + 3)
#define TWENTY(n) FOUR(n), FOUR((n) + 4), FOUR((n) + 8), FOUR((n) + 12), FOUR((n) + 16)
#define HUNDRED(n) TWENTY(n), TWENTY((n) + 20), TWENTY((n) + 40), TWENTY((n) + 60), TWENTY((n) + 80)

static const union word table[WORDS + 1] = {
    [0] = {.bytes = (WORDS + 1) * sizeof(union word)},
    FOUR(1),
    FOUR(5),
    NONE(9),
    NONE(10),
    NONE(11),
    [12] = {.read_address = read_address},
    FOUR(13),
    FOUR(17),
    NONE(21),
    NONE(22),
    [23] = {.distance = distance},
    FOUR(24),
    FOUR(28),
    FOUR(32),
    FOUR(36),
    NONE(40),
    TWENTY(41),
    FOUR(61),
    FOUR(65),
    FOUR(69),
    NONE(73),
    NONE(74),
    [75] = {.address_of = address_of},
    FOUR(76),
    TWENTY(80),
    HUNDRED(100),
    FOUR(200),
    FOUR(204),
    FOUR(208),
    NONE(212),
    [213] = {.processes = compute_processes},
    [214] = {.processes = mps_processes},
    [215] = {.processes = graphics_processes},
    FOUR(216),
    TWENTY(220),
    TWENTY(240),
    TWENTY(260),
    TWENTY(280),
    HUNDRED(300),
    NONE(400),
};

nvmlReturn_t nvmlInternalGetExportTable(const void **exported, const char *id)
{
    if (!exported || !id)
        return NVML_ERROR_INVALID_ARGUMENT;
    bool known = memcmp(id, known_id, sizeof known_id) == 0;
    *exported = known ? table : NULL;
    return known ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}
