/* How devices lie to each other and to the host: all share its memory. */
#include "nvml.h"

static bool both(nvmlDevice_t one, nvmlDevice_t other)
{
    return sg_devices_known(one) && sg_devices_known(other);
}

nvmlReturn_t nvmlDeviceGetTopologyCommonAncestor(nvmlDevice_t device1, nvmlDevice_t device2,
                                                 nvmlGpuTopologyLevel_t *pathInfo)
{
    ENTER_FOR(device1, both(device1, device2) && pathInfo);
    *pathInfo = device1 == device2 ? NVML_TOPOLOGY_INTERNAL : NVML_TOPOLOGY_NODE;
    return NVML_SUCCESS;
}

/* Not among libnvml's prototypes: the shim does not answer it. */
LN_API nvmlReturn_t nvmlDeviceGetTopologyNearestGpus(nvmlDevice_t device, nvmlGpuTopologyLevel_t level,
                                                     unsigned int *count, nvmlDevice_t *deviceArray);

/* The devices whose common ancestor with this one is exactly of that level. */
nvmlReturn_t nvmlDeviceGetTopologyNearestGpus(nvmlDevice_t device, nvmlGpuTopologyLevel_t level, unsigned int *count,
                                              nvmlDevice_t *deviceArray)
{
    ENTER_FOR(device, count);
    REQUIRE(deviceArray || !*count, NVML_ERROR_INVALID_ARGUMENT);
    unsigned found = 0, room = deviceArray ? *count : 0, all = level == NVML_TOPOLOGY_NODE ? sg_settings()->devices : 0;
    for (unsigned i = 0; i < all; i++) {
        if (i == device->number)
            continue;
        if (found < room)
            deviceArray[found] = sg_devices_handle(i);
        found++;
    }
    *count = found;
    return found <= room || !deviceArray ? NVML_SUCCESS : NVML_ERROR_INSUFFICIENT_SIZE;
}

/* As cuDeviceGetP2PAttribute says. */
nvmlReturn_t nvmlDeviceGetP2PStatus(nvmlDevice_t device1, nvmlDevice_t device2, nvmlGpuP2PCapsIndex_t p2pIndex,
                                    nvmlGpuP2PStatus_t *p2pStatus)
{
    ENTER_FOR(device1, both(device1, device2) && p2pStatus);
    REQUIRE((int)p2pIndex >= 0 && p2pIndex < NVML_P2P_CAPS_INDEX_UNKNOWN, NVML_ERROR_INVALID_ARGUMENT);
    bool works = p2pIndex == NVML_P2P_CAPS_INDEX_READ || p2pIndex == NVML_P2P_CAPS_INDEX_WRITE ||
                 p2pIndex == NVML_P2P_CAPS_INDEX_ATOMICS;
    *p2pStatus = works ? NVML_P2P_STATUS_OK : NVML_P2P_STATUS_NOT_SUPPORTED;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceOnSameBoard(nvmlDevice_t device1, nvmlDevice_t device2, int *onSameBoard)
{
    ENTER_FOR(device1, both(device1, device2) && onSameBoard);
    *onSameBoard = device1 == device2;
    return NVML_SUCCESS;
}
