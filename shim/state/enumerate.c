/* Functions and kernels by listing. */
#include "enumerate.h"

#include <string.h>

#include "code.h"

static bool is_named(const struct bf_object *function, const void *name)
{
    return strcmp(function->function.code->name, name) == 0;
}

/* `lock` is held. A handle may have been made by name before its entry came. */
static struct bf_object *object_of(const struct bf_lister *lister, struct bf_listed *entry)
{
    struct bf_listing *listing = lister->listing;
    if (!entry->object && listing->named)
        entry->object = bf_objects_child(lister->owner, lister->kind, is_named, entry->name);
    if (!entry->object)
        entry->object = lister->make(lister, listing->first + (uint64_t)(entry - listing->entries), entry);
    return entry->object;
}

/* The handle of this name if it is among those listed so far, else NULL. */
static CUresult find_listed(const struct bf_lister *lister, const char *name, struct bf_object **out)
{
    pthread_mutex_lock(&lister->listing->lock);
    struct bf_listed *entry = bf_listing_find(lister->listing, name);
    *out = entry ? object_of(lister, entry) : NULL;
    lister->listing->named |= !entry;
    pthread_mutex_unlock(&lister->listing->lock);
    return entry && !*out ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_SUCCESS;
}

CUresult bf_enumerate_get(struct bf_lister lister, const char *name, struct bf_object **out)
{
    CUresult result = find_listed(&lister, name, out);
    if (!result && !*out)
        *out = bf_objects_child(lister.owner, lister.kind, is_named, name);
    if (!result && !*out)
        result = lister.ask_for(lister.owner, name, out);
    if (!result)
        (*out)->function.loaded = true;
    return result;
}

/* `lock` is held. */
static CUresult ask_part(const struct bf_lister *lister, uint64_t first, unsigned from)
{
    struct bf_ask ask;
    CUresult result = lister->ask(lister, first, from, &ask);
    if (!result && !bf_listing_add(lister->listing, &ask.values[0]))
        result = CUDA_ERROR_UNKNOWN;
    bf_stream_ask_end(&ask);
    return result;
}

/* `lock` is held. */
static CUresult learn_count(const struct bf_lister *lister)
{
    return lister->listing->count < 0 ? ask_part(lister, 0, 0) : CUDA_SUCCESS;
}

/* `lock` is held. A listing that is large comes in parts. */
static CUresult complete(const struct bf_lister *lister)
{
    struct bf_listing *listing = lister->listing;
    CUresult result = learn_count(lister);
    if (!result && !listing->listed)
        listing->first = bf_server_numbers(lister->server, (uint64_t)listing->count);
    while (!result && !bf_listing_is_complete(listing)) {
        size_t before = listing->listed;
        result = ask_part(lister, listing->first + before, (unsigned)before);
        if (!result && listing->listed == before)
            result = CUDA_ERROR_UNKNOWN;
    }
    return result;
}

CUresult bf_enumerate_count(struct bf_lister lister, unsigned *count)
{
    pthread_mutex_lock(&lister.listing->lock);
    CUresult result = learn_count(&lister);
    if (!result)
        *count = (unsigned)lister.listing->count;
    pthread_mutex_unlock(&lister.listing->lock);
    return result;
}

CUresult bf_enumerate(struct bf_lister lister, void **out, unsigned room)
{
    struct bf_listing *listing = lister.listing;
    pthread_mutex_lock(&listing->lock);
    CUresult result = complete(&lister);
    size_t count = result || room < listing->listed ? room : listing->listed;
    for (size_t i = 0; i < count && !result; i++)
        result = object_of(&lister, &listing->entries[i]) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
    for (size_t i = 0; i < count && !result; i++)
        out[i] = listing->entries[i].object;
    pthread_mutex_unlock(&listing->lock);
    return result;
}
