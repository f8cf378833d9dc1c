/* Event sets. The events of a server's GPU do not reach its clients, so that every wait ends with its time. */
#include "../../libnvml/event_set.h"
#include "../../libnvml/generated/nvml_api.h"
#include "client.h"

static nvmlReturn_t initialised(void)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (!result)
        bf_nvml_client_leave();
    return result;
}

nvmlReturn_t nvmlEventSetCreate(nvmlEventSet_t *set)
{
    nvmlReturn_t result = initialised();
    return result ? result : ln_event_set_create(set);
}

nvmlReturn_t nvmlEventSetFree(nvmlEventSet_t set)
{
    nvmlReturn_t result = initialised();
    return result ? result : ln_event_set_free(set);
}

nvmlReturn_t nvmlDeviceRegisterEvents(nvmlDevice_t device, unsigned long long eventTypes, nvmlEventSet_t set)
{
    (void)eventTypes;
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    bool good = bf_nvml_client_device(device) != NULL;
    bf_nvml_client_leave();
    return good && ln_event_set_exists(set) ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

nvmlReturn_t nvmlEventSetWait_v2(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int timeoutms)
{
    nvmlReturn_t result = initialised();
    return result ? result : ln_event_set_wait(set, data, timeoutms);
}

nvmlReturn_t nvmlEventSetWait(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int timeoutms)
{
    return nvmlEventSetWait_v2(set, data, timeoutms);
}
