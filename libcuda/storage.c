/* Context local storage: a small table under one mutex. A process has a few contexts and a few runtimes. */
#include "storage.h"

#include <pthread.h>
#include <stdlib.h>

struct entry {
    CUcontext context;
    void *key;
    void *value;
    lc_storage_dtor *dtor;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry *entries;
static size_t used, room;

/* With the lock held: the entry, or NULL. */
static struct entry *find(CUcontext context, const void *key)
{
    for (size_t i = 0; i < used; i++)
        if (entries[i].context == context && entries[i].key == key)
            return &entries[i];
    return NULL;
}

/* With the lock held: a new entry at the end, or NULL if there is no memory. */
static struct entry *append(void)
{
    if (used == room) {
        size_t more = room ? 2 * room : 16;
        struct entry *grown = realloc(entries, more * sizeof *entries);
        if (!grown)
            return NULL;
        entries = grown;
        room = more;
    }
    return &entries[used++];
}

CUresult lc_storage_put(CUcontext context, void *key, void *value, lc_storage_dtor *dtor)
{
    pthread_mutex_lock(&lock);
    struct entry *entry = find(context, key);
    if (!entry)
        entry = append();
    if (entry)
        *entry = (struct entry){context, key, value, dtor};
    pthread_mutex_unlock(&lock);
    return entry ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult lc_storage_del(CUcontext context, void *key)
{
    pthread_mutex_lock(&lock);
    struct entry *entry = find(context, key);
    if (entry)
        *entry = entries[--used];
    pthread_mutex_unlock(&lock);
    return entry ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult lc_storage_get(void **value, CUcontext context, void *key)
{
    pthread_mutex_lock(&lock);
    const struct entry *entry = find(context, key);
    if (entry)
        *value = entry->value;
    pthread_mutex_unlock(&lock);
    return entry ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

/* Take one entry of `context` out of the table. False if there is none. */
static int take(CUcontext context, struct entry *out)
{
    int found = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < used && !found; i++) {
        if (entries[i].context != context)
            continue;
        *out = entries[i];
        entries[i] = entries[--used];
        found = 1;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

void lc_storage_destroy(CUcontext context)
{
    struct entry entry;
    while (take(context, &entry))
        if (entry.dtor)
            entry.dtor(entry.context, entry.key, entry.value);
}
