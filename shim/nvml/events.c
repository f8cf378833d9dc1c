/* Event sets: they can be made, filled and waited for, as nvidia-smi and monitoring programs do at their start. The events of a
 * server's GPU do not reach its clients, so that every wait ends with its time. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "../../libnvml/generated/nvml_api.h"
#include "client.h"

struct nvmlEventSet_st {
    struct nvmlEventSet_st *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct nvmlEventSet_st *sets;

/* The link that leads to `set`, NULL if there is no such set. `lock` is held. */
static struct nvmlEventSet_st **find(nvmlEventSet_t set)
{
    struct nvmlEventSet_st **link = &sets;
    while (*link && *link != set)
        link = &(*link)->next;
    return set && *link ? link : NULL;
}

static bool exists(nvmlEventSet_t set)
{
    pthread_mutex_lock(&lock);
    bool found = find(set) != NULL;
    pthread_mutex_unlock(&lock);
    return found;
}

nvmlReturn_t nvmlEventSetCreate(nvmlEventSet_t *set)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    bf_nvml_client_leave();
    if (!set)
        return NVML_ERROR_INVALID_ARGUMENT;
    struct nvmlEventSet_st *made = malloc(sizeof *made);
    if (!made)
        return NVML_ERROR_MEMORY;
    pthread_mutex_lock(&lock);
    made->next = sets;
    sets = made;
    pthread_mutex_unlock(&lock);
    *set = made;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlEventSetFree(nvmlEventSet_t set)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    bf_nvml_client_leave();
    pthread_mutex_lock(&lock);
    struct nvmlEventSet_st **link = find(set), *freed = link ? *link : NULL;
    if (link)
        *link = freed->next;
    pthread_mutex_unlock(&lock);
    free(freed);
    return freed ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

nvmlReturn_t nvmlDeviceRegisterEvents(nvmlDevice_t device, unsigned long long eventTypes, nvmlEventSet_t set)
{
    (void)eventTypes;
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    bool good = bf_nvml_client_device(device) != NULL;
    bf_nvml_client_leave();
    return good && exists(set) ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

nvmlReturn_t nvmlEventSetWait_v2(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int timeoutms)
{
    nvmlReturn_t result = bf_nvml_client_enter();
    if (result)
        return result;
    bf_nvml_client_leave();
    if (!data || !exists(set))
        return NVML_ERROR_INVALID_ARGUMENT;
    struct timespec left = {.tv_sec = timeoutms / 1000, .tv_nsec = (long)(timeoutms % 1000) * 1000000};
    while (nanosleep(&left, &left) && errno == EINTR) {
    }
    return NVML_ERROR_TIMEOUT;
}

nvmlReturn_t nvmlEventSetWait(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int timeoutms)
{
    return nvmlEventSetWait_v2(set, data, timeoutms);
}
