/* What is in a module or library, as its server lists it (protocol.md, the wire table): names and descriptions in
 * order.
 *
 * It comes with the load if that is little, otherwise when all are asked for, in as many parts as needed. The caller
 * holds `lock` from looking for an entry until the entry has its object, so that a name has one handle.
 *
 * Knows neither calls nor servers. */
#ifndef BF_LISTING_H
#define BF_LISTING_H

#include <pthread.h>

#include "../wire/encode.h"
#include "objects.h"

struct bf_listed {
    const char *name;
    struct bf_value description;
    struct bf_object *object; /* the handle that was made of it, or NULL */
};

struct bf_listing {
    pthread_mutex_t lock;
    uint64_t first; /* on its server entry i is number first + i */
    int64_t count; /* of all there are; -1: not known */
    size_t listed; /* of those that are here */
    bool named; /* a handle may have been made without its entry */
    struct bf_listed *entries;
    struct bf_listing_part *parts;
};

void bf_listing_open(struct bf_listing *listing);
void bf_listing_close(struct bf_listing *listing);
/* The same in memory of its own: NULL if there is none; NULL may be freed. */
struct bf_listing *bf_listing_new(void);
void bf_listing_free(struct bf_listing *listing);

/* Append a part. False, and nothing changed, if it is not of the protocol or memory ran out. */
bool bf_listing_add(struct bf_listing *listing, const struct bf_value *part);

static inline bool bf_listing_is_complete(const struct bf_listing *listing)
{
    return listing->count >= 0 && listing->listed == (uint64_t)listing->count;
}

/* The entry of this name among those that are here, or NULL. */
struct bf_listed *bf_listing_find(struct bf_listing *listing, const char *name);

#endif
