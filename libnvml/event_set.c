/* Event sets: a list of what was made, so that a handle can be checked without being followed. */
#include "event_set.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

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
    return *link ? link : NULL;
}

nvmlReturn_t ln_event_set_create(nvmlEventSet_t *set)
{
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

nvmlReturn_t ln_event_set_free(nvmlEventSet_t set)
{
    pthread_mutex_lock(&lock);
    struct nvmlEventSet_st **link = set ? find(set) : NULL;
    if (link)
        *link = set->next;
    pthread_mutex_unlock(&lock);
    if (!link)
        return NVML_ERROR_INVALID_ARGUMENT;
    free(set);
    return NVML_SUCCESS;
}

bool ln_event_set_exists(nvmlEventSet_t set)
{
    pthread_mutex_lock(&lock);
    bool found = set && find(set);
    pthread_mutex_unlock(&lock);
    return found;
}

nvmlReturn_t ln_event_set_wait(nvmlEventSet_t set, const nvmlEventData_t *data, unsigned timeout_ms)
{
    if (!data || !ln_event_set_exists(set))
        return NVML_ERROR_INVALID_ARGUMENT;
    struct timespec left = {.tv_sec = timeout_ms / 1000, .tv_nsec = (long)(timeout_ms % 1000) * 1000000};
    while (nanosleep(&left, &left) && errno == EINTR) {
    }
    return NVML_ERROR_TIMEOUT;
}
