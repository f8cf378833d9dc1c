/* The lock of the lists of objects. */
#include <pthread.h>

#include "context.h"

static pthread_mutex_t objects = PTHREAD_MUTEX_INITIALIZER;

void sg_objects_lock(void)
{
    pthread_mutex_lock(&objects);
}

void sg_objects_unlock(void)
{
    pthread_mutex_unlock(&objects);
}
