/* What libcuda/ asks of whichever driver it is part of. */
#include "../../libcuda/absent.h"
#include "../../libcuda/driver.h"
#include "../host/log.h"
#include "entry.h"
#include "state/context.h"
#include "state/thread.h"

CUresult lc_absent(const char *name)
{
    sg_log_debug("%s is not implemented: CUDA_ERROR_NOT_SUPPORTED", name);
    return CUDA_ERROR_NOT_SUPPORTED;
}

static CUresult give_primary(CUcontext *out, CUdevice ordinal)
{
    const struct sg_device *device = sg_device_at(ordinal);
    REQUIRE(device, CUDA_ERROR_INVALID_DEVICE);
    *out = (CUcontext)device->primary->handle;
    return CUDA_SUCCESS;
}

static CUresult give_current(CUcontext *out)
{
    REQUIRE(!sg_entry_forked(), CUDA_ERROR_NOT_INITIALIZED);
    *out = (CUcontext)sg_thread_top();
    return CUDA_SUCCESS;
}

const struct lc_driver lc_driver = {
    .primary_context = give_primary,
    .current_context = give_current,
    LC_DRIVER_PUBLIC,
};
