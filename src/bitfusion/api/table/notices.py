"""What the driver tells a program unasked: the log of its errors, and notifications of devices. Nothing is told."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuLogsRegisterCallback@12090 (CUlogsCallback callbackFunc, void *userData, CUlogsCallbackHandle *callback_out):
    is lc_listeners_add_log(callbackFunc, callback_out)
cuLogsUnregisterCallback@12090 (CUlogsCallbackHandle callback):
    is lc_listeners_remove_log(callback)
cuLogsCurrent@12090 (CUlogIterator *iterator_out, unsigned int flags):
    is lc_logs_current(iterator_out, flags)
cuLogsDumpToFile@12090 (CUlogIterator *iterator, const char *pathToFile, unsigned int flags):
    is lc_logs_to_file(iterator, pathToFile, flags)
cuLogsDumpToMemory@12090 (CUlogIterator *iterator, char *buffer, size_t *size, unsigned int flags):
    is lc_logs_to_memory(iterator, buffer, size, flags)
cuDeviceRegisterAsyncNotification@12040
    (CUdevice device, CUasyncCallback callbackFunc, void *userData, CUasyncCallbackHandle *callback):
    device device as found; is lc_listeners_add_device(found->ordinal, callbackFunc, callback)
cuDeviceUnregisterAsyncNotification@12040 (CUdevice device, CUasyncCallbackHandle callback):
    device device as found; is lc_listeners_remove_device(found->ordinal, callback)
"""
)
