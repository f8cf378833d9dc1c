"""Memory and events shared between processes."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuIpcGetMemHandle@4010 (CUipcMemHandle *pHandle, CUdeviceptr dptr):
    current; need pHandle; by bf_sharing_export(context, dptr, pHandle)
cuIpcOpenMemHandle_v2@11000 (CUdeviceptr *pdptr, CUipcMemHandle handle, unsigned int Flags):
    current; try lc_capture_rules_unsafe(); need pdptr; refuse Flags != CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS;
    by bf_sharing_open(context, &handle, Flags, pdptr)
cuIpcOpenMemHandle@4010 (CUdeviceptr *pdptr, CUipcMemHandle handle, unsigned int Flags):
    is cuIpcOpenMemHandle_v2(pdptr, handle, Flags)
cuIpcCloseMemHandle@4010 #702 ask (CUdeviceptr dptr):
    current; try lc_capture_rules_unsafe(); by bf_sharing_close(context, dptr)
    server
cuIpcGetEventHandle@4010 (CUipcEventHandle *pHandle, CUevent event):
    find event event as found; need pHandle; refuse !(found->event.flags & CU_EVENT_INTERPROCESS) || found->event.opened
    with CUDA_ERROR_INVALID_HANDLE; by bf_sharing_export_event(found, pHandle)
cuIpcOpenEventHandle@4010 (CUevent *phEvent, CUipcEventHandle handle):
    current; need phEvent; by bf_sharing_open_event(context, &handle, phEvent)
cuMemPoolExportToShareableHandle@11020 #712 ask (void *handle_out, CUmemoryPool pool, CUmemAllocationHandleType
        handleType, unsigned long long flags):
    ready; try lc_capture_rules_unsafe(); need handle_out; refuse flags || handleType == CU_MEM_HANDLE_TYPE_NONE;
    find pool pool as found; by bf_pool_sharing_export(found, handleType, handle_out)
    server (CUmemoryPool pool, bytes *ticket): descriptors.export_pool
    "What the client gets stands for the driver's descriptor."
cuMemPoolImportFromShareableHandle@11020 #713 ask (CUmemoryPool *pool_out, void *handle, CUmemAllocationHandleType
        handleType, unsigned long long flags):
    ready; try lc_capture_rules_unsafe(); need pool_out; refuse flags || !lc_allocation_is_type(handleType);
    refuse handleType != CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR with CUDA_ERROR_NOT_SUPPORTED;
    by bf_pool_sharing_import(pool_out, (int)(intptr_t)handle)
    server (CUmemoryPool *pool, bytes ticket, int *device): descriptors.import_pool
    "Of what a ticket stands for; on which device it is."
cuMemPoolExportPointer@11020 #714 ask (CUmemPoolPtrExportData *shareData_out, CUdeviceptr ptr):
    ready; try lc_capture_rules_unsafe(); need shareData_out; by bf_pool_sharing_export_pointer(shareData_out, ptr)
    server (CUdeviceptr ptr, bytes *data): descriptors.export_pointer
    "The driver's own data: it is good only with the pool."
cuMemPoolImportPointer@11020 #715 ask (CUdeviceptr *ptr_out, CUmemoryPool pool, CUmemPoolPtrExportData *shareData):
    ready; try lc_capture_rules_unsafe(); find pool pool as found; need ptr_out, shareData;
    by bf_pool_sharing_import_pointer(ptr_out, found, shareData)
    server (CUmemoryPool pool, bytes data, CUdeviceptr *ptr, size_t *size): descriptors.import_pointer
    "Where it is, and how large."
# Calls of the wire alone.
ipc_memory_export #700 ask (CUdeviceptr ptr, bytes *ticket):
    server: sharing.export_memory
    "cuIpcGetMemHandle; what the client gets stands for the driver's handle."
ipc_memory_open #701 ask (bytes ticket, unsigned int flags, CUdeviceptr *ptr, size_t *size):
    server: sharing.open_memory
    "cuIpcOpenMemHandle of what a ticket stands for, and how large it is."
ipc_event_export #703 ask (CUevent event, bytes *ticket):
    server: sharing.export_event
    "cuIpcGetEventHandle, as ipc_memory_export."
ipc_event_open #704 ask (CUevent *event, bytes ticket):
    server: sharing.open_event
    "cuIpcOpenEventHandle of what a ticket stands for."
"""
)
