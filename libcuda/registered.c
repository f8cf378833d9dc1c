/* A list of (fatbin, module) pairs under a mutex. A fatbin has one module in each context that used it. */
#include "registered.h"

#include <pthread.h>
#include <stdlib.h>

struct pair {
    struct pair *next;
    const void *wrapper;
    CUmodule module;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pair *pairs;

CUresult lc_registered_add(const void *wrapper, CUmodule module)
{
    struct pair *pair = malloc(sizeof *pair);
    if (!pair)
        return CUDA_ERROR_OUT_OF_MEMORY;
    pthread_mutex_lock(&lock);
    *pair = (struct pair){pairs, wrapper, module};
    pairs = pair;
    pthread_mutex_unlock(&lock);
    return CUDA_SUCCESS;
}

CUmodule lc_registered_take(const void *wrapper)
{
    pthread_mutex_lock(&lock);
    struct pair **link = &pairs;
    while (*link && (*link)->wrapper != wrapper)
        link = &(*link)->next;
    struct pair *found = *link;
    if (found)
        *link = found->next;
    pthread_mutex_unlock(&lock);
    CUmodule module = found ? found->module : NULL;
    free(found);
    return module;
}
