/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
#include "../../../libnvml/generated/nvml_api.h"
#include "../call.h"

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v1_t *infos)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetComputeRunningProcesses], (const union bf_nvml_arg[]){{.p = device}, {.p = infoCount}, {.p = infos}});
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v2_t *infos)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetComputeRunningProcesses_v2], (const union bf_nvml_arg[]){{.p = device}, {.p = infoCount}, {.p = infos}});
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_t *infos)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetComputeRunningProcesses_v3], (const union bf_nvml_arg[]){{.p = device}, {.p = infoCount}, {.p = infos}});
}

nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v1_t *infos)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGraphicsRunningProcesses], (const union bf_nvml_arg[]){{.p = device}, {.p = infoCount}, {.p = infos}});
}

nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v2(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v2_t *infos)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGraphicsRunningProcesses_v2], (const union bf_nvml_arg[]){{.p = device}, {.p = infoCount}, {.p = infos}});
}

nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v3(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_t *infos)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGraphicsRunningProcesses_v3], (const union bf_nvml_arg[]){{.p = device}, {.p = infoCount}, {.p = infos}});
}

nvmlReturn_t nvmlDeviceGetMPSComputeRunningProcesses(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v1_t *infos)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMPSComputeRunningProcesses], (const union bf_nvml_arg[]){{.p = device}, {.p = infoCount}, {.p = infos}});
}

nvmlReturn_t nvmlDeviceGetMPSComputeRunningProcesses_v2(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v2_t *infos)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMPSComputeRunningProcesses_v2], (const union bf_nvml_arg[]){{.p = device}, {.p = infoCount}, {.p = infos}});
}

nvmlReturn_t nvmlDeviceGetMPSComputeRunningProcesses_v3(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_t *infos)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMPSComputeRunningProcesses_v3], (const union bf_nvml_arg[]){{.p = device}, {.p = infoCount}, {.p = infos}});
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMemoryInfo], (const union bf_nvml_arg[]){{.p = device}, {.p = memory}});
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMemoryInfo_v2], (const union bf_nvml_arg[]){{.p = device}, {.p = memory}});
}

nvmlReturn_t nvmlDeviceGetProcessUtilization(nvmlDevice_t device, nvmlProcessUtilizationSample_t *utilization, unsigned int *processSamplesCount, unsigned long long lastSeenTimeStamp)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetProcessUtilization], (const union bf_nvml_arg[]){{.p = device}, {.p = utilization}, {.p = processSamplesCount}, {.u = (uint64_t)lastSeenTimeStamp}});
}

nvmlReturn_t nvmlDeviceGetAPIRestriction(nvmlDevice_t device, nvmlRestrictedAPI_t apiType, nvmlEnableState_t *isRestricted)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetAPIRestriction], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)apiType}, {.p = isRestricted}});
}

nvmlReturn_t nvmlDeviceGetAccountingBufferSize(nvmlDevice_t device, unsigned int *bufferSize)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetAccountingBufferSize], (const union bf_nvml_arg[]){{.p = device}, {.p = bufferSize}});
}

nvmlReturn_t nvmlDeviceGetAccountingMode(nvmlDevice_t device, nvmlEnableState_t *mode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetAccountingMode], (const union bf_nvml_arg[]){{.p = device}, {.p = mode}});
}

nvmlReturn_t nvmlDeviceGetAdaptiveClockInfoStatus(nvmlDevice_t device, unsigned int *adaptiveClockStatus)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetAdaptiveClockInfoStatus], (const union bf_nvml_arg[]){{.p = device}, {.p = adaptiveClockStatus}});
}

nvmlReturn_t nvmlDeviceGetAdaptiveTgpModeInfo_v1(nvmlDevice_t device, nvmlAdaptiveTgpModeInfo_v1_t *info)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetAdaptiveTgpModeInfo_v1], (const union bf_nvml_arg[]){{.p = device}, {.p = info}});
}

nvmlReturn_t nvmlDeviceGetAddressingMode(nvmlDevice_t device, nvmlDeviceAddressingMode_t *mode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetAddressingMode], (const union bf_nvml_arg[]){{.p = device}, {.p = mode}});
}

nvmlReturn_t nvmlDeviceGetApplicationsClock(nvmlDevice_t device, nvmlClockType_t clockType, unsigned int *clockMHz)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetApplicationsClock], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)clockType}, {.p = clockMHz}});
}

nvmlReturn_t nvmlDeviceGetArchitecture(nvmlDevice_t device, nvmlDeviceArchitecture_t *arch)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetArchitecture], (const union bf_nvml_arg[]){{.p = device}, {.p = arch}});
}

nvmlReturn_t nvmlDeviceGetAttributes(nvmlDevice_t device, nvmlDeviceAttributes_t *attributes)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetAttributes], (const union bf_nvml_arg[]){{.p = device}, {.p = attributes}});
}

nvmlReturn_t nvmlDeviceGetAttributes_v2(nvmlDevice_t device, nvmlDeviceAttributes_t *attributes)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetAttributes_v2], (const union bf_nvml_arg[]){{.p = device}, {.p = attributes}});
}

nvmlReturn_t nvmlDeviceGetAutoBoostedClocksEnabled(nvmlDevice_t device, nvmlEnableState_t *isEnabled, nvmlEnableState_t *defaultIsEnabled)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetAutoBoostedClocksEnabled], (const union bf_nvml_arg[]){{.p = device}, {.p = isEnabled}, {.p = defaultIsEnabled}});
}

nvmlReturn_t nvmlDeviceGetBAR1MemoryInfo(nvmlDevice_t device, nvmlBAR1Memory_t *bar1Memory)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetBAR1MemoryInfo], (const union bf_nvml_arg[]){{.p = device}, {.p = bar1Memory}});
}

nvmlReturn_t nvmlDeviceGetBBXTimeData_v1(nvmlDevice_t device, nvmlBBXTimeData_v1_t *timeData)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetBBXTimeData_v1], (const union bf_nvml_arg[]){{.p = device}, {.p = timeData}});
}

nvmlReturn_t nvmlDeviceGetBankRemapperStatus_v1(nvmlDevice_t device, nvmlEccBankRemapperStatus_v1_t *pBankRemapperStatus)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetBankRemapperStatus_v1], (const union bf_nvml_arg[]){{.p = device}, {.p = pBankRemapperStatus}});
}

nvmlReturn_t nvmlDeviceGetBoardId(nvmlDevice_t device, unsigned int *boardId)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetBoardId], (const union bf_nvml_arg[]){{.p = device}, {.p = boardId}});
}

nvmlReturn_t nvmlDeviceGetBoardPartNumber(nvmlDevice_t device, char *partNumber, unsigned int length)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetBoardPartNumber], (const union bf_nvml_arg[]){{.p = device}, {.p = partNumber}, {.u = (uint64_t)length}});
}

nvmlReturn_t nvmlDeviceGetBrand(nvmlDevice_t device, nvmlBrandType_t *type)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetBrand], (const union bf_nvml_arg[]){{.p = device}, {.p = type}});
}

nvmlReturn_t nvmlDeviceGetBridgeChipInfo(nvmlDevice_t device, nvmlBridgeChipHierarchy_t *bridgeHierarchy)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetBridgeChipInfo], (const union bf_nvml_arg[]){{.p = device}, {.p = bridgeHierarchy}});
}

nvmlReturn_t nvmlDeviceGetBusType(nvmlDevice_t device, nvmlBusType_t *type)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetBusType], (const union bf_nvml_arg[]){{.p = device}, {.p = type}});
}

nvmlReturn_t nvmlDeviceGetC2cModeInfoV(nvmlDevice_t device, nvmlC2cModeInfo_v1_t *c2cModeInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetC2cModeInfoV], (const union bf_nvml_arg[]){{.p = device}, {.p = c2cModeInfo}});
}

nvmlReturn_t nvmlDeviceGetCapabilities(nvmlDevice_t device, nvmlDeviceCapabilities_t *caps)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetCapabilities], (const union bf_nvml_arg[]){{.p = device}, {.p = caps}});
}

nvmlReturn_t nvmlDeviceGetClkMonStatus(nvmlDevice_t device, nvmlClkMonStatus_t *status)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetClkMonStatus], (const union bf_nvml_arg[]){{.p = device}, {.p = status}});
}

nvmlReturn_t nvmlDeviceGetClock(nvmlDevice_t device, nvmlClockType_t clockType, nvmlClockId_t clockId, unsigned int *clockMHz)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetClock], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)clockType}, {.u = (uint64_t)clockId}, {.p = clockMHz}});
}

nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, nvmlClockType_t type, unsigned int *clock)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetClockInfo], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)type}, {.p = clock}});
}

nvmlReturn_t nvmlDeviceGetClockOffsets(nvmlDevice_t device, nvmlClockOffset_t *info)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetClockOffsets], (const union bf_nvml_arg[]){{.p = device}, {.p = info}});
}

nvmlReturn_t nvmlDeviceGetComputeMode(nvmlDevice_t device, nvmlComputeMode_t *mode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetComputeMode], (const union bf_nvml_arg[]){{.p = device}, {.p = mode}});
}

nvmlReturn_t nvmlDeviceGetCoolerInfo(nvmlDevice_t device, nvmlCoolerInfo_t *coolerInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetCoolerInfo], (const union bf_nvml_arg[]){{.p = device}, {.p = coolerInfo}});
}

nvmlReturn_t nvmlDeviceGetCurrPcieLinkGeneration(nvmlDevice_t device, unsigned int *currLinkGen)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetCurrPcieLinkGeneration], (const union bf_nvml_arg[]){{.p = device}, {.p = currLinkGen}});
}

nvmlReturn_t nvmlDeviceGetCurrPcieLinkWidth(nvmlDevice_t device, unsigned int *currLinkWidth)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetCurrPcieLinkWidth], (const union bf_nvml_arg[]){{.p = device}, {.p = currLinkWidth}});
}

nvmlReturn_t nvmlDeviceGetCurrentClockFreqs(nvmlDevice_t device, nvmlDeviceCurrentClockFreqs_t *currentClockFreqs)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetCurrentClockFreqs], (const union bf_nvml_arg[]){{.p = device}, {.p = currentClockFreqs}});
}

nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t device, unsigned long long *clocksEventReasons)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetCurrentClocksEventReasons], (const union bf_nvml_arg[]){{.p = device}, {.p = clocksEventReasons}});
}

nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t device, unsigned long long *clocksThrottleReasons)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetCurrentClocksThrottleReasons], (const union bf_nvml_arg[]){{.p = device}, {.p = clocksThrottleReasons}});
}

nvmlReturn_t nvmlDeviceGetDecoderUtilization(nvmlDevice_t device, unsigned int *utilization, unsigned int *samplingPeriodUs)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetDecoderUtilization], (const union bf_nvml_arg[]){{.p = device}, {.p = utilization}, {.p = samplingPeriodUs}});
}

nvmlReturn_t nvmlDeviceGetDefaultApplicationsClock(nvmlDevice_t device, nvmlClockType_t clockType, unsigned int *clockMHz)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetDefaultApplicationsClock], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)clockType}, {.p = clockMHz}});
}

nvmlReturn_t nvmlDeviceGetDefaultEccMode(nvmlDevice_t device, nvmlEnableState_t *defaultMode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetDefaultEccMode], (const union bf_nvml_arg[]){{.p = device}, {.p = defaultMode}});
}

nvmlReturn_t nvmlDeviceGetDetailedEccErrors(nvmlDevice_t device, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, nvmlEccErrorCounts_t *eccCounts)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetDetailedEccErrors], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)errorType}, {.u = (uint64_t)counterType}, {.p = eccCounts}});
}

nvmlReturn_t nvmlDeviceGetDisplayActive(nvmlDevice_t device, nvmlEnableState_t *isActive)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetDisplayActive], (const union bf_nvml_arg[]){{.p = device}, {.p = isActive}});
}

nvmlReturn_t nvmlDeviceGetDisplayMode(nvmlDevice_t device, nvmlEnableState_t *display)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetDisplayMode], (const union bf_nvml_arg[]){{.p = device}, {.p = display}});
}

nvmlReturn_t nvmlDeviceGetDramEncryptionMode(nvmlDevice_t device, nvmlDramEncryptionInfo_t *current, nvmlDramEncryptionInfo_t *pending)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetDramEncryptionMode], (const union bf_nvml_arg[]){{.p = device}, {.p = current}, {.p = pending}});
}

nvmlReturn_t nvmlDeviceGetDynamicPstatesInfo(nvmlDevice_t device, nvmlGpuDynamicPstatesInfo_t *pDynamicPstatesInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetDynamicPstatesInfo], (const union bf_nvml_arg[]){{.p = device}, {.p = pDynamicPstatesInfo}});
}

nvmlReturn_t nvmlDeviceGetEccMode(nvmlDevice_t device, nvmlEnableState_t *current, nvmlEnableState_t *pending)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetEccMode], (const union bf_nvml_arg[]){{.p = device}, {.p = current}, {.p = pending}});
}

nvmlReturn_t nvmlDeviceGetEncoderCapacity(nvmlDevice_t device, nvmlEncoderType_t encoderQueryType, unsigned int *encoderCapacity)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetEncoderCapacity], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)encoderQueryType}, {.p = encoderCapacity}});
}

nvmlReturn_t nvmlDeviceGetEncoderStats(nvmlDevice_t device, unsigned int *sessionCount, unsigned int *averageFps, unsigned int *averageLatency)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetEncoderStats], (const union bf_nvml_arg[]){{.p = device}, {.p = sessionCount}, {.p = averageFps}, {.p = averageLatency}});
}

nvmlReturn_t nvmlDeviceGetEncoderUtilization(nvmlDevice_t device, unsigned int *utilization, unsigned int *samplingPeriodUs)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetEncoderUtilization], (const union bf_nvml_arg[]){{.p = device}, {.p = utilization}, {.p = samplingPeriodUs}});
}

nvmlReturn_t nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t device, unsigned int *limit)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetEnforcedPowerLimit], (const union bf_nvml_arg[]){{.p = device}, {.p = limit}});
}

nvmlReturn_t nvmlDeviceGetFBCStats(nvmlDevice_t device, nvmlFBCStats_t *fbcStats)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetFBCStats], (const union bf_nvml_arg[]){{.p = device}, {.p = fbcStats}});
}

nvmlReturn_t nvmlDeviceGetFanControlPolicy_v2(nvmlDevice_t device, unsigned int fan, nvmlFanControlPolicy_t *policy)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetFanControlPolicy_v2], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)fan}, {.p = policy}});
}

nvmlReturn_t nvmlDeviceGetFanSpeed(nvmlDevice_t device, unsigned int *speed)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetFanSpeed], (const union bf_nvml_arg[]){{.p = device}, {.p = speed}});
}

nvmlReturn_t nvmlDeviceGetFanSpeedRPM(nvmlDevice_t device, nvmlFanSpeedInfo_t *fanSpeed)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetFanSpeedRPM], (const union bf_nvml_arg[]){{.p = device}, {.p = fanSpeed}});
}

nvmlReturn_t nvmlDeviceGetFanSpeed_v2(nvmlDevice_t device, unsigned int fan, unsigned int *speed)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetFanSpeed_v2], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)fan}, {.p = speed}});
}

nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int valuesCount, nvmlFieldValue_t *values)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetFieldValues], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)valuesCount}, {.p = values}});
}

nvmlReturn_t nvmlDeviceGetGpcClkMinMaxVfOffset(nvmlDevice_t device, int *minOffset, int *maxOffset)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGpcClkMinMaxVfOffset], (const union bf_nvml_arg[]){{.p = device}, {.p = minOffset}, {.p = maxOffset}});
}

nvmlReturn_t nvmlDeviceGetGpcClkVfOffset(nvmlDevice_t device, int *offset)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGpcClkVfOffset], (const union bf_nvml_arg[]){{.p = device}, {.p = offset}});
}

nvmlReturn_t nvmlDeviceGetGpuFabricInfo(nvmlDevice_t device, nvmlGpuFabricInfo_t *gpuFabricInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGpuFabricInfo], (const union bf_nvml_arg[]){{.p = device}, {.p = gpuFabricInfo}});
}

nvmlReturn_t nvmlDeviceGetGpuFabricInfoV(nvmlDevice_t device, nvmlGpuFabricInfoV_t *gpuFabricInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGpuFabricInfoV], (const union bf_nvml_arg[]){{.p = device}, {.p = gpuFabricInfo}});
}

nvmlReturn_t nvmlDeviceGetGpuFabricInfo_v4(nvmlDevice_t device, nvmlGpuFabricInfo_v4_t *gpuFabricInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGpuFabricInfo_v4], (const union bf_nvml_arg[]){{.p = device}, {.p = gpuFabricInfo}});
}

nvmlReturn_t nvmlDeviceGetGpuMaxPcieLinkGeneration(nvmlDevice_t device, unsigned int *maxLinkGenDevice)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGpuMaxPcieLinkGeneration], (const union bf_nvml_arg[]){{.p = device}, {.p = maxLinkGenDevice}});
}

nvmlReturn_t nvmlDeviceGetGpuOperationMode(nvmlDevice_t device, nvmlGpuOperationMode_t *current, nvmlGpuOperationMode_t *pending)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGpuOperationMode], (const union bf_nvml_arg[]){{.p = device}, {.p = current}, {.p = pending}});
}

nvmlReturn_t nvmlDeviceGetGpuUptime_v1(nvmlDevice_t device, nvmlGpuUptime_v1_t *uptime)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGpuUptime_v1], (const union bf_nvml_arg[]){{.p = device}, {.p = uptime}});
}

nvmlReturn_t nvmlDeviceGetGridLicensableFeatures_v4(nvmlDevice_t device, nvmlGridLicensableFeatures_t *pGridLicensableFeatures)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGridLicensableFeatures_v4], (const union bf_nvml_arg[]){{.p = device}, {.p = pGridLicensableFeatures}});
}

nvmlReturn_t nvmlDeviceGetGspFirmwareMode(nvmlDevice_t device, unsigned int *isEnabled, unsigned int *defaultMode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGspFirmwareMode], (const union bf_nvml_arg[]){{.p = device}, {.p = isEnabled}, {.p = defaultMode}});
}

nvmlReturn_t nvmlDeviceGetGspFirmwareVersion(nvmlDevice_t device, char *version)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetGspFirmwareVersion], (const union bf_nvml_arg[]){{.p = device}, {.p = version}});
}

nvmlReturn_t nvmlDeviceGetHostname_v1(nvmlDevice_t device, nvmlHostname_v1_t *hostname)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetHostname_v1], (const union bf_nvml_arg[]){{.p = device}, {.p = hostname}});
}

nvmlReturn_t nvmlDeviceGetInforomConfigurationChecksum(nvmlDevice_t device, unsigned int *checksum)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetInforomConfigurationChecksum], (const union bf_nvml_arg[]){{.p = device}, {.p = checksum}});
}

nvmlReturn_t nvmlDeviceGetInforomImageVersion(nvmlDevice_t device, char *version, unsigned int length)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetInforomImageVersion], (const union bf_nvml_arg[]){{.p = device}, {.p = version}, {.u = (uint64_t)length}});
}

nvmlReturn_t nvmlDeviceGetInforomVersion(nvmlDevice_t device, nvmlInforomObject_t object, char *version, unsigned int length)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetInforomVersion], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)object}, {.p = version}, {.u = (uint64_t)length}});
}

nvmlReturn_t nvmlDeviceGetIrqNum(nvmlDevice_t device, unsigned int *irqNum)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetIrqNum], (const union bf_nvml_arg[]){{.p = device}, {.p = irqNum}});
}

nvmlReturn_t nvmlDeviceGetJpgUtilization(nvmlDevice_t device, unsigned int *utilization, unsigned int *samplingPeriodUs)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetJpgUtilization], (const union bf_nvml_arg[]){{.p = device}, {.p = utilization}, {.p = samplingPeriodUs}});
}

nvmlReturn_t nvmlDeviceGetLastBBXFlushTime(nvmlDevice_t device, unsigned long long *timestamp, unsigned long *durationUs)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetLastBBXFlushTime], (const union bf_nvml_arg[]){{.p = device}, {.p = timestamp}, {.p = durationUs}});
}

nvmlReturn_t nvmlDeviceGetMarginTemperature(nvmlDevice_t device, nvmlMarginTemperature_t *marginTempInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMarginTemperature], (const union bf_nvml_arg[]){{.p = device}, {.p = marginTempInfo}});
}

nvmlReturn_t nvmlDeviceGetMaxClockInfo(nvmlDevice_t device, nvmlClockType_t type, unsigned int *clock)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMaxClockInfo], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)type}, {.p = clock}});
}

nvmlReturn_t nvmlDeviceGetMaxCustomerBoostClock(nvmlDevice_t device, nvmlClockType_t clockType, unsigned int *clockMHz)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMaxCustomerBoostClock], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)clockType}, {.p = clockMHz}});
}

nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, unsigned int *count)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMaxMigDeviceCount], (const union bf_nvml_arg[]){{.p = device}, {.p = count}});
}

nvmlReturn_t nvmlDeviceGetMaxPcieLinkGeneration(nvmlDevice_t device, unsigned int *maxLinkGen)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMaxPcieLinkGeneration], (const union bf_nvml_arg[]){{.p = device}, {.p = maxLinkGen}});
}

nvmlReturn_t nvmlDeviceGetMaxPcieLinkWidth(nvmlDevice_t device, unsigned int *maxLinkWidth)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMaxPcieLinkWidth], (const union bf_nvml_arg[]){{.p = device}, {.p = maxLinkWidth}});
}

nvmlReturn_t nvmlDeviceGetMemClkMinMaxVfOffset(nvmlDevice_t device, int *minOffset, int *maxOffset)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMemClkMinMaxVfOffset], (const union bf_nvml_arg[]){{.p = device}, {.p = minOffset}, {.p = maxOffset}});
}

nvmlReturn_t nvmlDeviceGetMemClkVfOffset(nvmlDevice_t device, int *offset)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMemClkVfOffset], (const union bf_nvml_arg[]){{.p = device}, {.p = offset}});
}

nvmlReturn_t nvmlDeviceGetMemoryBusWidth(nvmlDevice_t device, unsigned int *busWidth)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMemoryBusWidth], (const union bf_nvml_arg[]){{.p = device}, {.p = busWidth}});
}

nvmlReturn_t nvmlDeviceGetMemoryErrorCounter(nvmlDevice_t device, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, nvmlMemoryLocation_t locationType, unsigned long long *count)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMemoryErrorCounter], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)errorType}, {.u = (uint64_t)counterType}, {.u = (uint64_t)locationType}, {.p = count}});
}

nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned int *currentMode, unsigned int *pendingMode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMigMode], (const union bf_nvml_arg[]){{.p = device}, {.p = currentMode}, {.p = pendingMode}});
}

nvmlReturn_t nvmlDeviceGetMinMaxClockOfPState(nvmlDevice_t device, nvmlClockType_t type, nvmlPstates_t pstate, unsigned int *minClockMHz, unsigned int *maxClockMHz)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMinMaxClockOfPState], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)type}, {.u = (uint64_t)pstate}, {.p = minClockMHz}, {.p = maxClockMHz}});
}

nvmlReturn_t nvmlDeviceGetMinMaxFanSpeed(nvmlDevice_t device, unsigned int *minSpeed, unsigned int *maxSpeed)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMinMaxFanSpeed], (const union bf_nvml_arg[]){{.p = device}, {.p = minSpeed}, {.p = maxSpeed}});
}

nvmlReturn_t nvmlDeviceGetModuleId(nvmlDevice_t device, unsigned int *moduleId)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetModuleId], (const union bf_nvml_arg[]){{.p = device}, {.p = moduleId}});
}

nvmlReturn_t nvmlDeviceGetMultiGpuBoard(nvmlDevice_t device, unsigned int *multiGpuBool)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetMultiGpuBoard], (const union bf_nvml_arg[]){{.p = device}, {.p = multiGpuBool}});
}

nvmlReturn_t nvmlDeviceGetNumFans(nvmlDevice_t device, unsigned int *numFans)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNumFans], (const union bf_nvml_arg[]){{.p = device}, {.p = numFans}});
}

nvmlReturn_t nvmlDeviceGetNumGpuCores(nvmlDevice_t device, unsigned int *numCores)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNumGpuCores], (const union bf_nvml_arg[]){{.p = device}, {.p = numCores}});
}

nvmlReturn_t nvmlDeviceGetNvLinkCapability(nvmlDevice_t device, unsigned int link, nvmlNvLinkCapability_t capability, unsigned int *capResult)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkCapability], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)link}, {.u = (uint64_t)capability}, {.p = capResult}});
}

nvmlReturn_t nvmlDeviceGetNvLinkErrorCounter(nvmlDevice_t device, unsigned int link, nvmlNvLinkErrorCounter_t counter, unsigned long long *counterValue)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkErrorCounter], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)link}, {.u = (uint64_t)counter}, {.p = counterValue}});
}

nvmlReturn_t nvmlDeviceGetNvLinkInfo(nvmlDevice_t device, nvmlNvLinkInfo_t *info)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkInfo], (const union bf_nvml_arg[]){{.p = device}, {.p = info}});
}

nvmlReturn_t nvmlDeviceGetNvLinkInfo_v3(nvmlDevice_t device, nvmlNvLinkInfo_v3_t *info)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkInfo_v3], (const union bf_nvml_arg[]){{.p = device}, {.p = info}});
}

nvmlReturn_t nvmlDeviceGetNvLinkRemoteDeviceType(nvmlDevice_t device, unsigned int link, nvmlIntNvLinkDeviceType_t *pNvLinkDeviceType)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkRemoteDeviceType], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)link}, {.p = pNvLinkDeviceType}});
}

nvmlReturn_t nvmlDeviceGetNvLinkRemotePciInfo(nvmlDevice_t device, unsigned int link, nvmlPciInfo_t *pci)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkRemotePciInfo], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)link}, {.p = pci}});
}

nvmlReturn_t nvmlDeviceGetNvLinkRemotePciInfo_v2(nvmlDevice_t device, unsigned int link, nvmlPciInfo_t *pci)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkRemotePciInfo_v2], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)link}, {.p = pci}});
}

nvmlReturn_t nvmlDeviceGetNvLinkState(nvmlDevice_t device, unsigned int link, nvmlEnableState_t *isActive)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkState], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)link}, {.p = isActive}});
}

nvmlReturn_t nvmlDeviceGetNvLinkUtilizationControl(nvmlDevice_t device, unsigned int link, unsigned int counter, nvmlNvLinkUtilizationControl_t *control)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkUtilizationControl], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)link}, {.u = (uint64_t)counter}, {.p = control}});
}

nvmlReturn_t nvmlDeviceGetNvLinkUtilizationCounter(nvmlDevice_t device, unsigned int link, unsigned int counter, unsigned long long *rxcounter, unsigned long long *txcounter)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkUtilizationCounter], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)link}, {.u = (uint64_t)counter}, {.p = rxcounter}, {.p = txcounter}});
}

nvmlReturn_t nvmlDeviceGetNvLinkVersion(nvmlDevice_t device, unsigned int link, unsigned int *version)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvLinkVersion], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)link}, {.p = version}});
}

nvmlReturn_t nvmlDeviceGetNvlinkBwMode(nvmlDevice_t device, nvmlNvlinkGetBwMode_t *getBwMode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvlinkBwMode], (const union bf_nvml_arg[]){{.p = device}, {.p = getBwMode}});
}

nvmlReturn_t nvmlDeviceGetNvlinkNvlePrivateInfo_v1(nvmlDevice_t device, nvmlNvlinkNvlePrivateInfo_v1_t *privateInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvlinkNvlePrivateInfo_v1], (const union bf_nvml_arg[]){{.p = device}, {.p = privateInfo}});
}

nvmlReturn_t nvmlDeviceGetNvlinkRemapTableInfo_v1(nvmlDevice_t device, nvmlNvlinkGetRemapTableInfo_v1_t *remapTableInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvlinkRemapTableInfo_v1], (const union bf_nvml_arg[]){{.p = device}, {.p = remapTableInfo}});
}

nvmlReturn_t nvmlDeviceGetNvlinkSupportedBwModes(nvmlDevice_t device, nvmlNvlinkSupportedBwModes_t *supportedBwMode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetNvlinkSupportedBwModes], (const union bf_nvml_arg[]){{.p = device}, {.p = supportedBwMode}});
}

nvmlReturn_t nvmlDeviceGetOfaUtilization(nvmlDevice_t device, unsigned int *utilization, unsigned int *samplingPeriodUs)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetOfaUtilization], (const union bf_nvml_arg[]){{.p = device}, {.p = utilization}, {.p = samplingPeriodUs}});
}

nvmlReturn_t nvmlDeviceGetPcieLinkMaxSpeed(nvmlDevice_t device, unsigned int *maxSpeed)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPcieLinkMaxSpeed], (const union bf_nvml_arg[]){{.p = device}, {.p = maxSpeed}});
}

nvmlReturn_t nvmlDeviceGetPcieReplayCounter(nvmlDevice_t device, unsigned int *value)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPcieReplayCounter], (const union bf_nvml_arg[]){{.p = device}, {.p = value}});
}

nvmlReturn_t nvmlDeviceGetPcieSpeed(nvmlDevice_t device, unsigned int *pcieSpeed)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPcieSpeed], (const union bf_nvml_arg[]){{.p = device}, {.p = pcieSpeed}});
}

nvmlReturn_t nvmlDeviceGetPcieThroughput(nvmlDevice_t device, nvmlPcieUtilCounter_t counter, unsigned int *value)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPcieThroughput], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)counter}, {.p = value}});
}

nvmlReturn_t nvmlDeviceGetPdi(nvmlDevice_t device, nvmlPdi_t *pdi)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPdi], (const union bf_nvml_arg[]){{.p = device}, {.p = pdi}});
}

nvmlReturn_t nvmlDeviceGetPerformanceModes(nvmlDevice_t device, nvmlDevicePerfModes_t *perfModes)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPerformanceModes], (const union bf_nvml_arg[]){{.p = device}, {.p = perfModes}});
}

nvmlReturn_t nvmlDeviceGetPerformanceState(nvmlDevice_t device, nvmlPstates_t *pState)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPerformanceState], (const union bf_nvml_arg[]){{.p = device}, {.p = pState}});
}

nvmlReturn_t nvmlDeviceGetPersistenceMode(nvmlDevice_t device, nvmlEnableState_t *mode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPersistenceMode], (const union bf_nvml_arg[]){{.p = device}, {.p = mode}});
}

nvmlReturn_t nvmlDeviceGetPlatformInfo(nvmlDevice_t device, nvmlPlatformInfo_t *platformInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPlatformInfo], (const union bf_nvml_arg[]){{.p = device}, {.p = platformInfo}});
}

nvmlReturn_t nvmlDeviceGetPowerManagementDefaultLimit(nvmlDevice_t device, unsigned int *defaultLimit)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPowerManagementDefaultLimit], (const union bf_nvml_arg[]){{.p = device}, {.p = defaultLimit}});
}

nvmlReturn_t nvmlDeviceGetPowerManagementLimit(nvmlDevice_t device, unsigned int *limit)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPowerManagementLimit], (const union bf_nvml_arg[]){{.p = device}, {.p = limit}});
}

nvmlReturn_t nvmlDeviceGetPowerManagementLimitConstraints(nvmlDevice_t device, unsigned int *minLimit, unsigned int *maxLimit)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPowerManagementLimitConstraints], (const union bf_nvml_arg[]){{.p = device}, {.p = minLimit}, {.p = maxLimit}});
}

nvmlReturn_t nvmlDeviceGetPowerManagementMode(nvmlDevice_t device, nvmlEnableState_t *mode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPowerManagementMode], (const union bf_nvml_arg[]){{.p = device}, {.p = mode}});
}

nvmlReturn_t nvmlDeviceGetPowerMizerMode_v1(nvmlDevice_t device, nvmlDevicePowerMizerModes_v1_t *powerMizerMode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPowerMizerMode_v1], (const union bf_nvml_arg[]){{.p = device}, {.p = powerMizerMode}});
}

nvmlReturn_t nvmlDeviceGetPowerSource(nvmlDevice_t device, nvmlPowerSource_t *powerSource)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPowerSource], (const union bf_nvml_arg[]){{.p = device}, {.p = powerSource}});
}

nvmlReturn_t nvmlDeviceGetPowerState(nvmlDevice_t device, nvmlPstates_t *pState)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPowerState], (const union bf_nvml_arg[]){{.p = device}, {.p = pState}});
}

nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *power)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetPowerUsage], (const union bf_nvml_arg[]){{.p = device}, {.p = power}});
}

nvmlReturn_t nvmlDeviceGetRemappedRows(nvmlDevice_t device, unsigned int *corrRows, unsigned int *uncRows, unsigned int *isPending, unsigned int *failureOccurred)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetRemappedRows], (const union bf_nvml_arg[]){{.p = device}, {.p = corrRows}, {.p = uncRows}, {.p = isPending}, {.p = failureOccurred}});
}

nvmlReturn_t nvmlDeviceGetRemappedRows_v2(nvmlDevice_t device, nvmlRemappedRowsInfo_v2_t *info)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetRemappedRows_v2], (const union bf_nvml_arg[]){{.p = device}, {.p = info}});
}

nvmlReturn_t nvmlDeviceGetRepairStatus(nvmlDevice_t device, nvmlRepairStatus_t *repairStatus)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetRepairStatus], (const union bf_nvml_arg[]){{.p = device}, {.p = repairStatus}});
}

nvmlReturn_t nvmlDeviceGetRetiredPages(nvmlDevice_t device, nvmlPageRetirementCause_t cause, unsigned int *pageCount, unsigned long long *addresses)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetRetiredPages], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)cause}, {.p = pageCount}, {.p = addresses}});
}

nvmlReturn_t nvmlDeviceGetRetiredPagesPendingStatus(nvmlDevice_t device, nvmlEnableState_t *isPending)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetRetiredPagesPendingStatus], (const union bf_nvml_arg[]){{.p = device}, {.p = isPending}});
}

nvmlReturn_t nvmlDeviceGetRetiredPages_v2(nvmlDevice_t device, nvmlPageRetirementCause_t cause, unsigned int *pageCount, unsigned long long *addresses, unsigned long long *timestamps)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetRetiredPages_v2], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)cause}, {.p = pageCount}, {.p = addresses}, {.p = timestamps}});
}

nvmlReturn_t nvmlDeviceGetRowRemapperHistogram(nvmlDevice_t device, nvmlRowRemapperHistogramValues_t *values)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetRowRemapperHistogram], (const union bf_nvml_arg[]){{.p = device}, {.p = values}});
}

nvmlReturn_t nvmlDeviceGetSamples(nvmlDevice_t device, nvmlSamplingType_t type, unsigned long long lastSeenTimeStamp, nvmlValueType_t *sampleValType, unsigned int *sampleCount, nvmlSample_t *samples)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetSamples], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)type}, {.u = (uint64_t)lastSeenTimeStamp}, {.p = sampleValType}, {.p = sampleCount}, {.p = samples}});
}

nvmlReturn_t nvmlDeviceGetSerial(nvmlDevice_t device, char *serial, unsigned int length)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetSerial], (const union bf_nvml_arg[]){{.p = device}, {.p = serial}, {.u = (uint64_t)length}});
}

nvmlReturn_t nvmlDeviceGetSramEccErrorStatus(nvmlDevice_t device, nvmlEccSramErrorStatus_t *status)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetSramEccErrorStatus], (const union bf_nvml_arg[]){{.p = device}, {.p = status}});
}

nvmlReturn_t nvmlDeviceGetSupportedClocksEventReasons(nvmlDevice_t device, unsigned long long *supportedClocksEventReasons)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetSupportedClocksEventReasons], (const union bf_nvml_arg[]){{.p = device}, {.p = supportedClocksEventReasons}});
}

nvmlReturn_t nvmlDeviceGetSupportedClocksThrottleReasons(nvmlDevice_t device, unsigned long long *supportedClocksThrottleReasons)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetSupportedClocksThrottleReasons], (const union bf_nvml_arg[]){{.p = device}, {.p = supportedClocksThrottleReasons}});
}

nvmlReturn_t nvmlDeviceGetSupportedEventTypes(nvmlDevice_t device, unsigned long long *eventTypes)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetSupportedEventTypes], (const union bf_nvml_arg[]){{.p = device}, {.p = eventTypes}});
}

nvmlReturn_t nvmlDeviceGetSupportedGraphicsClocks(nvmlDevice_t device, unsigned int memoryClockMHz, unsigned int *count, unsigned int *clocksMHz)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetSupportedGraphicsClocks], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)memoryClockMHz}, {.p = count}, {.p = clocksMHz}});
}

nvmlReturn_t nvmlDeviceGetSupportedMemoryClocks(nvmlDevice_t device, unsigned int *count, unsigned int *clocksMHz)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetSupportedMemoryClocks], (const union bf_nvml_arg[]){{.p = device}, {.p = count}, {.p = clocksMHz}});
}

nvmlReturn_t nvmlDeviceGetSupportedPerformanceStates(nvmlDevice_t device, nvmlPstates_t *pstates, unsigned int size)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetSupportedPerformanceStates], (const union bf_nvml_arg[]){{.p = device}, {.p = pstates}, {.u = (uint64_t)size}});
}

nvmlReturn_t nvmlDeviceGetTargetFanSpeed(nvmlDevice_t device, unsigned int fan, unsigned int *targetSpeed)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetTargetFanSpeed], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)fan}, {.p = targetSpeed}});
}

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, nvmlTemperatureSensors_t sensorType, unsigned int *temp)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetTemperature], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)sensorType}, {.p = temp}});
}

nvmlReturn_t nvmlDeviceGetTemperatureThreshold(nvmlDevice_t device, nvmlTemperatureThresholds_t thresholdType, unsigned int *temp)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetTemperatureThreshold], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)thresholdType}, {.p = temp}});
}

nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t device, nvmlTemperature_t *temperature)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetTemperatureV], (const union bf_nvml_arg[]){{.p = device}, {.p = temperature}});
}

nvmlReturn_t nvmlDeviceGetThermalSettings(nvmlDevice_t device, unsigned int sensorIndex, nvmlGpuThermalSettings_t *pThermalSettings)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetThermalSettings], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)sensorIndex}, {.p = pThermalSettings}});
}

nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t device, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, unsigned long long *eccCounts)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetTotalEccErrors], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)errorType}, {.u = (uint64_t)counterType}, {.p = eccCounts}});
}

nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t device, unsigned long long *energy)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetTotalEnergyConsumption], (const union bf_nvml_arg[]){{.p = device}, {.p = energy}});
}

nvmlReturn_t nvmlDeviceGetUnrepairableMemoryFlag_v1(nvmlDevice_t device, nvmlUnrepairableMemoryStatus_v1_t *unrepairableMemoryStatus)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetUnrepairableMemoryFlag_v1], (const union bf_nvml_arg[]){{.p = device}, {.p = unrepairableMemoryStatus}});
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetUtilizationRates], (const union bf_nvml_arg[]){{.p = device}, {.p = utilization}});
}

nvmlReturn_t nvmlDeviceGetVbiosVersion(nvmlDevice_t device, char *version, unsigned int length)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetVbiosVersion], (const union bf_nvml_arg[]){{.p = device}, {.p = version}, {.u = (uint64_t)length}});
}

nvmlReturn_t nvmlDeviceGetViolationStatus(nvmlDevice_t device, nvmlPerfPolicyType_t perfPolicyType, nvmlViolationTime_t *violTime)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetViolationStatus], (const union bf_nvml_arg[]){{.p = device}, {.u = (uint64_t)perfPolicyType}, {.p = violTime}});
}

nvmlReturn_t nvmlDeviceGetVirtualizationMode(nvmlDevice_t device, nvmlGpuVirtualizationMode_t *pVirtualMode)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceGetVirtualizationMode], (const union bf_nvml_arg[]){{.p = device}, {.p = pVirtualMode}});
}

nvmlReturn_t nvmlDeviceValidateInforom(nvmlDevice_t device)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceValidateInforom], (const union bf_nvml_arg[]){{.p = device}});
}

nvmlReturn_t nvmlDeviceWorkloadPowerProfileGetCurrentProfiles(nvmlDevice_t device, nvmlWorkloadPowerProfileCurrentProfiles_t *currentProfiles)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceWorkloadPowerProfileGetCurrentProfiles], (const union bf_nvml_arg[]){{.p = device}, {.p = currentProfiles}});
}

nvmlReturn_t nvmlDeviceWorkloadPowerProfileGetProfilesInfo(nvmlDevice_t device, nvmlWorkloadPowerProfileProfilesInfo_t *profilesInfo)
{
    return bf_nvml_call(&bf_nvml_functions[BF_nvmlDeviceWorkloadPowerProfileGetProfilesInfo], (const union bf_nvml_arg[]){{.p = device}, {.p = profilesInfo}});
}
