/* A list of handles under one lock. A handle is the address of its entry, and is looked for, never followed. */
#include "listeners.h"

#include <pthread.h>
#include <stdlib.h>

enum { LOG = -1 };   /* in place of a device */

struct listener {
    CUdevice device;
    struct listener *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct listener *listeners;

static struct listener *add(CUdevice device)
{
    struct listener *listener = malloc(sizeof *listener);
    if (!listener)
        return NULL;
    pthread_mutex_lock(&lock);
    *listener = (struct listener){device, listeners};
    listeners = listener;
    pthread_mutex_unlock(&lock);
    return listener;
}

static CUresult drop(CUdevice device, const void *handle)
{
    pthread_mutex_lock(&lock);
    struct listener **at = &listeners;
    while (*at && (*at != handle || (*at)->device != device))
        at = &(*at)->next;
    struct listener *found = *at;
    if (found)
        *at = found->next;
    pthread_mutex_unlock(&lock);
    free(found);
    return found ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult lc_listeners_add_device(CUdevice device, CUasyncCallback function, CUasyncCallbackHandle *out)
{
    if (!function || !out)
        return CUDA_ERROR_INVALID_VALUE;
    struct listener *listener = add(device);
    if (!listener)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *out = (CUasyncCallbackHandle)listener;
    return CUDA_SUCCESS;
}

CUresult lc_listeners_remove_device(CUdevice device, CUasyncCallbackHandle handle)
{
    return drop(device, handle);
}

CUresult lc_listeners_add_log(CUlogsCallback function, CUlogsCallbackHandle *out)
{
    if (!function)
        return CUDA_ERROR_INVALID_VALUE;
    struct listener *listener = add(LOG);
    if (!listener)
        return CUDA_ERROR_OUT_OF_MEMORY;
    if (out)
        *out = (CUlogsCallbackHandle)listener;
    return CUDA_SUCCESS;
}

CUresult lc_listeners_remove_log(CUlogsCallbackHandle handle)
{
    return drop(LOG, handle);
}
