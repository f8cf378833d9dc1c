/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
#include "../call.h"

_Static_assert(sizeof(char) == 1, "char");
_Static_assert(sizeof(int) == 4, "int");
_Static_assert(sizeof(nvmlAdaptiveTgpModeInfo_v1_t) == 20, "nvmlAdaptiveTgpModeInfo_v1_t");
_Static_assert(sizeof(nvmlBAR1Memory_t) == 24, "nvmlBAR1Memory_t");
_Static_assert(sizeof(nvmlBBXTimeData_v1_t) == 4, "nvmlBBXTimeData_v1_t");
_Static_assert(sizeof(nvmlBrandType_t) == 4, "nvmlBrandType_t");
_Static_assert(sizeof(nvmlBridgeChipHierarchy_t) == 1028, "nvmlBridgeChipHierarchy_t");
_Static_assert(sizeof(nvmlBusType_t) == 4, "nvmlBusType_t");
_Static_assert(sizeof(nvmlC2cModeInfo_v1_t) == 4, "nvmlC2cModeInfo_v1_t");
_Static_assert(sizeof(nvmlClkMonStatus_t) == 264, "nvmlClkMonStatus_t");
_Static_assert(sizeof(nvmlClockId_t) == 4, "nvmlClockId_t");
_Static_assert(sizeof(nvmlClockType_t) == 4, "nvmlClockType_t");
_Static_assert(sizeof(nvmlComputeMode_t) == 4, "nvmlComputeMode_t");
_Static_assert(sizeof(nvmlDeviceArchitecture_t) == 4, "nvmlDeviceArchitecture_t");
_Static_assert(sizeof(nvmlDeviceAttributes_t) == 40, "nvmlDeviceAttributes_t");
_Static_assert(sizeof(nvmlDevicePowerMizerModes_v1_t) == 12, "nvmlDevicePowerMizerModes_v1_t");
_Static_assert(sizeof(nvmlEccBankRemapperStatus_v1_t) == 20, "nvmlEccBankRemapperStatus_v1_t");
_Static_assert(sizeof(nvmlEccCounterType_t) == 4, "nvmlEccCounterType_t");
_Static_assert(sizeof(nvmlEccErrorCounts_t) == 32, "nvmlEccErrorCounts_t");
_Static_assert(sizeof(nvmlEnableState_t) == 4, "nvmlEnableState_t");
_Static_assert(sizeof(nvmlEncoderType_t) == 4, "nvmlEncoderType_t");
_Static_assert(sizeof(nvmlFBCStats_t) == 12, "nvmlFBCStats_t");
_Static_assert(sizeof(nvmlFanControlPolicy_t) == 4, "nvmlFanControlPolicy_t");
_Static_assert(sizeof(nvmlFieldValue_t) == 40, "nvmlFieldValue_t");
_Static_assert(sizeof(nvmlGpuDynamicPstatesInfo_t) == 132, "nvmlGpuDynamicPstatesInfo_t");
_Static_assert(sizeof(nvmlGpuFabricInfo_t) == 28, "nvmlGpuFabricInfo_t");
_Static_assert(sizeof(nvmlGpuFabricInfo_v4_t) == 548, "nvmlGpuFabricInfo_v4_t");
_Static_assert(sizeof(nvmlGpuOperationMode_t) == 4, "nvmlGpuOperationMode_t");
_Static_assert(sizeof(nvmlGpuP2PCapsIndex_t) == 4, "nvmlGpuP2PCapsIndex_t");
_Static_assert(sizeof(nvmlGpuP2PStatus_t) == 4, "nvmlGpuP2PStatus_t");
_Static_assert(sizeof(nvmlGpuThermalSettings_t) == 64, "nvmlGpuThermalSettings_t");
_Static_assert(sizeof(nvmlGpuTopologyLevel_t) == 4, "nvmlGpuTopologyLevel_t");
_Static_assert(sizeof(nvmlGpuUptime_v1_t) == 4, "nvmlGpuUptime_v1_t");
_Static_assert(sizeof(nvmlGpuVirtualizationMode_t) == 4, "nvmlGpuVirtualizationMode_t");
_Static_assert(sizeof(nvmlGridLicensableFeatures_t) == 860, "nvmlGridLicensableFeatures_t");
_Static_assert(sizeof(nvmlHostname_v1_t) == 64, "nvmlHostname_v1_t");
_Static_assert(sizeof(nvmlInforomObject_t) == 4, "nvmlInforomObject_t");
_Static_assert(sizeof(nvmlIntNvLinkDeviceType_t) == 4, "nvmlIntNvLinkDeviceType_t");
_Static_assert(sizeof(nvmlMemoryErrorType_t) == 4, "nvmlMemoryErrorType_t");
_Static_assert(sizeof(nvmlMemoryLocation_t) == 4, "nvmlMemoryLocation_t");
_Static_assert(sizeof(nvmlMemory_t) == 24, "nvmlMemory_t");
_Static_assert(sizeof(nvmlNvLinkCapability_t) == 4, "nvmlNvLinkCapability_t");
_Static_assert(sizeof(nvmlNvLinkErrorCounter_t) == 4, "nvmlNvLinkErrorCounter_t");
_Static_assert(sizeof(nvmlNvLinkInfo_v3_t) == 1612, "nvmlNvLinkInfo_v3_t");
_Static_assert(sizeof(nvmlNvLinkUtilizationControl_t) == 8, "nvmlNvLinkUtilizationControl_t");
_Static_assert(sizeof(nvmlNvlinkGetRemapTableInfo_v1_t) == 32776, "nvmlNvlinkGetRemapTableInfo_v1_t");
_Static_assert(sizeof(nvmlNvlinkNvlePrivateInfo_v1_t) == 260, "nvmlNvlinkNvlePrivateInfo_v1_t");
_Static_assert(sizeof(nvmlPageRetirementCause_t) == 4, "nvmlPageRetirementCause_t");
_Static_assert(sizeof(nvmlPciInfo_t) == 68, "nvmlPciInfo_t");
_Static_assert(sizeof(nvmlPcieUtilCounter_t) == 4, "nvmlPcieUtilCounter_t");
_Static_assert(sizeof(nvmlPerfPolicyType_t) == 4, "nvmlPerfPolicyType_t");
_Static_assert(sizeof(nvmlPowerSource_t) == 4, "nvmlPowerSource_t");
_Static_assert(sizeof(nvmlProcessInfo_t) == 24, "nvmlProcessInfo_t");
_Static_assert(sizeof(nvmlProcessInfo_v1_t) == 16, "nvmlProcessInfo_v1_t");
_Static_assert(sizeof(nvmlProcessInfo_v2_t) == 24, "nvmlProcessInfo_v2_t");
_Static_assert(sizeof(nvmlProcessUtilizationSample_t) == 32, "nvmlProcessUtilizationSample_t");
_Static_assert(sizeof(nvmlPstates_t) == 4, "nvmlPstates_t");
_Static_assert(sizeof(nvmlRemappedRowsInfo_v2_t) == 24, "nvmlRemappedRowsInfo_v2_t");
_Static_assert(sizeof(nvmlRestrictedAPI_t) == 4, "nvmlRestrictedAPI_t");
_Static_assert(sizeof(nvmlRowRemapperHistogramValues_t) == 20, "nvmlRowRemapperHistogramValues_t");
_Static_assert(sizeof(nvmlSample_t) == 16, "nvmlSample_t");
_Static_assert(sizeof(nvmlSamplingType_t) == 4, "nvmlSamplingType_t");
_Static_assert(sizeof(nvmlTemperatureSensors_t) == 4, "nvmlTemperatureSensors_t");
_Static_assert(sizeof(nvmlTemperatureThresholds_t) == 4, "nvmlTemperatureThresholds_t");
_Static_assert(sizeof(nvmlUnrepairableMemoryStatus_v1_t) == 4, "nvmlUnrepairableMemoryStatus_v1_t");
_Static_assert(sizeof(nvmlUtilization_t) == 8, "nvmlUtilization_t");
_Static_assert(sizeof(nvmlValueType_t) == 4, "nvmlValueType_t");
_Static_assert(sizeof(nvmlViolationTime_t) == 16, "nvmlViolationTime_t");
_Static_assert(sizeof(unsigned int) == 4, "unsigned int");
_Static_assert(sizeof(unsigned long) == 8, "unsigned long");
_Static_assert(sizeof(unsigned long long) == 8, "unsigned long long");

static const struct bf_nvml_param nvmlDeviceGetP2PStatus_params[] = {{'D', 0, 4}, {'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPciInfo_params[] = {{'D', 0, 4}, {'o', 0, 68}};
static const struct bf_nvml_param nvmlDeviceGetPciInfoExt_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetPciInfo_v2_params[] = {{'D', 0, 4}, {'o', 0, 68}};
static const struct bf_nvml_param nvmlDeviceGetPciInfo_v3_params[] = {{'D', 0, 4}, {'o', 0, 68}};
static const struct bf_nvml_param nvmlDeviceGetTopologyCommonAncestor_params[] = {{'D', 0, 4}, {'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceOnSameBoard_params[] = {{'D', 0, 4}, {'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlSystemGetDriverBranch_params[] = {{'v', 0, 0}, {'u', 0, 4}};
static const struct bf_nvml_param nvmlSystemGetDriverVersion_params[] = {{'s', 1, 1}, {'u', 0, 4}};
static const struct bf_nvml_param nvmlSystemGetNVMLVersion_params[] = {{'s', 1, 1}, {'u', 0, 4}};
static const struct bf_nvml_param nvmlSystemGetProcessName_params[] = {{'u', 0, 4}, {'s', 2, 1}, {'u', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetComputeRunningProcesses_params[] = {{'D', 0, 4}, {'c', 0, 4}, {'a', 1, 16}};
static const struct bf_nvml_param nvmlDeviceGetComputeRunningProcesses_v2_params[] = {{'D', 0, 4}, {'c', 0, 4}, {'a', 1, 24}};
static const struct bf_nvml_param nvmlDeviceGetComputeRunningProcesses_v3_params[] = {{'D', 0, 4}, {'c', 0, 4}, {'a', 1, 24}};
static const struct bf_nvml_param nvmlDeviceGetGraphicsRunningProcesses_params[] = {{'D', 0, 4}, {'c', 0, 4}, {'a', 1, 16}};
static const struct bf_nvml_param nvmlDeviceGetGraphicsRunningProcesses_v2_params[] = {{'D', 0, 4}, {'c', 0, 4}, {'a', 1, 24}};
static const struct bf_nvml_param nvmlDeviceGetGraphicsRunningProcesses_v3_params[] = {{'D', 0, 4}, {'c', 0, 4}, {'a', 1, 24}};
static const struct bf_nvml_param nvmlDeviceGetMPSComputeRunningProcesses_params[] = {{'D', 0, 4}, {'c', 0, 4}, {'a', 1, 16}};
static const struct bf_nvml_param nvmlDeviceGetMPSComputeRunningProcesses_v2_params[] = {{'D', 0, 4}, {'c', 0, 4}, {'a', 1, 24}};
static const struct bf_nvml_param nvmlDeviceGetMPSComputeRunningProcesses_v3_params[] = {{'D', 0, 4}, {'c', 0, 4}, {'a', 1, 24}};
static const struct bf_nvml_param nvmlDeviceGetMemoryInfo_params[] = {{'D', 0, 4}, {'o', 0, 24}};
static const struct bf_nvml_param nvmlDeviceGetMemoryInfo_v2_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetProcessUtilization_params[] = {{'D', 0, 4}, {'n', 2, 32}, {'c', 0, 4}, {'u', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetAPIRestriction_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetAccountingBufferSize_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetAccountingMode_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetAdaptiveClockInfoStatus_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetAdaptiveTgpModeInfo_v1_params[] = {{'D', 0, 4}, {'o', 0, 20}};
static const struct bf_nvml_param nvmlDeviceGetAddressingMode_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetApplicationsClock_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetArchitecture_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetAttributes_params[] = {{'D', 0, 4}, {'o', 0, 40}};
static const struct bf_nvml_param nvmlDeviceGetAttributes_v2_params[] = {{'D', 0, 4}, {'o', 0, 40}};
static const struct bf_nvml_param nvmlDeviceGetAutoBoostedClocksEnabled_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetBAR1MemoryInfo_params[] = {{'D', 0, 4}, {'o', 0, 24}};
static const struct bf_nvml_param nvmlDeviceGetBBXTimeData_v1_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetBankRemapperStatus_v1_params[] = {{'D', 0, 4}, {'o', 0, 20}};
static const struct bf_nvml_param nvmlDeviceGetBoardId_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetBoardPartNumber_params[] = {{'D', 0, 4}, {'s', 2, 1}, {'u', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetBrand_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetBridgeChipInfo_params[] = {{'D', 0, 4}, {'o', 0, 1028}};
static const struct bf_nvml_param nvmlDeviceGetBusType_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetC2cModeInfoV_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetCapabilities_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetClkMonStatus_params[] = {{'D', 0, 4}, {'o', 0, 264}};
static const struct bf_nvml_param nvmlDeviceGetClock_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetClockInfo_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetClockOffsets_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetComputeMode_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetCoolerInfo_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetCurrPcieLinkGeneration_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetCurrPcieLinkWidth_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetCurrentClockFreqs_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetCurrentClocksEventReasons_params[] = {{'D', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetCurrentClocksThrottleReasons_params[] = {{'D', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetDecoderUtilization_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetDefaultApplicationsClock_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetDefaultEccMode_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetDetailedEccErrors_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'u', 0, 4}, {'o', 0, 32}};
static const struct bf_nvml_param nvmlDeviceGetDisplayActive_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetDisplayMode_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetDramEncryptionMode_params[] = {{'D', 0, 4}, {'v', 0, 0}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetDynamicPstatesInfo_params[] = {{'D', 0, 4}, {'o', 0, 132}};
static const struct bf_nvml_param nvmlDeviceGetEccMode_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetEncoderCapacity_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetEncoderStats_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetEncoderUtilization_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetEnforcedPowerLimit_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetFBCStats_params[] = {{'D', 0, 4}, {'o', 0, 12}};
static const struct bf_nvml_param nvmlDeviceGetFanControlPolicy_v2_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetFanSpeed_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetFanSpeedRPM_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetFanSpeed_v2_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetFieldValues_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'x', 1, 40}};
static const struct bf_nvml_param nvmlDeviceGetGpcClkMinMaxVfOffset_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetGpcClkVfOffset_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetGpuFabricInfo_params[] = {{'D', 0, 4}, {'o', 0, 28}};
static const struct bf_nvml_param nvmlDeviceGetGpuFabricInfoV_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetGpuFabricInfo_v4_params[] = {{'D', 0, 4}, {'o', 0, 548}};
static const struct bf_nvml_param nvmlDeviceGetGpuMaxPcieLinkGeneration_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetGpuOperationMode_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetGpuUptime_v1_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetGridLicensableFeatures_v4_params[] = {{'D', 0, 4}, {'o', 0, 860}};
static const struct bf_nvml_param nvmlDeviceGetGspFirmwareMode_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetGspFirmwareVersion_params[] = {{'D', 0, 4}, {'s', -64, 1}};
static const struct bf_nvml_param nvmlDeviceGetHostname_v1_params[] = {{'D', 0, 4}, {'o', 0, 64}};
static const struct bf_nvml_param nvmlDeviceGetInforomConfigurationChecksum_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetInforomImageVersion_params[] = {{'D', 0, 4}, {'s', 2, 1}, {'u', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetInforomVersion_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'s', 3, 1}, {'u', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetIrqNum_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetJpgUtilization_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetLastBBXFlushTime_params[] = {{'D', 0, 4}, {'o', 0, 8}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetMarginTemperature_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetMaxClockInfo_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMaxCustomerBoostClock_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMaxMigDeviceCount_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMaxPcieLinkGeneration_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMaxPcieLinkWidth_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMemClkMinMaxVfOffset_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMemClkVfOffset_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMemoryBusWidth_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMemoryErrorCounter_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'u', 0, 4}, {'u', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetMigMode_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMinMaxClockOfPState_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'u', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMinMaxFanSpeed_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetModuleId_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetMultiGpuBoard_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetNumFans_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetNumGpuCores_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkCapability_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkErrorCounter_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'u', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkInfo_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkInfo_v3_params[] = {{'D', 0, 4}, {'o', 0, 1612}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkRemoteDeviceType_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkRemotePciInfo_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 68}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkRemotePciInfo_v2_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 68}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkState_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkUtilizationControl_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'u', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkUtilizationCounter_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'u', 0, 4}, {'o', 0, 8}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetNvLinkVersion_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetNvlinkBwMode_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetNvlinkNvlePrivateInfo_v1_params[] = {{'D', 0, 4}, {'o', 0, 260}};
static const struct bf_nvml_param nvmlDeviceGetNvlinkRemapTableInfo_v1_params[] = {{'D', 0, 4}, {'o', 0, 32776}};
static const struct bf_nvml_param nvmlDeviceGetNvlinkSupportedBwModes_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetOfaUtilization_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPcieLinkMaxSpeed_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPcieReplayCounter_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPcieSpeed_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPcieThroughput_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPdi_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetPerformanceModes_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetPerformanceState_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPersistenceMode_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPlatformInfo_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetPowerManagementDefaultLimit_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPowerManagementLimit_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPowerManagementLimitConstraints_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPowerManagementMode_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPowerMizerMode_v1_params[] = {{'D', 0, 4}, {'o', 0, 12}};
static const struct bf_nvml_param nvmlDeviceGetPowerSource_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPowerState_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetPowerUsage_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetRemappedRows_params[] = {{'D', 0, 4}, {'o', 0, 4}, {'o', 0, 4}, {'o', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetRemappedRows_v2_params[] = {{'D', 0, 4}, {'o', 0, 24}};
static const struct bf_nvml_param nvmlDeviceGetRepairStatus_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetRetiredPages_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'c', 0, 4}, {'a', 2, 8}};
static const struct bf_nvml_param nvmlDeviceGetRetiredPagesPendingStatus_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetRetiredPages_v2_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'c', 0, 4}, {'a', 2, 8}, {'a', 2, 8}};
static const struct bf_nvml_param nvmlDeviceGetRowRemapperHistogram_params[] = {{'D', 0, 4}, {'o', 0, 20}};
static const struct bf_nvml_param nvmlDeviceGetSamples_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'u', 0, 8}, {'o', 0, 4}, {'c', 0, 4}, {'n', 4, 16}};
static const struct bf_nvml_param nvmlDeviceGetSerial_params[] = {{'D', 0, 4}, {'s', 2, 1}, {'u', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetSramEccErrorStatus_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetSupportedClocksEventReasons_params[] = {{'D', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetSupportedClocksThrottleReasons_params[] = {{'D', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetSupportedEventTypes_params[] = {{'D', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetSupportedGraphicsClocks_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'c', 0, 4}, {'a', 2, 4}};
static const struct bf_nvml_param nvmlDeviceGetSupportedMemoryClocks_params[] = {{'D', 0, 4}, {'c', 0, 4}, {'a', 1, 4}};
static const struct bf_nvml_param nvmlDeviceGetSupportedPerformanceStates_params[] = {{'D', 0, 4}, {'a', 2, 4}, {'u', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetTargetFanSpeed_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetTemperature_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetTemperatureThreshold_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetTemperatureV_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceGetThermalSettings_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 64}};
static const struct bf_nvml_param nvmlDeviceGetTotalEccErrors_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'u', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetTotalEnergyConsumption_params[] = {{'D', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetUnrepairableMemoryFlag_v1_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetUtilizationRates_params[] = {{'D', 0, 4}, {'o', 0, 8}};
static const struct bf_nvml_param nvmlDeviceGetVbiosVersion_params[] = {{'D', 0, 4}, {'s', 2, 1}, {'u', 0, 4}};
static const struct bf_nvml_param nvmlDeviceGetViolationStatus_params[] = {{'D', 0, 4}, {'u', 0, 4}, {'o', 0, 16}};
static const struct bf_nvml_param nvmlDeviceGetVirtualizationMode_params[] = {{'D', 0, 4}, {'o', 0, 4}};
static const struct bf_nvml_param nvmlDeviceValidateInforom_params[] = {{'D', 0, 4}};
static const struct bf_nvml_param nvmlDeviceWorkloadPowerProfileGetCurrentProfiles_params[] = {{'D', 0, 4}, {'v', 0, 0}};
static const struct bf_nvml_param nvmlDeviceWorkloadPowerProfileGetProfilesInfo_params[] = {{'D', 0, 4}, {'v', 0, 0}};

const struct bf_nvml_function bf_nvml_functions[BF_NVML_COUNT] = {
    [BF_nvmlDeviceGetP2PStatus] = {"nvmlDeviceGetP2PStatus", nvmlDeviceGetP2PStatus_params, 4},
    [BF_nvmlDeviceGetPciInfo] = {"nvmlDeviceGetPciInfo", nvmlDeviceGetPciInfo_params, 2},
    [BF_nvmlDeviceGetPciInfoExt] = {"nvmlDeviceGetPciInfoExt", nvmlDeviceGetPciInfoExt_params, 2},
    [BF_nvmlDeviceGetPciInfo_v2] = {"nvmlDeviceGetPciInfo_v2", nvmlDeviceGetPciInfo_v2_params, 2},
    [BF_nvmlDeviceGetPciInfo_v3] = {"nvmlDeviceGetPciInfo_v3", nvmlDeviceGetPciInfo_v3_params, 2},
    [BF_nvmlDeviceGetTopologyCommonAncestor] = {"nvmlDeviceGetTopologyCommonAncestor", nvmlDeviceGetTopologyCommonAncestor_params, 3},
    [BF_nvmlDeviceOnSameBoard] = {"nvmlDeviceOnSameBoard", nvmlDeviceOnSameBoard_params, 3},
    [BF_nvmlSystemGetDriverBranch] = {"nvmlSystemGetDriverBranch", nvmlSystemGetDriverBranch_params, 2},
    [BF_nvmlSystemGetDriverVersion] = {"nvmlSystemGetDriverVersion", nvmlSystemGetDriverVersion_params, 2},
    [BF_nvmlSystemGetNVMLVersion] = {"nvmlSystemGetNVMLVersion", nvmlSystemGetNVMLVersion_params, 2},
    [BF_nvmlSystemGetProcessName] = {"nvmlSystemGetProcessName", nvmlSystemGetProcessName_params, 3},
    [BF_nvmlDeviceGetComputeRunningProcesses] = {"nvmlDeviceGetComputeRunningProcesses", nvmlDeviceGetComputeRunningProcesses_params, 3},
    [BF_nvmlDeviceGetComputeRunningProcesses_v2] = {"nvmlDeviceGetComputeRunningProcesses_v2", nvmlDeviceGetComputeRunningProcesses_v2_params, 3},
    [BF_nvmlDeviceGetComputeRunningProcesses_v3] = {"nvmlDeviceGetComputeRunningProcesses_v3", nvmlDeviceGetComputeRunningProcesses_v3_params, 3},
    [BF_nvmlDeviceGetGraphicsRunningProcesses] = {"nvmlDeviceGetGraphicsRunningProcesses", nvmlDeviceGetGraphicsRunningProcesses_params, 3},
    [BF_nvmlDeviceGetGraphicsRunningProcesses_v2] = {"nvmlDeviceGetGraphicsRunningProcesses_v2", nvmlDeviceGetGraphicsRunningProcesses_v2_params, 3},
    [BF_nvmlDeviceGetGraphicsRunningProcesses_v3] = {"nvmlDeviceGetGraphicsRunningProcesses_v3", nvmlDeviceGetGraphicsRunningProcesses_v3_params, 3},
    [BF_nvmlDeviceGetMPSComputeRunningProcesses] = {"nvmlDeviceGetMPSComputeRunningProcesses", nvmlDeviceGetMPSComputeRunningProcesses_params, 3},
    [BF_nvmlDeviceGetMPSComputeRunningProcesses_v2] = {"nvmlDeviceGetMPSComputeRunningProcesses_v2", nvmlDeviceGetMPSComputeRunningProcesses_v2_params, 3},
    [BF_nvmlDeviceGetMPSComputeRunningProcesses_v3] = {"nvmlDeviceGetMPSComputeRunningProcesses_v3", nvmlDeviceGetMPSComputeRunningProcesses_v3_params, 3},
    [BF_nvmlDeviceGetMemoryInfo] = {"nvmlDeviceGetMemoryInfo", nvmlDeviceGetMemoryInfo_params, 2},
    [BF_nvmlDeviceGetMemoryInfo_v2] = {"nvmlDeviceGetMemoryInfo_v2", nvmlDeviceGetMemoryInfo_v2_params, 2},
    [BF_nvmlDeviceGetProcessUtilization] = {"nvmlDeviceGetProcessUtilization", nvmlDeviceGetProcessUtilization_params, 4},
    [BF_nvmlDeviceGetAPIRestriction] = {"nvmlDeviceGetAPIRestriction", nvmlDeviceGetAPIRestriction_params, 3},
    [BF_nvmlDeviceGetAccountingBufferSize] = {"nvmlDeviceGetAccountingBufferSize", nvmlDeviceGetAccountingBufferSize_params, 2},
    [BF_nvmlDeviceGetAccountingMode] = {"nvmlDeviceGetAccountingMode", nvmlDeviceGetAccountingMode_params, 2},
    [BF_nvmlDeviceGetAdaptiveClockInfoStatus] = {"nvmlDeviceGetAdaptiveClockInfoStatus", nvmlDeviceGetAdaptiveClockInfoStatus_params, 2},
    [BF_nvmlDeviceGetAdaptiveTgpModeInfo_v1] = {"nvmlDeviceGetAdaptiveTgpModeInfo_v1", nvmlDeviceGetAdaptiveTgpModeInfo_v1_params, 2},
    [BF_nvmlDeviceGetAddressingMode] = {"nvmlDeviceGetAddressingMode", nvmlDeviceGetAddressingMode_params, 2},
    [BF_nvmlDeviceGetApplicationsClock] = {"nvmlDeviceGetApplicationsClock", nvmlDeviceGetApplicationsClock_params, 3},
    [BF_nvmlDeviceGetArchitecture] = {"nvmlDeviceGetArchitecture", nvmlDeviceGetArchitecture_params, 2},
    [BF_nvmlDeviceGetAttributes] = {"nvmlDeviceGetAttributes", nvmlDeviceGetAttributes_params, 2},
    [BF_nvmlDeviceGetAttributes_v2] = {"nvmlDeviceGetAttributes_v2", nvmlDeviceGetAttributes_v2_params, 2},
    [BF_nvmlDeviceGetAutoBoostedClocksEnabled] = {"nvmlDeviceGetAutoBoostedClocksEnabled", nvmlDeviceGetAutoBoostedClocksEnabled_params, 3},
    [BF_nvmlDeviceGetBAR1MemoryInfo] = {"nvmlDeviceGetBAR1MemoryInfo", nvmlDeviceGetBAR1MemoryInfo_params, 2},
    [BF_nvmlDeviceGetBBXTimeData_v1] = {"nvmlDeviceGetBBXTimeData_v1", nvmlDeviceGetBBXTimeData_v1_params, 2},
    [BF_nvmlDeviceGetBankRemapperStatus_v1] = {"nvmlDeviceGetBankRemapperStatus_v1", nvmlDeviceGetBankRemapperStatus_v1_params, 2},
    [BF_nvmlDeviceGetBoardId] = {"nvmlDeviceGetBoardId", nvmlDeviceGetBoardId_params, 2},
    [BF_nvmlDeviceGetBoardPartNumber] = {"nvmlDeviceGetBoardPartNumber", nvmlDeviceGetBoardPartNumber_params, 3},
    [BF_nvmlDeviceGetBrand] = {"nvmlDeviceGetBrand", nvmlDeviceGetBrand_params, 2},
    [BF_nvmlDeviceGetBridgeChipInfo] = {"nvmlDeviceGetBridgeChipInfo", nvmlDeviceGetBridgeChipInfo_params, 2},
    [BF_nvmlDeviceGetBusType] = {"nvmlDeviceGetBusType", nvmlDeviceGetBusType_params, 2},
    [BF_nvmlDeviceGetC2cModeInfoV] = {"nvmlDeviceGetC2cModeInfoV", nvmlDeviceGetC2cModeInfoV_params, 2},
    [BF_nvmlDeviceGetCapabilities] = {"nvmlDeviceGetCapabilities", nvmlDeviceGetCapabilities_params, 2},
    [BF_nvmlDeviceGetClkMonStatus] = {"nvmlDeviceGetClkMonStatus", nvmlDeviceGetClkMonStatus_params, 2},
    [BF_nvmlDeviceGetClock] = {"nvmlDeviceGetClock", nvmlDeviceGetClock_params, 4},
    [BF_nvmlDeviceGetClockInfo] = {"nvmlDeviceGetClockInfo", nvmlDeviceGetClockInfo_params, 3},
    [BF_nvmlDeviceGetClockOffsets] = {"nvmlDeviceGetClockOffsets", nvmlDeviceGetClockOffsets_params, 2},
    [BF_nvmlDeviceGetComputeMode] = {"nvmlDeviceGetComputeMode", nvmlDeviceGetComputeMode_params, 2},
    [BF_nvmlDeviceGetCoolerInfo] = {"nvmlDeviceGetCoolerInfo", nvmlDeviceGetCoolerInfo_params, 2},
    [BF_nvmlDeviceGetCurrPcieLinkGeneration] = {"nvmlDeviceGetCurrPcieLinkGeneration", nvmlDeviceGetCurrPcieLinkGeneration_params, 2},
    [BF_nvmlDeviceGetCurrPcieLinkWidth] = {"nvmlDeviceGetCurrPcieLinkWidth", nvmlDeviceGetCurrPcieLinkWidth_params, 2},
    [BF_nvmlDeviceGetCurrentClockFreqs] = {"nvmlDeviceGetCurrentClockFreqs", nvmlDeviceGetCurrentClockFreqs_params, 2},
    [BF_nvmlDeviceGetCurrentClocksEventReasons] = {"nvmlDeviceGetCurrentClocksEventReasons", nvmlDeviceGetCurrentClocksEventReasons_params, 2},
    [BF_nvmlDeviceGetCurrentClocksThrottleReasons] = {"nvmlDeviceGetCurrentClocksThrottleReasons", nvmlDeviceGetCurrentClocksThrottleReasons_params, 2},
    [BF_nvmlDeviceGetDecoderUtilization] = {"nvmlDeviceGetDecoderUtilization", nvmlDeviceGetDecoderUtilization_params, 3},
    [BF_nvmlDeviceGetDefaultApplicationsClock] = {"nvmlDeviceGetDefaultApplicationsClock", nvmlDeviceGetDefaultApplicationsClock_params, 3},
    [BF_nvmlDeviceGetDefaultEccMode] = {"nvmlDeviceGetDefaultEccMode", nvmlDeviceGetDefaultEccMode_params, 2},
    [BF_nvmlDeviceGetDetailedEccErrors] = {"nvmlDeviceGetDetailedEccErrors", nvmlDeviceGetDetailedEccErrors_params, 4},
    [BF_nvmlDeviceGetDisplayActive] = {"nvmlDeviceGetDisplayActive", nvmlDeviceGetDisplayActive_params, 2},
    [BF_nvmlDeviceGetDisplayMode] = {"nvmlDeviceGetDisplayMode", nvmlDeviceGetDisplayMode_params, 2},
    [BF_nvmlDeviceGetDramEncryptionMode] = {"nvmlDeviceGetDramEncryptionMode", nvmlDeviceGetDramEncryptionMode_params, 3},
    [BF_nvmlDeviceGetDynamicPstatesInfo] = {"nvmlDeviceGetDynamicPstatesInfo", nvmlDeviceGetDynamicPstatesInfo_params, 2},
    [BF_nvmlDeviceGetEccMode] = {"nvmlDeviceGetEccMode", nvmlDeviceGetEccMode_params, 3},
    [BF_nvmlDeviceGetEncoderCapacity] = {"nvmlDeviceGetEncoderCapacity", nvmlDeviceGetEncoderCapacity_params, 3},
    [BF_nvmlDeviceGetEncoderStats] = {"nvmlDeviceGetEncoderStats", nvmlDeviceGetEncoderStats_params, 4},
    [BF_nvmlDeviceGetEncoderUtilization] = {"nvmlDeviceGetEncoderUtilization", nvmlDeviceGetEncoderUtilization_params, 3},
    [BF_nvmlDeviceGetEnforcedPowerLimit] = {"nvmlDeviceGetEnforcedPowerLimit", nvmlDeviceGetEnforcedPowerLimit_params, 2},
    [BF_nvmlDeviceGetFBCStats] = {"nvmlDeviceGetFBCStats", nvmlDeviceGetFBCStats_params, 2},
    [BF_nvmlDeviceGetFanControlPolicy_v2] = {"nvmlDeviceGetFanControlPolicy_v2", nvmlDeviceGetFanControlPolicy_v2_params, 3},
    [BF_nvmlDeviceGetFanSpeed] = {"nvmlDeviceGetFanSpeed", nvmlDeviceGetFanSpeed_params, 2},
    [BF_nvmlDeviceGetFanSpeedRPM] = {"nvmlDeviceGetFanSpeedRPM", nvmlDeviceGetFanSpeedRPM_params, 2},
    [BF_nvmlDeviceGetFanSpeed_v2] = {"nvmlDeviceGetFanSpeed_v2", nvmlDeviceGetFanSpeed_v2_params, 3},
    [BF_nvmlDeviceGetFieldValues] = {"nvmlDeviceGetFieldValues", nvmlDeviceGetFieldValues_params, 3},
    [BF_nvmlDeviceGetGpcClkMinMaxVfOffset] = {"nvmlDeviceGetGpcClkMinMaxVfOffset", nvmlDeviceGetGpcClkMinMaxVfOffset_params, 3},
    [BF_nvmlDeviceGetGpcClkVfOffset] = {"nvmlDeviceGetGpcClkVfOffset", nvmlDeviceGetGpcClkVfOffset_params, 2},
    [BF_nvmlDeviceGetGpuFabricInfo] = {"nvmlDeviceGetGpuFabricInfo", nvmlDeviceGetGpuFabricInfo_params, 2},
    [BF_nvmlDeviceGetGpuFabricInfoV] = {"nvmlDeviceGetGpuFabricInfoV", nvmlDeviceGetGpuFabricInfoV_params, 2},
    [BF_nvmlDeviceGetGpuFabricInfo_v4] = {"nvmlDeviceGetGpuFabricInfo_v4", nvmlDeviceGetGpuFabricInfo_v4_params, 2},
    [BF_nvmlDeviceGetGpuMaxPcieLinkGeneration] = {"nvmlDeviceGetGpuMaxPcieLinkGeneration", nvmlDeviceGetGpuMaxPcieLinkGeneration_params, 2},
    [BF_nvmlDeviceGetGpuOperationMode] = {"nvmlDeviceGetGpuOperationMode", nvmlDeviceGetGpuOperationMode_params, 3},
    [BF_nvmlDeviceGetGpuUptime_v1] = {"nvmlDeviceGetGpuUptime_v1", nvmlDeviceGetGpuUptime_v1_params, 2},
    [BF_nvmlDeviceGetGridLicensableFeatures_v4] = {"nvmlDeviceGetGridLicensableFeatures_v4", nvmlDeviceGetGridLicensableFeatures_v4_params, 2},
    [BF_nvmlDeviceGetGspFirmwareMode] = {"nvmlDeviceGetGspFirmwareMode", nvmlDeviceGetGspFirmwareMode_params, 3},
    [BF_nvmlDeviceGetGspFirmwareVersion] = {"nvmlDeviceGetGspFirmwareVersion", nvmlDeviceGetGspFirmwareVersion_params, 2},
    [BF_nvmlDeviceGetHostname_v1] = {"nvmlDeviceGetHostname_v1", nvmlDeviceGetHostname_v1_params, 2},
    [BF_nvmlDeviceGetInforomConfigurationChecksum] = {"nvmlDeviceGetInforomConfigurationChecksum", nvmlDeviceGetInforomConfigurationChecksum_params, 2},
    [BF_nvmlDeviceGetInforomImageVersion] = {"nvmlDeviceGetInforomImageVersion", nvmlDeviceGetInforomImageVersion_params, 3},
    [BF_nvmlDeviceGetInforomVersion] = {"nvmlDeviceGetInforomVersion", nvmlDeviceGetInforomVersion_params, 4},
    [BF_nvmlDeviceGetIrqNum] = {"nvmlDeviceGetIrqNum", nvmlDeviceGetIrqNum_params, 2},
    [BF_nvmlDeviceGetJpgUtilization] = {"nvmlDeviceGetJpgUtilization", nvmlDeviceGetJpgUtilization_params, 3},
    [BF_nvmlDeviceGetLastBBXFlushTime] = {"nvmlDeviceGetLastBBXFlushTime", nvmlDeviceGetLastBBXFlushTime_params, 3},
    [BF_nvmlDeviceGetMarginTemperature] = {"nvmlDeviceGetMarginTemperature", nvmlDeviceGetMarginTemperature_params, 2},
    [BF_nvmlDeviceGetMaxClockInfo] = {"nvmlDeviceGetMaxClockInfo", nvmlDeviceGetMaxClockInfo_params, 3},
    [BF_nvmlDeviceGetMaxCustomerBoostClock] = {"nvmlDeviceGetMaxCustomerBoostClock", nvmlDeviceGetMaxCustomerBoostClock_params, 3},
    [BF_nvmlDeviceGetMaxMigDeviceCount] = {"nvmlDeviceGetMaxMigDeviceCount", nvmlDeviceGetMaxMigDeviceCount_params, 2},
    [BF_nvmlDeviceGetMaxPcieLinkGeneration] = {"nvmlDeviceGetMaxPcieLinkGeneration", nvmlDeviceGetMaxPcieLinkGeneration_params, 2},
    [BF_nvmlDeviceGetMaxPcieLinkWidth] = {"nvmlDeviceGetMaxPcieLinkWidth", nvmlDeviceGetMaxPcieLinkWidth_params, 2},
    [BF_nvmlDeviceGetMemClkMinMaxVfOffset] = {"nvmlDeviceGetMemClkMinMaxVfOffset", nvmlDeviceGetMemClkMinMaxVfOffset_params, 3},
    [BF_nvmlDeviceGetMemClkVfOffset] = {"nvmlDeviceGetMemClkVfOffset", nvmlDeviceGetMemClkVfOffset_params, 2},
    [BF_nvmlDeviceGetMemoryBusWidth] = {"nvmlDeviceGetMemoryBusWidth", nvmlDeviceGetMemoryBusWidth_params, 2},
    [BF_nvmlDeviceGetMemoryErrorCounter] = {"nvmlDeviceGetMemoryErrorCounter", nvmlDeviceGetMemoryErrorCounter_params, 5},
    [BF_nvmlDeviceGetMigMode] = {"nvmlDeviceGetMigMode", nvmlDeviceGetMigMode_params, 3},
    [BF_nvmlDeviceGetMinMaxClockOfPState] = {"nvmlDeviceGetMinMaxClockOfPState", nvmlDeviceGetMinMaxClockOfPState_params, 5},
    [BF_nvmlDeviceGetMinMaxFanSpeed] = {"nvmlDeviceGetMinMaxFanSpeed", nvmlDeviceGetMinMaxFanSpeed_params, 3},
    [BF_nvmlDeviceGetModuleId] = {"nvmlDeviceGetModuleId", nvmlDeviceGetModuleId_params, 2},
    [BF_nvmlDeviceGetMultiGpuBoard] = {"nvmlDeviceGetMultiGpuBoard", nvmlDeviceGetMultiGpuBoard_params, 2},
    [BF_nvmlDeviceGetNumFans] = {"nvmlDeviceGetNumFans", nvmlDeviceGetNumFans_params, 2},
    [BF_nvmlDeviceGetNumGpuCores] = {"nvmlDeviceGetNumGpuCores", nvmlDeviceGetNumGpuCores_params, 2},
    [BF_nvmlDeviceGetNvLinkCapability] = {"nvmlDeviceGetNvLinkCapability", nvmlDeviceGetNvLinkCapability_params, 4},
    [BF_nvmlDeviceGetNvLinkErrorCounter] = {"nvmlDeviceGetNvLinkErrorCounter", nvmlDeviceGetNvLinkErrorCounter_params, 4},
    [BF_nvmlDeviceGetNvLinkInfo] = {"nvmlDeviceGetNvLinkInfo", nvmlDeviceGetNvLinkInfo_params, 2},
    [BF_nvmlDeviceGetNvLinkInfo_v3] = {"nvmlDeviceGetNvLinkInfo_v3", nvmlDeviceGetNvLinkInfo_v3_params, 2},
    [BF_nvmlDeviceGetNvLinkRemoteDeviceType] = {"nvmlDeviceGetNvLinkRemoteDeviceType", nvmlDeviceGetNvLinkRemoteDeviceType_params, 3},
    [BF_nvmlDeviceGetNvLinkRemotePciInfo] = {"nvmlDeviceGetNvLinkRemotePciInfo", nvmlDeviceGetNvLinkRemotePciInfo_params, 3},
    [BF_nvmlDeviceGetNvLinkRemotePciInfo_v2] = {"nvmlDeviceGetNvLinkRemotePciInfo_v2", nvmlDeviceGetNvLinkRemotePciInfo_v2_params, 3},
    [BF_nvmlDeviceGetNvLinkState] = {"nvmlDeviceGetNvLinkState", nvmlDeviceGetNvLinkState_params, 3},
    [BF_nvmlDeviceGetNvLinkUtilizationControl] = {"nvmlDeviceGetNvLinkUtilizationControl", nvmlDeviceGetNvLinkUtilizationControl_params, 4},
    [BF_nvmlDeviceGetNvLinkUtilizationCounter] = {"nvmlDeviceGetNvLinkUtilizationCounter", nvmlDeviceGetNvLinkUtilizationCounter_params, 5},
    [BF_nvmlDeviceGetNvLinkVersion] = {"nvmlDeviceGetNvLinkVersion", nvmlDeviceGetNvLinkVersion_params, 3},
    [BF_nvmlDeviceGetNvlinkBwMode] = {"nvmlDeviceGetNvlinkBwMode", nvmlDeviceGetNvlinkBwMode_params, 2},
    [BF_nvmlDeviceGetNvlinkNvlePrivateInfo_v1] = {"nvmlDeviceGetNvlinkNvlePrivateInfo_v1", nvmlDeviceGetNvlinkNvlePrivateInfo_v1_params, 2},
    [BF_nvmlDeviceGetNvlinkRemapTableInfo_v1] = {"nvmlDeviceGetNvlinkRemapTableInfo_v1", nvmlDeviceGetNvlinkRemapTableInfo_v1_params, 2},
    [BF_nvmlDeviceGetNvlinkSupportedBwModes] = {"nvmlDeviceGetNvlinkSupportedBwModes", nvmlDeviceGetNvlinkSupportedBwModes_params, 2},
    [BF_nvmlDeviceGetOfaUtilization] = {"nvmlDeviceGetOfaUtilization", nvmlDeviceGetOfaUtilization_params, 3},
    [BF_nvmlDeviceGetPcieLinkMaxSpeed] = {"nvmlDeviceGetPcieLinkMaxSpeed", nvmlDeviceGetPcieLinkMaxSpeed_params, 2},
    [BF_nvmlDeviceGetPcieReplayCounter] = {"nvmlDeviceGetPcieReplayCounter", nvmlDeviceGetPcieReplayCounter_params, 2},
    [BF_nvmlDeviceGetPcieSpeed] = {"nvmlDeviceGetPcieSpeed", nvmlDeviceGetPcieSpeed_params, 2},
    [BF_nvmlDeviceGetPcieThroughput] = {"nvmlDeviceGetPcieThroughput", nvmlDeviceGetPcieThroughput_params, 3},
    [BF_nvmlDeviceGetPdi] = {"nvmlDeviceGetPdi", nvmlDeviceGetPdi_params, 2},
    [BF_nvmlDeviceGetPerformanceModes] = {"nvmlDeviceGetPerformanceModes", nvmlDeviceGetPerformanceModes_params, 2},
    [BF_nvmlDeviceGetPerformanceState] = {"nvmlDeviceGetPerformanceState", nvmlDeviceGetPerformanceState_params, 2},
    [BF_nvmlDeviceGetPersistenceMode] = {"nvmlDeviceGetPersistenceMode", nvmlDeviceGetPersistenceMode_params, 2},
    [BF_nvmlDeviceGetPlatformInfo] = {"nvmlDeviceGetPlatformInfo", nvmlDeviceGetPlatformInfo_params, 2},
    [BF_nvmlDeviceGetPowerManagementDefaultLimit] = {"nvmlDeviceGetPowerManagementDefaultLimit", nvmlDeviceGetPowerManagementDefaultLimit_params, 2},
    [BF_nvmlDeviceGetPowerManagementLimit] = {"nvmlDeviceGetPowerManagementLimit", nvmlDeviceGetPowerManagementLimit_params, 2},
    [BF_nvmlDeviceGetPowerManagementLimitConstraints] = {"nvmlDeviceGetPowerManagementLimitConstraints", nvmlDeviceGetPowerManagementLimitConstraints_params, 3},
    [BF_nvmlDeviceGetPowerManagementMode] = {"nvmlDeviceGetPowerManagementMode", nvmlDeviceGetPowerManagementMode_params, 2},
    [BF_nvmlDeviceGetPowerMizerMode_v1] = {"nvmlDeviceGetPowerMizerMode_v1", nvmlDeviceGetPowerMizerMode_v1_params, 2},
    [BF_nvmlDeviceGetPowerSource] = {"nvmlDeviceGetPowerSource", nvmlDeviceGetPowerSource_params, 2},
    [BF_nvmlDeviceGetPowerState] = {"nvmlDeviceGetPowerState", nvmlDeviceGetPowerState_params, 2},
    [BF_nvmlDeviceGetPowerUsage] = {"nvmlDeviceGetPowerUsage", nvmlDeviceGetPowerUsage_params, 2},
    [BF_nvmlDeviceGetRemappedRows] = {"nvmlDeviceGetRemappedRows", nvmlDeviceGetRemappedRows_params, 5},
    [BF_nvmlDeviceGetRemappedRows_v2] = {"nvmlDeviceGetRemappedRows_v2", nvmlDeviceGetRemappedRows_v2_params, 2},
    [BF_nvmlDeviceGetRepairStatus] = {"nvmlDeviceGetRepairStatus", nvmlDeviceGetRepairStatus_params, 2},
    [BF_nvmlDeviceGetRetiredPages] = {"nvmlDeviceGetRetiredPages", nvmlDeviceGetRetiredPages_params, 4},
    [BF_nvmlDeviceGetRetiredPagesPendingStatus] = {"nvmlDeviceGetRetiredPagesPendingStatus", nvmlDeviceGetRetiredPagesPendingStatus_params, 2},
    [BF_nvmlDeviceGetRetiredPages_v2] = {"nvmlDeviceGetRetiredPages_v2", nvmlDeviceGetRetiredPages_v2_params, 5},
    [BF_nvmlDeviceGetRowRemapperHistogram] = {"nvmlDeviceGetRowRemapperHistogram", nvmlDeviceGetRowRemapperHistogram_params, 2},
    [BF_nvmlDeviceGetSamples] = {"nvmlDeviceGetSamples", nvmlDeviceGetSamples_params, 6},
    [BF_nvmlDeviceGetSerial] = {"nvmlDeviceGetSerial", nvmlDeviceGetSerial_params, 3},
    [BF_nvmlDeviceGetSramEccErrorStatus] = {"nvmlDeviceGetSramEccErrorStatus", nvmlDeviceGetSramEccErrorStatus_params, 2},
    [BF_nvmlDeviceGetSupportedClocksEventReasons] = {"nvmlDeviceGetSupportedClocksEventReasons", nvmlDeviceGetSupportedClocksEventReasons_params, 2},
    [BF_nvmlDeviceGetSupportedClocksThrottleReasons] = {"nvmlDeviceGetSupportedClocksThrottleReasons", nvmlDeviceGetSupportedClocksThrottleReasons_params, 2},
    [BF_nvmlDeviceGetSupportedEventTypes] = {"nvmlDeviceGetSupportedEventTypes", nvmlDeviceGetSupportedEventTypes_params, 2},
    [BF_nvmlDeviceGetSupportedGraphicsClocks] = {"nvmlDeviceGetSupportedGraphicsClocks", nvmlDeviceGetSupportedGraphicsClocks_params, 4},
    [BF_nvmlDeviceGetSupportedMemoryClocks] = {"nvmlDeviceGetSupportedMemoryClocks", nvmlDeviceGetSupportedMemoryClocks_params, 3},
    [BF_nvmlDeviceGetSupportedPerformanceStates] = {"nvmlDeviceGetSupportedPerformanceStates", nvmlDeviceGetSupportedPerformanceStates_params, 3},
    [BF_nvmlDeviceGetTargetFanSpeed] = {"nvmlDeviceGetTargetFanSpeed", nvmlDeviceGetTargetFanSpeed_params, 3},
    [BF_nvmlDeviceGetTemperature] = {"nvmlDeviceGetTemperature", nvmlDeviceGetTemperature_params, 3},
    [BF_nvmlDeviceGetTemperatureThreshold] = {"nvmlDeviceGetTemperatureThreshold", nvmlDeviceGetTemperatureThreshold_params, 3},
    [BF_nvmlDeviceGetTemperatureV] = {"nvmlDeviceGetTemperatureV", nvmlDeviceGetTemperatureV_params, 2},
    [BF_nvmlDeviceGetThermalSettings] = {"nvmlDeviceGetThermalSettings", nvmlDeviceGetThermalSettings_params, 3},
    [BF_nvmlDeviceGetTotalEccErrors] = {"nvmlDeviceGetTotalEccErrors", nvmlDeviceGetTotalEccErrors_params, 4},
    [BF_nvmlDeviceGetTotalEnergyConsumption] = {"nvmlDeviceGetTotalEnergyConsumption", nvmlDeviceGetTotalEnergyConsumption_params, 2},
    [BF_nvmlDeviceGetUnrepairableMemoryFlag_v1] = {"nvmlDeviceGetUnrepairableMemoryFlag_v1", nvmlDeviceGetUnrepairableMemoryFlag_v1_params, 2},
    [BF_nvmlDeviceGetUtilizationRates] = {"nvmlDeviceGetUtilizationRates", nvmlDeviceGetUtilizationRates_params, 2},
    [BF_nvmlDeviceGetVbiosVersion] = {"nvmlDeviceGetVbiosVersion", nvmlDeviceGetVbiosVersion_params, 3},
    [BF_nvmlDeviceGetViolationStatus] = {"nvmlDeviceGetViolationStatus", nvmlDeviceGetViolationStatus_params, 3},
    [BF_nvmlDeviceGetVirtualizationMode] = {"nvmlDeviceGetVirtualizationMode", nvmlDeviceGetVirtualizationMode_params, 2},
    [BF_nvmlDeviceValidateInforom] = {"nvmlDeviceValidateInforom", nvmlDeviceValidateInforom_params, 1},
    [BF_nvmlDeviceWorkloadPowerProfileGetCurrentProfiles] = {"nvmlDeviceWorkloadPowerProfileGetCurrentProfiles", nvmlDeviceWorkloadPowerProfileGetCurrentProfiles_params, 2},
    [BF_nvmlDeviceWorkloadPowerProfileGetProfilesInfo] = {"nvmlDeviceWorkloadPowerProfileGetProfilesInfo", nvmlDeviceWorkloadPowerProfileGetProfilesInfo_params, 2},
};
