/* What was set on functions for launches of CUDA before 4.0. One lock for all: nobody is in a hurry here. */
#include "old_launch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PARAM_BYTES_MAX = 32764 };   /* of a kernel, in CUDA */

struct lc_old_launch {
    unsigned block[3], shared;
    size_t bytes;
    unsigned char params[PARAM_BYTES_MAX];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* With the lock held: NULL if there is no memory. */
static struct lc_old_launch *made(struct lc_old_launch **at)
{
    if (!*at)
        *at = calloc(1, sizeof **at);
    return *at;
}

CUresult lc_old_launch_set_block(struct lc_old_launch **at, int x, int y, int z)
{
    if (x <= 0 || y <= 0 || z <= 0)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    struct lc_old_launch *old = made(at);
    if (old)
        memcpy(old->block, (const unsigned[3]){(unsigned)x, (unsigned)y, (unsigned)z}, sizeof old->block);
    pthread_mutex_unlock(&lock);
    return old ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult lc_old_launch_set_shared(struct lc_old_launch **at, unsigned bytes)
{
    pthread_mutex_lock(&lock);
    struct lc_old_launch *old = made(at);
    if (old)
        old->shared = bytes;
    pthread_mutex_unlock(&lock);
    return old ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult lc_old_launch_set_size(struct lc_old_launch **at, unsigned bytes)
{
    if (bytes > PARAM_BYTES_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    struct lc_old_launch *old = made(at);
    if (old)
        old->bytes = bytes;
    pthread_mutex_unlock(&lock);
    return old ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult lc_old_launch_set_param(struct lc_old_launch **at, int offset, const void *value, unsigned bytes)
{
    if (!value || offset < 0 || offset > PARAM_BYTES_MAX || bytes > PARAM_BYTES_MAX - (unsigned)offset)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    struct lc_old_launch *old = made(at);
    if (old)
        memcpy(old->params + offset, value, bytes);
    pthread_mutex_unlock(&lock);
    return old ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult lc_old_launch_take(struct lc_old_launch *const *at, struct lc_old_launch_call *out)
{
    *out = (struct lc_old_launch_call){.params = malloc(PARAM_BYTES_MAX)};
    if (!out->params)
        return CUDA_ERROR_OUT_OF_MEMORY;
    pthread_mutex_lock(&lock);
    const struct lc_old_launch *old = *at;
    if (old) {
        memcpy(out->block, old->block, sizeof out->block);
        out->shared = old->shared;
        out->bytes = old->bytes;
        memcpy(out->params, old->params, old->bytes);
    }
    pthread_mutex_unlock(&lock);
    void *extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, out->params, CU_LAUNCH_PARAM_BUFFER_SIZE, &out->bytes,
                     CU_LAUNCH_PARAM_END};
    memcpy((void *)out->extra, (void *)extra, sizeof out->extra);
    if (out->block[0])
        return CUDA_SUCCESS;
    lc_old_launch_end(out);
    return CUDA_ERROR_INVALID_VALUE;
}

void lc_old_launch_end(struct lc_old_launch_call *call)
{
    free(call->params);
}

void lc_old_launch_free(struct lc_old_launch *old)
{
    free(old);
}
