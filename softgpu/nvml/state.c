/* What kind of device it is, and the modes that a device which cannot be changed is in. */
#include "../host/settings.h"
#include "nvml.h"

enum { CUDA_CORES_OLD = 64, CUDA_CORES = 128 };

nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor)
{
    ENTER_FOR(device, major && minor);
    *major = sg_settings()->cc_major;
    *minor = sg_settings()->cc_minor;
    return NVML_SUCCESS;
}

/* NVML_DEVICE_ARCH_*: the generation that has the compute capability. */
nvmlReturn_t nvmlDeviceGetArchitecture(nvmlDevice_t device, nvmlDeviceArchitecture_t *arch)
{
    enum { VOLTA = 5, TURING, AMPERE, ADA, HOPPER, BLACKWELL };
    const nvmlDeviceArchitecture_t unknown = UINT32_MAX;
    ENTER_FOR(device, arch);
    int capability = 10 * sg_settings()->cc_major + sg_settings()->cc_minor;
    *arch = capability < 75    ? VOLTA
            : capability < 80  ? TURING
            : capability < 89  ? AMPERE
            : capability < 90  ? ADA
            : capability < 100 ? HOPPER
            : capability < 130 ? BLACKWELL
                               : unknown;
    return NVML_SUCCESS;
}

/* A multiprocessor is a worker thread; its cores are those of the architecture. */
nvmlReturn_t nvmlDeviceGetNumGpuCores(nvmlDevice_t device, unsigned int *numCores)
{
    ENTER_FOR(device, numCores);
    int capability = 10 * sg_settings()->cc_major + sg_settings()->cc_minor;
    *numCores = sg_settings()->threads * (capability <= 80 ? CUDA_CORES_OLD : CUDA_CORES);
    return NVML_SUCCESS;
}

static nvmlReturn_t attributes(nvmlDevice_t device, nvmlDeviceAttributes_t *out)
{
    ENTER_FOR(device, out);
    *out = (nvmlDeviceAttributes_t){.multiprocessorCount = sg_settings()->threads,
                                    .sharedCopyEngineCount = 2,
                                    .memorySizeMB = sg_settings()->memory >> 20};
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetAttributes(nvmlDevice_t device, nvmlDeviceAttributes_t *out)
{
    return attributes(device, out);
}

nvmlReturn_t nvmlDeviceGetAttributes_v2(nvmlDevice_t device, nvmlDeviceAttributes_t *out)
{
    return attributes(device, out);
}

nvmlReturn_t nvmlDeviceGetBrand(nvmlDevice_t device, nvmlBrandType_t *type)
{
    ENTER_FOR(device, type);
    *type = NVML_BRAND_UNKNOWN;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetComputeMode(nvmlDevice_t device, nvmlComputeMode_t *mode)
{
    ENTER_FOR(device, mode);
    *mode = NVML_COMPUTEMODE_DEFAULT;
    return NVML_SUCCESS;
}

static nvmlReturn_t full_performance(nvmlDevice_t device, nvmlPstates_t *state)
{
    ENTER_FOR(device, state);
    *state = NVML_PSTATE_0;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetPerformanceState(nvmlDevice_t device, nvmlPstates_t *pState)
{
    return full_performance(device, pState);
}

nvmlReturn_t nvmlDeviceGetPowerState(nvmlDevice_t device, nvmlPstates_t *pState)
{
    return full_performance(device, pState);
}

static nvmlReturn_t disabled(nvmlDevice_t device, nvmlEnableState_t *state)
{
    ENTER_FOR(device, state);
    *state = NVML_FEATURE_DISABLED;
    return NVML_SUCCESS;
}

/* No process, no device state: nothing persists. */
nvmlReturn_t nvmlDeviceGetPersistenceMode(nvmlDevice_t device, nvmlEnableState_t *mode)
{
    return disabled(device, mode);
}

nvmlReturn_t nvmlDeviceGetDisplayActive(nvmlDevice_t device, nvmlEnableState_t *isActive)
{
    return disabled(device, isActive);
}

nvmlReturn_t nvmlDeviceGetDisplayMode(nvmlDevice_t device, nvmlEnableState_t *display)
{
    return disabled(device, display);
}

nvmlReturn_t nvmlDeviceGetVirtualizationMode(nvmlDevice_t device, nvmlGpuVirtualizationMode_t *pVirtualMode)
{
    ENTER_FOR(device, pVirtualMode);
    *pVirtualMode = NVML_GPU_VIRTUALIZATION_MODE_NONE;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMultiGpuBoard(nvmlDevice_t device, unsigned int *multiGpuBool)
{
    ENTER_FOR(device, multiGpuBool);
    *multiGpuBool = 0;
    return NVML_SUCCESS;
}

/* Every field is told to be unknown on its own, as the native library does. */
nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int valuesCount, nvmlFieldValue_t *values)
{
    ENTER_FOR(device, valuesCount > 0 && values);
    for (int i = 0; i < valuesCount; i++)
        values[i].nvmlReturn = NVML_ERROR_NOT_SUPPORTED;
    return NVML_SUCCESS;
}
