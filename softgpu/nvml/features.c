/* What a device is capable of: nothing that needs hardware. Where NVML has a way to say none, it is said. */
#include <string.h>

#include "../host/identity.h"
#include "nvml.h"

nvmlReturn_t nvmlDeviceGetCapabilities(nvmlDevice_t device, nvmlDeviceCapabilities_t *caps)
{
    ENTER_FOR(device, caps);
    REQUIRE_VERSION(caps->version, nvmlDeviceCapabilities_v1_t, 1);
    caps->capMask = 0;
    return NVML_SUCCESS;
}

/* Unique among devices, as the UUID that it comes from. */
nvmlReturn_t nvmlDeviceGetPdi(nvmlDevice_t device, nvmlPdi_t *pdi)
{
    unsigned char uuid[SG_UUID_BYTES];
    ENTER_FOR(device, pdi);
    REQUIRE_VERSION(pdi->version, nvmlPdi_v1_t, 1);
    sg_identity_uuid(device->number, uuid);
    memcpy(&pdi->value, uuid + sizeof uuid - sizeof pdi->value, sizeof pdi->value);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetModuleId(nvmlDevice_t device, unsigned int *moduleId)
{
    ENTER_FOR(device, moduleId);
    *moduleId = device->number;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, unsigned int *count)
{
    ENTER_FOR(device, count);
    *count = 0;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetUnrepairableMemoryFlag_v1(nvmlDevice_t device,
                                                    nvmlUnrepairableMemoryStatus_v1_t *unrepairableMemoryStatus)
{
    ENTER_FOR(device, unrepairableMemoryStatus);
    unrepairableMemoryStatus->bUnrepairableMemory = 0;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetGridLicensableFeatures_v4(nvmlDevice_t device,
                                                    nvmlGridLicensableFeatures_t *pGridLicensableFeatures)
{
    ENTER_FOR(device, pGridLicensableFeatures);
    memset(pGridLicensableFeatures, 0, sizeof *pGridLicensableFeatures);
    return NVML_SUCCESS;
}

/* Lists of `name=value` of which no entry is promised: there are no clocks to name. */
nvmlReturn_t nvmlDeviceGetCurrentClockFreqs(nvmlDevice_t device, nvmlDeviceCurrentClockFreqs_t *currentClockFreqs)
{
    ENTER_FOR(device, currentClockFreqs);
    REQUIRE_VERSION(currentClockFreqs->version, nvmlDeviceCurrentClockFreqs_v1_t, 1);
    currentClockFreqs->str[0] = 0;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetPerformanceModes(nvmlDevice_t device, nvmlDevicePerfModes_t *perfModes)
{
    ENTER_FOR(device, perfModes);
    REQUIRE_VERSION(perfModes->version, nvmlDevicePerfModes_v1_t, 1);
    perfModes->str[0] = 0;
    return NVML_SUCCESS;
}
