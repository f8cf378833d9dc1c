/* Functions of the program that it wants called when something happens that never happens here: a device's memory is
 * never over the budget of the process, and no message is kept in the driver's log. What is registered is remembered,
 * so that it can be taken back. */
#ifndef LC_LISTENERS_H
#define LC_LISTENERS_H

#include "generated/cuda_types.h"

CUresult lc_listeners_add_device(CUdevice device, CUasyncCallback function, CUasyncCallbackHandle *out);
CUresult lc_listeners_remove_device(CUdevice device, CUasyncCallbackHandle handle);

/* `out` may be NULL. */
CUresult lc_listeners_add_log(CUlogsCallback function, CUlogsCallbackHandle *out);
CUresult lc_listeners_remove_log(CUlogsCallbackHandle handle);

#endif
