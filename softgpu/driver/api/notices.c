/* Entry points of what a driver tells a program unasked: its log of errors, notifications of devices. */
#include "../../../libcuda/listeners.h"
#include "../../../libcuda/logs.h"

#include "../state/device.h"

CUresult cuLogsRegisterCallback(CUlogsCallback callbackFunc, void *userData, CUlogsCallbackHandle *callback_out)
{
    ENTER_ALWAYS(cuLogsRegisterCallback);
    (void)userData;
    return lc_listeners_add_log(callbackFunc, callback_out);
}

CUresult cuLogsUnregisterCallback(CUlogsCallbackHandle callback)
{
    ENTER_ALWAYS(cuLogsUnregisterCallback);
    return lc_listeners_remove_log(callback);
}

CUresult cuLogsCurrent(CUlogIterator *iterator_out, unsigned int flags)
{
    ENTER_ALWAYS(cuLogsCurrent);
    return lc_logs_current(iterator_out, flags);
}

CUresult cuLogsDumpToFile(CUlogIterator *iterator, const char *pathToFile, unsigned int flags)
{
    ENTER_ALWAYS(cuLogsDumpToFile);
    return lc_logs_to_file(iterator, pathToFile, flags);
}

CUresult cuLogsDumpToMemory(CUlogIterator *iterator, char *buffer, size_t *size, unsigned int flags)
{
    ENTER_ALWAYS(cuLogsDumpToMemory);
    return lc_logs_to_memory(iterator, buffer, size, flags);
}

CUresult cuDeviceRegisterAsyncNotification(CUdevice device, CUasyncCallback callbackFunc, void *userData,
                                           CUasyncCallbackHandle *callback)
{
    ENTER(cuDeviceRegisterAsyncNotification);
    (void)userData;
    REQUIRE(sg_device_at(device), CUDA_ERROR_INVALID_DEVICE);
    return lc_listeners_add_device(device, callbackFunc, callback);
}

CUresult cuDeviceUnregisterAsyncNotification(CUdevice device, CUasyncCallbackHandle callback)
{
    ENTER(cuDeviceUnregisterAsyncNotification);
    REQUIRE(sg_device_at(device), CUDA_ERROR_INVALID_DEVICE);
    return lc_listeners_remove_device(device, callback);
}
