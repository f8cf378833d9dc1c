/* What cuInit does, once in a process. */
#include "init.h"

#include <pthread.h>

#include "../host/log.h"
#include "../host/settings.h"
#include "../host/use.h"
#include "state/context.h"
#include "state/pool.h"
#include "state/supply.h"

static CUresult create_device(int ordinal, unsigned number)
{
    struct sg_device *device;
    TRY(sg_device_make(ordinal, number, &device));
    TRY(sg_context_create_primary(device, &device->primary));
    TRY(sg_pool_create_of(device, &device->pool_default));
    device->pool_default->is_default = true;
    device->pool = device->pool_default;
    TRY(sg_pool_create_of(device, &device->pool_graphs));
    device->pool_graphs->release_threshold = UINT64_MAX;
    return CUDA_SUCCESS;
}

/* The visible devices and the page-locked memory. Returns 0, 2, or 100 if CUDA_VISIBLE_DEVICES leaves none. */
static CUresult create_all(void)
{
    unsigned shown[SG_DEVICES_MAX];
    int count = sg_device_visible(sg_settings()->devices, shown);
    REQUIRE(count > 0, CUDA_ERROR_NO_DEVICE);
    sg_memory_set_guard(sg_supply_allows);
    sg_memory_set_place(sg_settings_addresses);
    sg_memory_set_bounds(sg_settings()->bounds);
    /* More than any machine's memory: page-locking is limited by the system, not by us. */
    TRY(sg_device_make_host_memory((uint64_t)128 << 30));
    sg_use_begin();
    for (int i = 0; i < count; i++)
        TRY(create_device(i, shown[i]));
    sg_device_show(count);
    return CUDA_SUCCESS;
}

static CUresult result;

static void init_once(void)
{
    result = sg_settings()->valid ? create_all() : CUDA_ERROR_INVALID_VALUE;
    if (result == CUDA_ERROR_OUT_OF_MEMORY)
        sg_log_line("the system refuses to reserve the address space for SOFTGPU_DEVICES x SOFTGPU_MEMORY: raise "
                    "ulimit -v (after mlockall(MCL_FUTURE) ulimit -l, too) or lower them");
    if (!result)
        sg_entry_initialised();
}

CUresult sg_init_driver(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, init_once);
    return result;
}
