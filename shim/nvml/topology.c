/* How two devices are to each other: the server of both tells; devices of two servers have nothing but the network
 * in common. */
#include "../../libnvml/generated/nvml_api.h"
#include "call.h"

/* `apart` goes to `out` if the two devices are of two servers. */
static nvmlReturn_t of_two(enum bf_nvml_index function, nvmlDevice_t first, nvmlDevice_t second,
                           const union bf_nvml_arg *args, void *out, int apart)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    const struct bf_nvml_device *one = bf_nvml_client_device(first), *other = bf_nvml_client_device(second);
    if (!one || !other || !out)
        result = NVML_ERROR_INVALID_ARGUMENT;
    else if (one->server != other->server)
        *(int *)out = apart;
    else
        result = bf_nvml_call_on(NULL, &bf_nvml_functions[function], args);
    bf_nvml_client_leave();
    return result;
}

nvmlReturn_t nvmlDeviceGetTopologyCommonAncestor(nvmlDevice_t device1, nvmlDevice_t device2,
                                                 nvmlGpuTopologyLevel_t *pathInfo)
{
    const union bf_nvml_arg args[] = {{.p = device1}, {.p = device2}, {.p = pathInfo}};
    return of_two(BF_nvmlDeviceGetTopologyCommonAncestor, device1, device2, args, pathInfo, NVML_TOPOLOGY_SYSTEM);
}

nvmlReturn_t nvmlDeviceGetP2PStatus(nvmlDevice_t device1, nvmlDevice_t device2, nvmlGpuP2PCapsIndex_t p2pIndex,
                                    nvmlGpuP2PStatus_t *p2pStatus)
{
    const union bf_nvml_arg args[] = {{.p = device1}, {.p = device2}, {.u = (uint64_t)p2pIndex}, {.p = p2pStatus}};
    return of_two(BF_nvmlDeviceGetP2PStatus, device1, device2, args, p2pStatus, NVML_P2P_STATUS_NOT_SUPPORTED);
}

nvmlReturn_t nvmlDeviceOnSameBoard(nvmlDevice_t device1, nvmlDevice_t device2, int *onSameBoard)
{
    const union bf_nvml_arg args[] = {{.p = device1}, {.p = device2}, {.p = onSameBoard}};
    return of_two(BF_nvmlDeviceOnSameBoard, device1, device2, args, onSameBoard, 0);
}
