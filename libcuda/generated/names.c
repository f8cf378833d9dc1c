/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
/* The addresses alone matter here, so every symbol is declared void(void). */
#include "../names.h"

void cuArray3DCreate(void);
void cuArray3DCreate_v2(void);
void cuArray3DGetDescriptor(void);
void cuArray3DGetDescriptor_v2(void);
void cuArrayCreate(void);
void cuArrayCreate_v2(void);
void cuArrayDestroy(void);
void cuArrayGetDescriptor(void);
void cuArrayGetDescriptor_v2(void);
void cuArrayGetMemoryRequirements(void);
void cuArrayGetPlane(void);
void cuArrayGetSparseProperties(void);
void cuCheckpointProcessCheckpoint(void);
void cuCheckpointProcessGetRestoreThreadId(void);
void cuCheckpointProcessGetState(void);
void cuCheckpointProcessLock(void);
void cuCheckpointProcessRestore(void);
void cuCheckpointProcessUnlock(void);
void cuCoredumpGetAttribute(void);
void cuCoredumpGetAttributeGlobal(void);
void cuCoredumpSetAttribute(void);
void cuCoredumpSetAttributeGlobal(void);
void cuCtxAttach(void);
void cuCtxCreate(void);
void cuCtxCreate_v2(void);
void cuCtxCreate_v3(void);
void cuCtxCreate_v4(void);
void cuCtxDestroy(void);
void cuCtxDestroy_v2(void);
void cuCtxDetach(void);
void cuCtxDisablePeerAccess(void);
void cuCtxEnablePeerAccess(void);
void cuCtxFromGreenCtx(void);
void cuCtxGetApiVersion(void);
void cuCtxGetCacheConfig(void);
void cuCtxGetCurrent(void);
void cuCtxGetDevResource(void);
void cuCtxGetDevice(void);
void cuCtxGetDevice_v2(void);
void cuCtxGetExecAffinity(void);
void cuCtxGetFlags(void);
void cuCtxGetId(void);
void cuCtxGetLimit(void);
void cuCtxGetSharedMemConfig(void);
void cuCtxGetStreamPriorityRange(void);
void cuCtxPopCurrent(void);
void cuCtxPopCurrent_v2(void);
void cuCtxPushCurrent(void);
void cuCtxPushCurrent_v2(void);
void cuCtxRecordEvent(void);
void cuCtxResetPersistingL2Cache(void);
void cuCtxSetCacheConfig(void);
void cuCtxSetCurrent(void);
void cuCtxSetFlags(void);
void cuCtxSetLimit(void);
void cuCtxSetSharedMemConfig(void);
void cuCtxSynchronize(void);
void cuCtxSynchronize_v2(void);
void cuCtxWaitEvent(void);
void cuDestroyExternalMemory(void);
void cuDestroyExternalSemaphore(void);
void cuDevResourceGenerateDesc(void);
void cuDevSmResourceSplitByCount(void);
void cuDeviceCanAccessPeer(void);
void cuDeviceComputeCapability(void);
void cuDeviceGet(void);
void cuDeviceGetAttribute(void);
void cuDeviceGetByPCIBusId(void);
void cuDeviceGetCount(void);
void cuDeviceGetDefaultMemPool(void);
void cuDeviceGetDevResource(void);
void cuDeviceGetExecAffinitySupport(void);
void cuDeviceGetGraphMemAttribute(void);
void cuDeviceGetHostAtomicCapabilities(void);
void cuDeviceGetLuid(void);
void cuDeviceGetMemPool(void);
void cuDeviceGetName(void);
void cuDeviceGetNvSciSyncAttributes(void);
void cuDeviceGetP2PAtomicCapabilities(void);
void cuDeviceGetP2PAttribute(void);
void cuDeviceGetPCIBusId(void);
void cuDeviceGetProperties(void);
void cuDeviceGetTexture1DLinearMaxWidth(void);
void cuDeviceGetUuid(void);
void cuDeviceGetUuid_v2(void);
void cuDeviceGraphMemTrim(void);
void cuDevicePrimaryCtxGetState(void);
void cuDevicePrimaryCtxRelease(void);
void cuDevicePrimaryCtxRelease_v2(void);
void cuDevicePrimaryCtxReset(void);
void cuDevicePrimaryCtxReset_v2(void);
void cuDevicePrimaryCtxRetain(void);
void cuDevicePrimaryCtxSetFlags(void);
void cuDevicePrimaryCtxSetFlags_v2(void);
void cuDeviceRegisterAsyncNotification(void);
void cuDeviceSetGraphMemAttribute(void);
void cuDeviceSetMemPool(void);
void cuDeviceTotalMem(void);
void cuDeviceTotalMem_v2(void);
void cuDeviceUnregisterAsyncNotification(void);
void cuDriverGetVersion(void);
void cuEventCreate(void);
void cuEventDestroy(void);
void cuEventDestroy_v2(void);
void cuEventElapsedTime(void);
void cuEventElapsedTime_v2(void);
void cuEventQuery(void);
void cuEventRecord(void);
void cuEventRecordWithFlags(void);
void cuEventRecordWithFlags_ptsz(void);
void cuEventRecord_ptsz(void);
void cuEventSynchronize(void);
void cuExternalMemoryGetMappedBuffer(void);
void cuExternalMemoryGetMappedMipmappedArray(void);
void cuFlushGPUDirectRDMAWrites(void);
void cuFuncGetAttribute(void);
void cuFuncGetModule(void);
void cuFuncGetName(void);
void cuFuncGetParamInfo(void);
void cuFuncIsLoaded(void);
void cuFuncLoad(void);
void cuFuncSetAttribute(void);
void cuFuncSetBlockShape(void);
void cuFuncSetCacheConfig(void);
void cuFuncSetSharedMemConfig(void);
void cuFuncSetSharedSize(void);
void cuGetErrorName(void);
void cuGetErrorString(void);
void cuGetExportTable(void);
void cuGetProcAddress(void);
void cuGetProcAddress_v2(void);
void cuGraphAddBatchMemOpNode(void);
void cuGraphAddChildGraphNode(void);
void cuGraphAddDependencies(void);
void cuGraphAddDependencies_v2(void);
void cuGraphAddEmptyNode(void);
void cuGraphAddEventRecordNode(void);
void cuGraphAddEventWaitNode(void);
void cuGraphAddExternalSemaphoresSignalNode(void);
void cuGraphAddExternalSemaphoresWaitNode(void);
void cuGraphAddHostNode(void);
void cuGraphAddKernelNode(void);
void cuGraphAddKernelNode_v2(void);
void cuGraphAddMemAllocNode(void);
void cuGraphAddMemFreeNode(void);
void cuGraphAddMemcpyNode(void);
void cuGraphAddMemsetNode(void);
void cuGraphAddNode(void);
void cuGraphAddNode_v2(void);
void cuGraphBatchMemOpNodeGetParams(void);
void cuGraphBatchMemOpNodeSetParams(void);
void cuGraphChildGraphNodeGetGraph(void);
void cuGraphClone(void);
void cuGraphConditionalHandleCreate(void);
void cuGraphCreate(void);
void cuGraphDebugDotPrint(void);
void cuGraphDestroy(void);
void cuGraphDestroyNode(void);
void cuGraphEventRecordNodeGetEvent(void);
void cuGraphEventRecordNodeSetEvent(void);
void cuGraphEventWaitNodeGetEvent(void);
void cuGraphEventWaitNodeSetEvent(void);
void cuGraphExecBatchMemOpNodeSetParams(void);
void cuGraphExecChildGraphNodeSetParams(void);
void cuGraphExecDestroy(void);
void cuGraphExecEventRecordNodeSetEvent(void);
void cuGraphExecEventWaitNodeSetEvent(void);
void cuGraphExecExternalSemaphoresSignalNodeSetParams(void);
void cuGraphExecExternalSemaphoresWaitNodeSetParams(void);
void cuGraphExecGetFlags(void);
void cuGraphExecHostNodeSetParams(void);
void cuGraphExecKernelNodeSetParams(void);
void cuGraphExecKernelNodeSetParams_v2(void);
void cuGraphExecMemcpyNodeSetParams(void);
void cuGraphExecMemsetNodeSetParams(void);
void cuGraphExecNodeSetParams(void);
void cuGraphExecUpdate(void);
void cuGraphExecUpdate_v2(void);
void cuGraphExternalSemaphoresSignalNodeGetParams(void);
void cuGraphExternalSemaphoresSignalNodeSetParams(void);
void cuGraphExternalSemaphoresWaitNodeGetParams(void);
void cuGraphExternalSemaphoresWaitNodeSetParams(void);
void cuGraphGetEdges(void);
void cuGraphGetEdges_v2(void);
void cuGraphGetNodes(void);
void cuGraphGetRootNodes(void);
void cuGraphHostNodeGetParams(void);
void cuGraphHostNodeSetParams(void);
void cuGraphInstantiate(void);
void cuGraphInstantiateWithFlags(void);
void cuGraphInstantiateWithParams(void);
void cuGraphInstantiateWithParams_ptsz(void);
void cuGraphInstantiate_v2(void);
void cuGraphKernelNodeCopyAttributes(void);
void cuGraphKernelNodeGetAttribute(void);
void cuGraphKernelNodeGetParams(void);
void cuGraphKernelNodeGetParams_v2(void);
void cuGraphKernelNodeSetAttribute(void);
void cuGraphKernelNodeSetParams(void);
void cuGraphKernelNodeSetParams_v2(void);
void cuGraphLaunch(void);
void cuGraphLaunch_ptsz(void);
void cuGraphMemAllocNodeGetParams(void);
void cuGraphMemFreeNodeGetParams(void);
void cuGraphMemcpyNodeGetParams(void);
void cuGraphMemcpyNodeSetParams(void);
void cuGraphMemsetNodeGetParams(void);
void cuGraphMemsetNodeSetParams(void);
void cuGraphNodeFindInClone(void);
void cuGraphNodeGetDependencies(void);
void cuGraphNodeGetDependencies_v2(void);
void cuGraphNodeGetDependentNodes(void);
void cuGraphNodeGetDependentNodes_v2(void);
void cuGraphNodeGetEnabled(void);
void cuGraphNodeGetType(void);
void cuGraphNodeSetEnabled(void);
void cuGraphNodeSetParams(void);
void cuGraphReleaseUserObject(void);
void cuGraphRemoveDependencies(void);
void cuGraphRemoveDependencies_v2(void);
void cuGraphRetainUserObject(void);
void cuGraphUpload(void);
void cuGraphUpload_ptsz(void);
void cuGraphicsMapResources(void);
void cuGraphicsMapResources_ptsz(void);
void cuGraphicsResourceGetMappedMipmappedArray(void);
void cuGraphicsResourceGetMappedPointer(void);
void cuGraphicsResourceGetMappedPointer_v2(void);
void cuGraphicsResourceSetMapFlags(void);
void cuGraphicsResourceSetMapFlags_v2(void);
void cuGraphicsSubResourceGetMappedArray(void);
void cuGraphicsUnmapResources(void);
void cuGraphicsUnmapResources_ptsz(void);
void cuGraphicsUnregisterResource(void);
void cuGreenCtxCreate(void);
void cuGreenCtxDestroy(void);
void cuGreenCtxGetDevResource(void);
void cuGreenCtxGetId(void);
void cuGreenCtxRecordEvent(void);
void cuGreenCtxStreamCreate(void);
void cuGreenCtxWaitEvent(void);
void cuImportExternalMemory(void);
void cuImportExternalSemaphore(void);
void cuInit(void);
void cuIpcCloseMemHandle(void);
void cuIpcGetEventHandle(void);
void cuIpcGetMemHandle(void);
void cuIpcOpenEventHandle(void);
void cuIpcOpenMemHandle(void);
void cuIpcOpenMemHandle_v2(void);
void cuKernelGetAttribute(void);
void cuKernelGetFunction(void);
void cuKernelGetLibrary(void);
void cuKernelGetName(void);
void cuKernelGetParamInfo(void);
void cuKernelSetAttribute(void);
void cuKernelSetCacheConfig(void);
void cuLaunch(void);
void cuLaunchCooperativeKernel(void);
void cuLaunchCooperativeKernelMultiDevice(void);
void cuLaunchCooperativeKernel_ptsz(void);
void cuLaunchGrid(void);
void cuLaunchGridAsync(void);
void cuLaunchHostFunc(void);
void cuLaunchHostFunc_ptsz(void);
void cuLaunchKernel(void);
void cuLaunchKernelEx(void);
void cuLaunchKernelEx_ptsz(void);
void cuLaunchKernel_ptsz(void);
void cuLibraryEnumerateKernels(void);
void cuLibraryGetGlobal(void);
void cuLibraryGetKernel(void);
void cuLibraryGetKernelCount(void);
void cuLibraryGetManaged(void);
void cuLibraryGetModule(void);
void cuLibraryGetUnifiedFunction(void);
void cuLibraryLoadData(void);
void cuLibraryLoadFromFile(void);
void cuLibraryUnload(void);
void cuLinkAddData(void);
void cuLinkAddData_v2(void);
void cuLinkAddFile(void);
void cuLinkAddFile_v2(void);
void cuLinkComplete(void);
void cuLinkCreate(void);
void cuLinkCreate_v2(void);
void cuLinkDestroy(void);
void cuLogsCurrent(void);
void cuLogsDumpToFile(void);
void cuLogsDumpToMemory(void);
void cuLogsRegisterCallback(void);
void cuLogsUnregisterCallback(void);
void cuMemAddressFree(void);
void cuMemAddressReserve(void);
void cuMemAdvise(void);
void cuMemAdvise_v2(void);
void cuMemAlloc(void);
void cuMemAllocAsync(void);
void cuMemAllocAsync_ptsz(void);
void cuMemAllocFromPoolAsync(void);
void cuMemAllocFromPoolAsync_ptsz(void);
void cuMemAllocHost(void);
void cuMemAllocHost_v2(void);
void cuMemAllocManaged(void);
void cuMemAllocPitch(void);
void cuMemAllocPitch_v2(void);
void cuMemAlloc_v2(void);
void cuMemBatchDecompressAsync(void);
void cuMemBatchDecompressAsync_ptsz(void);
void cuMemCreate(void);
void cuMemDiscardAndPrefetchBatchAsync(void);
void cuMemDiscardAndPrefetchBatchAsync_ptsz(void);
void cuMemDiscardBatchAsync(void);
void cuMemDiscardBatchAsync_ptsz(void);
void cuMemExportToShareableHandle(void);
void cuMemFree(void);
void cuMemFreeAsync(void);
void cuMemFreeAsync_ptsz(void);
void cuMemFreeHost(void);
void cuMemFree_v2(void);
void cuMemGetAccess(void);
void cuMemGetAddressRange(void);
void cuMemGetAddressRange_v2(void);
void cuMemGetAllocationGranularity(void);
void cuMemGetAllocationPropertiesFromHandle(void);
void cuMemGetDefaultMemPool(void);
void cuMemGetHandleForAddressRange(void);
void cuMemGetInfo(void);
void cuMemGetInfo_v2(void);
void cuMemGetMemPool(void);
void cuMemHostAlloc(void);
void cuMemHostGetDevicePointer(void);
void cuMemHostGetDevicePointer_v2(void);
void cuMemHostGetFlags(void);
void cuMemHostRegister(void);
void cuMemHostRegister_v2(void);
void cuMemHostUnregister(void);
void cuMemImportFromShareableHandle(void);
void cuMemMap(void);
void cuMemMapArrayAsync(void);
void cuMemMapArrayAsync_ptsz(void);
void cuMemPoolCreate(void);
void cuMemPoolDestroy(void);
void cuMemPoolExportPointer(void);
void cuMemPoolExportToShareableHandle(void);
void cuMemPoolGetAccess(void);
void cuMemPoolGetAttribute(void);
void cuMemPoolImportFromShareableHandle(void);
void cuMemPoolImportPointer(void);
void cuMemPoolSetAccess(void);
void cuMemPoolSetAttribute(void);
void cuMemPoolTrimTo(void);
void cuMemPrefetchAsync(void);
void cuMemPrefetchAsync_ptsz(void);
void cuMemPrefetchAsync_v2(void);
void cuMemPrefetchAsync_v2_ptsz(void);
void cuMemPrefetchBatchAsync(void);
void cuMemPrefetchBatchAsync_ptsz(void);
void cuMemRangeGetAttribute(void);
void cuMemRangeGetAttributes(void);
void cuMemRelease(void);
void cuMemRetainAllocationHandle(void);
void cuMemSetAccess(void);
void cuMemSetMemPool(void);
void cuMemUnmap(void);
void cuMemcpy(void);
void cuMemcpy2D(void);
void cuMemcpy2DAsync(void);
void cuMemcpy2DAsync_v2(void);
void cuMemcpy2DAsync_v2_ptsz(void);
void cuMemcpy2DUnaligned(void);
void cuMemcpy2DUnaligned_v2(void);
void cuMemcpy2DUnaligned_v2_ptds(void);
void cuMemcpy2D_v2(void);
void cuMemcpy2D_v2_ptds(void);
void cuMemcpy3D(void);
void cuMemcpy3DAsync(void);
void cuMemcpy3DAsync_v2(void);
void cuMemcpy3DAsync_v2_ptsz(void);
void cuMemcpy3DBatchAsync(void);
void cuMemcpy3DBatchAsync_ptsz(void);
void cuMemcpy3DBatchAsync_v2(void);
void cuMemcpy3DBatchAsync_v2_ptsz(void);
void cuMemcpy3DPeer(void);
void cuMemcpy3DPeerAsync(void);
void cuMemcpy3DPeerAsync_ptsz(void);
void cuMemcpy3DPeer_ptds(void);
void cuMemcpy3D_v2(void);
void cuMemcpy3D_v2_ptds(void);
void cuMemcpyAsync(void);
void cuMemcpyAsync_ptsz(void);
void cuMemcpyAtoA(void);
void cuMemcpyAtoA_v2(void);
void cuMemcpyAtoA_v2_ptds(void);
void cuMemcpyAtoD(void);
void cuMemcpyAtoD_v2(void);
void cuMemcpyAtoD_v2_ptds(void);
void cuMemcpyAtoH(void);
void cuMemcpyAtoHAsync(void);
void cuMemcpyAtoHAsync_v2(void);
void cuMemcpyAtoHAsync_v2_ptsz(void);
void cuMemcpyAtoH_v2(void);
void cuMemcpyAtoH_v2_ptds(void);
void cuMemcpyBatchAsync(void);
void cuMemcpyBatchAsync_ptsz(void);
void cuMemcpyBatchAsync_v2(void);
void cuMemcpyBatchAsync_v2_ptsz(void);
void cuMemcpyDtoA(void);
void cuMemcpyDtoA_v2(void);
void cuMemcpyDtoA_v2_ptds(void);
void cuMemcpyDtoD(void);
void cuMemcpyDtoDAsync(void);
void cuMemcpyDtoDAsync_v2(void);
void cuMemcpyDtoDAsync_v2_ptsz(void);
void cuMemcpyDtoD_v2(void);
void cuMemcpyDtoD_v2_ptds(void);
void cuMemcpyDtoH(void);
void cuMemcpyDtoHAsync(void);
void cuMemcpyDtoHAsync_v2(void);
void cuMemcpyDtoHAsync_v2_ptsz(void);
void cuMemcpyDtoH_v2(void);
void cuMemcpyDtoH_v2_ptds(void);
void cuMemcpyHtoA(void);
void cuMemcpyHtoAAsync(void);
void cuMemcpyHtoAAsync_v2(void);
void cuMemcpyHtoAAsync_v2_ptsz(void);
void cuMemcpyHtoA_v2(void);
void cuMemcpyHtoA_v2_ptds(void);
void cuMemcpyHtoD(void);
void cuMemcpyHtoDAsync(void);
void cuMemcpyHtoDAsync_v2(void);
void cuMemcpyHtoDAsync_v2_ptsz(void);
void cuMemcpyHtoD_v2(void);
void cuMemcpyHtoD_v2_ptds(void);
void cuMemcpyPeer(void);
void cuMemcpyPeerAsync(void);
void cuMemcpyPeerAsync_ptsz(void);
void cuMemcpyPeer_ptds(void);
void cuMemcpy_ptds(void);
void cuMemsetD16(void);
void cuMemsetD16Async(void);
void cuMemsetD16Async_ptsz(void);
void cuMemsetD16_v2(void);
void cuMemsetD16_v2_ptds(void);
void cuMemsetD2D16(void);
void cuMemsetD2D16Async(void);
void cuMemsetD2D16Async_ptsz(void);
void cuMemsetD2D16_v2(void);
void cuMemsetD2D16_v2_ptds(void);
void cuMemsetD2D32(void);
void cuMemsetD2D32Async(void);
void cuMemsetD2D32Async_ptsz(void);
void cuMemsetD2D32_v2(void);
void cuMemsetD2D32_v2_ptds(void);
void cuMemsetD2D8(void);
void cuMemsetD2D8Async(void);
void cuMemsetD2D8Async_ptsz(void);
void cuMemsetD2D8_v2(void);
void cuMemsetD2D8_v2_ptds(void);
void cuMemsetD32(void);
void cuMemsetD32Async(void);
void cuMemsetD32Async_ptsz(void);
void cuMemsetD32_v2(void);
void cuMemsetD32_v2_ptds(void);
void cuMemsetD8(void);
void cuMemsetD8Async(void);
void cuMemsetD8Async_ptsz(void);
void cuMemsetD8_v2(void);
void cuMemsetD8_v2_ptds(void);
void cuMipmappedArrayCreate(void);
void cuMipmappedArrayDestroy(void);
void cuMipmappedArrayGetLevel(void);
void cuMipmappedArrayGetMemoryRequirements(void);
void cuMipmappedArrayGetSparseProperties(void);
void cuModuleEnumerateFunctions(void);
void cuModuleGetFunction(void);
void cuModuleGetFunctionCount(void);
void cuModuleGetGlobal(void);
void cuModuleGetGlobal_v2(void);
void cuModuleGetLoadingMode(void);
void cuModuleGetSurfRef(void);
void cuModuleGetTexRef(void);
void cuModuleLoad(void);
void cuModuleLoadData(void);
void cuModuleLoadDataEx(void);
void cuModuleLoadFatBinary(void);
void cuModuleUnload(void);
void cuMulticastAddDevice(void);
void cuMulticastBindAddr(void);
void cuMulticastBindMem(void);
void cuMulticastCreate(void);
void cuMulticastGetGranularity(void);
void cuMulticastUnbind(void);
void cuOccupancyAvailableDynamicSMemPerBlock(void);
void cuOccupancyMaxActiveBlocksPerMultiprocessor(void);
void cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(void);
void cuOccupancyMaxActiveClusters(void);
void cuOccupancyMaxPotentialBlockSize(void);
void cuOccupancyMaxPotentialBlockSizeWithFlags(void);
void cuOccupancyMaxPotentialClusterSize(void);
void cuParamSetSize(void);
void cuParamSetTexRef(void);
void cuParamSetf(void);
void cuParamSeti(void);
void cuParamSetv(void);
void cuPointerGetAttribute(void);
void cuPointerGetAttributes(void);
void cuPointerSetAttribute(void);
void cuProfilerInitialize(void);
void cuProfilerStart(void);
void cuProfilerStop(void);
void cuSignalExternalSemaphoresAsync(void);
void cuSignalExternalSemaphoresAsync_ptsz(void);
void cuStreamAddCallback(void);
void cuStreamAddCallback_ptsz(void);
void cuStreamAttachMemAsync(void);
void cuStreamAttachMemAsync_ptsz(void);
void cuStreamBatchMemOp(void);
void cuStreamBatchMemOp_ptsz(void);
void cuStreamBatchMemOp_v2(void);
void cuStreamBatchMemOp_v2_ptsz(void);
void cuStreamBeginCapture(void);
void cuStreamBeginCaptureToGraph(void);
void cuStreamBeginCaptureToGraph_ptsz(void);
void cuStreamBeginCapture_ptsz(void);
void cuStreamBeginCapture_v2(void);
void cuStreamBeginCapture_v2_ptsz(void);
void cuStreamCopyAttributes(void);
void cuStreamCopyAttributes_ptsz(void);
void cuStreamCreate(void);
void cuStreamCreateWithPriority(void);
void cuStreamDestroy(void);
void cuStreamDestroy_v2(void);
void cuStreamEndCapture(void);
void cuStreamEndCapture_ptsz(void);
void cuStreamGetAttribute(void);
void cuStreamGetAttribute_ptsz(void);
void cuStreamGetCaptureInfo(void);
void cuStreamGetCaptureInfo_ptsz(void);
void cuStreamGetCaptureInfo_v2(void);
void cuStreamGetCaptureInfo_v2_ptsz(void);
void cuStreamGetCaptureInfo_v3(void);
void cuStreamGetCaptureInfo_v3_ptsz(void);
void cuStreamGetCtx(void);
void cuStreamGetCtx_ptsz(void);
void cuStreamGetCtx_v2(void);
void cuStreamGetCtx_v2_ptsz(void);
void cuStreamGetDevResource(void);
void cuStreamGetDevResource_ptsz(void);
void cuStreamGetDevice(void);
void cuStreamGetDevice_ptsz(void);
void cuStreamGetFlags(void);
void cuStreamGetFlags_ptsz(void);
void cuStreamGetGreenCtx(void);
void cuStreamGetId(void);
void cuStreamGetId_ptsz(void);
void cuStreamGetPriority(void);
void cuStreamGetPriority_ptsz(void);
void cuStreamIsCapturing(void);
void cuStreamIsCapturing_ptsz(void);
void cuStreamQuery(void);
void cuStreamQuery_ptsz(void);
void cuStreamSetAttribute(void);
void cuStreamSetAttribute_ptsz(void);
void cuStreamSynchronize(void);
void cuStreamSynchronize_ptsz(void);
void cuStreamUpdateCaptureDependencies(void);
void cuStreamUpdateCaptureDependencies_ptsz(void);
void cuStreamUpdateCaptureDependencies_v2(void);
void cuStreamUpdateCaptureDependencies_v2_ptsz(void);
void cuStreamWaitEvent(void);
void cuStreamWaitEvent_ptsz(void);
void cuStreamWaitValue32(void);
void cuStreamWaitValue32_ptsz(void);
void cuStreamWaitValue32_v2(void);
void cuStreamWaitValue32_v2_ptsz(void);
void cuStreamWaitValue64(void);
void cuStreamWaitValue64_ptsz(void);
void cuStreamWaitValue64_v2(void);
void cuStreamWaitValue64_v2_ptsz(void);
void cuStreamWriteValue32(void);
void cuStreamWriteValue32_ptsz(void);
void cuStreamWriteValue32_v2(void);
void cuStreamWriteValue32_v2_ptsz(void);
void cuStreamWriteValue64(void);
void cuStreamWriteValue64_ptsz(void);
void cuStreamWriteValue64_v2(void);
void cuStreamWriteValue64_v2_ptsz(void);
void cuSurfObjectCreate(void);
void cuSurfObjectDestroy(void);
void cuSurfObjectGetResourceDesc(void);
void cuSurfRefGetArray(void);
void cuSurfRefSetArray(void);
void cuTensorMapEncodeIm2col(void);
void cuTensorMapEncodeIm2colWide(void);
void cuTensorMapEncodeTiled(void);
void cuTensorMapReplaceAddress(void);
void cuTexObjectCreate(void);
void cuTexObjectDestroy(void);
void cuTexObjectGetResourceDesc(void);
void cuTexObjectGetResourceViewDesc(void);
void cuTexObjectGetTextureDesc(void);
void cuTexRefCreate(void);
void cuTexRefDestroy(void);
void cuTexRefGetAddress(void);
void cuTexRefGetAddressMode(void);
void cuTexRefGetAddress_v2(void);
void cuTexRefGetArray(void);
void cuTexRefGetBorderColor(void);
void cuTexRefGetFilterMode(void);
void cuTexRefGetFlags(void);
void cuTexRefGetFormat(void);
void cuTexRefGetMaxAnisotropy(void);
void cuTexRefGetMipmapFilterMode(void);
void cuTexRefGetMipmapLevelBias(void);
void cuTexRefGetMipmapLevelClamp(void);
void cuTexRefGetMipmappedArray(void);
void cuTexRefSetAddress(void);
void cuTexRefSetAddress2D(void);
void cuTexRefSetAddress2D_v2(void);
void cuTexRefSetAddress2D_v3(void);
void cuTexRefSetAddressMode(void);
void cuTexRefSetAddress_v2(void);
void cuTexRefSetArray(void);
void cuTexRefSetBorderColor(void);
void cuTexRefSetFilterMode(void);
void cuTexRefSetFlags(void);
void cuTexRefSetFormat(void);
void cuTexRefSetMaxAnisotropy(void);
void cuTexRefSetMipmapFilterMode(void);
void cuTexRefSetMipmapLevelBias(void);
void cuTexRefSetMipmapLevelClamp(void);
void cuTexRefSetMipmappedArray(void);
void cuThreadExchangeStreamCaptureMode(void);
void cuUserObjectCreate(void);
void cuUserObjectRelease(void);
void cuUserObjectRetain(void);
void cuWaitExternalSemaphoresAsync(void);
void cuWaitExternalSemaphoresAsync_ptsz(void);

const struct lc_name lc_names[] = {
    {"cuArray3DCreate", 2000, 0, cuArray3DCreate},
    {"cuArray3DCreate", 3020, 0, cuArray3DCreate_v2},
    {"cuArray3DGetDescriptor", 2000, 0, cuArray3DGetDescriptor},
    {"cuArray3DGetDescriptor", 3020, 0, cuArray3DGetDescriptor_v2},
    {"cuArrayCreate", 2000, 0, cuArrayCreate},
    {"cuArrayCreate", 3020, 0, cuArrayCreate_v2},
    {"cuArrayDestroy", 2000, 0, cuArrayDestroy},
    {"cuArrayGetDescriptor", 2000, 0, cuArrayGetDescriptor},
    {"cuArrayGetDescriptor", 3020, 0, cuArrayGetDescriptor_v2},
    {"cuArrayGetMemoryRequirements", 11060, 0, cuArrayGetMemoryRequirements},
    {"cuArrayGetPlane", 11020, 0, cuArrayGetPlane},
    {"cuArrayGetSparseProperties", 11010, 0, cuArrayGetSparseProperties},
    {"cuCheckpointProcessCheckpoint", 12080, 0, cuCheckpointProcessCheckpoint},
    {"cuCheckpointProcessGetRestoreThreadId", 12080, 0, cuCheckpointProcessGetRestoreThreadId},
    {"cuCheckpointProcessGetState", 12080, 0, cuCheckpointProcessGetState},
    {"cuCheckpointProcessLock", 12080, 0, cuCheckpointProcessLock},
    {"cuCheckpointProcessRestore", 12080, 0, cuCheckpointProcessRestore},
    {"cuCheckpointProcessUnlock", 12080, 0, cuCheckpointProcessUnlock},
    {"cuCoredumpGetAttribute", 12010, 0, cuCoredumpGetAttribute},
    {"cuCoredumpGetAttributeGlobal", 12010, 0, cuCoredumpGetAttributeGlobal},
    {"cuCoredumpSetAttribute", 12010, 0, cuCoredumpSetAttribute},
    {"cuCoredumpSetAttributeGlobal", 12010, 0, cuCoredumpSetAttributeGlobal},
    {"cuCtxAttach", 2000, 0, cuCtxAttach},
    {"cuCtxCreate", 2000, 0, cuCtxCreate},
    {"cuCtxCreate", 3020, 0, cuCtxCreate_v2},
    {"cuCtxCreate", 11040, 0, cuCtxCreate_v3},
    {"cuCtxCreate", 12050, 0, cuCtxCreate_v4},
    {"cuCtxDestroy", 2000, 0, cuCtxDestroy},
    {"cuCtxDestroy", 4000, 0, cuCtxDestroy_v2},
    {"cuCtxDetach", 2000, 0, cuCtxDetach},
    {"cuCtxDisablePeerAccess", 4000, 0, cuCtxDisablePeerAccess},
    {"cuCtxEnablePeerAccess", 4000, 0, cuCtxEnablePeerAccess},
    {"cuCtxFromGreenCtx", 12040, 0, cuCtxFromGreenCtx},
    {"cuCtxGetApiVersion", 3020, 0, cuCtxGetApiVersion},
    {"cuCtxGetCacheConfig", 3020, 0, cuCtxGetCacheConfig},
    {"cuCtxGetCurrent", 4000, 0, cuCtxGetCurrent},
    {"cuCtxGetDevResource", 12040, 0, cuCtxGetDevResource},
    {"cuCtxGetDevice", 2000, 0, cuCtxGetDevice},
    {"cuCtxGetDevice", 13000, 0, cuCtxGetDevice_v2},
    {"cuCtxGetExecAffinity", 11040, 0, cuCtxGetExecAffinity},
    {"cuCtxGetFlags", 7000, 0, cuCtxGetFlags},
    {"cuCtxGetId", 12000, 0, cuCtxGetId},
    {"cuCtxGetLimit", 3010, 0, cuCtxGetLimit},
    {"cuCtxGetSharedMemConfig", 4020, 0, cuCtxGetSharedMemConfig},
    {"cuCtxGetStreamPriorityRange", 5050, 0, cuCtxGetStreamPriorityRange},
    {"cuCtxPopCurrent", 2000, 0, cuCtxPopCurrent},
    {"cuCtxPopCurrent", 4000, 0, cuCtxPopCurrent_v2},
    {"cuCtxPushCurrent", 2000, 0, cuCtxPushCurrent},
    {"cuCtxPushCurrent", 4000, 0, cuCtxPushCurrent_v2},
    {"cuCtxRecordEvent", 12050, 0, cuCtxRecordEvent},
    {"cuCtxResetPersistingL2Cache", 11000, 0, cuCtxResetPersistingL2Cache},
    {"cuCtxSetCacheConfig", 3020, 0, cuCtxSetCacheConfig},
    {"cuCtxSetCurrent", 4000, 0, cuCtxSetCurrent},
    {"cuCtxSetFlags", 12010, 0, cuCtxSetFlags},
    {"cuCtxSetLimit", 3010, 0, cuCtxSetLimit},
    {"cuCtxSetSharedMemConfig", 4020, 0, cuCtxSetSharedMemConfig},
    {"cuCtxSynchronize", 2000, 0, cuCtxSynchronize},
    {"cuCtxSynchronize", 13000, 0, cuCtxSynchronize_v2},
    {"cuCtxWaitEvent", 12050, 0, cuCtxWaitEvent},
    {"cuDestroyExternalMemory", 10000, 0, cuDestroyExternalMemory},
    {"cuDestroyExternalSemaphore", 10000, 0, cuDestroyExternalSemaphore},
    {"cuDevResourceGenerateDesc", 12040, 0, cuDevResourceGenerateDesc},
    {"cuDevSmResourceSplitByCount", 12040, 0, cuDevSmResourceSplitByCount},
    {"cuDeviceCanAccessPeer", 4000, 0, cuDeviceCanAccessPeer},
    {"cuDeviceComputeCapability", 2000, 0, cuDeviceComputeCapability},
    {"cuDeviceGet", 2000, 0, cuDeviceGet},
    {"cuDeviceGetAttribute", 2000, 0, cuDeviceGetAttribute},
    {"cuDeviceGetByPCIBusId", 4010, 0, cuDeviceGetByPCIBusId},
    {"cuDeviceGetCount", 2000, 0, cuDeviceGetCount},
    {"cuDeviceGetDefaultMemPool", 11020, 0, cuDeviceGetDefaultMemPool},
    {"cuDeviceGetDevResource", 12040, 0, cuDeviceGetDevResource},
    {"cuDeviceGetExecAffinitySupport", 11040, 0, cuDeviceGetExecAffinitySupport},
    {"cuDeviceGetGraphMemAttribute", 11040, 0, cuDeviceGetGraphMemAttribute},
    {"cuDeviceGetHostAtomicCapabilities", 13000, 0, cuDeviceGetHostAtomicCapabilities},
    {"cuDeviceGetLuid", 10000, 0, cuDeviceGetLuid},
    {"cuDeviceGetMemPool", 11020, 0, cuDeviceGetMemPool},
    {"cuDeviceGetName", 2000, 0, cuDeviceGetName},
    {"cuDeviceGetNvSciSyncAttributes", 10020, 0, cuDeviceGetNvSciSyncAttributes},
    {"cuDeviceGetP2PAtomicCapabilities", 13000, 0, cuDeviceGetP2PAtomicCapabilities},
    {"cuDeviceGetP2PAttribute", 8000, 0, cuDeviceGetP2PAttribute},
    {"cuDeviceGetPCIBusId", 4010, 0, cuDeviceGetPCIBusId},
    {"cuDeviceGetProperties", 2000, 0, cuDeviceGetProperties},
    {"cuDeviceGetTexture1DLinearMaxWidth", 11010, 0, cuDeviceGetTexture1DLinearMaxWidth},
    {"cuDeviceGetUuid", 9020, 0, cuDeviceGetUuid},
    {"cuDeviceGetUuid", 11040, 0, cuDeviceGetUuid_v2},
    {"cuDeviceGraphMemTrim", 11040, 0, cuDeviceGraphMemTrim},
    {"cuDevicePrimaryCtxGetState", 7000, 0, cuDevicePrimaryCtxGetState},
    {"cuDevicePrimaryCtxRelease", 7000, 0, cuDevicePrimaryCtxRelease},
    {"cuDevicePrimaryCtxRelease", 11000, 0, cuDevicePrimaryCtxRelease_v2},
    {"cuDevicePrimaryCtxReset", 7000, 0, cuDevicePrimaryCtxReset},
    {"cuDevicePrimaryCtxReset", 11000, 0, cuDevicePrimaryCtxReset_v2},
    {"cuDevicePrimaryCtxRetain", 7000, 0, cuDevicePrimaryCtxRetain},
    {"cuDevicePrimaryCtxSetFlags", 7000, 0, cuDevicePrimaryCtxSetFlags},
    {"cuDevicePrimaryCtxSetFlags", 11000, 0, cuDevicePrimaryCtxSetFlags_v2},
    {"cuDeviceRegisterAsyncNotification", 12040, 0, cuDeviceRegisterAsyncNotification},
    {"cuDeviceSetGraphMemAttribute", 11040, 0, cuDeviceSetGraphMemAttribute},
    {"cuDeviceSetMemPool", 11020, 0, cuDeviceSetMemPool},
    {"cuDeviceTotalMem", 2000, 0, cuDeviceTotalMem},
    {"cuDeviceTotalMem", 3020, 0, cuDeviceTotalMem_v2},
    {"cuDeviceUnregisterAsyncNotification", 12040, 0, cuDeviceUnregisterAsyncNotification},
    {"cuDriverGetVersion", 2020, 0, cuDriverGetVersion},
    {"cuEventCreate", 2000, 0, cuEventCreate},
    {"cuEventDestroy", 2000, 0, cuEventDestroy},
    {"cuEventDestroy", 4000, 0, cuEventDestroy_v2},
    {"cuEventElapsedTime", 2000, 0, cuEventElapsedTime},
    {"cuEventElapsedTime", 12080, 0, cuEventElapsedTime_v2},
    {"cuEventQuery", 2000, 0, cuEventQuery},
    {"cuEventRecord", 2000, 0, cuEventRecord},
    {"cuEventRecord", 7000, 1, cuEventRecord_ptsz},
    {"cuEventRecordWithFlags", 11010, 0, cuEventRecordWithFlags},
    {"cuEventRecordWithFlags", 11010, 1, cuEventRecordWithFlags_ptsz},
    {"cuEventSynchronize", 2000, 0, cuEventSynchronize},
    {"cuExternalMemoryGetMappedBuffer", 10000, 0, cuExternalMemoryGetMappedBuffer},
    {"cuExternalMemoryGetMappedMipmappedArray", 10000, 0, cuExternalMemoryGetMappedMipmappedArray},
    {"cuFlushGPUDirectRDMAWrites", 11030, 0, cuFlushGPUDirectRDMAWrites},
    {"cuFuncGetAttribute", 2020, 0, cuFuncGetAttribute},
    {"cuFuncGetModule", 11000, 0, cuFuncGetModule},
    {"cuFuncGetName", 12030, 0, cuFuncGetName},
    {"cuFuncGetParamInfo", 12040, 0, cuFuncGetParamInfo},
    {"cuFuncIsLoaded", 12040, 0, cuFuncIsLoaded},
    {"cuFuncLoad", 12040, 0, cuFuncLoad},
    {"cuFuncSetAttribute", 9000, 0, cuFuncSetAttribute},
    {"cuFuncSetBlockShape", 2000, 0, cuFuncSetBlockShape},
    {"cuFuncSetCacheConfig", 3000, 0, cuFuncSetCacheConfig},
    {"cuFuncSetSharedMemConfig", 4020, 0, cuFuncSetSharedMemConfig},
    {"cuFuncSetSharedSize", 2000, 0, cuFuncSetSharedSize},
    {"cuGetErrorName", 6000, 0, cuGetErrorName},
    {"cuGetErrorString", 6000, 0, cuGetErrorString},
    {"cuGetExportTable", 3000, 0, cuGetExportTable},
    {"cuGetProcAddress", 11030, 0, cuGetProcAddress},
    {"cuGetProcAddress", 12000, 0, cuGetProcAddress_v2},
    {"cuGraphAddBatchMemOpNode", 11070, 0, cuGraphAddBatchMemOpNode},
    {"cuGraphAddChildGraphNode", 10000, 0, cuGraphAddChildGraphNode},
    {"cuGraphAddDependencies", 10000, 0, cuGraphAddDependencies},
    {"cuGraphAddDependencies", 12030, 0, cuGraphAddDependencies_v2},
    {"cuGraphAddEmptyNode", 10000, 0, cuGraphAddEmptyNode},
    {"cuGraphAddEventRecordNode", 11010, 0, cuGraphAddEventRecordNode},
    {"cuGraphAddEventWaitNode", 11010, 0, cuGraphAddEventWaitNode},
    {"cuGraphAddExternalSemaphoresSignalNode", 11020, 0, cuGraphAddExternalSemaphoresSignalNode},
    {"cuGraphAddExternalSemaphoresWaitNode", 11020, 0, cuGraphAddExternalSemaphoresWaitNode},
    {"cuGraphAddHostNode", 10000, 0, cuGraphAddHostNode},
    {"cuGraphAddKernelNode", 10000, 0, cuGraphAddKernelNode},
    {"cuGraphAddKernelNode", 12000, 0, cuGraphAddKernelNode_v2},
    {"cuGraphAddMemAllocNode", 11040, 0, cuGraphAddMemAllocNode},
    {"cuGraphAddMemFreeNode", 11040, 0, cuGraphAddMemFreeNode},
    {"cuGraphAddMemcpyNode", 10000, 0, cuGraphAddMemcpyNode},
    {"cuGraphAddMemsetNode", 10000, 0, cuGraphAddMemsetNode},
    {"cuGraphAddNode", 12020, 0, cuGraphAddNode},
    {"cuGraphAddNode", 12030, 0, cuGraphAddNode_v2},
    {"cuGraphBatchMemOpNodeGetParams", 11070, 0, cuGraphBatchMemOpNodeGetParams},
    {"cuGraphBatchMemOpNodeSetParams", 11070, 0, cuGraphBatchMemOpNodeSetParams},
    {"cuGraphChildGraphNodeGetGraph", 10000, 0, cuGraphChildGraphNodeGetGraph},
    {"cuGraphClone", 10000, 0, cuGraphClone},
    {"cuGraphConditionalHandleCreate", 12030, 0, cuGraphConditionalHandleCreate},
    {"cuGraphCreate", 10000, 0, cuGraphCreate},
    {"cuGraphDebugDotPrint", 11030, 0, cuGraphDebugDotPrint},
    {"cuGraphDestroy", 10000, 0, cuGraphDestroy},
    {"cuGraphDestroyNode", 10000, 0, cuGraphDestroyNode},
    {"cuGraphEventRecordNodeGetEvent", 11010, 0, cuGraphEventRecordNodeGetEvent},
    {"cuGraphEventRecordNodeSetEvent", 11010, 0, cuGraphEventRecordNodeSetEvent},
    {"cuGraphEventWaitNodeGetEvent", 11010, 0, cuGraphEventWaitNodeGetEvent},
    {"cuGraphEventWaitNodeSetEvent", 11010, 0, cuGraphEventWaitNodeSetEvent},
    {"cuGraphExecBatchMemOpNodeSetParams", 11070, 0, cuGraphExecBatchMemOpNodeSetParams},
    {"cuGraphExecChildGraphNodeSetParams", 11010, 0, cuGraphExecChildGraphNodeSetParams},
    {"cuGraphExecDestroy", 10000, 0, cuGraphExecDestroy},
    {"cuGraphExecEventRecordNodeSetEvent", 11010, 0, cuGraphExecEventRecordNodeSetEvent},
    {"cuGraphExecEventWaitNodeSetEvent", 11010, 0, cuGraphExecEventWaitNodeSetEvent},
    {"cuGraphExecExternalSemaphoresSignalNodeSetParams", 11020, 0, cuGraphExecExternalSemaphoresSignalNodeSetParams},
    {"cuGraphExecExternalSemaphoresWaitNodeSetParams", 11020, 0, cuGraphExecExternalSemaphoresWaitNodeSetParams},
    {"cuGraphExecGetFlags", 12000, 0, cuGraphExecGetFlags},
    {"cuGraphExecHostNodeSetParams", 10020, 0, cuGraphExecHostNodeSetParams},
    {"cuGraphExecKernelNodeSetParams", 10010, 0, cuGraphExecKernelNodeSetParams},
    {"cuGraphExecKernelNodeSetParams", 12000, 0, cuGraphExecKernelNodeSetParams_v2},
    {"cuGraphExecMemcpyNodeSetParams", 10020, 0, cuGraphExecMemcpyNodeSetParams},
    {"cuGraphExecMemsetNodeSetParams", 10020, 0, cuGraphExecMemsetNodeSetParams},
    {"cuGraphExecNodeSetParams", 12020, 0, cuGraphExecNodeSetParams},
    {"cuGraphExecUpdate", 10020, 0, cuGraphExecUpdate},
    {"cuGraphExecUpdate", 12000, 0, cuGraphExecUpdate_v2},
    {"cuGraphExternalSemaphoresSignalNodeGetParams", 11020, 0, cuGraphExternalSemaphoresSignalNodeGetParams},
    {"cuGraphExternalSemaphoresSignalNodeSetParams", 11020, 0, cuGraphExternalSemaphoresSignalNodeSetParams},
    {"cuGraphExternalSemaphoresWaitNodeGetParams", 11020, 0, cuGraphExternalSemaphoresWaitNodeGetParams},
    {"cuGraphExternalSemaphoresWaitNodeSetParams", 11020, 0, cuGraphExternalSemaphoresWaitNodeSetParams},
    {"cuGraphGetEdges", 10000, 0, cuGraphGetEdges},
    {"cuGraphGetEdges", 12030, 0, cuGraphGetEdges_v2},
    {"cuGraphGetNodes", 10000, 0, cuGraphGetNodes},
    {"cuGraphGetRootNodes", 10000, 0, cuGraphGetRootNodes},
    {"cuGraphHostNodeGetParams", 10000, 0, cuGraphHostNodeGetParams},
    {"cuGraphHostNodeSetParams", 10000, 0, cuGraphHostNodeSetParams},
    {"cuGraphInstantiate", 10000, 0, cuGraphInstantiate},
    {"cuGraphInstantiate", 11000, 0, cuGraphInstantiate_v2},
    {"cuGraphInstantiateWithFlags", 11040, 0, cuGraphInstantiateWithFlags},
    {"cuGraphInstantiateWithParams", 12000, 0, cuGraphInstantiateWithParams},
    {"cuGraphInstantiateWithParams", 12000, 1, cuGraphInstantiateWithParams_ptsz},
    {"cuGraphKernelNodeCopyAttributes", 11000, 0, cuGraphKernelNodeCopyAttributes},
    {"cuGraphKernelNodeGetAttribute", 11000, 0, cuGraphKernelNodeGetAttribute},
    {"cuGraphKernelNodeGetParams", 10000, 0, cuGraphKernelNodeGetParams},
    {"cuGraphKernelNodeGetParams", 12000, 0, cuGraphKernelNodeGetParams_v2},
    {"cuGraphKernelNodeSetAttribute", 11000, 0, cuGraphKernelNodeSetAttribute},
    {"cuGraphKernelNodeSetParams", 10000, 0, cuGraphKernelNodeSetParams},
    {"cuGraphKernelNodeSetParams", 12000, 0, cuGraphKernelNodeSetParams_v2},
    {"cuGraphLaunch", 10000, 0, cuGraphLaunch},
    {"cuGraphLaunch", 10000, 1, cuGraphLaunch_ptsz},
    {"cuGraphMemAllocNodeGetParams", 11040, 0, cuGraphMemAllocNodeGetParams},
    {"cuGraphMemFreeNodeGetParams", 11040, 0, cuGraphMemFreeNodeGetParams},
    {"cuGraphMemcpyNodeGetParams", 10000, 0, cuGraphMemcpyNodeGetParams},
    {"cuGraphMemcpyNodeSetParams", 10000, 0, cuGraphMemcpyNodeSetParams},
    {"cuGraphMemsetNodeGetParams", 10000, 0, cuGraphMemsetNodeGetParams},
    {"cuGraphMemsetNodeSetParams", 10000, 0, cuGraphMemsetNodeSetParams},
    {"cuGraphNodeFindInClone", 10000, 0, cuGraphNodeFindInClone},
    {"cuGraphNodeGetDependencies", 10000, 0, cuGraphNodeGetDependencies},
    {"cuGraphNodeGetDependencies", 12030, 0, cuGraphNodeGetDependencies_v2},
    {"cuGraphNodeGetDependentNodes", 10000, 0, cuGraphNodeGetDependentNodes},
    {"cuGraphNodeGetDependentNodes", 12030, 0, cuGraphNodeGetDependentNodes_v2},
    {"cuGraphNodeGetEnabled", 11060, 0, cuGraphNodeGetEnabled},
    {"cuGraphNodeGetType", 10000, 0, cuGraphNodeGetType},
    {"cuGraphNodeSetEnabled", 11060, 0, cuGraphNodeSetEnabled},
    {"cuGraphNodeSetParams", 12020, 0, cuGraphNodeSetParams},
    {"cuGraphReleaseUserObject", 11030, 0, cuGraphReleaseUserObject},
    {"cuGraphRemoveDependencies", 10000, 0, cuGraphRemoveDependencies},
    {"cuGraphRemoveDependencies", 12030, 0, cuGraphRemoveDependencies_v2},
    {"cuGraphRetainUserObject", 11030, 0, cuGraphRetainUserObject},
    {"cuGraphUpload", 11010, 0, cuGraphUpload},
    {"cuGraphUpload", 11010, 1, cuGraphUpload_ptsz},
    {"cuGraphicsMapResources", 3000, 0, cuGraphicsMapResources},
    {"cuGraphicsMapResources", 7000, 1, cuGraphicsMapResources_ptsz},
    {"cuGraphicsResourceGetMappedMipmappedArray", 5000, 0, cuGraphicsResourceGetMappedMipmappedArray},
    {"cuGraphicsResourceGetMappedPointer", 3000, 0, cuGraphicsResourceGetMappedPointer},
    {"cuGraphicsResourceGetMappedPointer", 3020, 0, cuGraphicsResourceGetMappedPointer_v2},
    {"cuGraphicsResourceSetMapFlags", 3000, 0, cuGraphicsResourceSetMapFlags},
    {"cuGraphicsResourceSetMapFlags", 6050, 0, cuGraphicsResourceSetMapFlags_v2},
    {"cuGraphicsSubResourceGetMappedArray", 3000, 0, cuGraphicsSubResourceGetMappedArray},
    {"cuGraphicsUnmapResources", 3000, 0, cuGraphicsUnmapResources},
    {"cuGraphicsUnmapResources", 7000, 1, cuGraphicsUnmapResources_ptsz},
    {"cuGraphicsUnregisterResource", 3000, 0, cuGraphicsUnregisterResource},
    {"cuGreenCtxCreate", 12040, 0, cuGreenCtxCreate},
    {"cuGreenCtxDestroy", 12040, 0, cuGreenCtxDestroy},
    {"cuGreenCtxGetDevResource", 12040, 0, cuGreenCtxGetDevResource},
    {"cuGreenCtxGetId", 12090, 0, cuGreenCtxGetId},
    {"cuGreenCtxRecordEvent", 12040, 0, cuGreenCtxRecordEvent},
    {"cuGreenCtxStreamCreate", 12050, 0, cuGreenCtxStreamCreate},
    {"cuGreenCtxWaitEvent", 12040, 0, cuGreenCtxWaitEvent},
    {"cuImportExternalMemory", 10000, 0, cuImportExternalMemory},
    {"cuImportExternalSemaphore", 10000, 0, cuImportExternalSemaphore},
    {"cuInit", 2000, 0, cuInit},
    {"cuIpcCloseMemHandle", 4010, 0, cuIpcCloseMemHandle},
    {"cuIpcGetEventHandle", 4010, 0, cuIpcGetEventHandle},
    {"cuIpcGetMemHandle", 4010, 0, cuIpcGetMemHandle},
    {"cuIpcOpenEventHandle", 4010, 0, cuIpcOpenEventHandle},
    {"cuIpcOpenMemHandle", 4010, 0, cuIpcOpenMemHandle},
    {"cuIpcOpenMemHandle", 11000, 0, cuIpcOpenMemHandle_v2},
    {"cuKernelGetAttribute", 12000, 0, cuKernelGetAttribute},
    {"cuKernelGetFunction", 12000, 0, cuKernelGetFunction},
    {"cuKernelGetLibrary", 12050, 0, cuKernelGetLibrary},
    {"cuKernelGetName", 12030, 0, cuKernelGetName},
    {"cuKernelGetParamInfo", 12040, 0, cuKernelGetParamInfo},
    {"cuKernelSetAttribute", 12000, 0, cuKernelSetAttribute},
    {"cuKernelSetCacheConfig", 12000, 0, cuKernelSetCacheConfig},
    {"cuLaunch", 2000, 0, cuLaunch},
    {"cuLaunchCooperativeKernel", 9000, 0, cuLaunchCooperativeKernel},
    {"cuLaunchCooperativeKernel", 9000, 1, cuLaunchCooperativeKernel_ptsz},
    {"cuLaunchCooperativeKernelMultiDevice", 9000, 0, cuLaunchCooperativeKernelMultiDevice},
    {"cuLaunchGrid", 2000, 0, cuLaunchGrid},
    {"cuLaunchGridAsync", 2000, 0, cuLaunchGridAsync},
    {"cuLaunchHostFunc", 10000, 0, cuLaunchHostFunc},
    {"cuLaunchHostFunc", 10000, 1, cuLaunchHostFunc_ptsz},
    {"cuLaunchKernel", 4000, 0, cuLaunchKernel},
    {"cuLaunchKernel", 7000, 1, cuLaunchKernel_ptsz},
    {"cuLaunchKernelEx", 11060, 0, cuLaunchKernelEx},
    {"cuLaunchKernelEx", 11060, 1, cuLaunchKernelEx_ptsz},
    {"cuLibraryEnumerateKernels", 12040, 0, cuLibraryEnumerateKernels},
    {"cuLibraryGetGlobal", 12000, 0, cuLibraryGetGlobal},
    {"cuLibraryGetKernel", 12000, 0, cuLibraryGetKernel},
    {"cuLibraryGetKernelCount", 12040, 0, cuLibraryGetKernelCount},
    {"cuLibraryGetManaged", 12000, 0, cuLibraryGetManaged},
    {"cuLibraryGetModule", 12000, 0, cuLibraryGetModule},
    {"cuLibraryGetUnifiedFunction", 12000, 0, cuLibraryGetUnifiedFunction},
    {"cuLibraryLoadData", 12000, 0, cuLibraryLoadData},
    {"cuLibraryLoadFromFile", 12000, 0, cuLibraryLoadFromFile},
    {"cuLibraryUnload", 12000, 0, cuLibraryUnload},
    {"cuLinkAddData", 5050, 0, cuLinkAddData},
    {"cuLinkAddData", 6050, 0, cuLinkAddData_v2},
    {"cuLinkAddFile", 5050, 0, cuLinkAddFile},
    {"cuLinkAddFile", 6050, 0, cuLinkAddFile_v2},
    {"cuLinkComplete", 5050, 0, cuLinkComplete},
    {"cuLinkCreate", 5050, 0, cuLinkCreate},
    {"cuLinkCreate", 6050, 0, cuLinkCreate_v2},
    {"cuLinkDestroy", 5050, 0, cuLinkDestroy},
    {"cuLogsCurrent", 12090, 0, cuLogsCurrent},
    {"cuLogsDumpToFile", 12090, 0, cuLogsDumpToFile},
    {"cuLogsDumpToMemory", 12090, 0, cuLogsDumpToMemory},
    {"cuLogsRegisterCallback", 12090, 0, cuLogsRegisterCallback},
    {"cuLogsUnregisterCallback", 12090, 0, cuLogsUnregisterCallback},
    {"cuMemAddressFree", 10020, 0, cuMemAddressFree},
    {"cuMemAddressReserve", 10020, 0, cuMemAddressReserve},
    {"cuMemAdvise", 8000, 0, cuMemAdvise},
    {"cuMemAdvise", 12020, 0, cuMemAdvise_v2},
    {"cuMemAlloc", 2000, 0, cuMemAlloc},
    {"cuMemAlloc", 3020, 0, cuMemAlloc_v2},
    {"cuMemAllocAsync", 11020, 0, cuMemAllocAsync},
    {"cuMemAllocAsync", 11020, 1, cuMemAllocAsync_ptsz},
    {"cuMemAllocFromPoolAsync", 11020, 0, cuMemAllocFromPoolAsync},
    {"cuMemAllocFromPoolAsync", 11020, 1, cuMemAllocFromPoolAsync_ptsz},
    {"cuMemAllocHost", 2000, 0, cuMemAllocHost},
    {"cuMemAllocHost", 3020, 0, cuMemAllocHost_v2},
    {"cuMemAllocManaged", 6000, 0, cuMemAllocManaged},
    {"cuMemAllocPitch", 2000, 0, cuMemAllocPitch},
    {"cuMemAllocPitch", 3020, 0, cuMemAllocPitch_v2},
    {"cuMemBatchDecompressAsync", 12060, 0, cuMemBatchDecompressAsync},
    {"cuMemBatchDecompressAsync", 12060, 1, cuMemBatchDecompressAsync_ptsz},
    {"cuMemCreate", 10020, 0, cuMemCreate},
    {"cuMemDiscardAndPrefetchBatchAsync", 13000, 0, cuMemDiscardAndPrefetchBatchAsync},
    {"cuMemDiscardAndPrefetchBatchAsync", 13000, 1, cuMemDiscardAndPrefetchBatchAsync_ptsz},
    {"cuMemDiscardBatchAsync", 13000, 0, cuMemDiscardBatchAsync},
    {"cuMemDiscardBatchAsync", 13000, 1, cuMemDiscardBatchAsync_ptsz},
    {"cuMemExportToShareableHandle", 10020, 0, cuMemExportToShareableHandle},
    {"cuMemFree", 2000, 0, cuMemFree},
    {"cuMemFree", 3020, 0, cuMemFree_v2},
    {"cuMemFreeAsync", 11020, 0, cuMemFreeAsync},
    {"cuMemFreeAsync", 11020, 1, cuMemFreeAsync_ptsz},
    {"cuMemFreeHost", 2000, 0, cuMemFreeHost},
    {"cuMemGetAccess", 10020, 0, cuMemGetAccess},
    {"cuMemGetAddressRange", 2000, 0, cuMemGetAddressRange},
    {"cuMemGetAddressRange", 3020, 0, cuMemGetAddressRange_v2},
    {"cuMemGetAllocationGranularity", 10020, 0, cuMemGetAllocationGranularity},
    {"cuMemGetAllocationPropertiesFromHandle", 10020, 0, cuMemGetAllocationPropertiesFromHandle},
    {"cuMemGetDefaultMemPool", 13000, 0, cuMemGetDefaultMemPool},
    {"cuMemGetHandleForAddressRange", 11070, 0, cuMemGetHandleForAddressRange},
    {"cuMemGetInfo", 2000, 0, cuMemGetInfo},
    {"cuMemGetInfo", 3020, 0, cuMemGetInfo_v2},
    {"cuMemGetMemPool", 13000, 0, cuMemGetMemPool},
    {"cuMemHostAlloc", 2020, 0, cuMemHostAlloc},
    {"cuMemHostGetDevicePointer", 2020, 0, cuMemHostGetDevicePointer},
    {"cuMemHostGetDevicePointer", 3020, 0, cuMemHostGetDevicePointer_v2},
    {"cuMemHostGetFlags", 2030, 0, cuMemHostGetFlags},
    {"cuMemHostRegister", 4000, 0, cuMemHostRegister},
    {"cuMemHostRegister", 6050, 0, cuMemHostRegister_v2},
    {"cuMemHostUnregister", 4000, 0, cuMemHostUnregister},
    {"cuMemImportFromShareableHandle", 10020, 0, cuMemImportFromShareableHandle},
    {"cuMemMap", 10020, 0, cuMemMap},
    {"cuMemMapArrayAsync", 11010, 0, cuMemMapArrayAsync},
    {"cuMemMapArrayAsync", 11010, 1, cuMemMapArrayAsync_ptsz},
    {"cuMemPoolCreate", 11020, 0, cuMemPoolCreate},
    {"cuMemPoolDestroy", 11020, 0, cuMemPoolDestroy},
    {"cuMemPoolExportPointer", 11020, 0, cuMemPoolExportPointer},
    {"cuMemPoolExportToShareableHandle", 11020, 0, cuMemPoolExportToShareableHandle},
    {"cuMemPoolGetAccess", 11020, 0, cuMemPoolGetAccess},
    {"cuMemPoolGetAttribute", 11020, 0, cuMemPoolGetAttribute},
    {"cuMemPoolImportFromShareableHandle", 11020, 0, cuMemPoolImportFromShareableHandle},
    {"cuMemPoolImportPointer", 11020, 0, cuMemPoolImportPointer},
    {"cuMemPoolSetAccess", 11020, 0, cuMemPoolSetAccess},
    {"cuMemPoolSetAttribute", 11020, 0, cuMemPoolSetAttribute},
    {"cuMemPoolTrimTo", 11020, 0, cuMemPoolTrimTo},
    {"cuMemPrefetchAsync", 8000, 0, cuMemPrefetchAsync},
    {"cuMemPrefetchAsync", 12020, 0, cuMemPrefetchAsync_v2},
    {"cuMemPrefetchAsync", 8000, 1, cuMemPrefetchAsync_ptsz},
    {"cuMemPrefetchAsync", 12020, 1, cuMemPrefetchAsync_v2_ptsz},
    {"cuMemPrefetchBatchAsync", 13000, 0, cuMemPrefetchBatchAsync},
    {"cuMemPrefetchBatchAsync", 13000, 1, cuMemPrefetchBatchAsync_ptsz},
    {"cuMemRangeGetAttribute", 8000, 0, cuMemRangeGetAttribute},
    {"cuMemRangeGetAttributes", 8000, 0, cuMemRangeGetAttributes},
    {"cuMemRelease", 10020, 0, cuMemRelease},
    {"cuMemRetainAllocationHandle", 11000, 0, cuMemRetainAllocationHandle},
    {"cuMemSetAccess", 10020, 0, cuMemSetAccess},
    {"cuMemSetMemPool", 13000, 0, cuMemSetMemPool},
    {"cuMemUnmap", 10020, 0, cuMemUnmap},
    {"cuMemcpy", 4000, 0, cuMemcpy},
    {"cuMemcpy", 7000, 1, cuMemcpy_ptds},
    {"cuMemcpy2D", 2000, 0, cuMemcpy2D},
    {"cuMemcpy2D", 3020, 0, cuMemcpy2D_v2},
    {"cuMemcpy2D", 7000, 1, cuMemcpy2D_v2_ptds},
    {"cuMemcpy2DAsync", 2000, 0, cuMemcpy2DAsync},
    {"cuMemcpy2DAsync", 3020, 0, cuMemcpy2DAsync_v2},
    {"cuMemcpy2DAsync", 7000, 1, cuMemcpy2DAsync_v2_ptsz},
    {"cuMemcpy2DUnaligned", 2000, 0, cuMemcpy2DUnaligned},
    {"cuMemcpy2DUnaligned", 3020, 0, cuMemcpy2DUnaligned_v2},
    {"cuMemcpy2DUnaligned", 7000, 1, cuMemcpy2DUnaligned_v2_ptds},
    {"cuMemcpy3D", 2000, 0, cuMemcpy3D},
    {"cuMemcpy3D", 3020, 0, cuMemcpy3D_v2},
    {"cuMemcpy3D", 7000, 1, cuMemcpy3D_v2_ptds},
    {"cuMemcpy3DAsync", 2000, 0, cuMemcpy3DAsync},
    {"cuMemcpy3DAsync", 3020, 0, cuMemcpy3DAsync_v2},
    {"cuMemcpy3DAsync", 7000, 1, cuMemcpy3DAsync_v2_ptsz},
    {"cuMemcpy3DBatchAsync", 12080, 0, cuMemcpy3DBatchAsync},
    {"cuMemcpy3DBatchAsync", 13000, 0, cuMemcpy3DBatchAsync_v2},
    {"cuMemcpy3DBatchAsync", 12080, 1, cuMemcpy3DBatchAsync_ptsz},
    {"cuMemcpy3DBatchAsync", 13000, 1, cuMemcpy3DBatchAsync_v2_ptsz},
    {"cuMemcpy3DPeer", 4000, 0, cuMemcpy3DPeer},
    {"cuMemcpy3DPeer", 7000, 1, cuMemcpy3DPeer_ptds},
    {"cuMemcpy3DPeerAsync", 4000, 0, cuMemcpy3DPeerAsync},
    {"cuMemcpy3DPeerAsync", 7000, 1, cuMemcpy3DPeerAsync_ptsz},
    {"cuMemcpyAsync", 4000, 0, cuMemcpyAsync},
    {"cuMemcpyAsync", 7000, 1, cuMemcpyAsync_ptsz},
    {"cuMemcpyAtoA", 2000, 0, cuMemcpyAtoA},
    {"cuMemcpyAtoA", 3020, 0, cuMemcpyAtoA_v2},
    {"cuMemcpyAtoA", 7000, 1, cuMemcpyAtoA_v2_ptds},
    {"cuMemcpyAtoD", 2000, 0, cuMemcpyAtoD},
    {"cuMemcpyAtoD", 3020, 0, cuMemcpyAtoD_v2},
    {"cuMemcpyAtoD", 7000, 1, cuMemcpyAtoD_v2_ptds},
    {"cuMemcpyAtoH", 2000, 0, cuMemcpyAtoH},
    {"cuMemcpyAtoH", 3020, 0, cuMemcpyAtoH_v2},
    {"cuMemcpyAtoH", 7000, 1, cuMemcpyAtoH_v2_ptds},
    {"cuMemcpyAtoHAsync", 2000, 0, cuMemcpyAtoHAsync},
    {"cuMemcpyAtoHAsync", 3020, 0, cuMemcpyAtoHAsync_v2},
    {"cuMemcpyAtoHAsync", 7000, 1, cuMemcpyAtoHAsync_v2_ptsz},
    {"cuMemcpyBatchAsync", 12080, 0, cuMemcpyBatchAsync},
    {"cuMemcpyBatchAsync", 13000, 0, cuMemcpyBatchAsync_v2},
    {"cuMemcpyBatchAsync", 12080, 1, cuMemcpyBatchAsync_ptsz},
    {"cuMemcpyBatchAsync", 13000, 1, cuMemcpyBatchAsync_v2_ptsz},
    {"cuMemcpyDtoA", 2000, 0, cuMemcpyDtoA},
    {"cuMemcpyDtoA", 3020, 0, cuMemcpyDtoA_v2},
    {"cuMemcpyDtoA", 7000, 1, cuMemcpyDtoA_v2_ptds},
    {"cuMemcpyDtoD", 2000, 0, cuMemcpyDtoD},
    {"cuMemcpyDtoD", 3020, 0, cuMemcpyDtoD_v2},
    {"cuMemcpyDtoD", 7000, 1, cuMemcpyDtoD_v2_ptds},
    {"cuMemcpyDtoDAsync", 3000, 0, cuMemcpyDtoDAsync},
    {"cuMemcpyDtoDAsync", 3020, 0, cuMemcpyDtoDAsync_v2},
    {"cuMemcpyDtoDAsync", 7000, 1, cuMemcpyDtoDAsync_v2_ptsz},
    {"cuMemcpyDtoH", 2000, 0, cuMemcpyDtoH},
    {"cuMemcpyDtoH", 3020, 0, cuMemcpyDtoH_v2},
    {"cuMemcpyDtoH", 7000, 1, cuMemcpyDtoH_v2_ptds},
    {"cuMemcpyDtoHAsync", 2000, 0, cuMemcpyDtoHAsync},
    {"cuMemcpyDtoHAsync", 3020, 0, cuMemcpyDtoHAsync_v2},
    {"cuMemcpyDtoHAsync", 7000, 1, cuMemcpyDtoHAsync_v2_ptsz},
    {"cuMemcpyHtoA", 2000, 0, cuMemcpyHtoA},
    {"cuMemcpyHtoA", 3020, 0, cuMemcpyHtoA_v2},
    {"cuMemcpyHtoA", 7000, 1, cuMemcpyHtoA_v2_ptds},
    {"cuMemcpyHtoAAsync", 2000, 0, cuMemcpyHtoAAsync},
    {"cuMemcpyHtoAAsync", 3020, 0, cuMemcpyHtoAAsync_v2},
    {"cuMemcpyHtoAAsync", 7000, 1, cuMemcpyHtoAAsync_v2_ptsz},
    {"cuMemcpyHtoD", 2000, 0, cuMemcpyHtoD},
    {"cuMemcpyHtoD", 3020, 0, cuMemcpyHtoD_v2},
    {"cuMemcpyHtoD", 7000, 1, cuMemcpyHtoD_v2_ptds},
    {"cuMemcpyHtoDAsync", 2000, 0, cuMemcpyHtoDAsync},
    {"cuMemcpyHtoDAsync", 3020, 0, cuMemcpyHtoDAsync_v2},
    {"cuMemcpyHtoDAsync", 7000, 1, cuMemcpyHtoDAsync_v2_ptsz},
    {"cuMemcpyPeer", 4000, 0, cuMemcpyPeer},
    {"cuMemcpyPeer", 7000, 1, cuMemcpyPeer_ptds},
    {"cuMemcpyPeerAsync", 4000, 0, cuMemcpyPeerAsync},
    {"cuMemcpyPeerAsync", 7000, 1, cuMemcpyPeerAsync_ptsz},
    {"cuMemsetD16", 2000, 0, cuMemsetD16},
    {"cuMemsetD16", 3020, 0, cuMemsetD16_v2},
    {"cuMemsetD16", 7000, 1, cuMemsetD16_v2_ptds},
    {"cuMemsetD16Async", 3020, 0, cuMemsetD16Async},
    {"cuMemsetD16Async", 7000, 1, cuMemsetD16Async_ptsz},
    {"cuMemsetD2D16", 2000, 0, cuMemsetD2D16},
    {"cuMemsetD2D16", 3020, 0, cuMemsetD2D16_v2},
    {"cuMemsetD2D16", 7000, 1, cuMemsetD2D16_v2_ptds},
    {"cuMemsetD2D16Async", 3020, 0, cuMemsetD2D16Async},
    {"cuMemsetD2D16Async", 7000, 1, cuMemsetD2D16Async_ptsz},
    {"cuMemsetD2D32", 2000, 0, cuMemsetD2D32},
    {"cuMemsetD2D32", 3020, 0, cuMemsetD2D32_v2},
    {"cuMemsetD2D32", 7000, 1, cuMemsetD2D32_v2_ptds},
    {"cuMemsetD2D32Async", 3020, 0, cuMemsetD2D32Async},
    {"cuMemsetD2D32Async", 7000, 1, cuMemsetD2D32Async_ptsz},
    {"cuMemsetD2D8", 2000, 0, cuMemsetD2D8},
    {"cuMemsetD2D8", 3020, 0, cuMemsetD2D8_v2},
    {"cuMemsetD2D8", 7000, 1, cuMemsetD2D8_v2_ptds},
    {"cuMemsetD2D8Async", 3020, 0, cuMemsetD2D8Async},
    {"cuMemsetD2D8Async", 7000, 1, cuMemsetD2D8Async_ptsz},
    {"cuMemsetD32", 2000, 0, cuMemsetD32},
    {"cuMemsetD32", 3020, 0, cuMemsetD32_v2},
    {"cuMemsetD32", 7000, 1, cuMemsetD32_v2_ptds},
    {"cuMemsetD32Async", 3020, 0, cuMemsetD32Async},
    {"cuMemsetD32Async", 7000, 1, cuMemsetD32Async_ptsz},
    {"cuMemsetD8", 2000, 0, cuMemsetD8},
    {"cuMemsetD8", 3020, 0, cuMemsetD8_v2},
    {"cuMemsetD8", 7000, 1, cuMemsetD8_v2_ptds},
    {"cuMemsetD8Async", 3020, 0, cuMemsetD8Async},
    {"cuMemsetD8Async", 7000, 1, cuMemsetD8Async_ptsz},
    {"cuMipmappedArrayCreate", 5000, 0, cuMipmappedArrayCreate},
    {"cuMipmappedArrayDestroy", 5000, 0, cuMipmappedArrayDestroy},
    {"cuMipmappedArrayGetLevel", 5000, 0, cuMipmappedArrayGetLevel},
    {"cuMipmappedArrayGetMemoryRequirements", 11060, 0, cuMipmappedArrayGetMemoryRequirements},
    {"cuMipmappedArrayGetSparseProperties", 11010, 0, cuMipmappedArrayGetSparseProperties},
    {"cuModuleEnumerateFunctions", 12040, 0, cuModuleEnumerateFunctions},
    {"cuModuleGetFunction", 2000, 0, cuModuleGetFunction},
    {"cuModuleGetFunctionCount", 12040, 0, cuModuleGetFunctionCount},
    {"cuModuleGetGlobal", 2000, 0, cuModuleGetGlobal},
    {"cuModuleGetGlobal", 3020, 0, cuModuleGetGlobal_v2},
    {"cuModuleGetLoadingMode", 11070, 0, cuModuleGetLoadingMode},
    {"cuModuleGetSurfRef", 3000, 0, cuModuleGetSurfRef},
    {"cuModuleGetTexRef", 2000, 0, cuModuleGetTexRef},
    {"cuModuleLoad", 2000, 0, cuModuleLoad},
    {"cuModuleLoadData", 2000, 0, cuModuleLoadData},
    {"cuModuleLoadDataEx", 2010, 0, cuModuleLoadDataEx},
    {"cuModuleLoadFatBinary", 2000, 0, cuModuleLoadFatBinary},
    {"cuModuleUnload", 2000, 0, cuModuleUnload},
    {"cuMulticastAddDevice", 12010, 0, cuMulticastAddDevice},
    {"cuMulticastBindAddr", 12010, 0, cuMulticastBindAddr},
    {"cuMulticastBindMem", 12010, 0, cuMulticastBindMem},
    {"cuMulticastCreate", 12010, 0, cuMulticastCreate},
    {"cuMulticastGetGranularity", 12010, 0, cuMulticastGetGranularity},
    {"cuMulticastUnbind", 12010, 0, cuMulticastUnbind},
    {"cuOccupancyAvailableDynamicSMemPerBlock", 10020, 0, cuOccupancyAvailableDynamicSMemPerBlock},
    {"cuOccupancyMaxActiveBlocksPerMultiprocessor", 6050, 0, cuOccupancyMaxActiveBlocksPerMultiprocessor},
    {"cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", 7000, 0, cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags},
    {"cuOccupancyMaxActiveClusters", 11070, 0, cuOccupancyMaxActiveClusters},
    {"cuOccupancyMaxPotentialBlockSize", 6050, 0, cuOccupancyMaxPotentialBlockSize},
    {"cuOccupancyMaxPotentialBlockSizeWithFlags", 7000, 0, cuOccupancyMaxPotentialBlockSizeWithFlags},
    {"cuOccupancyMaxPotentialClusterSize", 11070, 0, cuOccupancyMaxPotentialClusterSize},
    {"cuParamSetSize", 2000, 0, cuParamSetSize},
    {"cuParamSetTexRef", 2000, 0, cuParamSetTexRef},
    {"cuParamSetf", 2000, 0, cuParamSetf},
    {"cuParamSeti", 2000, 0, cuParamSeti},
    {"cuParamSetv", 2000, 0, cuParamSetv},
    {"cuPointerGetAttribute", 4000, 0, cuPointerGetAttribute},
    {"cuPointerGetAttributes", 7000, 0, cuPointerGetAttributes},
    {"cuPointerSetAttribute", 6000, 0, cuPointerSetAttribute},
    {"cuProfilerInitialize", 4000, 0, cuProfilerInitialize},
    {"cuProfilerStart", 4000, 0, cuProfilerStart},
    {"cuProfilerStop", 4000, 0, cuProfilerStop},
    {"cuSignalExternalSemaphoresAsync", 10000, 0, cuSignalExternalSemaphoresAsync},
    {"cuSignalExternalSemaphoresAsync", 10000, 1, cuSignalExternalSemaphoresAsync_ptsz},
    {"cuStreamAddCallback", 5000, 0, cuStreamAddCallback},
    {"cuStreamAddCallback", 7000, 1, cuStreamAddCallback_ptsz},
    {"cuStreamAttachMemAsync", 6000, 0, cuStreamAttachMemAsync},
    {"cuStreamAttachMemAsync", 7000, 1, cuStreamAttachMemAsync_ptsz},
    {"cuStreamBatchMemOp", 8000, 0, cuStreamBatchMemOp},
    {"cuStreamBatchMemOp", 11070, 0, cuStreamBatchMemOp_v2},
    {"cuStreamBatchMemOp", 8000, 1, cuStreamBatchMemOp_ptsz},
    {"cuStreamBatchMemOp", 11070, 1, cuStreamBatchMemOp_v2_ptsz},
    {"cuStreamBeginCapture", 10000, 0, cuStreamBeginCapture},
    {"cuStreamBeginCapture", 10010, 0, cuStreamBeginCapture_v2},
    {"cuStreamBeginCapture", 10000, 1, cuStreamBeginCapture_ptsz},
    {"cuStreamBeginCapture", 10010, 1, cuStreamBeginCapture_v2_ptsz},
    {"cuStreamBeginCaptureToGraph", 12030, 0, cuStreamBeginCaptureToGraph},
    {"cuStreamBeginCaptureToGraph", 12030, 1, cuStreamBeginCaptureToGraph_ptsz},
    {"cuStreamCopyAttributes", 11000, 0, cuStreamCopyAttributes},
    {"cuStreamCopyAttributes", 11000, 1, cuStreamCopyAttributes_ptsz},
    {"cuStreamCreate", 2000, 0, cuStreamCreate},
    {"cuStreamCreateWithPriority", 5050, 0, cuStreamCreateWithPriority},
    {"cuStreamDestroy", 2000, 0, cuStreamDestroy},
    {"cuStreamDestroy", 4000, 0, cuStreamDestroy_v2},
    {"cuStreamEndCapture", 10000, 0, cuStreamEndCapture},
    {"cuStreamEndCapture", 10000, 1, cuStreamEndCapture_ptsz},
    {"cuStreamGetAttribute", 11000, 0, cuStreamGetAttribute},
    {"cuStreamGetAttribute", 11000, 1, cuStreamGetAttribute_ptsz},
    {"cuStreamGetCaptureInfo", 10010, 0, cuStreamGetCaptureInfo},
    {"cuStreamGetCaptureInfo", 11030, 0, cuStreamGetCaptureInfo_v2},
    {"cuStreamGetCaptureInfo", 12030, 0, cuStreamGetCaptureInfo_v3},
    {"cuStreamGetCaptureInfo", 10010, 1, cuStreamGetCaptureInfo_ptsz},
    {"cuStreamGetCaptureInfo", 11030, 1, cuStreamGetCaptureInfo_v2_ptsz},
    {"cuStreamGetCaptureInfo", 12030, 1, cuStreamGetCaptureInfo_v3_ptsz},
    {"cuStreamGetCtx", 9020, 0, cuStreamGetCtx},
    {"cuStreamGetCtx", 12050, 0, cuStreamGetCtx_v2},
    {"cuStreamGetCtx", 9020, 1, cuStreamGetCtx_ptsz},
    {"cuStreamGetCtx", 12050, 1, cuStreamGetCtx_v2_ptsz},
    {"cuStreamGetDevResource", 13010, 0, cuStreamGetDevResource},
    {"cuStreamGetDevResource", 13010, 1, cuStreamGetDevResource_ptsz},
    {"cuStreamGetDevice", 12080, 0, cuStreamGetDevice},
    {"cuStreamGetDevice", 12080, 1, cuStreamGetDevice_ptsz},
    {"cuStreamGetFlags", 5050, 0, cuStreamGetFlags},
    {"cuStreamGetFlags", 7000, 1, cuStreamGetFlags_ptsz},
    {"cuStreamGetGreenCtx", 12040, 0, cuStreamGetGreenCtx},
    {"cuStreamGetId", 12000, 0, cuStreamGetId},
    {"cuStreamGetId", 12000, 1, cuStreamGetId_ptsz},
    {"cuStreamGetPriority", 5050, 0, cuStreamGetPriority},
    {"cuStreamGetPriority", 7000, 1, cuStreamGetPriority_ptsz},
    {"cuStreamIsCapturing", 10000, 0, cuStreamIsCapturing},
    {"cuStreamIsCapturing", 10000, 1, cuStreamIsCapturing_ptsz},
    {"cuStreamQuery", 2000, 0, cuStreamQuery},
    {"cuStreamQuery", 7000, 1, cuStreamQuery_ptsz},
    {"cuStreamSetAttribute", 11000, 0, cuStreamSetAttribute},
    {"cuStreamSetAttribute", 11000, 1, cuStreamSetAttribute_ptsz},
    {"cuStreamSynchronize", 2000, 0, cuStreamSynchronize},
    {"cuStreamSynchronize", 7000, 1, cuStreamSynchronize_ptsz},
    {"cuStreamUpdateCaptureDependencies", 11030, 0, cuStreamUpdateCaptureDependencies},
    {"cuStreamUpdateCaptureDependencies", 12030, 0, cuStreamUpdateCaptureDependencies_v2},
    {"cuStreamUpdateCaptureDependencies", 11030, 1, cuStreamUpdateCaptureDependencies_ptsz},
    {"cuStreamUpdateCaptureDependencies", 12030, 1, cuStreamUpdateCaptureDependencies_v2_ptsz},
    {"cuStreamWaitEvent", 3020, 0, cuStreamWaitEvent},
    {"cuStreamWaitEvent", 7000, 1, cuStreamWaitEvent_ptsz},
    {"cuStreamWaitValue32", 8000, 0, cuStreamWaitValue32},
    {"cuStreamWaitValue32", 11070, 0, cuStreamWaitValue32_v2},
    {"cuStreamWaitValue32", 8000, 1, cuStreamWaitValue32_ptsz},
    {"cuStreamWaitValue32", 11070, 1, cuStreamWaitValue32_v2_ptsz},
    {"cuStreamWaitValue64", 9000, 0, cuStreamWaitValue64},
    {"cuStreamWaitValue64", 11070, 0, cuStreamWaitValue64_v2},
    {"cuStreamWaitValue64", 9000, 1, cuStreamWaitValue64_ptsz},
    {"cuStreamWaitValue64", 11070, 1, cuStreamWaitValue64_v2_ptsz},
    {"cuStreamWriteValue32", 8000, 0, cuStreamWriteValue32},
    {"cuStreamWriteValue32", 11070, 0, cuStreamWriteValue32_v2},
    {"cuStreamWriteValue32", 8000, 1, cuStreamWriteValue32_ptsz},
    {"cuStreamWriteValue32", 11070, 1, cuStreamWriteValue32_v2_ptsz},
    {"cuStreamWriteValue64", 9000, 0, cuStreamWriteValue64},
    {"cuStreamWriteValue64", 11070, 0, cuStreamWriteValue64_v2},
    {"cuStreamWriteValue64", 9000, 1, cuStreamWriteValue64_ptsz},
    {"cuStreamWriteValue64", 11070, 1, cuStreamWriteValue64_v2_ptsz},
    {"cuSurfObjectCreate", 5000, 0, cuSurfObjectCreate},
    {"cuSurfObjectDestroy", 5000, 0, cuSurfObjectDestroy},
    {"cuSurfObjectGetResourceDesc", 5000, 0, cuSurfObjectGetResourceDesc},
    {"cuSurfRefGetArray", 3000, 0, cuSurfRefGetArray},
    {"cuSurfRefSetArray", 3000, 0, cuSurfRefSetArray},
    {"cuTensorMapEncodeIm2col", 12000, 0, cuTensorMapEncodeIm2col},
    {"cuTensorMapEncodeIm2colWide", 12080, 0, cuTensorMapEncodeIm2colWide},
    {"cuTensorMapEncodeTiled", 12000, 0, cuTensorMapEncodeTiled},
    {"cuTensorMapReplaceAddress", 12000, 0, cuTensorMapReplaceAddress},
    {"cuTexObjectCreate", 5000, 0, cuTexObjectCreate},
    {"cuTexObjectDestroy", 5000, 0, cuTexObjectDestroy},
    {"cuTexObjectGetResourceDesc", 5000, 0, cuTexObjectGetResourceDesc},
    {"cuTexObjectGetResourceViewDesc", 5000, 0, cuTexObjectGetResourceViewDesc},
    {"cuTexObjectGetTextureDesc", 5000, 0, cuTexObjectGetTextureDesc},
    {"cuTexRefCreate", 2000, 0, cuTexRefCreate},
    {"cuTexRefDestroy", 2000, 0, cuTexRefDestroy},
    {"cuTexRefGetAddress", 2000, 0, cuTexRefGetAddress},
    {"cuTexRefGetAddress", 3020, 0, cuTexRefGetAddress_v2},
    {"cuTexRefGetAddressMode", 2000, 0, cuTexRefGetAddressMode},
    {"cuTexRefGetArray", 2000, 0, cuTexRefGetArray},
    {"cuTexRefGetBorderColor", 8000, 0, cuTexRefGetBorderColor},
    {"cuTexRefGetFilterMode", 2000, 0, cuTexRefGetFilterMode},
    {"cuTexRefGetFlags", 2000, 0, cuTexRefGetFlags},
    {"cuTexRefGetFormat", 2000, 0, cuTexRefGetFormat},
    {"cuTexRefGetMaxAnisotropy", 5000, 0, cuTexRefGetMaxAnisotropy},
    {"cuTexRefGetMipmapFilterMode", 5000, 0, cuTexRefGetMipmapFilterMode},
    {"cuTexRefGetMipmapLevelBias", 5000, 0, cuTexRefGetMipmapLevelBias},
    {"cuTexRefGetMipmapLevelClamp", 5000, 0, cuTexRefGetMipmapLevelClamp},
    {"cuTexRefGetMipmappedArray", 5000, 0, cuTexRefGetMipmappedArray},
    {"cuTexRefSetAddress", 2000, 0, cuTexRefSetAddress},
    {"cuTexRefSetAddress", 3020, 0, cuTexRefSetAddress_v2},
    {"cuTexRefSetAddress2D", 2020, 0, cuTexRefSetAddress2D},
    {"cuTexRefSetAddress2D", 3020, 0, cuTexRefSetAddress2D_v2},
    {"cuTexRefSetAddress2D", 4010, 0, cuTexRefSetAddress2D_v3},
    {"cuTexRefSetAddressMode", 2000, 0, cuTexRefSetAddressMode},
    {"cuTexRefSetArray", 2000, 0, cuTexRefSetArray},
    {"cuTexRefSetBorderColor", 8000, 0, cuTexRefSetBorderColor},
    {"cuTexRefSetFilterMode", 2000, 0, cuTexRefSetFilterMode},
    {"cuTexRefSetFlags", 2000, 0, cuTexRefSetFlags},
    {"cuTexRefSetFormat", 2000, 0, cuTexRefSetFormat},
    {"cuTexRefSetMaxAnisotropy", 5000, 0, cuTexRefSetMaxAnisotropy},
    {"cuTexRefSetMipmapFilterMode", 5000, 0, cuTexRefSetMipmapFilterMode},
    {"cuTexRefSetMipmapLevelBias", 5000, 0, cuTexRefSetMipmapLevelBias},
    {"cuTexRefSetMipmapLevelClamp", 5000, 0, cuTexRefSetMipmapLevelClamp},
    {"cuTexRefSetMipmappedArray", 5000, 0, cuTexRefSetMipmappedArray},
    {"cuThreadExchangeStreamCaptureMode", 10010, 0, cuThreadExchangeStreamCaptureMode},
    {"cuUserObjectCreate", 11030, 0, cuUserObjectCreate},
    {"cuUserObjectRelease", 11030, 0, cuUserObjectRelease},
    {"cuUserObjectRetain", 11030, 0, cuUserObjectRetain},
    {"cuWaitExternalSemaphoresAsync", 10000, 0, cuWaitExternalSemaphoresAsync},
    {"cuWaitExternalSemaphoresAsync", 10000, 1, cuWaitExternalSemaphoresAsync_ptsz},
};
const size_t lc_names_count = sizeof lc_names / sizeof lc_names[0];
