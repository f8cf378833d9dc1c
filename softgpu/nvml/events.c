/* Event sets. No event ever happens to a software GPU: a wait lasts as long as its timeout. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "nvml.h"

struct nvmlEventSet_st {
    struct nvmlEventSet_st *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct nvmlEventSet_st *sets;

/* With the lock held: where the list points to the set; NULL if it is none. */
static struct nvmlEventSet_st **find(nvmlEventSet_t set)
{
    struct nvmlEventSet_st **link = &sets;
    while (*link && *link != set)
        link = &(*link)->next;
    return *link ? link : NULL;
}

static bool is_set(nvmlEventSet_t set)
{
    pthread_mutex_lock(&lock);
    bool found = set && find(set);
    pthread_mutex_unlock(&lock);
    return found;
}

nvmlReturn_t nvmlEventSetCreate(nvmlEventSet_t *set)
{
    ENTER();
    REQUIRE(set, NVML_ERROR_INVALID_ARGUMENT);
    struct nvmlEventSet_st *made = malloc(sizeof *made);
    REQUIRE(made, NVML_ERROR_MEMORY);
    pthread_mutex_lock(&lock);
    made->next = sets;
    sets = made;
    pthread_mutex_unlock(&lock);
    *set = made;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlEventSetFree(nvmlEventSet_t set)
{
    ENTER();
    pthread_mutex_lock(&lock);
    struct nvmlEventSet_st **link = set ? find(set) : NULL;
    if (link)
        *link = set->next;
    pthread_mutex_unlock(&lock);
    REQUIRE(link, NVML_ERROR_INVALID_ARGUMENT);
    free(set);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetSupportedEventTypes(nvmlDevice_t device, unsigned long long *eventTypes)
{
    ENTER_FOR(device, eventTypes);
    *eventTypes = 0;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceRegisterEvents(nvmlDevice_t device, unsigned long long eventTypes, nvmlEventSet_t set)
{
    ENTER_FOR(device, is_set(set));
    return eventTypes ? NVML_ERROR_NOT_SUPPORTED : NVML_SUCCESS;
}

static nvmlReturn_t wait_in_vain(nvmlEventSet_t set, const nvmlEventData_t *data, unsigned timeout_ms)
{
    ENTER();
    REQUIRE(is_set(set) && data, NVML_ERROR_INVALID_ARGUMENT);
    struct timespec left = {.tv_sec = timeout_ms / 1000, .tv_nsec = (long)(timeout_ms % 1000) * 1000000};
    while (nanosleep(&left, &left) && errno == EINTR)
        ;
    return NVML_ERROR_TIMEOUT;
}

nvmlReturn_t nvmlEventSetWait(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int timeoutms)
{
    return wait_in_vain(set, data, timeoutms);
}

nvmlReturn_t nvmlEventSetWait_v2(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int timeoutms)
{
    return wait_in_vain(set, data, timeoutms);
}
