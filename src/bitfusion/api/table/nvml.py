"""Every function of NVML, by how it is answered; api/nvml.py has the notation.

Names and prototypes are those of NVML 13. What is exported is the union of what nvidia-ml-py asks for by name and
what driver 535 exports, so that a program built for either finds every symbol.
"""

from ..nvml import ABSENT, CHANGE, HAND, LOCAL, REMOTE, SERVER, read

FUNCTIONS = (
    *read(
        LOCAL,
        """
        nvmlDeviceGetCount(unsigned int *deviceCount)
        nvmlDeviceGetCount_v2(unsigned int *deviceCount)
        nvmlDeviceGetCpuAffinity(nvmlDevice_t device, unsigned int cpuSetSize, unsigned long *cpuSet)
        nvmlDeviceGetCpuAffinityWithinScope(nvmlDevice_t device, unsigned int cpuSetSize, unsigned long *cpuSet,
            nvmlAffinityScope_t scope)
        nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor)
        nvmlDeviceGetHandleByIndex(unsigned int index, nvmlDevice_t *device)
        nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device)
        nvmlDeviceGetHandleByPciBusId(const char *pciBusId, nvmlDevice_t *device)
        nvmlDeviceGetHandleByPciBusId_v2(const char *pciBusId, nvmlDevice_t *device)
        nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device)
        nvmlDeviceGetHandleByUUIDV(const nvmlUUID_t *uuid, nvmlDevice_t *device)
        nvmlDeviceGetIndex(nvmlDevice_t device, unsigned int *index)
        nvmlDeviceGetMemoryAffinity(nvmlDevice_t device, unsigned int nodeSetSize, unsigned long *nodeSet,
            nvmlAffinityScope_t scope)
        nvmlDeviceGetMinorNumber(nvmlDevice_t device, unsigned int *minorNumber)
        nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) : name[length]
        nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length) : uuid[length]
        nvmlDeviceIsMigDeviceHandle(nvmlDevice_t device, unsigned int *isMigDevice)
        nvmlDeviceRegisterEvents(nvmlDevice_t device, unsigned long long eventTypes, nvmlEventSet_t set)
        nvmlErrorString(nvmlReturn_t result)
        nvmlEventSetCreate(nvmlEventSet_t *set)
        nvmlEventSetFree(nvmlEventSet_t set)
        nvmlEventSetWait(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int timeoutms)
        nvmlEventSetWait_v2(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int timeoutms)
        nvmlGetBlacklistDeviceCount(unsigned int *deviceCount)
        nvmlGetExcludedDeviceCount(unsigned int *deviceCount)
        nvmlInit(void)
        nvmlInitWithFlags(unsigned int flags)
        nvmlInit_v2(void)
        nvmlInternalGetExportTable(const void **table, const char *id)
        nvmlShutdown(void)
        nvmlSystemGetCudaDriverVersion(int *cudaDriverVersion)
        nvmlSystemGetCudaDriverVersion_v2(int *cudaDriverVersion)
        nvmlUnitGetCount(unsigned int *unitCount)
    """,
    ),
    *read(
        HAND,
        """
        nvmlDeviceGetHandleBySerial(const char *serial, nvmlDevice_t *device)
        nvmlDeviceGetP2PStatus(nvmlDevice_t device1, nvmlDevice_t device2, nvmlGpuP2PCapsIndex_t p2pIndex,
            nvmlGpuP2PStatus_t *p2pStatus)
        nvmlDeviceGetPciInfo(nvmlDevice_t device, nvmlPciInfo_t *pci)
        nvmlDeviceGetPciInfoExt(nvmlDevice_t device, nvmlPciInfoExt_t *pci)
        nvmlDeviceGetPciInfo_v2(nvmlDevice_t device, nvmlPciInfo_t *pci)
        nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci)
        nvmlDeviceGetTopologyCommonAncestor(nvmlDevice_t device1, nvmlDevice_t device2, nvmlGpuTopologyLevel_t *pathInfo)
        nvmlDeviceOnSameBoard(nvmlDevice_t device1, nvmlDevice_t device2, int *onSameBoard)
        nvmlSystemGetDriverBranch(nvmlSystemDriverBranchInfo_t *branchInfo, unsigned int length)
        nvmlSystemGetDriverVersion(char *version, unsigned int length) : version[length]
        nvmlSystemGetNVMLVersion(char *version, unsigned int length) : version[length]
        nvmlSystemGetProcessName(unsigned int pid, char *name, unsigned int length) : name[length]
    """,
    ),
    *read(
        SERVER,
        """
        nvmlDeviceGetComputeRunningProcesses(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v1_t
            *infos) : infos[infoCount]
        nvmlDeviceGetComputeRunningProcesses_v2(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v2_t
            *infos) : infos[infoCount]
        nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_t
            *infos) : infos[infoCount]
        nvmlDeviceGetGraphicsRunningProcesses(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v1_t
            *infos) : infos[infoCount]
        nvmlDeviceGetGraphicsRunningProcesses_v2(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v2_t
            *infos) : infos[infoCount]
        nvmlDeviceGetGraphicsRunningProcesses_v3(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_t
            *infos) : infos[infoCount]
        nvmlDeviceGetMPSComputeRunningProcesses(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v1_t
            *infos) : infos[infoCount]
        nvmlDeviceGetMPSComputeRunningProcesses_v2(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_v2_t
            *infos) : infos[infoCount]
        nvmlDeviceGetMPSComputeRunningProcesses_v3(nvmlDevice_t device, unsigned int *infoCount, nvmlProcessInfo_t
            *infos) : infos[infoCount]
        nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory)
        nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory)
        nvmlDeviceGetProcessUtilization(nvmlDevice_t device, nvmlProcessUtilizationSample_t *utilization, unsigned int
            *processSamplesCount, unsigned long long lastSeenTimeStamp) : utilization?[processSamplesCount]
    """,
    ),
    *read(
        REMOTE,
        """
        nvmlDeviceGetAPIRestriction(nvmlDevice_t device, nvmlRestrictedAPI_t apiType, nvmlEnableState_t *isRestricted)
        nvmlDeviceGetAccountingBufferSize(nvmlDevice_t device, unsigned int *bufferSize)
        nvmlDeviceGetAccountingMode(nvmlDevice_t device, nvmlEnableState_t *mode)
        nvmlDeviceGetAdaptiveClockInfoStatus(nvmlDevice_t device, unsigned int *adaptiveClockStatus)
        nvmlDeviceGetAdaptiveTgpModeInfo_v1(nvmlDevice_t device, nvmlAdaptiveTgpModeInfo_v1_t *info)
        nvmlDeviceGetAddressingMode(nvmlDevice_t device, nvmlDeviceAddressingMode_t *mode)
        nvmlDeviceGetApplicationsClock(nvmlDevice_t device, nvmlClockType_t clockType, unsigned int *clockMHz)
        nvmlDeviceGetArchitecture(nvmlDevice_t device, nvmlDeviceArchitecture_t *arch)
        nvmlDeviceGetAttributes(nvmlDevice_t device, nvmlDeviceAttributes_t *attributes)
        nvmlDeviceGetAttributes_v2(nvmlDevice_t device, nvmlDeviceAttributes_t *attributes)
        nvmlDeviceGetAutoBoostedClocksEnabled(nvmlDevice_t device, nvmlEnableState_t *isEnabled, nvmlEnableState_t
            *defaultIsEnabled)
        nvmlDeviceGetBAR1MemoryInfo(nvmlDevice_t device, nvmlBAR1Memory_t *bar1Memory)
        nvmlDeviceGetBBXTimeData_v1(nvmlDevice_t device, nvmlBBXTimeData_v1_t *timeData)
        nvmlDeviceGetBankRemapperStatus_v1(nvmlDevice_t device, nvmlEccBankRemapperStatus_v1_t *pBankRemapperStatus)
        nvmlDeviceGetBoardId(nvmlDevice_t device, unsigned int *boardId)
        nvmlDeviceGetBoardPartNumber(nvmlDevice_t device, char *partNumber, unsigned int length) : partNumber[length]
        nvmlDeviceGetBrand(nvmlDevice_t device, nvmlBrandType_t *type)
        nvmlDeviceGetBridgeChipInfo(nvmlDevice_t device, nvmlBridgeChipHierarchy_t *bridgeHierarchy)
        nvmlDeviceGetBusType(nvmlDevice_t device, nvmlBusType_t *type)
        nvmlDeviceGetC2cModeInfoV(nvmlDevice_t device, nvmlC2cModeInfo_v1_t *c2cModeInfo)
        nvmlDeviceGetCapabilities(nvmlDevice_t device, nvmlDeviceCapabilities_t *caps)
        nvmlDeviceGetClkMonStatus(nvmlDevice_t device, nvmlClkMonStatus_t *status)
        nvmlDeviceGetClock(nvmlDevice_t device, nvmlClockType_t clockType, nvmlClockId_t clockId, unsigned int *clockMHz)
        nvmlDeviceGetClockInfo(nvmlDevice_t device, nvmlClockType_t type, unsigned int *clock)
        nvmlDeviceGetClockOffsets(nvmlDevice_t device, nvmlClockOffset_t *info)
        nvmlDeviceGetComputeMode(nvmlDevice_t device, nvmlComputeMode_t *mode)
        nvmlDeviceGetCoolerInfo(nvmlDevice_t device, nvmlCoolerInfo_t *coolerInfo)
        nvmlDeviceGetCurrPcieLinkGeneration(nvmlDevice_t device, unsigned int *currLinkGen)
        nvmlDeviceGetCurrPcieLinkWidth(nvmlDevice_t device, unsigned int *currLinkWidth)
        nvmlDeviceGetCurrentClockFreqs(nvmlDevice_t device, nvmlDeviceCurrentClockFreqs_t *currentClockFreqs)
        nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t device, unsigned long long *clocksEventReasons)
        nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t device, unsigned long long *clocksThrottleReasons)
        nvmlDeviceGetDecoderUtilization(nvmlDevice_t device, unsigned int *utilization, unsigned int *samplingPeriodUs)
        nvmlDeviceGetDefaultApplicationsClock(nvmlDevice_t device, nvmlClockType_t clockType, unsigned int *clockMHz)
        nvmlDeviceGetDefaultEccMode(nvmlDevice_t device, nvmlEnableState_t *defaultMode)
        nvmlDeviceGetDetailedEccErrors(nvmlDevice_t device, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t
            counterType, nvmlEccErrorCounts_t *eccCounts)
        nvmlDeviceGetDisplayActive(nvmlDevice_t device, nvmlEnableState_t *isActive)
        nvmlDeviceGetDisplayMode(nvmlDevice_t device, nvmlEnableState_t *display)
        nvmlDeviceGetDramEncryptionMode(nvmlDevice_t device, nvmlDramEncryptionInfo_t *current,
            nvmlDramEncryptionInfo_t *pending)
        nvmlDeviceGetDynamicPstatesInfo(nvmlDevice_t device, nvmlGpuDynamicPstatesInfo_t *pDynamicPstatesInfo)
        nvmlDeviceGetEccMode(nvmlDevice_t device, nvmlEnableState_t *current, nvmlEnableState_t *pending)
        nvmlDeviceGetEncoderCapacity(nvmlDevice_t device, nvmlEncoderType_t encoderQueryType, unsigned int *encoderCapacity)
        nvmlDeviceGetEncoderStats(nvmlDevice_t device, unsigned int *sessionCount, unsigned int *averageFps, unsigned
            int *averageLatency)
        nvmlDeviceGetEncoderUtilization(nvmlDevice_t device, unsigned int *utilization, unsigned int *samplingPeriodUs)
        nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t device, unsigned int *limit)
        nvmlDeviceGetFBCStats(nvmlDevice_t device, nvmlFBCStats_t *fbcStats)
        nvmlDeviceGetFanControlPolicy_v2(nvmlDevice_t device, unsigned int fan, nvmlFanControlPolicy_t *policy)
        nvmlDeviceGetFanSpeed(nvmlDevice_t device, unsigned int *speed)
        nvmlDeviceGetFanSpeedRPM(nvmlDevice_t device, nvmlFanSpeedInfo_t *fanSpeed)
        nvmlDeviceGetFanSpeed_v2(nvmlDevice_t device, unsigned int fan, unsigned int *speed)
        nvmlDeviceGetFieldValues(nvmlDevice_t device, int valuesCount, nvmlFieldValue_t *values) : values~[valuesCount]
        nvmlDeviceGetGpcClkMinMaxVfOffset(nvmlDevice_t device, int *minOffset, int *maxOffset)
        nvmlDeviceGetGpcClkVfOffset(nvmlDevice_t device, int *offset)
        nvmlDeviceGetGpuFabricInfo(nvmlDevice_t device, nvmlGpuFabricInfo_t *gpuFabricInfo)
        nvmlDeviceGetGpuFabricInfoV(nvmlDevice_t device, nvmlGpuFabricInfoV_t *gpuFabricInfo)
        nvmlDeviceGetGpuFabricInfo_v4(nvmlDevice_t device, nvmlGpuFabricInfo_v4_t *gpuFabricInfo)
        nvmlDeviceGetGpuMaxPcieLinkGeneration(nvmlDevice_t device, unsigned int *maxLinkGenDevice)
        nvmlDeviceGetGpuOperationMode(nvmlDevice_t device, nvmlGpuOperationMode_t *current, nvmlGpuOperationMode_t *pending)
        nvmlDeviceGetGpuUptime_v1(nvmlDevice_t device, nvmlGpuUptime_v1_t *uptime)
        nvmlDeviceGetGridLicensableFeatures_v4(nvmlDevice_t device, nvmlGridLicensableFeatures_t *pGridLicensableFeatures)
        nvmlDeviceGetGspFirmwareMode(nvmlDevice_t device, unsigned int *isEnabled, unsigned int *defaultMode)
        nvmlDeviceGetGspFirmwareVersion(nvmlDevice_t device, char *version) : version[64]
        nvmlDeviceGetHostname_v1(nvmlDevice_t device, nvmlHostname_v1_t *hostname)
        nvmlDeviceGetInforomConfigurationChecksum(nvmlDevice_t device, unsigned int *checksum)
        nvmlDeviceGetInforomImageVersion(nvmlDevice_t device, char *version, unsigned int length) : version[length]
        nvmlDeviceGetInforomVersion(nvmlDevice_t device, nvmlInforomObject_t object, char *version, unsigned int
            length) : version[length]
        nvmlDeviceGetIrqNum(nvmlDevice_t device, unsigned int *irqNum)
        nvmlDeviceGetJpgUtilization(nvmlDevice_t device, unsigned int *utilization, unsigned int *samplingPeriodUs)
        nvmlDeviceGetLastBBXFlushTime(nvmlDevice_t device, unsigned long long *timestamp, unsigned long *durationUs)
        nvmlDeviceGetMarginTemperature(nvmlDevice_t device, nvmlMarginTemperature_t *marginTempInfo)
        nvmlDeviceGetMaxClockInfo(nvmlDevice_t device, nvmlClockType_t type, unsigned int *clock)
        nvmlDeviceGetMaxCustomerBoostClock(nvmlDevice_t device, nvmlClockType_t clockType, unsigned int *clockMHz)
        nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, unsigned int *count)
        nvmlDeviceGetMaxPcieLinkGeneration(nvmlDevice_t device, unsigned int *maxLinkGen)
        nvmlDeviceGetMaxPcieLinkWidth(nvmlDevice_t device, unsigned int *maxLinkWidth)
        nvmlDeviceGetMemClkMinMaxVfOffset(nvmlDevice_t device, int *minOffset, int *maxOffset)
        nvmlDeviceGetMemClkVfOffset(nvmlDevice_t device, int *offset)
        nvmlDeviceGetMemoryBusWidth(nvmlDevice_t device, unsigned int *busWidth)
        nvmlDeviceGetMemoryErrorCounter(nvmlDevice_t device, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t
            counterType, nvmlMemoryLocation_t locationType, unsigned long long *count)
        nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned int *currentMode, unsigned int *pendingMode)
        nvmlDeviceGetMinMaxClockOfPState(nvmlDevice_t device, nvmlClockType_t type, nvmlPstates_t pstate, unsigned int
            *minClockMHz, unsigned int *maxClockMHz)
        nvmlDeviceGetMinMaxFanSpeed(nvmlDevice_t device, unsigned int *minSpeed, unsigned int *maxSpeed)
        nvmlDeviceGetModuleId(nvmlDevice_t device, unsigned int *moduleId)
        nvmlDeviceGetMultiGpuBoard(nvmlDevice_t device, unsigned int *multiGpuBool)
        nvmlDeviceGetNumFans(nvmlDevice_t device, unsigned int *numFans)
        nvmlDeviceGetNumGpuCores(nvmlDevice_t device, unsigned int *numCores)
        nvmlDeviceGetNvLinkCapability(nvmlDevice_t device, unsigned int link, nvmlNvLinkCapability_t capability,
            unsigned int *capResult)
        nvmlDeviceGetNvLinkErrorCounter(nvmlDevice_t device, unsigned int link, nvmlNvLinkErrorCounter_t counter,
            unsigned long long *counterValue)
        nvmlDeviceGetNvLinkInfo(nvmlDevice_t device, nvmlNvLinkInfo_t *info)
        nvmlDeviceGetNvLinkInfo_v3(nvmlDevice_t device, nvmlNvLinkInfo_v3_t *info)
        nvmlDeviceGetNvLinkRemoteDeviceType(nvmlDevice_t device, unsigned int link, nvmlIntNvLinkDeviceType_t
            *pNvLinkDeviceType)
        nvmlDeviceGetNvLinkRemotePciInfo(nvmlDevice_t device, unsigned int link, nvmlPciInfo_t *pci)
        nvmlDeviceGetNvLinkRemotePciInfo_v2(nvmlDevice_t device, unsigned int link, nvmlPciInfo_t *pci)
        nvmlDeviceGetNvLinkState(nvmlDevice_t device, unsigned int link, nvmlEnableState_t *isActive)
        nvmlDeviceGetNvLinkUtilizationControl(nvmlDevice_t device, unsigned int link, unsigned int counter,
            nvmlNvLinkUtilizationControl_t *control)
        nvmlDeviceGetNvLinkUtilizationCounter(nvmlDevice_t device, unsigned int link, unsigned int counter, unsigned
            long long *rxcounter, unsigned long long *txcounter)
        nvmlDeviceGetNvLinkVersion(nvmlDevice_t device, unsigned int link, unsigned int *version)
        nvmlDeviceGetNvlinkBwMode(nvmlDevice_t device, nvmlNvlinkGetBwMode_t *getBwMode)
        nvmlDeviceGetNvlinkNvlePrivateInfo_v1(nvmlDevice_t device, nvmlNvlinkNvlePrivateInfo_v1_t *privateInfo)
        nvmlDeviceGetNvlinkRemapTableInfo_v1(nvmlDevice_t device, nvmlNvlinkGetRemapTableInfo_v1_t *remapTableInfo)
        nvmlDeviceGetNvlinkSupportedBwModes(nvmlDevice_t device, nvmlNvlinkSupportedBwModes_t *supportedBwMode)
        nvmlDeviceGetOfaUtilization(nvmlDevice_t device, unsigned int *utilization, unsigned int *samplingPeriodUs)
        nvmlDeviceGetPcieLinkMaxSpeed(nvmlDevice_t device, unsigned int *maxSpeed)
        nvmlDeviceGetPcieReplayCounter(nvmlDevice_t device, unsigned int *value)
        nvmlDeviceGetPcieSpeed(nvmlDevice_t device, unsigned int *pcieSpeed)
        nvmlDeviceGetPcieThroughput(nvmlDevice_t device, nvmlPcieUtilCounter_t counter, unsigned int *value)
        nvmlDeviceGetPdi(nvmlDevice_t device, nvmlPdi_t *pdi)
        nvmlDeviceGetPerformanceModes(nvmlDevice_t device, nvmlDevicePerfModes_t *perfModes)
        nvmlDeviceGetPerformanceState(nvmlDevice_t device, nvmlPstates_t *pState)
        nvmlDeviceGetPersistenceMode(nvmlDevice_t device, nvmlEnableState_t *mode)
        nvmlDeviceGetPlatformInfo(nvmlDevice_t device, nvmlPlatformInfo_t *platformInfo)
        nvmlDeviceGetPowerManagementDefaultLimit(nvmlDevice_t device, unsigned int *defaultLimit)
        nvmlDeviceGetPowerManagementLimit(nvmlDevice_t device, unsigned int *limit)
        nvmlDeviceGetPowerManagementLimitConstraints(nvmlDevice_t device, unsigned int *minLimit, unsigned int *maxLimit)
        nvmlDeviceGetPowerManagementMode(nvmlDevice_t device, nvmlEnableState_t *mode)
        nvmlDeviceGetPowerMizerMode_v1(nvmlDevice_t device, nvmlDevicePowerMizerModes_v1_t *powerMizerMode)
        nvmlDeviceGetPowerSource(nvmlDevice_t device, nvmlPowerSource_t *powerSource)
        nvmlDeviceGetPowerState(nvmlDevice_t device, nvmlPstates_t *pState)
        nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *power)
        nvmlDeviceGetRemappedRows(nvmlDevice_t device, unsigned int *corrRows, unsigned int *uncRows, unsigned int
            *isPending, unsigned int *failureOccurred)
        nvmlDeviceGetRemappedRows_v2(nvmlDevice_t device, nvmlRemappedRowsInfo_v2_t *info)
        nvmlDeviceGetRepairStatus(nvmlDevice_t device, nvmlRepairStatus_t *repairStatus)
        nvmlDeviceGetRetiredPages(nvmlDevice_t device, nvmlPageRetirementCause_t cause, unsigned int *pageCount,
            unsigned long long *addresses) : addresses[pageCount]
        nvmlDeviceGetRetiredPagesPendingStatus(nvmlDevice_t device, nvmlEnableState_t *isPending)
        nvmlDeviceGetRetiredPages_v2(nvmlDevice_t device, nvmlPageRetirementCause_t cause, unsigned int *pageCount,
            unsigned long long *addresses, unsigned long long *timestamps) : addresses[pageCount]
            timestamps[pageCount]
        nvmlDeviceGetRowRemapperHistogram(nvmlDevice_t device, nvmlRowRemapperHistogramValues_t *values)
        nvmlDeviceGetSamples(nvmlDevice_t device, nvmlSamplingType_t type, unsigned long long lastSeenTimeStamp,
            nvmlValueType_t *sampleValType, unsigned int *sampleCount, nvmlSample_t *samples) : samples?[sampleCount]
        nvmlDeviceGetSerial(nvmlDevice_t device, char *serial, unsigned int length) : serial[length]
        nvmlDeviceGetSramEccErrorStatus(nvmlDevice_t device, nvmlEccSramErrorStatus_t *status)
        nvmlDeviceGetSupportedClocksEventReasons(nvmlDevice_t device, unsigned long long *supportedClocksEventReasons)
        nvmlDeviceGetSupportedClocksThrottleReasons(nvmlDevice_t device, unsigned long long *supportedClocksThrottleReasons)
        nvmlDeviceGetSupportedEventTypes(nvmlDevice_t device, unsigned long long *eventTypes)
        nvmlDeviceGetSupportedGraphicsClocks(nvmlDevice_t device, unsigned int memoryClockMHz, unsigned int *count,
            unsigned int *clocksMHz) : clocksMHz[count]
        nvmlDeviceGetSupportedMemoryClocks(nvmlDevice_t device, unsigned int *count, unsigned int *clocksMHz) : clocksMHz[count]
        nvmlDeviceGetSupportedPerformanceStates(nvmlDevice_t device, nvmlPstates_t *pstates, unsigned int size) : pstates[size]
        nvmlDeviceGetTargetFanSpeed(nvmlDevice_t device, unsigned int fan, unsigned int *targetSpeed)
        nvmlDeviceGetTemperature(nvmlDevice_t device, nvmlTemperatureSensors_t sensorType, unsigned int *temp)
        nvmlDeviceGetTemperatureThreshold(nvmlDevice_t device, nvmlTemperatureThresholds_t thresholdType, unsigned int *temp)
        nvmlDeviceGetTemperatureV(nvmlDevice_t device, nvmlTemperature_t *temperature)
        nvmlDeviceGetThermalSettings(nvmlDevice_t device, unsigned int sensorIndex, nvmlGpuThermalSettings_t *pThermalSettings)
        nvmlDeviceGetTotalEccErrors(nvmlDevice_t device, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t
            counterType, unsigned long long *eccCounts)
        nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t device, unsigned long long *energy)
        nvmlDeviceGetUnrepairableMemoryFlag_v1(nvmlDevice_t device, nvmlUnrepairableMemoryStatus_v1_t *unrepairableMemoryStatus)
        nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization)
        nvmlDeviceGetVbiosVersion(nvmlDevice_t device, char *version, unsigned int length) : version[length]
        nvmlDeviceGetViolationStatus(nvmlDevice_t device, nvmlPerfPolicyType_t perfPolicyType, nvmlViolationTime_t *violTime)
        nvmlDeviceGetVirtualizationMode(nvmlDevice_t device, nvmlGpuVirtualizationMode_t *pVirtualMode)
        nvmlDeviceValidateInforom(nvmlDevice_t device)
        nvmlDeviceWorkloadPowerProfileGetCurrentProfiles(nvmlDevice_t device,
            nvmlWorkloadPowerProfileCurrentProfiles_t *currentProfiles)
        nvmlDeviceWorkloadPowerProfileGetProfilesInfo(nvmlDevice_t device, nvmlWorkloadPowerProfileProfilesInfo_t *profilesInfo)
    """,
    ),
    *read(
        CHANGE,
        """
        nvmlDeviceClearAccountingPids nvmlDeviceClearEccErrorCounts nvmlDeviceClearFieldValues
        nvmlDeviceCreateGpuInstance nvmlDeviceCreateGpuInstanceWithPlacement nvmlDeviceDiscoverGpus
        nvmlDeviceFreezeNvLinkUtilizationCounter nvmlDeviceLockNvlinkRemapTable_v1 nvmlDeviceModifyDrainState
        nvmlDevicePowerSmoothingActivatePresetProfile nvmlDevicePowerSmoothingSetState
        nvmlDevicePowerSmoothingUpdatePresetProfileParam nvmlDeviceRemoveGpu nvmlDeviceRemoveGpu_v2
        nvmlDeviceResetApplicationsClocks nvmlDeviceResetGpuLockedClocks nvmlDeviceResetMemoryLockedClocks
        nvmlDeviceResetNvLinkErrorCounters nvmlDeviceResetNvLinkUtilizationCounter nvmlDeviceSetAPIRestriction
        nvmlDeviceSetAccountingMode nvmlDeviceSetAdaptiveTgpMode_v1 nvmlDeviceSetApplicationsClocks
        nvmlDeviceSetAutoBoostedClocksEnabled nvmlDeviceSetClockOffsets nvmlDeviceSetComputeMode
        nvmlDeviceSetDefaultAutoBoostedClocksEnabled nvmlDeviceSetDefaultFanSpeed_v2 nvmlDeviceSetDramEncryptionMode
        nvmlDeviceSetDriverModel nvmlDeviceSetEccMode nvmlDeviceSetFanControlPolicy nvmlDeviceSetFanSpeed_v2
        nvmlDeviceSetGpcClkVfOffset nvmlDeviceSetGpuLockedClocks nvmlDeviceSetGpuOperationMode
        nvmlDeviceSetHostname_v1 nvmlDeviceSetMemClkVfOffset nvmlDeviceSetMemoryLimits_v1
        nvmlDeviceSetMemoryLockedClocks nvmlDeviceSetMigMode nvmlDeviceSetNvLinkDeviceLowPowerThreshold
        nvmlDeviceSetNvLinkUtilizationControl nvmlDeviceSetNvlinkBwMode nvmlDeviceSetNvlinkBwModeAsync_v1
        nvmlDeviceSetNvlinkNvleReady_v1 nvmlDeviceSetPersistenceMode nvmlDeviceSetPowerManagementLimit
        nvmlDeviceSetPowerManagementLimit_v2 nvmlDeviceSetPowerMizerMode_v1 nvmlDeviceSetRusdSettings_v1
        nvmlDeviceSetTemperatureThreshold nvmlDeviceSetupNvlinkNvleEncryptionKey_v1
        nvmlDeviceWorkloadPowerProfileClearRequestedProfiles nvmlDeviceWorkloadPowerProfileSetRequestedProfiles
        nvmlDeviceWorkloadPowerProfileUpdateProfiles_v1 nvmlSystemSetNvlinkBwMode
    """,
    ),
    *read(
        ABSENT,
        """
        nvmlDeviceGetDriverModel nvmlDeviceGetDriverModel_v2
    """,
        reason="driver models of Windows",
    ),
    *read(
        ABSENT,
        """
        nvmlGpmMetricsGet nvmlGpmMigSampleGet nvmlGpmQueryDeviceSupport nvmlGpmQueryIfStreamingEnabled
        nvmlGpmSampleAlloc nvmlGpmSampleFree nvmlGpmSampleGet nvmlGpmSetStreamingEnabled
    """,
        reason="GPM samples",
    ),
    *read(
        ABSENT,
        """
        nvmlDeviceGetConfComputeGpuAttestationReport nvmlDeviceGetConfComputeGpuCertificate
        nvmlDeviceGetConfComputeMemSizeInfo nvmlDeviceGetConfComputeProtectedMemoryUsage
        nvmlDeviceSetConfComputeUnprotectedMemSize nvmlSystemGetConfComputeCapabilities
        nvmlSystemGetConfComputeGpusReadyState nvmlSystemGetConfComputeKeyRotationThresholdInfo
        nvmlSystemGetConfComputeSettings nvmlSystemGetConfComputeSettings_v2 nvmlSystemGetConfComputeState
        nvmlSystemSetConfComputeGpusReadyState nvmlSystemSetConfComputeKeyRotationThresholdInfo
    """,
        reason="confidential computing",
    ),
    *read(
        ABSENT,
        """
        nvmlDevicePerfMetricsGetSamples_v1 nvmlDeviceQueryDrainState nvmlDeviceReadPRMCounters_v1
        nvmlDeviceReadWritePRM_v1 nvmlEventSetGetContextCount_v1 nvmlEventSetGetContextData_v1
        nvmlEventSetGetContextInfo_v1 nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1
        nvmlEventSetRegisterGpuOperationalEvents_v1 nvmlEventSetWait_v3 nvmlGetBlacklistDeviceInfoByIndex
        nvmlGetExcludedDeviceInfoByIndex nvmlSystemEventSetCreate nvmlSystemEventSetFree nvmlSystemEventSetWait
        nvmlSystemGetCPER_v1 nvmlSystemGetHicVersion nvmlSystemGetNvlinkBwMode
        nvmlSystemRegisterEvents
    """,
        reason="of the host or its hardware, not of a GPU",
    ),
    *read(
        ABSENT,
        """
        nvmlComputeInstanceDestroy nvmlComputeInstanceGetInfo nvmlComputeInstanceGetInfo_v2
        nvmlDeviceGetComputeInstanceId nvmlDeviceGetDeviceHandleFromMigDeviceHandle nvmlDeviceGetGpuInstanceById
        nvmlDeviceGetGpuInstanceId nvmlDeviceGetGpuInstancePossiblePlacements
        nvmlDeviceGetGpuInstancePossiblePlacements_v2 nvmlDeviceGetGpuInstanceProfileInfo
        nvmlDeviceGetGpuInstanceProfileInfoByIdV nvmlDeviceGetGpuInstanceProfileInfoV
        nvmlDeviceGetGpuInstanceRemainingCapacity nvmlDeviceGetGpuInstances nvmlDeviceGetMigDeviceHandleByIndex
        nvmlGpuInstanceCreateComputeInstance nvmlGpuInstanceCreateComputeInstanceWithPlacement nvmlGpuInstanceDestroy
        nvmlGpuInstanceGetComputeInstanceById nvmlGpuInstanceGetComputeInstancePossiblePlacements
        nvmlGpuInstanceGetComputeInstanceProfileInfo nvmlGpuInstanceGetComputeInstanceProfileInfoV
        nvmlGpuInstanceGetComputeInstanceRemainingCapacity nvmlGpuInstanceGetComputeInstances nvmlGpuInstanceGetInfo
    """,
        reason="parts of a GPU (MIG)",
    ),
    *read(
        ABSENT,
        """
        nvmlDeviceGetAccountingPids nvmlDeviceGetAccountingStats nvmlDeviceGetAccountingStats_v2
        nvmlDeviceGetEncoderSessions nvmlDeviceGetFBCSessions
    """,
        reason="process ids of the server's host",
    ),
    *read(
        ABSENT,
        """
        nvmlDeviceClearCpuAffinity nvmlDeviceGetNumaNodeId nvmlDeviceGetTopologyNearestGpus nvmlDeviceSetCpuAffinity
        nvmlSystemGetTopologyGpuSet
    """,
        reason="processors and memory nodes of the server's host",
    ),
    *read(
        ABSENT,
        """
        nvmlDeviceGetMemoryLimits_v1 nvmlDeviceGetNvLinkTelemetrySamples_v1 nvmlDeviceGetProcessesUtilizationInfo
        nvmlDeviceGetRunningProcessDetailList nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts
    """,
        reason="structures with addresses inside",
    ),
    *read(
        ABSENT,
        """
        nvmlUnitGetDevices nvmlUnitGetFanSpeedInfo nvmlUnitGetHandleByIndex nvmlUnitGetLedState nvmlUnitGetPsuInfo
        nvmlUnitGetTemperature nvmlUnitGetUnitInfo nvmlUnitSetLedState
    """,
        reason="units of S-class systems",
    ),
    *read(
        ABSENT,
        """
        nvmlDeviceGetActiveVgpus nvmlDeviceGetCreatableVgpus nvmlDeviceGetGridLicensableFeatures
        nvmlDeviceGetGridLicensableFeatures_v2 nvmlDeviceGetGridLicensableFeatures_v3
        nvmlDeviceGetHostVgpuMode nvmlDeviceGetPgpuMetadataString
        nvmlDeviceGetSupportedVgpus nvmlDeviceGetVgpuCapabilities nvmlDeviceGetVgpuHeterogeneousMode
        nvmlDeviceGetVgpuInstancesUtilizationInfo nvmlDeviceGetVgpuMetadata nvmlDeviceGetVgpuProcessUtilization
        nvmlDeviceGetVgpuProcessesUtilizationInfo nvmlDeviceGetVgpuSchedulerCapabilities nvmlDeviceGetVgpuSchedulerLog
        nvmlDeviceGetVgpuSchedulerLog_v2 nvmlDeviceGetVgpuSchedulerState nvmlDeviceGetVgpuSchedulerState_v2
        nvmlDeviceGetVgpuTypeCreatablePlacements nvmlDeviceGetVgpuTypeSupportedPlacements nvmlDeviceGetVgpuUtilization
        nvmlDeviceSetVgpuCapabilities nvmlDeviceSetVgpuHeterogeneousMode nvmlDeviceSetVgpuSchedulerState
        nvmlDeviceSetVgpuSchedulerState_v2 nvmlDeviceSetVirtualizationMode nvmlDeviceVgpuForceGspUnload
        nvmlGetVgpuCompatibility nvmlGetVgpuDriverCapabilities nvmlGetVgpuVersion nvmlGpuInstanceGetActiveVgpus
        nvmlGpuInstanceGetCreatableVgpus nvmlGpuInstanceGetVgpuHeterogeneousMode nvmlGpuInstanceGetVgpuSchedulerLog
        nvmlGpuInstanceGetVgpuSchedulerLog_v2 nvmlGpuInstanceGetVgpuSchedulerState
        nvmlGpuInstanceGetVgpuSchedulerState_v2 nvmlGpuInstanceGetVgpuTypeCreatablePlacements
        nvmlGpuInstanceSetVgpuHeterogeneousMode nvmlGpuInstanceSetVgpuSchedulerState
        nvmlGpuInstanceSetVgpuSchedulerState_v2 nvmlSetVgpuVersion nvmlVgpuInstanceClearAccountingPids
        nvmlVgpuInstanceGetAccountingMode nvmlVgpuInstanceGetAccountingPids nvmlVgpuInstanceGetAccountingStats
        nvmlVgpuInstanceGetEccMode nvmlVgpuInstanceGetEncoderCapacity nvmlVgpuInstanceGetEncoderSessions
        nvmlVgpuInstanceGetEncoderStats nvmlVgpuInstanceGetFBCSessions nvmlVgpuInstanceGetFBCStats
        nvmlVgpuInstanceGetFbUsage nvmlVgpuInstanceGetFrameRateLimit nvmlVgpuInstanceGetGpuInstanceId
        nvmlVgpuInstanceGetGpuPciId nvmlVgpuInstanceGetLicenseInfo nvmlVgpuInstanceGetLicenseInfo_v2
        nvmlVgpuInstanceGetLicenseStatus nvmlVgpuInstanceGetMdevUUID nvmlVgpuInstanceGetMetadata
        nvmlVgpuInstanceGetPlacementId nvmlVgpuInstanceGetRuntimeStateSize nvmlVgpuInstanceGetType
        nvmlVgpuInstanceGetUUID nvmlVgpuInstanceGetVmDriverVersion nvmlVgpuInstanceGetVmID
        nvmlVgpuInstanceSetEncoderCapacity nvmlVgpuTypeGetBAR1Info nvmlVgpuTypeGetCapabilities nvmlVgpuTypeGetClass
        nvmlVgpuTypeGetDeviceID nvmlVgpuTypeGetFbReservation nvmlVgpuTypeGetFrameRateLimit
        nvmlVgpuTypeGetFramebufferSize nvmlVgpuTypeGetGpuInstanceProfileId nvmlVgpuTypeGetGspHeapSize
        nvmlVgpuTypeGetLicense nvmlVgpuTypeGetMaxInstances nvmlVgpuTypeGetMaxInstancesPerGpuInstance
        nvmlVgpuTypeGetMaxInstancesPerVm nvmlVgpuTypeGetName nvmlVgpuTypeGetNumDisplayHeads nvmlVgpuTypeGetResolution
    """,
        reason="virtual GPUs",
    ),
)
